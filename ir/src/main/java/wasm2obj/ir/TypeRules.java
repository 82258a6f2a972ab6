package wasm2obj.ir;

/**
 * What each opcode demands: the types of operands and result, and the ranges of its immediates. Part of {@link Verifier};
 * the operands are known to be values.
 */
final class TypeRules {
    private static final int NONE = Function.NONE;

    /** How far a value is looked through. */
    private static final int MAX_DEPTH = 4;

    private final Verifier verifier;
    private final VectorTypeRules vectors = new VectorTypeRules(this);
    private Function function;
    private Module module;
    private int instruction;

    TypeRules(Verifier verifier) {
        this.verifier = verifier;
    }

    /** Checks one instruction. */
    void check(Function function, Module module, int instruction) {
        this.function = function;
        this.module = module;
        this.instruction = instruction;
        Type type = function.type(instruction);
        switch (function.opcode(instruction)) {
            case PARAM, RESULT -> {}
            case CONST -> constant(type);
            case VCONST -> result(Type.V128);
            case ADD, SUB, MUL, AND, OR, XOR -> integers(type);
            case DIV_S, DIV_U, REM_S, REM_U, SHL, SHR_S, SHR_U, ROTL, ROTR -> integers(type);
            case MULHI_S, MULHI_U -> wideMultiplication();
            case CLZ, CTZ, POPCNT, EXTEND8_S, EXTEND16_S -> integerUnary(type);
            case EXTEND32_S -> conversion(type == Type.I64, operandType(1) == Type.I64);
            case EQZ, EQ, NE -> equality();
            case LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> order();
            case FADD, FSUB, FMUL, FDIV, FMIN, FMAX, FCOPYSIGN -> floats(type);
            case FABS, FNEG, FCEIL, FFLOOR, FTRUNC, FNEAREST, FSQRT -> floats(type);
            case FEQ, FNE, FLT, FGT, FLE, FGE -> floatComparison();
            case WRAP -> conversion(type == Type.I32, operandType(1) == Type.I64);
            case EXTEND_S, EXTEND_U -> conversion(type == Type.I64, operandType(1) == Type.I32);
            case TRUNC_S, TRUNC_U, TRUNC_SAT_S, TRUNC_SAT_U ->
                    conversion(type.isInteger(), operandType(1).isFloat());
            case CONVERT_S, CONVERT_U -> conversion(type.isFloat(), operandType(1).isInteger());
            case DEMOTE -> conversion(type == Type.F32, operandType(1) == Type.F64);
            case PROMOTE -> conversion(type == Type.F64, operandType(1) == Type.F32);
            case REINTERPRET -> reinterpretation(type);
            case SELECT -> select(type);
            default -> {
                if (function.opcode(instruction).isVector()) {
                    vectors.check(function, instruction);
                } else {
                    checkEffects(type);
                }
            }
        }
    }

