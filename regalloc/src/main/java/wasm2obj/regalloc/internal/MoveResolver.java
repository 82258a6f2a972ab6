package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.RegisterFile;

/**
 * Turns places of pieces into locations of operands and moves.
 *
 * <p><b>Problem.</b> Values change their places between pieces: within a block in front of an instruction, and on edges. Fixed
 * and tied operands, overlays and block parameters are moves as well. All that happens at one place happens at once.
 *
 * <p><b>Strategy.</b> For each virtual register its ranges are put in an array with their locations; two neighbours that differ
 * make a move where they meet. Only where a register has more than one location are the edges into its blocks looked at. All
 * moves are collected with a key that orders them by place: first what arrives over an edge, then what happens within the block, then
 * what leaves over an edge; and each group becomes a sequence by {@link ParallelMoves}.
 *
 * <p><b>Stores.</b> A value never changes, so a slot once written stays right. It is written either where each piece in a register
 * meets one in the slot, or once behind the definition: whichever costs less by the frequencies. The first keeps a call on a
 * cold path from costing the hot path anything, the second keeps loops free of repeated stores.
 *
 * <p><b>Invariants.</b> [before] The source of a move at an instruction is where the value is when the instruction before it is
 * done: that instruction's definition, else the range there.
 */
public final class MoveResolver {
    private static final int NONE = LiveRanges.NONE;

    // Order of the groups of moves at one place.
    private static final int ARRIVING = 0;
    private static final int WITHIN = 1;
    private static final int LEAVING = 2;

    private AllocationInput input;
    private RegisterFile registers;
    private LiveRanges ranges;
    private Pieces pieces;
    private Coalescer coalescer;
    private Splitter splitter;
    private Allocation out;

    private final SpillSlots spillSlots = new SpillSlots();
    private final ParallelMoves parallel = new ParallelMoves();
    private final ReferenceMaps maps = new ReferenceMaps();

    // The final ranges by virtual register.
    private int[] starts = new int[257];
    private int[] from = new int[256];
    private int[] to = new int[256];
    private int[] locations = new int[256];

    /** By bundle: it needs a slot. */
    private boolean[] spilled = new boolean[256];

    /** By virtual register: its slot, or NONE; whether the slot is right from the definition on. */
    private int[] slots = new int[256];

    private boolean[] stored = new boolean[256];

    // The moves.
    private int moveCount;
    private long[] keys = new long[64];
    private int[] sources = new int[64];
    private int[] targets = new int[64];
    private byte[] classes = new byte[64];

    // Stores of the virtual register at hand: moves from here on are stores, if they are the
    // cheaper ones.
    private int storeCount;
    private long[] storeKeys = new long[16];
    private int[] storeSources = new int[16];
    private float storeCost;

    /** Writes the result. */
    public void resolve(
            AllocationInput in,
            RegisterFile registerFile,
            LiveRanges liveRanges,
            Pieces allPieces,
            Coalescer bundles,
            Splitter overlays,
            Allocation result) {
        input = in;
        registers = registerFile;
        ranges = liveRanges;
        pieces = allPieces;
        coalescer = bundles;
        splitter = overlays;
        out = result;
        moveCount = 0;
        grow();
        assignSlots();
        listRanges();
        for (int v = 0; v < in.vregCount; v++) {
            locateOperands(v);
        }
        locateTiedOperands();
        for (int v = 0; v < in.vregCount; v++) {
            resolveVreg(v);
        }
        resolveArguments();
        emit();
        maps.build(in, slots, out);
    }

    private void grow() {
        if (slots.length < input.vregCount) {
            int size = Math.max(input.vregCount, 2 * slots.length);
            starts = new int[size + 1];
            spilled = new boolean[size];
            slots = new int[size];
            stored = new boolean[size];
        }
        if (from.length < ranges.rangeCount) {
            int size = Math.max(ranges.rangeCount, 2 * from.length);
            from = new int[size];
            to = new int[size];
            locations = new int[size];
        }
        Arrays.fill(spilled, 0, input.vregCount, false);
    }

    // Locations.

