package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static wasm2obj.frontend.WasmBuilder.I32;
import static wasm2obj.frontend.WasmBuilder.bytes;
import static wasm2obj.frontend.WasmBuilder.join;
import static wasm2obj.frontend.WasmBuilder.name;
import static wasm2obj.frontend.WasmBuilder.sized;
import static wasm2obj.frontend.WasmBuilder.u32;

import org.junit.jupiter.api.Test;
import wasm2obj.frontend.WasmException.Invalid;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.frontend.WasmException.Malformed;

/** The words and the place of errors, as a person gets them. */
final class ErrorMessageTest {
    private final Translation translation = new Translation();

    private <T extends WasmException> void check(
            Class<T> kind, String message, WasmBuilder builder, Features features) {
        byte[] bytes = builder.build();
        T e = assertThrows(kind, () -> translation.translate(bytes, features, MemoryPlan.GUARD));
        assertEquals(message, e.getMessage());
    }

    private <T extends WasmException> void check(
            Class<T> kind, String message, WasmBuilder builder) {
        check(kind, message, builder, Features.DEFAULT);
    }

    private static WasmBuilder function(int... instructions) {
        return new WasmBuilder().type(new int[] {I32}, I32).function(0, instructions);
    }

    /** A name section that calls function 0 so. */
    private static byte[] names(String function) {
        return join(bytes(1), sized(join(u32(1), u32(0), name(function))));
    }

    @Test
    void typeMismatch() {
        check(
                Invalid.class,
                "0x1b: error: type mismatch: expected i32, found i64 (function 0)",
                function(0x42, 1, 0x45));
    }

    @Test
    void functionName() {
        check(
                Invalid.class,
                "0x1b: error: type mismatch: expected i32, found i64 (function 0 \"main\")",
                function(0x42, 1, 0x45).custom("name", names("main")));
    }

    @Test
    void nameThatWouldBreakTheLine() {
        check(
                Invalid.class,
                "0x19: error: type mismatch: expected i32, found nothing (function 0 \"a?b?c\")",
                function(0x45).custom("name", names("a\nb\u001bc")));
    }

    @Test
    void unknownLocal() {
        check(Invalid.class, "0x19: error: unknown local 7 (function 0)", function(0x20, 7));
    }

    @Test
    void missingEnd() {
        byte[] body = bytes(0x20, 0);
        check(
                Malformed.class,
                "0x1b: error: unexpected end of section or function: END opcode expected"
                        + " (function 0)",
                new WasmBuilder().type(new int[] {I32}, I32).function(0, bytes(0), body));
    }

    @Test
    void objects() {
        check(
                Invalid.class,
                "0x1b: error: type mismatch: type 0 is not a structure type (function 0)",
                function(0xfb, 0x00, 0x00));
        check(
                Malformed.class,
                "0x19: error: illegal opcode fb 1f (function 0)",
                function(0xfb, 0x1f));
    }

    @Test
    void featureThatIsOff() {
        check(
                Malformed.class,
                "0x1b: error: illegal opcode: the feature sign-extension is off (function 0)",
                function(0x20, 0, 0xc0),
                Features.DEFAULT.without(Feature.SIGN_EXTENSION));
        check(
                Invalid.class,
                "0xd: error: multiple memories: the feature multi-memory is off",
                new WasmBuilder().memory(1).memory(1),
                Features.DEFAULT.without(Feature.MULTI_MEMORY));
    }

    @Test
    void limit() {
        int[] parameters = new int[1001];
        java.util.Arrays.fill(parameters, I32);
        check(
                LimitExceeded.class,
                "0xd: error: 1001 parameters, at most 1000 are supported",
                new WasmBuilder().type(parameters));
    }

    @Test
    void validationAlone() {
        byte[] bytes = function(0x42, 1, 0x45).build();
        WasmModule module = ModuleParser.parse(bytes, Features.DEFAULT);
        BodyValidator validator = new BodyValidator(module);
        Invalid e = assertThrows(Invalid.class, () -> validator.validate(0));
        assertEquals(
                "0x1b: error: type mismatch: expected i32, found i64 (function 0)", e.getMessage());
        byte[] right = function(0x41, 1).build();
        new BodyValidator(ModuleParser.parse(right, Features.DEFAULT)).validate(0);
    }

    @Test
    void header() {
        byte[] text = "(module)".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Malformed e =
                assertThrows(Malformed.class, () -> ModuleParser.parse(text, Features.DEFAULT));
        assertEquals("0x0: error: magic header not detected", e.getMessage());
        assertEquals(-1, e.functionIndex());
        assertEquals(0, e.offset());
    }
}
