package wasm2obj.regalloc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Proves that an allocation computes what its input says, by executing it with symbols for values.
 *
 * <p><b>Problem.</b> An allocator is large and clever; what it must guarantee is small: each use finds its value at the location
 * it was given, and the constraints hold. So the guarantee is checked apart from the allocator, knowing nothing of how it decides.
 *
 * <p><b>Strategy.</b> A state says for each location which virtual registers' values it holds for sure: possibly several, since
 * moves of the program and block parameters make values equal, possibly none. Executing an instruction checks its operands against
 * the state, forgets what it destroys and enters what it defines; a move copies a location's set. Where control merges only what
 * all predecessors agree on remains, and blocks are executed again until nothing changes. Only then are errors reported.
 *
 * <p><b>Invariants.</b> A state at the start of a block holds no virtual register that is not live there: so a definition in a
 * loop cannot meet its own value from the turn before. At a safepoint every reference in a register or in a slot that the stack
 * map does not name is forgotten, since the collector may have moved the object; rematerialisable references are not objects. A state
 * only ever shrinks, so the iteration ends.
 *
 * <p>This class is for tests and for verification on request: it takes time and memory freely, up to the number of
 * (block, live value) pairs.
 */
public final class AllocationChecker {
    private static final int MAX_ERRORS = 20;

    private final AllocationInput input;
    private final RegisterFile registers;
    private final Allocation result;
    private final List<String> errors = new ArrayList<>();

    private final int[] definitionBlocks;
    private final BitSet rematerializable = new BitSet();

    /** Virtual registers that are live at a block's start. */
    private final int[][] liveIn;

    /** By block: state at its start, ascending pairs of location and virtual register; null before the first visit. */
    private final long[][] states;

    /** First move, first stack map of each instruction. */
    private final int[] moveStarts;

    private final int[] mapOf;

    /** The state while a block is executed: virtual registers by location. */
    private final int[][] held;

    private final int[] heldCounts;
    private final BitSet touched = new BitSet();
    private final BitSet inputLive = new BitSet();

    /** By virtual register, while an edge is looked at: list of the parameters (plus 1) that it is passed to. */
    private final int[] paramOf;

    private final long writable;
    private boolean reporting = true;

    private AllocationChecker(AllocationInput input, RegisterFile registers, Allocation result) {
        this.input = input;
        this.registers = registers;
        this.result = result;
        definitionBlocks = new int[input.vregCount];
        liveIn = new int[input.blockCount][];
        states = new long[input.blockCount][];
        moveStarts = new int[input.instructionCount + 1];
        mapOf = new int[input.instructionCount];
        held = new int[Allocation.SLOT + result.slotCount][4];
        heldCounts = new int[Allocation.SLOT + result.slotCount];
        paramOf = new int[input.vregCount];
        writable = writableRegisters();
    }

    /** What moves may write: allocatable, scratch, or fixed for some operand. */
    private long writableRegisters() {
        long set =
                registers.allocatable()
                        | 1L << registers.integerScratch()
                        | 1L << registers.vectorScratch();
        for (int o = 0; o < input.operandCount; o++) {
            if (Operand.constraint(input.operands[o]) == Operand.FIXED) {
                set |= 1L << Operand.number(input.operands[o]);
            }
        }
        return set;
    }

    /** The errors of an allocation, one line each; empty if it is right. */
    public static List<String> check(
            AllocationInput input, RegisterFile registers, Allocation result) {
        AllocationChecker checker = new AllocationChecker(input, registers, result);
        checker.checkMoves();
        checker.checkMaps();
        checker.checkOperands();
        if (checker.errors.isEmpty()) {
            checker.execute();
        }
        return checker.errors;
    }

