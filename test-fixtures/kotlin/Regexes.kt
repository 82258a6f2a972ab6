// Regular expressions of the library, which is an interpreter over objects.

fun regex(size: Int) {
    val log = buildString {
        for (i in 0 until size) {
            appendLine("2026-${(i % 12 + 1).toString().padStart(2, '0')}-${(i % 28 + 1).toString().padStart(2, '0')} host$i user${i % 5}@example.org GET /path/$i?q=${i * i} ${200 + i % 3}")
        }
    }
    val line = Regex("""(\d{4})-(\d\d)-(\d\d) (\w+) ([\w.]+@[\w.]+) (GET|PUT) (/\S*?)(\?\S+)? (\d+)""")
    val sum = Checksum()
    var count = 0
    for (match in line.findAll(log)) {
        count++
        match.groupValues.drop(1).forEach { sum.add(it) }
    }
    println("$count matches $sum")
    println(Regex("user(\\d)").replace(log.lines().first()) { "u${it.groupValues[1].toInt() + 1}" })
    println(Regex("[aeiou]+").split("a regular expression is a pattern").joinToString("|"))
    println(Regex("(a|b)*abb").matches("ab".repeat(size) + "abb"))
    println(Regex("^(?:(?=.*x)|y).*$", RegexOption.MULTILINE).findAll("axb\nyyy\nzzz").count())
    println(Regex("(\\w)\\1").findAll("bookkeeper").joinToString { it.value })
    println(runCatching { Regex("(") }.isFailure)
}
