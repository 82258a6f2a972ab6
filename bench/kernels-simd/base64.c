/* Base64 both ways by table look-ups in registers and multiplications (after W. Mula and D. Lemire, "Faster Base64
 * Encoding and Decoding using AVX2 Instructions", 2018): 12 bytes to 16 letters and back. */
#include <stdio.h>
#include <string.h>
#include <wasm_simd128.h>

#include "../kernels/kernel.h"

#define GROUPS 60000
#define SIZE (12 * GROUPS)

static uint8_t plain[SIZE + 4], decoded[SIZE + 4], letters[16 * GROUPS];

/* 16 numbers of 6 bits, one a byte, from 12 bytes. */
static v128_t split(v128_t in) {
  in = wasm_i8x16_shuffle(in, in, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  v128_t first = wasm_u32x4_shr(wasm_v128_and(in, wasm_i32x4_const_splat(0x0000fc00)), 10);
  v128_t second = wasm_i32x4_shl(wasm_v128_and(in, wasm_i32x4_const_splat(0x000003f0)), 4);
  v128_t third = wasm_u32x4_shr(wasm_v128_and(in, wasm_i32x4_const_splat(0x0fc00000)), 6);
  v128_t fourth = wasm_i32x4_shl(wasm_v128_and(in, wasm_i32x4_const_splat(0x003f0000)), 8);
  return wasm_v128_or(wasm_v128_or(first, second), wasm_v128_or(third, fourth));
}

static v128_t to_letters(v128_t numbers) {
  const v128_t offsets = wasm_i8x16_const('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                          '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  v128_t group = wasm_u8x16_sub_sat(numbers, wasm_i8x16_const_splat(51));
  v128_t upper = wasm_i8x16_lt(numbers, wasm_i8x16_const_splat(26));
  group = wasm_v128_or(group, wasm_v128_and(upper, wasm_i8x16_const_splat(13)));
  return wasm_i8x16_add(numbers, wasm_i8x16_swizzle(offsets, group));
}

static void encode(void) {
  for (int i = 0; i < GROUPS; i++) {
    wasm_v128_store(letters + 16 * i, to_letters(split(wasm_v128_load(plain + 12 * i))));
  }
}

/* Whether all were letters. */
static int decode(void) {
  const v128_t low_kinds = wasm_i8x16_const(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b,
                                            0x1b, 0x1b, 0x1a);
  const v128_t high_kinds = wasm_i8x16_const(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10,
                                             0x10, 0x10, 0x10);
  const v128_t rolls = wasm_i8x16_const(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  const v128_t nibble = wasm_i8x16_const_splat(0x0f);
  v128_t bad = wasm_i8x16_const_splat(0);
  for (int i = 0; i < GROUPS; i++) {
    v128_t in = wasm_v128_load(letters + 16 * i);
    v128_t high = wasm_u8x16_shr(in, 4);
    v128_t low = wasm_v128_and(in, nibble);
    bad = wasm_v128_or(bad, wasm_v128_and(wasm_i8x16_swizzle(low_kinds, low), wasm_i8x16_swizzle(high_kinds, high)));
    v128_t slash = wasm_i8x16_eq(in, wasm_i8x16_const_splat('/'));
    v128_t numbers = wasm_i8x16_add(in, wasm_i8x16_swizzle(rolls, wasm_i8x16_add(slash, high)));
    v128_t even = wasm_v128_and(numbers, wasm_i16x8_const_splat(0x00ff)), odd = wasm_u16x8_shr(numbers, 8);
    v128_t pairs = wasm_v128_or(wasm_i16x8_shl(even, 6), odd);
    v128_t words = wasm_i32x4_dot_i16x8(pairs, wasm_i32x4_const_splat(0x00011000));
    v128_t out = wasm_i8x16_shuffle(words, words, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3);
    wasm_v128_store(decoded + 12 * i, out);
  }
  return !wasm_v128_any_true(bad);
}

int main(int argc, char **argv) {
  int rounds = kernel_size(argc, argv, 6000);
  uint32_t seed = 1, checksum = CHECKSUM_START;
  for (int i = 0; i < SIZE; i++) plain[i] = (uint8_t)next_random(&seed);
  for (int round = 0; round < rounds; round++) {
    encode();
    if (!decode() || memcmp(plain, decoded, SIZE) != 0) {
      printf("wrong in round %d\n", round);
      return 1;
    }
    checksum = checksum_add(checksum, letters[round * 97 % (16 * GROUPS)]);
    plain[round * 31 % SIZE]++;
  }
  printf("base64 %d %08x %.16s\n", rounds, checksum, (const char *)letters);
  return 0;
}
