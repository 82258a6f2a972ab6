package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.frontend.WasmException.Malformed;
import wasm2obj.ir.Type;

/**
 * The locals of the function: their types, the SSA value that each has at present, and what has changed since when.
 *
 * <p><b>The trail.</b> A control frame must know which locals have changed since it was entered, and what they were. So
 * the first change of a local inside of each frame is put on a trail: the local, its value before, and the position of
 * the entry before for the same local ({@code previous}); {@code latest} has the position of its last entry. The
 * innermost frame's entries are those from {@code frameStart} on. So:
 *
 * <ul>
 *   <li>A local has been changed in the innermost frame if its latest entry is not below {@code frameStart}.
 *   <li>Within a frame's entries and those of the frames inside of it, exactly those are the first ones of their locals
 *       whose {@code previous} is below the frame's start.
 *   <li>To go back to where a frame was entered, the entries are undone from the last to the frame's first.
 * </ul>
 *
 * <p>When a frame ends and its changes stay, they become changes of the frame around it. Entries for locals that the
 * latter has entries for already must go. Either the inner frame's entries are looked at, or the outer one's before it,
 * whichever are fewer: so n changes cost O(n log n), however they are nested. In the second case entries are not moved
 * but marked void.
 *
 * <p><b>Slots.</b> A function in which changes times branches are too many to be recorded is translated with its locals
 * in frame slots, slot {@code n} for local {@code n}; then there are no values and no trail.
 *
 * <p><b>Initialisation.</b> A local whose type has no default value must be set before it is read. What a frame sets
 * counts until the frame ends.
 */
final class Locals {
    private static final int NONE = Body.NONE;

    private final Body body;
    private int count;
    private boolean inSlots;
    private int[] types = new int[64];
    private int[] values = new int[64];
    private int[] latest = new int[64];

    private int trailSize;
    private int frameStart;
    private int[] trailLocals = new int[64];
    private int[] trailValues = new int[64];
    private int[] previous = new int[64];

    /** Whether each local has a value; looked at for types without default value only. */
    private boolean[] initialised = new boolean[64];

    private int initialisedSize;
    private int[] initialisedLocals = new int[16];

    Locals(Body body) {
        this.body = body;
    }

    // ---- declaration ----

    /** Starts with the parameters. */
    void reset(boolean slots) {
        inSlots = slots;
        trailSize = 0;
        frameStart = 0;
        initialisedSize = 0;
        count = body.types.parameterCount(body.functionType);
        reserve(count);
        for (int i = 0; i < count; i++) {
            types[i] = body.types.parameter(body.functionType, i);
        }
        Arrays.fill(initialised, 0, count, true);
    }

    private void reserve(int size) {
        if (size > types.length) {
            int grown = Math.max(size, 2 * types.length);
            types = Arrays.copyOf(types, grown);
            values = Arrays.copyOf(values, grown);
            latest = Arrays.copyOf(latest, grown);
            initialised = Arrays.copyOf(initialised, grown);
        }
    }

    /** Reads the declarations at the start of the body. */
    void readDeclarations() {
        ByteReader reader = body.reader;
        int at = reader.position();
        int groups = reader.count("groups of locals", Integer.MAX_VALUE, 2);
        long total = count;
        for (int i = 0; i < groups; i++) {
            int groupAt = reader.position();
            long number = reader.u32() & 0xffff_ffffL;
            int type = body.types.readValueType(reader);
            total += number;
            if (total > 0xffff_ffffL) {
                throw new Malformed(groupAt, "too many locals");
            }
            if (total <= Limits.LOCALS) {
                add((int) number, type);
            }
        }
        if (total > Limits.LOCALS) {
            throw new LimitExceeded(
                    at, total + " locals, at most " + Limits.LOCALS + " are supported");
        }
    }

    private void add(int number, int type) {
        reserve(count + number);
        Arrays.fill(types, count, count + number, type);
        Arrays.fill(initialised, count, count + number, ValueType.isDefaultable(type));
        count += number;
    }

    /** Gives the locals their first values: the parameters of the entry block, then zeros. */
    void start(int entry) {
        int parameters = body.function.paramCount(entry);
        int zeros = NONE;
        int zeroType = NONE;
        int parameter = body.function.first(entry);
        for (int i = 0; i < count; i++) {
            if (i < parameters) {
                values[i] = parameter;
                parameter = body.function.next(parameter);
            } else {
                if (types[i] != zeroType) {
                    zeroType = types[i];
                    zeros = zero(zeroType);
                }
                values[i] = zeros;
            }
        }
        Arrays.fill(latest, 0, count, NONE);
        if (inSlots) {
            moveToSlots();
        }
    }

    private int zero(int type) {
        return type == ValueType.V128
                ? body.builder.constV128(0, 0)
                : body.builder.constant(body.irType(type), 0);
    }

