package wasm2obj.text;

import java.nio.charset.StandardCharsets;

/** Bytes of the input in messages of one line. */
final class Messages {
    private static final int LONGEST = 80;

    private Messages() {}

    /** The bytes as text, with what could break the line or fool a terminal replaced, and cut when it is long. */
    static String quoted(byte[] bytes, int start, int end) {
        int shown = Math.min(end, start + 4 * LONGEST);
        String text = new String(bytes, start, shown - start, StandardCharsets.UTF_8);
        StringBuilder quoted = new StringBuilder();
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c);
            quoted.append(plain ? c : '?');
        }
        if (text.length() > LONGEST || shown < end) {
            quoted.append("...");
        }
        return quoted.toString();
    }
}
