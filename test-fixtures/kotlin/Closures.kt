// Functions as values: captured variables, composition, currying, recursion through a variable.

private fun counter(): () -> Int {
    var count = 0
    return { ++count }
}

private fun <A, B, C> compose(f: (B) -> C, g: (A) -> B): (A) -> C = { f(g(it)) }

private fun power(n: Int, f: (Long) -> Long): (Long) -> Long = if (n == 0) { x -> x } else compose(f, power(n - 1, f))

private interface Shape {
    fun area(): Double
}

private inline fun <reified T> countOf(things: List<Any>): Int = things.count { it is T }

fun closures(size: Int) {
    val counters = List(10) { counter() }
    var sum = 0L
    repeat(size) { sum += counters[it % 10]() }
    println("counters: $sum")

    val add = { a: Long -> { b: Long -> a + b } }
    println("power: ${power(size, add(3))(4)}")

    lateinit var fibonacci: (Int) -> Int
    fibonacci = { n -> if (n < 2) n else fibonacci(n - 1) + fibonacci(n - 2) }
    println("fibonacci: ${fibonacci(18)}")

    val shapes = List(size) { i ->
        object : Shape {
            override fun area() = i * 0.5
        }
    }
    println("area: ${shapes.sumOf { it.area() }}")
    val things: List<Any> = List(size) { if (it % 3 == 0) "text" else if (it % 3 == 1) it else it.toLong() }
    println("kinds: ${countOf<String>(things)} ${countOf<Int>(things)} ${countOf<Long>(things)} ${countOf<Number>(things)}")
    val memo = HashMap<Int, Long>()
    fun ways(n: Int): Long = if (n < 2) 1 else memo.getOrPut(n) { (ways(n - 1) + ways(n - 2)) % 1_000_000_007 }
    println("ways: ${ways(300)}")
}
