// A dozen programs in one module. The first argument names one, the second is its size, the third how often it runs.

import kotlin.wasm.WasmImport
import kotlin.wasm.unsafe.UnsafeWasmMemoryApi
import kotlin.wasm.unsafe.withScopedMemoryAllocator

@OptIn(kotlin.wasm.ExperimentalWasmInterop::class)
@WasmImport("wasi_snapshot_preview1", "args_sizes_get")
private external fun argsSizesGet(count: Int, size: Int): Int

@OptIn(kotlin.wasm.ExperimentalWasmInterop::class)
@WasmImport("wasi_snapshot_preview1", "args_get")
private external fun argsGet(pointers: Int, bytes: Int): Int

@OptIn(UnsafeWasmMemoryApi::class)
private fun arguments(): List<String> = withScopedMemoryAllocator { allocator ->
    val counts = allocator.allocate(8)
    check(argsSizesGet(counts.address.toInt(), (counts + 4).address.toInt()) == 0)
    val count = counts.loadInt()
    val pointers = allocator.allocate(4 * count)
    val bytes = allocator.allocate((counts + 4).loadInt())
    check(argsGet(pointers.address.toInt(), bytes.address.toInt()) == 0)
    List(count) { argument ->
        val start = (pointers + 4 * argument).loadInt() - bytes.address.toInt()
        generateSequence(start) { it + 1 }
            .map { (bytes + it).loadByte().toInt() }
            .takeWhile { it != 0 }
            .map { it.toChar() }
            .joinToString("")
    }
}

/** A hash of what a program computes, so that its output is short. */
class Checksum {
    private var value = 17

    fun add(number: Int) {
        value = value * 31 + number
    }

    fun add(text: String) = text.forEach { add(it.code) }

    override fun toString() = value.toUInt().toString(16)
}

private fun run(program: String?, size: Int?) {
    when (program) {
        "binarytrees" -> binaryTrees(size ?: 10)
        "closures" -> closures(size ?: 1000)
        "collections" -> collections(size ?: 1000)
        "deltablue" -> deltaBlue(size ?: 100)
        "exceptions" -> exceptions(size ?: 1000)
        "json" -> json(size ?: 20)
        "queens" -> queens(size ?: 6)
        "regex" -> regex(size ?: 20)
        "richards" -> richards(size ?: 1)
        "sequences" -> sequences(size ?: 500)
        "sorting" -> sorting(size ?: 1000)
        "strings" -> strings(size ?: 200)
        else -> println("no program $program")
    }
}

fun main() {
    val arguments = arguments()
    repeat(arguments.getOrNull(3)?.toInt() ?: 1) { run(arguments.getOrNull(1), arguments.getOrNull(2)?.toInt()) }
}
