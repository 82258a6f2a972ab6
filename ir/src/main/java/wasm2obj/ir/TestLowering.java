package wasm2obj.ir;

/**
 * What a REF_TEST becomes: a condition if one comparison decides, else blocks that compare one thing after the other. Part of {@link
 * ReferenceLowering}.
 *
 * <p>A test for a type of the module compares the identity in the object's head with the type's; if the type may have subtypes, also
 * the identity at the type's depth in the line of supertypes, which the heap has for each identity. Deeper lines than those are
 * the runtime's. Tests for all structures or arrays compare the kind that stands there.
 */
final class TestLowering {
    private static final int NONE = Function.NONE;

    // The three lowest bits of a word.
    private static final int TAG_MASK = 7;
    private static final int COUNTED = 2;

    // What the heap knows of a type: 64 bytes, the kind first, then its line of supertypes.
    private static final int INFORMATION_SHIFT = 6;
    private static final int LINE = 4;
    private static final int MOST_DEPTH = 14;

    // Kinds of types.
    private static final int STRUCT = 1;
    private static final int ARRAY = 2;

    /** Where a function's record has the identity of its type. */
    private static final int RECORD_TYPE = 16;

    private final InstructionWriter code;
    private Module module;
    private Function function;
    private int block;

    TestLowering(InstructionWriter code) {
        this.code = code;
    }

    void begin(Module module) {
        this.module = module;
    }

    // ---- one condition ----

    /** Whether the test is one condition, see {@link #condition}. */
    boolean isCondition(Function function, int test) {
        long type = function.imm(test);
        int flags = function.aux(test);
        boolean maybeNull = (flags & ReferenceTest.NON_NULL) == 0;
        boolean nullPasses = maybeNull && (flags & ReferenceTest.NULLABLE) != 0;
        if (type == ReferenceTest.I31) {
            return !nullPasses;
        }
        if (type == ReferenceTest.EQ) {
            return !maybeNull || nullPasses;
        }
        return !maybeNull
                && type >= 0
                && isFinal(type)
                && (isFunction(function, test) || (flags & ReferenceTest.OBJECT) != 0);
    }

    /** Writes the condition of a test that {@link #isCondition}, and gives it; NONE for another. */
    int condition(Function function, int test) {
        if (!isCondition(function, test)) {
            return NONE;
        }
        this.function = function;
        int reference = function.a(test);
        long type = function.imm(test);
        if (type == ReferenceTest.I31) {
            return tag(reference, 1);
        }
        if (type == ReferenceTest.EQ) {
            return isNot(tag(reference, TAG_MASK), COUNTED);
        }
        return isIdentity(identity(test, 0), type);
    }

    // ---- blocks ----

    /** Writes the test at the end of {@code at}, which goes on in one of two blocks without parameters. */
    void expand(Function function, int test, int at, int pass, int fail) {
        this.function = function;
        block = at;
        function.setCurrentSource(function.source(test));
        code.at(function, at);
        int flags = function.aux(test);
        long type = function.imm(test);
        boolean nullPasses = (flags & ReferenceTest.NULLABLE) != 0;
        boolean isFunction = isFunction(function, test);
        // A failed cast of null is found where its type is read.
        int trap = AliasSet.NULLABLE | AliasSet.CAST;
        boolean faults = !nullPasses && !isFunction && leadsToCastFailure(fail);
        if ((flags & ReferenceTest.NON_NULL) == 0 && !(faults && isObjectType(type))) {
            int isNull = code.unary(Opcode.EQZ, Type.I32, function.a(test));
            next(isNull, nullPasses ? pass : fail);
            faults = false;
        }
        if (type == ReferenceTest.I31) {
            code.branch(tag(function.a(test), 1), pass, fail, 0);
        } else if (type == ReferenceTest.EQ) {
            code.branch(isNot(tag(function.a(test), TAG_MASK), COUNTED), pass, fail, 0);
        } else {
            if (!isFunction && (flags & ReferenceTest.OBJECT) == 0) {
                next(tag(function.a(test), TAG_MASK), fail);
            }
            boolean mayFault = faults && (flags & ReferenceTest.NON_NULL) == 0;
            compareTypes(test, mayFault ? trap : 0, pass, fail);
        }
    }

