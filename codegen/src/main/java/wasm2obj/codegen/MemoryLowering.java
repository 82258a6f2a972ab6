package wasm2obj.codegen;

import wasm2obj.ir.Module;
import wasm2obj.ir.Type;

/**
 * Rules for loads and stores, the context's fields, and frame slots, for all ISAs. An ISA adds addresses and instructions.
 *
 * <p>A field is at an offset from a base: a virtual register, or {@link #CONTEXT}. What a module imports is found through the address
 * that the context has of it.
 *
 * @param <M> the ISA's matcher
 */
public abstract class MemoryLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** The context as a base. */
    public static final int CONTEXT = -2;

    /** Rules that ask the matcher for registers. */
    protected MemoryLowering(M match) {
        super(match);
    }

    // ---- what the ISA adds ----

    /** A load of any width. */
    protected abstract void load(int i);

    /** A store of any width. */
    protected abstract void store(int i);

    /** Loads a field into the register. */
    protected abstract void loadField(Type type, int vreg, int base, int offset);

    /** Gives the register the address of a field. */
    protected abstract void fieldAddress(int vreg, int base, int offset);

    /** The register to give to {@link #storeField} for a value, or what stands for a constant that needs none. */
    protected abstract int storedRegister(int value, Type type);

    /** Stores the value, which {@link #storedRegister} has been asked for, to a field. */
    protected abstract void storeField(int value, Type type, int register, int base, int offset);

    /** Loads a frame slot. */
    protected abstract void loadSlot(Type type, int vreg, int slot);

    /** Stores the value to a frame slot. */
    protected abstract void storeSlot(int value, Type type, int slot);

    /** Between a reference and its word. No move that may be left out: the two are different for the collector. */
    protected abstract void referenceWord(int i);

    /** {@code ref_address reference, heap}: their sum. */
    protected abstract void referenceAddress(int i);

    // ---- globals ----

    final void globalGet(int i) {
        int global = (int) function.imm(i);
        int offset = match.layout.global(global);
        if (match.module.globals()[global].imported()) {
            int base = loadContext(offset);
            loadField(function.type(i), context.result(i), base, 0);
        } else {
            loadField(function.type(i), context.result(i), CONTEXT, offset);
        }
    }

    final void globalSet(int i) {
        int global = (int) function.imm(i);
        int value = function.a(i);
        Type type = function.type(value);
        int register = storedRegister(value, type);
        int offset = match.layout.global(global);
        if (match.module.globals()[global].imported()) {
            storeField(value, type, register, loadContext(offset), 0);
        } else {
            storeField(value, type, register, CONTEXT, offset);
        }
    }

    /** A register with the 64 bits at the context's offset. */
    private int loadContext(int offset) {
        int register = match.newInteger();
        loadField(Type.I64, register, CONTEXT, offset);
        return register;
    }

    // ---- memories, tables, functions, tags ----

    /** The field at {@code offset} of memory {@code imm}'s record. */
    final void memoryField(int i, int offset) {
        int number = (int) function.imm(i);
        Module.Memory memory = match.module.memories()[number];
        if (memory.pinned() && offset == ContextLayout.DATA) {
            fieldAddress(context.result(i), CONTEXT, 0);
        } else {
            recordField(i, match.layout.memory(number), memory.isByAddress(), offset);
        }
    }

    /** The field at {@code offset} of table {@code imm}'s record. */
    final void tableField(int i, int offset) {
        int number = (int) function.imm(i);
        boolean imported = match.module.tables()[number].imported();
        recordField(i, match.layout.table(number), imported, offset);
    }

    private void recordField(int i, int place, boolean isByAddress, int offset) {
        if (isByAddress) {
            int base = loadContext(place);
            loadField(Type.I64, context.result(i), base, offset);
        } else {
            loadField(Type.I64, context.result(i), CONTEXT, place + offset);
        }
    }

    /** {@code ref_func}: the address of the function's record in the context. */
    final void functionReference(int i) {
        int record = match.layout.functionRecord((int) function.imm(i));
        fieldAddress(context.result(i), CONTEXT, record);
    }

    /** The tag's address; that of an imported one is kept. */
    final void tag(int i) {
        int tag = (int) function.imm(i);
        int offset = match.layout.tag(tag);
        if (match.module.tags()[tag].imported()) {
            loadField(Type.I64, context.result(i), CONTEXT, offset);
        } else {
            fieldAddress(context.result(i), CONTEXT, offset);
        }
    }

    // ---- objects ----

    final void typeIdentity(int i) {
        int offset = match.layout.type((int) function.imm(i));
        loadField(Type.I32, context.result(i), CONTEXT, offset);
    }

    final void contextField(int i, int offset) {
        loadField(Type.I64, context.result(i), CONTEXT, offset);
    }

    final void typeInformation(int i) {
        int heap = loadContext(ContextLayout.HEAP);
        loadField(Type.I64, context.result(i), heap, ContextLayout.HEAP_TYPES);
    }

    // ---- frame slots ----

    final void slotGet(int i) {
        loadSlot(function.type(i), context.result(i), (int) function.imm(i));
    }

    final void slotSet(int i) {
        int value = function.a(i);
        storeSlot(value, function.type(value), (int) function.imm(i));
    }
}
