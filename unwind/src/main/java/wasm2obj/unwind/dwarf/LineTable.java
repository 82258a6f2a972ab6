package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One unit's line table, decoded: rows of address, file, line and column, in sequences of ascending addresses (DWARF 5,
 * section 6.2).
 */
final class LineTable {
    /** Rows {@code first} up to {@code end}, which describe the addresses from the first one's up to {@code endAddress}. */
    record Sequence(int first, int end, long address, long endAddress) {}

    final FileTable files = new FileTable();
    private final List<Sequence> sequences = new ArrayList<>();

    private int version;
    private int minimumLength;
    private boolean defaultStatement;
    private int lineBase;
    private int lineRange;
    private int opcodeBase;
    private int[] operandCounts;

    private int rowCount;
    private int[] addresses = new int[256];
    private int[] fileNumbers = new int[256];
    private int[] lines = new int[256];
    private int[] columns = new int[256];
    private boolean[] statements = new boolean[256];

    // The state machine's registers.
    private long address;
    private int file;
    private int line;
    private int column;
    private boolean statement;
    private int firstRow;

    /** Reads the table at the offset of {@code .debug_line}. */
    static LineTable read(DebugInput input, long offset) throws DwarfException {
        LineTable result = new LineTable();
        DwarfCursor cursor = input.cursor(".debug_line");
        cursor.seek(offset);
        long length = cursor.unitLength();
        DwarfCursor unit = cursor.part(cursor.offset(), cursor.offset() + length);
        result.readHeader(unit, input);
        result.run(unit);
        return result;
    }

    int version() {
        return version;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    int address(int row) {
        return addresses[row];
    }

    int file(int row) {
        return fileNumbers[row];
    }

    int line(int row) {
        return lines[row];
    }

    int column(int row) {
        return columns[row];
    }

    boolean statement(int row) {
        return statements[row];
    }

    /** The last row of the sequence at or before the address, which is inside of it. */
    int row(Sequence sequence, int wanted) {
        int low = sequence.first();
        int high = sequence.end();
        while (high - low > 1) {
            int middle = low + high >>> 1;
            if (addresses[middle] <= wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // ---- the header ----

    private void readHeader(DwarfCursor cursor, DebugInput input) throws DwarfException {
        version = cursor.u16();
        if (version < 2 || version > 5) {
            throw cursor.damaged("line table of version " + version);
        }
        if (version == 5) {
            cursor.u8(); // size of addresses, which instructions state themselves
            cursor.u8(); // size of segment selectors
        }
        long headerLength = cursor.u32();
        long program = cursor.offset() + headerLength;
        minimumLength = cursor.u8();
        if (version >= 4) {
            cursor.u8(); // operations of an instruction, for VLIW
        }
        defaultStatement = cursor.u8() != 0;
        lineBase = (byte) cursor.u8();
        lineRange = cursor.u8();
        opcodeBase = cursor.u8();
        if (lineRange == 0 || opcodeBase == 0) {
            throw cursor.damaged("line table without opcodes");
        }
        operandCounts = new int[opcodeBase];
        for (int i = 1; i < opcodeBase; i++) {
            operandCounts[i] = cursor.u8();
        }
        if (version == 5) {
            files.read(cursor, input);
        } else {
            files.readOld(cursor);
        }
        cursor.seek(program);
    }

    // ---- the program ----

    private void run(DwarfCursor cursor) throws DwarfException {
        beginSequence();
        while (!cursor.atEnd()) {
            int opcode = cursor.u8();
            if (opcode >= opcodeBase) {
                int operation = opcode - opcodeBase;
                address += (long) operation / lineRange * minimumLength;
                line += lineBase + operation % lineRange;
                addRow();
            } else if (opcode == 0) {
                extended(cursor);
            } else {
                standard(cursor, opcode);
            }
        }
    }

    private void standard(DwarfCursor cursor, int opcode) throws DwarfException {
        switch (opcode) {
            case Dwarf.LNS_COPY -> addRow();
            case Dwarf.LNS_ADVANCE_PC -> address += cursor.uleb() * minimumLength;
            case Dwarf.LNS_ADVANCE_LINE -> line += (int) cursor.sleb();
            case Dwarf.LNS_SET_FILE -> file = cursor.count();
            case Dwarf.LNS_SET_COLUMN -> column = cursor.count();
            case Dwarf.LNS_NEGATE_STMT -> statement = !statement;
            case Dwarf.LNS_CONST_ADD_PC ->
                    address += (long) (255 - opcodeBase) / lineRange * minimumLength;
            case Dwarf.LNS_FIXED_ADVANCE_PC -> address += cursor.u16();
            default -> {
                for (int i = 0; i < operandCounts[opcode]; i++) {
                    cursor.uleb();
                }
            }
        }
    }

    private void extended(DwarfCursor cursor) throws DwarfException {
        int length = cursor.count();
        int end = cursor.offset() + length;
        if (length != 0) {
            switch (cursor.u8()) {
                case Dwarf.LNE_END_SEQUENCE -> endSequence();
                case Dwarf.LNE_SET_ADDRESS -> {
                    if (length - 1 > Long.BYTES) {
                        throw cursor.damaged("address of " + (length - 1) + " bytes");
                    }
                    address = cursor.unsigned(length - 1);
                }
                default -> {} // discriminators and what producers add
            }
        }
        cursor.seek(end);
    }

    private void beginSequence() {
        address = 0;
        file = 1;
        line = 1;
        column = 0;
        statement = defaultStatement;
        firstRow = rowCount;
    }

    /** Rows must ascend, or there is no finding them; a sequence where they do not is dropped. */
    private void endSequence() {
        boolean ascending = rowCount > firstRow && address <= Integer.MAX_VALUE;
        for (int i = firstRow + 1; i < rowCount && ascending; i++) {
            ascending = addresses[i - 1] <= addresses[i];
        }
        if (ascending && addresses[firstRow] > 0 && addresses[rowCount - 1] <= address) {
            sequences.add(new Sequence(firstRow, rowCount, addresses[firstRow], address));
        }
        beginSequence();
    }

    private void addRow() {
        if (rowCount == addresses.length) {
            int size = 2 * rowCount;
            addresses = Arrays.copyOf(addresses, size);
            fileNumbers = Arrays.copyOf(fileNumbers, size);
            lines = Arrays.copyOf(lines, size);
            columns = Arrays.copyOf(columns, size);
            statements = Arrays.copyOf(statements, size);
        }
        // What is no address of a module (the linker's mark of a dropped function) makes the
        // sequence none.
        addresses[rowCount] = address < 0 || address > Integer.MAX_VALUE ? -1 : (int) address;
        fileNumbers[rowCount] = file;
        lines[rowCount] = line;
        columns[rowCount] = column;
        statements[rowCount] = statement;
        rowCount++;
    }
}
