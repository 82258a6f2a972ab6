package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Function;
import wasm2obj.ir.SourcePositions;
import wasm2obj.ir.TrapKind;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.unwind.UnwindOps;

/**
 * From allocated machine code to a {@link CompiledFunction}: the walk that is the same for every ISA, and the lists that the
 * ISA's emitter fills on the way.
 *
 * <p>Blocks that only jump are not emitted: branches to them go where they go. Blocks that end alike share their ends ({@link
 * SharedEnds}). Code that an instruction rarely needs, and traps that a check branches to, are collected and emitted behind the blocks; traps one per site, so that each has its own source position.
 */
public final class Emission {
    /** Code, labels and branches. */
    public final CodeBuffer buffer = new CodeBuffer();

    /** What the prologue and epilogues do. */
    public final UnwindOps unwind = new UnwindOps();

    /** The frame of the function. */
    public final Frame frame = new Frame();

    private final CompiledFunctionBuilder lists = new CompiledFunctionBuilder();

    private final SharedEnds ends = new SharedEnds();

    private final ConstantPool ownConstants = new ConstantPool();

    private VCode code;
    private ConstantPool constants;
    private AllocationInput registers;
    private Allocation allocation;
    private MachineEmitter machine;
    private boolean debugInfo;
    private int currentBlock;
    private int currentInstruction;
    private int nextMove;

    private int[] blockLabels = new int[64];
    private int[] forwards = new int[64];

    /** Whether the current block shares an end, and how many of its items are left. */
    private boolean isShared;

    private int itemsLeft;

    /** Whether a block begins with a landing pad. */
    private boolean[] lands = new boolean[64];

    private SourcePositions positions;

    private int outOfLineCount;
    private int[] outOfLineLabels = new int[16];
    private int[] outOfLineInstructions = new int[16];
    private int[] outOfLineArguments = new int[16];

    private int trapCount;
    private int[] trapLabels = new int[16];
    private byte[] trapKinds = new byte[16];
    private int[] trapSources = new int[16];

    /** Whether to note the places of all code, not only of calls and traps. */
    public void setDebugInfo(boolean on) {
        debugInfo = on;
    }

    /** Emits the whole function. */
    public CompiledFunction emit(
            Function function,
            VCode functionCode,
            Allocation result,
            long calleeSaved,
            boolean framePointer,
            MachineEmitter emitter) {
        code = functionCode;
        positions = function.positions();
        registers = functionCode.registers;
        allocation = result;
        machine = emitter;
        frame.layOut(function, code, allocation, calleeSaved, framePointer);
        beginThunk();
        parameterSize = code.incomingStackSize;
        constants = code.constants;
        currentInstruction = 0;
        emitter.begin(this);
        if (frame.hasReferenceSlots()) {
            lists.setCommonMapSlots(frame.referenceSlots());
        }
        labelBlocks();
        for (currentBlock = 0; currentBlock < registers.blockCount; currentBlock++) {
            emitBlock();
        }
        emitOutOfLine();
        emitTraps();
        return finish(function.index(), emitter.branches(), frameSize, hasFramePointer);
    }

    /** Starts an empty function, for thunks: the caller emits into {@link #buffer} and calls {@link #finish}. */
    public void beginThunk() {
        buffer.reset();
        unwind.reset();
        lists.reset();
        ownConstants.reset();
        parameterSize = 0;
        constants = ownConstants;
        trapCount = 0;
        outOfLineCount = 0;
        nextMove = 0;
    }

    /** Chooses branch forms and makes the result of everything that was noted. */
    public CompiledFunction finish(
            int index, CodeBuffer.Branches branches, int size, boolean framePointer) {
        buffer.finish(branches);
        return lists.build(index, buffer, constants, unwind, size, parameterSize, framePointer);
    }

    private int frameSize;
    private int parameterSize;
    private boolean hasFramePointer;

