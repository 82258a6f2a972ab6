package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Dominators;
import wasm2obj.ir.Function;
import wasm2obj.ir.Loops;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;
import wasm2obj.regalloc.RegisterFile;

/**
 * From IR to machine instructions: the ISA-independent half of instruction selection.
 *
 * <p><b>Problem.</b> One machine instruction often does the work of several IR instructions (an addition inside an address, a
 * comparison inside a branch, a load inside an addition). Whether an instruction is needed on its own depends on how all its
 * users were selected.
 *
 * <p><b>Strategy.</b> Blocks are lowered in reverse layout order and each backwards, so every use is seen before the
 * definition (but for loop-carried block parameters). A user either asks for a value in a register ({@link #reg}), which
 * makes its definition needed, or takes the definition's work over. When the walk reaches a pure instruction that nobody
 * asked for, it is dropped. Constants are made anew at each use, next to it, but for costly ones
 * in loops.
 *
 * <p><b>Invariants.</b> Instructions with an effect are lowered exactly once, in order. A load is taken over only by its one
 * user, in the same block, with nothing between them that writes, calls or traps: both have the same <em>color</em>, a number
 * that grows with each such instruction.
 *
 * <p>Machine instructions are gathered backwards and copied once, in order, into the {@link VCode}. All arrays are reused for
 * the thread's next function.
 */
public final class LoweringContext {
    private static final int NONE = Function.NONE;

    /** How many instructions at most a value is computed later. */
    private static final int MAX_DELAY = 16;

    /** Constants in front of loops at a time. */
    private static final int MOST_HOISTED = 32;

    private Function function;
    private Module module;
    private ContextLayout layout;
    private TableCalls tableCalls;
    private float[] frequencies;
    private VCode code;
    private InstructionSelector selector;
    private Loops loops;
    private Dominators dominators;

    // By IR instruction.
    private int[] vregs = new int[1024];
    private int[] useCounts = new int[1024];
    private int[] colors = new int[1024];
    private boolean[] sunk = new boolean[1024];

    /** Whether an instruction behind the current one reads the value from its register. */
    private boolean[] awaited = new boolean[1024];

    /** Whether a read must stay where it is. */
    private boolean[] kept = new boolean[1024];

    /** The parameter of a loop's header that gets the value in the next iteration, or NONE. */
    private int[] carriers = new int[1024];

    // By IR block: number in layout order, and whether it has been lowered.
    private int[] blockNumbers = new int[64];
    private int[] layoutOrder = new int[64];
    private boolean[] lowered = new boolean[64];
    private int blockCount;

    private final MadeInstructions made = new MadeInstructions();

    // By block number: where those made for it begin, and the arguments of its jump.
    private int[] madeStarts = new int[65];
    private int[] argumentStarts = new int[65];
    private int[] argumentCounts = new int[65];
    private int[] arguments = new int[64];
    private int argumentCount;

    // Constants to be made at the end of a block that is still to be lowered.
    private int hoistedCount;
    private final int[] hoistedBlocks = new int[MOST_HOISTED];
    private final long[] hoistedBits = new long[MOST_HOISTED];
    private final Type[] hoistedTypes = new Type[MOST_HOISTED];
    private final int[] hoistedVregs = new int[MOST_HOISTED];

    private final HalfRegisters halves = new HalfRegisters(this);
    private int currentInstruction;
    private int groupStart;
    private int currentSource;

    /** Selects instructions for the whole function into {@code code}. No edge of the function is critical. */
    public void lower(
            Function function,
            Module module,
            ContextLayout layout,
            float[] blockFrequencies,
            Loops loops,
            Dominators dominators,
            InstructionSelector selector,
            VCode code) {
        this.loops = loops;
        frequencies = blockFrequencies;
        this.dominators = dominators;
        this.function = function;
        this.module = module;
        this.layout = layout;
        this.selector = selector;
        this.code = code;
        code.reset();
        code.checksStack = function.checksStack();
        prepare();
        selector.begin(this);
        for (int number = blockCount - 1; number >= 0; number--) {
            lowerBlock(number);
        }
        copyInOrder();
    }

    /** Sets which indirect calls use shared code; to be called before the first function. */
    public void setTableCalls(TableCalls calls) {
        tableCalls = calls;
    }

    // ---- preparation ----