    private void assignSlots() {
        for (int v = 0; v < input.vregCount; v++) {
            if (ranges.rematerializable[v]) {
                continue;
            }
            for (int r = ranges.firstRange[v]; r != NONE; r = ranges.nextOfVreg[r]) {
                if (pieces.places[ranges.pieces[r]] == Pieces.SPILLED) {
                    spilled[coalescer.root(v)] = true;
                    break;
                }
            }
        }
        for (int piece = 0; piece < pieces.count; piece++) {
            if (pieces.isOverlay(piece) && pieces.places[piece] == Pieces.SPILLED) {
                spilled[coalescer.root(pieces.roots[piece])] = true;
            }
        }
        spillSlots.assign(input, ranges, coalescer, spilled, 2 * ranges.slotCount, out);
    }

    private void listRanges() {
        int count = 0;
        for (int v = 0; v < input.vregCount; v++) {
            starts[v] = count;
            boolean inSlot = false;
            int repeated =
                    ranges.rematerializable[v]
                            ? Allocation.REMATERIALIZE + instruction(ranges.definitions[v])
                            : NONE;
            int slot = spilled[coalescer.root(v)] ? spillSlots.slotOf(v) : NONE;
            for (int r = ranges.firstRange[v]; r != NONE; r = ranges.nextOfVreg[r]) {
                int place = pieces.places[ranges.pieces[r]];
                boolean inRegister = place >= 0;
                int location = inRegister ? place : repeated != NONE ? repeated : slot;
                inSlot |= location == slot && slot != NONE;
                if (count > starts[v]
                        && to[count - 1] == ranges.from[r]
                        && locations[count - 1] == location) {
                    to[count - 1] = ranges.to[r];
                    continue;
                }
                from[count] = ranges.from[r];
                to[count] = ranges.to[r];
                locations[count++] = location;
            }
            slots[v] = inSlot ? slot : NONE;
        }
        starts[input.vregCount] = count;
    }

    private int instruction(int operand) {
        int slot = ranges.operandSlots[operand];
        return slot - ranges.slotBlock[slot] - 1;
    }

    /** The index of the final range that contains the point; NONE if the value is not live there. */
    private int rangeAt(int vreg, int point) {
        int low = starts[vreg];
        int high = starts[vreg + 1] - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (to[middle] <= point) {
                low = middle + 1;
            } else if (from[middle] > point) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return NONE;
    }

    private void locateOperands(int vreg) {
        int range = starts[vreg];
        int last = starts[vreg + 1];
        for (int use = ranges.useStarts[vreg]; use < ranges.useStarts[vreg + 1]; use++) {
            int operand = ranges.useOperands[use];
            int key = ranges.useKeys[use];
            while (range < last && to[range] <= key) {
                range++;
            }
            if (ranges.kinds[operand] == LiveRanges.FIXED) {
                out.locations[operand] = ranges.numbers[operand];
            } else if (splitter.overlays[operand] != NONE) {
                int place = pieces.places[splitter.overlays[operand]];
                out.locations[operand] = place >= 0 ? place : spillSlots.slotOf(vreg);
            } else if (ranges.kinds[operand] != LiveRanges.TIED) {
                out.locations[operand] = locations[range];
            }
            if (ranges.isDefinition(operand) && Allocation.isRegister(out.locations[operand])) {
                out.usedRegisters |= 1L << out.locations[operand];
            }
        }
    }

    private void locateTiedOperands() {
        for (int o = 0; o < input.operandCount; o++) {
            if (ranges.kinds[o] == LiveRanges.TIED) {
                out.locations[o] = out.locations[ranges.numbers[o]];
            }
        }
    }

    /** Where the value is when what comes before the slot is done. */
    private int before(int vreg, int slot) {
        int definition = ranges.definitions[vreg];
        if (definition != NONE && ranges.operandSlots[definition] == slot - 1) {
            return out.locations[definition];
        }
        return locations[rangeAt(vreg, 2 * slot - 1)];
    }

    // Moves of one virtual register.