    /** Sets the bytes of stack parameters, which a thunk removes when it returns. */
    void setParameterSize(int bytes) {
        parameterSize = bytes;
    }

    /**
     * Sets the bytes between the CFA and the stack pointer in the body, and whether the frame is found by the frame pointer; the
     * emitter knows at the prologue.
     */
    public void setFrame(int bytes, boolean framePointer) {
        frameSize = bytes;
        hasFramePointer = framePointer;
    }

    // ---- the walk ----

    private void labelBlocks() {
        int count = registers.blockCount;
        if (blockLabels.length < count) {
            blockLabels = new int[2 * count];
            forwards = new int[2 * count];
            lands = new boolean[2 * count];
        }
        int move = 0;
        for (int b = 0; b < count; b++) {
            blockLabels[b] = buffer.newLabel();
            int first = registers.blockStarts[b];
            int last = registers.blockStarts[b + 1] - 1;
            while (move < allocation.moveCount && allocation.movePlaces[move] < first) {
                move++;
            }
            boolean moves = move < allocation.moveCount && allocation.movePlaces[move] <= last;
            boolean onlyJumps =
                    b != 0 && first == last && code.opcodes[first] == VCode.JUMP && !moves;
            forwards[b] = onlyJumps ? registers.successors[registers.successorStarts[b]] : b;
        }
        for (int b = 0; b < count; b++) {
            forwards[b] = followForwards(b);
        }
        findLandings(count);
        ends.find(code, allocation, machine, forwards, lands);
        ends.makeLabels(buffer, blockLabels);
    }

    private void findLandings(int count) {
        Arrays.fill(lands, 0, count, false);
        for (int b = 0; b < count; b++) {
            if (machine.needsLandingPads(code.opcodes[registers.blockStarts[b + 1] - 1])) {
                for (int s = registers.successorStarts[b];
                        s < registers.successorStarts[b + 1] - 1;
                        s++) {
                    lands[forwards[registers.successors[s]]] = true;
                }
            }
        }
    }

    /** The end of a chain of blocks that only jump; halves the chain on the way. An endless loop ends in one of its blocks. */
    private int followForwards(int block) {
        int at = block;
        for (int steps = 0; forwards[at] != at && steps < registers.blockCount; steps++) {
            forwards[at] = forwards[forwards[at]];
            at = forwards[at];
        }
        return at;
    }

    private void emitBlock() {
        int first = registers.blockStarts[currentBlock];
        int last = registers.blockStarts[currentBlock + 1] - 1;
        if (!isEmitted(currentBlock)) {
            skipMoves(last);
            return;
        }
        buffer.bind(blockLabels[currentBlock]);
        if (lands[currentBlock]) {
            machine.landingPad();
        }
        if (code.opcodes[first] == VCode.LANDING) {
            machine.instruction(first);
        }
        isShared = ends.isShared(currentBlock);
        itemsLeft = ends.itemCount(currentBlock);
        for (int i = first; i <= last; i++) {
            currentInstruction = i;
            notePlace(i);
            if (!emitMoves(i) || isShared && isEndElsewhere()) {
                skipMoves(last);
                return;
            }
            switch (code.opcodes[i]) {
                case VCode.ENTRY, VCode.LANDING -> {}
                case VCode.JUMP -> jumpUnlessNext(0);
                case VCode.TRAP -> emitTrap(code.auxs[i], code.sources[i]);
                default -> {
                    if (!isOmitted(i)) {
                        machine.instruction(i);
                    }
                }
            }
        }
    }

    /** Whether the instruction is only repeated elsewhere. */
    private boolean isOmitted(int instruction) {
        return (registers.flags[instruction] & AllocationInput.REMATERIALIZABLE) != 0
                && location(instruction, 0) >= Allocation.REMATERIALIZE;
    }

    private boolean isEmitted(int block) {
        return forwards[block] == block && !ends.isGone(block);
    }

