package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.Disassembler;
import wasm2obj.codegen.Isa;
import wasm2obj.codegen.StoreLayout;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.unwind.CallFrameText;
import wasm2obj.unwind.UnwindOps;

/**
 * Compiled functions as assembler text, for people: code with labels, call frames, constants and jump tables, the names of what it refers
 * to, and from which byte of the module each stretch of it comes. The target's assembler takes it; thunks, the module's descriptor and its
 * data are not in it.
 *
 * <pre>
 *   # function 12 "main", 234 bytes
 *   function12:
 *       .cfi_startproc
 *       push rbp
 *       .cfi_def_cfa_offset 16
 *       mov eax, dword ptr [r15 + 1*rdi + 16]      # 0x1a2
 *       jne .L12_40                                # a label's number is its offset
 * </pre>
 */
final class AssemblyListing {
    private static final int COMMENT_COLUMN = 56;
    private static final RuntimeFunction[] RUNTIME = RuntimeFunction.values();

    private final FunctionNames names;
    private final Disassembler disassembler;
    private final Dialect dialect;
    private final CallFrameText frames;
    private final StringBuilder out = new StringBuilder();
    private CompiledFunction function;
    private boolean[] labelled = new boolean[256];
    private int nextRelocation;
    private int nextPlace;
    private int nextFrameChange;

    /** How assemblers for an object format want sections and names. */
    private enum Dialect {
        ELF("", ".L", ".L", "    .text\n", "    .section .rodata\n", ""),

        /** Names that begin with l are not in the final symbol table, those with L not even in the object's. */
        MACH_O(
                "_",
                "L",
                "l_",
                "    .section __TEXT,__text,regular,pure_instructions\n",
                "    .section __TEXT,__const\n",
                "\n    .subsections_via_symbols\n");

        /** What symbols begin with. */
        final String symbol;

        /** What labels in code begin with. */
        final String label;

        /** What labels of constants begin with. */
        final String constant;

        final String code;
        final String readOnlyData;

        /** What stands behind everything. */
        final String tail;

        Dialect(
                String symbol,
                String label,
                String constant,
                String code,
                String readOnlyData,
                String tail) {
            this.symbol = symbol;
            this.label = label;
            this.constant = constant;
            this.code = code;
            this.readOnlyData = readOnlyData;
            this.tail = tail;
        }

        /** A name where an instruction refers to its page, or to its place within that, or to all of it. */
        String reference(String name, int form) {
            return switch (form) {
                case Relocations.PAGE -> this == MACH_O ? name + "@PAGE" : name;
                case Relocations.LOW_ADD,
                        Relocations.LOW_32,
                        Relocations.LOW_64,
                        Relocations.LOW_128 ->
                        this == MACH_O ? name + "@PAGEOFF" : ":lo12:" + name;
                default -> name;
            };
        }
    }

    AssemblyListing(FunctionNames names, Isa isa, Target target) {
        this.names = names;
        dialect = target.isApple() ? Dialect.MACH_O : Dialect.ELF;
        disassembler = isa.newDisassembler();
        frames = new CallFrameText(target.callFrames());
    }

    /** What stands before the first function. */
    String head() {
        String directive = disassembler.directive();
        return (directive.isEmpty() ? "" : "    " + directive + "\n") + dialect.code;
    }

    /** What stands behind the last function. */
    String tail() {
        return dialect.tail;
    }

    /** One function. */
    String print(CompiledFunction newFunction) {
        function = newFunction;
        out.setLength(0);
        nextRelocation = 0;
        nextPlace = 0;
        nextFrameChange = 0;
        findLabels();
        out.append('\n')
                .append(disassembler.comment())
                .append(" function ")
                .append(function.index());
        String name = names.name(function.index());
        if (name != null) {
            out.append(" \"").append(printable(name)).append('"');
        }
        out.append(", ").append(function.code().length).append(" bytes\n");
        out.append(dialect.symbol).append("function").append(function.index()).append(":\n");
        out.append("    .cfi_startproc\n");
        byte[] code = function.code();
        for (int at = 0; at < code.length; ) {
            frameChanges(at);
            if (labelled[at]) {
                label(at);
                out.append(":\n");
            }
            at = instruction(at);
        }
        frameChanges(code.length);
        out.append("    .cfi_endproc\n");
        constants();
        jumpTables();
        return out.toString();
    }

    /** What becomes of the frame by what is in front of the offset. */
    private void frameChanges(int at) {
        UnwindOps unwind = function.unwind();
        while (nextFrameChange < unwind.size() && unwind.codeOffset(nextFrameChange) <= at) {
            out.append("    ");
            frames.print(out, unwind, nextFrameChange++);
            out.append('\n');
        }
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }

