package wasm2obj.regalloc;

import wasm2obj.regalloc.internal.Assignment;
import wasm2obj.regalloc.internal.Coalescer;
import wasm2obj.regalloc.internal.LiveRanges;
import wasm2obj.regalloc.internal.MoveResolver;
import wasm2obj.regalloc.internal.Pieces;
import wasm2obj.regalloc.internal.RegionSplitter;
import wasm2obj.regalloc.internal.RegisterMatrix;
import wasm2obj.regalloc.internal.Splitter;

/**
 * The optimising allocator: greedy, with live range splitting.
 *
 * <p><b>Problem.</b> Give registers to the values whose accesses cost most, for as long as it pays, and let the rest live in the
 * stack frame; with few moves, loads and stores on hot paths, in near-linear time.
 *
 * <p><b>Strategy.</b>
 * <ol>
 *   <li>{@link LiveRanges}: where each value is live, exactly and with holes.
 *   <li>{@link Coalescer}: values that moves connect share a bundle if they are never live at once, hottest moves first.
 *   <li>Bundles become {@link Pieces}, the longest first in the queue: they find whole registers while there are some. A piece
 *       takes a register that is free for all its ranges ({@link Assignment}), the one that saves most moves; else it takes one
 *       from pieces of less weight (accesses saved per point occupied), which wait again.
 *   <li>A piece that gets none is split: into the uses of each block, then into windows within a block in which some register is
 *       free; what is left lives in the slot ({@link Splitter}). Operands in slots that need registers get tiny pieces that
 *       outweigh all others.
 *   <li>What went into a slot within a loop is split again: others may have left registers since.
 *   <li>{@link MoveResolver}: locations of operands, moves where places change, slots, stores, stack maps.
 * </ol>
 *
 * <p><b>Invariants.</b> A piece takes a register only from lighter ones, and parts are shorter than the whole, so the queue
 * empties. Fixed operands constrain nobody: their registers are reserved for the instruction alone and values are moved in and out.
 * So every piece can live in any register of its class, and only overlays, of which an instruction has no more than it has
 * operands, must have one.
 *
 * <p><b>What would be quadratic.</b> Liveness (blocks times values) and joins are limited by counts; a function beyond them is left to
 * {@link FastAllocator}. Whether a register is free is a question of a few words of bits, see {@link
 * wasm2obj.regalloc.internal.RegisterMatrix}.
 */
public final class GreedyAllocator implements Allocator {
    private static final int NONE = LiveRanges.NONE;

    private final FastAllocator fallback = new FastAllocator();
    private final LiveRanges ranges = new LiveRanges();
    private final Coalescer coalescer = new Coalescer();
    private final Pieces pieces = new Pieces();
    private final RegisterMatrix matrix = new RegisterMatrix();
    private final Assignment assignment = new Assignment();
    private final Splitter splitter = new Splitter();
    private final RegionSplitter regions = new RegionSplitter();
    private final MoveResolver resolver = new MoveResolver();

    private AllocationInput input;
    private RegisterFile registers;

    /** How often the fast allocator had to take over. */
    int fallbacks;

    @Override
    public void allocate(AllocationInput in, RegisterFile registerFile, Allocation result) {
        input = in;
        registers = registerFile;
        result.reset(in.operandCount);
        if (!ranges.build(in)) {
            fallBack(result);
            return;
        }
        coalescer.run(in, ranges);
        reserve(result);
        pieces.reset(in, ranges);
        assignment.reset(in, registers, ranges, pieces, coalescer, matrix);
        splitter.reset(in, ranges, pieces, matrix, assignment);
        regions.reset(in, ranges, pieces, matrix, assignment, splitter);
        formPieces();
        if (!allocateAll() || !tryAgain()) {
            fallBack(result);
            return;
        }
        resolver.resolve(in, registers, ranges, pieces, coalescer, splitter, result);
    }

