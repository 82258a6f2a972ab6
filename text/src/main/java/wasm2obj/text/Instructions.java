package wasm2obj.text;

import java.util.Arrays;

/**
 * All instructions: name, opcode and what follows. A line is a {@link Shape}, an opcode in hexadecimal (after the prefix
 * byte and a colon, if it has one), and the names from that opcode on. After a name of an instruction that accesses memory
 * stands the logarithm of its natural alignment.
 *
 * <p>An opcode with a prefix is the number {@code prefix << 12 | opcode} everywhere in this package.
 */
final class Instructions {
    static final int PREFIX_SHIFT = 12;

    static final int REF_FUNC = 0xd2;
    static final int MEMORY_INIT = 0xfc008;
    static final int DATA_DROP = 0xfc009;
    static final int SELECT_TYPED = 0x1c;
    static final int ELSE = 0x05;
    static final int END = 0x0b;
    static final int CATCH = 0x07;
    static final int CATCH_ALL = 0x19;
    static final int DELEGATE = 0x18;
    static final int IF = 0x04;
    static final int BR_IF = 0x0d;

    private static final String TABLE =
            """
            NONE 00 unreachable nop
            BLOCK 02 block loop
            IF 04 if
            ELSE 05 else
            TRY 06 try
            CATCH 07 catch
            TAG 08 throw
            LABEL 09 rethrow
            NONE 0a throw_ref
            END 0b end
            LABEL 0c br br_if
            BR_TABLE 0e br_table
            NONE 0f return
            FUNCTION 10 call
            CALL_INDIRECT 11 call_indirect
            FUNCTION 12 return_call
            CALL_INDIRECT 13 return_call_indirect
            TYPE 14 call_ref return_call_ref
            DELEGATE 18 delegate
            CATCH_ALL 19 catch_all
            NONE 1a drop
            SELECT 1b select
            SELECT_TYPED 1c select
            TRY_TABLE 1f try_table
            LOCAL 20 local.get local.set local.tee
            GLOBAL 23 global.get global.set
            TABLE 25 table.get table.set
            MEMORY_ACCESS 28 i32.load:2 i64.load:3 f32.load:2 f64.load:3 i32.load8_s:0 i32.load8_u:0
                i32.load16_s:1 i32.load16_u:1 i64.load8_s:0 i64.load8_u:0 i64.load16_s:1
                i64.load16_u:1 i64.load32_s:2 i64.load32_u:2 i32.store:2 i64.store:3 f32.store:2
                f64.store:3 i32.store8:0 i32.store16:1 i64.store8:0 i64.store16:1 i64.store32:2
            MEMORY 3f memory.size memory.grow
            I32_CONST 41 i32.const
            I64_CONST 42 i64.const
            F32_CONST 43 f32.const
            F64_CONST 44 f64.const
            NONE 45 i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u
                i32.ge_s i32.ge_u
            NONE 50 i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u
                i64.ge_s i64.ge_u
            NONE 5b f32.eq f32.ne f32.lt f32.gt f32.le f32.ge
            NONE 61 f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
            NONE 67 i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s
                i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
            NONE 79 i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s
                i64.rem_u i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
            NONE 8b f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add
                f32.sub f32.mul f32.div f32.min f32.max f32.copysign
            NONE 99 f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt f64.add
                f64.sub f64.mul f64.div f64.min f64.max f64.copysign
            NONE a7 i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
            NONE ac i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u
                i64.trunc_f64_s i64.trunc_f64_u
            NONE b2 f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u
                f32.demote_f64
            NONE b7 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u
                f64.promote_f32
            NONE bc i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
            NONE c0 i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s
            HEAP_TYPE d0 ref.null
            NONE d1 ref.is_null
            FUNCTION d2 ref.func
            NONE d3 ref.eq ref.as_non_null
            LABEL d5 br_on_null br_on_non_null
            TYPE fb:00 struct.new struct.new_default
            FIELD fb:02 struct.get struct.get_s struct.get_u struct.set
            TYPE fb:06 array.new array.new_default
            TYPE_COUNT fb:08 array.new_fixed
            TYPE_DATA fb:09 array.new_data
            TYPE_ELEMENT fb:0a array.new_elem
            TYPE fb:0b array.get array.get_s array.get_u array.set
            NONE fb:0f array.len
            TYPE fb:10 array.fill
            TYPE_TYPE fb:11 array.copy
            TYPE_DATA fb:12 array.init_data
            TYPE_ELEMENT fb:13 array.init_elem
            CAST fb:14 ref.test
            CAST_NULL fb:15 ref.test
            CAST fb:16 ref.cast
            CAST_NULL fb:17 ref.cast
            BR_ON_CAST fb:18 br_on_cast br_on_cast_fail
            NONE fb:1a any.convert_extern extern.convert_any ref.i31 i31.get_s i31.get_u
            NONE fc:00 i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s
                i32.trunc_sat_f64_u
            NONE fc:04 i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s
                i64.trunc_sat_f64_u
            MEMORY_INIT fc:08 memory.init
            DATA fc:09 data.drop
            MEMORY_COPY fc:0a memory.copy
            MEMORY fc:0b memory.fill
            TABLE_INIT fc:0c table.init
            ELEMENT fc:0d elem.drop
            TABLE_COPY fc:0e table.copy
            TABLE fc:0f table.grow table.size table.fill
            NONE fc:13 i64.add128 i64.sub128 i64.mul_wide_s i64.mul_wide_u
            MEMORY_ACCESS fd:00 v128.load:4 v128.load8x8_s:3 v128.load8x8_u:3 v128.load16x4_s:3
                v128.load16x4_u:3 v128.load32x2_s:3 v128.load32x2_u:3 v128.load8_splat:0
                v128.load16_splat:1 v128.load32_splat:2 v128.load64_splat:3 v128.store:4
            V128_CONST fd:0c v128.const
            SHUFFLE fd:0d i8x16.shuffle
            NONE fd:0e i8x16.swizzle i8x16.splat i16x8.splat i32x4.splat i64x2.splat f32x4.splat
                f64x2.splat
            LANE fd:15 i8x16.extract_lane_s i8x16.extract_lane_u i8x16.replace_lane
                i16x8.extract_lane_s i16x8.extract_lane_u i16x8.replace_lane i32x4.extract_lane
                i32x4.replace_lane i64x2.extract_lane i64x2.replace_lane f32x4.extract_lane
                f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane
            NONE fd:23 i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u i8x16.le_s
                i8x16.le_u i8x16.ge_s i8x16.ge_u
            NONE fd:2d i16x8.eq i16x8.ne i16x8.lt_s i16x8.lt_u i16x8.gt_s i16x8.gt_u i16x8.le_s
                i16x8.le_u i16x8.ge_s i16x8.ge_u
            NONE fd:37 i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s
                i32x4.le_u i32x4.ge_s i32x4.ge_u
            NONE fd:41 f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge
            NONE fd:47 f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge
            NONE fd:4d v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true
            MEMORY_LANE fd:54 v128.load8_lane:0 v128.load16_lane:1 v128.load32_lane:2
                v128.load64_lane:3 v128.store8_lane:0 v128.store16_lane:1 v128.store32_lane:2
                v128.store64_lane:3
            MEMORY_ACCESS fd:5c v128.load32_zero:2 v128.load64_zero:3
            NONE fd:5e f32x4.demote_f64x2_zero f64x2.promote_low_f32x4
            NONE fd:60 i8x16.abs i8x16.neg i8x16.popcnt i8x16.all_true i8x16.bitmask
                i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u
            NONE fd:67 f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest
            NONE fd:6b i8x16.shl i8x16.shr_s i8x16.shr_u i8x16.add i8x16.add_sat_s i8x16.add_sat_u
                i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u
            NONE fd:74 f64x2.ceil f64x2.floor
            NONE fd:76 i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u
            NONE fd:7a f64x2.trunc i8x16.avgr_u
            NONE fd:7c i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u
                i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u
            NONE fd:80 i16x8.abs i16x8.neg i16x8.q15mulr_sat_s i16x8.all_true i16x8.bitmask
                i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u i16x8.extend_low_i8x16_s
                i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u
                i16x8.shl i16x8.shr_s i16x8.shr_u i16x8.add i16x8.add_sat_s i16x8.add_sat_u
                i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u
            NONE fd:94 f64x2.nearest
            NONE fd:95 i16x8.mul i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u
            NONE fd:9b i16x8.avgr_u i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s
                i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u
            NONE fd:a0 i32x4.abs i32x4.neg
            NONE fd:a3 i32x4.all_true i32x4.bitmask
            NONE fd:a7 i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u
                i32x4.extend_high_i16x8_u i32x4.shl i32x4.shr_s i32x4.shr_u i32x4.add
            NONE fd:b1 i32x4.sub
            NONE fd:b5 i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s
            NONE fd:bc i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u
                i32x4.extmul_high_i16x8_u
            NONE fd:c0 i64x2.abs i64x2.neg
            NONE fd:c3 i64x2.all_true i64x2.bitmask
            NONE fd:c7 i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u
                i64x2.extend_high_i32x4_u i64x2.shl i64x2.shr_s i64x2.shr_u i64x2.add
            NONE fd:d1 i64x2.sub
            NONE fd:d5 i64x2.mul i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s
                i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u
                i64x2.extmul_high_i32x4_u
            NONE fd:e0 f32x4.abs f32x4.neg
            NONE fd:e3 f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.min f32x4.max
                f32x4.pmin f32x4.pmax
            NONE fd:ec f64x2.abs f64x2.neg
            NONE fd:ef f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div f64x2.min f64x2.max
                f64x2.pmin f64x2.pmax
            NONE fd:f8 i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s
                f32x4.convert_i32x4_u i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero
                f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u
            NONE fd:100 i8x16.relaxed_swizzle i32x4.relaxed_trunc_f32x4_s
                i32x4.relaxed_trunc_f32x4_u i32x4.relaxed_trunc_f64x2_s_zero
                i32x4.relaxed_trunc_f64x2_u_zero f32x4.relaxed_madd f32x4.relaxed_nmadd
                f64x2.relaxed_madd f64x2.relaxed_nmadd i8x16.relaxed_laneselect
                i16x8.relaxed_laneselect i32x4.relaxed_laneselect i64x2.relaxed_laneselect
                f32x4.relaxed_min f32x4.relaxed_max f64x2.relaxed_min f64x2.relaxed_max
                i16x8.relaxed_q15mulr_s i16x8.relaxed_dot_i8x16_i7x16_s
                i32x4.relaxed_dot_i8x16_i7x16_add_s
            MEMORY_ACCESS fe:00 memory.atomic.notify:2 memory.atomic.wait32:2 memory.atomic.wait64:3
            FENCE fe:03 atomic.fence
            MEMORY_ACCESS fe:10 i32.atomic.load:2 i64.atomic.load:3 i32.atomic.load8_u:0
                i32.atomic.load16_u:1 i64.atomic.load8_u:0 i64.atomic.load16_u:1
                i64.atomic.load32_u:2 i32.atomic.store:2 i64.atomic.store:3 i32.atomic.store8:0
                i32.atomic.store16:1 i64.atomic.store8:0 i64.atomic.store16:1 i64.atomic.store32:2
            MEMORY_ACCESS fe:1e i32.atomic.rmw.add:2 i64.atomic.rmw.add:3 i32.atomic.rmw8.add_u:0
                i32.atomic.rmw16.add_u:1 i64.atomic.rmw8.add_u:0 i64.atomic.rmw16.add_u:1
                i64.atomic.rmw32.add_u:2
            MEMORY_ACCESS fe:25 i32.atomic.rmw.sub:2 i64.atomic.rmw.sub:3 i32.atomic.rmw8.sub_u:0
                i32.atomic.rmw16.sub_u:1 i64.atomic.rmw8.sub_u:0 i64.atomic.rmw16.sub_u:1
                i64.atomic.rmw32.sub_u:2
            MEMORY_ACCESS fe:2c i32.atomic.rmw.and:2 i64.atomic.rmw.and:3 i32.atomic.rmw8.and_u:0
                i32.atomic.rmw16.and_u:1 i64.atomic.rmw8.and_u:0 i64.atomic.rmw16.and_u:1
                i64.atomic.rmw32.and_u:2
            MEMORY_ACCESS fe:33 i32.atomic.rmw.or:2 i64.atomic.rmw.or:3 i32.atomic.rmw8.or_u:0
                i32.atomic.rmw16.or_u:1 i64.atomic.rmw8.or_u:0 i64.atomic.rmw16.or_u:1
                i64.atomic.rmw32.or_u:2
            MEMORY_ACCESS fe:3a i32.atomic.rmw.xor:2 i64.atomic.rmw.xor:3 i32.atomic.rmw8.xor_u:0
                i32.atomic.rmw16.xor_u:1 i64.atomic.rmw8.xor_u:0 i64.atomic.rmw16.xor_u:1
                i64.atomic.rmw32.xor_u:2
            MEMORY_ACCESS fe:41 i32.atomic.rmw.xchg:2 i64.atomic.rmw.xchg:3 i32.atomic.rmw8.xchg_u:0
                i32.atomic.rmw16.xchg_u:1 i64.atomic.rmw8.xchg_u:0 i64.atomic.rmw16.xchg_u:1
                i64.atomic.rmw32.xchg_u:2
            MEMORY_ACCESS fe:48 i32.atomic.rmw.cmpxchg:2 i64.atomic.rmw.cmpxchg:3
                i32.atomic.rmw8.cmpxchg_u:0 i32.atomic.rmw16.cmpxchg_u:1 i64.atomic.rmw8.cmpxchg_u:0
                i64.atomic.rmw16.cmpxchg_u:1 i64.atomic.rmw32.cmpxchg_u:2
            """;

