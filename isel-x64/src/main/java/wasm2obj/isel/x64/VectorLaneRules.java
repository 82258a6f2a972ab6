package wasm2obj.isel.x64;

import wasm2obj.codegen.LaneLowering;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;

/** Rules between scalars and lanes. A lane that is loaded or stored is a memory operand. */
final class VectorLaneRules extends LaneLowering<Matcher> {
    private final VectorBuilder vectors;
    private final MemoryRules memory;

    VectorLaneRules(Matcher match, VectorBuilder vectors, MemoryRules memory) {
        super(match);
        this.vectors = vectors;
        this.memory = memory;
    }

    /** Makes the value, of which a lane is made, the memory operand if it is a load that can be. */
    private boolean fold(VectorShape shape, int value) {
        return switch (shape) {
            case I8X16 -> match.foldNarrow(value, Opcode.LOAD8_S, Opcode.LOAD8_U);
            case I16X8 -> match.foldNarrow(value, Opcode.LOAD16_S, Opcode.LOAD16_U);
            case I32X4, I64X2 -> match.foldMemory(value, shape.laneBytes());
            case F32X4, F64X2 -> match.foldFloat(value, shape.laneBytes());
        };
    }

    // ---- splat ----

    @Override
    protected void splat(int i) {
        VectorShape shape = vectors.shape(i);
        int a = function.a(i);
        if (isLoadedSplat(shape) && fold(shape, a)) {
            vectors.load(broadcastRow(shape), context.result(i));
            return;
        }
        int dst = context.result(i);
        if (shape.isFloat()) {
            splatFloat(dst, context.reg(a), shape);
            return;
        }
        int lane = vectors.newVector();
        if (shape == VectorShape.I64X2) {
            vectors.move(X64.MOVQ_XMM_RM64, lane, match.reg(a), 0);
        } else {
            vectors.move(X64.MOVD_XMM_RM32, lane, match.reg32(a), 0);
        }
        splatLane(dst, lane, shape);
    }

    private boolean isLoadedSplat(VectorShape shape) {
        return switch (shape) {
            case F64X2 -> true;
            case F32X4 -> vectors.hasAvx;
            default -> vectors.has(Feature.AVX2);
        };
    }

    private static int broadcastRow(VectorShape shape) {
        return switch (shape) {
            case I8X16 -> X64.VPBROADCASTB;
            case I16X8 -> X64.VPBROADCASTW;
            case I32X4 -> X64.VPBROADCASTD;
            case I64X2 -> X64.VPBROADCASTQ;
            case F32X4 -> X64.VBROADCASTSS_XMM_M32;
            case F64X2 -> X64.MOVDDUP;
        };
    }

    private void splatFloat(int dst, int a, VectorShape shape) {
        if (shape == VectorShape.F64X2) {
            vectors.move(X64.MOVDDUP, dst, a, 0);
        } else {
            vectors.opRegister(X64.SHUFPS, dst, a, a, 0);
        }
    }

    private void splatLane(int dst, int lane, VectorShape shape) {
        if (shape == VectorShape.I64X2) {
            vectors.unaryImmediate(X64.PSHUFD, dst, lane, 0x44);
        } else if (shape == VectorShape.I32X4) {
            vectors.unaryImmediate(X64.PSHUFD, dst, lane, 0);
        } else if (vectors.has(Feature.AVX2)) {
            vectors.unary(broadcastRow(shape), dst, lane);
        } else if (shape == VectorShape.I16X8) {
            vectors.unaryImmediate(
                    X64.PSHUFD, dst, vectors.unaryImmediate(X64.PSHUFLW, lane, 0), 0);
        } else {
            vectors.opConstant(X64.PSHUFB, dst, lane, 0);
        }
    }

    /** {@code vscalar x}: a load clears the other lanes. */
    @Override
    protected void scalar(int i) {
        int a = function.a(i);
        boolean isDouble = vectors.shape(i) == VectorShape.F64X2;
        if (match.foldFloat(a, isDouble ? 8 : 4)) {
            int row = memory.loadRow(function.type(a));
            match.code.unaryMemory(row, context.result(i));
            return;
        }
        int source = context.reg(a);
        if (isDouble) {
            vectors.move(X64.MOVQ, context.result(i), source, 0);
        } else {
            vectors.opRegister(X64.INSERTPS, context.result(i), source, source, 0x0e);
        }
    }

    // ---- extract ----

