package wasm2obj.text;

/** The text that is being printed: lines, indented by how deep they are. */
final class TextSink {
    /** Deeper lines are not indented further, so that the text stays linear in the module. */
    private static final int DEEPEST = 48;

    private final ByteSink out;

    TextSink(ByteSink out) {
        this.out = out;
    }

    ByteSink bytes() {
        return out;
    }

    /** Begins a line. */
    void line(int depth) {
        out.u8('\n');
        for (int i = Math.min(depth, DEEPEST); i > 0; i--) {
            out.u8(' ');
            out.u8(' ');
        }
    }

    /** Writes ASCII text. */
    TextSink text(String text) {
        for (int i = 0; i < text.length(); i++) {
            out.u8(text.charAt(i));
        }
        return this;
    }

    TextSink number(int unsigned) {
        return number(Integer.toUnsignedLong(unsigned));
    }

    TextSink number(long unsigned) {
        if (unsigned >= 0 && unsigned < 10) {
            out.u8('0' + (int) unsigned);
        } else {
            text(Long.toUnsignedString(unsigned));
        }
        return this;
    }

    void signed(long number) {
        text(Long.toString(number));
    }

    private void hexByte(int b) {
        out.u8('\\');
        out.u8(Character.forDigit(b >>> 4 & 15, 16));
        out.u8(Character.forDigit(b & 15, 16));
    }

    /** A string literal of any bytes: what is not printable ASCII is escaped. */
    void bytes(byte[] bytes, int start, int end) {
        out.u8('"');
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b >= ' ' && b < 0x7f && b != '"' && b != '\\') {
                out.u8(b);
            } else {
                hexByte(b);
            }
        }
        out.u8('"');
    }

    /** A string literal of UTF-8: what is printable stays. */
    void name(byte[] bytes, int start, int end) {
        String name =
                new String(bytes, start, end - start, java.nio.charset.StandardCharsets.UTF_8);
        out.u8('"');
        for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            codePoint(name.codePointAt(i));
        }
        out.u8('"');
    }

    private void codePoint(int point) {
        if (point == '"' || point == '\\') {
            out.u8('\\');
            out.u8(point);
        } else if (point >= ' ' && point < 0x7f) {
            out.u8(point);
        } else if (point < 0x80) {
            hexByte(point);
        } else if (Character.isLetterOrDigit(point)) {
            Strings.encode(point, out);
        } else {
            text("\\u{").text(Integer.toHexString(point)).text("}");
        }
    }

    // ---- floats ----

    void f32(int bits) {
        float value = Float.intBitsToFloat(bits);
        if (Float.isNaN(value)) {
            nan(bits < 0, bits & 0x7fffff, 0x400000);
        } else if (Float.isInfinite(value)) {
            text(value < 0 ? "-inf" : "inf");
        } else {
            decimal(Float.toString(value));
        }
    }

    void f64(long bits) {
        double value = Double.longBitsToDouble(bits);
        if (Double.isNaN(value)) {
            nan(bits < 0, bits & 0xfffffffffffffL, 0x8000000000000L);
        } else if (Double.isInfinite(value)) {
            text(value < 0 ? "-inf" : "inf");
        } else {
            decimal(Double.toString(value));
        }
    }

    private void nan(boolean negative, long payload, long canonical) {
        text(negative ? "-nan" : "nan");
        if (payload != canonical) {
            text(":0x").text(Long.toHexString(payload));
        }
    }

    /** Java's shortest decimal, without a fraction that is zero. */
    private void decimal(String number) {
        int length = number.length();
        if (number.endsWith(".0")) {
            length -= 2;
        }
        for (int i = 0; i < length; i++) {
            out.u8(number.charAt(i) == 'E' ? 'e' : number.charAt(i));
        }
    }
}
