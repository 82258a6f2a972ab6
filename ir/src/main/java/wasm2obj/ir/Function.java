package wasm2obj.ir;

import java.util.Arrays;

/**
 * One function in SSA form.
 *
 * <p><b>Representation.</b> Everything is an int: instructions, blocks and edges are dense ids, their fields are columns
 * of primitive arrays. One {@code Function} serves a worker thread for all the functions it compiles ({@link #reset}); it
 * grows to the largest and makes no garbage per instruction. Analyses and passes own arrays that are indexed by id.
 *
 * <p><b>Instructions and values.</b> An instruction has at most one result, so its id is also the id of its value. The
 * fields are an {@link Opcode}, a {@link Type} (of the result; VOID if none), the operands {@code a}, {@code b},
 * {@code c}, an immediate {@code imm}, a small {@code aux}, and the position {@code source} of the WebAssembly instruction
 * ({@link SourcePositions}). Ids are never reused; an instruction that is in no block is dead.
 *
 * <p><b>Blocks</b> are doubly linked lists of instructions: first the PARAMs in the order of their positions, then code,
 * last the terminator. Block 0 is the entry; its parameters are the function's. Blocks themselves have a layout order,
 * also a linked list.
 *
 * <p><b>Edges.</b> A terminator owns {@code edgeCount} edges with consecutive ids from {@code firstEdge} on. An edge has a
 * source block, a target block, and one argument for each parameter of the target, kept in the pool. The edges into a
 * block are a linked list, in the order of their creation.
 *
 * <p><b>Pool.</b> Lists of values (arguments of calls, returns and edges) are slices of one int array.
 */
public final class Function {
    /** "No instruction, block, edge or value". */
    public static final int NONE = -1;

    private static final int INITIAL_INSTRUCTIONS = 1024;
    private static final int INITIAL_BLOCKS = 128;
    private static final int INITIAL_POOL = 512;

    // What the function is.
    private int index;
    private String name;
    private Signature signature;
    private int slotCount;
    private byte[] slotTypes = new byte[16];

    // Instructions.
    private int instructionCount;
    private short[] opcodes = new short[INITIAL_INSTRUCTIONS];
    private byte[] types = new byte[INITIAL_INSTRUCTIONS];
    private int[] as = new int[INITIAL_INSTRUCTIONS];
    private int[] bs = new int[INITIAL_INSTRUCTIONS];
    private int[] cs = new int[INITIAL_INSTRUCTIONS];
    private int[] auxs = new int[INITIAL_INSTRUCTIONS];
    private long[] imms = new long[INITIAL_INSTRUCTIONS];
    private int[] sources = new int[INITIAL_INSTRUCTIONS];
    private int[] nexts = new int[INITIAL_INSTRUCTIONS];
    private int[] previouses = new int[INITIAL_INSTRUCTIONS];
    private int[] blocks = new int[INITIAL_INSTRUCTIONS];

    // Blocks.
    private int blockCount;
    private int[] firsts = new int[INITIAL_BLOCKS];
    private int[] lasts = new int[INITIAL_BLOCKS];
    private int[] paramCounts = new int[INITIAL_BLOCKS];
    private int[] lastParams = new int[INITIAL_BLOCKS];
    private int[] firstIns = new int[INITIAL_BLOCKS];
    private int[] lastIns = new int[INITIAL_BLOCKS];
    private int[] firstOuts = new int[INITIAL_BLOCKS];
    private int[] outCounts = new int[INITIAL_BLOCKS];
    private int[] layoutNexts = new int[INITIAL_BLOCKS];
    private int[] layoutPreviouses = new int[INITIAL_BLOCKS];
    private boolean[] colds = new boolean[INITIAL_BLOCKS];
    private int layoutFirst;
    private int layoutLast;

    // Edges.
    private int edgeCount;
    private int[] edgeSources = new int[INITIAL_BLOCKS];
    private int[] edgeTargets = new int[INITIAL_BLOCKS];
    private int[] edgeArguments = new int[INITIAL_BLOCKS];
    private int[] edgeArgumentCounts = new int[INITIAL_BLOCKS];
    private int[] edgeNextIns = new int[INITIAL_BLOCKS];
    private int[] edgePreviousIns = new int[INITIAL_BLOCKS];