    private void checkEffects(Type type) {
        switch (function.opcode(instruction)) {
            case LOAD, LOAD8_S, LOAD8_U, LOAD16_S, LOAD16_U, LOAD32_S, LOAD32_U -> load(type);
            case STORE, STORE8, STORE16, STORE32 -> store();
            case ATOMIC_LOAD -> {
                address();
                atomicAccess(type);
            }
            case ATOMIC_STORE -> {
                address();
                result(Type.VOID);
                atomicAccess(function.type(function.c(instruction)));
            }
            case ATOMIC_ADD, ATOMIC_SUB, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_XCHG -> {
                address();
                atomicAccess(type);
                result(function.type(function.c(instruction)));
            }
            case ATOMIC_CMPXCHG -> compareExchange(type);
            case ATOMIC_FENCE -> result(Type.VOID);
            case GLOBAL_GET, GLOBAL_SET -> global(type);
            case MEMORY_BASE, MEMORY_BOUND -> {
                result(Type.I64);
                index("memory", module == null ? NONE : module.memories().length);
            }
            case TABLE_BASE, TABLE_BOUND -> {
                result(Type.I64);
                index("table", module == null ? NONE : module.tables().length);
            }
            case REF_FUNC -> {
                result(Type.FUNC);
                index("function", module == null ? NONE : module.functionTypes().length);
            }
            case SLOT_GET, SLOT_SET -> slot(type);
            case TRAP_IF -> {
                result(Type.VOID);
                operand(1, Type.I32);
                trapKind();
            }
            case CHECK_SIGNATURE -> {
                result(Type.VOID);
                operand(1, Type.FUNC);
                index("type", module == null ? NONE : module.types().length);
            }
            case CALL, CALL_INDIRECT, CALL_REF, CALL_RUNTIME -> call();
            case TAG -> {
                result(Type.I64);
                index("tag", module == null ? NONE : module.tags().length);
            }
            case HEAP_BASE, STORE_HEAD, TYPE_INFORMATION -> result(Type.I64);
            case TYPE_IDENTITY -> {
                result(Type.I32);
                typeIndex();
            }
            case REF_TO_WORD, REF_OFFSET -> {
                result(Type.I32);
                operand(1, Type.REF);
            }
            case REF_FROM_WORD -> {
                result(Type.REF);
                operand(1, Type.I32);
            }
            case REF_ADDRESS -> {
                result(Type.I64);
                operand(1, Type.REF);
                operand(2, Type.I64);
            }
            case REF_TEST, NEW_STRUCT, NEW_ARRAY, BARRIER, ELEMENT_BARRIER -> objects();
            case JUMP, INVOKE -> result(Type.VOID);
            case BRANCH -> {
                result(Type.VOID);
                operand(1, Type.I32);
                range("hint", function.aux(instruction), -1, 1);
            }
            case SWITCH -> {
                result(Type.VOID);
                operand(1, Type.I32);
            }
            case TRAP -> {
                result(Type.VOID);
                trapKind();
            }
            case RETURN -> operandsAre(function.signature(), true);
            case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> call();
            default -> error("opcode without rules");
        }
    }

    // ---- elementary rules ----

    void error(String message) {
        verifier.error(instruction, message);
    }

    private int operandAt(int number) {
        return switch (function.opcode(instruction).form()) {
            case CALL -> function.pool(function.a(instruction) + number - 1);
            default ->
                    number == 1
                            ? function.a(instruction)
                            : number == 2 ? function.b(instruction) : function.c(instruction);
        };
    }

    private Type operandType(int number) {
        return function.type(operandAt(number));
    }

    void operand(int number, Type type) {
        if (operandType(number) != type) {
            error("operand " + number + " is " + verifier.expected(operandAt(number), type));
        }
    }

    void result(Type type) {
        if (function.type(instruction) != type) {
            error("result is " + verifier.expected(instruction, type));
        }
    }

