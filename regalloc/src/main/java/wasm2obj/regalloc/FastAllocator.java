package wasm2obj.regalloc;

import java.util.Arrays;
import wasm2obj.regalloc.internal.BlockRanges;
import wasm2obj.regalloc.internal.ParallelMoves;
import wasm2obj.regalloc.internal.ReferenceMaps;
import wasm2obj.regalloc.internal.SlotPool;

/**
 * The fast allocator: one pass over the code, in linear time and memory whatever the code looks like.
 *
 * <p><b>Problem.</b> Code for -O0, and for functions so large that nothing better than linear can be paid.
 *
 * <p><b>Strategy.</b> A value that is used in its block alone is <em>local</em>, any other is <em>global</em> and has a slot from
 * its definition on, where it is stored at once. Within a block, values are in registers as long as there are enough; a
 * local value goes to a slot when it loses its register, a global one is already there. In SSA form a slot never gets
 * stale, so each value is stored once at most, and losing a register costs nothing more. All global values are in their
 * slots between blocks, so edges need no moves but those to block parameters. A block that follows its only
 * predecessor goes on with the registers as they are. Rematerialisable values have no slots.
 *
 * <p>The passes over an instruction's operands go from what has least choice to what has most: early fixed definitions
 * empty their registers, fixed uses move there, then uses that must survive the instruction (late, reused), temporaries, the
 * other uses, and after the values that the instruction destroys have been brought to safety, the definitions.
 *
 * <p><b>Invariants.</b>
 * <ul>
 *   <li>[home] {@code homes[v] == r} if and only if {@code occupants[r] == v}: v's value is in r before whatever is emitted next.
 *   <li>[pinned] A register in {@code pinned} is an operand's location, to be read or written while the instruction starts: nothing
 *       is moved there in front of this instruction any more.
 *   <li>[late] A register in {@code lateBusy} is not available to definitions: they write while it is read, or it is destroyed.
 *   <li>[order] Moves in front of an instruction are emitted in order as homes change, so each move's source is a home.
 *   <li>[slot] Slots of local values are released after the instruction with the last use, not at it: moves in front of the
 *       instruction must not overwrite what it reads.
 * </ul>
 */
public final class FastAllocator implements Allocator {
    private static final int NONE = -1;

    private static final int GLOBAL = 1;
    private static final int REMATERIALIZED = 2;

    /** Up to so many clobbers, values in them move to other registers; more look like a call. */
    private static final int FEW_CLOBBERS = 4;

    private final BlockRanges ranges = new BlockRanges();
    private final SlotPool slots = new SlotPool();
    private final ParallelMoves moves = new ParallelMoves();
    private final ReferenceMaps maps = new ReferenceMaps();

    private AllocationInput input;
    private RegisterFile registers;
    private Allocation result;
    private long integerRegisters;
    private long vectorRegisters;

    // By virtual register.
    private byte[] kinds = new byte[256];
    private byte[] hints = new byte[256];

    /** Uses not yet seen, in layout order. For a local value 0 means that it is dead, for a global one nothing. */
    private int[] remaining = new int[256];

    private int[] homes = new int[256];

    /** Location of the slot if it has one; kept to the end for the stack maps. */
    private int[] slotOf = new int[256];

    /** The instruction that defines a rematerialisable value. */
    private int[] definitions = new int[256];

    // By register.
    private final int[] occupants = new int[64];
    private long occupied;

    // The instruction at hand.
    private int at;
    private long pinned;
    private long lateBusy;
    private int nextVictim;

    // Lists for the slots of global values, by position of the first and last block.
    private int[] startingAt = new int[64];
    private int[] endingAt = new int[64];
    private int[] nextStarting = new int[256];
    private int[] nextEnding = new int[256];

    // Stores on the edges behind a last instruction that defines something.
    private int edgeStoreCount;
    private int[] edgeStores = new int[16];

    @Override
    public void allocate(AllocationInput in, RegisterFile registerFile, Allocation out) {
        input = in;
        registers = registerFile;
        result = out;
        long vectors = -1L << RegisterFile.FIRST_VECTOR;
        integerRegisters = registers.allocatable() & ~vectors;
        vectorRegisters = registers.allocatable() & vectors;
        out.reset(in.operandCount);
        Arrays.fill(out.locations, 0, in.operandCount, NONE);
        slots.reset(out);
        moves.reset(out, registers);
        edgeStoreCount = 0;
        nextVictim = 0;
        grow();
        ranges.compute(in);
        classify();
        assignGlobalSlots();
        slots.reset(out);
        forgetRegisters();
        for (int b = 0; b < in.blockCount; b++) {
            block(b);
        }
        insertEdgeStores();
        maps.build(in, slotOf, out);
    }