    private void skipMoves(int last) {
        while (nextMove < allocation.moveCount && allocation.movePlaces[nextMove] <= last) {
            nextMove++;
        }
    }

    /** Before each item of a block that shares an end: others may join here; the rest may be there, which this jumps to. */
    private boolean isEndElsewhere() {
        int left = itemsLeft--;
        ends.bind(buffer, currentBlock, left);
        if (!ends.isCut(currentBlock, left)) {
            return false;
        }
        machine.jump(ends.label(currentBlock));
        return true;
    }

    private void notePlace(int instruction) {
        if (debugInfo && code.opcodes[instruction] != VCode.ENTRY) {
            addPlace(code.sources[instruction]);
        }
    }

    /** Whether the block goes on here behind the moves. */
    private boolean emitMoves(int place) {
        while (nextMove < allocation.moveCount && allocation.movePlaces[nextMove] <= place) {
            if (isShared && isEndElsewhere()) {
                return false;
            }
            int from = allocation.moveSources[nextMove];
            int to = allocation.moveTargets[nextMove];
            int vregClass = allocation.moveClasses[nextMove];
            if (from >= Allocation.REMATERIALIZE) {
                machine.rematerialize(from - Allocation.REMATERIALIZE, to, vregClass);
            } else {
                machine.move(from, to, vregClass);
            }
            nextMove++;
        }
        return true;
    }

    private void emitTrap(int kind, int source) {
        lists.addTrap(buffer.size, kind);
        lists.addSource(buffer.size, source, positions);
        machine.trap();
    }

    private void addPlace(int source) {
        lists.addPlace(buffer.size, positions.offset(source));
    }

    private void emitTraps() {
        for (int t = 0; t < trapCount; t++) {
            buffer.bind(trapLabels[t]);
            if (debugInfo) {
                addPlace(trapSources[t]);
            }
            emitTrap(trapKinds[t], trapSources[t]);
        }
    }

    private void emitOutOfLine() {
        for (int n = 0; n < outOfLineCount; n++) {
            buffer.bind(outOfLineLabels[n]);
            currentInstruction = outOfLineInstructions[n];
            notePlace(currentInstruction);
            machine.outOfLine(currentInstruction, outOfLineArguments[n]);
        }
    }

    // ---- what emitters ask ----

    public VCode code() {
        return code;
    }

    public Allocation allocation() {
        return allocation;
    }

    /** Location of operand {@code operand} of the instruction. */
    public int location(int instruction, int operand) {
        return allocation.locations[registers.operandStarts[instruction] + operand];
    }

    /** Number of operands of the instruction. */
    public int operandCount(int instruction) {
        return registers.operandStarts[instruction + 1] - registers.operandStarts[instruction];
    }

    /** Number of successors of the current block. */
    public int successorCount() {
        return registers.successorStarts[currentBlock + 1]
                - registers.successorStarts[currentBlock];
    }

    /** The label of successor {@code n} of the current block. */
    public int successorLabel(int n) {
        return blockLabels[
                forwards[registers.successors[registers.successorStarts[currentBlock] + n]]];
    }

    /** Whether control falls through to successor {@code n} when nothing is emitted. */
    public boolean isNext(int n) {
        int target = forwards[registers.successors[registers.successorStarts[currentBlock] + n]];
        int next = currentBlock + 1;
        while (next < registers.blockCount && !isEmitted(next)) {
            next++;
        }
        return next == target;
    }

    /** Emits a jump to successor {@code n} of the current block, or nothing if it comes next. */
    public void jumpUnlessNext(int n) {
        if (!isNext(n)) {
            machine.jump(successorLabel(n));
        }
    }

