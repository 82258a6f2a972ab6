package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * The live ranges of a function's virtual registers, with holes, and their uses in order.
 *
 * <p><b>Points.</b> Each block begins with a label, a slot of its own in front of its instructions; labels and instructions are
 * numbered together as <em>slots</em>. Slot s has the points 2s (early) and 2s + 1 (late). A range is a half-open interval of
 * points. The label gives what arrives over an edge a place to be before the first instruction asks for it elsewhere.
 *
 * <p><b>Operands that are moves.</b> A fixed register is reserved for its operand alone, at the operand's point; the value is
 * moved there in front of the instruction, and a definition is moved away behind it. So a fixed use needs its value only up
 * to 2s, and a fixed definition's range begins at 2s + 2. In the same way the use that a definition reuses (a <em>tied</em> use) is
 * read by a move into the definition's register, whose range therefore begins at 2s. All these moves vanish when both
 * sides get the same register, which costs no more than a hint or a merged live range, and no constraint on a value remains
 * but to be in some register of its class.
 *
 * <p><b>Uses.</b> Each operand has a <em>key</em>, the point whose range it belongs to: for a fixed or tied use the point before
 * the instruction. The uses of a virtual register are a run of an array, ascending by key.
 *
 * <p><b>Cost.</b> Liveness is solved with bit sets over the virtual registers that cross blocks, in a few passes backward
 * over the blocks. That is blocks times registers; {@link #build} refuses by counts when not to try.
 */
public final class LiveRanges {
    /** No element of a list. */
    public static final int NONE = -1;

    // What an operand asks for, once fixed and tied operands have become moves.

    /** Any register or a slot. */
    public static final byte ANY = 0;

    /** Any register. */
    public static final byte REGISTER = 1;

    /** Reserved register, moved from or to. */
    public static final byte FIXED = 2;

    /** A definition into whose register the tied uses are moved first. */
    public static final byte REUSE = 3;

    /** The slot. */
    public static final byte STACK = 4;

    /** A use whose location is that of the definition it is tied to. */
    public static final byte TIED = 5;

    private static final int MAX_LIVENESS_WORDS = 4 << 20;
    private static final int MAX_LIVE_PAIRS = 32 << 20;
    private static final int MAX_PASSES = 40;
    private static final int MAX_SLOTS = 1 << 23;

    private AllocationInput input;

    // By slot.
    public int slotCount;
    public int[] slotBlock = new int[256];

    // By operand.
    public byte[] kinds = new byte[512];

    /** The register of a FIXED operand; the definition that a TIED use is tied to. */
    public int[] numbers = new int[512];

    /** The slot of the operand's instruction. */
    public int[] operandSlots = new int[512];

    // By virtual register.

    /** The defining operand, or NONE for a parameter. */
    public int[] definitions = new int[256];

    public int[] definitionBlocks = new int[256];

    /** First range in ascending order, linked by {@link #nextOfVreg}. */
    public int[] firstRange = new int[256];

    /** Uses of v: from {@code useStarts[v]} up to {@code useStarts[v + 1]}. */
    public int[] useStarts = new int[257];

    public boolean[] rematerializable = new boolean[256];

    /** Must live in its slot: it has a STACK operand. */
    public boolean[] onStack = new boolean[256];

    /** Number among those that cross blocks; NONE for the others. */
    private int[] globalNumbers = new int[256];

    private int[] globals = new int[64];
    private int globalCount;

    /** While ranges are built: where the range that is open ends; 0 for none. */
    private int[] openEnds = new int[256];

    // The uses: operand and key.
    public int[] useOperands = new int[512];
    public int[] useKeys = new int[512];

    // The ranges.
    public int rangeCount;
    public int[] from = new int[256];
    public int[] to = new int[256];
    public int[] vregs = new int[256];

    /** The next range of the same virtual register. */
    public int[] nextOfVreg = new int[256];

    /** The next range of the same piece, ascending; belongs to {@link Pieces}. */
    public int[] next = new int[256];

    /** The piece; belongs to {@link Pieces}. */
    public int[] pieces = new int[256];

    /** The first use with a key in the range, or the end of the run. */
    public int[] firstUses = new int[256];

    // Liveness, by block.
    private int words;
    private long[] liveIn = new long[64];
    private long[] killed = new long[64];
    private long[] liveOut = new long[4];

    /** Builds everything; false if the function is too large for it. */
    public boolean build(AllocationInput in) {
        input = in;
        if (in.instructionCount + in.blockCount > MAX_SLOTS) {
            return false;
        }
        grow();
        numberSlots();
        classifyOperands();
        for (int v = 0; v < in.vregCount; v++) {
            rematerializable[v] &= !onStack[v];
        }
        findGlobals();
        collectUses();
        return solveLiveness() && buildRanges();
    }

    /** The point at which the block begins. */
    public int blockFrom(int block) {
        return 2 * (input.blockStarts[block] + block);
    }

    /** The point at which the block ends. */
    public int blockTo(int block) {
        return 2 * (input.blockStarts[block + 1] + block + 1);
    }

    /** The block of a point. */
    public int blockOf(int point) {
        return slotBlock[point >> 1];
    }

    /** The instruction in front of which moves at the slot go: its own, or the block's first for a label. */
    public int place(int slot) {
        int block = slotBlock[slot];
        return Math.max(input.blockStarts[block], slot - block - 1);
    }

    /** The slot of an instruction of the block. */
    public static int slot(int instruction, int block) {
        return instruction + block + 1;
    }

    /** The first use of the range's value whose key is at the point or behind, of those from the range's first one on. */
    public int firstUseFrom(int range, int point) {
        int low = firstUses[range];
        int high = useStarts[vregs[range] + 1];
        while (low < high) {
            int middle = low + high >>> 1;
            if (useKeys[middle] < point) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether the operand is a definition. */
    public boolean isDefinition(int operand) {
        return Operand.isDefinition(input.operands[operand]);
    }

    /** Whether the definition is the work of its block's last instruction, so that nothing can be moved behind it. */
    public boolean isTerminatorDefinition(int vreg) {
        int operand = definitions[vreg];
        return operand != NONE && 2 * operandSlots[operand] + 2 == blockTo(definitionBlocks[vreg]);
    }

    private void grow() {
        int slots = input.instructionCount + input.blockCount;
        if (slotBlock.length < slots + 1) {
            slotBlock = new int[Math.max(slots + 1, 2 * slotBlock.length)];
        }
        if (kinds.length < input.operandCount) {
            int size = Math.max(input.operandCount, 2 * kinds.length);
            kinds = new byte[size];
            numbers = new int[size];
            operandSlots = new int[size];
            useOperands = new int[size];
            useKeys = new int[size];
        }
        int vregCount = input.vregCount;
        if (definitions.length < vregCount) {
            int size = Math.max(vregCount, 2 * definitions.length);
            definitions = new int[size];
            definitionBlocks = new int[size];
            firstRange = new int[size];
            useStarts = new int[size + 1];
            rematerializable = new boolean[size];
            onStack = new boolean[size];
            globalNumbers = new int[size];
            openEnds = new int[size];
        }
        Arrays.fill(definitions, 0, vregCount, NONE);
        Arrays.fill(firstRange, 0, vregCount, NONE);
        Arrays.fill(useStarts, 0, vregCount + 1, 0);
        Arrays.fill(rematerializable, 0, vregCount, false);
        Arrays.fill(onStack, 0, vregCount, false);
        Arrays.fill(globalNumbers, 0, vregCount, NONE);
        Arrays.fill(openEnds, 0, vregCount, 0);
        rangeCount = 0;
        globalCount = 0;
    }

    private void numberSlots() {
        int slot = 0;
        for (int b = 0; b < input.blockCount; b++) {
            int end = slot + 1 + input.blockStarts[b + 1] - input.blockStarts[b];
            Arrays.fill(slotBlock, slot, end, b);
            slot = end;
        }
        slotCount = slot;
    }

    // Operands.

    private void classifyOperands() {
        for (int b = 0; b < input.blockCount; b++) {
            for (int k = input.paramStarts[b]; k < input.paramStarts[b + 1]; k++) {
                definitionBlocks[input.params[k]] = b;
            }
            for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
                classifyInstruction(i, b);
            }
        }
    }

    private void classifyInstruction(int i, int block) {
        int start = input.operandStarts[i];
        int end = input.operandStarts[i + 1];
        boolean reuses = false;
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            int vreg = Operand.vreg(operand);
            int constraint = Operand.constraint(operand);
            operandSlots[o] = slot(i, block);
            kinds[o] = (byte) constraint;
            if (Operand.isDefinition(operand)) {
                definitions[vreg] = o;
                definitionBlocks[vreg] = block;
            }
            if (constraint == Operand.FIXED) {
                numbers[o] = Operand.number(operand);
            }
            reuses |= constraint == Operand.REUSE;
            if (constraint == Operand.STACK) {
                onStack[vreg] = true;
            }
            useStarts[vreg]++;
        }
        if (reuses) {
            for (int o = start; o < end; o++) {
                if (kinds[o] == REUSE) {
                    tie(o, start + Operand.number(input.operands[o]), start, end);
                }
            }
        }
        if ((input.flags[i] & AllocationInput.REMATERIALIZABLE) != 0) {
            rematerializable[Operand.vreg(input.operands[start])] = true;
        }
    }

    /** Ties the use to the definition, and with it the instruction's other early uses of the same value. */
    private void tie(int definition, int use, int start, int end) {
        if (kinds[use] == FIXED) {
            kinds[definition] = FIXED;
            numbers[definition] = numbers[use];
            return;
        }
        kinds[use] = TIED;
        numbers[use] = definition;
        int vreg = Operand.vreg(input.operands[use]);
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (Operand.vreg(operand) == vreg
                    && !Operand.isLate(operand)
                    && (kinds[o] == REGISTER || kinds[o] == ANY)) {
                kinds[o] = TIED;
                numbers[o] = definition;
            }
        }
    }

    // Uses.

    private void findGlobals() {
        for (int b = 0; b < input.blockCount; b++) {
            int end = input.operandStarts[input.blockStarts[b + 1]];
            for (int o = input.operandStarts[input.blockStarts[b]]; o < end; o++) {
                noteUse(Operand.vreg(input.operands[o]), b);
            }
            for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
                noteUse(input.arguments[k], b);
            }
        }
    }

    private void noteUse(int vreg, int block) {
        if (definitionBlocks[vreg] != block && globalNumbers[vreg] == NONE) {
            if (globalCount == globals.length) {
                globals = Arrays.copyOf(globals, 2 * globalCount);
            }
            globals[globalCount] = vreg;
            globalNumbers[vreg] = globalCount++;
        }
    }

    /** Sorts the operands by virtual register, keeping their order, and computes the keys. */
    private void collectUses() {
        int[] cursors = openEnds;
        int sum = 0;
        for (int v = 0; v < input.vregCount; v++) {
            int count = useStarts[v];
            useStarts[v] = sum;
            cursors[v] = sum;
            sum += count;
        }
        useStarts[input.vregCount] = sum;
        for (int o = 0; o < input.operandCount; o++) {
            int vreg = Operand.vreg(input.operands[o]);
            int at = cursors[vreg]++;
            int key = key(o);
            // Operands of one instruction may come in another order than their keys.
            for (; at > useStarts[vreg] && useKeys[at - 1] > key; at--) {
                useOperands[at] = useOperands[at - 1];
                useKeys[at] = useKeys[at - 1];
            }
            useOperands[at] = o;
            useKeys[at] = key;
        }
        Arrays.fill(cursors, 0, input.vregCount, 0);
    }

    /** The point whose range the operand belongs to. */
    private int key(int o) {
        long operand = input.operands[o];
        int early = 2 * operandSlots[o];
        boolean late = Operand.isLate(operand);
        if (Operand.isDefinition(operand)) {
            return kinds[o] == FIXED ? early + 2 : kinds[o] == REUSE || !late ? early : early + 1;
        }
        return kinds[o] == FIXED || kinds[o] == TIED ? early - 1 : early;
    }

    // Liveness.

    private boolean solveLiveness() {
        words = (globalCount + 63) >>> 6;
        long size = (long) words * input.blockCount;
        if (size > MAX_LIVENESS_WORDS) {
            return false;
        }
        if (liveIn.length < size) {
            liveIn = new long[(int) Math.max(size, 2 * liveIn.length)];
            killed = new long[liveIn.length];
        }
        if (liveOut.length < words) {
            liveOut = new long[2 * words];
        }
        Arrays.fill(liveIn, 0, (int) size, 0);
        Arrays.fill(killed, 0, (int) size, 0);
        for (int g = 0; g < globalCount; g++) {
            killed[definitionBlocks[globals[g]] * words + (g >>> 6)] |= 1L << g;
        }
        for (int b = 0; b < input.blockCount; b++) {
            int end = input.operandStarts[input.blockStarts[b + 1]];
            for (int o = input.operandStarts[input.blockStarts[b]]; o < end; o++) {
                enterUse(Operand.vreg(input.operands[o]), b);
            }
            for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
                enterUse(input.arguments[k], b);
            }
        }
        if (globalCount == 0) {
            return true;
        }
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            if (!flowBackward()) {
                return true;
            }
        }
        return false;
    }

    private void enterUse(int vreg, int block) {
        if (definitionBlocks[vreg] != block) {
            int g = globalNumbers[vreg];
            liveIn[block * words + (g >>> 6)] |= 1L << g;
        }
    }

    private boolean flowBackward() {
        boolean changed = false;
        for (int b = input.blockCount - 1; b >= 0; b--) {
            int at = b * words;
            for (int k = input.successorStarts[b]; k < input.successorStarts[b + 1]; k++) {
                int successor = input.successors[k] * words;
                for (int w = 0; w < words; w++) {
                    long old = liveIn[at + w];
                    long now = old | liveIn[successor + w] & ~killed[at + w];
                    changed |= now != old;
                    liveIn[at + w] = now;
                }
            }
        }
        return changed;
    }

    // Ranges, from the last block to the first.

    private boolean buildRanges() {
        long pairs = 0;
        for (int b = input.blockCount - 1; b >= 0; b--) {
            pairs += openLiveOut(b);
            if (pairs > MAX_LIVE_PAIRS) {
                return false;
            }
            for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
                openEnds[input.arguments[k]] = blockTo(b);
            }
            for (int i = input.blockStarts[b + 1] - 1; i >= input.blockStarts[b]; i--) {
                for (int o = input.operandStarts[i]; o < input.operandStarts[i + 1]; o++) {
                    buildOperand(o);
                }
            }
            for (int k = input.paramStarts[b]; k < input.paramStarts[b + 1]; k++) {
                int vreg = input.params[k];
                int end = Math.max(openEnds[vreg], blockFrom(b) + 2);
                openEnds[vreg] = 0;
                addRange(vreg, blockFrom(b), end);
            }
            closeLiveIn(b);
        }
        for (int v = 0; v < input.vregCount; v++) {
            findFirstUses(v);
        }
        return true;
    }

    private int openLiveOut(int b) {
        Arrays.fill(liveOut, 0, words, 0);
        for (int k = input.successorStarts[b]; k < input.successorStarts[b + 1]; k++) {
            int successor = input.successors[k] * words;
            for (int w = 0; w < words; w++) {
                liveOut[w] |= liveIn[successor + w];
            }
        }
        int end = blockTo(b);
        int count = 0;
        for (int w = 0; w < words; w++) {
            for (long left = liveOut[w]; left != 0; left &= left - 1) {
                openEnds[globals[(w << 6) + Long.numberOfTrailingZeros(left)]] = end;
                count++;
            }
        }
        return count;
    }

    private void closeLiveIn(int b) {
        int start = blockFrom(b);
        for (int w = 0; w < words; w++) {
            for (long left = liveIn[b * words + w]; left != 0; left &= left - 1) {
                int vreg = globals[(w << 6) + Long.numberOfTrailingZeros(left)];
                addRange(vreg, start, openEnds[vreg]);
                openEnds[vreg] = 0;
            }
        }
    }

    private void buildOperand(int o) {
        long operand = input.operands[o];
        int vreg = Operand.vreg(operand);
        int early = 2 * operandSlots[o];
        if (!Operand.isDefinition(operand)) {
            boolean moved = kinds[o] == FIXED || kinds[o] == TIED;
            int end = moved ? early : Operand.isLate(operand) ? early + 2 : early + 1;
            openEnds[vreg] = Math.max(openEnds[vreg], end);
            return;
        }
        int start = key(o);
        int end = Math.max(openEnds[vreg], early + 2);
        openEnds[vreg] = 0;
        if (start < end) {
            addRange(vreg, start, end);
        }
    }

    private void addRange(int vreg, int start, int end) {
        int head = firstRange[vreg];
        if (head != NONE && from[head] == end) {
            from[head] = start;
            return;
        }
        int range = newRange(vreg, start, end);
        nextOfVreg[range] = head;
        firstRange[vreg] = range;
    }

    private int newRange(int vreg, int start, int end) {
        if (rangeCount == from.length) {
            int size = 2 * rangeCount;
            from = Arrays.copyOf(from, size);
            to = Arrays.copyOf(to, size);
            vregs = Arrays.copyOf(vregs, size);
            nextOfVreg = Arrays.copyOf(nextOfVreg, size);
            next = Arrays.copyOf(next, size);
            pieces = Arrays.copyOf(pieces, size);
            firstUses = Arrays.copyOf(firstUses, size);
        }
        from[rangeCount] = start;
        to[rangeCount] = end;
        vregs[rangeCount] = vreg;
        next[rangeCount] = NONE;
        return rangeCount++;
    }

    private void findFirstUses(int vreg) {
        int use = useStarts[vreg];
        int end = useStarts[vreg + 1];
        for (int range = firstRange[vreg]; range != NONE; range = nextOfVreg[range]) {
            while (use < end && useKeys[use] < from[range]) {
                use++;
            }
            firstUses[range] = use;
        }
    }

    /**
     * A range of an overlay: known to its piece alone, not to its virtual register. Its {@link #firstUses} is the operand.
     */
    public int addOverlay(int operand, int start, int end) {
        int range = newRange(Operand.vreg(input.operands[operand]), start, end);
        nextOfVreg[range] = NONE;
        firstUses[range] = operand;
        return range;
    }

    /** The value that is moved into the register of a reusing definition, by way of its tied use. */
    public int tiedValue(int definition) {
        int i = operandSlots[definition] - slotBlock[operandSlots[definition]] - 1;
        int o = input.operandStarts[i];
        while (kinds[o] != TIED || numbers[o] != definition) {
            o++;
        }
        return Operand.vreg(input.operands[o]);
    }

    /** Cuts a range in two at a point inside; returns the second. Its piece is for the caller to set. */
    public int split(int range, int point) {
        int second = newRange(vregs[range], point, to[range]);
        to[range] = point;
        nextOfVreg[second] = nextOfVreg[range];
        nextOfVreg[range] = second;
        int use = firstUses[range];
        int end = useStarts[vregs[range] + 1];
        while (use < end && useKeys[use] < point) {
            use++;
        }
        firstUses[second] = use;
        return second;
    }

    /** The range of the virtual register that contains the point; NONE if it is not live there. */
    public int find(int vreg, int point) {
        int range = firstRange[vreg];
        while (range != NONE && to[range] <= point) {
            range = nextOfVreg[range];
        }
        return range != NONE && from[range] <= point ? range : NONE;
    }
}
