package wasm2obj.ir;

/**
 * Keeps structures that never leave the function in values instead of the heap: loads of their fields become what was stored, and the
 * allocation goes with its stores.
 *
 * <p>Why: languages make an object of each pair, iterator, boxed number; what it costs is the memory that is passed through, and the
 * collections that it brings nearer.
 *
 * <p>A structure can be replaced if all that is done with it is loading, storing and barriers, as the structure, and tests for the
 * type it was made with. A field that is only written where the structure is made has that value everywhere. With other stores, all
 * uses must be in the block that makes it, where the last store before a load counts. One sweep collects the uses of all
 * structures, a second takes those away that qualify. What was stored only in those may qualify then, so this is done a few times.
 */
final class ScalarReplacement extends Pass {
    private static final int NONE = Function.NONE;

    /** Fields are looked for one by one. */
    private static final int MOST_BYTES = 128;

    private static final int MOST_NESTED = 4;

    private final ValueMap map = new ValueMap();
    private final Inserter inserter = new Inserter();
    private Function function;
    private ControlFlow flow;

    /** By allocation: it is known to escape, or too large. */
    private boolean[] escapes = new boolean[64];

    /** By allocation: uses in other blocks, and fields that are written again. */
    private boolean[] isUsedElsewhere = new boolean[64];

    private boolean[] isChanged = new boolean[64];

    /** By allocation: where its fields' values are kept, or NONE. */
    private int[] places = new int[64];

    private int[] fields = new int[64];
    private int fieldCount;

    ScalarReplacement() {
        super("scalars", false);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        flow = analyses.flow();
        boolean changed = false;
        for (int n = 0; n < MOST_NESTED && replaceStructures(); n++) {
            changed = true;
        }
        return changed;
    }

    private boolean replaceStructures() {
        if (!findStructures()) {
            return false;
        }
        collectUses();
        map.reset(function);
        boolean changed = false;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            changed |= replaceIn(b);
        }
        if (changed) {
            removeStructures();
            map.apply(function);
        }
        return changed;
    }

    // ---- who qualifies ----

    private boolean findStructures() {
        int count = function.instructionCount();
        boolean any = false;
        fieldCount = 0;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (function.opcode(i) == Opcode.NEW_STRUCT && function.aux(i) <= MOST_BYTES) {
                    if (!any) {
                        any = true;
                        places = IntArrays.filled(places, count, NONE);
                        escapes = IntArrays.cleared(escapes, count);
                        isUsedElsewhere = IntArrays.cleared(isUsedElsewhere, count);
                        isChanged = IntArrays.cleared(isChanged, count);
                    }
                    places[i] = fieldCount;
                    fieldCount += function.aux(i);
                }
            }
        }
        fields = IntArrays.filled(fields, fieldCount, NONE);
        return any;
    }

    private void collectUses() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                for (int k = function.operandCount(i) - 1; k >= 0; k--) {
                    int operand = function.operand(i, k);
                    if (isStructure(operand)) {
                        noteUse(i, k, operand);
                    }
                }
            }
            int first = function.firstEdge(b);
            for (int e = first; e < first + function.edgeCount(b); e++) {
                for (int k = 0; k < function.edgeArgumentCount(e); k++) {
                    int argument = function.edgeArgument(e, k);
                    if (isStructure(argument)) {
                        escapes[argument] = true;
                    }
                }
            }
        }
    }

    /** Whether the value is a structure that there was when the pass began and that is looked at. */
    private boolean isStructure(int value) {
        return function.opcode(value) == Opcode.NEW_STRUCT && places[value] != NONE;
    }

    private void noteUse(int i, int number, int structure) {
        boolean isAccess =
                number == 0
                        && AliasSet.isObject(function.aux(i))
                        && function.imm(i) >= 8
                        && switch (function.opcode(i).effect()) {
                            case READS, WRITES -> true;
                            default -> false;
                        };
        boolean isRight =
                switch (function.opcode(i)) {
                    case BARRIER -> number == 0;
                    case REF_TEST -> function.imm(i) == function.imm(structure);
                    default -> isAccess;
                };
        if (!isRight || !flow.isReachable(function.block(i))) {
            escapes[structure] = true;
            return;
        }
        isUsedElsewhere[structure] |= function.block(i) != function.block(structure);
        if (function.opcode(i).effect() == Opcode.Effect.WRITES && isAccess) {
            int field = places[structure] + (int) function.imm(i);
            isChanged[structure] |= fields[field] != NONE;
            fields[field] = function.c(i);
        }
    }

    private boolean isReplaced(int structure) {
        return isStructure(structure)
                && !escapes[structure]
                && !(isChanged[structure] && isUsedElsewhere[structure]);
    }

    // ---- the replacement ----

    private boolean replaceIn(int block) {
        boolean changed = false;
        int next;
        for (int i = function.first(block); i != NONE; i = next) {
            next = function.next(i);
            if (function.operandCount(i) > 0 && isReplaced(function.operand(i, 0))) {
                changed = true;
                use(i, function.operand(i, 0));
            } else if (isReplaced(i)) {
                changed = true;
            }
        }
        return changed;
    }

    private void use(int i, int structure) {
        int field = places[structure] + (int) Math.min(function.imm(i), MOST_BYTES - 1);
        switch (function.opcode(i).effect()) {
            case READS -> {
                inserter.setPosition(function, i);
                map.replace(i, loaded(i, fields[field]));
            }
            case WRITES -> {
                if (function.opcode(i) != Opcode.BARRIER) {
                    fields[field] = function.c(i);
                }
            }
            default -> {
                inserter.setPosition(function, i);
                map.replace(i, inserter.constant(Type.I32, 1));
            }
        }
        function.remove(i);
    }

    /** What a load gives of the value that was stored: a packed field has its lower bits. */
    private int loaded(int load, int value) {
        return switch (function.opcode(load)) {
            case LOAD8_S -> inserter.unary(Opcode.EXTEND8_S, Type.I32, value);
            case LOAD16_S -> inserter.unary(Opcode.EXTEND16_S, Type.I32, value);
            case LOAD8_U -> masked(value, 0xff);
            case LOAD16_U -> masked(value, 0xffff);
            default -> value;
        };
    }

    private int masked(int value, int mask) {
        return inserter.binary(Opcode.AND, Type.I32, value, inserter.constant(Type.I32, mask));
    }

    private void removeStructures() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            int next;
            for (int i = function.first(b); i != NONE; i = next) {
                next = function.next(i);
                if (function.opcode(i) == Opcode.NEW_STRUCT && isReplaced(i)) {
                    function.remove(i);
                }
            }
        }
    }
}
