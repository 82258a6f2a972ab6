package wasm2obj.isel.aarch64;

import wasm2obj.codegen.VectorLowering;
import wasm2obj.ir.Opcode;
import wasm2obj.isel.aarch64.instruction.A64Vector;

/** Vectors: what is AArch64's own in {@link VectorLowering}. The rules are in the classes by theme. */
final class VectorRules extends VectorLowering<Matcher> {
    private final VectorIntegerRules integers;
    private final VectorFloatRules floats;

    VectorRules(Matcher match, MemoryRules memory, int features) {
        VectorBuilder vectors = new VectorBuilder(match);
        VectorFloatRules floatRules = new VectorFloatRules(match, vectors);
        VectorIntegerRules integerRules =
                new VectorIntegerRules(match, vectors, floatRules, features);
        super(
                match,
                vectors,
                integerRules,
                floatRules,
                new VectorLaneRules(match, vectors, memory),
                new VectorShuffleRules(match, vectors));
        integers = integerRules;
        floats = floatRules;
    }

    /** log2 of the bytes of the register that {@link #test} gives. */
    static int testWidth(Opcode opcode) {
        return opcode == Opcode.VANY_TRUE ? 3 : 2;
    }

    /** A general register that is not zero if the test of a vector holds. */
    int test(int value) {
        return integers.test(value);
    }

    @Override
    protected void lowerFloat(int i, Opcode opcode) {
        switch (opcode) {
            case VADD -> floats.binary(i, A64Vector.FADD);
            case VSUB -> floats.binary(i, A64Vector.FSUB);
            case VMUL -> floats.multiply(i);
            case VDIV -> floats.binary(i, A64Vector.FDIV);
            case VMIN -> floats.binary(i, A64Vector.FMIN);
            case VMAX -> floats.binary(i, A64Vector.FMAX);
            case VPMIN -> floats.pseudo(i, true);
            case VPMAX -> floats.pseudo(i, false);
            case VABS -> floats.unary(i, A64Vector.FABS);
            case VNEG -> floats.unary(i, A64Vector.FNEG);
            case VSQRT -> floats.unary(i, A64Vector.FSQRT);
            case VCEIL -> floats.unary(i, A64Vector.FRINTP);
            case VFLOOR -> floats.unary(i, A64Vector.FRINTM);
            case VTRUNC -> floats.unary(i, A64Vector.FRINTZ);
            case VNEAREST -> floats.unary(i, A64Vector.FRINTN);
            default -> throw noRule(opcode);
        }
    }

    @Override
    protected void lowerInteger(int i, Opcode opcode) {
        switch (opcode) {
            case VAND -> integers.and(i);
            case VOR -> integers.or(i);
            case VXOR -> integers.xor(i);
            case VANDNOT -> integers.andNot(i);
            case VMUL -> integers.multiply(i);
            case VADD_SAT_S -> integers.binary(i, A64Vector.SQADD);
            case VADD_SAT_U -> integers.binary(i, A64Vector.UQADD);
            case VSUB_SAT_S -> integers.binary(i, A64Vector.SQSUB);
            case VSUB_SAT_U -> integers.binary(i, A64Vector.UQSUB);
            case VAVGR_U -> integers.binary(i, A64Vector.URHADD);
            case VMIN_S -> integers.binary(i, A64Vector.SMIN);
            case VMIN_U -> integers.binary(i, A64Vector.UMIN);
            case VMAX_S -> integers.binary(i, A64Vector.SMAX);
            case VMAX_U -> integers.binary(i, A64Vector.UMAX);
            case VQ15MULR -> integers.binary(i, A64Vector.SQRDMULH);
            case VDOT, VDOT8 -> integers.dot(i);
            case VABS -> integers.unary(i, A64Vector.ABS);
            case VNEG -> integers.unary(i, A64Vector.NEG);
            case VPOPCNT -> integers.unary(i, A64Vector.CNT);
            default -> lowerComparison(i, opcode);
        }
    }

    private void lowerComparison(int i, Opcode opcode) {
        switch (opcode) {
            case VGT_S ->
                    integers.greater(i, A64Vector.CMGT, A64Vector.CMGT_ZERO, A64Vector.CMLT_ZERO);
            case VGE_S ->
                    integers.greater(i, A64Vector.CMGE, A64Vector.CMGE_ZERO, A64Vector.CMLE_ZERO);
            case VGT_U -> integers.binary(i, A64Vector.CMHI);
            case VGE_U -> integers.binary(i, A64Vector.CMHS);
            default -> lowerWidths(i, opcode);
        }
    }

    private void lowerWidths(int i, Opcode opcode) {
        switch (opcode) {
            case VNARROW_S -> integers.narrow(i, A64Vector.SQXTN);
            case VNARROW_U -> integers.narrow(i, A64Vector.SQXTUN);
            case VEXTEND_LOW_S -> integers.extend(i, A64Vector.SSHLL, false);
            case VEXTEND_LOW_U -> integers.extend(i, A64Vector.USHLL, false);
            case VEXTEND_HIGH_S -> integers.extend(i, A64Vector.SSHLL, true);
            case VEXTEND_HIGH_U -> integers.extend(i, A64Vector.USHLL, true);
            case VEXTMUL_LOW_S, VEXTMUL_HIGH_S ->
                    integers.extendedMultiply(i, opcode, A64Vector.SMULL);
            case VEXTMUL_LOW_U, VEXTMUL_HIGH_U ->
                    integers.extendedMultiply(i, opcode, A64Vector.UMULL);
            case VEXTADD_PAIRWISE_S -> integers.addPairwise(i, A64Vector.SADDLP);
            case VEXTADD_PAIRWISE_U -> integers.addPairwise(i, A64Vector.UADDLP);
            default -> throw noRule(opcode);
        }
    }
}
