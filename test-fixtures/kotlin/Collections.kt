// The library's collections: hash tables, deques, grouping, sets.

private data class Person(val name: String, val age: Int, val city: String)

fun collections(size: Int) {
    val map = HashMap<Int, Int>()
    for (i in 0 until size) {
        map[(i * 7919) % 4099] = i
    }
    for (i in 0 until size step 3) {
        map.remove((i * 7919) % 4099)
    }
    val sum = Checksum()
    map.keys.sorted().forEach { sum.add(it); sum.add(map[it]!!) }
    println("hash map: ${map.size} $sum")

    val linked = LinkedHashMap<String, MutableList<Int>>()
    for (i in 0 until size) {
        linked.getOrPut("key${i % 17}") { mutableListOf() }.add(i)
    }
    println("grouped: " + linked.entries.joinToString { "${it.key}=${it.value.size}" })

    val deque = ArrayDeque<Int>()
    repeat(size) {
        if (it % 3 == 2) deque.removeFirst() else deque.addLast(it)
        if (it % 5 == 0) deque.addFirst(-it)
    }
    println("deque: ${deque.size} ${deque.sum()} ${deque.first()} ${deque.last()}")

    val cities = listOf("Oslo", "Rome", "Lima")
    val people = List(size) { Person("p$it", it % 90, cities[it % 3]) }
    people.groupBy { it.city }.toList().sortedBy { it.first }.forEach { (city, group) ->
        println("$city: ${group.size}, oldest ${group.maxOf { it.age }}, mean ${group.map { it.age }.average()}")
    }
    println("distinct: ${people.map { it.copy(name = "", age = it.age / 10) }.toSet().size}")
    val (young, old) = people.partition { it.age < 30 }
    println("young ${young.size}, old ${old.size}, zipped ${young.zip(old).count { (a, b) -> a.city == b.city }}")
    println("windows: ${(1..size).windowed(3, 2).sumOf { it.last() - it.first() }}")
    println("folded: ${people.fold(0L) { sum, person -> sum * 31 + person.hashCode() }}")
}
