package wasm2obj.isel.x64;

import wasm2obj.codegen.VectorLowering;
import wasm2obj.ir.Opcode;
import wasm2obj.isel.x64.instruction.X64;

/** Vectors: what is x86-64's own in {@link VectorLowering}. The rules are in the classes by theme. */
final class VectorRules extends VectorLowering<Matcher> {
    private final VectorBuilder vectors;
    private final VectorIntegerRules integers;
    private final VectorFloatRules floats;

    VectorRules(Matcher match, MemoryRules memory, int features) {
        VectorBuilder builder = new VectorBuilder(match, features);
        VectorFloatRules floatRules = new VectorFloatRules(match, builder);
        VectorIntegerRules integerRules = new VectorIntegerRules(match, builder);
        super(
                match,
                builder,
                integerRules,
                floatRules,
                new VectorLaneRules(match, builder, memory),
                new VectorShuffleRules(match, builder));
        vectors = builder;
        integers = integerRules;
        floats = floatRules;
    }

    /** Sets flags for VANY_TRUE (true if not equal) or VALL_TRUE (true if equal). */
    void test(int value) {
        if (function.opcode(value) == Opcode.VANY_TRUE) {
            integers.testBits(value);
        } else {
            integers.testLanes(value);
        }
    }

    @Override
    protected void lowerFloat(int i, Opcode opcode) {
        switch (opcode) {
            case VADD -> floats.binary(i, X64.ADDPS, X64.ADDPD);
            case VSUB -> floats.binary(i, X64.SUBPS, X64.SUBPD);
            case VMUL -> floats.binary(i, X64.MULPS, X64.MULPD);
            case VDIV -> floats.binary(i, X64.DIVPS, X64.DIVPD);
            case VMIN -> floats.minimum(i);
            case VMAX -> floats.maximum(i);
            case VPMIN -> floats.pseudo(i, X64.MINPS, X64.MINPD);
            case VPMAX -> floats.pseudo(i, X64.MAXPS, X64.MAXPD);
            case VABS -> floats.absolute(i);
            case VNEG -> floats.negate(i);
            case VSQRT -> floats.squareRoot(i);
            case VCEIL, VFLOOR, VTRUNC, VNEAREST -> floats.round(i);
            default -> throw noRule(opcode);
        }
    }

    @Override
    protected void lowerInteger(int i, Opcode opcode) {
        switch (opcode) {
            case VAND -> vectors.binary(i, X64.PAND);
            case VOR -> vectors.binary(i, X64.POR);
            case VXOR -> vectors.binary(i, X64.PXOR);
            case VANDNOT -> vectors.binary(i, X64.PANDN, function.b(i), function.a(i), 0);
            case VMUL -> integers.mul(i);
            case VADD_SAT_S -> integers.narrowOnly(i, X64.PADDSB, X64.PADDSW);
            case VADD_SAT_U -> integers.narrowOnly(i, X64.PADDUSB, X64.PADDUSW);
            case VSUB_SAT_S -> integers.narrowOnly(i, X64.PSUBSB, X64.PSUBSW);
            case VSUB_SAT_U -> integers.narrowOnly(i, X64.PSUBUSB, X64.PSUBUSW);
            case VAVGR_U -> integers.narrowOnly(i, X64.PAVGB, X64.PAVGW);
            case VMIN_S -> integers.minMax(i, X64.PMINSB, X64.PMINSW, X64.PMINSD);
            case VMIN_U -> integers.minMax(i, X64.PMINUB, X64.PMINUW, X64.PMINUD);
            case VMAX_S -> integers.minMax(i, X64.PMAXSB, X64.PMAXSW, X64.PMAXSD);
            case VMAX_U -> integers.minMax(i, X64.PMAXUB, X64.PMAXUW, X64.PMAXUD);
            case VQ15MULR -> integers.q15Multiply(i);
            case VDOT -> vectors.binary(i, X64.PMADDWD);
            case VDOT8 -> integers.dot8(i);
            case VABS -> integers.abs(i);
            case VNEG -> integers.neg(i);
            case VPOPCNT -> integers.populationCount(i);
            case VGT_S -> integers.greaterSigned(i);
            case VGT_U -> integers.greaterUnsigned(i);
            case VGE_S -> integers.greaterEqual(i, true);
            case VGE_U -> integers.greaterEqual(i, false);
            default -> lowerWidths(i, opcode);
        }
    }

    private void lowerWidths(int i, Opcode opcode) {
        switch (opcode) {
            case VNARROW_S -> integers.narrow(i, true);
            case VNARROW_U -> integers.narrow(i, false);
            case VEXTEND_LOW_S -> integers.extendLow(i, true);
            case VEXTEND_LOW_U -> integers.extendLow(i, false);
            case VEXTEND_HIGH_S -> integers.extendHigh(i, true);
            case VEXTEND_HIGH_U -> integers.extendHigh(i, false);
            case VEXTMUL_LOW_S -> integers.extendedMultiply(i, false, true);
            case VEXTMUL_LOW_U -> integers.extendedMultiply(i, false, false);
            case VEXTMUL_HIGH_S -> integers.extendedMultiply(i, true, true);
            case VEXTMUL_HIGH_U -> integers.extendedMultiply(i, true, false);
            case VEXTADD_PAIRWISE_S -> integers.addPairwise(i, true);
            case VEXTADD_PAIRWISE_U -> integers.addPairwise(i, false);
            default -> throw noRule(opcode);
        }
    }
}