    private void grow() {
        int vregs = input.vregCount;
        if (kinds.length < vregs) {
            int size = Math.max(vregs, 2 * kinds.length);
            kinds = new byte[size];
            hints = new byte[size];
            remaining = new int[size];
            homes = new int[size];
            slotOf = new int[size];
            definitions = new int[size];
            nextStarting = new int[size];
            nextEnding = new int[size];
        }
        if (startingAt.length < input.blockCount) {
            int size = Math.max(input.blockCount, 2 * startingAt.length);
            startingAt = new int[size];
            endingAt = new int[size];
        }
        Arrays.fill(kinds, 0, vregs, (byte) 0);
        Arrays.fill(hints, 0, vregs, (byte) NONE);
        Arrays.fill(remaining, 0, vregs, 0);
        Arrays.fill(homes, 0, vregs, NONE);
        Arrays.fill(slotOf, 0, vregs, NONE);
        Arrays.fill(startingAt, 0, input.blockCount, NONE);
        Arrays.fill(endingAt, 0, input.blockCount, NONE);
        Arrays.fill(occupants, NONE);
        occupied = 0;
    }

    // Before the pass: kinds, use counts, hints, slots of global values.

    private void classify() {
        for (int i = 0; i < input.instructionCount; i++) {
            if ((input.flags[i] & AllocationInput.REMATERIALIZABLE) != 0) {
                int vreg = Operand.vreg(input.operands[input.operandStarts[i]]);
                kinds[vreg] |= REMATERIALIZED;
                definitions[vreg] = i;
            }
        }
        for (int o = 0; o < input.operandCount; o++) {
            long operand = input.operands[o];
            int vreg = Operand.vreg(operand);
            int constraint = Operand.constraint(operand);
            boolean late = Operand.isLate(operand) && !Operand.isDefinition(operand);
            if (constraint == Operand.STACK || constraint == Operand.ANY && late) {
                kinds[vreg] &= ~REMATERIALIZED;
            }
            if (!Operand.isDefinition(operand)) {
                remaining[vreg]++;
                if (constraint == Operand.FIXED && hints[vreg] == NONE) {
                    hints[vreg] = (byte) Operand.number(operand);
                }
            }
        }
        for (int k = 0; k < input.argumentCount; k++) {
            remaining[input.arguments[k]]++;
        }
        for (int k = 0; k < input.paramCount; k++) {
            kinds[input.params[k]] |= GLOBAL;
        }
        for (int v = 0; v < input.vregCount; v++) {
            if (ranges.first[v] < ranges.last[v]) {
                kinds[v] |= GLOBAL;
            }
        }
    }

    private void assignGlobalSlots() {
        for (int v = 0; v < input.vregCount; v++) {
            if (kinds[v] == GLOBAL) {
                nextStarting[v] = startingAt[ranges.first[v]];
                startingAt[ranges.first[v]] = v;
                nextEnding[v] = endingAt[ranges.last[v]];
                endingAt[ranges.last[v]] = v;
            }
        }
        for (int p = 0; p < input.blockCount; p++) {
            for (int v = startingAt[p]; v != NONE; v = nextStarting[v]) {
                slotOf[v] = slots.allocate(input.vregClasses[v]);
            }
            for (int v = endingAt[p]; v != NONE; v = nextEnding[v]) {
                slots.release(slotOf[v], input.vregClasses[v]);
            }
        }
    }

    // The pass.

    private void block(int b) {
        int start = input.blockStarts[b];
        int end = input.blockStarts[b + 1];
        boolean continues =
                b > 0
                        && input.predecessorStarts[b + 1] - input.predecessorStarts[b] == 1
                        && input.predecessors[input.predecessorStarts[b]] == b - 1;
        if (!continues) {
            forgetRegisters();
        }
        for (int i = start; i < end; i++) {
            instruction(i, i == end - 1 ? b : NONE);
        }
        if (input.argumentStarts[b] < input.argumentStarts[b + 1]) {
            arguments(b, end - 1);
        }
    }

    private void forgetRegisters() {
        for (long left = occupied; left != 0; left &= left - 1) {
            int r = Long.numberOfTrailingZeros(left);
            homes[occupants[r]] = NONE;
            occupants[r] = NONE;
        }
        occupied = 0;
    }