    // Pools.
    private int poolSize;
    private int[] pool = new int[INITIAL_POOL];
    private int vectorCount;
    private long[] vectorHighs = new long[4];

    private int currentSource;
    private final SourcePositions positions = new SourcePositions();
    private boolean hasReferences;
    private boolean checksStack;

    /** Empties the function and gives it a new identity. {@code name} may be null. */
    public void reset(int index, String name, Signature signature) {
        this.index = index;
        this.name = name;
        this.signature = signature;
        slotCount = 0;
        instructionCount = 0;
        blockCount = 0;
        edgeCount = 0;
        poolSize = 0;
        vectorCount = 0;
        layoutFirst = NONE;
        layoutLast = NONE;
        currentSource = 0;
        positions.reset();
        hasReferences = false;
        checksStack = true;
    }

    /** The index in the module's function index space. */
    public int index() {
        return index;
    }

    /** The name of the name section, or null. */
    public String name() {
        return name;
    }

    public Signature signature() {
        return signature;
    }

    /** Whether it must trap when the stack is used up; if the calls that it makes end soon, what calls it has seen to that. */
    public boolean checksStack() {
        return checksStack;
    }

    public void setChecksStack(boolean checks) {
        checksStack = checks;
    }

    // ---- frame slots ----

    /** Adds a frame slot for values of the type. */
    public int addSlot(Type type) {
        if (slotCount == slotTypes.length) {
            slotTypes = Arrays.copyOf(slotTypes, 2 * slotCount);
        }
        slotTypes[slotCount] = (byte) type.ordinal();
        return slotCount++;
    }

    public int slotCount() {
        return slotCount;
    }

    public Type slotType(int slot) {
        return Type.of(slotTypes[slot]);
    }

    // ---- instructions ----

    /** One more than the largest instruction id; the size for side arrays. */
    public int instructionCount() {
        return instructionCount;
    }

    public Opcode opcode(int instruction) {
        return Opcode.of(opcodes[instruction]);
    }

    public Type type(int instruction) {
        return Type.of(types[instruction]);
    }

    public int a(int instruction) {
        return as[instruction];
    }

    public int b(int instruction) {
        return bs[instruction];
    }

    public int c(int instruction) {
        return cs[instruction];
    }

    public long imm(int instruction) {
        return imms[instruction];
    }

    public int aux(int instruction) {
        return auxs[instruction];
    }

    /** The position of the instruction this one was made for. */
    public int source(int instruction) {
        return sources[instruction];
    }

    public void setA(int instruction, int value) {
        as[instruction] = value;
    }

    public void setB(int instruction, int value) {
        bs[instruction] = value;
    }

    public void setC(int instruction, int value) {
        cs[instruction] = value;
    }

    public void setImm(int instruction, long value) {
        imms[instruction] = value;
    }

    public void setAux(int instruction, int value) {
        auxs[instruction] = value;
    }

    public void setSource(int instruction, int position) {
        sources[instruction] = position;
    }

    /** The source position that new instructions get. */
    public void setCurrentSource(int position) {
        currentSource = position;
    }

    /** What the positions say. */
    public SourcePositions positions() {
        return positions;
    }

    /** Turns an instruction into another one in place; its uses now use the new result. */
    public void rewrite(
            int instruction, Opcode opcode, Type type, int a, int b, int c, long imm, int aux) {
        opcodes[instruction] = (short) opcode.ordinal();
        types[instruction] = (byte) type.ordinal();
        as[instruction] = a;
        bs[instruction] = b;
        cs[instruction] = c;
        imms[instruction] = imm;
        auxs[instruction] = aux;
    }

    /** Makes an instruction that is in no block yet. */
    public int make(Opcode opcode, Type type, int a, int b, int c, long imm, int aux) {
        if (instructionCount == opcodes.length) {
            growInstructions();
        }
        int id = instructionCount++;
        hasReferences |= type == Type.REF;
        rewrite(id, opcode, type, a, b, c, imm, aux);
        sources[id] = currentSource;
        blocks[id] = NONE;
        nexts[id] = NONE;
        previouses[id] = NONE;
        return id;
    }

    /** Whether any value is, or was, a managed reference. */
    public boolean hasReferences() {
        return hasReferences;
    }

