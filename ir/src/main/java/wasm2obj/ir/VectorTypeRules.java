package wasm2obj.ir;

/** What vector operations demand: their shapes, the types of operands and result, lanes in range. Part of {@link TypeRules}. */
final class VectorTypeRules {
    // Sets of shapes by ordinal.
    private static final int I8 = 1;
    private static final int I16 = 2;
    private static final int I32 = 4;
    private static final int I64 = 8;
    private static final int FLOATS = 48;
    private static final int F32 = 16;
    private static final int F64 = 32;
    private static final int INTEGERS = I8 | I16 | I32 | I64;
    private static final int ALL = INTEGERS | FLOATS;

    private final TypeRules rules;

    VectorTypeRules(TypeRules rules) {
        this.rules = rules;
    }

    /** Checks one of the opcodes that {@link Opcode#isVector}. */
    void check(Function function, int i) {
        Opcode op = function.opcode(i);
        if (op.hasShape()) {
            int aux = function.aux(i);
            if (!VectorShape.isShape(aux)
                    || (shapes(op) >>> VectorShape.of(aux).ordinal() & 1) == 0) {
                rules.error("no operation for this shape");
                return;
            }
            if (VectorShape.isRelaxed(aux) && !mayBeRelaxed(op)) {
                rules.error("no relaxed operation");
            }
        }
        types(op, VectorShape.of(op.hasShape() ? function.aux(i) : 0));
        if (op.hasLane()) {
            int lanes = VectorShape.of(function.aux(i)).lanes();
            rules.range("lane", function.imm(i), 0, lanes - 1);
        } else if (op == Opcode.VSHUFFLE) {
            shuffle(function.imm(i));
            shuffle(function.vectorHigh(function.aux(i)));
        }
    }

    private void shuffle(long indices) {
        if ((indices & 0xe0e0e0e0_e0e0e0e0L) != 0) {
            rules.error("shuffle by an index above 31");
        }
    }

    private void types(Opcode op, VectorShape shape) {
        Type scalar = shape.laneType();
        switch (op) {
            case VANY_TRUE, VALL_TRUE, VBITMASK -> types(Type.I32, Type.V128);
            case VEXTRACT_LANE, VEXTRACT_LANE_S -> types(scalar, Type.V128);
            case VSPLAT, VSCALAR -> types(Type.V128, scalar);
            case VREPLACE_LANE -> {
                types(Type.V128, Type.V128);
                rules.operand(2, scalar);
            }
            case VSHL, VSHR_S, VSHR_U -> {
                types(Type.V128, Type.V128);
                rules.operand(2, Type.I32);
            }
            default -> vectors(op.form());
        }
    }

    private void types(Type result, Type operand) {
        rules.result(result);
        rules.operand(1, operand);
    }

    private void vectors(Opcode.Form form) {
        types(Type.V128, Type.V128);
        if (form != Opcode.Form.UNARY) {
            rules.operand(2, Type.V128);
        }
        if (form == Opcode.Form.TERNARY) {
            rules.operand(3, Type.V128);
        }
    }

    private static boolean mayBeRelaxed(Opcode op) {
        return switch (op) {
            case VBITSELECT, VSWIZZLE, VMIN, VMAX, VQ15MULR, VDOT8 -> true;
            case VTRUNC_SAT_S, VTRUNC_SAT_U, VMADD, VNMADD -> true;
            default -> false;
        };
    }

    private static int shapes(Opcode op) {
        return switch (op) {
            case VSPLAT, VEXTRACT_LANE, VREPLACE_LANE, VADD, VSUB, VABS, VNEG, VEQ, VNE -> ALL;
            case VMUL -> I16 | I32 | I64 | FLOATS;
            case VBITSELECT, VALL_TRUE, VBITMASK, VSHL, VSHR_S, VSHR_U, VGT_S, VGE_S -> INTEGERS;
            case VMIN_S, VMIN_U, VMAX_S, VMAX_U, VGT_U, VGE_U -> I8 | I16 | I32;
            case VEXTRACT_LANE_S, VADD_SAT_S, VADD_SAT_U, VSUB_SAT_S, VSUB_SAT_U -> I8 | I16;
            case VAVGR_U, VNARROW_S, VNARROW_U -> I8 | I16;
            case VSWIZZLE, VPOPCNT -> I8;
            case VQ15MULR, VDOT8 -> I16;
            case VDOT -> I32;
            case VEXTADD_PAIRWISE_S, VEXTADD_PAIRWISE_U -> I16 | I32;
            case VEXTEND_LOW_S, VEXTEND_LOW_U, VEXTEND_HIGH_S, VEXTEND_HIGH_U -> I16 | I32 | I64;
            case VEXTMUL_LOW_S, VEXTMUL_LOW_U, VEXTMUL_HIGH_S, VEXTMUL_HIGH_U -> I16 | I32 | I64;
            case VDEMOTE -> F32;
            case VPROMOTE -> F64;
            default -> FLOATS;
        };
    }
}