    private void findLabels() {
        byte[] code = function.code();
        if (labelled.length < code.length) {
            labelled = new boolean[2 * code.length];
        }
        Arrays.fill(labelled, 0, code.length, false);
        int relocation = 0;
        int[] offsets = function.relocations().offsets();
        for (int at = 0; at < code.length; ) {
            int end = disassembler.decode(code, at);
            int target = disassembler.target();
            boolean relocated = relocation < offsets.length && offsets[relocation] < end;
            if (relocated) {
                relocation++;
            } else if (target >= 0 && target < code.length) {
                labelled[target] = true;
            }
            at = end;
        }
        for (int table = 0; table < function.jumpTableBases().length; table++) {
            int base = function.jumpTableBases()[table];
            labelled[base] = true;
            for (int i = function.jumpTableStarts()[table];
                    i < function.jumpTableStarts()[table + 1];
                    i++) {
                labelled[base + function.jumpTables()[i]] = true;
            }
        }
    }

    private int instruction(int at) {
        int start = out.length();
        out.append("    ");
        int end = disassembler.decode(function.code(), at);
        int[] offsets = function.relocations().offsets();
        if (nextRelocation < offsets.length && offsets[nextRelocation] < end) {
            disassembler.print(out, referent(nextRelocation++));
        } else {
            int target = disassembler.target();
            boolean inside = target >= 0 && target < function.code().length;
            disassembler.print(out, inside ? dialect.label + function.index() + "_" + target : "");
        }
        comment(at, start);
        out.append('\n');
        return end;
    }

    private void label(int offset) {
        out.append(dialect.label).append(function.index()).append('_').append(offset);
    }

    /** Where the code comes from, if that is not where the code before it does. */
    private void comment(int at, int lineStart) {
        int[] offsets = function.placeOffsets();
        int source = -1;
        while (nextPlace < offsets.length && offsets[nextPlace] <= at) {
            source = function.placeSources()[nextPlace++];
        }
        if (source > 0) {
            int column = out.length() - lineStart;
            out.repeat(' ', Math.max(1, COMMENT_COLUMN - column));
            out.append(disassembler.comment()).append(" 0x").append(Integer.toHexString(source));
        }
    }

    /** The name of what a relocation is about. */
    private String referent(int relocation) {
        Relocations relocations = function.relocations();
        String name = referent(relocations.target(relocation), relocations.targets()[relocation]);
        return dialect.reference(name, relocations.form(relocation));
    }

    private String referent(int kind, int target) {
        return switch (kind) {
            case Relocations.FUNCTION -> dialect.symbol + "function" + target;
            case Relocations.CONSTANT -> dialect.constant + "C" + function.index() + "_" + target;
            case Relocations.JUMP_TABLE -> dialect.constant + "J" + function.index() + "_" + target;
            case Relocations.RUNTIME -> dialect.symbol + RUNTIME[target].symbol();
            case Relocations.CONSTANT_TABLE -> dialect.symbol + "table" + target;
            case Relocations.TABLE_CALL -> dialect.symbol + "tablecall" + target;
            case Relocations.SUPPORT -> dialect.symbol + StoreLayout.supportSymbol(target);
            case Relocations.RESTORER -> dialect.symbol + "restorer";
            default -> throw new IllegalStateException("relocation of unknown kind");
        };
    }

    private void constants() {
        long[] halves = function.constants();
        if (halves.length > 0) {
            out.append(dialect.readOnlyData).append("    .p2align 4\n");
            for (int i = 0; i < halves.length; i += 2) {
                out.append(referent(Relocations.CONSTANT, i / 2)).append(":\n");
                out.append("    .quad 0x").append(Long.toHexString(halves[i]));
                out.append(", 0x").append(Long.toHexString(halves[i + 1])).append('\n');
            }
            out.append(dialect.code);
        }
    }

    private void jumpTables() {
        int[] starts = function.jumpTableStarts();
        if (function.jumpTables().length == 0) {
            return;
        }
        out.append(dialect.readOnlyData).append("    .p2align 2\n");
        for (int table = 0; table + 1 < starts.length; table++) {
            out.append(referent(Relocations.JUMP_TABLE, table)).append(":\n");
            int base = function.jumpTableBases()[table];
            for (int i = starts[table]; i < starts[table + 1]; i++) {
                out.append("    .long ");
                label(base + function.jumpTables()[i]);
                out.append(" - ");
                label(base);
                out.append('\n');
            }
        }
        out.append(dialect.code);
    }
}
