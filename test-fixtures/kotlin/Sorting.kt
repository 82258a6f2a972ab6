// Sorting arrays and lists, with the library and by hand.

private class Random(private var seed: Int) {
    fun next(bound: Int): Int {
        seed = seed * 1103515245 + 12345
        return (seed ushr 8) % bound
    }
}

private fun quickSort(values: IntArray, low: Int, high: Int) {
    if (low >= high) return
    val pivot = values[(low + high) / 2]
    var i = low
    var j = high
    while (i <= j) {
        while (values[i] < pivot) i++
        while (values[j] > pivot) j--
        if (i <= j) {
            val swapped = values[i]
            values[i++] = values[j]
            values[j--] = swapped
        }
    }
    quickSort(values, low, j)
    quickSort(values, i, high)
}

private fun <T : Comparable<T>> mergeSort(list: List<T>): List<T> {
    if (list.size < 2) return list
    val left = mergeSort(list.subList(0, list.size / 2))
    val right = mergeSort(list.subList(list.size / 2, list.size))
    val merged = ArrayList<T>(list.size)
    var i = 0
    var j = 0
    while (i < left.size && j < right.size) {
        merged.add(if (left[i] <= right[j]) left[i++] else right[j++])
    }
    while (i < left.size) merged.add(left[i++])
    while (j < right.size) merged.add(right[j++])
    return merged
}

private data class Key(val major: Int, val minor: String) : Comparable<Key> {
    override fun compareTo(other: Key) = compareValuesBy(this, other, { it.major }, { it.minor })
}

fun sorting(size: Int) {
    val random = Random(42)
    val numbers = IntArray(size) { random.next(1_000_000) }
    val byHand = numbers.copyOf().also { quickSort(it, 0, it.size - 1) }
    val byLibrary = numbers.sortedArray()
    val sum = Checksum()
    byHand.forEach { sum.add(it) }
    println("numbers: $sum ${byHand.contentEquals(byLibrary)}")

    val keys = List(size) { Key(random.next(50), "k${random.next(100)}") }
    val merged = mergeSort(keys)
    val keySum = Checksum()
    merged.forEach { keySum.add(it.major); keySum.add(it.minor) }
    println("keys: $keySum ${merged == keys.sorted()}")
    println("by length: " + keys.sortedWith(compareBy<Key> { it.minor.length }.thenByDescending { it.major }).take(3))
    println("descending: " + numbers.sortedDescending().take(4))
    val shorts = ShortArray(size) { random.next(65536).toShort() }.also { it.sort() }
    val doubles = DoubleArray(size) { random.next(1000) / 7.0 }.also { it.sort() }
    println("others: ${shorts.first()} ${shorts.last()} ${doubles[size / 2]}")
}
