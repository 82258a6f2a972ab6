package wasm2obj.objwriter;

import java.nio.charset.StandardCharsets;

/** Objects put together by hand. */
final class Samples {

    private Samples() {}

    /**
     * A program's part for x86-64 with one section of each kind:
     *
     * <pre>{@code
     *   long calls;                                         // .bss
     *   long step = 5;                                      // .data
     *   static const long table[2] = {100, 200};            // .rodata
     *   static long (*const callee)(long) = twice;          // .data.rel.ro
     *   static long twice(long n) { return 2 * n; }         // .text.unlikely
     *   long apply(long (*f)(long), long n) {               // .text
     *       calls++;
     *       return f(callee(n)) + table[1] + step + outside(n);
     *   }
     * }</pre>
     */
    static ObjectFile apply() {
        return apply(ObjectFormat.ELF);
    }

    /** The same for a format. */
    static ObjectFile apply(ObjectFormat format) {
        ObjectFile object = new ObjectFile(Architecture.X86_64);
        SymbolTable symbols = object.symbols();
        symbols.file("apply.c");
        Section text = object.addSection(".text", SectionKind.TEXT, 16);
        Section cold = object.addSection(".text.unlikely", SectionKind.TEXT_COLD, 1);
        Section rodata = object.addSection(".rodata", SectionKind.RODATA, 8);
        Section constants = object.addSection(".data.rel.ro", SectionKind.DATA_REL_RO, 8);
        Section data = object.addSection(".data", SectionKind.DATA, 8);
        Section bss = object.addSection(".bss", SectionKind.BSS, 8);
        if (format == ObjectFormat.ELF) {
            gnuProperty(object.addSection(".note.gnu.property", SectionKind.NOTE, 8));
        }
        Section metadata = object.addSection(".apply.meta", SectionKind.METADATA, 4);
        Section comment = object.addSection(".debug_note", SectionKind.DEBUG, 1);

        int outside = symbols.declare("outside", SymbolKind.NONE, SymbolScope.GLOBAL);
        int apply = symbols.declare("apply", SymbolKind.FUNCTION, SymbolScope.GLOBAL);
        int twice = symbols.declare("twice", SymbolKind.FUNCTION, SymbolScope.LOCAL);
        int step = symbols.declare("step", SymbolKind.OBJECT, SymbolScope.HIDDEN);
        int calls = symbols.declare("calls", SymbolKind.OBJECT, SymbolScope.GLOBAL);

        append(text, 0x53, 0x41, 0x56, 0x50); // push rbx; push r14; push rax
        append(text, 0x48, 0x89, 0xf3); // mov rbx, rsi
        append(text, 0x49, 0x89, 0xfe); // mov r14, rdi
        append(text, 0x48, 0x8b, 0x05); // mov rax, [rip + calls@got]
        relocated(text, RelocationKind.REX_GOTPCRELX, calls, -4);
        append(text, 0x48, 0xff, 0x00); // inc qword [rax]
        append(text, 0x48, 0x89, 0xf7); // mov rdi, rsi
        append(text, 0xff, 0x15); // call [rip + callee]
        relocated(text, RelocationKind.PC32, symbols.section(constants), -4);
        append(text, 0x48, 0x89, 0xc7); // mov rdi, rax
        append(text, 0x41, 0xff, 0xd6); // call r14
        append(text, 0x49, 0x89, 0xc6); // mov r14, rax
        append(text, 0x4c, 0x03, 0x35); // add r14, [rip + table + 8]
        relocated(text, RelocationKind.PC32, symbols.section(rodata), 8 - 4);
        append(text, 0x4c, 0x03, 0x35); // add r14, [rip + step]
        relocated(text, RelocationKind.PC32, step, -4);
        append(text, 0x48, 0x89, 0xdf); // mov rdi, rbx
        append(text, 0xe8); // call outside
        relocated(text, RelocationKind.PLT32, outside, -4);
        append(text, 0x4c, 0x01, 0xf0); // add rax, r14
        append(text, 0x48, 0x83, 0xc4, 0x08, 0x41, 0x5e, 0x5b, 0xc3); // epilogue
        symbols.define(apply, text, 0, text.size());

        append(cold, 0x48, 0x8d, 0x04, 0x3f, 0xc3); // lea rax, [rdi + rdi]; ret
        symbols.define(twice, cold, 0, cold.size());
        rodata.appendLong(100);
        rodata.appendLong(200);
        constants.relocate(0, RelocationKind.ABS64, twice, 0);
        constants.appendLong(0);
        data.appendLong(5);
        symbols.define(step, data, 0, 8);
        bss.appendZeros(3);
        symbols.define(calls, bss, bss.align(8), 8);
        bss.appendZeros(8);
        metadata.relocate(0, RelocationKind.PC32, apply, 0);
        metadata.appendInt(0);
        comment.append("a section for debuggers".getBytes(StandardCharsets.UTF_8));
        return object;
    }

    /** NT_GNU_PROPERTY_TYPE_0 with GNU_PROPERTY_X86_ISA_1_NEEDED: x86-64-baseline. */
    private static void gnuProperty(Section note) {
        note.appendInt(4);
        note.appendInt(16);
        note.appendInt(5);
        note.append("GNU\0".getBytes(StandardCharsets.US_ASCII));
        note.appendInt(0xc000_8002);
        note.appendInt(4);
        note.appendInt(1);
        note.appendInt(0);
    }

    /**
     * {@code count} functions {@code f0, f1...} that return their number, each in a section of its
     * own.
     */
    static ObjectFile functions(int count) {
        ObjectFile object = new ObjectFile(Architecture.X86_64);
        for (int i = 0; i < count; i++) {
            String name = "f" + i;
            Section text = object.addSection(".text." + name, SectionKind.TEXT, 16);
            text.appendByte(0xb8); // mov eax, i
            text.appendInt(i);
            text.appendByte(0xc3); // ret
            int symbol = object.symbols().declare(name, SymbolKind.FUNCTION, SymbolScope.GLOBAL);
            object.symbols().define(symbol, text, 0, text.size());
        }
        return object;
    }

    static void append(Section section, int... bytes) {
        for (int b : bytes) {
            section.appendByte(b);
        }
    }

    static void relocated(Section section, RelocationKind kind, int symbol, long addend) {
        section.relocate(section.size(), kind, symbol, addend);
        section.appendInt(0);
    }
}
