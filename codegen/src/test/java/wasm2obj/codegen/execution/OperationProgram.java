package wasm2obj.codegen.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Interpreter;
import wasm2obj.ir.Module;
import wasm2obj.ir.ModuleText;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Printer;
import wasm2obj.ir.Type;

/** Functions of one operation each, with operands in registers, as constants and in memory; each on many values. */
final class OperationProgram {
    private static final Module MODULE =
            ModuleText.parse(
                    """
                    type 0 (i32, i32) -> (i32)
                    type 1 (i64, i64) -> (i64)
                    type 2 (i64, i64) -> (i32)
                    type 3 (i32, i32) -> (i64)
                    type 4 (f32, f32) -> (f32)
                    type 5 (f64, f64) -> (f64)
                    type 6 (f32, f32) -> (i32)
                    type 7 (f64, f64) -> (i32)
                    type 8 (f32, f32) -> (i64)
                    type 9 (f64, f64) -> (i64)
                    type 10 (i32, i32) -> (f32)
                    type 11 (i32, i32) -> (f64)
                    type 12 (i64, i64) -> (f32)
                    type 13 (i64, i64) -> (f64)
                    type 14 (f32, f32) -> (f64)
                    type 15 (f64, f64) -> (f32)
                    declare 0 type 0
                    declare 1 type 1
                    declare 2 type 2
                    declare 3 type 3
                    declare 4 type 4
                    declare 5 type 5
                    declare 6 type 6
                    declare 7 type 7
                    declare 8 type 8
                    declare 9 type 9
                    declare 10 type 10
                    declare 11 type 11
                    declare 12 type 12
                    declare 13 type 13
                    declare 14 type 14
                    declare 15 type 15
                    memory 0 minimum 1 maximum 65536 pinned guarded
                    """);

    /** Where operands are. */
    private enum Place {
        REGISTER,
        MEMORY,
        CONSTANT
    }

    private record Case(int text, Type type, long[] arguments, String outcome) {}

    private final NativeProgram program;
    private final FunctionBuilder builder = new FunctionBuilder();
    private final List<Case> cases = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private Function function;

    /** Whether the function is still to be compiled, which changes it. */
    private boolean isNew;

    OperationProgram(NativeMachine machine) {
        program = new NativeProgram(MODULE, machine);
    }

    private static int index(Type from, Type to) {
        for (int f = 0; f < MODULE.functionTypes().length; f++) {
            if (MODULE.signature(f).parameter(0) == from && MODULE.signature(f).result(0) == to) {
                return f;
            }
        }
        throw new IllegalArgumentException(from + " -> " + to);
    }

    void unary(Opcode opcode, Type from, Type to, long... values) {
        for (Place place : new Place[] {Place.REGISTER, Place.MEMORY}) {
            begin(from, to);
            int result = builder.append(opcode, to, operand(place, 0, from, 0), -1, -1, 0, 0);
            end(result);
            for (long value : values) {
                run(from, value, value);
            }
        }
    }

    void binary(Opcode opcode, Type from, Type to, long... values) {
        Place[] pairs = {
            Place.REGISTER,
            Place.REGISTER,
            Place.REGISTER,
            Place.MEMORY,
            Place.MEMORY,
            Place.REGISTER,
        };
        for (int p = 0; p < pairs.length; p += 2) {
            begin(from, to);
            int a = operand(pairs[p], 0, from, 0);
            end(builder.append(opcode, to, a, operand(pairs[p + 1], 1, from, 0), -1, 0, 0));
            for (long x : values) {
                for (long y : values) {
                    run(from, x, y);
                }
            }
        }
        begin(from, to);
        int a = operand(Place.REGISTER, 0, from, 0);
        end(builder.append(opcode, to, a, a, -1, 0, 0));
        for (long x : values) {
            run(from, x, 0);
        }
        for (long constant : values) {
            begin(from, to);
            a = operand(Place.REGISTER, 0, from, 0);
            end(
                    builder.append(
                            opcode, to, a, operand(Place.CONSTANT, 1, from, constant), -1, 0, 0));
            for (long x : values) {
                run(from, x, 0);
            }
            begin(from, to);
            a = operand(Place.CONSTANT, 0, from, constant);
            end(builder.append(opcode, to, a, operand(Place.REGISTER, 1, from, 0), -1, 0, 0));
            for (long x : values) {
                run(from, 0, x);
            }
        }
    }

    private void begin(Type from, Type to) {
        function = new Function();
        int index = index(from, to);
        function.reset(index, null, MODULE.signature(index));
        builder.reset(function);
        builder.setSimplify(false);
        int entry = builder.addBlock();
        builder.addParam(entry, from);
        builder.addParam(entry, from);
        builder.switchTo(entry);
    }

    /** A memory operand is stored first, at an address that the selector cannot see through. */
    private int operand(Place place, int number, Type type, long bits) {
        int block = builder.currentBlock();
        int param = function.first(block);
        for (int i = 0; i < number; i++) {
            param = function.next(param);
        }
        return switch (place) {
            case REGISTER -> param;
            case CONSTANT -> builder.constant(type, type.bytes() == 4 ? (int) bits : bits);
            case MEMORY -> {
                int memory = AliasSet.memory(0);
                int index = builder.constI32(8 * number + 64);
                builder.store(Opcode.STORE, index, Function.NONE, 0, param, memory);
                yield builder.load(Opcode.LOAD, type, index, Function.NONE, 0, memory);
            }
        };
    }

    private void end(int result) {
        builder.ret(new int[] {result}, 0, 1);
        texts.add(Printer.print(function));
        isNew = true;
    }

    private void run(Type type, long x, long y) {
        long mask = type.bytes() == 4 ? 0xffff_ffffL : -1;
        long[] arguments = {x & mask, y & mask};
        String outcome = new Interpreter(MODULE, 1).run(function, arguments, 1000);
        if (isNew) {
            program.add(function);
            isNew = false;
        }
        program.addCase(arguments);
        cases.add(new Case(texts.size() - 1, function.signature().result(0), arguments, outcome));
    }

    /** All NaNs are one: the specification leaves open which one an operation gives. */
    private static String canonical(Type type, String outcome) {
        String start = "returns [";
        if (!type.isFloat() || !outcome.startsWith(start)) {
            return outcome;
        }
        int end = outcome.indexOf(']');
        long bits = Long.parseLong(outcome.substring(start.length(), end));
        boolean isNaN =
                type == Type.F32
                        ? Float.isNaN(Float.intBitsToFloat((int) bits))
                        : Double.isNaN(Double.longBitsToDouble(bits));
        return isNaN ? start + "NaN" + outcome.substring(end) : outcome;
    }

    /** Runs everything and compares. */
    void check() {
        List<NativeProgram.Outcome> outcomes = program.run();
        assertEquals(cases.size(), outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            Case one = cases.get(i);
            String outcome = outcomes.get(i).toString();
            if (!canonical(one.type, outcome).equals(canonical(one.type, one.outcome))) {
                String what = texts.get(one.text) + Arrays.toString(one.arguments) + "\n";
                assertEquals(what + one.outcome, what + outcome);
            }
        }
    }
}
