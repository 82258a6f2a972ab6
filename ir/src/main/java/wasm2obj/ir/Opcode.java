package wasm2obj.ir;

/**
 * What an instruction does. {@link Form} says which fields of the instruction it uses; {@link Effect} what else than its
 * result it has to do with. The semantics are WebAssembly's unless said otherwise: shift counts are taken modulo the
 * width, float results follow the specification's NaN rules, and so on.
 *
 * <p>Fields of an instruction: {@code a}, {@code b}, {@code c} (values, or what the form says), {@code imm} (64 bits),
 * {@code aux} (32 bits).
 */
public enum Opcode {
    // Structure.
    /** Block parameter; {@code imm} is its position in the block. */
    PARAM(Form.NONE, Effect.PINNED),
    /** Constant of any scalar type; {@code imm} has the bits (i32 and f32: zero-extended). */
    CONST(Form.NONE, Effect.PURE),
    /** 128-bit constant; {@code imm} has the low half, {@code Function.vectorHigh(aux)} the high half. */
    VCONST(Form.NONE, Effect.PURE),
    /** Result number {@code imm} (1 and up) of the call {@code a}; follows the call directly. */
    RESULT(Form.UNARY, Effect.PINNED),

    // Integers, i32 or i64.
    ADD(Form.BINARY, Effect.COMMUTATIVE),
    SUB(Form.BINARY, Effect.PURE),
    MUL(Form.BINARY, Effect.COMMUTATIVE),
    DIV_S(Form.BINARY, Effect.TRAPS),
    DIV_U(Form.BINARY, Effect.TRAPS),
    REM_S(Form.BINARY, Effect.TRAPS),
    REM_U(Form.BINARY, Effect.TRAPS),
    AND(Form.BINARY, Effect.COMMUTATIVE),
    OR(Form.BINARY, Effect.COMMUTATIVE),
    XOR(Form.BINARY, Effect.COMMUTATIVE),
    SHL(Form.BINARY, Effect.PURE),
    SHR_S(Form.BINARY, Effect.PURE),
    SHR_U(Form.BINARY, Effect.PURE),
    ROTL(Form.BINARY, Effect.PURE),
    ROTR(Form.BINARY, Effect.PURE),
    CLZ(Form.UNARY, Effect.PURE),
    CTZ(Form.UNARY, Effect.PURE),
    POPCNT(Form.UNARY, Effect.PURE),
    /** Sign extension of the low 8, 16, 32 bits within the type. */
    EXTEND8_S(Form.UNARY, Effect.PURE),
    EXTEND16_S(Form.UNARY, Effect.PURE),
    EXTEND32_S(Form.UNARY, Effect.PURE),
    /** High half of the 64 x 64 -> 128 bit product. */
    MULHI_S(Form.BINARY, Effect.COMMUTATIVE),
    MULHI_U(Form.BINARY, Effect.COMMUTATIVE),

    // Comparisons of i32, i64, references; the result is an i32 that is 0 or 1.
    EQZ(Form.UNARY, Effect.PURE),
    EQ(Form.BINARY, Effect.COMMUTATIVE),
    NE(Form.BINARY, Effect.COMMUTATIVE),
    LT_S(Form.BINARY, Effect.PURE),
    LT_U(Form.BINARY, Effect.PURE),
    GT_S(Form.BINARY, Effect.PURE),
    GT_U(Form.BINARY, Effect.PURE),
    LE_S(Form.BINARY, Effect.PURE),
    LE_U(Form.BINARY, Effect.PURE),
    GE_S(Form.BINARY, Effect.PURE),
    GE_U(Form.BINARY, Effect.PURE),

    // Floats, f32 or f64.
    FADD(Form.BINARY, Effect.COMMUTATIVE),
    FSUB(Form.BINARY, Effect.PURE),
    FMUL(Form.BINARY, Effect.COMMUTATIVE),
    FDIV(Form.BINARY, Effect.PURE),
    FMIN(Form.BINARY, Effect.PURE),
    FMAX(Form.BINARY, Effect.PURE),
    FCOPYSIGN(Form.BINARY, Effect.PURE),
    FABS(Form.UNARY, Effect.PURE),
    FNEG(Form.UNARY, Effect.PURE),
    FCEIL(Form.UNARY, Effect.PURE),
    FFLOOR(Form.UNARY, Effect.PURE),
    FTRUNC(Form.UNARY, Effect.PURE),
    FNEAREST(Form.UNARY, Effect.PURE),
    FSQRT(Form.UNARY, Effect.PURE),
    FEQ(Form.BINARY, Effect.COMMUTATIVE),
    FNE(Form.BINARY, Effect.COMMUTATIVE),
    FLT(Form.BINARY, Effect.PURE),
    FGT(Form.BINARY, Effect.PURE),
    FLE(Form.BINARY, Effect.PURE),
    FGE(Form.BINARY, Effect.PURE),

