package wasm2obj.ir;

/**
 * How an operation looks at a vector: lanes of one type. {@code aux} of vector operations has the shape's ordinal, and perhaps
 * {@link #RELAXED}.
 */
public enum VectorShape {
    I8X16(1, Type.I32),
    I16X8(2, Type.I32),
    I32X4(4, Type.I32),
    I64X2(8, Type.I64),
    F32X4(4, Type.F32),
    F64X2(8, Type.F64);

    /**
     * Flag beside the shape: the operation is a relaxed one, which leaves some results to the machine: indices out of range, NaNs,
     * zeros of either sign, numbers that do not fit, masks that are not all ones or zeros in a lane, intermediate rounding.
     */
    public static final int RELAXED = 8;

    private static final int SHAPE_MASK = RELAXED - 1;
    private static final VectorShape[] VALUES = values();

    private final int laneBytes;
    private final Type laneType;

    VectorShape(int laneBytes, Type laneType) {
        this.laneBytes = laneBytes;
        this.laneType = laneType;
    }

    /** The shape in {@code aux} of a vector operation. */
    public static VectorShape of(int aux) {
        return VALUES[aux & SHAPE_MASK];
    }

    /** Whether {@code aux} is a shape, perhaps a relaxed one. */
    static boolean isShape(int aux) {
        return (aux & ~(SHAPE_MASK | RELAXED)) == 0 && (aux & SHAPE_MASK) < VALUES.length;
    }

    /** Whether {@code aux} of a vector operation says that it is relaxed. */
    public static boolean isRelaxed(int aux) {
        return (aux & RELAXED) != 0;
    }

    /** Bytes of a lane. */
    public int laneBytes() {
        return laneBytes;
    }

    /** Number of lanes. */
    public int lanes() {
        return 16 / laneBytes;
    }

    /** The type of a lane's value on its own. */
    public Type laneType() {
        return laneType;
    }

    public boolean isFloat() {
        return laneType.isFloat();
    }
}
