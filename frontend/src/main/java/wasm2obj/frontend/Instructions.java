package wasm2obj.frontend;

/**
 * What immediates follow the opcodes of WebAssembly: enough to step over instructions without understanding them.
 *
 * <p>For each opcode one character:
 *
 * <pre>
 * .  none                     b  block type               m  memory argument
 * i  one LEB128               d  two LEB128               1 4 8 x  1, 4, 8, 16 bytes
 * t  br_table                 s  list of value types      c  block type and catch clauses
 * p  prefix                   l  memory argument, lane    r  br_on_cast
 * ?  there is no such opcode
 * </pre>
 */
final class Instructions {
    static final char NONE = '.';
    static final char UNKNOWN = '?';

    // Opcodes that more than one class has to know.
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int TRY = 0x06;
    static final int END = 0x0b;
    static final int CALL = 0x10;
    static final int CALL_INDIRECT = 0x11;
    static final int RETURN_CALL = 0x12;
    static final int RETURN_CALL_INDIRECT = 0x13;
    static final int CALL_REF = 0x14;
    static final int RETURN_CALL_REF = 0x15;
    static final int DELEGATE = 0x18;
    static final int TRY_TABLE = 0x1f;
    static final int LOCAL_SET = 0x21;
    static final int LOCAL_TEE = 0x22;
    static final int GLOBAL_SET = 0x24;
    static final int TABLE_GET = 0x25;
    static final int TABLE_SET = 0x26;
    static final int MEMORY_GROW = 0x40;
    static final int REF_FUNC = 0xd2;
    static final int PREFIX_GC = 0xfb;
    static final int PREFIX_MISC = 0xfc;
    static final int PREFIX_SIMD = 0xfd;
    static final int PREFIX_ATOMIC = 0xfe;

    private static final String PLAIN =
            "..bbb.biii..iit." // 00
                    + "ididii??i...s??c" // 10
                    + "iiiiiii?mmmmmmmm" // 20
                    + "mmmmmmmmmmmmmmmi" // 30
                    + "iii48..........." // 40
                    + "................" // 50
                    + "................" // 60
                    + "................" // 70
                    + "................" // 80
                    + "................" // 90
                    + "................" // a0
                    + "................" // b0
                    + ".....???????????" // c0
                    + "i.i..ii?????????" // d0
                    + "????????????????" // e0
                    + "???????????pppp?"; // f0

    private static final String GC = "iiddddiidddiiii.idddiiiirr.....";

    private static final String MISC = "........didididiii?....";

    private Instructions() {}

    /** Whether there is an instruction that starts with the byte. */
    static boolean isKnown(int opcode) {
        return PLAIN.charAt(opcode) != UNKNOWN;
    }

    /** The immediates of an opcode of one byte. */
    static char immediates(int opcode) {
        return PLAIN.charAt(opcode);
    }

    /** The immediates of an opcode with a prefix. */
    static char immediates(int prefix, int opcode) {
        return switch (prefix) {
            case PREFIX_GC -> at(GC, opcode);
            case PREFIX_MISC -> at(MISC, opcode);
            case PREFIX_SIMD -> simdImmediates(opcode);
            case PREFIX_ATOMIC -> atomicImmediates(opcode);
            default -> UNKNOWN;
        };
    }

    private static char at(String table, int opcode) {
        return opcode >= 0 && opcode < table.length() ? table.charAt(opcode) : UNKNOWN;
    }

    private static char simdImmediates(int opcode) {
        if (opcode < 0 || opcode > 0x113) {
            return UNKNOWN;
        }
        if (opcode <= 11 || opcode == 92 || opcode == 93) {
            return 'm';
        }
        if (opcode <= 13) {
            return 'x';
        }
        if (opcode >= 21 && opcode <= 34) {
            return '1';
        }
        return opcode >= 84 && opcode <= 91 ? 'l' : NONE;
    }

    private static char atomicImmediates(int opcode) {
        if (opcode == 3) {
            return '1';
        }
        return opcode >= 0 && opcode <= 2 || opcode >= 0x10 && opcode <= 0x4e ? 'm' : UNKNOWN;
    }
}
