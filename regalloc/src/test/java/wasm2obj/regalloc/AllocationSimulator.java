package wasm2obj.regalloc;

import java.util.Arrays;
import java.util.Random;

/**
 * Runs a function twice along one random path, with random numbers for values: as its input says, by virtual register, and as
 * allocated, by location. Whoever reads another number in a location than the virtual register has found a wrong allocation. This
 * is the oracle for the checker: what goes wrong here must be an error there.
 */
final class AllocationSimulator {
    private final AllocationInput input;
    private final Allocation result;
    private final Random random;
    private final long[] values;
    private final long[] machine;
    private final boolean[] rematerializable;

    private AllocationSimulator(AllocationInput input, Allocation result, long seed) {
        this.input = input;
        this.result = result;
        random = new Random(seed);
        values = new long[input.vregCount];
        machine = new long[Allocation.SLOT + result.slotCount + 2];
        rematerializable = new boolean[input.vregCount];
        for (int i = 0; i < input.instructionCount; i++) {
            if ((input.flags[i] & AllocationInput.REMATERIALIZABLE) != 0) {
                rematerializable[Operand.vreg(input.operands[input.operandStarts[i]])] = true;
            }
        }
    }

    /** What went wrong on a path of so many blocks; null if nothing. */
    static String run(AllocationInput input, Allocation result, long seed, int steps) {
        return new AllocationSimulator(input, result, seed).run(steps);
    }

    private String run(int steps) {
        Arrays.setAll(machine, l -> random.nextLong());
        int block = 0;
        for (int step = 0; step < steps; step++) {
            for (int i = input.blockStarts[block]; i < input.blockStarts[block + 1]; i++) {
                for (int m = 0; m < result.moveCount; m++) {
                    if (result.movePlaces[m] == i) {
                        move(m);
                    }
                }
                String wrong = instruction(i);
                if (wrong != null) {
                    return "instruction " + i + " of block " + block + ": " + wrong;
                }
            }
            int first = input.successorStarts[block];
            int count = input.successorStarts[block + 1] - first;
            if (count == 0) {
                return null;
            }
            int next = input.successors[first + random.nextInt(count)];
            int arguments = input.argumentStarts[block + 1] - input.argumentStarts[block];
            long[] passed = new long[arguments];
            for (int k = 0; k < arguments; k++) {
                passed[k] = values[input.arguments[input.argumentStarts[block] + k]];
            }
            for (int k = 0; k < arguments; k++) {
                values[input.params[input.paramStarts[next] + k]] = passed[k];
            }
            block = next;
        }
        return null;
    }

    private void move(int m) {
        int from = result.moveSources[m];
        int to = result.moveTargets[m];
        if (from >= Allocation.REMATERIALIZE) {
            int i = from - Allocation.REMATERIALIZE;
            write(
                    to,
                    result.moveClasses[m],
                    constant(Operand.vreg(input.operands[input.operandStarts[i]])));
            return;
        }
        boolean vector = result.moveClasses[m] == RegisterFile.VECTOR;
        boolean torn =
                vector && !Allocation.isRegister(from) && machine[from + 1] != ~machine[from];
        write(to, result.moveClasses[m], torn ? random.nextLong() : machine[from]);
    }

    private void write(int location, int vregClass, long value) {
        machine[location] = value;
        if (vregClass == RegisterFile.VECTOR && !Allocation.isRegister(location)) {
            machine[location + 1] = ~value;
        }
    }

    private boolean holds(int location, int vreg) {
        boolean second =
                Allocation.isRegister(location)
                        || input.vregClass(vreg) != RegisterFile.VECTOR
                        || machine[location + 1] == ~values[vreg];
        return second && machine[location] == values[vreg];
    }

    private static long constant(int vreg) {
        return 0x9e3779b97f4a7c15L * (vreg + 1);
    }

    private String instruction(int i) {
        int start = input.operandStarts[i];
        int end = input.operandStarts[i + 1];
        long[] fresh = new long[end - start];
        Arrays.setAll(fresh, k -> freshValue(i, start + k));
        writeDefinitions(start, end, false, fresh);
        for (int o = start; o < end; o++) {
            if (!Operand.isDefinition(input.operands[o]) && !checkUse(o)) {
                return "operand " + (o - start) + " read wrong";
            }
        }
        for (int r = 0; r < 64; r++) {
            if ((input.clobbers[i] >>> r & 1) != 0) {
                machine[r] = random.nextLong();
            }
        }
        if ((input.flags[i] & AllocationInput.SAFEPOINT) != 0) {
            collect(i);
        }
        writeDefinitions(start, end, true, fresh);
        for (int o = start; o < end; o++) {
            boolean definition = Operand.isDefinition(input.operands[o]);
            if (!definition && Operand.isLate(input.operands[o]) && !checkUse(o)) {
                return "operand " + (o - start) + " read wrong late";
            }
        }
        for (int o = start; o < end; o++) {
            if (Operand.isDefinition(input.operands[o])) {
                values[Operand.vreg(input.operands[o])] = fresh[o - start];
            }
        }
        for (int o = start; o < end; o++) {
            boolean definition = Operand.isDefinition(input.operands[o]);
            if (definition && !isOmitted(o) && !checkUse(o)) {
                return "operand " + (o - start) + " overwritten";
            }
        }
        return null;
    }

    private long freshValue(int i, int o) {
        int vreg = Operand.vreg(input.operands[o]);
        if (rematerializable[vreg]) {
            return constant(vreg);
        }
        boolean move = (input.flags[i] & AllocationInput.MOVE) != 0;
        return move
                ? values[Operand.vreg(input.operands[input.operandStarts[i] + 1])]
                : random.nextLong();
    }

    private boolean isOmitted(int o) {
        return result.locations[o] >= Allocation.REMATERIALIZE;
    }

    private boolean checkUse(int o) {
        return holds(result.locations[o], Operand.vreg(input.operands[o]));
    }

    private void writeDefinitions(int start, int end, boolean late, long[] fresh) {
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (Operand.isDefinition(operand) && Operand.isLate(operand) == late && !isOmitted(o)) {
                write(
                        result.locations[o],
                        input.vregClass(Operand.vreg(operand)),
                        fresh[o - start]);
            }
        }
    }

    /** Moves every object: the references in virtual registers follow, and those that the stack map names. */
    private void collect(int i) {
        for (int v = 0; v < values.length; v++) {
            if (input.vregClass(v) == RegisterFile.REFERENCE) {
                values[v] = moved(values[v]);
            }
        }
        for (int m = 0; m < result.stackMapCount; m++) {
            if (result.stackMapInstructions[m] == i) {
                for (int k = result.stackMapStarts[m]; k < result.stackMapStarts[m + 1]; k++) {
                    int location = Allocation.SLOT + result.stackMapSlots[k];
                    machine[location] = moved(machine[location]);
                }
            }
        }
    }

    /** The reference after its object has moved; constants are no objects. */
    private long moved(long reference) {
        for (int v = 0; v < values.length; v++) {
            if (rematerializable[v] && reference == constant(v)) {
                return reference;
            }
        }
        return reference + 1;
    }
}