    @Override
    protected void extract(int i, boolean signed) {
        VectorShape shape = vectors.shape(i);
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        if (shape.isFloat()) {
            extractFloat(dst, a, shape, lane(i));
            return;
        }
        int unsigned = signed ? match.code.newInteger() : dst;
        if (lane(i) == 0 && shape.laneBytes() >= 4) {
            boolean isLong = shape == VectorShape.I64X2;
            vectors.move(isLong ? X64.MOVQ_RM64_XMM : X64.MOVD_RM32_XMM, dst, a, 0);
        } else {
            vectors.move(extractRow(shape), unsigned, a, lane(i));
        }
        if (signed) {
            boolean isByte = shape == VectorShape.I8X16;
            int row = isByte ? X64.MOVSX_R32_RM8 : X64.MOVSX_R32_RM16;
            match.code.unaryRegister(row, dst, unsigned);
        }
    }

    private static int extractRow(VectorShape shape) {
        return switch (shape) {
            case I8X16 -> X64.PEXTRB_R32M8_XMM_IMM8;
            case I16X8 -> X64.PEXTRW_R32_XMM_IMM8;
            case I32X4 -> X64.PEXTRD_RM32_XMM_IMM8;
            default -> X64.PEXTRQ_RM64_XMM_IMM8;
        };
    }

    private void extractFloat(int dst, int a, VectorShape shape, int lane) {
        if (lane == 0) {
            vectors.asIs(dst, a);
        } else if (shape == VectorShape.F64X2) {
            vectors.move(X64.PSHUFD, dst, a, 0xee);
        } else if (lane == 1) {
            vectors.move(X64.MOVSHDUP, dst, a, 0);
        } else {
            vectors.move(X64.PSHUFD, dst, a, lane == 2 ? 0xee : 0xff);
        }
    }

    // ---- replace ----

    @Override
    protected void replace(int i) {
        VectorShape shape = vectors.shape(i);
        int value = function.b(i);
        if (fold(shape, value)) {
            int row = insertLoadedRow(shape, lane(i));
            int immediate = shape == VectorShape.F32X4 ? lane(i) << 4 : lane(i);
            if (shape.laneBytes() == 8) {
                immediate = 0;
            }
            int vector = context.reg(function.a(i));
            vectors.opMemory(row, context.result(i), vector, immediate);
            return;
        }
        int vector = context.reg(function.a(i));
        int dst = context.result(i);
        switch (shape) {
            case F32X4 ->
                    vectors.opRegister(X64.INSERTPS, dst, vector, context.reg(value), lane(i) << 4);
            case F64X2 -> {
                int row = lane(i) == 0 ? X64.MOVSD_XMM_XMM : X64.MOVLHPS_XMM_XMM;
                vectors.opRegister(row, dst, vector, context.reg(value), 0);
            }
            case I64X2 ->
                    vectors.opRegister(insertRow(shape), dst, vector, match.reg(value), lane(i));
            default ->
                    vectors.opRegister(insertRow(shape), dst, vector, match.reg32(value), lane(i));
        }
    }

    private static int insertRow(VectorShape shape) {
        return switch (shape) {
            case I8X16 -> X64.PINSRB_XMM_R32M8_IMM8;
            case I16X8 -> X64.PINSRW_XMM_R32M16_IMM8;
            case I32X4 -> X64.PINSRD_XMM_RM32_IMM8;
            default -> X64.PINSRQ_XMM_RM64_IMM8;
        };
    }

    private static int insertLoadedRow(VectorShape shape, int lane) {
        return switch (shape) {
            case F32X4 -> X64.INSERTPS;
            case I64X2, F64X2 -> lane == 0 ? X64.MOVLPD_XMM_M64 : X64.MOVHPD_XMM_M64;
            default -> insertRow(shape);
        };
    }

    // ---- stores of lanes ----

    @Override
    protected void storeLane(int i, int value) {
        int vector = context.reg(function.a(value));
        int lane = lane(value);
        match.address(i);
        match.code.address.addOperands(context);
        context.use(vector);
        int row = lane == 0 ? storeFirstRow(vectors.shape(value)) : storeRow(vectors.shape(value));
        int immediate = row == X64.MOVHPS_M64_XMM ? 0 : lane;
        match.code.address.emit(context, vectors.vex(row), immediate);
    }

    private static int storeFirstRow(VectorShape shape) {
        return switch (shape) {
            case I32X4, F32X4 -> X64.MOVSS_M32_XMM;
            case I64X2, F64X2 -> X64.MOVSD_M64_XMM;
            default -> storeRow(shape);
        };
    }

    private static int storeRow(VectorShape shape) {
        return switch (shape) {
            case I8X16 -> X64.PEXTRB_R32M8_XMM_IMM8;
            case I16X8 -> X64.PEXTRW_M16_XMM_IMM8;
            case I32X4, F32X4 -> X64.EXTRACTPS_RM32_XMM_IMM8;
            case I64X2, F64X2 -> X64.MOVHPS_M64_XMM;
        };
    }
}
