package wasm2obj.regalloc;

/**
 * The physical registers that an allocator may use. Registers are numbered 0-31 (integer) and 32-63 (vector), so that a
 * set of them is a {@code long}.
 *
 * @param allocatable all registers that may be given out
 * @param calleeSaved those of them whose first use costs a save and a restore in the frame
 * @param saveCost what that costs for each execution of the function, in memory accesses
 * @param integerOrder integer registers, the preferred ones first
 * @param vectorOrder vector registers, the preferred ones first
 * @param integerScratch register outside {@code allocatable} for breaking cycles of moves and for moves between slots
 * @param vectorScratch the same of the vector class
 */
public record RegisterFile(
        long allocatable,
        long calleeSaved,
        float saveCost,
        int[] integerOrder,
        int[] vectorOrder,
        int integerScratch,
        int vectorScratch) {
    /** Number of the first vector register. */
    public static final int FIRST_VECTOR = 32;

    /** The class of virtual registers: an integer or address; spilled to 8 bytes. */
    public static final int INTEGER = 0;

    /** A scalar float in a vector register; spilled to 8 bytes. */
    public static final int FLOAT = 1;

    /** A 128-bit vector; spilled to 16 bytes. */
    public static final int VECTOR = 2;

    /** A managed reference in an integer register: in a slot, named by the stack map, at every safepoint. */
    public static final int REFERENCE = 3;

    /** The first vector registers, in order. */
    public static int[] vectors(int count) {
        int[] vectors = new int[count];
        for (int i = 0; i < count; i++) {
            vectors[i] = FIRST_VECTOR + i;
        }
        return vectors;
    }

    /** Whether a class lives in vector registers. */
    public static boolean isVectorClass(int vregClass) {
        return vregClass == FLOAT || vregClass == VECTOR;
    }

    /** Whether the class can hold the physical register. */
    public static boolean fits(int vregClass, int register) {
        return isVectorClass(vregClass) == register >= FIRST_VECTOR;
    }
}