    private void prepare() {
        int count = function.instructionCount();
        if (vregs.length < count) {
            int size = Math.max(count, 2 * vregs.length);
            vregs = new int[size];
            useCounts = new int[size];
            colors = new int[size];
            sunk = new boolean[size];
            awaited = new boolean[size];
            carriers = new int[size];
            kept = new boolean[size];
        }
        Arrays.fill(vregs, 0, count, NONE);
        Arrays.fill(awaited, 0, count, false);
        Arrays.fill(carriers, 0, count, NONE);
        halves.begin(function);
        Arrays.fill(kept, 0, count, false);
        Arrays.fill(useCounts, 0, count, 0);
        Arrays.fill(sunk, 0, count, false);
        made.reset();
        hoistedCount = 0;
        argumentCount = 0;
        numberBlocks();
        int color = 0;
        for (int number = 0; number < blockCount; number++) {
            color++;
            halves.beginStretch();
            int block = layoutOrder[number];
            for (int i = function.first(block); i != NONE; i = function.next(i)) {
                color = colorAfter(i, color);
                halves.note(i);
                countUses(i);
            }
            int edge = function.firstEdge(block);
            for (int n = function.edgeCount(block); n > 0; n--, edge++) {
                for (int a = 0; a < function.edgeArgumentCount(edge); a++) {
                    useCounts[function.edgeArgument(edge, a)]++;
                }
            }
        }
    }

    private void numberBlocks() {
        int count = function.blockCount();
        if (blockNumbers.length < count) {
            int size = Math.max(count, 2 * blockNumbers.length);
            blockNumbers = new int[size];
            layoutOrder = new int[size];
            lowered = new boolean[size];
            madeStarts = new int[size + 1];
            argumentStarts = new int[size + 1];
            argumentCounts = new int[size + 1];
        }
        blockCount = 0;
        for (int block = function.firstBlock(); block != NONE; block = function.nextBlock(block)) {
            blockNumbers[block] = blockCount;
            lowered[block] = false;
            layoutOrder[blockCount++] = block;
        }
    }

    /**
     * Gives the instruction its color and returns that of the next one. An instruction with an effect still sees what
     * came before it, so its operands may be folded into it.
     */
    private int colorAfter(int instruction, int color) {
        colors[instruction] = color;
        return switch (function.opcode(instruction).effect()) {
            case PURE, COMMUTATIVE, PINNED, READS, READS_CONTEXT, READS_SLOT -> color;
            case DERIVES, TERMINATOR -> color;
            case ALLOCATES -> throw new IllegalStateException("allocation that was not expanded");
            case TRAPS, TRAPS_ONLY, WRITES, ATOMIC, WRITES_CONTEXT, WRITES_SLOT, CALL -> color + 1;
        };
    }

    private void countUses(int i) {
        switch (function.opcode(i).form()) {
            case NONE -> {}
            case UNARY -> useCounts[function.a(i)]++;
            case BINARY -> {
                useCounts[function.a(i)]++;
                useCounts[function.b(i)]++;
            }
            case TERNARY -> {
                useCounts[function.a(i)]++;
                useCounts[function.b(i)]++;
                useCounts[function.c(i)]++;
            }
            case LOAD -> countAddress(i);
            case STORE -> {
                countAddress(i);
                useCounts[function.c(i)]++;
            }
            case CALL -> {
                for (int n = 0; n < function.b(i); n++) {
                    useCounts[function.pool(function.a(i) + n)]++;
                }
            }
        }
    }

    private void countAddress(int i) {
        useCounts[function.a(i)]++;
        if (function.b(i) != NONE) {
            useCounts[function.b(i)]++;
        }
    }

    // ---- the walk ----