    private void resolveVreg(int vreg) {
        storeCount = 0;
        storeCost = 0;
        int first = starts[vreg];
        int last = starts[vreg + 1];
        stored[vreg] = false;
        resolveUses(vreg);
        boolean terminator = ranges.isTerminatorDefinition(vreg);
        if (first == last && !terminator) {
            return;
        }
        boolean atOnce = !terminator && resolveDefinition(vreg);
        for (int k = first + 1; k < last; k++) {
            if (to[k - 1] == from[k] && from[k] != ranges.blockFrom(ranges.blockOf(from[k]))) {
                resolveCut(vreg, from[k], locations[k]);
            }
        }
        if (terminator || last - first > 1) {
            for (int k = first; k < last; k++) {
                resolveEdges(vreg, k, terminator);
            }
        }
        if (storeCount > 0 && !atOnce) {
            placeStores(vreg, terminator);
        }
        stored[vreg] |= atOnce;
    }

    /** Moves into fixed registers, overlays and the registers of reusing definitions. */
    private void resolveUses(int vreg) {
        for (int use = ranges.useStarts[vreg]; use < ranges.useStarts[vreg + 1]; use++) {
            int operand = ranges.useOperands[use];
            int kind = ranges.kinds[operand];
            int slot = ranges.operandSlots[operand];
            int target = out.locations[operand];
            if (ranges.isDefinition(operand)) {
                if (kind == LiveRanges.REUSE) {
                    // It may be of another class than the definition: wider.
                    int tied = ranges.tiedValue(operand);
                    within(slot, before(tied, slot), target, tied);
                }
            } else if (kind == LiveRanges.FIXED) {
                int range = rangeAt(vreg, 2 * slot);
                if (range == NONE || locations[range] != target) {
                    within(slot, before(vreg, slot), target, vreg);
                }
            } else if (splitter.overlays[operand] != NONE) {
                int overlay = pieces.heads[splitter.overlays[operand]];
                if (ranges.firstUses[overlay] == operand) {
                    within(slot, before(vreg, slot), target, vreg);
                }
            }
        }
    }

    /** Moves a definition from its register to where it lives; true if that is the slot, which is then right for good. */
    private boolean resolveDefinition(int vreg) {
        int definition = ranges.definitions[vreg];
        if (definition == NONE) {
            int start = rangeAt(vreg, ranges.blockFrom(ranges.definitionBlocks[vreg]));
            return locations[start] == slots[vreg];
        }
        int slot = ranges.operandSlots[definition];
        int location = out.locations[definition];
        int after = rangeAt(vreg, 2 * slot + 2);
        if (location == slots[vreg]) {
            return true;
        }
        if (ranges.kinds[definition] == LiveRanges.FIXED) {
            if (after != NONE) {
                if (!isRematerialized(locations[after])) {
                    within(slot + 1, location, locations[after], vreg);
                }
                return locations[after] == slots[vreg];
            }
            return false;
        }
        if (splitter.overlays[definition] == NONE || slots[vreg] == NONE) {
            return false;
        }
        // Defined in an overlay, the value belongs in the slot if it is used there.
        for (int k = starts[vreg]; k < starts[vreg + 1]; k++) {
            if (locations[k] == slots[vreg] && to[k] > 2 * slot + 2) {
                within(slot + 1, location, slots[vreg], vreg);
                return true;
            }
        }
        return false;
    }

    /** Two ranges meet within a block. */
    private void resolveCut(int vreg, int point, int target) {
        int slot = point >> 1;
        int source = before(vreg, slot);
        if (source == target) {
            return;
        }
        if (target == slots[vreg]) {
            store(key(ranges.place(slot), WITHIN), source, ranges.slotBlock[slot]);
        } else if (!isRematerialized(target)) {
            within(slot, source, target, vreg);
        }
    }

    /** The edges into the blocks at whose start the range is live. */
    private void resolveEdges(int vreg, int range, boolean terminator) {
        int firstBlock = ranges.blockOf(from[range]);
        if (ranges.blockFrom(firstBlock) < from[range]) {
            firstBlock++;
        }
        int target = locations[range];
        int lastBlock = ranges.blockOf(to[range] - 1);
        for (int b = firstBlock; b <= lastBlock; b++) {
            if (ranges.definitionBlocks[vreg] == b || isRematerialized(target)) {
                continue;
            }
            for (int k = input.predecessorStarts[b]; k < input.predecessorStarts[b + 1]; k++) {
                int p = input.predecessors[k];
                int end = ranges.blockTo(p) - 1;
                if (end >= from[range] && end < to[range] && !terminator) {
                    continue;
                }
                int source = locationAtEnd(vreg, p);
                if (source != target) {
                    resolveEdge(vreg, p, b, source, target);
                }
            }
        }
    }

