package wasm2obj.frontend;

import wasm2obj.frontend.WasmException.Malformed;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * Translates function bodies to SSA, and validates them on the way: one decode does both. One object serves a worker
 * thread for all its functions; nothing is allocated per instruction.
 *
 * <p><b>How.</b> Validation keeps a stack of operand types ({@link OperandStack}) and a stack of control frames ({@link
 * ControlStack}), as in the specification's appendix. Beside each type stands the SSA value of the operand, and beside
 * each local its present one ({@link Locals}). So an instruction pops values, appends an IR instruction, and pushes its
 * value; {@code local.get} and {@code local.set} build nothing at all.
 *
 * <p><b>Merges.</b> WebAssembly's control is structured, so it is known at each label's end where its edges come from and
 * what each has changed: {@link MergePoints} finds where edges differ. A loop's header comes before its back edges; the
 * locals that the loop assigns are found by a quick scan of the loop beforehand ({@link LoopLocals}). Parameters for
 * locals are made when the locals are read ({@link LateParameters}). No dominance frontiers, no analysis of liveness, no
 * search for parameters that turn out useless.
 *
 * <p><b>Dead code</b> is validated and never built.
 *
 * <p><b>Hostile bodies.</b> Nothing recurses. Work is linear in the body's size but for what branches carry (labels'
 * operands and changed locals), which is counted; see {@link MergePoints} for what happens when it is too much.
 *
 * <p>Invariants: the builder has a current block exactly if the code is not {@link Body#dead}; the value of an operand
 * or local that can be used is defined in a block that dominates the current one; trail entries of locals belong to open
 * frames.
 */
public final class FunctionTranslator {
    private final Body body;
    private final WasmModule module;
    private final OperandStack stack;
    private final ByteReader reader;
    private final Locals locals;
    private final BranchHints.Cursor hints;
    private final RuntimeCalls runtime;
    private final ControlInstructions control;
    private final NumericInstructions numeric;
    private final MemoryInstructions memories;
    private final VectorInstructions vectors;
    private final AtomicInstructions atomics;
    private final TableInstructions tables;
    private final CallInstructions calls;
    private final ReferenceInstructions references;
    private final StructInstructions structs;
    private final ArrayInstructions arrays;
    private final CastInstructions casts;
    private int misplacedHint;

    /**
     * A translator for the functions of a module.
     *
     * @param entities the module's entities, see {@link ModuleEntities}
     * @param branchHints the module's branch hints, or null
     */
    public FunctionTranslator(WasmModule module, Module entities, BranchHints branchHints) {
        this.module = module;
        body = new Body(module, entities);
        stack = body.stack;
        reader = body.reader;
        locals = new Locals(body);
        hints = new BranchHints.Cursor(branchHints, module.bytes());
        runtime = new RuntimeCalls(body);
        control = new ControlInstructions(body, locals, hints, runtime);
        numeric = new NumericInstructions(body);
        memories = new MemoryInstructions(body, runtime);
        vectors = new VectorInstructions(body, memories);
        atomics = new AtomicInstructions(body, memories, runtime);
        tables = new TableInstructions(body, runtime);
        calls = new CallInstructions(body, control, tables);
        references = new ReferenceInstructions(body);
        FieldAccess fields = new FieldAccess(body);
        structs = new StructInstructions(body, fields);
        arrays = new ArrayInstructions(body, fields, runtime);
        casts = new CastInstructions(body, control);
    }

    /** Whether the code is simplified while it is built; it is unless this says otherwise. */
    public void setSimplify(boolean on) {
        body.builder.setSimplify(on);
    }

    /** Which calls through tables that may change are one instruction; none, unless this is called. */
    public void setSharedCalls(SharedCalls calls) {
        body.sharedCalls = calls;
    }

    /**
     * Validates and translates a body.
     *
     * @param index of a defined function
     * @param into what is overwritten with the result
     * @throws WasmException if the body is not valid; {@code into} is then of no use
     */
    public void translate(int index, Function into) {
        try {
            if (!translate(index, into, false)) {
                translate(index, into, true);
            }
        } catch (WasmException e) {
            throw e.inFunction(index, module.names().function(index));
        }
    }

    /**
     * The place of a branch hint in the last body that is not at a branch: an offset in the module, or -1 if there is
     * none. Such hints are ignored.
     */
    public int misplacedHint() {
        return misplacedHint;
    }

    /** Translates with locals as values or in slots; false if they must be in slots. */
    boolean translate(int index, Function into, boolean slots) {
        try {
            start(index, into, slots);
            translateInstructions();
            misplacedHint = hints.finish();
            return true;
        } catch (MergePoints.TooManyValues e) {
            return false;
        }
    }

    private void start(int index, Function into, boolean slots) {
        int from = module.bodyStart(index);
        int to = module.bodyEnd(index);
        body.functionType = body.types.canonical(module.functionType(index));
        body.function = into;
        body.dead = false;
        into.reset(index, module.names().function(index), body.types.signature(body.functionType));
        body.builder.reset(into);
        stack.reset();
        reader.setRange(from, to);
        locals.reset(slots);
        locals.readDeclarations();
        body.at = from;
        body.builder.setSource(reader.position());
        int entry = body.builder.addBlock();
        for (int i = 0, count = into.signature().parameterCount(); i < count; i++) {
            body.builder.addParam(entry, into.signature().parameter(i));
        }
        body.builder.switchTo(entry);
        control.start(to - from);
        locals.start(entry);
        hints.start(module, index);
    }

    private void translateInstructions() {
        while (control.isOpen()) {
            int at = reader.position();
            body.at = at;
            body.builder.setSource(at);
            if (reader.atEnd()) {
                throw new Malformed(
                        at, "unexpected end of section or function: END opcode expected");
            }
            translate(reader.u8());
        }
        if (!reader.atEnd()) {
            throw new Malformed(
                    reader.position(),
                    "section size mismatch: instructions behind the function's end");
        }
    }

    private void translate(int opcode) {
        if (opcode >= NumericInstructions.FIRST && opcode <= NumericInstructions.LAST) {
            numeric.translate(opcode);
        } else if (opcode >= MemoryInstructions.FIRST_ACCESS
                && opcode <= MemoryInstructions.LAST_ACCESS) {
            memories.access(opcode);
        } else if (opcode < 0x20) {
            translateControl(opcode);
        } else {
            translateOther(opcode);
        }
    }

    private void translateControl(int opcode) {
        switch (opcode) {
            case 0x00 -> control.trap();
            case 0x01 -> {} // nop
            case 0x02 -> control.block();
            case 0x03 -> control.loop();
            case 0x04 -> control.ifThen();
            case 0x05 -> control.elseArm();
            case 0x0b -> control.end();
            case 0x0c -> control.branch();
            case 0x0d -> control.branchIf();
            case 0x0e -> control.branchTable();
            case 0x0f -> control.returnResults();
            case 0x10 -> calls.call();
            case 0x11 -> calls.callIndirect();
            case 0x12 -> calls.returnCall();
            case 0x13 -> calls.returnCallIndirect();
            case 0x14 -> calls.callReference();
            case 0x15 -> calls.returnCallReference();
            case 0x1a -> stack.popAny();
            case 0x1b -> select();
            case 0x1c -> selectTyped();
            case 0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f ->
                    control.exceptions().translate(opcode);
            default -> throw illegal(opcode);
        }
    }

    private void translateOther(int opcode) {
        switch (opcode) {
            case 0x20 -> localGet();
            case 0x21 -> localSet();
            case 0x22 -> localTee();
            case 0x23 -> globalGet();
            case 0x24 -> globalSet();
            case 0x25 -> tables.get();
            case 0x26 -> tables.set();
            case 0x3f -> memories.size();
            case 0x40 -> memories.grow();
            case 0x41 -> stack.push(ValueType.I32, body.constant(Type.I32, reader.s32()));
            case 0x42 -> stack.push(ValueType.I64, body.constant(Type.I64, reader.s64()));
            case 0x43 -> stack.push(ValueType.F32, body.constant(Type.F32, reader.bits32()));
            case 0x44 -> stack.push(ValueType.F64, body.constant(Type.F64, reader.bits64()));
            case 0xd0 -> references.nullReference();
            case 0xd1 -> references.isNull();
            case 0xd2 -> references.function();
            case 0xd4 -> references.asNonNull();
            case 0xd5 -> control.branchOnNull();
            case 0xd6 -> control.branchOnNonNull();
            case 0xd3 -> references.equal();
            case Instructions.PREFIX_GC -> translateObject(reader.u32());
            case Instructions.PREFIX_MISC -> translateMisc(reader.u32());
            case Instructions.PREFIX_SIMD -> vectors.translate(reader.u32());
            case Instructions.PREFIX_ATOMIC -> atomics.translate(reader.u32());
            default -> throw illegal(opcode);
        }
    }

    private void translateMisc(int opcode) {
        switch (opcode) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> numeric.saturate(opcode);
            case 8 -> memories.init();
            case 9 -> memories.dropData();
            case 10 -> memories.copy();
            case 11 -> memories.fill();
            case 12 -> tables.init();
            case 13 -> tables.dropElements();
            case 14 -> tables.copy();
            case 15 -> tables.grow();
            case 16 -> tables.size();
            case 17 -> tables.fill();
            case 19 -> numeric.addWide(false);
            case 20 -> numeric.addWide(true);
            case 21 -> numeric.multiplyWide(Opcode.MULHI_S);
            case 22 -> numeric.multiplyWide(Opcode.MULHI_U);
            default ->
                    throw body.malformed(
                            "illegal opcode fc " + Integer.toUnsignedString(opcode, 16));
        }
    }

    private void translateObject(int opcode) {
        body.require(Feature.GC);
        switch (opcode) {
            case 0 -> structs.make();
            case 1 -> structs.makeDefault();
            case 2 -> structs.get(false, false);
            case 3 -> structs.get(true, true);
            case 4 -> structs.get(true, false);
            case 5 -> structs.set();
            case 6 -> arrays.make();
            case 7 -> arrays.makeDefault();
            case 8 -> arrays.makeFixed();
            case 9 -> arrays.makeFromData();
            case 10 -> arrays.makeFromElements();
            case 11 -> arrays.get(false, false);
            case 12 -> arrays.get(true, true);
            case 13 -> arrays.get(true, false);
            case 14 -> arrays.set();
            case 15 -> arrays.length();
            case 16 -> arrays.fill();
            case 17 -> arrays.copy();
            case 18 -> arrays.initFromData();
            case 19 -> arrays.initFromElements();
            case 20 -> casts.test(false);
            case 21 -> casts.test(true);
            case 22 -> casts.cast(false);
            case 23 -> casts.cast(true);
            case 24 -> casts.branch(false);
            case 25 -> casts.branch(true);
            case 26 -> references.convert(ValueType.HEAP_EXTERN, ValueType.HEAP_ANY);
            case 27 -> references.convert(ValueType.HEAP_ANY, ValueType.HEAP_EXTERN);
            case 28 -> references.makeInteger();
            case 29 -> references.integer(Opcode.SHR_S);
            case 30 -> references.integer(Opcode.SHR_U);
            default ->
                    throw body.malformed(
                            "illegal opcode fb " + Integer.toUnsignedString(opcode, 16));
        }
    }

    private Malformed illegal(int opcode) {
        return body.malformed("illegal opcode " + Integer.toHexString(opcode));
    }

    // ---- locals and globals ----

    private void localGet() {
        int local = locals.readIndex();
        stack.push(locals.type(local), control.readLocal(local));
    }

    private void localSet() {
        int local = locals.readIndex();
        locals.write(local, stack.pop(locals.type(local)));
    }

    private void localTee() {
        int local = locals.readIndex();
        int type = locals.type(local);
        int value = stack.pop(type);
        locals.write(local, value);
        stack.push(type, value);
    }

    private void globalGet() {
        int global = module.readGlobalIndex(reader);
        Module.Global entity = body.entities.globals()[global];
        int value = Body.NONE;
        if (!body.dead) {
            value =
                    entity.constant()
                            ? body.builder.constant(entity.type(), entity.value())
                            : body.builder.globalGet(global, entity.type());
        }
        if (entity.mutable()) {
            runtime.hold(value, module.global(global).type());
        }
        stack.push(module.global(global).type(), value);
    }

    private void globalSet() {
        int global = module.readGlobalIndex(reader);
        if (!module.global(global).mutable()) {
            throw body.invalid("immutable global " + global);
        }
        int type = module.global(global).type();
        int value = stack.pop(type);
        if (body.dead) {
            return;
        }
        if (ValueType.isCounted(type)) {
            int old = body.builder.globalGet(global, body.irType(type));
            body.builder.globalSet(global, value);
            runtime.replace(value, old);
        } else {
            body.builder.globalSet(global, value);
        }
    }

    // ---- select ----

    private void select() {
        int condition = stack.pop(ValueType.I32);
        int second = stack.popAny();
        int secondType = stack.poppedType();
        int first = stack.popAny();
        int firstType = stack.poppedType();
        if (ValueType.isReference(firstType) || ValueType.isReference(secondType)) {
            throw body.invalid("type mismatch: select of references needs a type");
        }
        int type = firstType == ValueType.BOTTOM ? secondType : firstType;
        if (type != secondType && secondType != ValueType.BOTTOM) {
            throw body.invalid(
                    "type mismatch: expected "
                            + ValueType.toString(firstType)
                            + ", found "
                            + ValueType.toString(secondType));
        }
        pushSelected(type, condition, first, second);
    }

    private void selectTyped() {
        body.require(Feature.REFERENCE_TYPES);
        int count = reader.count("types of a select", Integer.MAX_VALUE, 1);
        if (count != 1) {
            throw body.invalid("invalid result arity");
        }
        int type = body.types.readValueType(reader);
        int condition = stack.pop(ValueType.I32);
        int second = stack.pop(type);
        int first = stack.pop(type);
        pushSelected(type, condition, first, second);
    }

    private void pushSelected(int type, int condition, int first, int second) {
        int value =
                body.dead
                        ? Body.NONE
                        : body.builder.select(body.irType(type), condition, first, second);
        stack.push(type, value);
    }
}
