// Lazy sequences: generators are coroutines, which the compiler turns into state machines.

private fun primes() = sequence {
    val found = ArrayList<Int>()
    var candidate = 2
    while (true) {
        if (found.takeWhile { it * it <= candidate }.none { candidate % it == 0 }) {
            found.add(candidate)
            yield(candidate)
        }
        candidate++
    }
}

private class Node(val value: Int, val left: Node?, val right: Node?)

private fun node(low: Int, high: Int): Node? {
    if (low >= high) return null
    val middle = (low + high) / 2
    return Node(middle, node(low, middle), node(middle + 1, high))
}

private fun inOrder(node: Node?): Sequence<Int> = sequence {
    if (node != null) {
        yieldAll(inOrder(node.left))
        yield(node.value)
        yieldAll(inOrder(node.right))
    }
}

private fun <T> permutations(items: List<T>): Sequence<List<T>> = sequence {
    if (items.isEmpty()) {
        yield(emptyList())
    } else {
        for (i in items.indices) {
            yieldAll(permutations(items.subList(0, i) + items.subList(i + 1, items.size)).map { listOf(items[i]) + it })
        }
    }
}

fun sequences(size: Int) {
    println("primes: ${primes().take(size).sum()} ${primes().first { it > size }}")
    println("tree: ${inOrder(node(0, size)).zipWithNext().all { (a, b) -> a < b }} ${inOrder(node(0, size)).count()}")
    println("permutations: ${permutations(listOf('a', 'b', 'c', 'd', 'e')).count { it.first() < it.last() }}")
    val fibonacci = generateSequence(0L to 1L) { (a, b) -> b to (a + b) % 1_000_000_007 }.map { it.first }
    println("fibonacci: ${fibonacci.filter { it % 2 == 0L }.drop(10).take(size).last()}")
    println("chunks: ${fibonacci.take(size).chunked(7).map { it.max() }.distinct().count()}")
}
