package wasm2obj.ir;

/**
 * Reads fields of the context once as long as they cannot have changed, takes the value of a global from the
 * instruction that set it, and drops sets that change nothing.
 *
 * <p>Why: the base and bound of a memory are read before each access to it where it is not pinned, and each function that
 * has data on the stack reads the stack pointer's global at both ends.
 *
 * <p>Each field has a version, or none: what may change the field takes it away, and the next read, or a set, gives a new
 * one. Where ways with different versions meet there is none, nor in the header of a loop that may change the field. Two
 * reads of one version give the same value, and the first takes the place of the second where it dominates it. Dominator-tree preorder with children in reverse
 * postorder visits all forward predecessors of a block before it, so one sweep does both. At most {@link
 * ContextFields#LIMIT} fields, fewer for functions with very many blocks, so the table of versions at the ends of blocks
 * stays linear.
 */
final class ContextLoads extends Pass {
    private static final int NONE = Function.NONE;
    private static final int TABLE_LIMIT = 1 << 22;

    private final ContextFields fields = new ContextFields();
    private final ValueMap map = new ValueMap();
    private Function function;
    private Dominators dominators;
    private Loops loops;
    private ControlFlow flow;
    private boolean changed;

    /** How many fields take part. */
    private int width;

    private int[] versions = new int[ContextFields.LIMIT];

    /** By block and field: the version at the block's end. */
    private int[] versionsAtEnd = new int[64];

    /** By version: the value of the field. */
    private int[] values = new int[64];

    private int versionCount;

    ContextLoads() {
        super("context", false);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        fields.collect(function, analyses.module());
        width = Math.min(fields.count(), TABLE_LIMIT / function.blockCount());
        if (width == 0 || !fields.isAnyReadAgain()) {
            return false;
        }
        flow = analyses.flow();
        dominators = analyses.dominators();
        loops = analyses.loops();
        fields.computeLoopKills(loops);
        versionsAtEnd = IntArrays.atLeast(versionsAtEnd, width * function.blockCount());
        versionCount = 0;
        changed = false;
        map.reset(function);
        for (int k = 0; k < dominators.count(); k++) {
            block(dominators.preorder(k));
        }
        map.apply(function);
        return changed;
    }

    private void block(int block) {
        enter(block);
        int next;
        for (int i = function.first(block); i != NONE; i = next) {
            next = function.next(i);
            switch (function.opcode(i).effect()) {
                case READS_CONTEXT -> read(i);
                case WRITES_CONTEXT -> write(i);
                case CALL, ALLOCATES -> kill(fields.killedBy(i));
                default -> {}
            }
        }
        System.arraycopy(versions, 0, versionsAtEnd, block * width, width);
    }

    private int newVersion(int value) {
        values = IntArrays.extended(values, versionCount + 1);
        values[versionCount] = value;
        return versionCount++;
    }

    private void kill(long set) {
        for (int f = 0; f < width; f++) {
            if ((set >>> f & 1) != 0) {
                versions[f] = NONE;
            }
        }
    }

    // ---- where ways meet ----

    private void enter(int block) {
        boolean isHeader = loops.isHeader(block);
        boolean first = true;
        long different = block == function.firstBlock() ? -1L : 0;
        for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
            int source = function.edgeSource(e);
            if (!flow.isReachable(source)) {
                continue;
            }
            if (flow.position(source) >= flow.position(block)) {
                // The end of a loop: what the loop keeps has the version it is entered with.
                // Another
                // cycle: nothing is known.
                different |= isHeader ? fields.killedIn(loops.loop(block)) : -1L;
                continue;
            }
            different |= merge(source * width, first);
            first = false;
        }
        kill(different);
    }

    private long merge(int at, boolean first) {
        long different = 0;
        for (int f = 0; f < width; f++) {
            if (first) {
                versions[f] = versionsAtEnd[at + f];
            } else if (versions[f] != versionsAtEnd[at + f]) {
                different |= 1L << f;
            }
        }
        return different;
    }

    // ---- instructions ----

    private void read(int i) {
        int field = fields.readBy(i);
        if (field == NONE || field >= width) {
            return;
        }
        int version = versions[field];
        if (version == NONE) {
            versions[field] = newVersion(i);
        } else if (isVisible(values[version], i)) {
            map.replace(i, values[version]);
            function.remove(i);
            changed = true;
        } else {
            values[version] = i;
        }
    }

    private boolean isVisible(int value, int at) {
        return dominators.dominates(function.block(value), function.block(at));
    }

    private void write(int i) {
        int field = fields.writtenBy(i);
        if (field == NONE || field >= width) {
            return;
        }
        int value = map.get(function.a(i));
        if (versions[field] != NONE && values[versions[field]] == value) {
            function.remove(i);
            changed = true;
            return;
        }
        kill(fields.killedBy(i));
        versions[field] = newVersion(value);
    }
}
