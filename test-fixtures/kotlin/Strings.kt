// Text: building, splitting, replacing, numbers to text and back.

private fun caesar(text: String, shift: Int) = buildString {
    for (c in text) {
        append(
            when (c) {
                in 'a'..'z' -> 'a' + (c - 'a' + shift).mod(26)
                in 'A'..'Z' -> 'A' + (c - 'A' + shift).mod(26)
                else -> c
            }
        )
    }
}

fun strings(size: Int) {
    val text = "The quick brown fox jumps over the lazy dog; \u00fcber \u20ac5 \ud83d\ude00."
    var rotated = text
    repeat(size) { rotated = caesar(rotated, 5) }
    println(rotated)
    println(caesar(rotated, -5 * size) == text)
    println(text.split(' ').map { it.reversed() }.joinToString("_").uppercase())
    println(text.encodeToByteArray().size.toString() + " " + text.encodeToByteArray().decodeToString().length)

    val words = HashMap<String, Int>()
    repeat(size) { i ->
        for (word in text.replace("o", "o${i % 7} ").split(' ', ';')) {
            words[word] = (words[word] ?: 0) + 1
        }
    }
    val sum = Checksum()
    words.keys.sorted().forEach { sum.add(it); sum.add(words[it]!!) }
    println("words: ${words.size} $sum")

    val numbers = Checksum()
    for (i in 1..size) {
        numbers.add((i / 8.0).toString())
        numbers.add("${i * i}".toInt())
        numbers.add((i.toLong() * 1_234_567_891L).toString(36))
        numbers.add("0x${i.toString(16)}".removePrefix("0x").toInt(16))
        numbers.add("%".repeat(i % 5).padStart(6, '.').trimStart('.'))
    }
    println("numbers: $numbers ${"1e-3".toDouble()} ${"12x".toIntOrNull()} ${1.0 / 3} ${Float.MAX_VALUE} ${Long.MIN_VALUE}")
    println("lines: ${(1..size).joinToString("\n").lines().sumOf { it.length }} ${text.indexOf("lazy")} ${text.substringAfter("over ")}")
}
