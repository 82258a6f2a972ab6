// A parser and a printer for JSON.

private sealed interface Value

private data object Null : Value

private data class Bool(val value: Boolean) : Value

private data class Number(val value: Double) : Value

private data class Text(val value: String) : Value

private data class Items(val values: List<Value>) : Value

private data class Members(val values: Map<String, Value>) : Value

private class SyntaxError(position: Int, message: String) : Exception("$position: $message")

private class JsonParser(private val text: String) {
    private var at = 0

    fun parse(): Value {
        val value = value()
        blanks()
        if (at < text.length) fail("more text")
        return value
    }

    private fun fail(message: String): Nothing = throw SyntaxError(at, message)

    private fun blanks() {
        while (at < text.length && text[at].isWhitespace()) at++
    }

    private fun next(): Char {
        blanks()
        return if (at < text.length) text[at] else '\u0000'
    }

    private fun expect(c: Char) {
        if (next() != c) fail("expected $c")
        at++
    }

    private fun word(word: String, value: Value): Value {
        if (!text.startsWith(word, at)) fail("expected $word")
        at += word.length
        return value
    }

    private fun value(): Value = when (next()) {
        '{' -> members()
        '[' -> items()
        '"' -> Text(string())
        't' -> word("true", Bool(true))
        'f' -> word("false", Bool(false))
        'n' -> word("null", Null)
        else -> number()
    }

    private fun members(): Value {
        expect('{')
        val members = LinkedHashMap<String, Value>()
        if (next() != '}') {
            while (true) {
                blanks()
                val name = string()
                expect(':')
                members[name] = value()
                if (next() != ',') break
                at++
            }
        }
        expect('}')
        return Members(members)
    }

    private fun items(): Value {
        expect('[')
        val items = ArrayList<Value>()
        if (next() != ']') {
            while (true) {
                items.add(value())
                if (next() != ',') break
                at++
            }
        }
        expect(']')
        return Items(items)
    }

    private fun string(): String {
        if (next() != '"') fail("expected a string")
        at++
        val string = StringBuilder()
        while (true) {
            if (at >= text.length) fail("the string has no end")
            when (val c = text[at++]) {
                '"' -> return string.toString()
                '\\' -> when (val escaped = text[at++]) {
                    'n' -> string.append('\n')
                    't' -> string.append('\t')
                    'u' -> {
                        string.append(text.substring(at, at + 4).toInt(16).toChar())
                        at += 4
                    }
                    else -> string.append(escaped)
                }
                else -> string.append(c)
            }
        }
    }

    private fun number(): Value {
        val start = at
        while (at < text.length && (text[at] in '0'..'9' || text[at] in "+-.eE")) at++
        return Number(text.substring(start, at).toDoubleOrNull() ?: fail("expected a value"))
    }
}

private fun print(value: Value, out: StringBuilder) {
    when (value) {
        is Null -> out.append("null")
        is Bool -> out.append(value.value)
        is Number -> out.append(value.value)
        is Text -> quote(value.value, out)
        is Items -> value.values.joinTo(out, ",", "[", "]") { item -> buildString { print(item, this) } }
        is Members -> value.values.entries.joinTo(out, ",", "{", "}") { (name, member) ->
            buildString {
                quote(name, this)
                append(':')
                print(member, this)
            }
        }
    }
}

private fun quote(text: String, out: StringBuilder) {
    out.append('"')
    for (c in text) {
        when {
            c == '"' || c == '\\' -> out.append('\\').append(c)
            c < ' ' -> out.append("\\u").append(c.code.toString(16).padStart(4, '0'))
            else -> out.append(c)
        }
    }
    out.append('"')
}

private fun depth(value: Value): Int = when (value) {
    is Items -> 1 + (value.values.maxOfOrNull { depth(it) } ?: 0)
    is Members -> 1 + (value.values.values.maxOfOrNull { depth(it) } ?: 0)
    else -> 0
}

private fun document(size: Int) = buildString {
    append("{\"items\": [")
    for (i in 0 until size) {
        if (i > 0) append(", ")
        append("""{"id": $i, "name": "item \u00e9 \"$i\"", "price": ${i * 1.25}, "tags": ["a", "b\n", [${i % 3}]], "sold": ${i % 2 == 0}, "next": null}""")
    }
    append("], \"count\": $size}")
}

fun json(size: Int) {
    val document = document(size)
    val value = JsonParser(document).parse()
    val printed = buildString { print(value, this) }
    println("${document.length} to ${printed.length}, depth ${depth(value)}")
    println(JsonParser(printed).parse() == value)
    println(printed.take(140))
    println(Checksum().apply { add(printed) })
    for (wrong in listOf("{", "[1,]", "\"abc", "{\"a\" 1}", "tru", "[] []", "")) {
        try {
            println(JsonParser(wrong).parse())
        } catch (e: SyntaxError) {
            println(e.message)
        }
    }
}
