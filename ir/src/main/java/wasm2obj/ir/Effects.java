package wasm2obj.ir;

/** What instructions do beside their results, as far as passes ask: refines {@link Opcode.Effect} by operands and module. */
final class Effects {
    private Effects() {}

    /** Whether executing the instruction may trap. */
    static boolean mayTrap(Function function, Module module, int instruction) {
        return switch (function.opcode(instruction).effect()) {
            case PURE, COMMUTATIVE, PINNED, READS_CONTEXT, WRITES_CONTEXT -> false;
            case READS_SLOT, WRITES_SLOT, DERIVES -> false;
            case TRAPS -> valueMayTrap(function, instruction);
            case READS, WRITES, ATOMIC -> accessMayTrap(module, function.aux(instruction));
            case TRAPS_ONLY, ALLOCATES, CALL, TERMINATOR -> true;
        };
    }

    /** Divisions by constants do not trap, but for zero, and -1 where the quotient may overflow. */
    private static boolean valueMayTrap(Function function, int instruction) {
        Opcode op = function.opcode(instruction);
        if (op.form() != Opcode.Form.BINARY) {
            return true;
        }
        int divisor = function.b(instruction);
        if (function.opcode(divisor) != Opcode.CONST || function.imm(divisor) == 0) {
            return true;
        }
        boolean minusOne = function.imm(divisor) == Simplifier.mask(function.type(divisor));
        return op == Opcode.DIV_S && minusOne;
    }

    /** In a guarded memory the access itself is the check; elsewhere the check is an instruction of its own. */
    private static boolean accessMayTrap(Module module, int set) {
        return AliasSet.isNullable(set)
                || AliasSet.isMemory(set)
                        && (module == null || module.memories()[AliasSet.index(set)].guarded());
    }

    /** Whether the instruction relies on what a check or a branch before it has found out, without depending on its result. */
    static boolean isGuarded(Function function, int instruction) {
        return switch (function.opcode(instruction).effect()) {
            case READS -> true;
            case PURE -> function.opcode(instruction) == Opcode.REF_TEST;
            default -> false;
        };
    }

    /** Whether objects may move while the instruction is executed. */
    static boolean isSafepoint(Function function, int instruction) {
        Opcode op = function.opcode(instruction);
        return switch (op.effect()) {
            case ALLOCATES -> true;
            case CALL ->
                    op != Opcode.CALL_RUNTIME
                            || RuntimeFunction.of((int) function.imm(instruction)).mayCollect();
            default -> false;
        };
    }

    /** Whether no one would miss the instruction if its result is not used. */
    static boolean isRemovable(Function function, Module module, int instruction) {
        return switch (function.opcode(instruction).effect()) {
            case PURE, COMMUTATIVE, READS_CONTEXT, READS_SLOT, DERIVES, ALLOCATES -> true;
            case TRAPS, READS -> !mayTrap(function, module, instruction);
            default -> false;
        };
    }

    /** Whether a field of the context, {@code op} (of the effect READS_CONTEXT) and index, keeps its value while a function runs. */
    static boolean isConstantField(Module module, Opcode op, int index) {
        if (module == null) {
            return false;
        }
        return switch (op) {
            case GLOBAL_GET -> !module.globals()[index].mutable();
            case MEMORY_BASE ->
                    module.memories()[index].guarded()
                            || module.memories()[index].shared()
                            || isFixed(module.memories()[index]);
            case MEMORY_BOUND -> isFixed(module.memories()[index]);
            case TABLE_BASE, TABLE_BOUND ->
                    module.tables()[index].minimum() == module.tables()[index].maximum();
            default -> false;
        };
    }

    private static boolean isFixed(Module.Memory memory) {
        return memory.minimum() == memory.maximum();
    }

    /**
     * Whether a field may change at any time, because another thread changes it. A shared memory may grow, but it never moves.
     */
    static boolean isVolatileField(Module module, Opcode op, int index) {
        return op == Opcode.MEMORY_BOUND && (module == null || module.memories()[index].shared());
    }
}