    private void lowerBlock(int number) {
        int block = layoutOrder[number];
        lowered[block] = true;
        madeStarts[number] = made.count();
        argumentStarts[number] = argumentCount;
        int terminator = function.last(block);
        boolean invokes = function.opcode(terminator) == Opcode.INVOKE;
        int last = invokes ? invokedCall(terminator) : terminator;
        int group = begin(last);
        if (invokes) {
            code.hasHandlers = true;
            code.leavesInstance = true;
            sunk[last] = true;
        }
        lowerTerminator(block, terminator);
        made.endGroup(group);
        argumentCounts[number] = argumentCount - argumentStarts[number];
        if (hoistedCount != 0) {
            group = begin(terminator);
            makeHoisted(block);
            made.endGroup(group);
        }
        for (int i = function.previous(terminator); i != NONE; i = function.previous(i)) {
            if (isNeeded(i)) {
                group = begin(i);
                selector.lower(i);
                halves.define(i);
                made.endGroup(group);
            }
        }
        group = begin(function.first(block));
        halves.defineParams(block);
        made.endGroup(group);
        lowerArrival(block);
        if (number == 0) {
            group = begin(terminator);
            currentSource = function.source(function.first(block));
            selector.lowerEntry();
            made.endGroup(group);
        }
    }

    /** The call that ends the block of an INVOKE. */
    public int invokedCall(int invoke) {
        int call = function.previous(invoke);
        return function.opcode(call) == Opcode.RESULT ? function.a(call) : call;
    }

    /** What a block begins with that an INVOKE leads to: it has no other predecessor. */
    private void lowerArrival(int block) {
        int edge = function.firstIncoming(block);
        if (edge == NONE) {
            return;
        }
        int source = function.edgeSource(edge);
        int invoke = function.last(source);
        if (function.opcode(invoke) != Opcode.INVOKE) {
            return;
        }
        int group = begin(invoke);
        if (edge == function.firstEdge(source)) {
            selector.lower(invoke);
        } else {
            emit(VCode.LANDING, 0, 0);
        }
        made.endGroup(group);
    }

    private int begin(int instruction) {
        groupStart = made.count();
        currentInstruction = instruction;
        currentSource = function.source(instruction);
        return groupStart;
    }

    private boolean isNeeded(int i) {
        if (sunk[i]) {
            return false;
        }
        Opcode opcode = function.opcode(i);
        return switch (opcode.effect()) {
            case PURE, COMMUTATIVE -> vregs[i] != NONE && !isConstant(i);
            case READS_CONTEXT, READS_SLOT, DERIVES -> vregs[i] != NONE;
            case PINNED -> false;
            case TRAPS, TRAPS_ONLY, READS, WRITES, ATOMIC -> true;
            case WRITES_CONTEXT, WRITES_SLOT, ALLOCATES, CALL, TERMINATOR -> true;
        };
    }

    private void lowerTerminator(int block, int terminator) {
        if (function.edgeCount(block) == 1) {
            // A jump, or a switch without a choice.
            lowerJump(block);
            return;
        }
        switch (function.opcode(terminator)) {
            case TRAP -> emit(VCode.TRAP, function.aux(terminator), 0);
            default -> selector.lowerTerminator(terminator);
        }
    }

    /** A target that is still to be lowered may turn out to need any of its parameters, so all are passed. */
    private void lowerJump(int block) {
        int edge = function.firstEdge(block);
        int target = function.edgeTarget(edge);
        int position = 0;
        int count = function.edgeArgumentCount(edge);
        for (int param = function.first(target);
                position < count;
                param = function.next(param), position++) {
            if (vregs[param] == NONE && lowered[target] && target != block) {
                continue;
            }
            result(param);
            int argument = function.edgeArgument(edge, position);
            argument = halves.arrives(param) ? argument : heldConstant(block, argument);
            addArgument(halves.passed(argument, param));
            if (!lowered[target] || target == block) {
                carriers[argument] = param;
            }
        }
        emit(VCode.JUMP, 0, 0);
    }

    /**
     * What has the argument's value in a register already: on the way that a branch goes if something is a constant, that is it. Else
     * the argument itself. Only for blocks that do nothing but jump: further on a register may cost more than a constant.
     */
    private int heldConstant(int block, int argument) {
        int edge = function.firstIncoming(block);
        boolean mayHold =
                function.opcode(argument) == Opcode.CONST
                        && function.first(block) == function.last(block)
                        && edge != NONE
                        && function.nextIncoming(edge) == NONE;
        if (!mayHold) {
            return argument;
        }
        int source = function.edgeSource(edge);
        int branch = function.last(source);
        if (function.opcode(branch) != Opcode.BRANCH || lowered[source]) {
            return argument;
        }
        boolean holds = edge == function.firstEdge(source);
        int condition = function.a(branch);
        long constant = 0;
        if (function.opcode(condition) == Opcode.EQ || function.opcode(condition) == Opcode.NE) {
            int b = function.b(condition);
            if (function.opcode(b) != Opcode.CONST) {
                return argument;
            }
            holds ^= function.opcode(condition) == Opcode.NE;
            constant = function.imm(b);
            condition = function.a(condition);
        } else if (function.opcode(condition) == Opcode.EQZ) {
            condition = function.a(condition);
        } else {
            holds = !holds;
        }
        return holds
                        && constant == function.imm(argument)
                        && function.type(condition) == function.type(argument)
                        && isHeld(condition)
                ? condition
                : argument;
    }

