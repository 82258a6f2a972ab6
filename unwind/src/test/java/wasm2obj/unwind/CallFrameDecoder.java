package wasm2obj.unwind;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads call frame instructions back, by DWARF 5's table 7.29. */
final class CallFrameDecoder {

    private final ByteBuffer in;
    private final CallFrameAbi abi;
    private final StringBuilder out = new StringBuilder();
    private long location;

    private CallFrameDecoder(byte[] instructions, CallFrameAbi abi) {
        this.in = ByteBuffer.wrap(instructions).order(ByteOrder.LITTLE_ENDIAN);
        this.abi = abi;
    }

    /** One line for each instruction but advances: where it holds from, and what. */
    static String decode(byte[] instructions, CallFrameAbi abi) {
        CallFrameDecoder decoder = new CallFrameDecoder(instructions, abi);
        while (decoder.in.hasRemaining()) {
            decoder.instruction();
        }
        return decoder.out.toString();
    }

    private void instruction() {
        int code = in.get() & 0xff;
        int low = code & 0x3f;
        switch (code >> 6) {
            case 1 -> advance(low);
            case 2 -> line("r" + low + " at " + uleb() * abi.dataAlignment());
            case 3 -> line("r" + low + " restored");
            default -> extended(code);
        }
    }

    private void extended(int code) {
        switch (code) {
            case 0x02 -> advance(in.get() & 0xff);
            case 0x03 -> advance(in.getShort() & 0xffff);
            case 0x04 -> advance(in.getInt() & 0xffff_ffffL);
            case 0x05 -> line("r" + uleb() + " at " + uleb() * abi.dataAlignment());
            case 0x06 -> line("r" + uleb() + " restored");
            case 0x0a -> line("remember");
            case 0x0b -> line("restore");
            case 0x2d -> line("negate signed");
            case 0x0c -> line("cfa r" + uleb() + "+" + uleb());
            case 0x0d -> line("cfa r" + uleb());
            case 0x0e -> line("cfa +" + uleb());
            case 0x11 -> line("r" + uleb() + " at " + sleb() * abi.dataAlignment());
            case 0x12 -> line("cfa r" + uleb() + "+" + sleb() * abi.dataAlignment());
            case 0x13 -> line("cfa +" + sleb() * abi.dataAlignment());
            case 0x14 -> line("r" + uleb() + " is " + uleb() * abi.dataAlignment());
            case 0x15 -> line("r" + uleb() + " is " + sleb() * abi.dataAlignment());
            default -> throw new AssertionError("instruction " + code);
        }
    }

    private void advance(long units) {
        location += units * abi.codeAlignment();
    }

    private void line(String what) {
        out.append(location).append(": ").append(what).append('\n');
    }

    private long uleb() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private long sleb() {
        int start = in.position();
        long value = uleb();
        int bits = 7 * (in.position() - start);
        return value << (64 - bits) >> (64 - bits);
    }
}
