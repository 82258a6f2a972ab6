package wasm2obj.regalloc;

/**
 * One operand of a machine instruction, packed into a {@code long}.
 *
 * <pre>
 *   bits  0-27  virtual register
 *   bit     28  definition (else use)
 *   bit     29  late: a use that is still read, or a definition that is written, after the instruction's work. Early: a
 *               use that is read before any definition is written; an early definition is written while uses are read
 *   bits 30-32  constraint
 *   bits 33-40  physical register of FIXED, operand position (within the instruction) of REUSE
 * </pre>
 *
 * <p>The usual use is early and the usual definition late, so that a definition may take the register of a use that ends
 * there.
 */
public final class Operand {
    /** A register or a spill slot: the instruction can address memory here. */
    public static final int ANY = 0;

    /** A register of the virtual register's class. */
    public static final int REGISTER = 1;

    /** The one physical register given. */
    public static final int FIXED = 2;

    /** A definition that must be in the same register as the use at the given position (two-address instructions). */
    public static final int REUSE = 3;

    /** A spill slot. */
    public static final int STACK = 4;

    private static final int DEFINITION_BIT = 28;
    private static final int LATE_BIT = 29;
    private static final int CONSTRAINT_SHIFT = 30;
    private static final int NUMBER_SHIFT = 33;
    private static final long VREG_MASK = (1L << 28) - 1;

    private Operand() {}

    /** An early use. */
    public static long use(int vreg, int constraint, int number) {
        return pack(vreg, constraint, number);
    }

    /** A use that stays readable until after the definitions have been written. */
    public static long lateUse(int vreg, int constraint, int number) {
        return pack(vreg, constraint, number) | 1L << LATE_BIT;
    }

    /** A late definition. */
    public static long definition(int vreg, int constraint, int number) {
        return pack(vreg, constraint, number) | 1L << DEFINITION_BIT | 1L << LATE_BIT;
    }

    /** A definition that is written before all uses have been read; also a temporary, if the value is not used later. */
    public static long earlyDefinition(int vreg, int constraint, int number) {
        return pack(vreg, constraint, number) | 1L << DEFINITION_BIT;
    }

    private static long pack(int vreg, int constraint, int number) {
        return vreg | (long) constraint << CONSTRAINT_SHIFT | (long) number << NUMBER_SHIFT;
    }

    public static int vreg(long operand) {
        return (int) (operand & VREG_MASK);
    }

    public static boolean isDefinition(long operand) {
        return (operand & 1L << DEFINITION_BIT) != 0;
    }

    public static boolean isLate(long operand) {
        return (operand & 1L << LATE_BIT) != 0;
    }

    public static int constraint(long operand) {
        return (int) (operand >>> CONSTRAINT_SHIFT) & 7;
    }

    /** The physical register of FIXED, the operand position of REUSE. */
    public static int number(long operand) {
        return (int) (operand >>> NUMBER_SHIFT) & 0xff;
    }
}