    void range(String what, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            error(what + " " + value + " is out of range");
        }
    }

    /** The immediate is an index of the module, if {@code count} is known. */
    private void index(String what, int count) {
        range(what, function.imm(instruction), 0, count == NONE ? Integer.MAX_VALUE : count - 1);
    }

    private void trapKind() {
        int code = function.aux(instruction);
        if (!TrapKind.isCode(code)) {
            error("trap kind " + code + " is out of range");
        }
    }

    // ---- values ----

    private void constant(Type type) {
        if (type == Type.VOID || type == Type.V128) {
            error("constant of type " + Printer.name(type));
        } else if ((function.imm(instruction) & ~Simplifier.mask(type)) != 0) {
            error("the upper half of the constant is not zero");
        } else if ((type == Type.REF || type == Type.FUNC) && function.imm(instruction) != 0) {
            error("constant reference that is not null");
        }
    }

    private void operandsLike(Type type) {
        operand(1, type);
        if (function.opcode(instruction).form() == Opcode.Form.BINARY) {
            operand(2, type);
        }
    }

    private void integers(Type type) {
        if (!type.isInteger()) {
            error("result is " + Printer.name(type) + ", expected an integer");
        }
        operandsLike(type);
    }

    private void integerUnary(Type type) {
        integers(type);
    }

    private void floats(Type type) {
        if (!type.isFloat()) {
            error("result is " + Printer.name(type) + ", expected a float");
        }
        operandsLike(type);
    }

    private void wideMultiplication() {
        result(Type.I64);
        operandsLike(Type.I64);
    }

    private void equality() {
        result(Type.I32);
        Type type = operandType(1);
        if (type.isFloat() || type == Type.V128) {
            error("operand 1 is " + Printer.name(type) + ", expected an integer or a reference");
        }
        operandsLike(type);
    }

    private void order() {
        result(Type.I32);
        if (!operandType(1).isInteger()) {
            error("operand 1 is " + Printer.name(operandType(1)) + ", expected an integer");
        }
        operand(2, operandType(1));
    }

    private void floatComparison() {
        result(Type.I32);
        if (!operandType(1).isFloat()) {
            error("operand 1 is " + Printer.name(operandType(1)) + ", expected a float");
        }
        operand(2, operandType(1));
    }

    private void conversion(boolean resultIsRight, boolean operandIsRight) {
        if (!resultIsRight) {
            error("no conversion to " + Printer.name(function.type(instruction)));
        }
        if (!operandIsRight) {
            error("no conversion from " + Printer.name(operandType(1)));
        }
    }

    private void reinterpretation(Type type) {
        Type from = operandType(1);
        boolean right =
                type.bytes() == from.bytes()
                        && (type.isInteger() && from.isFloat()
                                || type.isFloat() && from.isInteger());
        conversion(right, right);
    }

    private void select(Type type) {
        operand(1, Type.I32);
        if (type == Type.VOID) {
            error("result is void");
        }
        operand(2, type);
        operand(3, type);
    }

    // ---- objects ----

    private void typeIndex() {
        index("type", module == null ? NONE : module.types().length);
    }

    private void objects() {
        switch (function.opcode(instruction)) {
            case REF_TEST -> test();
            case NEW_STRUCT -> {
                result(Type.REF);
                typeIndex();
                range("size", function.aux(instruction), 8, Integer.MAX_VALUE);
            }
            case NEW_ARRAY -> {
                result(Type.REF);
                operand(1, Type.I32);
                typeIndex();
                range("log2 of an element's size", function.aux(instruction), 0, 4);
            }
            case BARRIER -> {
                result(Type.VOID);
                operand(1, Type.REF);
                operand(2, Type.REF);
            }
            default -> {
                result(Type.VOID);
                operand(1, Type.REF);
                operand(2, Type.I32);
                operand(3, Type.REF);
            }
        }
    }

    private void test() {
        result(Type.I32);
        long type = function.imm(instruction);
        int count = module == null ? Integer.MAX_VALUE : module.types().length;
        if (!ReferenceTest.isType(type, count)) {
            error("type " + type + " is out of range");
        }
        if (operandType(1) != Type.FUNC || type < 0) {
            operand(1, Type.REF);
        }
    }

    // ---- memory and context ----

    private void load(Type type) {
        address();
        boolean right =
                switch (function.opcode(instruction)) {
                    case LOAD -> type != Type.VOID;
                    case LOAD32_U -> type == Type.I64 || type == Type.REF;
                    case LOAD32_S -> type == Type.I64;
                    default -> type.isInteger();
                };
        if (!right) {
            error("cannot load a " + Printer.name(type));
        }
    }

    private void store() {
        address();
        result(Type.VOID);
        Type type = function.type(function.c(instruction));
        boolean right =
                switch (function.opcode(instruction)) {
                    case STORE -> true;
                    case STORE32 -> type == Type.I64 || type == Type.REF;
                    default -> type.isInteger();
                };
        if (!right) {
            error("cannot store a " + Printer.name(type));
        }
    }

    private void atomicAccess(Type type) {
        int set = function.aux(instruction);
        if (!type.isInteger()) {
            error("atomic access of a " + Printer.name(type));
        } else if (1 << AliasSet.width(set) > type.bytes()) {
            error("the access is wider than its type");
        }
        if (!AliasSet.isMemory(set)) {
            error("atomic access outside of memories");
        }
    }

    private void compareExchange(Type type) {
        int count = function.b(instruction);
        if (count != 3 && count != 4) {
            error("has " + count + " operands, expected 3 or 4");
            return;
        }
        address(operandAt(3), count == 4 ? operandAt(4) : NONE);
        atomicAccess(type);
        operand(1, type);
        operand(2, type);
    }

    private void address() {
        address(function.a(instruction), function.b(instruction));
    }

    private void address(int index, int base) {
        int set = function.aux(instruction);
        long lowest = set == AliasSet.HEAP ? -Simplifier.MAX_DISPLACEMENT : 0;
        range("displacement", function.imm(instruction), lowest, Simplifier.MAX_DISPLACEMENT - 1);
        boolean isReference = function.type(index) == Type.REF && AliasSet.isHeap(set);
        if (!function.type(index).isInteger() && !isReference) {
            error("index is " + Printer.name(function.type(index)) + ", expected an integer");
        }
        boolean isRecord =
                base != NONE && function.type(base) == Type.FUNC && set == AliasSet.READONLY;
        if (base != NONE && function.type(base) != Type.I64 && !isRecord) {
            error("base is " + verifier.expected(base, Type.I64));
        }
        if (AliasSet.isHeap(set)) {
            if (base == NONE) {
                error("no base, but the heap");
            }
        } else if (set != AliasSet.READONLY && !AliasSet.isMemory(set) && !AliasSet.isTable(set)) {
            error("alias set is unknown");
        } else if (module != null) {
            addressIn(index, base, set);
        }
    }

    private void addressIn(int index, int base, int set) {
        int count = AliasSet.isTable(set) ? module.tables().length : module.memories().length;
        if (set != AliasSet.READONLY && AliasSet.index(set) >= count) {
            error(AliasSet.toString(set) + " is out of range");
            return;
        }
        boolean memory = AliasSet.isMemory(set);
        if (base == NONE && !(memory && module.memories()[AliasSet.index(set)].pinned())) {
            error("no base, but not the pinned memory");
        }
        if (memory && !module.memories()[AliasSet.index(set)].is64() && !isBelow32(index)) {
            error("the upper half of the index may not be zero");
        }
    }

    /** Whether a value is an i32, or an i64 that is seen to be below 2^32. */
    private boolean isBelow32(int value) {
        return isBelow32(value, 0);
    }

    private boolean isBelow32(int value, int depth) {
        if (function.type(value) == Type.I32) {
            return true;
        }
        if (depth == MAX_DEPTH) {
            return false;
        }
        int b = function.b(value);
        return switch (function.opcode(value)) {
            case EXTEND_U, LOAD8_U, LOAD16_U, LOAD32_U -> true;
            case CONST -> function.imm(value) >>> 32 == 0;
            case AND -> isBelow32(function.a(value), depth + 1) || isBelow32(b, depth + 1);
            case SELECT -> isBelow32(b, depth + 1) && isBelow32(function.c(value), depth + 1);
            default -> false;
        };
    }

    private void global(Type type) {
        boolean set = function.opcode(instruction) == Opcode.GLOBAL_SET;
        index("global", module == null ? NONE : module.globals().length);
        if (set) {
            result(Type.VOID);
        }
        int global = (int) function.imm(instruction);
        if (module == null || global < 0 || global >= module.globals().length) {
            return;
        }
        Type expected = module.globals()[global].type();
        if (set) {
            operand(1, expected);
            if (!module.globals()[global].mutable()) {
                error("global " + global + " is immutable");
            }
        } else if (type != expected) {
            result(expected);
        }
    }

    private void slot(Type type) {
        int slot = (int) function.imm(instruction);
        if (slot < 0 || slot >= function.slotCount()) {
            error("slot " + slot + " is out of range");
        } else if (function.opcode(instruction) == Opcode.SLOT_SET) {
            result(Type.VOID);
            operand(1, function.slotType(slot));
        } else if (type != function.slotType(slot)) {
            result(function.slotType(slot));
        }
    }

    // ---- calls ----

    private void call() {
        Opcode op = function.opcode(instruction);
        long imm = function.imm(instruction);
        if (op == Opcode.CALL_RUNTIME) {
            runtimeCall();
            return;
        }
        if (op == Opcode.CALL_REF || op == Opcode.RETURN_CALL_REF) {
            trapKind();
        }
        if (module == null) {
            return;
        }
        boolean direct = op == Opcode.CALL || op == Opcode.RETURN_CALL;
        int count = direct ? module.functionTypes().length : module.types().length;
        index(direct ? "function" : "type", count);
        if (imm < 0 || imm >= count) {
            return;
        }
        Signature callee = direct ? module.signature((int) imm) : module.types()[(int) imm];
        if (callee == null) {
            error("type " + imm + " is no function type");
            return;
        }
        operandsAre(callee, false);
        if (op.isTerminator()) {
            sameResults(callee);
        } else {
            resultsAre(callee);
        }
    }

    private void runtimeCall() {
        RuntimeFunction callee = RuntimeFunction.of((int) function.imm(instruction));
        result(callee.result());
        if (operandCountIs(callee.parameterCount())) {
            for (int k = 0; k < callee.parameterCount(); k++) {
                if (!callee.accepts(k, operandType(k + 1))) {
                    operand(k + 1, callee.parameter(k));
                }
            }
        }
    }

    private boolean operandCountIs(int count) {
        boolean right = function.b(instruction) == count;
        if (!right) {
            error("has " + function.b(instruction) + " operands, expected " + count);
        }
        return right;
    }

    /** The operands are the signature's results, or its parameters, behind what the call goes through. */
    private void operandsAre(Signature signature, boolean results) {
        Opcode op = function.opcode(instruction);
        boolean reference = op == Opcode.CALL_REF || op == Opcode.RETURN_CALL_REF;
        boolean indirect = op == Opcode.CALL_INDIRECT || op == Opcode.RETURN_CALL_INDIRECT;
        int first = reference || indirect ? 1 : 0;
        int count = results ? signature.resultCount() : signature.parameterCount();
        if (!operandCountIs(first + count)) {
            return;
        }
        if (reference) {
            operand(1, Type.FUNC);
        } else if (indirect) {
            table();
        }
        for (int k = 0; k < count; k++) {
            operand(first + k + 1, results ? signature.result(k) : signature.parameter(k));
        }
    }

    private void table() {
        int table = function.aux(instruction);
        if (table < 0 || table >= module.tables().length) {
            error("table " + table + " is out of range");
            return;
        }
        operand(1, module.tables()[table].is64() ? Type.I64 : Type.I32);
        boolean isTail = function.opcode(instruction) == Opcode.RETURN_CALL_INDIRECT;
        if (isTail && !module.tables()[table].constant()) {
            error("table " + table + " is not constant");
        } else if (module.tables()[table].type() != Type.FUNC) {
            error("table " + table + " is not one of functions");
        }
    }

    private void resultsAre(Signature callee) {
        int count = callee.resultCount();
        result(count == 0 ? Type.VOID : callee.result(0));
        int next = function.next(instruction);
        for (int k = 1; k < count; k++, next = function.next(next)) {
            if (next == NONE || function.opcode(next) != Opcode.RESULT) {
                error("has " + k + " results, expected " + count);
                return;
            }
            if (function.type(next) != callee.result(k)) {
                error("result " + k + " is " + verifier.expected(next, callee.result(k)));
            }
        }
        if (next != NONE && function.opcode(next) == Opcode.RESULT) {
            error("has more results than " + count);
        }
    }

    private void sameResults(Signature callee) {
        boolean same = callee.resultCount() == function.signature().resultCount();
        for (int k = 0; same && k < callee.resultCount(); k++) {
            same = callee.result(k) == function.signature().result(k);
        }
        if (!same) {
            error("the callee's results are not the function's");
        }
    }
}
