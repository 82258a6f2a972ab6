package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.isel.aarch64.instruction.A64Branches;

/**
 * Code that protects branches: landing pads, and signatures of return addresses, or nothing where they are not asked for.
 *
 * <p>A return address is signed while it is in a frame record; what it is signed with is the CFA. So a function without a record signs
 * nothing. Signing is a landing pad for calls, too.
 */
final class ReturnAddress extends CodeSequences<A64Assembler> {
    private static final int MODIFIER = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;

    private final BranchProtection protection;

    ReturnAddress(A64Assembler assembler, BranchProtection protection) {
        super(assembler);
        this.protection = protection;
    }

    boolean hasLandingPads() {
        return protection.hasLandingPads();
    }

    private void hint(int hint) {
        assembler.word(A64Branches.hint(hint));
    }

    /** The first instruction of what is called, which is going to put the return address into a record or not. */
    void enter(boolean hasRecord) {
        if (hasRecord && protection.signsReturns()) {
            hint(A64Branches.PACIASP);
            emission.unwind.negateSigned(emission.buffer.size);
        } else if (protection.hasLandingPads()) {
            hint(A64Branches.BTI_C);
        }
    }

    /** What follows begins with a record. */
    void restorer() {
        if (protection.signsReturns()) {
            emission.unwind.negateSigned(0);
        }
    }

    /** Where an indirect jump may land. */
    void jumpPad() {
        if (protection.hasLandingPads()) {
            hint(A64Branches.BTI_J);
        }
    }

    /** The link register has been loaded from a record, and the stack pointer is the CFA again. */
    void authenticate() {
        if (protection.signsReturns()) {
            hint(A64Branches.AUTIASP);
            emission.unwind.negateSigned(emission.buffer.size);
        }
    }

    /** The same where the CFA is {@code distance} bytes above the stack pointer. Destroys x16 and x17. */
    void authenticate(int distance) {
        if (protection.signsReturns()) {
            assembler.add(MODIFIER, A64Registers.SP, distance);
            assembler.move(ADDRESS, A64Registers.LR);
            hint(A64Branches.AUTIA1716);
            assembler.move(A64Registers.LR, ADDRESS);
            emission.unwind.negateSigned(emission.buffer.size);
        }
    }

    /** The register with what belongs into a record that ends {@code distance} bytes above the stack pointer. May destroy x16 and x17. */
    int sign(int distance) {
        if (!protection.signsReturns()) {
            return A64Registers.LR;
        }
        assembler.add(MODIFIER, A64Registers.SP, distance);
        assembler.move(ADDRESS, A64Registers.LR);
        hint(A64Branches.PACIA1716);
        return ADDRESS;
    }

    /** The link register has a signed address: takes the signature off. */
    void strip() {
        if (protection.signsReturns()) {
            hint(A64Branches.XPACLRI);
        }
    }
}