    private void error(String message) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(message);
        }
    }

    private void error(int i, String message) {
        if (reporting && errors.size() < MAX_ERRORS) {
            error(
                    "instruction "
                            + i
                            + ": "
                            + message
                            + ": "
                            + AllocationText.printInstruction(input, result, i));
        }
    }

    // What can be seen without executing.

    private void checkMoves() {
        int move = 0;
        for (int i = 0; i < input.instructionCount; i++) {
            moveStarts[i] = move;
            for (; move < result.moveCount && result.movePlaces[move] == i; move++) {
                checkMove(move);
            }
        }
        moveStarts[input.instructionCount] = move;
        if (move != result.moveCount) {
            error("move " + move + " is out of order, at " + result.movePlaces[move]);
        }
    }

    private void checkMove(int m) {
        int from = result.moveSources[m];
        int to = result.moveTargets[m];
        int vregClass = result.moveClasses[m];
        String text =
                "move " + AllocationText.location(to) + " <- " + AllocationText.location(from);
        if (!isLocation(to, vregClass)) {
            error(text + ": bad target for class " + vregClass);
        }
        if (from >= Allocation.REMATERIALIZE) {
            int i = from - Allocation.REMATERIALIZE;
            if (i >= input.instructionCount
                    || (input.flags[i] & AllocationInput.REMATERIALIZABLE) == 0) {
                error(text + ": not rematerialisable");
            } else if (!Allocation.isRegister(to)) {
                error(text + ": rematerialised into a slot");
            }
        } else if (!isLocation(from, vregClass)) {
            error(text + ": bad source for class " + vregClass);
        } else if (!Allocation.isRegister(from) && !Allocation.isRegister(to)) {
            error(text + ": from slot to slot");
        }
        if (Allocation.isRegister(to)) {
            checkWritten(to, text);
        }
    }

    private void checkWritten(int register, String text) {
        if ((result.usedRegisters >>> register & 1) == 0) {
            error(text + ": " + AllocationText.location(register) + " is not in usedRegisters");
        }
    }

    private boolean isLocation(int location, int vregClass) {
        if (location < 0) {
            return false;
        }
        if (Allocation.isRegister(location)) {
            return RegisterFile.fits(vregClass, location);
        }
        int slot = Allocation.slot(location);
        int size = vregClass == RegisterFile.VECTOR ? 2 : 1;
        return slot % size == 0 && slot + size <= result.slotCount;
    }

    private void checkMaps() {
        Arrays.fill(mapOf, -1);
        int last = -1;
        for (int m = 0; m < result.stackMapCount; m++) {
            int i = result.stackMapInstructions[m];
            if (i <= last || i >= input.instructionCount) {
                error("stack map " + m + " is out of order, at " + i);
                return;
            }
            last = i;
            mapOf[i] = m;
            if ((input.flags[i] & AllocationInput.SAFEPOINT) == 0) {
                error("stack map at instruction " + i + ", which is no safepoint");
            }
            int before = -1;
            for (int k = result.stackMapStarts[m]; k < result.stackMapStarts[m + 1]; k++) {
                int slot = result.stackMapSlots[k];
                if (slot <= before || slot >= result.slotCount) {
                    error("stack map at instruction " + i + ": slot " + slot + " out of order");
                }
                before = slot;
            }
        }
    }

    private void checkOperands() {
        for (int i = 0; i < input.instructionCount; i++) {
            int start = input.operandStarts[i];
            int end = input.operandStarts[i + 1];
            for (int o = start; o < end; o++) {
                checkConstraint(i, o, start);
                checkOverlaps(i, o, start, end);
            }
        }
    }

    private void checkConstraint(int i, int o, int start) {
        long operand = input.operands[o];
        int location = result.locations[o];
        int vregClass = input.vregClass(Operand.vreg(operand));
        boolean register = Allocation.isRegister(location);
        if (isOmitted(i, o)) {
            return;
        }
        if (!isLocation(location, vregClass) || location >= Allocation.REMATERIALIZE) {
            error(i, AllocationText.location(location) + " cannot hold class " + vregClass);
            return;
        }
        boolean right =
                switch (Operand.constraint(operand)) {
                    case Operand.ANY -> true;
                    case Operand.REGISTER -> register;
                    case Operand.FIXED -> location == Operand.number(operand);
                    case Operand.REUSE ->
                            register
                                    && location
                                            == result.locations[start + Operand.number(operand)];
                    case Operand.STACK -> !register;
                    default -> false;
                };
        if (!right) {
            error(
                    i,
                    AllocationText.location(location)
                            + " breaks the constraint of operand "
                            + (o - start));
        }
        if (register) {
            boolean fixed = Operand.constraint(operand) == Operand.FIXED;
            boolean reusesFixed = Operand.constraint(operand) == Operand.REUSE;
            if (!fixed && !reusesFixed && (registers.allocatable() >>> location & 1) == 0) {
                error(i, AllocationText.location(location) + " is not allocatable");
            }
            if (Operand.isDefinition(operand) && (result.usedRegisters >>> location & 1) == 0) {
                error(i, AllocationText.location(location) + " is not in usedRegisters");
            }
        }
    }

    /** Whether the operand is the definition of an instruction that is only repeated elsewhere. */
    private boolean isOmitted(int i, int o) {
        return result.locations[o] == Allocation.REMATERIALIZE + i
                && Operand.isDefinition(input.operands[o])
                && Operand.constraint(input.operands[o]) != Operand.FIXED
                && (input.flags[i] & AllocationInput.REMATERIALIZABLE) != 0;
    }

    /** A definition must not meet what is read or written at the same time. */
    private void checkOverlaps(int i, int o, int start, int end) {
        long operand = input.operands[o];
        boolean definition = Operand.isDefinition(operand);
        boolean late = Operand.isLate(operand);
        int location = result.locations[o];
        boolean throughout = definition != late;
        if (throughout
                && Allocation.isRegister(location)
                && (input.clobbers[i] >>> location & 1) != 0) {
            error(i, AllocationText.location(location) + " is clobbered while it is needed");
        }
        if (!definition) {
            return;
        }
        for (int other = start; other < end; other++) {
            if (other == o || !overlaps(o, other)) {
                continue;
            }
            boolean otherDefinition = Operand.isDefinition(input.operands[other]);
            boolean conflict = otherDefinition || Operand.isLate(input.operands[other]) || !late;
            boolean reused =
                    Operand.constraint(operand) == Operand.REUSE
                            && start + Operand.number(operand) == other;
            if (conflict && !reused) {
                error(i, "operands " + (o - start) + " and " + (other - start) + " overlap");
            }
        }
    }

    private boolean overlaps(int o, int other) {
        int a = result.locations[o];
        int b = result.locations[other];
        if (a == b || Allocation.isRegister(a) || Allocation.isRegister(b)) {
            return a == b;
        }
        return a < b + size(other) && b < a + size(o);
    }

    private int size(int o) {
        return input.vregClass(Operand.vreg(input.operands[o])) == RegisterFile.VECTOR ? 2 : 1;
    }

    // Liveness, by walking from each use to the definition.

    private void findLiveness() {
        int[][] uses = new int[input.vregCount][];
        int[] useCounts = new int[input.vregCount];
        for (int b = 0; b < input.blockCount; b++) {
            for (int k = input.paramStarts[b]; k < input.paramStarts[b + 1]; k++) {
                definitionBlocks[input.params[k]] = b;
            }
            for (int o = firstOperand(b); o < firstOperand(b + 1); o++) {
                int vreg = Operand.vreg(input.operands[o]);
                if (Operand.isDefinition(input.operands[o])) {
                    definitionBlocks[vreg] = b;
                } else {
                    addUse(uses, useCounts, vreg, b);
                }
            }
            for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
                addUse(uses, useCounts, input.arguments[k], b);
            }
        }
        int[] stamps = new int[input.blockCount];
        int[] counts = new int[input.blockCount];
        int[] worklist = new int[input.blockCount];
        Arrays.fill(stamps, -1);
        for (int v = 0; v < input.vregCount; v++) {
            stamps[definitionBlocks[v]] = v;
            for (int u = 0; u < useCounts[v]; u++) {
                int pending = 0;
                if (stamps[uses[v][u]] != v) {
                    stamps[uses[v][u]] = v;
                    worklist[pending++] = uses[v][u];
                }
                while (pending > 0) {
                    int b = worklist[--pending];
                    liveIn[b] = append(liveIn[b], counts[b]++, v);
                    for (int k = input.predecessorStarts[b];
                            k < input.predecessorStarts[b + 1];
                            k++) {
                        int p = input.predecessors[k];
                        if (stamps[p] != v) {
                            stamps[p] = v;
                            worklist[pending++] = p;
                        }
                    }
                }
            }
        }
        for (int b = 0; b < input.blockCount; b++) {
            liveIn[b] = liveIn[b] == null ? new int[0] : Arrays.copyOf(liveIn[b], counts[b]);
        }
        if (liveIn[0].length > 0) {
            error("v" + liveIn[0][0] + " is live at the function's start");
        }
    }

    private int firstOperand(int block) {
        return input.operandStarts[input.blockStarts[block]];
    }

    private static void addUse(int[][] uses, int[] counts, int vreg, int block) {
        int count = counts[vreg];
        if (count == 0 || uses[vreg][count - 1] != block) {
            uses[vreg] = append(uses[vreg], count, block);
            counts[vreg]++;
        }
    }

    private static int[] append(int[] array, int count, int element) {
        int[] target = array;
        if (target == null) {
            target = new int[4];
        } else if (count == target.length) {
            target = Arrays.copyOf(target, 2 * count);
        }
        target[count] = element;
        return target;
    }

    // The execution.

    private void execute() {
        for (int i = 0; i < input.instructionCount; i++) {
            if ((input.flags[i] & AllocationInput.REMATERIALIZABLE) != 0) {
                rematerializable.set(Operand.vreg(input.operands[input.operandStarts[i]]));
            }
        }
        findLiveness();
        reporting = false;
        if (input.blockCount == 0) {
            return;
        }
        BitSet pending = new BitSet();
        states[0] = new long[0];
        pending.set(0);
        for (int b = 0; b >= 0; b = next(pending, b)) {
            pending.clear(b);
            executeBlock(b);
            for (int k = input.successorStarts[b]; k < input.successorStarts[b + 1]; k++) {
                if (merge(b, input.successors[k])) {
                    pending.set(input.successors[k]);
                }
            }
        }
        reporting = true;
        for (int b = 0; b < input.blockCount && errors.size() < MAX_ERRORS; b++) {
            if (states[b] != null) {
                executeBlock(b);
            }
        }
    }

    private static int next(BitSet pending, int after) {
        int b = pending.nextSetBit(after);
        return b >= 0 ? b : pending.nextSetBit(0);
    }

    private void executeBlock(int b) {
        for (int l = touched.nextSetBit(0); l >= 0; l = touched.nextSetBit(l + 1)) {
            heldCounts[l] = 0;
        }
        touched.clear();
        for (long pair : states[b]) {
            add((int) (pair >>> 32), (int) pair);
        }
        BitSet[] liveReferences = hasSafepoint(b) ? liveAcross(b) : null;
        for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
            for (int m = moveStarts[i]; m < moveStarts[i + 1]; m++) {
                executeMove(i, m);
            }
            executeInstruction(
                    i, liveReferences == null ? null : liveReferences[i - input.blockStarts[b]]);
        }
    }

    /** Enters the end of block {@code b} into the start of {@code successor}; whether that changed it. */
    private boolean merge(int b, int successor) {
        inputLive.clear();
        for (int v : liveIn[successor]) {
            inputLive.set(v);
        }
        int firstParam = input.paramStarts[successor];
        int paramCount = input.paramStarts[successor + 1] - firstParam;
        int firstArgument = input.argumentStarts[b];
        int[] nextParam = new int[paramCount];
        for (int p = 0; p < paramCount; p++) {
            int argument = input.arguments[firstArgument + p];
            nextParam[p] = paramOf[argument];
            paramOf[argument] = p + 1;
        }
        long[] pairs = new long[16];
        int count = 0;
        for (int l = touched.nextSetBit(0); l >= 0; l = touched.nextSetBit(l + 1)) {
            for (int k = 0; k < heldCounts[l]; k++) {
                int vreg = held[l][k];
                if (inputLive.get(vreg)) {
                    pairs = append(pairs, count++, l, vreg);
                }
                for (int p = paramOf[vreg]; p > 0; p = nextParam[p - 1]) {
                    pairs = append(pairs, count++, l, input.params[firstParam + p - 1]);
                }
            }
        }
        for (int p = 0; p < paramCount; p++) {
            paramOf[input.arguments[firstArgument + p]] = 0;
        }
        Arrays.sort(pairs, 0, count);
        long[] old = states[successor];
        if (old == null) {
            states[successor] = Arrays.copyOf(pairs, count);
            return true;
        }
        int kept = 0;
        int at = 0;
        for (long pair : old) {
            while (at < count && pairs[at] < pair) {
                at++;
            }
            if (at < count && pairs[at] == pair) {
                old[kept++] = pair;
            }
        }
        if (kept == old.length) {
            return false;
        }
        states[successor] = Arrays.copyOf(old, kept);
        return true;
    }

    private static long[] append(long[] pairs, int count, int location, int vreg) {
        long[] target = count == pairs.length ? Arrays.copyOf(pairs, 2 * count) : pairs;
        target[count] = (long) location << 32 | vreg;
        return target;
    }

    private boolean hasSafepoint(int b) {
        for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
            if ((input.flags[i] & AllocationInput.SAFEPOINT) != 0) {
                return true;
            }
        }
        return false;
    }

    /** For each safepoint of a block the references that are live across it. */
    private BitSet[] liveAcross(int b) {
        int start = input.blockStarts[b];
        BitSet[] across = new BitSet[input.blockStarts[b + 1] - start];
        if (!hasSafepoint(b)) {
            return across;
        }
        BitSet live = new BitSet();
        for (int k = input.successorStarts[b]; k < input.successorStarts[b + 1]; k++) {
            for (int v : liveIn[input.successors[k]]) {
                live.set(v);
            }
        }
        for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
            live.set(input.arguments[k]);
        }
        for (int i = input.blockStarts[b + 1] - 1; i >= start; i--) {
            for (int o = input.operandStarts[i]; o < input.operandStarts[i + 1]; o++) {
                long operand = input.operands[o];
                if (Operand.isDefinition(operand)) {
                    live.clear(Operand.vreg(operand));
                } else if (Operand.isLate(operand)) {
                    live.set(Operand.vreg(operand));
                }
            }
            if ((input.flags[i] & AllocationInput.SAFEPOINT) != 0) {
                BitSet references = new BitSet();
                for (int v = live.nextSetBit(0); v >= 0; v = live.nextSetBit(v + 1)) {
                    if (input.vregClass(v) == RegisterFile.REFERENCE) {
                        references.set(v);
                    }
                }
                across[i - start] = references;
            }
            for (int o = input.operandStarts[i]; o < input.operandStarts[i + 1]; o++) {
                if (!Operand.isDefinition(input.operands[o])) {
                    live.set(Operand.vreg(input.operands[o]));
                }
            }
        }
        return across;
    }

    private void executeMove(int i, int m) {
        int from = result.moveSources[m];
        int to = result.moveTargets[m];
        int vregClass = result.moveClasses[m];
        boolean allocatable = !Allocation.isRegister(to) || (writable >>> to & 1) != 0;
        if (!allocatable) {
            error(i, "move to " + AllocationText.location(to) + ", which is not allocatable");
        }
        if (from >= Allocation.REMATERIALIZE) {
            forget(to, vregClass);
            int definition = input.operandStarts[from - Allocation.REMATERIALIZE];
            add(to, Operand.vreg(input.operands[definition]));
            return;
        }
        if (from == to) {
            return;
        }
        if (vregClass != RegisterFile.VECTOR && heldCounts[from] > 0) {
            for (int k = 0; k < heldCounts[from]; k++) {
                if (input.vregClass(held[from][k]) == RegisterFile.VECTOR) {
                    error(i, "move of a part of v" + held[from][k]);
                }
            }
        }
        forget(to, vregClass);
        for (int k = 0; k < heldCounts[from]; k++) {
            add(to, held[from][k]);
        }
    }

    private void executeInstruction(int i, BitSet liveReferences) {
        int start = input.operandStarts[i];
        int end = input.operandStarts[i + 1];
        for (int o = start; o < end; o++) {
            if (!Operand.isDefinition(input.operands[o])) {
                int location = result.locations[o];
                int vreg = Operand.vreg(input.operands[o]);
                if (!holds(location, vreg)) {
                    error(i, "v" + vreg + " is not in " + AllocationText.location(location));
                }
            }
        }
        int[] copied = copiedSet(i, start);
        for (int r = 0; r < 64; r++) {
            if ((input.clobbers[i] >>> r & 1) != 0) {
                heldCounts[r] = 0;
            }
        }
        if (liveReferences != null) {
            safepoint(i, liveReferences);
        }
        for (int o = start; o < end; o++) {
            if (Operand.isDefinition(input.operands[o]) && !isOmitted(i, o)) {
                define(o);
            }
        }
        for (int vreg : copied) {
            add(result.locations[start], vreg);
            for (int l = touched.nextSetBit(0); l >= 0; l = touched.nextSetBit(l + 1)) {
                if (l != result.locations[start] && holds(l, vreg)) {
                    add(l, Operand.vreg(input.operands[start]));
                }
            }
        }
    }

    private void define(int o) {
        int vreg = Operand.vreg(input.operands[o]);
        forget(result.locations[o], input.vregClass(vreg));
        add(result.locations[o], vreg);
    }

    /** What the target of a program's copy holds beside its own value: the value that it copies. */
    private int[] copiedSet(int i, int start) {
        if ((input.flags[i] & AllocationInput.MOVE) == 0) {
            return new int[0];
        }
        int vreg = Operand.vreg(input.operands[start + 1]);
        boolean sameClass =
                input.vregClass(vreg) == input.vregClass(Operand.vreg(input.operands[start]));
        return sameClass ? new int[] {vreg} : new int[0];
    }

    private void safepoint(int i, BitSet liveReferences) {
        BitSet mapped = new BitSet();
        if (mapOf[i] >= 0) {
            int m = mapOf[i];
            for (int k = result.stackMapStarts[m]; k < result.stackMapStarts[m + 1]; k++) {
                mapped.set(Allocation.SLOT + result.stackMapSlots[k]);
            }
        }
        for (int l = mapped.nextSetBit(0); l >= 0; l = mapped.nextSetBit(l + 1)) {
            boolean live = false;
            for (int k = 0; k < heldCounts[l]; k++) {
                live |= liveReferences.get(held[l][k]);
            }
            if (!live) {
                error(
                        i,
                        "the stack map names "
                                + AllocationText.location(l)
                                + " without a live reference");
            }
        }
        for (int v = liveReferences.nextSetBit(0); v >= 0; v = liveReferences.nextSetBit(v + 1)) {
            boolean found = rematerializable.get(v);
            for (int l = mapped.nextSetBit(0); l >= 0 && !found; l = mapped.nextSetBit(l + 1)) {
                found = holds(l, v);
            }
            if (!found) {
                error(i, "the stack map lacks p" + v);
            }
        }
        for (int l = touched.nextSetBit(0); l >= 0; l = touched.nextSetBit(l + 1)) {
            if (!mapped.get(l)) {
                forgetReferences(l);
            }
        }
    }

    private void forgetReferences(int location) {
        int kept = 0;
        for (int k = 0; k < heldCounts[location]; k++) {
            int vreg = held[location][k];
            if (input.vregClass(vreg) != RegisterFile.REFERENCE || rematerializable.get(vreg)) {
                held[location][kept++] = vreg;
            }
        }
        heldCounts[location] = kept;
    }

    // The state.

    private boolean holds(int location, int vreg) {
        for (int k = 0; k < heldCounts[location]; k++) {
            if (held[location][k] == vreg) {
                return true;
            }
        }
        return false;
    }

    private void add(int location, int vreg) {
        if (!holds(location, vreg)) {
            held[location] = append(held[location], heldCounts[location], vreg);
            heldCounts[location]++;
            touched.set(location);
        }
    }

    /** Forgets what a location holds before a value of the class is written there. */
    private void forget(int location, int vregClass) {
        heldCounts[location] = 0;
        if (Allocation.isRegister(location)) {
            return;
        }
        if (vregClass == RegisterFile.VECTOR) {
            heldCounts[location + 1] = 0;
        }
        int below = location - 1;
        if (!Allocation.isRegister(below)
                && heldCounts[below] > 0
                && input.vregClass(held[below][0]) == RegisterFile.VECTOR) {
            heldCounts[below] = 0;
        }
    }
}
