package wasm2obj.objwriter;

/**
 * How the linker computes a field. S is the symbol's address, A the addend, P the address of the
 * field itself, G the address of the symbol's slot in the global offset table, Page(x) is x with
 * its low 12 bits clear.
 *
 * <p>P is the field, not the next instruction, so an x86-64 branch, which counts from its own end,
 * has the addend -4. In AArch64 instructions the field is the immediate of the instruction at P;
 * the linker scales it as the instruction does.
 */
public enum RelocationKind {
    /** 64 bits: S + A. */
    ABS64,
    /** 32 bits, zero-extended: S + A. Only for offsets in debug sections. */
    ABS32,
    /** 64 bits: S + A - P. */
    PC64,
    /** 32 bits: S + A - P. */
    PC32,
    /** 32 bits: S + A - P, or by way of a procedure linkage table entry if S is elsewhere. */
    PLT32,

    /** x86-64, 32 bits: G + A - P. */
    GOTPCREL,
    /** As {@link #GOTPCREL} of an instruction without REX prefix that the linker may relax. */
    GOTPCRELX,
    /** As {@link #GOTPCREL} of an instruction with REX prefix that the linker may relax. */
    REX_GOTPCRELX,

    /** AArch64 bl: S + A - P, or by way of a procedure linkage table entry or veneer. */
    CALL26,
    /** AArch64 b: as {@link #CALL26}. */
    JUMP26,
    /** AArch64 b.cond and cbz: S + A - P. */
    BRANCH19,
    /** AArch64 tbz and tbnz: S + A - P. */
    BRANCH14,
    /** AArch64 adr: S + A - P. */
    ADR_PREL_LO21,
    /** AArch64 adrp: Page(S + A) - Page(P). */
    ADR_PREL_PG_HI21,
    /** AArch64 add: the low 12 bits of S + A. */
    ADD_ABS_LO12,
    /** AArch64 byte load and store: the low 12 bits of S + A. */
    LDST8_ABS_LO12,
    /** AArch64 16-bit load and store. */
    LDST16_ABS_LO12,
    /** AArch64 32-bit load and store. */
    LDST32_ABS_LO12,
    /** AArch64 64-bit load and store. */
    LDST64_ABS_LO12,
    /** AArch64 128-bit load and store. */
    LDST128_ABS_LO12,
    /** AArch64 adrp: Page(G) - Page(P). */
    ADR_GOT_PAGE,
    /** AArch64 ldr: the low 12 bits of G. */
    LD64_GOT_LO12
}
