package wasm2obj.text;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code @custom} annotations: custom sections and their places. A place is a number that grows through the module:
 * before and after each of the known sections, in the order that the binary format demands.
 */
final class CustomSections {
    /** The words of the known sections, in their order. */
    private static final int[] ORDER = {
        Words.TYPE,
        Words.IMPORT,
        Words.FUNC,
        Words.TABLE,
        Words.MEMORY,
        Words.TAG,
        Words.GLOBAL,
        Words.EXPORT,
        Words.START,
        Words.ELEM,
        Words.DATACOUNT,
        Words.CODE,
        Words.DATA
    };

    private static final int FIRST = 0;
    private static final int LAST = 2 * ORDER.length + 1;

    private record Section(int place, int position, ByteSink contents) {}

    private final Tokens tokens;
    private final Lexer lexer;
    private final List<Section> sections = new ArrayList<>();

    CustomSections(Tokens tokens) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
    }

    /** Whether a section of that name is among them. Then what else the text says of its contents makes none. */
    boolean contain(String name) {
        ByteSink encoded = new ByteSink();
        encoded.u32(name.length());
        for (int i = 0; i < name.length(); i++) {
            encoded.u8(name.charAt(i));
        }
        for (Section section : sections) {
            if (section.contents().startsWith(encoded)) {
                return true;
            }
        }
        return false;
    }

    /** The place before the known section of that number in their order. */
    static int before(int section) {
        return 2 * section + 1;
    }

    static int after(int section) {
        return 2 * section + 2;
    }

    /** The place after everything else. */
    static int last() {
        return LAST;
    }

    /** Reads an annotation, which is the current token. */
    void read() {
        int position = lexer.position();
        lexer.next();
        if (lexer.kind() != Lexer.STRING) {
            throw lexer.error("@custom annotation: missing section name");
        }
        ByteSink contents = new ByteSink();
        tokens.name(contents);
        int place = lexer.kind() == Lexer.OPEN ? place() : LAST;
        tokens.strings(contents);
        if (lexer.kind() != Lexer.CLOSE) {
            throw lexer.error("@custom annotation: unexpected token");
        }
        lexer.next();
        sections.add(new Section(place, position, contents));
    }

    private int place() {
        boolean after = lexer.word() == Words.AFTER;
        if (!after && lexer.word() != Words.BEFORE) {
            throw lexer.error("@custom annotation: malformed placement");
        }
        lexer.next();
        int place = lexer.kind() == Lexer.KEYWORD ? place(lexer.word(), after) : -1;
        if (place < 0) {
            throw lexer.error("@custom annotation: malformed section kind");
        }
        lexer.next();
        if (lexer.kind() != Lexer.CLOSE) {
            throw lexer.error("@custom annotation: unexpected token");
        }
        lexer.next();
        return place;
    }

    private static int place(int word, boolean after) {
        if (word == Words.FIRST && !after) {
            return FIRST;
        }
        if (word == Words.LAST && after) {
            return LAST;
        }
        for (int i = 0; i < ORDER.length; i++) {
            if (ORDER[i] == word) {
                return after ? after(i) : before(i);
            }
        }
        return -1;
    }

    /** Writes the sections whose places are in a range, those of earlier places first. */
    void write(int from, int to, ByteSink out) {
        for (int place = from; place <= to && !sections.isEmpty(); place++) {
            for (Section section : sections) {
                if (section.place() == place) {
                    out.mark(section.position());
                    out.u8(0);
                    out.u32(section.contents().length());
                    out.append(section.contents());
                }
            }
        }
    }
}