    private static final Shape[] SHAPES = Shape.values();

    private static final int LONGEST = 700;

    private static final String[] NAMES = new String[LONGEST];
    private static final int[] OPCODES = new int[LONGEST];
    private static final Shape[] SHAPE = new Shape[LONGEST];
    private static final byte[] ALIGNMENT = new byte[LONGEST];
    private static int count;

    /** Rows + 1 by opcode, for each of: no prefix, and the prefixes 0xfb to 0xfe. */
    private static final short[][] ROWS = new short[5][0x120];

    static {
        readTable();
    }

    private Instructions() {}

    private static void readTable() {
        Shape shape = null;
        int opcode = 0;
        int start = 0;
        while (start < TABLE.length()) {
            int end = start;
            while (TABLE.charAt(end) > ' ') {
                end++;
            }
            String word = TABLE.substring(start, end);
            if (word.charAt(0) >= 'A' && word.charAt(0) <= 'Z') {
                shape = shape(word);
                opcode = -1;
            } else if (opcode < 0) {
                opcode = opcode(word);
            } else {
                add(word, opcode++, shape);
            }
            start = end;
            while (start < TABLE.length() && TABLE.charAt(start) <= ' ') {
                start++;
            }
        }
    }

    private static Shape shape(String word) {
        for (Shape shape : SHAPES) {
            if (shape.name().equals(word)) {
                return shape;
            }
        }
        throw new AssertionError(word);
    }