    // Conversions; from and to by the types of operand and result.
    WRAP(Form.UNARY, Effect.PURE),
    EXTEND_S(Form.UNARY, Effect.PURE),
    EXTEND_U(Form.UNARY, Effect.PURE),
    TRUNC_S(Form.UNARY, Effect.TRAPS),
    TRUNC_U(Form.UNARY, Effect.TRAPS),
    TRUNC_SAT_S(Form.UNARY, Effect.PURE),
    TRUNC_SAT_U(Form.UNARY, Effect.PURE),
    CONVERT_S(Form.UNARY, Effect.PURE),
    CONVERT_U(Form.UNARY, Effect.PURE),
    DEMOTE(Form.UNARY, Effect.PURE),
    PROMOTE(Form.UNARY, Effect.PURE),
    REINTERPRET(Form.UNARY, Effect.PURE),

    /** {@code a != 0 ? b : c}; {@code a} is an i32. */
    SELECT(Form.TERNARY, Effect.PURE),

    // Vectors. aux is a VectorShape, that of the result where operands have another one, unless
    // said otherwise. The result is a
    // vector unless said otherwise.
    /** Bitwise; no shape. */
    VAND(Form.BINARY, Effect.COMMUTATIVE),
    VOR(Form.BINARY, Effect.COMMUTATIVE),
    VXOR(Form.BINARY, Effect.COMMUTATIVE),
    /** {@code a & ~b}. */
    VANDNOT(Form.BINARY, Effect.PURE),
    /** Whether any bit is set, as an i32; no shape. */
    VANY_TRUE(Form.UNARY, Effect.PURE),
    /**
     * Byte k of the result is the byte of {@code a} and {@code b}, which count as one row of 32, that is byte k of the indices:
     * {@code imm} is their low half, {@code Function.vectorHigh(aux)} the high half. No shape.
     */
    VSHUFFLE(Form.BINARY, Effect.PURE),
    /** Each bit from {@code a} where {@code c} has a one, else from {@code b}. May be relaxed, by lanes of the shape. */
    VBITSELECT(Form.TERNARY, Effect.PURE),
    /** All lanes have the value of the scalar. */
    VSPLAT(Form.UNARY, Effect.PURE),
    /** Lane 0 has the value of the float, the others are zero. */
    VSCALAR(Form.UNARY, Effect.PURE),
    /** Lane {@code imm} as a scalar; small lanes are zero-extended. */
    VEXTRACT_LANE(Form.UNARY, Effect.PURE),
    /** Lane {@code imm} as an i32, sign-extended. */
    VEXTRACT_LANE_S(Form.UNARY, Effect.PURE),
    /** The vector {@code a} with the scalar {@code b}, which is cut to size, in lane {@code imm}. */
    VREPLACE_LANE(Form.BINARY, Effect.PURE),
    /** Bytes of {@code a} by the indices {@code b}; zero where an index is above 15. May be relaxed. */
    VSWIZZLE(Form.BINARY, Effect.PURE),
    /** Whether no lane is zero, as an i32. The shape is the operand's. */
    VALL_TRUE(Form.UNARY, Effect.PURE),
    /** The signs of the lanes, the first one lowest, as an i32. The shape is the operand's. */
    VBITMASK(Form.UNARY, Effect.PURE),
    VADD(Form.BINARY, Effect.COMMUTATIVE),
    VSUB(Form.BINARY, Effect.PURE),
    VMUL(Form.BINARY, Effect.COMMUTATIVE),
    VDIV(Form.BINARY, Effect.PURE),
    VADD_SAT_S(Form.BINARY, Effect.COMMUTATIVE),
    VADD_SAT_U(Form.BINARY, Effect.COMMUTATIVE),
    VSUB_SAT_S(Form.BINARY, Effect.PURE),
    VSUB_SAT_U(Form.BINARY, Effect.PURE),
    VMIN_S(Form.BINARY, Effect.COMMUTATIVE),
    VMIN_U(Form.BINARY, Effect.COMMUTATIVE),
    VMAX_S(Form.BINARY, Effect.COMMUTATIVE),
    VMAX_U(Form.BINARY, Effect.COMMUTATIVE),
    /** Of floats, as FMIN. May be relaxed. */
    VMIN(Form.BINARY, Effect.PURE),
    VMAX(Form.BINARY, Effect.PURE),
    /** {@code b < a ? b : a} of floats. */
    VPMIN(Form.BINARY, Effect.PURE),
    /** {@code a < b ? b : a} of floats. */
    VPMAX(Form.BINARY, Effect.PURE),
    VAVGR_U(Form.BINARY, Effect.COMMUTATIVE),
    /** Products of Q15 numbers, rounded and saturated. May be relaxed. */
    VQ15MULR(Form.BINARY, Effect.COMMUTATIVE),
    /** Sums of the products of neighbouring i16 lanes. */
    VDOT(Form.BINARY, Effect.COMMUTATIVE),
    /** Sums, as i16, of the products of neighbouring i8 lanes. May be relaxed where {@code b} has negative lanes. */
    VDOT8(Form.BINARY, Effect.PURE),
    VABS(Form.UNARY, Effect.PURE),
    VNEG(Form.UNARY, Effect.PURE),
    VPOPCNT(Form.UNARY, Effect.PURE),
    VSQRT(Form.UNARY, Effect.PURE),
    VCEIL(Form.UNARY, Effect.PURE),
    VFLOOR(Form.UNARY, Effect.PURE),
    VTRUNC(Form.UNARY, Effect.PURE),
    VNEAREST(Form.UNARY, Effect.PURE),
    /** Shifts of all lanes by the i32 {@code b}, modulo the lanes' width. */
    VSHL(Form.BINARY, Effect.PURE),
    VSHR_S(Form.BINARY, Effect.PURE),
    VSHR_U(Form.BINARY, Effect.PURE),
    /** Comparisons: lanes are all ones or zero. VEQ, VNE of all shapes; VGT and VGE of integers; VLT, VLE of floats. */
    VEQ(Form.BINARY, Effect.COMMUTATIVE),
    VNE(Form.BINARY, Effect.COMMUTATIVE),
    VGT_S(Form.BINARY, Effect.PURE),
    VGT_U(Form.BINARY, Effect.PURE),
    VGE_S(Form.BINARY, Effect.PURE),
    VGE_U(Form.BINARY, Effect.PURE),
    VLT(Form.BINARY, Effect.PURE),
    VLE(Form.BINARY, Effect.PURE),
    /** The lanes of {@code a}, then those of {@code b}, signed and saturated to half their width as signed or unsigned. */
    VNARROW_S(Form.BINARY, Effect.PURE),
    VNARROW_U(Form.BINARY, Effect.PURE),
    /** The lower or upper half of the lanes, extended to twice the width. */
    VEXTEND_LOW_S(Form.UNARY, Effect.PURE),
    VEXTEND_LOW_U(Form.UNARY, Effect.PURE),
    VEXTEND_HIGH_S(Form.UNARY, Effect.PURE),
    VEXTEND_HIGH_U(Form.UNARY, Effect.PURE),
    /** Full products of the lower or upper half of the lanes. */
    VEXTMUL_LOW_S(Form.BINARY, Effect.COMMUTATIVE),
    VEXTMUL_LOW_U(Form.BINARY, Effect.COMMUTATIVE),
    VEXTMUL_HIGH_S(Form.BINARY, Effect.COMMUTATIVE),
    VEXTMUL_HIGH_U(Form.BINARY, Effect.COMMUTATIVE),
    /** Sums of neighbouring lanes, extended to twice the width. */
    VEXTADD_PAIRWISE_S(Form.UNARY, Effect.PURE),
    VEXTADD_PAIRWISE_U(Form.UNARY, Effect.PURE),
    /** Floats of the shape to i32 lanes; two doubles to the lower half, the upper one is zero. May be relaxed. */
    VTRUNC_SAT_S(Form.UNARY, Effect.PURE),
    VTRUNC_SAT_U(Form.UNARY, Effect.PURE),
    /** i32 lanes, for doubles those of the lower half, to floats of the shape. */
    VCONVERT_S(Form.UNARY, Effect.PURE),
    VCONVERT_U(Form.UNARY, Effect.PURE),
    /** Two doubles to singles in the lower half; the upper one is zero. */
    VDEMOTE(Form.UNARY, Effect.PURE),
    /** The lower half's singles to doubles. */
    VPROMOTE(Form.UNARY, Effect.PURE),
    /** {@code a * b + c}, rounded twice; relaxed: once or twice. */
    VMADD(Form.TERNARY, Effect.PURE),
    /** {@code c - a * b}. */
    VNMADD(Form.TERNARY, Effect.PURE),

