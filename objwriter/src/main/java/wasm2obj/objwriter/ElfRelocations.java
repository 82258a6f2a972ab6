package wasm2obj.objwriter;

/**
 * Relocation kinds as ELF numbers them (System V ABI, AMD64 supplement, table 4.9; ELF for the Arm
 * 64-bit Architecture, "Static AArch64 relocations").
 */
final class ElfRelocations {

    private static final int NONE = -1;

    private ElfRelocations() {}

    /** The ELF type of {@code kind}. */
    static int type(Architecture architecture, RelocationKind kind) {
        int type =
                switch (architecture) {
                    case X86_64 -> x86(kind);
                    case AARCH64 -> aarch64(kind);
                };
        if (type == NONE) {
            throw new IllegalArgumentException("relocation " + kind + " on " + architecture);
        }
        return type;
    }

    private static int x86(RelocationKind kind) {
        return switch (kind) {
            case ABS64 -> 1; // R_X86_64_64
            case ABS32 -> 10; // R_X86_64_32
            case PC64 -> 24; // R_X86_64_PC64
            case PC32 -> 2; // R_X86_64_PC32
            case PLT32 -> 4; // R_X86_64_PLT32
            case GOTPCREL -> 9; // R_X86_64_GOTPCREL
            case GOTPCRELX -> 41; // R_X86_64_GOTPCRELX
            case REX_GOTPCRELX -> 42; // R_X86_64_REX_GOTPCRELX
            case CALL26,
                    JUMP26,
                    BRANCH19,
                    BRANCH14,
                    ADR_PREL_LO21,
                    ADR_PREL_PG_HI21,
                    ADD_ABS_LO12,
                    LDST8_ABS_LO12,
                    LDST16_ABS_LO12,
                    LDST32_ABS_LO12,
                    LDST64_ABS_LO12,
                    LDST128_ABS_LO12,
                    ADR_GOT_PAGE,
                    LD64_GOT_LO12 ->
                    NONE;
        };
    }

    private static int aarch64(RelocationKind kind) {
        return switch (kind) {
            case ABS64 -> 257; // R_AARCH64_ABS64
            case ABS32 -> 258; // R_AARCH64_ABS32
            case PC64 -> 260; // R_AARCH64_PREL64
            case PC32 -> 261; // R_AARCH64_PREL32
            case PLT32 -> 314; // R_AARCH64_PLT32
            case CALL26 -> 283; // R_AARCH64_CALL26
            case JUMP26 -> 282; // R_AARCH64_JUMP26
            case BRANCH19 -> 280; // R_AARCH64_CONDBR19
            case BRANCH14 -> 279; // R_AARCH64_TSTBR14
            case ADR_PREL_LO21 -> 274; // R_AARCH64_ADR_PREL_LO21
            case ADR_PREL_PG_HI21 -> 275; // R_AARCH64_ADR_PREL_PG_HI21
            case ADD_ABS_LO12 -> 277; // R_AARCH64_ADD_ABS_LO12_NC
            case LDST8_ABS_LO12 -> 278; // R_AARCH64_LDST8_ABS_LO12_NC
            case LDST16_ABS_LO12 -> 284; // R_AARCH64_LDST16_ABS_LO12_NC
            case LDST32_ABS_LO12 -> 285; // R_AARCH64_LDST32_ABS_LO12_NC
            case LDST64_ABS_LO12 -> 286; // R_AARCH64_LDST64_ABS_LO12_NC
            case LDST128_ABS_LO12 -> 299; // R_AARCH64_LDST128_ABS_LO12_NC
            case ADR_GOT_PAGE -> 311; // R_AARCH64_ADR_GOT_PAGE
            case LD64_GOT_LO12 -> 312; // R_AARCH64_LD64_GOT_LO12_NC
            case GOTPCREL, GOTPCRELX, REX_GOTPCRELX -> NONE;
        };
    }
}