    /** Whether the value will be in a register however its users are selected. */
    private boolean isHeld(int value) {
        return switch (function.opcode(value)) {
            case PARAM, RESULT -> true;
            default ->
                    vregs[value] != NONE
                            || function.opcode(value).isCall()
                            || isSinkableRead(value);
        };
    }

    private void addArgument(int vreg) {
        if (argumentCount == arguments.length) {
            arguments = Arrays.copyOf(arguments, 2 * argumentCount);
        }
        arguments[argumentCount++] = vreg;
    }

    // ---- what selectors ask ----

    public Function function() {
        return function;
    }

    public Module module() {
        return module;
    }

    public ContextLayout layout() {
        return layout;
    }

    public TableCalls tableCalls() {
        return tableCalls;
    }

    /** How often the instruction is expected to be executed in a run of the function. */
    public float frequency(int instruction) {
        return frequencies[function.block(instruction)];
    }

    public VCode code() {
        return code;
    }

    InstructionSelector selector() {
        return selector;
    }

    /** Whether a block comes before another one on every way there. */
    public boolean dominates(int block, int other) {
        return dominators.dominates(block, other);
    }

    /** The dominators of the function's blocks. */
    public Dominators dominators() {
        return dominators;
    }

    /** The instruction that is being lowered. */
    public int current() {
        return currentInstruction;
    }

    /** Whether a value is a scalar or vector constant. */
    public boolean isConstant(int value) {
        Opcode opcode = function.opcode(value);
        return opcode == Opcode.CONST || opcode == Opcode.VCONST;
    }

    /** Whether the value has a register: something that has been lowered reads it, or a jump sets it. */
    public boolean hasReg(int value) {
        return vregs[value] != NONE;
    }

    /** The virtual register that holds the value: its definition is needed. Constants get a new one at each call. */
    public int reg(int value) {
        if (isConstant(value)) {
            Type type = function.type(value);
            int hoisted = type == Type.V128 ? NONE : hoistedConstant(type, function.imm(value));
            return hoisted == NONE ? selector.constant(value) : hoisted;
        }
        return halves.isWhole(value) ? registerOf(value) : halves.zeroExtended(value);
    }

    /** The virtual register of the value, whatever it holds of it. */
    int registerOf(int value) {
        awaited[value] = true;
        return result(value);
    }

    /** What is known of values of which half a register counts. */
    public HalfRegisters halves() {
        return halves;
    }

    /**
     * The register of a constant that is costly to make, if it can be made in front of the innermost loop around the current
     * instruction, else NONE. The allocator makes it anew in the loop where registers are scarce.
     */
    public int hoistedConstant(Type type, long bits) {
        int block = function.block(currentInstruction);
        int loop = loops.loop(block);
        if (loop == NONE || function.isCold(block) || !selector.isCostly(type, bits)) {
            return NONE;
        }
        int before = blockBefore(loop);
        if (before == NONE) {
            return NONE;
        }
        for (int h = 0; h < hoistedCount; h++) {
            if (hoistedBlocks[h] == before && hoistedBits[h] == bits && hoistedTypes[h] == type) {
                return hoistedVregs[h];
            }
        }
        if (hoistedCount == MOST_HOISTED) {
            return NONE;
        }
        hoistedBlocks[hoistedCount] = before;
        hoistedBits[hoistedCount] = bits;
        hoistedTypes[hoistedCount] = type;
        hoistedVregs[hoistedCount] = newVreg(type);
        return hoistedVregs[hoistedCount++];
    }

