package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** The text forms of functions and modules. */
class TextTest {
    @Test
    void parsedFunctionsPrintTheSame() {
        RandomFunctions functions = new RandomFunctions();
        for (long seed = 0; seed < 200; seed++) {
            String text = new Printer(functions.make(seed, 300)).sources(true).print();
            assertEquals(text, new Printer(Parser.parse(text)).sources(true).print());
        }
    }

    @Test
    void parsedModulesPrintTheSame() {
        String text = ModuleText.print(RandomFunctions.MODULE);
        assertEquals(text, ModuleText.print(ModuleText.parse(text)));
    }

    @Test
    void namesAreQuoted() {
        Function function = new Function();
        String name = "a \"b\"\\;\n\u00e9\u4e2d";
        function.reset(1, name, new Signature(new Type[0], new Type[0]));
        function.append(function.addBlock(), Opcode.TRAP, Type.VOID, -1, -1, -1, 0, 1);
        String text = Printer.print(function);
        assertEquals(name, Parser.parse(text).name());
        assertEquals(5, text.lines().count() + 1, text);
    }

    @Test
    void wrongTextIsAnErrorWithItsLine() {
        check("line 1: expected 'function', found 'x'", "x");
        check("line 2: unknown opcode 'jmp'", "b0:\n  jmp b0");
        check("line 2: value v1 is not defined", "b0:\n  return v1");
        check("line 2: block b7 is not defined", "b0:\n  jump b7");
        check("line 2: unknown type 'i33'", "b0:\n  v0:i33 = const 1");
        check("line 2: expected a number, found 'one'", "b0:\n  v0:i32 = const one");
        check("line 3: value v0 is defined twice", "b0:\n  v0:i32 = const 1\n  v0:i32 = const 1");
        check(
                "line 3: expected the end of the line, found ', v0'",
                "b0:\n v0:i32 = const 1\n v1:i32 = eqz v0, v0");
        check("line 1: expected a block", "  trap unreachable");
    }

    private static void check(String message, String body) {
        boolean whole = body.equals("x");
        String text = whole ? body : "function 0 () -> () {\n" + body + "\n}\n";
        SyntaxException e = assertThrows(SyntaxException.class, () -> Parser.parse(text));
        int line = whole ? 1 : Integer.parseInt(message.substring(5, message.indexOf(':'))) + 1;
        assertEquals("line " + line + message.substring(message.indexOf(':')), e.getMessage());
    }
}
