package wasm2obj.regalloc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random valid inputs: any control flow without critical edges, irreducible and in any layout; every operand kind, constraint and
 * flag; and never more asked of an instruction than the registers can give.
 */
final class InputGenerator {
    private final Random random;
    private final RegisterFile registers;
    private final AllocationInput input = new AllocationInput();

    private List<List<Integer>> successors;
    private int[] idom;
    private int[] depth;
    private int[] layout;

    // The code per block, before layout.
    private final List<List<Integer>> params = new ArrayList<>();
    private final List<List<Instruction>> code = new ArrayList<>();
    private final List<List<Integer>> arguments = new ArrayList<>();
    private final List<Integer> classes = new ArrayList<>();
    private final List<Integer> definitionBlocks = new ArrayList<>();
    private final List<List<Integer>> definedIn = new ArrayList<>();

    private record Instruction(List<Long> operands, int flags, long clobbers) {}

    private InputGenerator(long seed, RegisterFile registers) {
        random = new Random(seed);
        this.registers = registers;
    }

    /** A function of {@code blocks} blocks, more or less. */
    static AllocationInput generate(long seed, RegisterFile registers, int blocks, int length) {
        InputGenerator generator = new InputGenerator(seed, registers);
        generator.controlFlow(blocks);
        generator.dominators();
        generator.fill(length);
        generator.emit();
        return generator.input;
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    // Control flow.

    private void controlFlow(int blocks) {
        successors = new ArrayList<>();
        int count = 1 + below(blocks);
        for (int b = 0; b < count; b++) {
            successors.add(new ArrayList<>());
        }
        for (int b = 1; b < count; b++) {
            int from = chance(70) ? b - 1 : below(b);
            successors.get(from).add(b);
        }
        int extra = below(count + 1);
        for (int e = 0; e < extra && count > 1; e++) {
            int from = below(count);
            int to = chance(50) ? 1 + below(count - 1) : Math.max(1, from - below(4));
            successors.get(from).add(to);
        }
        int[] predecessors = new int[count];
        for (List<Integer> list : successors) {
            list.forEach(s -> predecessors[s]++);
        }
        for (int b = 0; b < count; b++) {
            List<Integer> list = successors.get(b);
            for (int k = 0; k < list.size() && list.size() > 1; k++) {
                if (predecessors[list.get(k)] > 1) {
                    successors.add(new ArrayList<>(List.of(list.get(k))));
                    list.set(k, successors.size() - 1);
                }
            }
            Collections.shuffle(list, random);
        }
        int total = successors.size();
        List<Integer> order = new ArrayList<>();
        for (int b = 1; b < total; b++) {
            order.add(b);
        }
        if (chance(40)) {
            Collections.shuffle(order, random);
        } else if (chance(50)) {
            for (int swaps = below(4); swaps > 0 && total > 2; swaps--) {
                Collections.swap(order, below(total - 1), below(total - 1));
            }
        }
        layout = new int[total];
        for (int k = 1; k < total; k++) {
            layout[k] = order.get(k - 1);
        }
    }

    private void dominators() {
        int count = successors.size();
        List<List<Integer>> predecessors = new ArrayList<>();
        for (int b = 0; b < count; b++) {
            predecessors.add(new ArrayList<>());
        }
        for (int b = 0; b < count; b++) {
            for (int s : successors.get(b)) {
                predecessors.get(s).add(b);
            }
        }
        // Sets of dominators, by definition; the functions are small.
        boolean[][] dominates = new boolean[count][count];
        for (boolean[] row : dominates) {
            Arrays.fill(row, true);
        }
        Arrays.fill(dominates[0], false);
        dominates[0][0] = true;
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int b = 1; b < count; b++) {
                for (int d = 0; d < count; d++) {
                    boolean all = true;
                    for (int p : predecessors.get(b)) {
                        all &= dominates[p][d];
                    }
                    boolean is = d == b || all;
                    changed |= is != dominates[b][d];
                    dominates[b][d] = is;
                }
            }
        }
        idom = new int[count];
        depth = new int[count];
        for (int b = 0; b < count; b++) {
            for (int d = 0; d < count; d++) {
                depth[b] += dominates[b][d] ? 1 : 0;
            }
        }
        for (int b = 0; b < count; b++) {
            idom[b] = -1;
            for (int d = 0; d < count; d++) {
                if (d != b && dominates[b][d] && depth[d] == depth[b] - 1) {
                    idom[b] = d;
                }
            }
        }
        for (int b = 0; b < count; b++) {
            boolean merges = b > 0;
            for (int p : predecessors.get(b)) {
                merges &= successors.get(p).size() == 1;
            }
            int number = merges && chance(60) ? below(5) : 0;
            params.add(new ArrayList<>());
            definedIn.add(new ArrayList<>());
            for (int k = 0; k < number; k++) {
                params.get(b).add(define(randomClass(), b));
            }
        }
    }

    private int randomClass() {
        int dice = below(10);
        return dice < 6 ? 0 : dice < 7 ? 1 : dice < 8 ? 2 : 3;
    }

    private int define(int vregClass, int block) {
        classes.add(vregClass);
        definitionBlocks.add(block);
        definedIn.get(block).add(classes.size() - 1);
        return classes.size() - 1;
    }

    // Code.

    private void fill(int length) {
        int count = successors.size();
        Integer[] byDepth = new Integer[count];
        for (int b = 0; b < count; b++) {
            byDepth[b] = b;
            code.add(new ArrayList<>());
            arguments.add(new ArrayList<>());
        }
        Arrays.sort(byDepth, (a, b) -> Integer.compare(depth[a], depth[b]));
        for (int b : byDepth) {
            fillBlock(b, length);
        }
        for (int b = 0; b < count; b++) {
            if (successors.get(b).size() == 1) {
                for (int param : params.get(successors.get(b).get(0))) {
                    arguments.get(b).add(available(classes.get(param), b));
                }
            }
        }
    }

    private void fillBlock(int b, int length) {
        if (b == 0) {
            // One value of each class that is sure to be available everywhere.
            List<Long> operands = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                boolean vector = RegisterFile.isVectorClass(c);
                int register = vector ? RegisterFile.FIRST_VECTOR + c - 1 : c;
                operands.add(Operand.definition(define(c, b), Operand.FIXED, register));
            }
            code.get(b).add(new Instruction(operands, 0, 0));
        }
        for (int n = below(length); n > 0; n--) {
            code.get(b).add(new Builder(b, false).build());
        }
        boolean jump = successors.get(b).size() == 1;
        code.get(b).add(jump ? new Instruction(List.of(), 0, 0) : new Builder(b, true).build());
    }

    /** A value of the class that is available at the end of what the block has so far. */
    private int available(int vregClass, int block) {
        List<Integer> found = new ArrayList<>();
        for (int b = block; b >= 0; b = idom[b]) {
            for (int v : definedIn.get(b)) {
                if (classes.get(v) == vregClass) {
                    found.add(v);
                }
            }
            if (found.size() > 2 && chance(60)) {
                break;
            }
        }
        return found.get(below(found.size()));
    }

    /** Builds one instruction within a budget of registers. */
    private final class Builder {
        private final int block;
        private final boolean terminator;
        private final List<Long> uses = new ArrayList<>();
        private final List<Long> definitions = new ArrayList<>();

        private long clobbers;
        private int flags;
        // Registers fixed for reading at the start, for writing at the end; and how many any
        // registers are asked for.
        private long fixedEarly;
        private long fixedLate;
        private final int[] early = new int[2];
        private final int[] late = new int[2];
        private final int[] both = new int[2];

        Builder(int block, boolean terminator) {
            this.block = block;
            this.terminator = terminator;
        }

        Instruction build() {
            int dice = below(100);
            if (!terminator && dice < 10) {
                return remat();
            }
            if (!terminator && dice < 20) {
                return move();
            }
            if (dice < 35) {
                call();
            } else if (dice < 40) {
                clobbers = registers.allocatable() & 0x9249249249249249L << below(3);
            }
            for (int n = below(5); n > 0; n--) {
                use();
            }
            for (int n = below(4); n > 0; n--) {
                definition();
            }
            // Definitions come first or last; REUSE counts positions.
            List<Long> operands = new ArrayList<>();
            int shift = definitions.size();
            boolean first = chance(80);
            for (long definition : definitions) {
                boolean moved = first && Operand.constraint(definition) == Operand.REUSE;
                operands.add(
                        moved
                                ? Operand.definition(
                                        Operand.vreg(definition),
                                        Operand.REUSE,
                                        Operand.number(definition) + shift)
                                : definition);
            }
            operands.addAll(first ? operands.size() : 0, uses);
            for (long definition : definitions) {
                definedIn.get(block).add(Operand.vreg(definition));
            }
            if (chance(15)) {
                flags |= AllocationInput.SAFEPOINT;
            }
            return new Instruction(operands, flags, clobbers);
        }

        private void call() {
            long saved = registers.calleeSaved();
            clobbers = registers.allocatable() & ~saved;
            if (chance(10)) {
                clobbers = registers.allocatable();
            }
            for (int r = below(3); r >= 0; r--) {
                fixed(false, false, r);
                fixed(false, false, RegisterFile.FIRST_VECTOR + r);
            }
            clobbers &= ~1L;
            fixed(true, true, 0);
        }

        private Instruction remat() {
            int vreg = define(randomClass(), block);
            long operand = Operand.definition(vreg, Operand.REGISTER, 0);
            return new Instruction(List.of(operand), AllocationInput.REMATERIALIZABLE, 0);
        }

        private Instruction move() {
            int vregClass = randomClass();
            int source = available(vregClass, block);
            int target = define(vregClass, block);
            int useConstraint =
                    chance(50) ? Operand.REGISTER : chance(50) ? Operand.ANY : Operand.FIXED;
            int defConstraint =
                    useConstraint != Operand.ANY && chance(30)
                            ? Operand.ANY
                            : chance(80) ? Operand.REGISTER : Operand.FIXED;
            int from = register(vregClass, 0);
            int to = register(vregClass, 0);
            return new Instruction(
                    List.of(
                            Operand.definition(
                                    target, defConstraint, defConstraint == Operand.FIXED ? to : 0),
                            Operand.use(
                                    source,
                                    useConstraint,
                                    useConstraint == Operand.FIXED ? from : 0)),
                    AllocationInput.MOVE,
                    0);
        }

        /** An allocatable register of the class that is not in {@code excluded}; negative if there is none. */
        private int register(int vregClass, long excluded) {
            long vectors = -1L << RegisterFile.FIRST_VECTOR;
            long set =
                    registers.allocatable()
                            & (RegisterFile.isVectorClass(vregClass) ? vectors : ~vectors)
                            & ~excluded;
            if (set == 0) {
                return -1;
            }
            for (int skip = below(Long.bitCount(set)); skip > 0; skip--) {
                set &= set - 1;
            }
            return Long.numberOfTrailingZeros(set);
        }

        private boolean fits() {
            for (int file = 0; file < 2; file++) {
                long all = registers.allocatable() & (file == 0 ? 0xffffffffL : ~0xffffffffL);
                boolean enough =
                        both[file] <= Long.bitCount(all & ~clobbers & ~fixedEarly & ~fixedLate)
                                && early[file] + both[file] <= Long.bitCount(all & ~fixedEarly)
                                && late[file] + both[file]
                                        <= Long.bitCount(all & ~fixedLate & ~clobbers);
                if (!enough) {
                    return false;
                }
            }
            return true;
        }

        private boolean reserve(int[] kind, int vregClass) {
            int file = RegisterFile.isVectorClass(vregClass) ? 1 : 0;
            kind[file]++;
            if (fits()) {
                return true;
            }
            kind[file]--;
            return false;
        }

        private boolean reserveFixed(int r, boolean atStart, boolean atEnd) {
            long bit = 1L << r;
            if (r < 0
                    || atStart && (fixedEarly & bit) != 0
                    || atEnd && ((fixedLate | clobbers) & bit) != 0) {
                return false;
            }
            long oldEarly = fixedEarly;
            long oldLate = fixedLate;
            fixedEarly |= atStart ? bit : 0;
            fixedLate |= atEnd ? bit : 0;
            if (fits()) {
                return true;
            }
            fixedEarly = oldEarly;
            fixedLate = oldLate;
            return false;
        }

        private void fixed(boolean definition, boolean isLate, int r) {
            int vregClass = r >= RegisterFile.FIRST_VECTOR ? 1 + below(2) : below(2) * 3;
            if (!reserveFixed(r, !isLate || !definition, isLate || definition)
                    && (definition || isLate || !reserveFixed(r, true, false))) {
                return;
            }
            if (definition) {
                add(vregClass, Operand.FIXED, r, isLate);
            } else {
                int vreg = available(vregClass, block);
                uses.add(
                        isLate
                                ? Operand.lateUse(vreg, Operand.FIXED, r)
                                : Operand.use(vreg, Operand.FIXED, r));
            }
        }

        private void use() {
            int vregClass = randomClass();
            int vreg = available(vregClass, block);
            int dice = below(100);
            boolean isLate = chance(10);
            boolean anywhere = isLate && vregClass == RegisterFile.REFERENCE;
            if (dice < 20 || anywhere) {
                uses.add(
                        isLate
                                ? Operand.lateUse(vreg, Operand.ANY, 0)
                                : Operand.use(vreg, Operand.ANY, 0));
            } else if (dice < 25) {
                uses.add(
                        isLate
                                ? Operand.lateUse(vreg, Operand.STACK, 0)
                                : Operand.use(vreg, Operand.STACK, 0));
            } else if (dice < 40) {
                int r = register(vregClass, fixedEarly);
                if (reserveFixed(r, true, isLate)) {
                    uses.add(
                            isLate
                                    ? Operand.lateUse(vreg, Operand.FIXED, r)
                                    : Operand.use(vreg, Operand.FIXED, r));
                }
            } else if (reserve(isLate ? both : early, vregClass)) {
                uses.add(
                        isLate
                                ? Operand.lateUse(vreg, Operand.REGISTER, 0)
                                : Operand.use(vreg, Operand.REGISTER, 0));
            }
        }

        private void definition() {
            int vregClass = randomClass();
            int dice = below(100);
            boolean isLate = chance(85);
            if (dice < 10) {
                add(vregClass, Operand.ANY, 0, isLate);
            } else if (dice < 15) {
                add(vregClass, Operand.STACK, 0, isLate);
            } else if (dice < 30) {
                int r = register(vregClass, fixedLate | clobbers | (isLate ? 0 : fixedEarly));
                if (reserveFixed(r, !isLate, true)) {
                    add(vregClass, Operand.FIXED, r, isLate);
                }
            } else if (dice < 60) {
                reuse(vregClass);
            } else if (reserve(isLate ? late : both, vregClass)) {
                add(vregClass, Operand.REGISTER, 0, isLate);
            }
        }

        private void reuse(int vregClass) {
            for (long definition : definitions) {
                if (Operand.constraint(definition) == Operand.REUSE) {
                    return;
                }
            }
            int useClass = tiedClass(vregClass);
            if (chance(70) && reserve(both, vregClass)) {
                uses.add(Operand.use(available(useClass, block), Operand.REGISTER, 0));
                add(vregClass, Operand.REUSE, uses.size() - 1, true);
                return;
            }
            int r = register(vregClass, fixedLate | fixedEarly | clobbers);
            if (reserveFixed(r, true, true)) {
                uses.add(Operand.use(available(useClass, block), Operand.FIXED, r));
                add(vregClass, Operand.REUSE, uses.size() - 1, true);
            }
        }

        /** Floats are parts of vectors: one may be made of the other where it is. */
        private int tiedClass(int vregClass) {
            return switch (vregClass) {
                case RegisterFile.FLOAT -> chance(30) ? RegisterFile.VECTOR : vregClass;
                case RegisterFile.VECTOR -> chance(30) ? RegisterFile.FLOAT : vregClass;
                default -> vregClass;
            };
        }

        /** Adds a definition; its value becomes available after the instruction. */
        private void add(int vregClass, int constraint, int number, boolean isLate) {
            if (terminator && successors.get(block).isEmpty() && chance(50)) {
                return;
            }
            classes.add(vregClass);
            definitionBlocks.add(block);
            int vreg = classes.size() - 1;
            definitions.add(
                    isLate
                            ? Operand.definition(vreg, constraint, number)
                            : Operand.earlyDefinition(vreg, constraint, number));
        }
    }

    // Output.

    private void emit() {
        int count = successors.size();
        int[] number = new int[count];
        for (int k = 0; k < count; k++) {
            number[layout[k]] = k;
        }
        for (int vregClass : classes) {
            input.addVreg(vregClass);
        }
        for (int b : layout) {
            params.get(b).forEach(input::addParam);
            for (Instruction instruction : code.get(b)) {
                instruction.operands.forEach(input::addOperand);
                input.endInstruction(instruction.flags, instruction.clobbers);
            }
            successors.get(b).forEach(s -> input.addSuccessor(number[s]));
            arguments.get(b).forEach(input::addArgument);
            input.endBlock(1 + below(100));
        }
        input.finish();
    }
}