    // Memory. Address: base + zero-extended index + imm, where a is the index (i32 or i64), b the
    // base (i64) or NONE
    // for the context register (byte 0 of the pinned memory), imm an unsigned displacement below
    // 2^31. aux is the
    // AliasSet. A bounds check, where one is needed, is an instruction of its own before it.
    LOAD(Form.LOAD, Effect.READS),
    LOAD8_S(Form.LOAD, Effect.READS),
    LOAD8_U(Form.LOAD, Effect.READS),
    LOAD16_S(Form.LOAD, Effect.READS),
    LOAD16_U(Form.LOAD, Effect.READS),
    LOAD32_S(Form.LOAD, Effect.READS),
    LOAD32_U(Form.LOAD, Effect.READS),
    /** Stores {@code c} at the address of {@code a}, {@code b}, {@code imm}. */
    STORE(Form.STORE, Effect.WRITES),
    STORE8(Form.STORE, Effect.WRITES),
    STORE16(Form.STORE, Effect.WRITES),
    STORE32(Form.STORE, Effect.WRITES),

    // Atomic operations, sequentially consistent. Addresses as above; aux has the AliasSet of a
    // memory and the width of the access (AliasSet.width), at most that of the type. What is
    // loaded is zero-extended. The address is aligned: a check comes before it.
    ATOMIC_LOAD(Form.LOAD, Effect.ATOMIC),
    ATOMIC_STORE(Form.STORE, Effect.ATOMIC),
    /** Puts the sum of what was there and {@code c} in its place; the result is what was there. So for those that follow. */
    ATOMIC_ADD(Form.STORE, Effect.ATOMIC),
    ATOMIC_SUB(Form.STORE, Effect.ATOMIC),
    ATOMIC_AND(Form.STORE, Effect.ATOMIC),
    ATOMIC_OR(Form.STORE, Effect.ATOMIC),
    ATOMIC_XOR(Form.STORE, Effect.ATOMIC),
    ATOMIC_XCHG(Form.STORE, Effect.ATOMIC),
    /**
     * Puts the replacement in the place of what was there if that is the expected value, as far as the width goes; the result is
     * what was there. The pool has the expected value, the replacement, the index and, unless there is none, the base.
     */
    ATOMIC_CMPXCHG(Form.CALL, Effect.ATOMIC),
    /** Orders all accesses before it before all behind it. */
    ATOMIC_FENCE(Form.NONE, Effect.ATOMIC),

