package wasm2obj.frontend;

import wasm2obj.frontend.WasmException.Invalid;
import wasm2obj.frontend.WasmException.Malformed;
import wasm2obj.frontend.WasmException.Unsupported;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/** What the parts of the translator share while they translate one function body. */
final class Body {
    static final int NONE = Function.NONE;

    final WasmModule module;
    final TypeSection types;
    final Module entities;
    final ByteReader reader;
    final FunctionBuilder builder;
    final OperandStack stack;
    Function function;
    SharedCalls sharedCalls = SharedCalls.NONE;

    /** Index of the function's type. */
    int functionType;

    /** Offset in the module of the instruction that is being translated. */
    int at;

    /**
     * Nothing can be executed here, so nothing is built: there is no current block, and values are {@link #NONE} or
     * anything. Instructions are validated all the same.
     */
    boolean dead;

    Body(WasmModule module, Module entities) {
        this.module = module;
        this.entities = entities;
        types = module.types();
        reader = new ByteReader(module.bytes());
        builder = new FunctionBuilder();
        stack = new OperandStack(this);
    }

    // ---- building, unless dead ----

    int unary(Opcode op, Type type, int a) {
        return dead ? NONE : builder.unary(op, type, a);
    }

    int binary(Opcode op, Type type, int a, int b) {
        return dead ? NONE : builder.binary(op, type, a, b);
    }

    int constant(Type type, long bits) {
        return dead ? NONE : builder.constant(type, bits);
    }

    /** Traps if the i32 is not zero; where it never is, the rest of the block is dead. */
    void trapIf(int condition, TrapKind kind) {
        if (!dead && builder.trapIf(condition, kind)) {
            builder.trap(kind);
            dead = true;
        }
    }

    /** An i32 or i64 of an address type as an i64. */
    int widen(int value, boolean is64) {
        return is64 ? value : unary(Opcode.EXTEND_U, Type.I64, value);
    }

    /** The IR type of a value type. */
    Type irType(int type) {
        return ValueType.irType(type, types);
    }

    // ---- errors at the present instruction ----

    Invalid invalid(String detail) {
        return new Invalid(at, detail);
    }

    Malformed malformed(String detail) {
        return new Malformed(at, detail);
    }

    Unsupported unsupported(String what) {
        return new Unsupported(at, what + " are not supported");
    }

    boolean has(Feature feature) {
        return module.features().has(feature);
    }

    /** Refuses the present instruction if it belongs to a feature that is off. */
    void require(Feature feature) {
        if (!has(feature)) {
            throw malformed("illegal opcode" + feature.isOff());
        }
    }
}