    /** Makes an instruction and appends it to the block. */
    public int append(int block, Opcode opcode, Type type, int a, int b, int c, long imm, int aux) {
        int id = make(opcode, type, a, b, c, imm, aux);
        insertLast(block, id);
        return id;
    }

    /**
     * Whether the operands are in the pool: {@code b} of them from {@code a} on. In other instructions each of a, b, c is a
     * value or NONE.
     */
    public boolean hasOperandList(int instruction) {
        return opcode(instruction).form() == Opcode.Form.CALL;
    }

    /** The number of operands that are values; edge arguments are not counted. */
    public int operandCount(int instruction) {
        return switch (opcode(instruction).form()) {
            case NONE -> 0;
            case UNARY -> 1;
            case BINARY -> 2;
            case TERNARY -> 3;
            case LOAD -> bs[instruction] == NONE ? 1 : 2;
            case STORE -> bs[instruction] == NONE ? 2 : 3;
            case CALL -> bs[instruction];
        };
    }

    /** An operand, in the order of the fields, by its number from 0 on. */
    public int operand(int instruction, int number) {
        if (opcode(instruction).form() == Opcode.Form.CALL) {
            return pool[as[instruction] + number];
        }
        if (number == 0) {
            return as[instruction];
        }
        return number == 1 && bs[instruction] != NONE ? bs[instruction] : cs[instruction];
    }

    /** Replaces the operand of that number. */
    public void setOperand(int instruction, int number, int value) {
        if (opcode(instruction).form() == Opcode.Form.CALL) {
            pool[as[instruction] + number] = value;
        } else if (number == 0) {
            as[instruction] = value;
        } else if (number == 1 && bs[instruction] != NONE) {
            bs[instruction] = value;
        } else {
            cs[instruction] = value;
        }
    }

    /** The block that the instruction is in, or NONE. */
    public int block(int instruction) {
        return blocks[instruction];
    }

    /** The next instruction in its block, or NONE. */
    public int next(int instruction) {
        return nexts[instruction];
    }

    public int previous(int instruction) {
        return previouses[instruction];
    }

    public void insertLast(int block, int instruction) {
        int last = lasts[block];
        blocks[instruction] = block;
        previouses[instruction] = last;
        nexts[instruction] = NONE;
        lasts[block] = instruction;
        if (last == NONE) {
            firsts[block] = instruction;
        } else {
            nexts[last] = instruction;
        }
    }

    public void insertBefore(int before, int instruction) {
        int block = blocks[before];
        int previous = previouses[before];
        blocks[instruction] = block;
        previouses[instruction] = previous;
        nexts[instruction] = before;
        previouses[before] = instruction;
        if (previous == NONE) {
            firsts[block] = instruction;
        } else {
            nexts[previous] = instruction;
        }
    }

    /** Takes the instruction out of its block. It may be inserted again. */
    public void remove(int instruction) {
        int block = blocks[instruction];
        int previous = previouses[instruction];
        int next = nexts[instruction];
        if (previous == NONE) {
            firsts[block] = next;
        } else {
            nexts[previous] = next;
        }
        if (next == NONE) {
            lasts[block] = previous;
        } else {
            previouses[next] = previous;
        }
        blocks[instruction] = NONE;
        nexts[instruction] = NONE;
        previouses[instruction] = NONE;
    }

    private void growInstructions() {
        int size = 2 * opcodes.length;
        opcodes = Arrays.copyOf(opcodes, size);
        types = Arrays.copyOf(types, size);
        as = Arrays.copyOf(as, size);
        bs = Arrays.copyOf(bs, size);
        cs = Arrays.copyOf(cs, size);
        auxs = Arrays.copyOf(auxs, size);
        imms = Arrays.copyOf(imms, size);
        sources = Arrays.copyOf(sources, size);
        nexts = Arrays.copyOf(nexts, size);
        previouses = Arrays.copyOf(previouses, size);
        blocks = Arrays.copyOf(blocks, size);
    }

    // ---- blocks ----

    /** One more than the largest block id. */
    public int blockCount() {
        return blockCount;
    }

    /** Makes an empty block and appends it to the layout. */
    public int addBlock() {
        int block = makeBlock();
        layoutAppend(block);
        return block;
    }