    // Fields of the context; imm is the entity's index.
    GLOBAL_GET(Form.NONE, Effect.READS_CONTEXT),
    GLOBAL_SET(Form.UNARY, Effect.WRITES_CONTEXT),
    /** Address of byte 0 of memory {@code imm}; changes only in operations that may grow it. */
    MEMORY_BASE(Form.NONE, Effect.READS_CONTEXT),
    /** Size of memory {@code imm} in bytes, as an i64. */
    MEMORY_BOUND(Form.NONE, Effect.READS_CONTEXT),
    /** Address of element 0 of table {@code imm}; elements are 8 bytes. */
    TABLE_BASE(Form.NONE, Effect.READS_CONTEXT),
    /** Number of elements of table {@code imm}, as an i64. */
    TABLE_BOUND(Form.NONE, Effect.READS_CONTEXT),
    /** Reference to function {@code imm}: the address of its record. */
    REF_FUNC(Form.NONE, Effect.PURE),
    /** Address of tag {@code imm}, as an i64: what tells tags apart. */
    TAG(Form.NONE, Effect.PURE),
    /** Identity of the module's type {@code imm}, as an i32. */
    TYPE_IDENTITY(Form.NONE, Effect.PURE),

    // Managed references and objects. A REF is a word (docs/abi.md); that of an object changes at
    // safepoints, so what is
    // derived from one is only right until the next. Fields are loaded and stored with the heap's
    // base as the base
    // and the reference as the index.
    /** Address of the heap's byte 0, as an i64. */
    HEAP_BASE(Form.NONE, Effect.PURE),
    /** Address of the store's head, as an i64. */
    STORE_HEAD(Form.NONE, Effect.PURE),
    /** Address of what the heap knows of types, as an i64: 64 bytes for each identity. */
    TYPE_INFORMATION(Form.NONE, Effect.PURE),
    /** The word of a reference as an i32. Only what is the same wherever an object lies may be made of it: null, kind, an i31's value. */
    REF_TO_WORD(Form.UNARY, Effect.PURE),
    /** The reference whose word is the i32. */
    REF_FROM_WORD(Form.UNARY, Effect.PURE),
    /** Where in the heap the object is at present, as an i32. */
    REF_OFFSET(Form.UNARY, Effect.DERIVES),
    /** Address of the object {@code a} at present, as an i64; {@code b} is the heap's base. */
    REF_ADDRESS(Form.BINARY, Effect.DERIVES),
    /** Whether the reference is of the type that {@code imm} and {@code aux} say ({@link ReferenceTest}): an i32. */
    REF_TEST(Form.UNARY, Effect.PURE),
    /**
     * A new structure of the module's type {@code imm}, of {@code aux} bytes. Stores to all its fields follow before the next safepoint;
     * until then they have any value.
     */
    NEW_STRUCT(Form.NONE, Effect.ALLOCATES),
    /**
     * A new array of the module's type {@code imm} with {@code a} elements (i32) of 2^{@code aux} bytes. With a constant length the
     * elements have any value, and stores to them follow before the next safepoint; else they are zero.
     */
    NEW_ARRAY(Form.UNARY, Effect.ALLOCATES),
    /** The reference {@code b} has been stored in a field of the structure {@code a}. */
    BARRIER(Form.BINARY, Effect.WRITES),
    /** The reference {@code c} has been stored in the array {@code a}, {@code b} (i32) bytes from its start. */
    ELEMENT_BARRIER(Form.TERNARY, Effect.WRITES),

