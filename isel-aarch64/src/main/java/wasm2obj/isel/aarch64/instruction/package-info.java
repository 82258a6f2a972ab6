/**
 * The AArch64 instructions: total functions from operands to 32-bit words, after the encoding groups of the Arm Architecture
 * Reference Manual (DDI 0487, C4.1).
 *
 * <p>In: an operation of the group, hardware register numbers, immediates. Out: the word. An operation is a constant with the bits
 * that tell it from the others of its group; the group's function adds those of the group and the operands.
 *
 * <p><b>Register fields</b> have one place in every group: Rd and Rt at bit 0, Rn at 5, Ra and Rt2 at 10, Rm and Rs at 16; and a
 * register number of 0 adds nothing. So a word made with zeros for registers is a template: whoever knows the registers later ors
 * them in, see {@link wasm2obj.isel.aarch64.instruction.Fields}.
 *
 * <p><b>Immediates</b> that not every value fits are classes of their own, which say -1 or false for those that do not. Encoders
 * take what they have found to fit and check it by assertions only.
 *
 * <p>Never here: virtual registers, labels, relocations, any choice between instructions but for the value of an immediate.
 */
package wasm2obj.isel.aarch64.instruction;
