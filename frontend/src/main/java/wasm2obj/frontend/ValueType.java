package wasm2obj.frontend;

import wasm2obj.ir.Type;

/**
 * Value types, packed into ints.
 *
 * <p>Numeric, vector and storage types are small numbers. A reference type has {@link #REFERENCE} set, {@link #NULLABLE}
 * if null belongs to it, and a heap type in its lower bits: either an abstract one ({@link #ABSTRACT} and a number) or
 * the index of a defined type. Inside a module these are canonical indices ({@link TypeSection#canonical}), so that two
 * value types are the same type exactly if the ints are equal.
 */
public final class ValueType {
    /** The type of a value that unreachable code pops from nowhere: a subtype of all. */
    public static final int BOTTOM = 0;

    public static final int I32 = 1;
    public static final int I64 = 2;
    public static final int F32 = 3;
    public static final int F64 = 4;
    public static final int V128 = 5;

    /** Storage types, of fields only. */
    public static final int I8 = 6;

    public static final int I16 = 7;

    /** Any reference: what an operand must be that may be a reference of any type. Never the type of a value. */
    static final int ANY_REFERENCE = 8;

    static final int REFERENCE = 1 << 30;
    static final int NULLABLE = 1 << 29;
    static final int ABSTRACT = 1 << 28;
    static final int HEAP = NULLABLE - 1;

    // Abstract heap types: their byte in the binary format.
    public static final int HEAP_FUNC = ABSTRACT | 0x70;
    public static final int HEAP_EXTERN = ABSTRACT | 0x6f;
    public static final int HEAP_ANY = ABSTRACT | 0x6e;
    public static final int HEAP_EQ = ABSTRACT | 0x6d;
    public static final int HEAP_I31 = ABSTRACT | 0x6c;
    public static final int HEAP_STRUCT = ABSTRACT | 0x6b;
    public static final int HEAP_ARRAY = ABSTRACT | 0x6a;
    public static final int HEAP_EXN = ABSTRACT | 0x69;
    public static final int HEAP_NONE = ABSTRACT | 0x71;
    public static final int HEAP_NOEXTERN = ABSTRACT | 0x72;
    public static final int HEAP_NOFUNC = ABSTRACT | 0x73;
    public static final int HEAP_NOEXN = ABSTRACT | 0x74;

    /** The heap type of a reference of which nothing is known, in unreachable code: a subtype of all. */
    static final int HEAP_BOTTOM = ABSTRACT;

    public static final int FUNCREF = REFERENCE | NULLABLE | HEAP_FUNC;
    public static final int EXTERNREF = REFERENCE | NULLABLE | HEAP_EXTERN;
    static final int ANYREF = REFERENCE | NULLABLE | HEAP_ANY;
    static final int EQREF = REFERENCE | NULLABLE | HEAP_EQ;
    static final int I31REF = REFERENCE | NULLABLE | HEAP_I31;
    static final int ARRAYREF = REFERENCE | NULLABLE | HEAP_ARRAY;
    public static final int EXNREF = REFERENCE | NULLABLE | HEAP_EXN;

    private ValueType() {}

    /** The type of references to {@code heap}. */
    public static int reference(int heap, boolean nullable) {
        return REFERENCE | heap | (nullable ? NULLABLE : 0);
    }

    public static boolean isReference(int type) {
        return (type & REFERENCE) != 0;
    }

    /** Whether a type is one of the numbers i32, i64, f32, f64. */
    public static boolean isNumeric(int type) {
        return type >= I32 && type <= F64;
    }

    public static boolean isNullable(int type) {
        return (type & NULLABLE) != 0;
    }

    /** The heap type of a reference type. */
    public static int heap(int type) {
        return type & HEAP;
    }

    public static boolean isAbstract(int heap) {
        return (heap & ABSTRACT) != 0;
    }

    static boolean isPacked(int storage) {
        return storage == I8 || storage == I16;
    }

    /** The type of the values that a field of the storage type takes and gives. */
    static int unpacked(int storage) {
        return isPacked(storage) ? I32 : storage;
    }

    static int withoutNull(int type) {
        return type & ~NULLABLE;
    }

    /** Whether a local of the type starts with a value: zero or null. */
    public static boolean isDefaultable(int type) {
        return !isReference(type) || isNullable(type);
    }

    /**
     * Whether a value of the type may be a counted reference, the host's or an exception: then what keeps it beyond a call counts it. A
     * host's reference is below {@code any}, too, but not below {@code eq}.
     */
    static boolean isCounted(int type) {
        if (!isReference(type)) {
            return false;
        }
        int heap = heap(type);
        return heap == HEAP_EXTERN || heap == HEAP_ANY || heap == HEAP_EXN;
    }

    /** How the IR holds values of the type. Storage types are held as I32. */
    public static Type irType(int type, TypeSection types) {
        return switch (type) {
            case I32, I8, I16 -> Type.I32;
            case I64 -> Type.I64;
            case F32 -> Type.F32;
            case F64 -> Type.F64;
            case V128 -> Type.V128;
            default -> types.isFunctionHeap(heap(type)) ? Type.FUNC : Type.REF;
        };
    }

    /** The text format's notation. */
    public static String toString(int type) {
        return switch (type) {
            case BOTTOM -> "any type";
            case I32 -> "i32";
            case I64 -> "i64";
            case F32 -> "f32";
            case F64 -> "f64";
            case V128 -> "v128";
            case I8 -> "i8";
            case I16 -> "i16";
            case ANY_REFERENCE -> "a reference";
            case FUNCREF -> "funcref";
            case EXTERNREF -> "externref";
            case EXNREF -> "exnref";
            default -> referenceText(type);
        };
    }

    private static String referenceText(int type) {
        StringBuilder text = new StringBuilder(isNullable(type) ? "(ref null " : "(ref ");
        return text.append(heapText(heap(type))).append(')').toString();
    }

    private static String heapText(int heap) {
        return switch (heap) {
            case HEAP_FUNC -> "func";
            case HEAP_EXTERN -> "extern";
            case HEAP_ANY -> "any";
            case HEAP_EQ -> "eq";
            case HEAP_I31 -> "i31";
            case HEAP_STRUCT -> "struct";
            case HEAP_ARRAY -> "array";
            case HEAP_EXN -> "exn";
            case HEAP_NONE -> "none";
            case HEAP_NOEXTERN -> "noextern";
            case HEAP_NOFUNC -> "nofunc";
            case HEAP_NOEXN -> "noexn";
            case HEAP_BOTTOM -> "bottom";
            default -> Integer.toString(heap);
        };
    }
}