    // Frame slots: locals of functions that are too large for SSA construction. imm is the slot.
    SLOT_GET(Form.NONE, Effect.READS_SLOT),
    SLOT_SET(Form.UNARY, Effect.WRITES_SLOT),

    // Checks. They have no result; later instructions that rely on them stay behind them.
    /** Traps with kind {@code aux} (a TrapKind code) if the i32 {@code a} is not zero. */
    TRAP_IF(Form.UNARY, Effect.TRAPS_ONLY),
    /**
     * Traps unless {@code a} is a function reference whose type is the module's type {@code imm} (or a subtype): with
     * INDIRECT_CALL_TO_NULL on null, BAD_SIGNATURE otherwise.
     */
    CHECK_SIGNATURE(Form.UNARY, Effect.TRAPS_ONLY),

    // Calls. Arguments are in the function's pool: a is their start, b their number. The type is
    // that of the first
    // result, further ones are RESULT instructions.
    /** Calls function {@code imm}. */
    CALL(Form.CALL, Effect.CALL),
    /**
     * Calls through the table {@code aux} with the type {@code imm}; the table index is the first argument. Bounds, null and
     * signature are checked. If the table is not constant the checks are code that such calls share, and the type has no subtypes. Tail
     * calls of the sort go through constant tables only.
     */
    CALL_INDIRECT(Form.CALL, Effect.CALL),
    /**
     * Calls the function reference that is the first argument, whose type is {@code imm}. Traps on null with the kind
     * {@code aux}; the signature is not checked.
     */
    CALL_REF(Form.CALL, Effect.CALL),
    /** Calls the runtime function {@code imm}, the ordinal of a {@link RuntimeFunction}. */
    CALL_RUNTIME(Form.CALL, Effect.CALL),

