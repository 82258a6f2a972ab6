package wasm2obj.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Branch forms, against a search that grows one branch at a time, on an ISA of two kinds of branches. */
class CodeBufferTest {
    private static final int FILLER = 0xaa;
    private static final int SHORT = 0x10;
    private static final int LONG = 0x20;

    /** Short branches are 2 bytes and reach 20 (kind 0) or 60 (kind 1) bytes; long ones are 5 and 6 bytes. */
    private static final CodeBuffer.Branches ISA =
            new CodeBuffer.Branches() {
                @Override
                public boolean reaches(int kind, int distance) {
                    return CodeBufferTest.reaches(kind, distance);
                }

                @Override
                public int shortSize(int kind) {
                    return 2;
                }

                @Override
                public int growth(int kind) {
                    return 3 + kind;
                }

                @Override
                public void write(byte[] code, int at, int kind, int distance, boolean isLong) {
                    code[at] = (byte) ((isLong ? LONG : SHORT) + kind);
                    if (isLong) {
                        CodeBuffer.write32(code, at + 1, distance);
                        if (kind == 1) {
                            code[at + 5] = 0;
                        }
                    } else {
                        code[at + 1] = (byte) distance;
                    }
                }
            };

    private static boolean reaches(int kind, int distance) {
        int reach = kind == 0 ? 20 : 60;
        return distance >= -reach && distance <= reach;
    }

    /**
     * Code as a list of numbers: 0 to 39 is so many bytes; 40 to 59 binds a label, if it has not been bound; 60 to 99 is a branch of
     * kind 0 or 1 to a label; 100 to 119 a reference to a label.
     */
    private static final class Program {
        private static final int LABELS = 20;
        private final List<Integer> items;
        private final boolean[] isLong;
        private int[] labelOffsets = new int[LABELS];

        /** Offset of each item. */
        private final int[] offsets;

        Program(List<Integer> source) {
            items = new ArrayList<>(source);
            for (int label = 0; label < LABELS; label++) {
                items.add(40 + label);
            }
            boolean[] bound = new boolean[LABELS];
            for (int i = 0; i < items.size(); i++) {
                int item = items.get(i);
                if (item >= 40 && item < 60) {
                    if (bound[item - 40]) {
                        items.set(i, 0);
                    }
                    bound[item - 40] = true;
                }
            }
            isLong = new boolean[items.size()];
            offsets = new int[items.size() + 1];
        }

        /** Grows the first branch that does not reach, until all do. */
        void relax() {
            place();
            for (int i = 0; i < items.size(); i++) {
                int item = items.get(i);
                if (isBranch(item)
                        && !isLong[i]
                        && !reaches(kind(item), labelOffsets[label(item)] - offsets[i])) {
                    isLong[i] = true;
                    place();
                    i = -1;
                }
            }
        }

        private void place() {
            int at = 0;
            for (int i = 0; i < items.size(); i++) {
                int item = items.get(i);
                offsets[i] = at;
                if (item >= 40 && item < 60) {
                    labelOffsets[item - 40] = at;
                }
                at += size(i, item);
            }
            offsets[items.size()] = at;
        }

        private int size(int i, int item) {
            if (item < 40) {
                return item;
            }
            if (item < 60) {
                return 0;
            }
            if (isBranch(item)) {
                return isLong[i] ? 5 + kind(item) : 2;
            }
            return 4;
        }

        byte[] bytes() {
            byte[] code = new byte[offsets[items.size()]];
            Arrays.fill(code, (byte) FILLER);
            for (int i = 0; i < items.size(); i++) {
                int item = items.get(i);
                int distance = item < 60 ? 0 : labelOffsets[label(item)] - offsets[i];
                if (isBranch(item)) {
                    ISA.write(code, offsets[i], kind(item), distance, isLong[i]);
                } else if (item >= 100) {
                    CodeBuffer.write32(code, offsets[i], distance - 4);
                }
            }
            return code;
        }