    /** The block through which control comes into the loop and that leads nowhere else, if it is still to be lowered, or NONE. */
    private int blockBefore(int loop) {
        int before = NONE;
        int edge = function.firstIncoming(loops.header(loop));
        for (; edge != NONE; edge = function.nextIncoming(edge)) {
            int source = function.edgeSource(edge);
            int inside = loops.loop(source);
            if (inside != NONE && loops.isInside(inside, loop)) {
                continue;
            }
            if (before != NONE || function.edgeCount(source) != 1 || lowered[source]) {
                return NONE;
            }
            before = source;
        }
        return before;
    }

    private void makeHoisted(int block) {
        for (int h = 0; h < hoistedCount; h++) {
            if (hoistedBlocks[h] == block) {
                selector.constant(hoistedVregs[h], hoistedTypes[h], hoistedBits[h]);
                hoistedBlocks[h] = hoistedBlocks[--hoistedCount];
                hoistedBits[h] = hoistedBits[hoistedCount];
                hoistedTypes[h] = hoistedTypes[hoistedCount];
                hoistedVregs[h] = hoistedVregs[hoistedCount];
                h--;
            }
        }
    }

    /**
     * Whether the value in its register is needed behind the current instruction, as far as that is known: by what comes later,
     * or because the loop around the current instruction keeps it for its next iteration.
     */
    public boolean livesOn(int value) {
        return awaited[value] || isFromOutsideLoop(value);
    }

    private boolean isFromOutsideLoop(int value) {
        int loop = loops.loop(function.block(currentInstruction));
        if (loop == NONE || isConstant(value)) {
            return false;
        }
        int home = loops.loop(function.block(value));
        return home == NONE || !loops.isInside(home, loop);
    }

    /** Whether {@code value} is the parameter of a loop's header that the instruction gives its next value. */
    public boolean isNextOf(int instruction, int value) {
        return carriers[instruction] == value;
    }

    /**
     * Whether a commutative instruction that overwrites its first operand had better overwrite {@code b}: its own value in the last
     * iteration, or else what nobody needs any more.
     */
    public boolean prefersToOverwrite(int instruction, int a, int b) {
        if (carriers[instruction] == a || carriers[instruction] == b) {
            return carriers[instruction] == b;
        }
        return livesOn(a) && !livesOn(b);
    }

    /** The virtual register to define for the current instruction's value; a fresh one if nobody uses it. */
    public int result(int instruction) {
        int vreg = vregs[instruction];
        if (vreg == NONE) {
            vreg = newVreg(function.type(instruction));
            vregs[instruction] = vreg;
        }
        return vreg;
    }

    /** A new virtual register for values of the type. */
    public int newVreg(Type type) {
        return code.registers.addVreg(
                switch (type) {
                    case F32, F64 -> RegisterFile.FLOAT;
                    case V128 -> RegisterFile.VECTOR;
                    case REF -> RegisterFile.REFERENCE;
                    case I32, I64, FUNC, VOID -> RegisterFile.INTEGER;
                });
    }

    /** Number of uses of the value in the IR. */
    public int useCount(int value) {
        return useCounts[value];
    }

    /** Whether the current instruction may take over the value's computation: its only use, in its block, and pure or of one color. */
    public boolean canSink(int value) {
        if (useCounts[value] != 1 || vregs[value] != NONE) {
            return false;
        }
        if (function.block(value) != function.block(currentInstruction)) {
            return false;
        }
        return function.opcode(value).isPure()
                || (colors[value] == colors[currentInstruction]
                        && !kept[value]
                        && isSinkableRead(value));
    }

    /** Says, before anything is lowered, that others rely on a read to come before them. */
    public void keepInPlace(int read) {
        kept[read] = true;
    }

    private boolean isSinkableRead(int value) {
        return switch (function.opcode(value).effect()) {
            case READS, READS_CONTEXT, READS_SLOT -> true;
            default -> false;
        };
    }

    /**
     * Whether the current instruction may compute the value in its register, in place of the value's own instruction: that is pure
     * and close by in the same block, and nothing in between needs the value.
     */
    public boolean canDelay(int value) {
        if (!function.opcode(value).isPure()
                || sunk[value]
                || function.block(value) != function.block(currentInstruction)) {
            return false;
        }
        int i = function.previous(currentInstruction);
        for (int n = 0; n < MAX_DELAY && i != value && i != NONE; n++) {
            if (!sunk[i] && uses(i, value)) {
                return false;
            }
            i = function.previous(i);
        }
        return i == value;
    }

