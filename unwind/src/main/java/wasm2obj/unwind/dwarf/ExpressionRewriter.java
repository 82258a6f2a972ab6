package wasm2obj.unwind.dwarf;

import wasm2obj.unwind.DwarfBuffer;

/**
 * Rewrites location expressions (DWARF 5, section 2.5). What they name must exist in native code: an address of linear memory is
 * the address register plus an offset, a local of WebAssembly is nowhere.
 */
final class ExpressionRewriter {
    private final int memoryRegister;
    private final UnitInput unit;
    private final DwarfBuffer result = new DwarfBuffer(64);

    /**
     * @param memoryRegister DWARF number of the register that holds the address of linear memory's byte 0, or -1 if none does
     */
    ExpressionRewriter(int memoryRegister, UnitInput unit) {
        this.memoryRegister = memoryRegister;
        this.unit = unit;
    }

    /** The expression for native code, or null if it has none. */
    byte[] rewrite(DwarfCursor expression) throws DwarfException {
        result.reset();
        while (!expression.atEnd()) {
            if (!operation(expression, expression.u8())) {
                return null;
            }
        }
        return result.position() == 0 ? null : result.toByteArray();
    }

    private boolean operation(DwarfCursor cursor, int opcode) throws DwarfException {
        switch (opcode) {
            case Dwarf.OP_ADDR -> {
                return address(cursor.unsigned(unit.addressSize()));
            }
            case Dwarf.OP_ADDRX -> {
                return address(unit.indexedAddress(cursor.uleb()));
            }
            case Dwarf.OP_CONST1U, Dwarf.OP_CONST1S -> copy(opcode, cursor, 1);
            case Dwarf.OP_CONST2U, Dwarf.OP_CONST2S -> copy(opcode, cursor, 2);
            case Dwarf.OP_CONST4U, Dwarf.OP_CONST4S -> copy(opcode, cursor, 4);
            case Dwarf.OP_CONST8U, Dwarf.OP_CONST8S -> copy(opcode, cursor, 8);
            case Dwarf.OP_CONSTU, Dwarf.OP_PLUS_UCONST, Dwarf.OP_PIECE -> {
                result.putByte(opcode);
                result.putUleb(cursor.uleb());
            }
            case Dwarf.OP_CONSTS -> {
                result.putByte(opcode);
                result.putSleb(cursor.sleb());
            }
            default -> {
                result.putByte(opcode);
                return isPlain(opcode);
            }
        }
        return true;
    }

    /** Operations without operands that mean the same everywhere; reading memory is not among them, for pointers are offsets. */
    private static boolean isPlain(int opcode) {
        return opcode >= Dwarf.OP_LIT0 && opcode <= Dwarf.OP_LIT31
                || opcode >= Dwarf.OP_DUP && opcode <= Dwarf.OP_OVER
                || opcode == Dwarf.OP_SWAP
                || opcode == Dwarf.OP_ROT
                || opcode >= Dwarf.OP_ABS && opcode <= Dwarf.OP_PLUS
                || opcode > Dwarf.OP_PLUS_UCONST && opcode <= Dwarf.OP_XOR
                || opcode >= Dwarf.OP_EQ && opcode <= Dwarf.OP_NE
                || opcode == Dwarf.OP_STACK_VALUE;
    }

    private void copy(int opcode, DwarfCursor cursor, int size) throws DwarfException {
        result.putByte(opcode);
        byte[] operand = cursor.bytes(size);
        result.putBytes(operand, 0, size);
    }

    private boolean address(long value) {
        if (memoryRegister < 0) {
            return false;
        }
        if (memoryRegister < 32) {
            result.putByte(Dwarf.OP_BREG0 + memoryRegister);
        } else {
            result.putByte(Dwarf.OP_BREGX);
            result.putUleb(memoryRegister);
        }
        result.putSleb(value);
        return true;
    }
}
