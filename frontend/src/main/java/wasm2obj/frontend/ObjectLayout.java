package wasm2obj.frontend;

/**
 * Where the objects of a type have their fields (docs/abi.md). Behind a head of 8 bytes a structure's fields follow each other, each
 * aligned to its size, but to 8 at most, so that a subtype's begin as its supertype's do; an array's elements lie without gaps.
 */
public final class ObjectLayout {
    private static final int HEAD = 8;

    private final int[] offsets;
    private final int size;
    private final int shift;

    ObjectLayout(TypeSection types, int type) {
        int count = types.kind(type) == TypeSection.STRUCT ? types.fieldCount(type) : 0;
        offsets = new int[count];
        int end = HEAD;
        for (int i = 0; i < count; i++) {
            int bytes = bytes(types.field(type, i), types);
            int alignment = Math.min(bytes, 8);
            offsets[i] = end + alignment - 1 & -alignment;
            end = offsets[i] + bytes;
        }
        size = end + 7 & -8;
        boolean isArray = types.kind(type) == TypeSection.ARRAY;
        shift = isArray ? Integer.numberOfTrailingZeros(bytes(types.field(type, 0), types)) : 0;
    }

    /** The offset of a structure's field in bytes from the object's start. */
    public int offset(int field) {
        return offsets[field];
    }

    /** The size of a structure in bytes, a multiple of 8. */
    public int size() {
        return size;
    }

    /** Log2 of the size of an array's elements. */
    public int shift() {
        return shift;
    }

    private static int bytes(int storage, TypeSection types) {
        return switch (storage) {
            case ValueType.I8 -> 1;
            case ValueType.I16 -> 2;
            case ValueType.I32, ValueType.F32 -> 4;
            case ValueType.I64, ValueType.F64 -> 8;
            case ValueType.V128 -> 16;
            default -> types.isFunctionHeap(ValueType.heap(storage)) ? 8 : 4;
        };
    }
}