    // Terminators. Edges are entities of their own, see Function.
    /** One edge. */
    JUMP(Form.NONE, Effect.TERMINATOR),
    /** Edge 0 if the i32 {@code a} is not zero, else edge 1. {@code aux}: branch hint, -1 unlikely, 0 none, 1 likely. */
    BRANCH(Form.UNARY, Effect.TERMINATOR),
    /** Edge number {@code a} (i32, unsigned), the last edge if there is none of that number. */
    SWITCH(Form.UNARY, Effect.TERMINATOR),
    /**
     * Ends a block whose last instruction is a call, with its RESULTs: edge 0 when the call returns, edge 1 when it throws. The
     * call's results are not to be used where only edge 1 leads.
     */
    INVOKE(Form.NONE, Effect.TERMINATOR),
    /** Returns the values in the pool: a is their start, b their number. */
    RETURN(Form.CALL, Effect.TERMINATOR),
    /** Traps with the kind {@code aux}. */
    TRAP(Form.NONE, Effect.TERMINATOR),
    /** Tail calls, with the operands of the calls above. */
    RETURN_CALL(Form.CALL, Effect.TERMINATOR),
    RETURN_CALL_INDIRECT(Form.CALL, Effect.TERMINATOR),
    RETURN_CALL_REF(Form.CALL, Effect.TERMINATOR);

    /** Which fields are operands. */
    public enum Form {
        /** No value operand. */
        NONE,
        /** {@code a}. */
        UNARY,
        /** {@code a} and {@code b}. */
        BINARY,
        /** {@code a}, {@code b} and {@code c}. */
        TERNARY,
        /** {@code a} and, unless NONE, {@code b}. */
        LOAD,
        /** {@code a}, {@code c} and, unless NONE, {@code b}. */
        STORE,
        /** {@code b} values of the pool from {@code a}. */
        CALL
    }

    /** What an instruction depends on and does beside its result. */
    public enum Effect {
        /** Nothing: may be removed, moved and merged. */
        PURE,
        /** PURE, and the operands may be swapped. */
        COMMUTATIVE,
        /** Bound to its place in the block, and not code. */
        PINNED,
        /** A pure value, or a trap. May be merged with an equal one that dominates it. */
        TRAPS,
        /** Only a trap. */
        TRAPS_ONLY,
        /** Reads memory of its alias set; may trap. */
        READS,
        /** Writes memory of its alias set; may trap. */
        WRITES,
        /**
         * Takes part in the order of accesses that all threads agree on: no access to memory moves across it, nothing that
         * was loaded before it is known to be there still, and it is never removed or merged. May trap.
         */
        ATOMIC,
        READS_CONTEXT,
        WRITES_CONTEXT,
        READS_SLOT,
        WRITES_SLOT,
        /** A value derived from where an object is: the same until the next safepoint, and of no use behind it. */
        DERIVES,
        /** Makes an object; a safepoint. May trap. */
        ALLOCATES,
        /** May do anything. */
        CALL,
        /** Ends a block. */
        TERMINATOR
    }

    private static final Opcode[] VALUES = values();

    private final Form form;
    private final Effect effect;

    Opcode(Form form, Effect effect) {
        this.form = form;
        this.effect = effect;
    }

    public Form form() {
        return form;
    }

    public Effect effect() {
        return effect;
    }

    /** Whether it has no effect, cannot trap, and does not depend on memory. */
    public boolean isPure() {
        return effect == Effect.PURE || effect == Effect.COMMUTATIVE;
    }

    public boolean isCommutative() {
        return effect == Effect.COMMUTATIVE;
    }

    public boolean isTerminator() {
        return effect == Effect.TERMINATOR;
    }

    /** Whether it is one of the vector operations, from VAND to VNMADD; loads, constants and the like are not. */
    public boolean isVector() {
        return ordinal() >= VAND.ordinal() && ordinal() <= VNMADD.ordinal();
    }

    /** Whether {@code aux} is a {@link VectorShape}. */
    public boolean hasShape() {
        return ordinal() >= VBITSELECT.ordinal() && ordinal() <= VNMADD.ordinal();
    }

    /** Whether {@code imm} is the number of a lane. */
    public boolean hasLane() {
        return this == VEXTRACT_LANE || this == VEXTRACT_LANE_S || this == VREPLACE_LANE;
    }

    /** Whether {@code aux} has an {@link AliasSet} with the width of an atomic access. */
    public boolean isAtomicAccess() {
        return effect == Effect.ATOMIC && this != ATOMIC_FENCE;
    }

    public boolean isCall() {
        return effect == Effect.CALL;
    }

    /** The opcode with the given ordinal. */
    public static Opcode of(int ordinal) {
        return VALUES[ordinal];
    }
}
