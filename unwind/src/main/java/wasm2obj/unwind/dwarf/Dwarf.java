package wasm2obj.unwind.dwarf;

/** The numbers of the standard that are used here (DWARF 5, section 7; and extensions of GNU and of WebAssembly). */
final class Dwarf {
    private Dwarf() {}

    // Tags.
    static final int TAG_LEXICAL_BLOCK = 0x0b;
    static final int TAG_POINTER_TYPE = 0x0f;
    static final int TAG_REFERENCE_TYPE = 0x10;
    static final int TAG_COMPILE_UNIT = 0x11;
    static final int TAG_INLINED_SUBROUTINE = 0x1d;
    static final int TAG_SUBPROGRAM = 0x2e;
    static final int TAG_RVALUE_REFERENCE_TYPE = 0x42;
    static final int TAG_CALL_SITE = 0x48;
    static final int TAG_GNU_CALL_SITE = 0x4109;

    // Attributes.
    static final int AT_SIBLING = 0x01;
    static final int AT_LOCATION = 0x02;
    static final int AT_BYTE_SIZE = 0x0b;
    static final int AT_STMT_LIST = 0x10;
    static final int AT_LOW_PC = 0x11;
    static final int AT_HIGH_PC = 0x12;
    static final int AT_COMP_DIR = 0x1b;
    static final int AT_CONST_VALUE = 0x1c;
    static final int AT_DATA_MEMBER_LOCATION = 0x38;
    static final int AT_FRAME_BASE = 0x40;
    static final int AT_ENTRY_PC = 0x52;
    static final int AT_RANGES = 0x55;
    static final int AT_STR_OFFSETS_BASE = 0x72;
    static final int AT_ADDR_BASE = 0x73;
    static final int AT_RNGLISTS_BASE = 0x74;

    // Forms.
    static final int FORM_ADDR = 0x01;
    static final int FORM_BLOCK2 = 0x03;
    static final int FORM_BLOCK4 = 0x04;
    static final int FORM_DATA2 = 0x05;
    static final int FORM_DATA4 = 0x06;
    static final int FORM_DATA8 = 0x07;
    static final int FORM_STRING = 0x08;
    static final int FORM_BLOCK = 0x09;
    static final int FORM_BLOCK1 = 0x0a;
    static final int FORM_DATA1 = 0x0b;
    static final int FORM_FLAG = 0x0c;
    static final int FORM_SDATA = 0x0d;
    static final int FORM_STRP = 0x0e;
    static final int FORM_UDATA = 0x0f;
    static final int FORM_REF_ADDR = 0x10;
    static final int FORM_REF1 = 0x11;
    static final int FORM_REF2 = 0x12;
    static final int FORM_REF4 = 0x13;
    static final int FORM_REF8 = 0x14;
    static final int FORM_REF_UDATA = 0x15;
    static final int FORM_INDIRECT = 0x16;
    static final int FORM_SEC_OFFSET = 0x17;
    static final int FORM_EXPRLOC = 0x18;
    static final int FORM_FLAG_PRESENT = 0x19;
    static final int FORM_STRX = 0x1a;
    static final int FORM_ADDRX = 0x1b;
    static final int FORM_DATA16 = 0x1e;
    static final int FORM_LINE_STRP = 0x1f;
    static final int FORM_REF_SIG8 = 0x20;
    static final int FORM_IMPLICIT_CONST = 0x21;
    static final int FORM_LOCLISTX = 0x22;
    static final int FORM_RNGLISTX = 0x23;
    static final int FORM_STRX1 = 0x25;
    static final int FORM_STRX4 = 0x28;
    static final int FORM_ADDRX1 = 0x29;
    static final int FORM_ADDRX4 = 0x2c;

    // Unit types of DWARF 5.
    static final int UT_COMPILE = 0x01;
    static final int UT_PARTIAL = 0x03;

    // Operations of expressions.
    static final int OP_ADDR = 0x03;
    static final int OP_CONST1U = 0x08;
    static final int OP_CONST1S = 0x09;
    static final int OP_CONST2U = 0x0a;
    static final int OP_CONST2S = 0x0b;
    static final int OP_CONST4U = 0x0c;
    static final int OP_CONST4S = 0x0d;
    static final int OP_CONST8U = 0x0e;
    static final int OP_CONST8S = 0x0f;
    static final int OP_CONSTU = 0x10;
    static final int OP_CONSTS = 0x11;
    static final int OP_DUP = 0x12;
    static final int OP_OVER = 0x14;
    static final int OP_SWAP = 0x16;
    static final int OP_ROT = 0x17;
    static final int OP_ABS = 0x19;
    static final int OP_PLUS = 0x22;
    static final int OP_PLUS_UCONST = 0x23;
    static final int OP_XOR = 0x27;
    static final int OP_EQ = 0x29;
    static final int OP_NE = 0x2e;
    static final int OP_LIT0 = 0x30;
    static final int OP_LIT31 = 0x4f;
    static final int OP_BREG0 = 0x70;
    static final int OP_BREGX = 0x92;
    static final int OP_PIECE = 0x93;
    static final int OP_CALL_FRAME_CFA = 0x9c;
    static final int OP_STACK_VALUE = 0x9f;
    static final int OP_ADDRX = 0xa1;

    // Line number programs.
    static final int LNS_COPY = 1;
    static final int LNS_ADVANCE_PC = 2;
    static final int LNS_ADVANCE_LINE = 3;
    static final int LNS_SET_FILE = 4;
    static final int LNS_SET_COLUMN = 5;
    static final int LNS_NEGATE_STMT = 6;
    static final int LNS_SET_BASIC_BLOCK = 7;
    static final int LNS_CONST_ADD_PC = 8;
    static final int LNS_FIXED_ADVANCE_PC = 9;
    static final int LNS_SET_PROLOGUE_END = 10;
    static final int LNE_END_SEQUENCE = 1;
    static final int LNE_SET_ADDRESS = 2;
    static final int LNCT_PATH = 1;
    static final int LNCT_DIRECTORY_INDEX = 2;

    // Range lists of DWARF 5.
    static final int RLE_END_OF_LIST = 0;
    static final int RLE_BASE_ADDRESSX = 1;
    static final int RLE_STARTX_ENDX = 2;
    static final int RLE_STARTX_LENGTH = 3;
    static final int RLE_OFFSET_PAIR = 4;
    static final int RLE_BASE_ADDRESS = 5;
    static final int RLE_START_END = 6;
    static final int RLE_START_LENGTH = 7;
}
