package wasm2obj.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keywords as numbers: those of the module's structure, and from {@link #INSTRUCTION} on the rows of {@link Instructions}. */
final class Words {
    static final int UNKNOWN = 0;
    static final int MODULE = 1;
    static final int TYPE = 2;
    static final int REC = 3;
    static final int SUB = 4;
    static final int FINAL = 5;
    static final int FUNC = 6;
    static final int STRUCT = 7;
    static final int ARRAY = 8;
    static final int FIELD = 9;
    static final int MUT = 10;
    static final int PARAM = 11;
    static final int RESULT = 12;
    static final int LOCAL = 13;
    static final int TABLE = 14;
    static final int MEMORY = 15;
    static final int GLOBAL = 16;
    static final int TAG = 17;
    static final int EXPORT = 18;
    static final int IMPORT = 19;
    static final int START = 20;
    static final int ELEM = 21;
    static final int DATA = 22;
    static final int ITEM = 23;
    static final int OFFSET = 24;
    static final int DECLARE = 25;
    static final int THEN = 26;
    static final int DO = 27;
    static final int CATCH_REF = 28;
    static final int CATCH_ALL_REF = 29;
    static final int REF = 30;
    static final int NULL = 31;
    static final int I8 = 32;
    static final int I16 = 33;
    static final int I32 = 34;
    static final int I64 = 35;
    static final int F32 = 36;
    static final int F64 = 37;
    static final int V128 = 38;
    static final int FUNCREF = 39;
    static final int EXTERNREF = 40;
    static final int ANYREF = 41;
    static final int EQREF = 42;
    static final int I31REF = 43;
    static final int STRUCTREF = 44;
    static final int ARRAYREF = 45;
    static final int EXNREF = 46;
    static final int NULLREF = 47;
    static final int NULLFUNCREF = 48;
    static final int NULLEXTERNREF = 49;
    static final int NULLEXNREF = 50;
    static final int EXTERN = 51;
    static final int ANY = 52;
    static final int EQ = 53;
    static final int I31 = 54;
    static final int EXN = 55;
    static final int NONE = 56;
    static final int NOFUNC = 57;
    static final int NOEXTERN = 58;
    static final int NOEXN = 59;
    static final int SHARED = 60;
    static final int PAGESIZE = 61;
    static final int I8X16 = 62;
    static final int I16X8 = 63;
    static final int I32X4 = 64;
    static final int I64X2 = 65;
    static final int F32X4 = 66;
    static final int F64X2 = 67;
    static final int BEFORE = 68;
    static final int AFTER = 69;
    static final int FIRST = 70;
    static final int LAST = 71;
    static final int DATACOUNT = 72;
    static final int CODE = 73;

    /** The word of the first instruction. */
    static final int INSTRUCTION = 1000;

    /** The words from 1 on. */
    private static final String STRUCTURE =
            "module type rec sub final func struct array field mut param result local table "
                    + "memory global tag export import start elem data item offset declare then do "
                    + "catch_ref catch_all_ref ref null i8 i16 i32 i64 f32 f64 v128 funcref externref "
                    + "anyref eqref i31ref structref arrayref exnref nullref nullfuncref "
                    + "nullexternref nullexnref extern any eq i31 exn none nofunc noextern noexn "
                    + "shared pagesize i8x16 i16x8 i32x4 i64x2 f32x4 f64x2 before after first last "
                    + "datacount code";

    private static final int TABLE_SIZE = 4096;

    private static final byte[][] SPELLINGS = new byte[TABLE_SIZE][];
    private static final int[] WORDS = new int[TABLE_SIZE];

    static {
        int word = 1;
        for (String name : STRUCTURE.split(" ", -1)) {
            add(name, word++);
        }
        String[] instructions = Instructions.names();
        for (int row = 0; row < instructions.length; row++) {
            add(instructions[row], INSTRUCTION + row);
        }
    }

    private Words() {}

    /** Adds a word, if it has not been added before: of several rows of a name the first counts. */
    private static void add(String name, int word) {
        byte[] spelling = name.getBytes(StandardCharsets.US_ASCII);
        int hash = 0;
        for (byte b : spelling) {
            hash = hash(hash, b);
        }
        int slot = slot(hash);
        while (SPELLINGS[slot] != null) {
            if (Arrays.equals(SPELLINGS[slot], spelling)) {
                return;
            }
            slot = (slot + 1) & (TABLE_SIZE - 1);
        }
        SPELLINGS[slot] = spelling;
        WORDS[slot] = word;
    }

    /** The hash of a spelling, one byte at a time, from 0 on. */
    static int hash(int hash, byte next) {
        return 31 * hash + next;
    }

    private static int slot(int hash) {
        int product = hash * 0x9e3779b9;
        return product >>> 20;
    }

    /** The word that is spelled so, or {@link #UNKNOWN}. */
    static int lookup(byte[] bytes, int start, int end, int hash) {
        int slot = slot(hash);
        while (SPELLINGS[slot] != null) {
            if (Arrays.equals(SPELLINGS[slot], 0, SPELLINGS[slot].length, bytes, start, end)) {
                return WORDS[slot];
            }
            slot = (slot + 1) & (TABLE_SIZE - 1);
        }
        return UNKNOWN;
    }
}