    private static int opcode(String word) {
        int colon = word.indexOf(':');
        int opcode = Integer.parseInt(word, colon + 1, word.length(), 16);
        return colon < 0 ? opcode : Integer.parseInt(word, 0, colon, 16) << PREFIX_SHIFT | opcode;
    }

    private static void add(String word, int opcode, Shape shape) {
        int colon = word.indexOf(':');
        NAMES[count] = colon < 0 ? word : word.substring(0, colon);
        ALIGNMENT[count] = (byte) (colon < 0 ? 0 : word.charAt(colon + 1) - '0');
        OPCODES[count] = opcode;
        SHAPE[count] = shape;
        ROWS[group(opcode >>> PREFIX_SHIFT)][opcode & 0xfff] = (short) (count + 1);
        count++;
    }

    private static int group(int prefix) {
        return prefix == 0 ? 0 : prefix - 0xfa;
    }

    /** The number of rows. */
    static int count() {
        return count;
    }

    static String name(int row) {
        return NAMES[row];
    }

    static int opcode(int row) {
        return OPCODES[row];
    }

    static Shape shape(int row) {
        return SHAPE[row];
    }

    /** Logarithm of the natural alignment of what the instruction accesses. */
    static int alignment(int row) {
        return ALIGNMENT[row];
    }

    static boolean isPrefix(int opcode) {
        return opcode >= 0xfb && opcode <= 0xfe;
    }

    /** The row of an opcode behind a prefix, or behind none if that is 0; -1 if there is no such instruction. */
    static int row(int prefix, int opcode) {
        short[] rows = ROWS[group(prefix)];
        return opcode >= 0 && opcode < rows.length ? rows[opcode] - 1 : -1;
    }

    /** The names of all rows, in their order. */
    static String[] names() {
        return Arrays.copyOf(NAMES, count);
    }
}