    private boolean uses(int i, int value) {
        for (int k = function.operandCount(i) - 1; k >= 0; k--) {
            if (function.operand(i, k) == value) {
                return true;
            }
        }
        return false;
    }

    /** Records that the current instruction does the value's work. */
    public void sink(int value) {
        sunk[value] = true;
    }

    /** The number of an IR block in layout order, which is its number in the VCode. */
    public int blockNumber(int block) {
        return blockNumbers[block];
    }

    // ---- what selectors emit ----

    /** Adds an operand (see {@link Operand}) to the instruction that the next {@code emit} makes. */
    public void operand(long operand) {
        made.operand(operand);
    }

    /** Adds a use in a register. */
    public void use(int vreg) {
        operand(Operand.use(vreg, Operand.REGISTER, 0));
    }

    /** Adds a use in a register or slot. */
    public void useAny(int vreg) {
        operand(Operand.use(vreg, Operand.ANY, 0));
    }

    /** Adds a use in the given physical register. */
    public void useFixed(int vreg, int register) {
        operand(Operand.use(vreg, Operand.FIXED, register));
    }

    /** Adds a definition in a register. */
    public void def(int vreg) {
        operand(Operand.definition(vreg, Operand.REGISTER, 0));
    }

    /** Adds a definition in the register of the use at operand position {@code position}. */
    public void defReuse(int vreg, int position) {
        operand(Operand.definition(vreg, Operand.REUSE, position));
    }

    /** Adds a definition in the given physical register. */
    public void defFixed(int vreg, int register) {
        operand(Operand.definition(vreg, Operand.FIXED, register));
    }

    /** Adds a temporary register that differs from all uses and definitions. */
    public void temp(Type type) {
        operand(Operand.earlyDefinition(newVreg(type), Operand.REGISTER, 0));
    }

    /** The source position that instructions get. */
    public int source() {
        return currentSource;
    }

    /** Gives the instructions made from now on, for the current IR instruction, another source position. */
    public void setSource(int source) {
        currentSource = source;
    }

    /** Makes an instruction of the operands added since the last one. */
    public void emit(int opcode, int aux, long imm) {
        emit(opcode, aux, imm, AllocationInput.PLAIN, 0);
    }

    /** Makes an instruction with flags (see {@link AllocationInput}) and a set of destroyed registers. */
    public void emit(int opcode, int aux, long imm, int flags, long clobbers) {
        made.add(opcode, aux, imm, currentSource, flags, clobbers);
    }

    /** Number of machine instructions made so far; the last one has the number below. */
    public int made() {
        return made.count();
    }

    /** Whether a machine instruction, by its number, was made for the current IR instruction, and so is in front of what comes next. */
    public boolean isOfCurrent(int instruction) {
        return instruction >= groupStart;
    }

    /**
     * Takes back an instruction, by its number. Because code is made backwards, who needs the same value earlier can define it anew
     * there, in the same register, and drop the definition that had been made for later.
     */
    public void drop(int instruction) {
        made.drop(instruction);
    }

    // ---- the end ----

    private void copyInOrder() {
        AllocationInput registers = code.registers;
        for (int number = 0; number < blockCount; number++) {
            int block = layoutOrder[number];
            copyParams(block, registers);
            int end = number == 0 ? made.count() : madeStarts[number - 1];
            made.copy(madeStarts[number], end, code);
            for (int a = 0; a < argumentCounts[number]; a++) {
                registers.addArgument(arguments[argumentStarts[number] + a]);
            }
            int edge = function.firstEdge(block);
            for (int n = function.edgeCount(block); n > 0; n--, edge++) {
                registers.addSuccessor(blockNumbers[function.edgeTarget(edge)]);
            }
            code.setCold(number, function.isCold(block));
            registers.endBlock(frequencies[block]);
        }
        registers.finish();
    }

    private void copyParams(int block, AllocationInput registers) {
        if (block == layoutOrder[0]) {
            return;
        }
        for (int i = function.first(block);
                i != NONE && function.opcode(i) == Opcode.PARAM;
                i = function.next(i)) {
            if (vregs[i] != NONE) {
                registers.addParam(vregs[i]);
            }
        }
    }
}