    private void moveToSlots() {
        for (int i = 0; i < count; i++) {
            body.builder.slotSet(body.function.addSlot(body.irType(types[i])), values[i]);
        }
    }

    // ---- reading and writing ----

    int count() {
        return count;
    }

    /** Reads the index of a local. */
    int readIndex() {
        int local = body.reader.u32();
        if (Integer.compareUnsigned(local, count) >= 0) {
            throw body.invalid("unknown local " + Integer.toUnsignedString(local));
        }
        return local;
    }

    int type(int local) {
        return types[local];
    }

    /** How the IR holds the local. */
    Type irType(int local) {
        return body.irType(types[local]);
    }

    boolean areInSlots() {
        return inSlots;
    }

    /** The present value, of a local that the code reads; it may be a pending one. */
    int read(int local) {
        if (!initialised[local]) {
            throw body.invalid("uninitialized local " + local);
        }
        if (body.dead) {
            return NONE;
        }
        return inSlots ? body.builder.slotGet(local) : values[local];
    }

    /** The code sets a local. */
    void write(int local, int value) {
        if (!initialised[local]) {
            initialise(local);
        }
        if (body.dead) {
            return;
        }
        if (inSlots) {
            body.builder.slotSet(local, value);
        } else {
            set(local, value);
        }
    }

    private void initialise(int local) {
        initialised[local] = true;
        if (initialisedSize == initialisedLocals.length) {
            initialisedLocals = Arrays.copyOf(initialisedLocals, 2 * initialisedSize);
        }
        initialisedLocals[initialisedSize++] = local;
    }

    /** How many initialisations there are, to go back to. */
    int initialisations() {
        return initialisedSize;
    }

    /** Takes all initialisations but the first {@code size} back. */
    void forgetInitialisations(int size) {
        while (initialisedSize > size) {
            initialised[initialisedLocals[--initialisedSize]] = false;
        }
    }

    /** The present value, of a local that is not in a slot. */
    int get(int local) {
        return values[local];
    }

    /** Puts another name for the present value of a local in its place: no change. */
    void replace(int local, int value) {
        values[local] = value;
    }

    /** Changes a local that is not in a slot. */
    void set(int local, int value) {
        if (latest[local] < frameStart) {
            log(local);
        }
        values[local] = value;
    }

    private void log(int local) {
        int at = trailSize;
        if (at == trailLocals.length) {
            trailLocals = Arrays.copyOf(trailLocals, 2 * at);
            trailValues = Arrays.copyOf(trailValues, 2 * at);
            previous = Arrays.copyOf(previous, 2 * at);
        }
        trailLocals[at] = local;
        trailValues[at] = values[local];
        previous[at] = latest[local];
        latest[local] = at;
        trailSize = at + 1;
    }

    // ---- the trail ----

    /** Where the trail ends: the start of a frame that is entered now. */
    int trailSize() {
        return trailSize;
    }

    /** Makes the frame whose entries start there the innermost one. */
    void setFrameStart(int start) {
        frameStart = start;
    }

    /** The local of a trail entry if it is the first one of its local in the frame with the given start; else NONE. */
    int changedLocal(int entry, int start) {
        return previous[entry] < start ? trailLocals[entry] : NONE;
    }

    /** Takes all changes since the frame's start back. */
    void undo(int start) {
        for (int i = trailSize - 1; i >= start; i--) {
            int local = trailLocals[i];
            if (local != NONE) {
                values[local] = trailValues[i];
                latest[local] = previous[i];
            }
        }
        trailSize = start;
    }

    /** Gives the changes of the innermost frame, which starts at {@code start}, to the frame around it. */
    void keep(int start, int outerStart) {
        int own = trailSize - start;
        int before = start - outerStart;
        if (own > before) {
            voidRepeated(start, outerStart);
        } else if (own > 0) {
            moveNew(start, outerStart);
        }
    }

    /** Voids the entries from {@code start} on of locals that have one from {@code outerStart} to there. */
    private void voidRepeated(int start, int outerStart) {
        for (int i = outerStart; i < start; i++) {
            int local = trailLocals[i];
            if (local != NONE && latest[local] >= start) {
                trailLocals[latest[local]] = NONE;
                latest[local] = i;
            }
        }
    }

    /** Drops the entries from {@code start} on of locals that have one from {@code outerStart} to there. */
    private void moveNew(int start, int outerStart) {
        int kept = start;
        for (int i = start; i < trailSize; i++) {
            int local = trailLocals[i];
            if (local == NONE) {
                continue;
            }
            if (previous[i] >= outerStart) {
                latest[local] = previous[i];
            } else {
                trailLocals[kept] = local;
                trailValues[kept] = trailValues[i];
                previous[kept] = previous[i];
                latest[local] = kept++;
            }
        }
        trailSize = kept;
    }
}
