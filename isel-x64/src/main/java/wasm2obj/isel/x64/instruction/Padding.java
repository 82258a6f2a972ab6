package wasm2obj.isel.x64.instruction;

/** Fills gaps in code with as few instructions as the processor decodes well: the no-operations that the manual recommends. */
public final class Padding {
    private static final int LONGEST = 9;

    /** No-operations of one to nine bytes, one after the other; each is nop, or nop r/m32 with ever longer addresses. */
    private static final byte[] NOPS = {
        (byte) 0x90,
        0x66,
        (byte) 0x90,
        0x0F,
        0x1F,
        0x00,
        0x0F,
        0x1F,
        0x40,
        0x00,
        0x0F,
        0x1F,
        0x44,
        0x00,
        0x00,
        0x66,
        0x0F,
        0x1F,
        0x44,
        0x00,
        0x00,
        0x0F,
        0x1F,
        (byte) 0x80,
        0x00,
        0x00,
        0x00,
        0x00,
        0x0F,
        0x1F,
        (byte) 0x84,
        0x00,
        0x00,
        0x00,
        0x00,
        0x00,
        0x66,
        0x0F,
        0x1F,
        (byte) 0x84,
        0x00,
        0x00,
        0x00,
        0x00,
        0x00
    };

    private Padding() {}

    /**
     * Writes {@code length} bytes that do nothing when executed.
     *
     * @return {@code at + length}
     */
    public static int nops(byte[] code, int at, int length) {
        int end = at;
        int left = length;
        while (left > 0) {
            int size = Math.min(left, LONGEST);
            System.arraycopy(NOPS, size * (size - 1) / 2, code, end, size);
            end += size;
            left -= size;
        }
        return end;
    }
}
