// Throwing and catching: own classes, finally, nested handlers, deep stacks, causes.

private class Odd(val number: Int) : Exception("odd $number")

private class Failure(message: String, cause: Throwable) : RuntimeException(message, cause)

private fun half(number: Int): Int = if (number % 2 == 0) number / 2 else throw Odd(number)

private fun dig(depth: Int, number: Int): Int = if (depth == 0) half(number) else dig(depth - 1, number) + 1

private fun cleanUp(log: StringBuilder, number: Int): Int {
    try {
        log.append('t')
        return half(number)
    } catch (e: Odd) {
        log.append('c')
        if (e.number % 3 == 0) throw Failure("three", e)
        return -1
    } finally {
        log.append('f')
    }
}

fun exceptions(size: Int) {
    var caught = 0
    var sum = 0L
    for (i in 0 until size) {
        try {
            sum += dig(i % 20, i)
        } catch (e: Odd) {
            caught += e.number % 7
        }
    }
    println("odd: $caught $sum")
    val log = StringBuilder()
    for (i in 0 until 8) {
        try {
            sum += cleanUp(log, i)
        } catch (e: Failure) {
            log.append("[${e.message} because ${e.cause?.message}]")
        }
    }
    println("log: $log $sum")
    val texts = listOf("7", "x", "", "99999999999")
    println(texts.map { runCatching { it.toInt() }.fold({ "$it" }, { "not a number" }) })
    val failures = listOf<() -> Any?>(
        { listOf(1)[3] },
        { (listOf<Any>("text")[0] as Int) + 1 },
        { emptyList<Int>().first() },
        { require(size < 0) { "size is $size" } },
        { error("state") },
        { mapOf(1 to 2).getValue(3) },
    )
    for (failure in failures) {
        val thrown = runCatching(failure).exceptionOrNull()
        println(if (thrown == null) "nothing" else thrown::class.simpleName)
    }
}
