package wasm2obj.isel.aarch64.instruction;

/** The fields of a word that most instructions share. Register numbers are 0 to 31. */
public final class Fields {
    /** Register 31 where it is read as zero. */
    public static final int ZERO_REGISTER = 31;

    /** Register 31 where it is the stack pointer. */
    public static final int STACK_POINTER = 31;

    private Fields() {}

    /** Rd, or Rt. */
    public static int d(int rd) {
        return unsigned(rd, 5, 0);
    }

    public static int n(int rn) {
        return unsigned(rn, 5, 5);
    }

    /** Rm, or Rs. */
    public static int m(int rm) {
        return unsigned(rm, 5, 16);
    }

    /** Ra, or Rt2. */
    public static int a(int ra) {
        return unsigned(ra, 5, 10);
    }

    public static int dn(int rd, int rn) {
        return d(rd) | n(rn);
    }

    public static int dnm(int rd, int rn, int rm) {
        return d(rd) | n(rn) | m(rm);
    }

    public static int dnma(int rd, int rn, int rm, int ra) {
        return d(rd) | n(rn) | m(rm) | a(ra);
    }

    /** The register's size: 0 for w, 1 for x. */
    static int sf(int sf) {
        return unsigned(sf, 1, 31);
    }

    /** A number of so many bits at a place. */
    static int unsigned(int value, int bits, int at) {
        assert value >>> bits == 0 : value;
        return value << at;
    }

    /** A number in two's complement. */
    static int signed(int value, int bits, int at) {
        assert isSigned(value, bits) : value;
        return (value & (1 << bits) - 1) << at;
    }

    /** Whether a number is one of so many bits in two's complement. */
    static boolean isSigned(long value, int bits) {
        return value << 64 - bits >> 64 - bits == value;
    }

    /** A distance in bytes as a number of instructions. */
    static int distance(int bytes, int bits, int at) {
        assert (bytes & 3) == 0 : bytes;
        return signed(bytes >> 2, bits, at);
    }
}