    /** Makes an empty block that is not in the layout yet. */
    public int makeBlock() {
        if (blockCount == firsts.length) {
            growBlocks();
        }
        int block = blockCount++;
        firsts[block] = NONE;
        lasts[block] = NONE;
        paramCounts[block] = 0;
        lastParams[block] = NONE;
        firstIns[block] = NONE;
        lastIns[block] = NONE;
        firstOuts[block] = NONE;
        outCounts[block] = 0;
        layoutNexts[block] = NONE;
        layoutPreviouses[block] = NONE;
        colds[block] = false;
        return block;
    }

    private void growBlocks() {
        int size = 2 * firsts.length;
        firsts = Arrays.copyOf(firsts, size);
        lasts = Arrays.copyOf(lasts, size);
        paramCounts = Arrays.copyOf(paramCounts, size);
        lastParams = Arrays.copyOf(lastParams, size);
        firstIns = Arrays.copyOf(firstIns, size);
        lastIns = Arrays.copyOf(lastIns, size);
        firstOuts = Arrays.copyOf(firstOuts, size);
        outCounts = Arrays.copyOf(outCounts, size);
        layoutNexts = Arrays.copyOf(layoutNexts, size);
        layoutPreviouses = Arrays.copyOf(layoutPreviouses, size);
        colds = Arrays.copyOf(colds, size);
    }

    /** First block of the layout: the entry, block 0. */
    public int firstBlock() {
        return layoutFirst;
    }

    public int lastBlock() {
        return layoutLast;
    }

    public int nextBlock(int block) {
        return layoutNexts[block];
    }

    public int previousBlock(int block) {
        return layoutPreviouses[block];
    }

    /** Appends a block that is not in the layout. */
    public void layoutAppend(int block) {
        layoutPreviouses[block] = layoutLast;
        layoutNexts[block] = NONE;
        if (layoutLast == NONE) {
            layoutFirst = block;
        } else {
            layoutNexts[layoutLast] = block;
        }
        layoutLast = block;
    }

    /**
     * Moves all instructions of a block, which has no parameters left, to the end of another one. The edges are moved
     * separately.
     */
    public void moveInstructions(int from, int to) {
        int start = firsts[from];
        if (start == NONE) {
            return;
        }
        for (int i = start; i != NONE; i = nexts[i]) {
            blocks[i] = to;
        }
        int last = lasts[to];
        previouses[start] = last;
        if (last == NONE) {
            firsts[to] = start;
        } else {
            nexts[last] = start;
        }
        lasts[to] = lasts[from];
        firsts[from] = NONE;
        lasts[from] = NONE;
    }

    /** Inserts a block that is not in the layout behind another one. */
    public void layoutInsertAfter(int after, int block) {
        int next = layoutNexts[after];
        layoutPreviouses[block] = after;
        layoutNexts[block] = next;
        layoutNexts[after] = block;
        if (next == NONE) {
            layoutLast = block;
        } else {
            layoutPreviouses[next] = block;
        }
    }

    /** Takes a block out of the layout. Its edges must have been removed. */
    public void layoutRemove(int block) {
        int previous = layoutPreviouses[block];
        int next = layoutNexts[block];
        if (previous == NONE) {
            layoutFirst = next;
        } else {
            layoutNexts[previous] = next;
        }
        if (next == NONE) {
            layoutLast = previous;
        } else {
            layoutPreviouses[next] = previous;
        }
        layoutNexts[block] = NONE;
        layoutPreviouses[block] = NONE;
    }

    /** Whether the block is expected to run rarely; such blocks are placed out of line. */
    public boolean isCold(int block) {
        return colds[block];
    }

    public void setCold(int block, boolean cold) {
        colds[block] = cold;
    }

    /** First instruction, parameters included, or NONE. */
    public int first(int block) {
        return firsts[block];
    }

    /** Last instruction: the terminator, once the block is complete. */
    public int last(int block) {
        return lasts[block];
    }

    public int paramCount(int block) {
        return paramCounts[block];
    }