    private boolean allocateAll() {
        for (int piece = pieces.poll(); piece != NONE; piece = pieces.poll()) {
            if (!allocate(piece)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gives pieces of loops' blocks that went into their slots early a second chance: what was in their way may have been split or
     * have lost its register since.
     */
    private boolean tryAgain() {
        int count = pieces.count;
        for (int piece = 0; piece < count; piece++) {
            if (pieces.places[piece] != Pieces.SPILLED
                    || pieces.heads[piece] == NONE
                    || pieces.isOverlay(piece)
                    || ranges.onStack[pieces.roots[piece]]
                    || !isInLoop(piece)) {
                continue;
            }
            pieces.measure(piece);
            if (pieces.costs[piece] > 0 && !pieces.isGlobal(piece)) {
                splitter.withdraw(piece);
                splitter.splitByWindow(piece);
                if (!allocateAll()) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isInLoop(int piece) {
        int block = ranges.blockOf(pieces.from(piece));
        return input.frequencies[block] > input.frequencies[0];
    }

    private void fallBack(Allocation result) {
        fallbacks++;
        fallback.allocate(input, registers, result);
    }

    /** Enters into the matrix what instructions reserve: fixed operands, clobbers and safepoints. */
    private void reserve(Allocation result) {
        matrix.reset(ranges, 2 * ranges.slotCount, registers.allocatable());
        for (int b = 0; b < input.blockCount; b++) {
            for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
                int early = 2 * LiveRanges.slot(i, b);
                result.usedRegisters |= input.clobbers[i];
                for (long left = input.clobbers[i]; left != 0; left &= left - 1) {
                    matrix.reserve(Long.numberOfTrailingZeros(left), early + 1, early + 2);
                }
                if ((input.flags[i] & AllocationInput.SAFEPOINT) != 0) {
                    matrix.addSafepoint(early + 1);
                }
            }
        }
        for (int o = 0; o < input.operandCount; o++) {
            if (ranges.kinds[o] == LiveRanges.FIXED) {
                int early = 2 * ranges.operandSlots[o];
                boolean definition = ranges.isDefinition(o);
                boolean late = Operand.isLate(input.operands[o]);
                int from = definition && late ? early + 1 : early;
                int to = definition || late ? early + 2 : early + 1;
                matrix.reserve(ranges.numbers[o], from, to);
            }
        }
    }

    private void formPieces() {
        for (int v = 0; v < input.vregCount; v++) {
            if (coalescer.root(v) != v || coalescer.heads[v] == NONE) {
                continue;
            }
            int piece = pieces.add(v, 0);
            for (int r = coalescer.heads[v]; r != NONE; ) {
                int next = ranges.next[r];
                pieces.append(piece, r);
                r = next;
            }
            if (ranges.onStack[v]) {
                splitter.spill(piece);
            } else {
                pieces.measure(piece);
                pieces.enqueue(piece);
            }
        }
    }

    /** Finds a place for a piece, or splits it; false if that is impossible. */
    private boolean allocate(int piece) {
        if (pieces.heads[piece] == NONE || pieces.places[piece] != Pieces.WAITING) {
            return true;
        }
        regions.forget();
        int register = assignment.findFree(piece);
        if (register != NONE && isWorth(piece, register)) {
            assignment.assign(piece, register);
            return true;
        }
        if (register == NONE && assignment.evictFor(piece)) {
            return true;
        }
        if (pieces.isOverlay(piece)) {
            return splitter.giveUpOverlay(piece);
        }
        split(piece);
        return true;
    }

    /** Whether a register that must be saved for it is better for the piece than to be split or in the slot. */
    private boolean isWorth(int piece, int register) {
        if (!assignment.isFresh(register) || pieces.isOverlay(piece)) {
            return true;
        }
        float cost = pieces.costs[piece];
        if (cost <= assignment.freshCost) {
            return false;
        }
        return !pieces.isGlobal(piece) || cost - regions.plan(piece) > assignment.freshCost;
    }

    private void split(int piece) {
        if (pieces.costs[piece] <= 0) {
            splitter.spill(piece);
        } else if (!pieces.isGlobal(piece)) {
            splitter.splitByWindow(piece);
        } else if (regions.planAgain(piece) > 0) {
            regions.split(piece);
        } else {
            splitter.splitByBlocks(piece);
        }
    }
}
