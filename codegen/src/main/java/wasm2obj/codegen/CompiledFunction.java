package wasm2obj.codegen;

import wasm2obj.unwind.UnwindOps;

/**
 * Everything that is known of one compiled function. Offsets are in bytes from the function's first one, and ascend in
 * each list. Immutable once made: workers hand these to the assembly step, which lays them out by function index.
 *
 * @param index the function's index in the module, or a number that the thunk's maker gave
 * @param code machine code, with jump tables not included
 * @param relocations places in the code that name something outside the function
 * @param constants 16-byte aligned constants of the function, in 64-bit halves (low, high), see {@link Relocations#CONSTANT}
 * @param jumpTables for each {@link Relocations#JUMP_TABLE}, concatenated: distances of the targets from what the code adds to them
 * @param jumpTableStarts table i: entries from {@code jumpTableStarts[i]} up to {@code jumpTableStarts[i + 1]}
 * @param jumpTableBases table i: the offset in the code that its distances are from
 * @param trapOffsets places of trapping instructions whose kind does not follow from the faulting address
 * @param trapKinds their kinds, as codes of {@link wasm2obj.ir.TrapKind}
 * @param sourceOffsets places whose source is known: return addresses of calls, trapping instructions
 * @param sources the byte offset in the module for each of them; of a place in something inlined several, first that of the call in this
 *     function
 * @param sourceFunctions the index of the inlined function that each is in, -1 for this function itself
 * @param placeOffsets with debug information: from each of these on, up to the next, the code is of one source; none before the
 *     first, which ends the prologue
 * @param placeSources the byte offset in the module for each of them, 0 for code of nowhere
 * @param handlerOffsets return addresses of calls with a handler
 * @param landings where a throw at each of them goes on
 * @param stackMaps where the references are at safepoints
 * @param frameSize bytes between the CFA and the stack pointer in the body, return address included; outgoing stack
 *     arguments are not
 * @param parameterSize bytes of stack parameters, which it removes when it returns
 * @param framePointer whether the frame is found by the frame pointer
 * @param unwind the unwind operations
 */
public record CompiledFunction(
        int index,
        byte[] code,
        Relocations relocations,
        long[] constants,
        int[] jumpTables,
        int[] jumpTableStarts,
        int[] jumpTableBases,
        int[] trapOffsets,
        byte[] trapKinds,
        int[] sourceOffsets,
        int[] sources,
        int[] sourceFunctions,
        int[] placeOffsets,
        int[] placeSources,
        int[] handlerOffsets,
        int[] landings,
        StackMaps stackMaps,
        int frameSize,
        int parameterSize,
        boolean framePointer,
        UnwindOps unwind) {

    /**
     * For each safepoint with live references the parts of the frame that hold them. Slots are 8 bytes and count from the frame's lower
     * end, which is {@code frameSize} bytes below the CFA.
     *
     * @param offsets return addresses
     * @param starts map i: slots from {@code starts[i]} up to {@code starts[i + 1]}
     * @param slots ascending in each map
     * @param common slots that belong to each map too, all before the others, ascending
     */
    public record StackMaps(int[] offsets, int[] starts, int[] slots, int[] common) {
        private static final int[] EMPTY = {};

        /** Of functions without references. */
        public static final StackMaps NONE = new StackMaps(EMPTY, new int[1], EMPTY, EMPTY);

        /** The number of references in all maps. */
        public long size() {
            return slots.length + (long) offsets.length * common.length;
        }
    }

    /**
     * Relocations of one function, in columns. Every one concerns 32 bits, an instruction or a number, and is relative to its place
     * plus what {@code addends} says (x86-64: -4 less what follows in the instruction).
     *
     * @param offsets places in the code, ascending
     * @param kinds what is referred to, {@link #FUNCTION} and so on, and how, {@link #WORD} and so on
     * @param targets by kind: a function's index, a constant's number, ...
     * @param addends added to the distance
     */
    public record Relocations(int[] offsets, byte[] kinds, int[] targets, int[] addends) {
        /** Code of function {@code target} of the module. */
        public static final int FUNCTION = 0;

        /** Constant number {@code target} of this function. */
        public static final int CONSTANT = 1;

        /** Jump table number {@code target} of this function: 32-bit distances. */
        public static final int JUMP_TABLE = 2;

        /** The C function of the {@link wasm2obj.ir.RuntimeFunction} with ordinal {@code target}. */
        public static final int RUNTIME = 3;

        /** The read-only form of constant table {@code target}. */
        public static final int CONSTANT_TABLE = 4;

        /** The C function that thunks need with number {@code target}, see {@link StoreLayout#supportSymbol}. */
        public static final int SUPPORT = 5;

        /** The place that calls return to in {@link ThunkCompiler#restorer}; {@code target} is unused. */
        public static final int RESTORER = 6;

        /** The shared code with number {@code target} for calls through a table, see {@link TableCalls}. */
        public static final int TABLE_CALL = 7;

        private static final int TARGET_MASK = 15;

        /** How: all 32 bits are the distance. */
        public static final int WORD = 0;

        /** How: AArch64's b or bl. */
        public static final int BRANCH = 1 << 4;

        /** How: AArch64's adrp. */
        public static final int PAGE = 2 << 4;

        /** How: the offset in the page, in AArch64's add; in loads of 4, 8 and 16 bytes by the following. */
        public static final int LOW_ADD = 3 << 4;

        public static final int LOW_32 = 4 << 4;
        public static final int LOW_64 = 5 << 4;
        public static final int LOW_128 = 6 << 4;

        /** What relocation {@code i} refers to. */
        public int target(int i) {
            return kinds[i] & TARGET_MASK;
        }

        /** How relocation {@code i} refers to it. */
        public int form(int i) {
            return kinds[i] & ~TARGET_MASK;
        }
    }
}