    /** Appends a parameter; the block has no other instruction yet, or gets the parameter before them. */
    public int addParam(int block, Type type) {
        int position = paramCounts[block]++;
        int id = make(Opcode.PARAM, type, NONE, NONE, NONE, position, 0);
        int previous = lastParams[block];
        int at = previous == NONE ? firsts[block] : nexts[previous];
        lastParams[block] = id;
        if (at == NONE) {
            insertLast(block, id);
        } else {
            insertBefore(at, id);
        }
        return id;
    }

    /**
     * Removes the parameter from the block and its argument from every edge into the block. To remove several, use
     * {@link #removeParams}.
     */
    public void removeParam(int param) {
        int block = blocks[param];
        int position = (int) imms[param];
        for (int p = nexts[param]; p != NONE && isParam(p); p = nexts[p]) {
            imms[p]--;
        }
        unlinkParam(param);
        for (int edge = firstIns[block]; edge != NONE; edge = edgeNextIns[edge]) {
            int start = edgeArguments[edge];
            int count = edgeArgumentCounts[edge];
            System.arraycopy(
                    pool, start + position + 1, pool, start + position, count - position - 1);
            edgeArgumentCounts[edge] = count - 1;
        }
    }

    /**
     * Removes the parameters of the block that {@code keep}, by position, does not hold, with their arguments, in one
     * sweep.
     */
    public void removeParams(int block, boolean[] keep) {
        for (int edge = firstIns[block]; edge != NONE; edge = edgeNextIns[edge]) {
            int start = edgeArguments[edge];
            int kept = start;
            for (int i = 0, count = edgeArgumentCounts[edge]; i < count; i++) {
                if (keep[i]) {
                    pool[kept++] = pool[start + i];
                }
            }
            edgeArgumentCounts[edge] = kept - start;
        }
        int kept = 0;
        int next;
        for (int p = firsts[block], i = 0; p != NONE && isParam(p); p = next, i++) {
            next = nexts[p];
            if (keep[i]) {
                imms[p] = kept++;
            } else {
                unlinkParam(p);
            }
        }
    }

    private boolean isParam(int instruction) {
        return opcodes[instruction] == Opcode.PARAM.ordinal();
    }

    private void unlinkParam(int param) {
        int block = blocks[param];
        paramCounts[block]--;
        if (lastParams[block] == param) {
            lastParams[block] = previouses[param];
        }
        remove(param);
    }

    // ---- edges ----

    /** One more than the largest edge id. */
    public int edgeCount() {
        return edgeCount;
    }

    /**
     * Adds an edge behind the block's others, without arguments. All edges of a block are added in a row. The terminator
     * is appended separately.
     */
    public int addEdge(int source, int target) {
        if (edgeCount == edgeSources.length) {
            growEdges();
        }
        int edge = edgeCount++;
        if (outCounts[source] == 0) {
            firstOuts[source] = edge;
        }
        outCounts[source]++;
        edgeSources[edge] = source;
        edgeArguments[edge] = 0;
        edgeArgumentCounts[edge] = 0;
        linkIn(edge, target);
        return edge;
    }

    private void growEdges() {
        int size = 2 * edgeSources.length;
        edgeSources = Arrays.copyOf(edgeSources, size);
        edgeTargets = Arrays.copyOf(edgeTargets, size);
        edgeArguments = Arrays.copyOf(edgeArguments, size);
        edgeArgumentCounts = Arrays.copyOf(edgeArgumentCounts, size);
        edgeNextIns = Arrays.copyOf(edgeNextIns, size);
        edgePreviousIns = Arrays.copyOf(edgePreviousIns, size);
    }

    private void linkIn(int edge, int target) {
        edgeTargets[edge] = target;
        edgeNextIns[edge] = NONE;
        int last = lastIns[target];
        edgePreviousIns[edge] = last;
        lastIns[target] = edge;
        if (last == NONE) {
            firstIns[target] = edge;
        } else {
            edgeNextIns[last] = edge;
        }
    }

    private void unlinkIn(int edge) {
        int target = edgeTargets[edge];
        int previous = edgePreviousIns[edge];
        int next = edgeNextIns[edge];
        if (previous == NONE) {
            firstIns[target] = next;
        } else {
            edgeNextIns[previous] = next;
        }
        if (next == NONE) {
            lastIns[target] = previous;
        } else {
            edgePreviousIns[next] = previous;
        }
    }