        private static boolean isBranch(int item) {
            return item >= 60 && item < 100;
        }

        private static int kind(int item) {
            return (item - 60) / LABELS;
        }

        private static int label(int item) {
            return (item - 60) % LABELS;
        }

        /** Emits into the buffer; the result are the offsets that were noted, one before each item. */
        int[] emit(CodeBuffer buffer) {
            buffer.reset();
            int[] labels = new int[LABELS];
            for (int l = 0; l < LABELS; l++) {
                labels[l] = buffer.newLabel();
            }
            int[] noted = new int[items.size() + 1];
            for (int i = 0; i < items.size(); i++) {
                int item = items.get(i);
                noted[i] = buffer.size;
                if (item < 40) {
                    for (int n = 0; n < item; n++) {
                        buffer.put8(FILLER);
                    }
                } else if (item < 60) {
                    buffer.bind(labels[item - 40]);
                } else if (isBranch(item)) {
                    buffer.branch(ISA, kind(item), labels[label(item)]);
                } else {
                    buffer.reference(buffer.size, labels[label(item)], -4);
                    buffer.put32(0);
                }
            }
            noted[items.size()] = buffer.size;
            buffer.finish(ISA);
            return noted;
        }
    }

    private static final CodeBuffer REUSED = new CodeBuffer();

    private static void check(Program program) {
        int[] noted = program.emit(REUSED);
        program.relax();
        assertArrayEquals(program.bytes(), Arrays.copyOf(REUSED.bytes, REUSED.size));
        for (int i = 0; i < noted.length; i++) {
            assertEquals(program.offsets[i], REUSED.finalOffset(noted[i]));
        }
        REUSED.mapOffsets(noted, noted.length);
        assertArrayEquals(program.offsets, noted);
        for (int label = 0; label < Program.LABELS; label++) {
            assertEquals(program.labelOffsets[label], REUSED.labelOffset(label));
        }
    }

    @Property(tries = 2000)
    void formsAreTheShortestThatReach(
            @ForAll @Size(max = 120) List<@IntRange(max = 119) Integer> items) {
        check(new Program(items));
    }

    @Property(tries = 300)
    void formsAreTheShortestThatReachInLongCode(
            @ForAll @Size(min = 300, max = 600) List<@IntRange(max = 119) Integer> items) {
        check(new Program(items));
    }

    @Test
    void emptyCode() {
        CodeBuffer buffer = new CodeBuffer();
        buffer.finish(ISA);
        assertEquals(0, buffer.size);
    }

    /** Each branch is pushed out of reach by the growth of the next one: more rounds than there are. All still lead to their labels. */
    @Test
    void chainsOfGrowth() {
        CodeBuffer buffer = new CodeBuffer();
        int count = 200;
        int[] labels = new int[count];
        int[] branches = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = buffer.newLabel();
        }
        for (int i = 0; i < count; i++) {
            branches[i] = buffer.size;
            buffer.branch(ISA, 0, labels[i]);
            for (int n = 0; n < 8; n++) {
                buffer.put8(FILLER);
            }
            // Branch i leads behind branch i + 1, which is just in its reach.
            if (i > 0) {
                buffer.bind(labels[i - 1]);
            }
        }
        for (int n = 0; n < 30; n++) {
            buffer.put8(FILLER);
        }
        buffer.bind(labels[count - 1]);
        buffer.finish(ISA);
        for (int i = 0; i < count; i++) {
            int at = buffer.finalOffset(branches[i]);
            boolean isLong = buffer.bytes[at] == LONG;
            int distance = buffer.labelOffset(labels[i]) - at;
            int written =
                    isLong
                            ? buffer.bytes[at + 1] & 0xff
                                    | (buffer.bytes[at + 2] & 0xff) << 8
                                    | (buffer.bytes[at + 3] & 0xff) << 16
                                    | buffer.bytes[at + 4] << 24
                            : buffer.bytes[at + 1];
            assertEquals(distance, written);
        }
    }
}
