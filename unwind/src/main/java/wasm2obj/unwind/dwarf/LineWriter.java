package wasm2obj.unwind.dwarf;

import java.util.List;

/**
 * Writes line tables for native code. A function gets a sequence of its own: its rows are the places of its code, each
 * with the line that the module's table gives for the place's address. The prologue has the line of the function's first row,
 * and the first place behind it is marked as the prologue's end, which is where debuggers stop.
 */
final class LineWriter {
    private static final int LINE_BASE = -5;
    private static final int LINE_RANGE = 14;
    private static final int OPCODE_BASE = 13;
    private static final int[] OPERAND_COUNTS = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
    private static final int ADDRESS_SIZE = 8;

    private final DebugSection section;
    private final NativeCode code;

    // What the rows written so far leave in the registers.
    private int place;
    private int file;
    private int line;
    private int column;
    private boolean statement;

    LineWriter(DebugSection section, NativeCode code) {
        this.section = section;
        this.code = code;
    }

    /** Writes the table; returns its offset. */
    int write(LineTable table) {
        int start = section.beginLength();
        writeHeader(table);
        for (LineTable.Sequence sequence : table.sequences()) {
            writeFunctions(table, sequence);
        }
        section.endLength(start);
        return start - Integer.BYTES;
    }

    private void writeHeader(LineTable table) {
        boolean five = table.version() == 5;
        section.bytes.putShort(five ? 5 : 4);
        if (five) {
            section.bytes.putByte(ADDRESS_SIZE);
            section.bytes.putByte(0);
        }
        int start = section.beginLength();
        section.bytes.putByte(1); // Places are bytes.
        section.bytes.putByte(1);
        section.bytes.putByte(1); // Rows begin statements.
        section.bytes.putByte(LINE_BASE);
        section.bytes.putByte(LINE_RANGE);
        section.bytes.putByte(OPCODE_BASE);
        for (int count : OPERAND_COUNTS) {
            section.bytes.putByte(count);
        }
        if (five) {
            table.files.write(section);
        } else {
            table.files.writeOld(section);
        }
        section.endLength(start);
    }

    /** A sequence holds one function as a rule, several if its producer had them in one section. */
    private void writeFunctions(LineTable table, LineTable.Sequence sequence) {
        List<NativeCode.Stretch> stretches = new java.util.ArrayList<>();
        NativeFunction first = code.at(sequence.address());
        if (first == null) {
            return;
        }
        // The sequence may begin at a body's first instruction rather than at its locals.
        code.addStretches(
                first.wasmStart(), Math.max(sequence.endAddress(), first.wasmEnd()), stretches);
        for (NativeCode.Stretch stretch : stretches) {
            if (stretch.start() == 0 && stretch.end() == stretch.function().length()) {
                writeFunction(table, sequence, stretch.function());
            }
        }
    }

    private void writeFunction(
            LineTable table, LineTable.Sequence sequence, NativeFunction function) {
        file = 1;
        line = 1;
        column = 0;
        statement = true;
        place = 0;
        section.bytes.putByte(0);
        section.bytes.putUleb(1 + ADDRESS_SIZE);
        section.bytes.putByte(Dwarf.LNE_SET_ADDRESS);
        section.putAddress(function, 0);
        int row = table.row(sequence, Math.max(function.wasmStart(), (int) sequence.address()));
        writeRow(table, row, 0, table.line(row));
        int last = row;
        boolean prologue = true;
        for (int i = 0; i < function.places().length; i++) {
            int next = row(table, sequence, function.addresses()[i]);
            boolean sameRow = next == last || next < 0 && last < 0;
            if (!prologue && sameRow) {
                continue;
            }
            last = next;
            if (prologue) {
                prologue = false;
                section.bytes.putByte(Dwarf.LNS_SET_PROLOGUE_END);
            }
            // Code of nowhere keeps the row's file and has no line.
            writeRow(
                    table,
                    next < 0 ? row : next,
                    function.places()[i],
                    next < 0 ? 0 : table.line(next));
        }
        section.bytes.putByte(Dwarf.LNS_ADVANCE_PC);
        section.bytes.putUleb(function.length() - place);
        section.bytes.putByte(0);
        section.bytes.putByte(1);
        section.bytes.putByte(Dwarf.LNE_END_SEQUENCE);
    }

    private static int row(LineTable table, LineTable.Sequence sequence, int address) {
        boolean inside = address >= sequence.address() && address < sequence.endAddress();
        return inside ? table.row(sequence, address) : -1;
    }

    private void writeRow(LineTable table, int row, int at, int newLine) {
        if (table.file(row) != file) {
            file = table.file(row);
            section.bytes.putByte(Dwarf.LNS_SET_FILE);
            section.bytes.putUleb(file);
        }
        if (table.column(row) != column) {
            column = table.column(row);
            section.bytes.putByte(Dwarf.LNS_SET_COLUMN);
            section.bytes.putUleb(column);
        }
        if (table.statement(row) != statement) {
            statement = !statement;
            section.bytes.putByte(Dwarf.LNS_NEGATE_STMT);
        }
        advance(at - place, newLine - line);
        place = at;
        line = newLine;
    }

    /** Advances and adds a row, by one special opcode if there is one for it. */
    private void advance(int places, int lineCount) {
        int lineStep = lineCount;
        if (lineStep < LINE_BASE || lineStep >= LINE_BASE + LINE_RANGE) {
            section.bytes.putByte(Dwarf.LNS_ADVANCE_LINE);
            section.bytes.putSleb(lineStep);
            lineStep = 0;
        }
        int opcode = OPCODE_BASE + lineStep - LINE_BASE;
        int step = places;
        if (step > (255 - opcode) / LINE_RANGE) {
            section.bytes.putByte(Dwarf.LNS_ADVANCE_PC);
            section.bytes.putUleb(step);
            step = 0;
        }
        section.bytes.putByte(opcode + step * LINE_RANGE);
    }
}