    /**
     * A label of code of the current instruction that is rarely executed: {@link MachineEmitter#outOfLine} is asked for it behind
     * the last block, with the argument, usually a label to return to.
     */
    public int outOfLine(int argument) {
        if (outOfLineCount == outOfLineLabels.length) {
            outOfLineLabels = Arrays.copyOf(outOfLineLabels, 2 * outOfLineCount);
            outOfLineInstructions = Arrays.copyOf(outOfLineInstructions, 2 * outOfLineCount);
            outOfLineArguments = Arrays.copyOf(outOfLineArguments, 2 * outOfLineCount);
        }
        outOfLineLabels[outOfLineCount] = buffer.newLabel();
        outOfLineInstructions[outOfLineCount] = currentInstruction;
        outOfLineArguments[outOfLineCount] = argument;
        return outOfLineLabels[outOfLineCount++];
    }

    /** Emits a trap of the kind here. */
    public void trap(TrapKind kind) {
        emitTrap(kind.code(), code.sources[currentInstruction]);
    }

    /** A label of a trap of the kind, out of line, for a check of the current instruction. */
    public int trapLabel(TrapKind kind) {
        return trapLabel(kind.code());
    }

    /** The same for a kind's code. */
    public int trapLabel(int kind) {
        if (trapCount == trapLabels.length) {
            trapLabels = Arrays.copyOf(trapLabels, 2 * trapCount);
            trapKinds = Arrays.copyOf(trapKinds, 2 * trapCount);
            trapSources = Arrays.copyOf(trapSources, 2 * trapCount);
        }
        trapLabels[trapCount] = buffer.newLabel();
        trapKinds[trapCount] = (byte) kind;
        trapSources[trapCount] = code.sources[currentInstruction];
        return trapLabels[trapCount++];
    }

    /** Notes that the instruction that begins at the current offset traps with the kind, whatever address faults. */
    public void noteTrap(TrapKind kind) {
        lists.addTrap(buffer.size, kind.code());
        noteSource();
    }

    /** The same in a thunk, whose traps are its caller's, where those have their source. */
    void noteThunkTrap(TrapKind kind) {
        lists.addTrap(buffer.size, kind.code());
    }

    /** Notes that the current offset (a return address, a trapping instruction) belongs to the current instruction's source. */
    public void noteSource() {
        lists.addSource(buffer.size, code.sources[currentInstruction], positions);
    }

    /** Whether the current instruction is its block's last: of a call, that it has a handler. */
    public boolean endsBlock() {
        return currentInstruction == registers.blockStarts[currentBlock + 1] - 1;
    }

    /** Notes the current offset as the return address of a call. If the call ends its block, a throw there goes to successor 1. */
    public void noteReturn() {
        noteSource();
        if (endsBlock()) {
            lists.addHandler(buffer.size, successorLabel(1));
        }
        if ((registers.flags[currentInstruction] & AllocationInput.SAFEPOINT) != 0) {
            noteStackMap();
        }
    }

    private void noteStackMap() {
        int map =
                Arrays.binarySearch(
                        allocation.stackMapInstructions,
                        0,
                        allocation.stackMapCount,
                        currentInstruction);
        if (map < 0 && !frame.hasReferenceSlots()) {
            return;
        }
        lists.beginStackMap(buffer.size);
        if (map >= 0) {
            int end = allocation.stackMapStarts[map + 1];
            for (int i = allocation.stackMapStarts[map]; i < end; i++) {
                lists.addStackMapSlot(frame.spill(allocation.stackMapSlots[i]) / 8);
            }
        }
    }

    /** Notes a relocation (see {@link CompiledFunction.Relocations}) of the 32 bits at {@code offset}. */
    public void relocate(int offset, int kind, int target, int addend) {
        lists.addRelocation(offset, kind, target, addend);
    }

    /** Number of the function's constant with the given halves. */
    public int constant(long low, long high) {
        return constants.add(low, high);
    }

    /** Begins a jump table of distances from a label; its entries are added next. */
    public int beginJumpTable(int base) {
        return lists.beginJumpTable(base);
    }

    /** Adds the label to the jump table that was begun last. */
    public void addJumpTarget(int label) {
        lists.addJumpTarget(label);
    }
}