    private void arguments(int b, int jump) {
        int successor = input.successors[input.successorStarts[b]];
        int firstArgument = input.argumentStarts[b];
        int firstParam = input.paramStarts[successor];
        int count = input.argumentStarts[b + 1] - firstArgument;
        for (int k = 0; k < count; k++) {
            int argument = input.arguments[firstArgument + k];
            remaining[argument]--;
            moves.add(
                    source(argument),
                    slotOf[input.params[firstParam + k]],
                    input.vregClasses[argument]);
        }
        moves.emit(jump);
        for (int k = 0; k < count; k++) {
            endUse(input.arguments[firstArgument + k]);
        }
    }

    /** One instruction; {@code lastOf} is the block that it ends, or NONE. */
    private void instruction(int i, int lastOf) {
        at = i;
        pinned = 0;
        lateBusy = input.clobbers[i];
        result.usedRegisters |= input.clobbers[i];
        int start = input.operandStarts[i];
        int end = input.operandStarts[i + 1];
        long earlyFixed = 0;
        boolean reuses = false;
        boolean lateUses = false;
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            boolean definition = Operand.isDefinition(operand);
            boolean late = Operand.isLate(operand);
            int constraint = Operand.constraint(operand);
            if (!definition) {
                remaining[Operand.vreg(operand)]--;
                lateUses |= late;
            }
            if (constraint == Operand.REUSE) {
                reuses = true;
                long reused = input.operands[start + Operand.number(operand)];
                if (Operand.constraint(reused) == Operand.FIXED) {
                    lateBusy |= 1L << Operand.number(reused);
                }
            }
            if (constraint == Operand.FIXED) {
                long bit = 1L << Operand.number(operand);
                if (definition || late) {
                    lateBusy |= bit;
                }
                if (!definition) {
                    pinned |= bit;
                } else if (!late) {
                    earlyFixed |= bit;
                }
            }
        }
        pinned |= earlyFixed;
        uses(start, end, earlyFixed, reuses, lateUses);
        protect(i, start, end);
        for (int o = start; o < end; o++) {
            int vreg = Operand.vreg(input.operands[o]);
            if (!Operand.isDefinition(input.operands[o]) && remaining[vreg] <= 0) {
                free(vreg);
            }
        }
        definitions(i, start, end);
        finish(i, start, end, lastOf);
    }

    private void uses(int start, int end, long earlyFixed, boolean reuses, boolean lateUses) {
        for (long left = earlyFixed; left != 0; left &= left - 1) {
            displace(Long.numberOfTrailingZeros(left));
        }
        if (pinned != earlyFixed) {
            for (int o = start; o < end; o++) {
                long operand = input.operands[o];
                if (!Operand.isDefinition(operand)
                        && Operand.constraint(operand) == Operand.FIXED) {
                    fixedUse(o, Operand.vreg(operand), Operand.number(operand));
                }
            }
        }
        if (lateUses) {
            for (int o = start; o < end; o++) {
                long operand = input.operands[o];
                if (!Operand.isDefinition(operand) && Operand.isLate(operand)) {
                    lateUse(o, Operand.vreg(operand), Operand.constraint(operand));
                }
            }
        }
        if (reuses) {
            for (int o = start; o < end; o++) {
                if (Operand.constraint(input.operands[o]) == Operand.REUSE) {
                    reuse(o, start + Operand.number(input.operands[o]));
                }
            }
        }
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (Operand.isDefinition(operand) && !Operand.isLate(operand)) {
                earlyDefinition(o, Operand.vreg(operand), Operand.constraint(operand), operand);
            }
        }
        boolean anywhere = false;
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (!Operand.isDefinition(operand) && result.locations[o] == NONE) {
                int constraint = Operand.constraint(operand);
                if (constraint == Operand.ANY) {
                    anywhere = true;
                } else {
                    plainUse(o, Operand.vreg(operand), constraint);
                }
            }
        }
        if (anywhere) {
            for (int o = start; o < end; o++) {
                if (result.locations[o] == NONE && !Operand.isDefinition(input.operands[o])) {
                    plainUse(o, Operand.vreg(input.operands[o]), Operand.ANY);
                }
            }
        }
    }

    private void fixedUse(int o, int vreg, int register) {
        int home = homes[vreg];
        result.locations[o] = register;
        if (home == register) {
            return;
        }
        if (occupants[register] != NONE) {
            displace(register);
        }
        emit(source(vreg), register, input.vregClasses[vreg]);
        boolean keepHome = home != NONE && remaining[vreg] > 0 && (lateBusy >>> home & 1) == 0;
        if (!keepHome) {
            setHome(vreg, register);
        }
    }

    private void lateUse(int o, int vreg, int constraint) {
        if (constraint == Operand.FIXED) {
            return;
        }
        if (constraint != Operand.REGISTER) {
            result.locations[o] = store(vreg);
            return;
        }
        int home = homes[vreg];
        if (home == NONE || (lateBusy >>> home & 1) != 0) {
            int vregClass = input.vregClasses[vreg];
            home = take(vregClass, pinned | lateBusy, NONE);
            emit(source(vreg), home, vregClass);
            setHome(vreg, home);
        }
        result.locations[o] = home;
        pinned |= 1L << home;
        lateBusy |= 1L << home;
    }

    /** A definition that reuses the register of the use {@code input}: its value goes where the definition may stay. */
    private void reuse(int o, int use) {
        int vreg = Operand.vreg(input.operands[use]);
        int register = result.locations[use];
        if (register == NONE) {
            register = homes[vreg];
            if (register == NONE || remaining[vreg] > 0 || (lateBusy >>> register & 1) != 0) {
                int vregClass = input.vregClasses[vreg];
                int definition = Operand.vreg(input.operands[o]);
                int copy = take(vregClass, pinned | lateBusy, hints[definition]);
                emit(source(vreg), copy, vregClass);
                register = copy;
            }
            result.locations[use] = register;
        }
        result.locations[o] = register;
        pinned |= 1L << register;
        lateBusy |= 1L << register;
    }

    private void earlyDefinition(int o, int vreg, int constraint, long operand) {
        int location;
        if (constraint == Operand.STACK || constraint == Operand.ANY) {
            location = slot(vreg);
        } else if (constraint == Operand.FIXED) {
            location = Operand.number(operand);
        } else if (constraint == Operand.REUSE) {
            return;
        } else {
            location = take(input.vregClasses[vreg], pinned | lateBusy, hints[vreg]);
            pinned |= 1L << location;
            lateBusy |= 1L << location;
        }
        result.locations[o] = location;
    }

    private void plainUse(int o, int vreg, int constraint) {
        int home = homes[vreg];
        if (constraint == Operand.STACK) {
            result.locations[o] = store(vreg);
            return;
        }
        if (home == NONE) {
            if (constraint == Operand.ANY && slotOf[vreg] != NONE) {
                result.locations[o] = slotOf[vreg];
                return;
            }
            if (constraint == Operand.ANY && (ofClass(input.vregClasses[vreg]) & ~pinned) == 0) {
                // Every register is an operand's: a rematerialised value goes to a slot of its own.
                result.locations[o] = slots.allocate(input.vregClasses[vreg]);
                emit(source(vreg), result.locations[o], input.vregClasses[vreg]);
                return;
            }
            home = take(input.vregClasses[vreg], pinned, hints[vreg]);
            emit(source(vreg), home, input.vregClasses[vreg]);
            setHome(vreg, home);
        }
        result.locations[o] = home;
        pinned |= 1L << home;
    }

    /** Brings the values that outlive the instruction away from what it destroys. */
    private void protect(int i, int start, int end) {
        boolean few = Long.bitCount(input.clobbers[i]) <= FEW_CLOBBERS;
        for (long left = lateBusy & occupied; left != 0; left &= left - 1) {
            int r = Long.numberOfTrailingZeros(left);
            int vreg = occupants[r];
            if (isLateUse(start, end, r)) {
                continue;
            }
            if (remaining[vreg] > 0 && !isSafe(vreg)) {
                long free = free(input.vregClasses[vreg], pinned | lateBusy) & cheap();
                if (few && free != 0) {
                    int to = Long.numberOfTrailingZeros(free);
                    emit(r, to, input.vregClasses[vreg]);
                    setHome(vreg, to);
                    continue;
                }
                store(vreg);
            }
            free(vreg);
        }
        if ((input.flags[i] & AllocationInput.SAFEPOINT) != 0) {
            for (long left = integerRegisters & occupied; left != 0; left &= left - 1) {
                int vreg = occupants[Long.numberOfTrailingZeros(left)];
                if (input.vregClasses[vreg] == RegisterFile.REFERENCE) {
                    if (remaining[vreg] > 0 && !isSafe(vreg)) {
                        store(vreg);
                    }
                    free(vreg);
                }
            }
        }
    }

    private boolean isLateUse(int start, int end, int register) {
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (result.locations[o] == register
                    && Operand.isLate(operand)
                    && !Operand.isDefinition(operand)) {
                return (input.clobbers[at] >>> register & 1) == 0;
            }
        }
        return false;
    }

    private void definitions(int i, int start, int end) {
        boolean anywhere = false;
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (!Operand.isDefinition(operand) || result.locations[o] != NONE) {
                continue;
            }
            int vreg = Operand.vreg(operand);
            switch (Operand.constraint(operand)) {
                case Operand.FIXED -> result.locations[o] = Operand.number(operand);
                case Operand.STACK -> result.locations[o] = slot(vreg);
                case Operand.ANY -> anywhere = true;
                default -> lateDefinition(o, vreg, definitionHint(i, vreg));
            }
        }
        if (anywhere) {
            for (int o = start; o < end; o++) {
                if (result.locations[o] == NONE) {
                    int vreg = Operand.vreg(input.operands[o]);
                    if (free(input.vregClasses[vreg], lateBusy) == 0) {
                        result.locations[o] = slot(vreg);
                    } else {
                        lateDefinition(o, vreg, definitionHint(i, vreg));
                    }
                }
            }
        }
    }

    private void lateDefinition(int o, int vreg, int hint) {
        int register = take(input.vregClasses[vreg], lateBusy, hint);
        lateBusy |= 1L << register;
        result.locations[o] = register;
    }

    private int definitionHint(int i, int vreg) {
        if (hints[vreg] == NONE && (input.flags[i] & AllocationInput.MOVE) != 0) {
            int source = result.locations[input.operandStarts[i] + 1];
            return Allocation.isRegister(source) ? source : NONE;
        }
        return hints[vreg];
    }

    /** After the instruction: definitions become homes or are stored, dead values give up their places. */
    private void finish(int i, int start, int end, int lastOf) {
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            int vreg = Operand.vreg(operand);
            if (!Operand.isDefinition(operand)) {
                endUse(vreg);
                continue;
            }
            int location = result.locations[o];
            if (Allocation.isRegister(location)) {
                result.usedRegisters |= 1L << location;
                if (kinds[vreg] == GLOBAL) {
                    storeGlobal(i, location, vreg, lastOf);
                }
                if (remaining[vreg] > 0) {
                    setHome(vreg, location);
                }
            } else {
                endUse(vreg);
            }
        }
    }

    private void storeGlobal(int i, int location, int vreg, int lastOf) {
        if (lastOf == NONE) {
            result.addMove(i + 1, location, slotOf[vreg], input.vregClasses[vreg]);
            return;
        }
        for (int k = input.successorStarts[lastOf]; k < input.successorStarts[lastOf + 1]; k++) {
            if (edgeStoreCount + 4 > edgeStores.length) {
                edgeStores = Arrays.copyOf(edgeStores, 2 * edgeStores.length);
            }
            edgeStores[edgeStoreCount++] = input.blockStarts[input.successors[k]];
            edgeStores[edgeStoreCount++] = location;
            edgeStores[edgeStoreCount++] = slotOf[vreg];
            edgeStores[edgeStoreCount++] = input.vregClasses[vreg];
        }
    }

    /** Merges the stores on edges, which come first at their places, into the other moves. */
    private void insertEdgeStores() {
        int count = edgeStoreCount / 4;
        if (count == 0) {
            return;
        }
        long[] order = new long[count];
        for (int k = 0; k < count; k++) {
            order[k] = (long) edgeStores[4 * k] << 32 | k;
        }
        Arrays.sort(order);
        int from = result.moveCount - 1;
        for (int k = 0; k < count; k++) {
            result.addMove(0, 0, 0, 0);
        }
        int to = result.moveCount - 1;
        for (int k = count - 1; k >= 0; to--) {
            int store = 4 * (int) order[k];
            int place = edgeStores[store];
            if (from >= 0 && result.movePlaces[from] >= place) {
                setMove(
                        to,
                        result.movePlaces[from],
                        result.moveSources[from],
                        result.moveTargets[from],
                        result.moveClasses[from]);
                from--;
            } else {
                setMove(
                        to,
                        place,
                        edgeStores[store + 1],
                        edgeStores[store + 2],
                        edgeStores[store + 3]);
                k--;
            }
        }
    }

    private void setMove(int m, int place, int from, int to, int vregClass) {
        result.movePlaces[m] = place;
        result.moveSources[m] = from;
        result.moveTargets[m] = to;
        result.moveClasses[m] = (byte) vregClass;
    }

    // Places of values.

    /** Whether the value needs no store to be found again. */
    private boolean isSafe(int vreg) {
        return kinds[vreg] != 0 || slotOf[vreg] != NONE;
    }

    /** Where the value is now: its register, its slot or its definition. */
    private int source(int vreg) {
        if (homes[vreg] != NONE) {
            return homes[vreg];
        }
        return (kinds[vreg] & REMATERIALIZED) != 0
                ? Allocation.REMATERIALIZE + definitions[vreg]
                : slotOf[vreg];
    }

    private int slot(int vreg) {
        if (slotOf[vreg] == NONE) {
            slotOf[vreg] = slots.allocate(input.vregClasses[vreg]);
        }
        return slotOf[vreg];
    }

    /** Makes sure that the value is in its slot, which is returned. */
    private int store(int vreg) {
        if (slotOf[vreg] == NONE) {
            emit(homes[vreg], slot(vreg), input.vregClasses[vreg]);
        }
        return slotOf[vreg];
    }

    private void setHome(int vreg, int register) {
        free(vreg);
        homes[vreg] = register;
        occupants[register] = vreg;
        occupied |= 1L << register;
    }

    private void free(int vreg) {
        int home = homes[vreg];
        if (home != NONE) {
            occupants[home] = NONE;
            occupied &= ~(1L << home);
            homes[vreg] = NONE;
        }
    }

    /** After the last use of a local value its slot is free. */
    private void endUse(int vreg) {
        if (remaining[vreg] != 0) {
            return;
        }
        free(vreg);
        if ((kinds[vreg] & GLOBAL) == 0) {
            remaining[vreg] = NONE;
            if (slotOf[vreg] != NONE) {
                slots.release(slotOf[vreg], input.vregClasses[vreg]);
            }
        }
    }

    /** Empties a register that the instruction needs: its value moves or is stored. */
    private void displace(int register) {
        int vreg = occupants[register];
        if (vreg == NONE) {
            return;
        }
        if (isSafe(vreg)) {
            free(vreg);
            return;
        }
        long free = free(input.vregClasses[vreg], pinned | lateBusy) & cheap();
        if (free != 0) {
            int to = Long.numberOfTrailingZeros(free);
            emit(register, to, input.vregClasses[vreg]);
            setHome(vreg, to);
        } else {
            store(vreg);
            free(vreg);
        }
    }

    /** Registers that cost the prologue nothing more. */
    private long cheap() {
        return ~registers.calleeSaved() | result.usedRegisters;
    }

    private long free(int vregClass, long forbidden) {
        return ofClass(vregClass) & ~occupied & ~forbidden;
    }

    private long ofClass(int vregClass) {
        return RegisterFile.isVectorClass(vregClass) ? vectorRegisters : integerRegisters;
    }

    /** A free register, if need be after another value has left it. */
    private int take(int vregClass, long forbidden, int hint) {
        long free = free(vregClass, forbidden);
        if (free != 0) {
            if (hint != NONE && (free >>> hint & 1) != 0) {
                return hint;
            }
            int[] orderOfClass =
                    RegisterFile.isVectorClass(vregClass)
                            ? registers.vectorOrder()
                            : registers.integerOrder();
            for (int r : orderOfClass) {
                if ((free >>> r & 1) != 0) {
                    return r;
                }
            }
            return Long.numberOfTrailingZeros(free);
        }
        int register = victim(ofClass(vregClass) & ~forbidden);
        int vreg = occupants[register];
        if (!isSafe(vreg)) {
            store(vreg);
        }
        free(vreg);
        return register;
    }

    /** The register to empty: one whose value need not be stored if there is one, else they take turns. */
    private int victim(long candidates) {
        if (candidates == 0) {
            throw new IllegalStateException(
                    "no register for an operand of "
                            + AllocationText.printInstruction(input, null, at));
        }
        for (long left = candidates; left != 0; left &= left - 1) {
            int r = Long.numberOfTrailingZeros(left);
            if (isSafe(occupants[r])) {
                return r;
            }
        }
        nextVictim = (nextVictim + 1) & 63;
        return (nextVictim + Long.numberOfTrailingZeros(Long.rotateRight(candidates, nextVictim)))
                & 63;
    }

    private void emit(int from, int to, int vregClass) {
        moves.add(from, to, vregClass);
        moves.emit(at);
    }
}
