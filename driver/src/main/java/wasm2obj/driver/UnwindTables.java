package wasm2obj.driver;

import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.ObjectFormat;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SectionKind;
import wasm2obj.unwind.CompactUnwindSection;
import wasm2obj.unwind.FrameSection;
import wasm2obj.unwind.UnwindOps;

/**
 * The sections of an object by which frames are unwound: {@code .eh_frame}, and in Mach-O {@code __compact_unwind} too, with an FDE for
 * what that cannot say.
 */
final class UnwindTables {
    private final FrameSection frames;

    /** Null in ELF. */
    private final CompactUnwindSection compact;

    UnwindTables(Target target, ObjectFile object) {
        boolean isMachO = target.format() == ObjectFormat.MACH_O;
        compact =
                isMachO
                        ? new CompactUnwindSection(
                                target.callFrames(),
                                sink(object, ".compact_unwind", SectionKind.COMPACT_UNWIND))
                        : null;
        frames =
                new FrameSection(
                        isMachO ? FrameSection.Form.MACH_O_EH_FRAME : FrameSection.Form.EH_FRAME,
                        target.callFrames(),
                        sink(object, ".eh_frame", SectionKind.EH_FRAME));
    }

    private static Sink sink(ObjectFile object, String name, SectionKind kind) {
        return new Sink(object.addSection(name, kind, 8));
    }

    /** Adds a piece of code. */
    void add(int symbol, long offset, int length, UnwindOps ops) {
        if (compact == null || !compact.add(symbol, offset, length, ops)) {
            frames.add(symbol, offset, length, ops);
        }
    }

    void finish() {
        frames.finish();
        if (compact != null) {
            compact.finish();
        }
    }

    private record Sink(Section section) implements FrameSection.Sink {
        @Override
        public void append(byte[] bytes, int from, int length) {
            section.append(bytes, from, length);
        }

        @Override
        public void relative32(long field, int symbol, long addend) {
            section.relocate(field, RelocationKind.PC32, symbol, addend);
        }

        @Override
        public void relative64(long field, int symbol, long addend) {
            section.relocate(field, RelocationKind.PC64, symbol, addend);
        }

        @Override
        public void absolute64(long field, int symbol, long addend) {
            section.relocate(field, RelocationKind.ABS64, symbol, addend);
        }

        @Override
        public void sectionOffset32(long field, long offset) {
            throw new AssertionError("not in sections for unwinding");
        }
    }
}
