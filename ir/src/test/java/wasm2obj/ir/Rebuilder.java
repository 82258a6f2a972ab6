package wasm2obj.ir;

/** Writes a function again through {@link FunctionBuilder}; its layout must have definitions before uses. */
final class Rebuilder {
    private static final int NONE = Function.NONE;

    private final FunctionBuilder builder = new FunctionBuilder();
    private Function from;
    private int[] values;
    private int[] blocks;
    private boolean[] reached;

    /** The same function, made by the builder. */
    Function rebuild(Function function, boolean simplify) {
        from = function;
        Function to = new Function();
        to.reset(function.index(), function.name(), function.signature());
        for (int s = 0; s < function.slotCount(); s++) {
            to.addSlot(function.slotType(s));
        }
        builder.reset(to);
        builder.setSimplify(simplify);
        values = new int[function.instructionCount()];
        blocks = new int[function.blockCount()];
        reached = new boolean[function.blockCount()];
        ControlFlow flow = new ControlFlow();
        flow.compute(function);
        for (int k = 0; k < flow.count(); k++) {
            addBlock(flow.block(k));
        }
        reached[0] = true;
        for (int k = 0; k < flow.count(); k++) {
            int b = flow.block(k);
            boolean extendsLast =
                    k > 0
                            && function.firstIncoming(b) != NONE
                            && function.nextIncoming(function.firstIncoming(b)) == NONE
                            && function.edgeSource(function.firstIncoming(b)) == flow.block(k - 1);
            if (extendsLast) {
                builder.continueIn(blocks[b]);
            } else {
                builder.switchTo(blocks[b]);
            }
            int i = function.first(b);
            while (function.opcode(i) == Opcode.PARAM) {
                i = function.next(i);
            }
            for (; i != NONE; i = function.next(i)) {
                instruction(i);
            }
        }
        return to;
    }

    private void addBlock(int block) {
        blocks[block] = builder.addBlock();
        builder.function().setCold(blocks[block], from.isCold(block));
        int i = from.first(block);
        for (int k = 0; k < from.paramCount(block); k++, i = from.next(i)) {
            values[i] = builder.addParam(blocks[block], from.type(i));
        }
    }

    private int value(int old) {
        return old == NONE ? NONE : values[old];
    }

    private int[] list(int start, int count) {
        int[] list = new int[count];
        for (int k = 0; k < count; k++) {
            list[k] = values[from.pool(start + k)];
        }
        return list;
    }

    private int[] arguments(int edge) {
        return list(from.edgeArgumentStart(edge), from.edgeArgumentCount(edge));
    }

    private int target(int edge) {
        return blocks[from.edgeTarget(edge)];
    }

    private void instruction(int i) {
        Opcode op = from.opcode(i);
        Type type = from.type(i);
        long imm = from.imm(i);
        int aux = from.aux(i);
        int a = op.form() == Opcode.Form.CALL ? NONE : value(from.a(i));
        int b = op.form() == Opcode.Form.CALL ? NONE : value(from.b(i));
        int c = value(from.c(i));
        switch (op.form()) {
            case BINARY -> values[i] = builder.binary(op, type, a, b);
            case TERNARY -> values[i] = builder.select(type, a, b, c);
            case LOAD -> values[i] = builder.load(op, type, a, b, imm, aux);
            case STORE -> {
                if (op.isAtomicAccess()) {
                    values[i] = builder.atomic(op, type, a, b, imm, c, aux);
                } else {
                    builder.store(op, a, b, imm, c, aux);
                }
            }
            default -> other(i, op, type, a, imm, aux);
        }
    }

    private void other(int i, Opcode op, Type type, int a, long imm, int aux) {
        switch (op) {
            case CONST -> values[i] = builder.constant(type, imm);
            case GLOBAL_GET -> values[i] = builder.globalGet((int) imm, type);
            case MEMORY_BASE -> values[i] = builder.memoryBase((int) imm);
            case MEMORY_BOUND -> values[i] = builder.memoryBound((int) imm);
            case REF_FUNC -> values[i] = builder.refFunc((int) imm);
            case TRAP_IF -> builder.trapIf(a, TrapKind.of(aux));
            case GLOBAL_SET -> builder.globalSet((int) imm, a);
            case SLOT_GET -> values[i] = builder.slotGet((int) imm);
            case SLOT_SET -> builder.slotSet((int) imm, a);
            case CALL -> {
                int[] args = list(from.a(i), from.b(i));
                Signature signature = RandomFunctions.MODULE.signature((int) imm);
                values[i] = builder.call((int) imm, signature, args, 0, args.length);
            }
            case ATOMIC_FENCE -> builder.fence();
            case ATOMIC_CMPXCHG -> {
                int[] args = list(from.a(i), from.b(i));
                int base = args.length > 3 ? args[3] : NONE;
                values[i] =
                        builder.compareExchange(type, args[2], base, imm, args[0], args[1], aux);
            }
            case RESULT -> values[i] = a + (int) imm;
            case RETURN -> {
                int[] args = list(from.a(i), from.b(i));
                builder.ret(args, 0, args.length);
            }
            case TRAP -> builder.trap(TrapKind.of(aux));
            case JUMP, BRANCH, SWITCH -> terminator(i, op, a, aux);
            default -> values[i] = builder.unary(op, type, a);
        }
    }

    private void terminator(int i, Opcode op, int a, int aux) {
        int block = from.block(i);
        int first = from.firstEdge(block);
        int[] args = arguments(first);
        switch (op) {
            case JUMP -> builder.jump(target(first), args, 0, args.length);
            case BRANCH -> {
                int[] or = arguments(first + 1);
                int elseBlock = target(first + 1);
                builder.branch(
                        a, aux, target(first), args, 0, args.length, elseBlock, or, 0, or.length);
            }
            default -> {
                for (int k = 0; k < from.edgeCount(block); k++) {
                    int[] arguments = arguments(first + k);
                    builder.addEdge(target(first + k), arguments, 0, arguments.length);
                }
                builder.switchOn(a);
            }
        }
    }
}
