// Placing queens, over lists that share their tails.

private class Queen(val column: Int, val others: Queen?) {
    fun attacks(column: Int): Boolean {
        var distance = 1
        var queen: Queen? = this
        while (queen != null) {
            if (queen.column == column || queen.column == column - distance || queen.column == column + distance) return true
            distance++
            queen = queen.others
        }
        return false
    }
}

private fun place(size: Int, row: Int, queens: Queen?, found: (Queen) -> Unit) {
    if (row == size) {
        found(queens!!)
        return
    }
    for (column in 0 until size) {
        if (queens == null || !queens.attacks(column)) place(size, row + 1, Queen(column, queens), found)
    }
}

fun queens(size: Int) {
    for (n in 4..size) {
        var count = 0
        val sum = Checksum()
        place(n, 0, null) {
            count++
            sum.add(it.column)
        }
        println("$n: $count $sum")
    }
}