    /** Leaves for the block if the condition holds, and goes on in a new one. */
    private void next(int condition, int ifTrue) {
        int next = function.makeBlock();
        function.layoutInsertAfter(block, next);
        function.setCold(next, function.isCold(block));
        code.branch(condition, ifTrue, next, 0);
        block = next;
        code.at(function, block);
    }

    private boolean leadsToCastFailure(int fail) {
        int first = function.first(fail);
        return function.opcode(first) == Opcode.TRAP
                && function.aux(first) == TrapKind.CAST_FAILURE.code();
    }

    private static boolean isObjectType(long type) {
        return type >= 0 || type == ReferenceTest.STRUCT || type == ReferenceTest.ARRAY;
    }

    private void compareTypes(int test, int trap, int pass, int fail) {
        long type = function.imm(test);
        int identity = identity(test, trap);
        if (type < 0) {
            int kind = code.constant(Type.I32, type == ReferenceTest.STRUCT ? STRUCT : ARRAY);
            int found = information(identity, 0);
            code.branch(code.binary(Opcode.EQ, Type.I32, found, kind), pass, fail, 0);
            return;
        }
        int same = isIdentity(identity, type);
        if (isFinal(type)) {
            code.branch(same, pass, fail, 0);
            return;
        }
        next(same, pass);
        int depth = module.typeDepths()[(int) type];
        int condition;
        if (isFunction(function, test) || depth > MOST_DEPTH) {
            RuntimeFunction callee =
                    isFunction(function, test)
                            ? RuntimeFunction.GC_IS_FUNCTION
                            : RuntimeFunction.GC_IS_SUBTYPE;
            int index = code.constant(Type.I32, type);
            condition = code.callRuntime(callee, function.a(test), index);
        } else {
            condition = isIdentity(information(identity, LINE + 4 * depth), type);
        }
        code.branch(condition, pass, fail, 0);
    }

    // ---- parts ----

    private boolean isFinal(long type) {
        return module != null && module.finalTypes()[(int) type];
    }

    private static boolean isFunction(Function function, int test) {
        return function.type(function.a(test)) == Type.FUNC;
    }

    private int tag(int reference, int mask) {
        int word = code.unary(Opcode.REF_TO_WORD, Type.I32, reference);
        return code.binary(Opcode.AND, Type.I32, word, code.constant(Type.I32, mask));
    }

    private int isNot(int value, int constant) {
        return code.binary(Opcode.NE, Type.I32, value, code.constant(Type.I32, constant));
    }

    /** The identity of the type of the object, or of the function. */
    private int identity(int test, int trap) {
        int reference = function.a(test);
        if (isFunction(function, test)) {
            int zero = code.constant(Type.I64, 0);
            return code.load(
                    Opcode.LOAD, Type.I32, zero, reference, RECORD_TYPE, AliasSet.READONLY);
        }
        int heap = code.op(Opcode.HEAP_BASE, Type.I64, 0);
        return code.load(Opcode.LOAD, Type.I32, reference, heap, 0, AliasSet.HEAD | trap);
    }

    private int isIdentity(int identity, long type) {
        int expected = code.op(Opcode.TYPE_IDENTITY, Type.I32, type);
        return code.binary(Opcode.EQ, Type.I32, identity, expected);
    }

    private int information(int identity, int offset) {
        int base = code.op(Opcode.TYPE_INFORMATION, Type.I64, 0);
        int wide = code.unary(Opcode.EXTEND_U, Type.I64, identity);
        int shift = code.constant(Type.I64, INFORMATION_SHIFT);
        int index = code.binary(Opcode.SHL, Type.I64, wide, shift);
        return code.load(Opcode.LOAD, Type.I32, index, base, offset, AliasSet.READONLY);
    }
}
