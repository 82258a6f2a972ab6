package wasm2obj.unwind;

/**
 * Encodes {@link UnwindOps} as DWARF call frame instructions (DWARF 5, section 6.4.2), each in its
 * shortest form. The result holds no address and no offset into anything, so a function's
 * instructions can be encoded where it is compiled and copied into its FDE later.
 */
public final class CallFrameEncoder {

    // Instructions whose high two bits are the operation and whose low six are an operand.
    private static final int ADVANCE_LOC = 0x40;
    private static final int OFFSET = 0x80;
    private static final int RESTORE = 0xc0;

    private static final int ADVANCE_LOC1 = 0x02;
    private static final int ADVANCE_LOC2 = 0x03;
    private static final int ADVANCE_LOC4 = 0x04;
    private static final int OFFSET_EXTENDED = 0x05;
    private static final int RESTORE_EXTENDED = 0x06;
    private static final int REMEMBER_STATE = 0x0a;
    private static final int RESTORE_STATE = 0x0b;
    private static final int AARCH64_NEGATE_RA_STATE = 0x2d;
    private static final int DEF_CFA = 0x0c;
    private static final int DEF_CFA_REGISTER = 0x0d;
    private static final int DEF_CFA_OFFSET = 0x0e;
    private static final int OFFSET_EXTENDED_SF = 0x11;
    private static final int DEF_CFA_SF = 0x12;
    private static final int DEF_CFA_OFFSET_SF = 0x13;
    private static final int VAL_OFFSET = 0x14;
    private static final int VAL_OFFSET_SF = 0x15;

    /** The first operand that six bits do not hold. */
    private static final int SIX_BITS = 0x40;

    private final CallFrameAbi abi;

    /** An encoder for functions of {@code abi}. It keeps no state between calls. */
    public CallFrameEncoder(CallFrameAbi abi) {
        this.abi = abi;
    }

    /** Appends the instructions for {@code ops} to {@code out}. */
    public void encode(UnwindOps ops, DwarfBuffer out) {
        int location = 0;
        for (int i = 0; i < ops.size(); i++) {
            advance(ops.codeOffset(i) - location, out);
            location = ops.codeOffset(i);
            encode(ops, i, out);
        }
    }

    /** Appends the instructions that every function of the ABI starts with. */
    void encodeEntry(DwarfBuffer out) {
        defCfa(abi.stackPointer(), abi.entryCfaOffset(), out);
        if (abi.returnAddressOnStack()) {
            saved(abi.returnAddressRegister(), -abi.entryCfaOffset(), out);
        }
    }

    /** Appends the instruction for operation {@code i}, at the location that has been reached. */
    void encode(UnwindOps ops, int i, DwarfBuffer out) {
        switch (ops.kind(i)) {
            case DEF_CFA -> defCfa(ops.register(i), ops.cfaOffset(i), out);
            case DEF_CFA_OFFSET -> {
                out.putByte(ops.cfaOffset(i) < 0 ? DEF_CFA_OFFSET_SF : DEF_CFA_OFFSET);
                putCfaOffset(ops.cfaOffset(i), out);
            }
            case DEF_CFA_REGISTER -> {
                out.putByte(DEF_CFA_REGISTER);
                out.putUleb(ops.register(i));
            }
            case SAVED -> saved(ops.register(i), ops.cfaOffset(i), out);
            case RESTORED -> restored(ops.register(i), out);
            case STACK_POINTER -> stackPointer(ops.cfaOffset(i), out);
            case REMEMBER_STATE -> out.putByte(REMEMBER_STATE);
            case RESTORE_STATE -> out.putByte(RESTORE_STATE);
            case NEGATE_SIGNED -> out.putByte(AARCH64_NEGATE_RA_STATE);
        }
    }

    private void advance(int bytes, DwarfBuffer out) {
        if (bytes == 0) {
            return;
        }
        int units = bytes / abi.codeAlignment();
        if (units * abi.codeAlignment() != bytes) {
            throw new IllegalArgumentException("code advances by " + bytes + " bytes");
        }
        if (units < SIX_BITS) {
            out.putByte(ADVANCE_LOC | units);
        } else if (units < 1 << 8) {
            out.putByte(ADVANCE_LOC1);
            out.putByte(units);
        } else if (units < 1 << 16) {
            out.putByte(ADVANCE_LOC2);
            out.putShort(units);
        } else {
            out.putByte(ADVANCE_LOC4);
            out.putInt(units);
        }
    }

    private void defCfa(int register, int cfaOffset, DwarfBuffer out) {
        out.putByte(cfaOffset < 0 ? DEF_CFA_SF : DEF_CFA);
        out.putUleb(register);
        putCfaOffset(cfaOffset, out);
    }

    /** A CFA below its register: the stack pointer is above arguments that have been taken away. */
    private void putCfaOffset(int cfaOffset, DwarfBuffer out) {
        if (cfaOffset < 0) {
            out.putSleb(units(cfaOffset, "CFA at "));
        } else {
            out.putUleb(cfaOffset);
        }
    }

    private int units(int offset, String what) {
        int units = offset / abi.dataAlignment();
        if (units * abi.dataAlignment() != offset) {
            throw new IllegalArgumentException(what + offset);
        }
        return units;
    }

    private void saved(int register, int offsetFromCfa, DwarfBuffer out) {
        int units = units(offsetFromCfa, "register saved at CFA ");
        if (units < 0) {
            out.putByte(OFFSET_EXTENDED_SF);
            out.putUleb(register);
            out.putSleb(units);
        } else {
            putRegister(OFFSET, OFFSET_EXTENDED, register, out);
            out.putUleb(units);
        }
    }

    private void stackPointer(int offsetFromCfa, DwarfBuffer out) {
        int units = units(offsetFromCfa, "caller's stack pointer at CFA ");
        out.putByte(units < 0 ? VAL_OFFSET_SF : VAL_OFFSET);
        out.putUleb(abi.stackPointer());
        if (units < 0) {
            out.putSleb(units);
        } else {
            out.putUleb(units);
        }
    }

    private static void restored(int register, DwarfBuffer out) {
        putRegister(RESTORE, RESTORE_EXTENDED, register, out);
    }

    private static void putRegister(int shortForm, int longForm, int register, DwarfBuffer out) {
        if (register < SIX_BITS) {
            out.putByte(shortForm | register);
        } else {
            out.putByte(longForm);
            out.putUleb(register);
        }
    }
}
