package wasm2obj.unwind;

/**
 * What an architecture fixes about frames: the part of a CIE that every function shares.
 *
 * @param codeAlignment unit of code offsets, the size of the smallest instruction
 * @param dataAlignment unit of slots' offsets from the CFA, negative because slots lie below it
 * @param addressSize bytes of an address
 * @param stackPointer DWARF number of the stack pointer, which the CFA counts from on entry
 * @param returnAddressRegister DWARF number of the return address's column
 * @param entryCfaOffset bytes from the stack pointer up to the CFA at the first instruction; where
 *     the call pushed the return address, it lies in just those bytes
 */
public record CallFrameAbi(
        int codeAlignment,
        int dataAlignment,
        int addressSize,
        int stackPointer,
        int returnAddressRegister,
        int entryCfaOffset) {

    /** x86-64: the call has pushed the return address. */
    public static final CallFrameAbi X86_64 =
            new CallFrameAbi(1, -8, 8, DwarfX64.RSP, DwarfX64.RETURN_ADDRESS, 8);

    /** AArch64: the return address is in the link register. */
    public static final CallFrameAbi AARCH64 =
            new CallFrameAbi(4, -8, 8, DwarfAArch64.SP, DwarfAArch64.LR, 0);

    /** Whether calling pushes the return address. */
    public boolean returnAddressOnStack() {
        return entryCfaOffset != 0;
    }
}