    private int locationAtEnd(int vreg, int block) {
        if (ranges.definitionBlocks[vreg] == block && ranges.isTerminatorDefinition(vreg)) {
            return out.locations[ranges.definitions[vreg]];
        }
        return locations[rangeAt(vreg, ranges.blockTo(block) - 1)];
    }

    private void resolveEdge(int vreg, int p, int b, int source, int target) {
        boolean leaving = input.successorStarts[p + 1] - input.successorStarts[p] == 1;
        long key =
                leaving
                        ? key(input.blockStarts[p + 1] - 1, LEAVING)
                        : key(input.blockStarts[b], ARRIVING);
        if (target == slots[vreg]) {
            store(key, source, leaving ? p : b);
        } else {
            move(key, source, target, input.vregClasses[vreg]);
        }
    }

    private void store(long key, int source, int block) {
        if (storeCount == storeKeys.length) {
            storeKeys = Arrays.copyOf(storeKeys, 2 * storeCount);
            storeSources = Arrays.copyOf(storeSources, 2 * storeCount);
        }
        storeKeys[storeCount] = key;
        storeSources[storeCount++] = source;
        storeCost += input.frequencies[block];
    }

    /** Stores the value once behind its definition, or wherever it goes to the slot. */
    private void placeStores(int vreg, boolean terminator) {
        int vregClass = input.vregClasses[vreg];
        int block = ranges.definitionBlocks[vreg];
        if (terminator || storeCost < input.frequencies[block]) {
            for (int k = 0; k < storeCount; k++) {
                move(storeKeys[k], storeSources[k], slots[vreg], vregClass);
            }
            return;
        }
        int definition = ranges.definitions[vreg];
        int slot =
                definition == NONE
                        ? ranges.blockFrom(block) / 2 + 1
                        : ranges.operandSlots[definition] + 1;
        within(slot, before(vreg, slot), slots[vreg], vreg);
        stored[vreg] = true;
    }

    private static boolean isRematerialized(int location) {
        return location >= Allocation.REMATERIALIZE;
    }

    // Block parameters.

    private void resolveArguments() {
        for (int p = 0; p < input.blockCount; p++) {
            int argument = input.argumentStarts[p];
            int count = input.argumentStarts[p + 1] - argument;
            if (count == 0) {
                continue;
            }
            int b = input.successors[input.successorStarts[p]];
            long key = key(input.blockStarts[p + 1] - 1, LEAVING);
            for (int k = 0; k < count; k++) {
                int vreg = input.arguments[argument + k];
                int param = input.params[input.paramStarts[b] + k];
                int source = locationAtEnd(vreg, p);
                int target = locations[rangeAt(param, ranges.blockFrom(b))];
                boolean there = stored[vreg] && slots[vreg] == target;
                if (!there) {
                    move(key, source, target, input.vregClasses[param]);
                }
            }
        }
    }

    // The moves.

    private static long key(int place, int group) {
        return (long) place << 2 | group;
    }

    /** A move in front of the slot's instruction. */
    private void within(int slot, int source, int target, int vreg) {
        move(key(ranges.place(slot), WITHIN), source, target, input.vregClasses[vreg]);
    }

    private void move(long key, int source, int target, int vregClass) {
        if (source == target) {
            return;
        }
        if (moveCount == keys.length) {
            int size = 2 * moveCount;
            keys = Arrays.copyOf(keys, size);
            sources = Arrays.copyOf(sources, size);
            targets = Arrays.copyOf(targets, size);
            classes = Arrays.copyOf(classes, size);
        }
        keys[moveCount] = key << 32 | moveCount;
        sources[moveCount] = source;
        targets[moveCount] = target;
        classes[moveCount++] = (byte) vregClass;
    }

    private void emit() {
        parallel.reset(out, registers);
        Arrays.sort(keys, 0, moveCount);
        for (int k = 0; k < moveCount; k++) {
            int m = (int) keys[k];
            parallel.add(sources[m], targets[m], classes[m]);
            if (k + 1 == moveCount || keys[k + 1] >>> 32 != keys[k] >>> 32) {
                parallel.emit((int) (keys[k] >>> 34));
            }
        }
    }
}
