package wasm2obj.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deep, long, broken: the reader and the printer work or say what is wrong, in time that grows with the input alone. */
@Timeout(60)
class HostileTextTest {
    private static final int DEEP = 100_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(block |)",
                "block | end",
                "(loop (drop |))",
                "(if (i32.const 0) (then |))",
                "(if (i32.const 0) (then) (else |))",
                "(if | (then))",
                "(i32.eqz |)",
                "try | catch_all end",
                "(try (do |))",
                "(block $l | (br $l))"
            })
    void deepNesting(String shape) {
        int hole = shape.indexOf('|');
        String open = shape.substring(0, hole);
        String close = shape.substring(hole + 1);
        byte[] module =
                WatReader.read("(func " + open.repeat(DEEP) + "(nop)" + close.repeat(DEEP) + ")")
                        .bytes();
        assertTrue(module.length > DEEP);
        assertArrayEquals(module, WatReader.read(WatPrinter.print(module)).bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "(func ",
                "(; ",
                "(@a ",
                "(@a (",
                "(func (block ",
                "(rec ",
                "\"",
                "(func (@name "
            })
    void unclosed(String part) {
        assertThrows(WatException.class, () -> WatReader.read(part.repeat(DEEP)));
    }

    @Test
    void manyLabelsOfOneNameAreFoundAtOnce() {
        String text =
                "(func "
                        + "block $l ".repeat(DEEP)
                        + "br $l ".repeat(DEEP)
                        + "end ".repeat(DEEP)
                        + ")";
        assertTrue(WatReader.read(text).bytes().length > 5 * DEEP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "i32.const ",
                "f32.const 0x",
                "f64.const 1.",
                "f64.const 0x0.",
                "f32.const 1e",
                "br "
            })
    void longNumbers(String start) {
        String zeros = "(func " + start + "0".repeat(1_000_000) + "7)";
        assertTrue(WatReader.read(zeros).bytes().length > 8);
        String nines = "(func " + start + "9".repeat(1_000_000) + ")";
        if (start.endsWith(".")) {
            assertTrue(WatReader.read(nines).bytes().length > 8);
        } else {
            WatException e = assertThrows(WatException.class, () -> WatReader.read(nines));
            assertTrue(e.getMessage().length() < 200, e.getMessage());
        }
    }

    /** Many uses of a type with many parameters cost what they are long, not what the type is. */
    @Test
    void largeTypeUsedOften() {
        String type = "(type (func (param " + "i32 ".repeat(DEEP) + ")))";
        byte[] module = WatReader.read(type + "(func (type 0))".repeat(DEEP)).bytes();
        assertArrayEquals(module, WatReader.read(WatPrinter.print(module)).bytes());
    }

    /** Changed bytes are read or refused; what is read can be printed, and the print read as the same. */
    @Test
    void mutations() {
        byte[] text = ALL_SORTS.getBytes(StandardCharsets.UTF_8);
        WatReader.read(text);
        Random random = new Random(20_260_101);
        int rounds = Boolean.getBoolean("wasm2obj.long") ? 2_000_000 : 40_000;
        int accepted = 0;
        for (int i = 0; i < rounds; i++) {
            byte[] mutant = text.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(mutant.length);
                mutant[at] =
                        random.nextInt(4) == 0
                                ? (byte) random.nextInt(256)
                                : text[random.nextInt(text.length)];
            }
            accepted += survives(mutant) ? 1 : 0;
        }
        assertTrue(accepted > rounds / 100, "accepted: " + accepted);
    }

    private static boolean survives(byte[] mutant) {
        byte[] module;
        try {
            module = WatReader.read(mutant).bytes();
        } catch (WatException e) {
            assertEquals(1, e.getMessage().lines().count());
            return false;
        }
        byte[] printed;
        try {
            printed = WatPrinter.print(module);
        } catch (WatException e) {
            // A malformed custom section, or more locals than are printed.
            return true;
        }
        assertArrayEquals(module, WatReader.read(printed).bytes());
        return true;
    }

    /** Changed bytes of a module are printed or refused. */
    @Test
    void mutatedModules() {
        byte[] module = WatReader.read(ALL_SORTS).bytes();
        Random random = new Random(20_260_102);
        int rounds = Boolean.getBoolean("wasm2obj.long") ? 2_000_000 : 40_000;
        for (int i = 0; i < rounds; i++) {
            byte[] mutant = module.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                mutant[8 + random.nextInt(mutant.length - 8)] = (byte) random.nextInt(256);
            }
            byte[] text;
            try {
                text = WatPrinter.print(mutant);
            } catch (WatException e) {
                assertEquals(1, e.getMessage().lines().count());
                continue;
            }
            assertTrue(text.length > 0);
        }
    }

    private static final String ALL_SORTS =
            """
            (module $m (@name "all sorts")
              (type $t (func (param $p i32) (result i32)))
              (rec (type $s (sub (struct (field $a (mut i32)) (field i8 (ref null $r)))))
                   (type $r (sub final $s (struct (field i32) (field i8 (ref null $r))))))
              (type (array (mut i16)))
              (import "env" "f" (func $f (param i32) (result i32)))
              (import "env" "m" (memory $mem 1 2 shared))
              (table $tab 2 10 funcref)
              (table (ref null func) (elem (ref.func $f) (ref.func $g)))
              (memory i64 1) (memory (data "ab\\00\\n"))
              (tag $e (param i32))
              (global $x (mut f64) (f64.const 0x1.8p3))
              (global i32 (i32.add (i32.const 1) (i32.const 2)))
              (export "g" (func $g))
              (start $st)
              (elem $el func $f $g) (elem (table $tab) (i32.const 0) funcref (item ref.func $f) (ref.null func))
              (elem declare func $g)
              (data $d "passive") (data (i32.const 8) "active" "\\u{20ac}")
              (func $g (type $t) (param $p i32) (result i32) (local $l i64) (local f32 f32)
                (block $b (result i32)
                  (if (@name "c") (i32.eqz (local.get $p)) (then (br $b (i32.const -7))) (else nop))
                  (i32.atomic.rmw.add $mem offset=4 (i32.const 0) (i32.const 0x1)))
                (@metadata.code.branch_hint "\\01") (br_if 0 (i32.const 1)))
              (func $st
                try_table (catch $e 0) (catch_all_ref 0) call_indirect $tab (type $t) end
                (try (do (throw $e (i32.const 1))) (catch $e drop) (catch_all (rethrow 0)))
                (drop (struct.get $s $a (ref.null $s)))
                v128.const i32x4 1 -2 0xff 4 i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 drop
                (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))
                br_on_cast 0 anyref (ref $s) f32.const nan:0x7 f64.const -1.5e300 drop drop)
              (@custom "mine" (before code) "\\de\\ad"))
            """;
}