    /** First edge out of the block; the others follow by id. */
    public int firstEdge(int block) {
        return firstOuts[block];
    }

    /** Number of edges out of the block. */
    public int edgeCount(int block) {
        return outCounts[block];
    }

    /** First edge into the block, or NONE. */
    public int firstIncoming(int block) {
        return firstIns[block];
    }

    /** The next edge into the same target, or NONE. */
    public int nextIncoming(int edge) {
        return edgeNextIns[edge];
    }

    public int edgeSource(int edge) {
        return edgeSources[edge];
    }

    public int edgeTarget(int edge) {
        return edgeTargets[edge];
    }

    public int edgeArgumentCount(int edge) {
        return edgeArgumentCounts[edge];
    }

    /** Where the edge's arguments start in the pool. */
    public int edgeArgumentStart(int edge) {
        return edgeArguments[edge];
    }

    public int edgeArgument(int edge, int position) {
        return pool[edgeArguments[edge] + position];
    }

    public void setEdgeArgument(int edge, int position, int value) {
        pool[edgeArguments[edge] + position] = value;
    }

    /** Whether two edges lead to the same block with the same arguments. */
    public boolean isSameWay(int edge, int other) {
        if (edgeTargets[edge] != edgeTargets[other]) {
            return false;
        }
        for (int k = edgeArgumentCounts[edge] - 1; k >= 0; k--) {
            if (edgeArgument(edge, k) != edgeArgument(other, k)) {
                return false;
            }
        }
        return true;
    }

    /** Gives the edge {@code count} arguments, a slice of the pool that it owns from now on. */
    public void setEdgeArguments(int edge, int poolStart, int count) {
        edgeArguments[edge] = poolStart;
        edgeArgumentCounts[edge] = count;
    }

    /** Leads the edge to another block. Its arguments stay. */
    public void retarget(int edge, int target) {
        unlinkIn(edge);
        linkIn(edge, target);
    }

    /** Swaps the targets and arguments of the two edges of a branch. */
    public void swapEdges(int block) {
        int first = firstOuts[block];
        int second = first + 1;
        int target = edgeTargets[first];
        int arguments = edgeArguments[first];
        int count = edgeArgumentCounts[first];
        retarget(first, edgeTargets[second]);
        setEdgeArguments(first, edgeArguments[second], edgeArgumentCounts[second]);
        retarget(second, target);
        setEdgeArguments(second, arguments, count);
    }

    /** Removes all edges out of the block, as when its terminator is replaced. */
    public void removeEdges(int block) {
        for (int edge = firstOuts[block], end = edge + outCounts[block]; edge < end; edge++) {
            unlinkIn(edge);
        }
        firstOuts[block] = NONE;
        outCounts[block] = 0;
    }

    /** Moves all edges out of one block to another, which has none; for joining and splitting blocks. */
    public void moveEdges(int from, int to) {
        for (int edge = firstOuts[from], end = edge + outCounts[from]; edge < end; edge++) {
            edgeSources[edge] = to;
        }
        firstOuts[to] = firstOuts[from];
        outCounts[to] = outCounts[from];
        firstOuts[from] = NONE;
        outCounts[from] = 0;
    }

    // ---- pools ----

    /** Reserves a slice of the pool; the caller fills it. */
    public int allocatePool(int count) {
        int start = poolSize;
        if (start + count > pool.length) {
            pool = Arrays.copyOf(pool, Math.max(start + count, 2 * pool.length));
        }
        poolSize = start + count;
        return start;
    }

    public int pool(int at) {
        return pool[at];
    }

    public void setPool(int at, int value) {
        pool[at] = value;
    }

    /** Keeps the high half of a vector constant; the result goes into {@code aux}. */
    public int addVectorHigh(long high) {
        // Equal constants mostly stand near each other, and should be seen to be equal.
        for (int k = vectorCount - 1; k >= Math.max(0, vectorCount - 8); k--) {
            if (vectorHighs[k] == high) {
                return k;
            }
        }
        if (vectorCount == vectorHighs.length) {
            vectorHighs = Arrays.copyOf(vectorHighs, 2 * vectorCount);
        }
        vectorHighs[vectorCount] = high;
        return vectorCount++;
    }

    public long vectorHigh(int index) {
        return vectorHighs[index];
    }
}
