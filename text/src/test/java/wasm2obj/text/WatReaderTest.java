package wasm2obj.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader makes of small texts. The bytes are the specification's binary format, worked out by hand. */
class WatReaderTest {
    private static final String HEADER = "0061736d01000000";

    private static String hex(String text) {
        String hex = HexFormat.of().formatHex(WatReader.read(text).bytes());
        assertTrue(hex.startsWith(HEADER));
        return hex.substring(HEADER.length());
    }

    /** The instructions of a function without parameters, locals and results. */
    private static String code(String instructions) {
        String hex = hex("(func " + instructions + ")");
        String before = "01040160000003020100" + "0a";
        assertTrue(hex.startsWith(before), hex);
        // Section size, count, body size, number of groups of locals: one byte each. Names may
        // follow.
        int start = before.length() + 8;
        int bodySize = Integer.parseInt(hex, start - 4, start - 2, 16);
        return hex.substring(start, start + 2 * bodySize - 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "(module)",
                " ;; nothing\n(; nor (; here ;) ;) ( module ) ",
                "((@x)module)"
            })
    void emptyModules(String text) {
        assertEquals("", hex(text));
    }

    /** Everything in one function, folded and not. */
    @Test
    void foldedAndPlainAreTheSame() {
        byte[] plain =
                WatReader.read(
                                """
                                (func (param i32) (result i32)
                                  block (result i32)
                                    local.get 0
                                    if (result i32)
                                      i32.const 1
                                    else
                                      local.get 0
                                      i32.const 2
                                      i32.add
                                    end
                                  end)
                                """)
                        .bytes();
        byte[] folded =
                WatReader.read(
                                """
                                (func (param $x i32) (result i32)
                                  (block (result i32)
                                    (if (result i32) (local.get $x)
                                      (then (i32.const 1))
                                      (else (i32.add (local.get $x) (i32.const 2))))))
                                """)
                        .bytes();
        // The identifier is in a name section, which the other does not have.
        assertArrayEquals(plain, Arrays.copyOf(folded, plain.length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    i32.const 0                     | 4100
                    i32.const 0xffff_ffff           | 417f
                    i32.const -0x8000_0000          | 418080808078
                    i64.const -1                    | 427f
                    i64.const 18446744073709551615  | 427f
                    i32.const +63                   | 413f
                    i32.const 64                    | 41c000
                    (drop (i32.const 1))            | 41011a
                    block $l br $l end              | 02400c000b
                    block $l loop br $l end end     | 024003400c010b0b
                    block $l block $l br $l end br $l end | 024002400c000b0c000b
                    br_table 0 1 2                  | 0e02000102
                    select (result i32)             | 1c017f
                    select                          | 1b
                    i32.load offset=16 align=1      | 28 00 10
                    i32.load 2 offset=16            | 28 42 02 10
                    v128.load8_lane 3               | fd54 00 00 03
                    v128.load8_lane 1 3             | fd54 40 01 00 03
                    memory.copy                     | fc0a0000
                    memory.copy 1 2                 | fc0a0102
                    ref.null func                   | d070
                    ref.test (ref 0)                | fb1400
                    ref.test anyref                 | fb156e
                    ref.cast (ref null i31)         | fb176c
                    br_on_cast 0 anyref (ref i31)   | fb1801006e6c
                    i64.mul_wide_u                  | fc16
                    atomic.fence                    | fe0300
                    try catch_all end               | 0640190b
                    try delegate 0                  | 06401800
                    try_table (catch_all 0) end     | 1f400102000b
                    (try (do nop) (catch 3 drop))   | 06400107031a0b
                    table.init 1 2                  | fc0c0201
                    table.init 2                    | fc0c0200
                    """)
    void instructions(String text, String expected) {
        assertEquals(expected.replace(" ", ""), code(text));
    }

    @Test
    void dataInstructionsNeedTheCount() {
        String hex = hex("(memory 1) (data \"x\") (func data.drop 0)");
        assertEquals(
                "010401600000"
                        + "03020100"
                        + "0503010001"
                        + "0c0101"
                        + "0a07010500fc09000b"
                        + "0b04010101"
                        + "78",
                hex);
    }

    @Test
    void implicitTypesComeLastInTheOrderOfUse() {
        String hex = hex("(func) (type (func (param i32))) (func (param i64)) (func (param i32))");
        assertEquals("010c03" + "60017f00" + "600000" + "60017e00", hex.substring(0, 28));
        assertEquals("03040301" + "0200", hex.substring(28, 40));
    }

    @Test
    void abbreviationsOfTablesAndMemories() {
        assertEquals(
                "010401600000"
                        + "03020100"
                        + "04050170010101"
                        + "0907010041000b0100"
                        + "0a040102000b",
                hex("(table funcref (elem 0)) (func)"));
        assertEquals(
                "0504010101" + "01" + "0b09010041000b03616263",
                hex("(memory (data \"a\" \"bc\"))"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    0.1                       | 3dcccccd | 3fb999999999999a
                    1e-45                     | 00000001 | 3696d601ad376ab9
                    0x1p-149                  | 00000001 | 36a0000000000000
                    0x1p-150                  | 00000000 | 3690000000000000
                    0x1.000002p-150           | 00000001 | 3690000020000000
                    0x1.0000010000000000001p0 | 3f800001 | 3ff0000010000000
                    0x1.000001p0              | 3f800000 | 3ff0000010000000
                    0x1.000003p0              | 3f800002 | 3ff0000030000000
                    0x1.fffffefp0             | 3fffffff | 3fffffffef000000
                    -0x0p0                    | 80000000 | 8000000000000000
                    0x1_0.8_0P+4              | 43840000 | 4070800000000000
                    123_456.7_8e-1_0          | 374f2049 | 3ee9e4091070df4c
                    nan                       | 7fc00000 | 7ff8000000000000
                    -nan:0x1                  | ff800001 | fff0000000000001
                    +inf                      | 7f800000 | 7ff0000000000000
                    """)
    void floats(String literal, String single, String twice) {
        assertEquals("43" + reversed(single), code("f32.const " + literal));
        assertEquals("44" + reversed(twice), code("f64.const " + literal));
    }

    private static String reversed(String hex) {
        StringBuilder bytes = new StringBuilder();
        for (int i = hex.length() - 2; i >= 0; i -= 2) {
            bytes.append(hex, i, i + 2);
        }
        return bytes.toString();
    }

    @Test
    void stringsAndQuotedIdentifiers() {
        assertEquals(
                hex("(func $a (export \"a\\n\\t\\\"\\'\\\\\"))"),
                hex("(func $\"\\61\" (export \"\\u{61}\\0a\\09\\22\\27\\5c\"))"));
        assertTrue(hex("(func (export \"\\u{1F600}\"))").contains("04f09f9880"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    (func foo)                      | 1:7: error: unknown operator foo
                    (func (drop (i32.const 1))      | 1:27: error: unexpected end of text, expected )
                    (func $f) (func $f)             | 1:17: error: duplicate function $f
                    (func call $g)                  | 1:12: error: unknown function $g
                    (func br $l)                    | 1:10: error: unknown label $l
                    (func (i32.load align=3))       | 1:17: error: alignment must be a power of two
                    (func (i32.const 4294967296))   | 1:18: error: constant out of range
                    (func (export "a                | 1:15: error: unclosed string
                    (; (; ;)                        | 1:1: error: unclosed comment
                    (func block)                    | 1:7: error: unclosed block: there is no end for it
                    (func (export "\\zz"))          | 1:16: error: malformed escape sequence
                    (func) )                        | 1:8: error: unexpected token ), expected a module field
                    (func (@name "x") (@name "y"))  | 1:19: error: misplaced @name annotation
                    (@custom "x" (after nothing))   | 1:21: error: @custom annotation: malformed section kind
                    """)
    void errors(String text, String message) {
        WatException e = assertThrows(WatException.class, () -> WatReader.read(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void columnsCountCharactersAndLinesEndAnyWay() {
        byte[] text = "(; ä€ ;)\r\n\r(; é ;) foo".getBytes(StandardCharsets.UTF_8);
        WatException e = assertThrows(WatException.class, () -> WatReader.read(text));
        assertEquals(3, e.line());
        assertEquals(9, e.column());
    }

    @Test
    void invalidUtf8() {
        byte[] text = {'(', ';', (byte) 0xc0, (byte) 0x80, ';', ')'};
        WatException e = assertThrows(WatException.class, () -> WatReader.read(text));
        assertEquals("1:3: error: malformed UTF-8 encoding", e.getMessage());
    }

    @Test
    void offsetsLeadBackToTheText() {
        WatModule module =
                WatReader.read("(module\n  (func\n    nop\n    (drop\n      (i32.const 1))))");
        byte[] bytes = module.bytes();
        int nop = bytes.length - 5;
        assertEquals(1, bytes[nop]);
        assertEquals("3:5", module.line(nop) + ":" + module.column(nop));
        assertEquals("5:7", module.line(nop + 1) + ":" + module.column(nop + 1));
        assertEquals("5:7", module.line(nop + 2) + ":" + module.column(nop + 2));
        assertEquals("4:5", module.line(nop + 3) + ":" + module.column(nop + 3));
    }

    /** A type that the binary format writes in two ways is printed in one: a print that was read prints alike. */
    @Test
    void nullableAbstractReferencesPrintShort() {
        byte[] module =
                HexFormat.of()
                        .parseHex(
                                HEADER + "010a" + "016004" + "6370" + "6e" + "646e" + "70" + "00");
        String text = new String(WatPrinter.print(module), StandardCharsets.UTF_8);
        assertTrue(text.contains("(param funcref anyref (ref any) funcref)"), text);
        assertArrayEquals(
                text.getBytes(StandardCharsets.UTF_8),
                WatPrinter.print(WatReader.read(text).bytes()));
    }

    @Test
    void textIsKnownByItsFirstCharacter() {
        assertTrue(WatReader.isText(" \n(module)".getBytes(StandardCharsets.UTF_8)));
        assertTrue(WatReader.isText(";; hello".getBytes(StandardCharsets.UTF_8)));
        assertFalse(WatReader.isText(new byte[] {0, 'a', 's', 'm'}));
        assertFalse(WatReader.isText(new byte[0]));
    }
}
