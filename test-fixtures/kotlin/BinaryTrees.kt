// Allocation: many short-lived trees beside a long-lived one.

private class Tree(val left: Tree?, val right: Tree?) {
    fun count(): Int = 1 + (left?.count() ?: 0) + (right?.count() ?: 0)
}

private fun tree(depth: Int): Tree = if (depth == 0) Tree(null, null) else Tree(tree(depth - 1), tree(depth - 1))

fun binaryTrees(depth: Int) {
    val lasting = tree(depth)
    for (d in 4..depth step 2) {
        val rounds = 1 shl (depth - d + 4)
        var nodes = 0
        repeat(rounds) { nodes += tree(d).count() }
        println("$rounds trees of depth $d: $nodes nodes")
    }
    println("lasting tree: ${lasting.count()} nodes")
}
