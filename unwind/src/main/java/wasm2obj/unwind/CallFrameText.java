package wasm2obj.unwind;

import wasm2obj.unwind.UnwindOps.Kind;

/** {@link UnwindOps} as the directives by which assemblers are told of call frames. */
public final class CallFrameText {
    private final CallFrameEncoder encoder;
    private final DwarfBuffer escape = new DwarfBuffer(16);

    /** Text for functions of {@code abi}. */
    public CallFrameText(CallFrameAbi abi) {
        encoder = new CallFrameEncoder(abi);
    }

    /** Appends the directive of operation {@code i}, without a line's end. */
    public void print(StringBuilder out, UnwindOps ops, int i) {
        Kind kind = ops.kind(i);
        switch (kind) {
            case DEF_CFA -> {
                out.append(".cfi_def_cfa ").append(ops.register(i));
                out.append(", ").append(ops.cfaOffset(i));
            }
            case DEF_CFA_OFFSET -> out.append(".cfi_def_cfa_offset ").append(ops.cfaOffset(i));
            case DEF_CFA_REGISTER -> out.append(".cfi_def_cfa_register ").append(ops.register(i));
            case SAVED -> {
                out.append(".cfi_offset ").append(ops.register(i));
                out.append(", ").append(ops.cfaOffset(i));
            }
            case RESTORED -> out.append(".cfi_restore ").append(ops.register(i));
            case STACK_POINTER -> escape(out, ops, i);
            case REMEMBER_STATE -> out.append(".cfi_remember_state");
            case RESTORE_STATE -> out.append(".cfi_restore_state");
            case NEGATE_SIGNED -> out.append(".cfi_negate_ra_state");
        }
    }

    /** What not every assembler has a directive for. */
    private void escape(StringBuilder out, UnwindOps ops, int i) {
        escape.reset();
        encoder.encode(ops, i, escape);
        out.append(".cfi_escape");
        String separator = " ";
        for (byte value : escape.toByteArray()) {
            out.append(separator).append("0x").append(Integer.toHexString(value & 0xff));
            separator = ", ";
        }
    }
}
