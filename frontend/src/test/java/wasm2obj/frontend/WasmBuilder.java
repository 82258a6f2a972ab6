package wasm2obj.frontend;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes small modules for tests. Sections come out in their order; those that got nothing are left out. */
final class WasmBuilder {
    static final int I32 = 0x7f;
    static final int I64 = 0x7e;
    static final int F32 = 0x7d;
    static final int FUNCREF = 0x70;

    private static final int[] ORDER = {1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11, 0};

    private final List<List<byte[]>> sections = new ArrayList<>();
    private int functions;

    WasmBuilder() {
        for (int i = 0; i < 14; i++) {
            sections.add(new ArrayList<>());
        }
    }

    /** Bytes of ints: each is one byte. */
    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] repeat(byte[] part, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] u32(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        while (left > 0x7f) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return out.toByteArray();
    }

    /** A name or any other bytes, behind their length. */
    static byte[] sized(byte[] contents) {
        return join(u32(contents.length), contents);
    }

    static byte[] name(String text) {
        return sized(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] vector(int... values) {
        byte[] out = u32(values.length);
        for (int value : values) {
            out = join(out, u32(value));
        }
        return out;
    }

    /** Adds an item to the section with the id. */
    WasmBuilder item(int section, byte[]... parts) {
        sections.get(section).add(join(parts));
        return this;
    }

    /** A function type; its index is the number of types before it. */
    WasmBuilder type(int[] parameters, int... results) {
        return item(1, bytes(0x60), vector(parameters), vector(results));
    }

    WasmBuilder importFunction(int type) {
        functions++;
        return item(2, name("m"), name("f"), bytes(0), u32(type));
    }

    /** A function of a type without locals: instructions, to which the end is added. */
    WasmBuilder function(int type, int... instructions) {
        return function(type, bytes(0), join(bytes(instructions), bytes(0x0b)));
    }

    /** A function: its declarations of locals, and its instructions with the end. */
    WasmBuilder function(int type, byte[] locals, byte[] instructions) {
        functions++;
        item(3, u32(type));
        return item(10, sized(join(locals, instructions)));
    }

    /** One group of locals. */
    static byte[] locals(int count, int type) {
        return join(bytes(1), u32(count), bytes(type));
    }

    /** A memory with so many pages at least. */
    WasmBuilder memory(int pages) {
        return item(5, bytes(0), u32(pages));
    }

    WasmBuilder custom(String name, byte[] contents) {
        return item(0, name(name), contents);
    }

    byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(0, 'a', 's', 'm', 1, 0, 0, 0));
        for (int id : ORDER) {
            for (byte[] contents : contents(id)) {
                out.write(id);
                out.writeBytes(sized(contents));
            }
        }
        return out.toByteArray();
    }

    private List<byte[]> contents(int id) {
        List<byte[]> items = sections.get(id);
        if (id == 0 || items.isEmpty()) {
            return items;
        }
        byte[] joined = join(items.toArray(new byte[0][]));
        boolean counted = id != 8 && id != 12;
        return List.of(counted ? join(u32(items.size()), joined) : joined);
    }

    int functionCount() {
        return functions;
    }
}
