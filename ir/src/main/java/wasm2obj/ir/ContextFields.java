package wasm2obj.ir;

/**
 * Which fields of the context (globals, bases and bounds of memories and tables) a function reads and writes, and which
 * of them may change in a loop. Fields are numbered by first use; only the first {@value #LIMIT} take part, so that a
 * set of them is a {@code long}. Fields that never change, or that other threads change, take no part either.
 */
final class ContextFields {
    private static final int NONE = Function.NONE;

    /** More would not fit into a set. */
    static final int LIMIT = 64;

    private final Opcode[] readers = new Opcode[LIMIT];
    private final int[] indices = new int[LIMIT];

    /** Whether a field is read twice, or elsewhere than in the entry and so perhaps after it was set. */
    private boolean isAnyReadAgain;

    private int count;
    private Function function;
    private Module module;

    /** The fields that growing a memory may change. */
    private long memoryFields;

    /** The fields that growing a table may change. */
    private long tableFields;

    private long[] loopKills = new long[16];

    /** Collects the fields that the function reads; there may be none. */
    void collect(Function function, Module module) {
        this.function = function;
        this.module = module;
        count = 0;
        isAnyReadAgain = false;
        memoryFields = 0;
        tableFields = 0;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (function.opcode(i).effect() == Opcode.Effect.READS_CONTEXT) {
                    add(function.opcode(i), (int) function.imm(i));
                    isAnyReadAgain |= b != function.firstBlock();
                }
            }
        }
    }

    private void add(Opcode op, int index) {
        boolean takesPart =
                !Effects.isConstantField(module, op, index)
                        && !Effects.isVolatileField(module, op, index);
        if (!takesPart) {
            return;
        }
        if (count == LIMIT || field(op, index) != NONE) {
            isAnyReadAgain = true;
            return;
        }
        readers[count] = op;
        indices[count] = index;
        long bit = 1L << count;
        switch (op) {
            case GLOBAL_GET -> {}
            case MEMORY_BASE, MEMORY_BOUND -> memoryFields |= bit;
            default -> tableFields |= bit;
        }
        count++;
    }

    /** Whether it may be that a read gives what an earlier read gave or a set wrote. */
    boolean isAnyReadAgain() {
        return isAnyReadAgain;
    }

    /** The number of fields. */
    int count() {
        return count;
    }

    /** The number of the field that {@code op} reads, or NONE. */
    int field(Opcode op, int index) {
        for (int f = 0; f < count; f++) {
            if (indices[f] == index && readers[f] == op) {
                return f;
            }
        }
        return NONE;
    }

    /** The field that the instruction reads, or NONE. */
    int readBy(int instruction) {
        return function.opcode(instruction).effect() == Opcode.Effect.READS_CONTEXT
                ? field(function.opcode(instruction), (int) function.imm(instruction))
                : NONE;
    }

    /** The global that a GLOBAL_SET writes, or NONE. */
    int writtenBy(int set) {
        return field(Opcode.GLOBAL_GET, (int) function.imm(set));
    }

    /** The fields that the instruction may change. */
    long killedBy(int instruction) {
        Opcode op = function.opcode(instruction);
        return switch (op.effect()) {
            case WRITES_CONTEXT -> {
                int field = writtenBy(instruction);
                yield field == NONE ? 0 : aliases(field);
            }
            case CALL -> op == Opcode.CALL_RUNTIME ? killedByRuntime(instruction) : -1L;
            case ALLOCATES -> -1L; // by what a destructor calls
            default -> 0;
        };
    }

    /** Two imported globals may be one. */
    private long aliases(int field) {
        long set = 1L << field;
        if (module == null || module.globals()[indices[field]].imported()) {
            for (int f = 0; f < count; f++) {
                boolean same =
                        readers[f] == Opcode.GLOBAL_GET
                                && (module == null || module.globals()[indices[f]].imported());
                set |= same ? 1L << f : 0;
            }
        }
        return set;
    }

    /**
     * The runtime's functions leave globals alone, and the records of memories and tables except where they grow one; but those that
     * collect call destructors of the host's, which call anything.
     */
    private long killedByRuntime(int call) {
        RuntimeFunction callee = RuntimeFunction.of((int) function.imm(call));
        return switch (callee) {
            case MEMORY_GROW -> memoryFields;
            case TABLE_GROW -> tableFields;
            default -> callee.mayCollect() ? -1L : 0;
        };
    }

    /** Finds what each loop may change. */
    void computeLoopKills(Loops loops) {
        if (loopKills.length < loops.count()) {
            loopKills = new long[Math.max(loops.count(), 2 * loopKills.length)];
        }
        java.util.Arrays.fill(loopKills, 0, loops.count(), 0);
        if (count == 0) {
            return;
        }
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            int loop = loops.loop(b);
            if (loop != NONE) {
                for (int i = function.first(b); i != NONE; i = function.next(i)) {
                    loopKills[loop] |= killedBy(i);
                }
            }
        }
        for (int loop = 0; loop < loops.count(); loop++) { // inner ones come first
            if (loops.parent(loop) != NONE) {
                loopKills[loops.parent(loop)] |= loopKills[loop];
            }
        }
    }

    /** The fields that may change in the loop. */
    long killedIn(int loop) {
        return loopKills[loop];
    }
}
