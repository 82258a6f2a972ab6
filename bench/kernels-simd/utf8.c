/* Validation of UTF-8 by three table look-ups a byte (J. Keiser and D. Lemire, "Validating UTF-8 In Less Than One
 * Instruction Per Byte", 2021), over text in several scripts, and with mistakes in it. */
#include <stdio.h>
#include <string.h>
#include <wasm_simd128.h>

#include "../kernels/kernel.h"

enum {
  TOO_SHORT = 1 << 0,
  TOO_LONG = 1 << 1,
  OVERLONG_3 = 1 << 2,
  TOO_LARGE = 1 << 3,
  SURROGATE = 1 << 4,
  OVERLONG_2 = 1 << 5,
  TOO_LARGE_1000 = 1 << 6,
  OVERLONG_4 = 1 << 6,
  TWO_CONTINUATIONS = 1 << 7,
  CARRY = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS
};

/* The bytes `by` places before each one. */
#define BEFORE(now, last, by)                                                                                     \
  wasm_i8x16_shuffle(last, now, 16 - by, 17 - by, 18 - by, 19 - by, 20 - by, 21 - by, 22 - by, 23 - by, 24 - by, \
                     25 - by, 26 - by, 27 - by, 28 - by, 29 - by, 30 - by, 31 - by)

static v128_t pairs_wrong(v128_t now, v128_t before) {
  const v128_t by_high = wasm_u8x16_const(
      TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TWO_CONTINUATIONS,
      TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
      TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
  const v128_t by_low = wasm_u8x16_const(
      CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY, CARRY | TOO_LARGE,
      CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
      CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
      CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
      CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE, CARRY | TOO_LARGE | TOO_LARGE_1000,
      CARRY | TOO_LARGE | TOO_LARGE_1000);
  const v128_t by_next = wasm_u8x16_const(
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
  v128_t high = wasm_i8x16_swizzle(by_high, wasm_u8x16_shr(before, 4));
  v128_t low = wasm_i8x16_swizzle(by_low, wasm_v128_and(before, wasm_i8x16_const_splat(0x0f)));
  v128_t next = wasm_i8x16_swizzle(by_next, wasm_u8x16_shr(now, 4));
  return wasm_v128_and(wasm_v128_and(high, low), next);
}

/* Bytes are a multiple of 16. */
static int is_valid(const uint8_t *text, size_t bytes) {
  v128_t wrong = wasm_i8x16_const_splat(0), last = wrong, open = wrong;
  const v128_t ends = wasm_u8x16_const(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xf0 - 1,
                                       0xe0 - 1, 0xc0 - 1);
  for (size_t at = 0; at < bytes; at += 16) {
    v128_t now = wasm_v128_load(text + at);
    if (!wasm_i8x16_bitmask(now)) {
      wrong = wasm_v128_or(wrong, open);
      open = wasm_i8x16_const_splat(0);
    } else {
      v128_t second = BEFORE(now, last, 2), third = BEFORE(now, last, 3);
      v128_t pairs = pairs_wrong(now, BEFORE(now, last, 1));
      v128_t inside = wasm_v128_or(wasm_u8x16_sub_sat(second, wasm_u8x16_const_splat(0xe0 - 0x80)),
                                   wasm_u8x16_sub_sat(third, wasm_u8x16_const_splat(0xf0 - 0x80)));
      v128_t must = wasm_v128_and(inside, wasm_u8x16_const_splat(0x80));
      wrong = wasm_v128_or(wrong, wasm_v128_xor(must, pairs));
      open = wasm_u8x16_sub_sat(now, ends);
    }
    last = now;
  }
  return !wasm_v128_any_true(wasm_v128_or(wrong, open));
}

#define SIZE (1 << 20)
static uint8_t text[SIZE];

int main(int argc, char **argv) {
  static const char *const pieces[] = {"plain ASCII, and quite a lot of it, as in markup; ", "na\xc3\xafve ",
                                       "\xd0\xb4\xd0\xbe\xd0\xbc ", "\xe6\xbc\xa2\xe5\xad\x97", "\xf0\x9f\x98\x80 "};
  int rounds = kernel_size(argc, argv, 3000);
  uint32_t seed = 1, checksum = CHECKSUM_START;
  memset(text, ' ', SIZE);
  for (size_t at = 0; at + 64 < SIZE;) {
    const char *piece = pieces[next_random(&seed) % 5];
    memcpy(text + at, piece, strlen(piece));
    at += strlen(piece);
  }
  int valid = 0;
  for (int round = 0; round < rounds; round++) {
    uint8_t *place = text + next_random(&seed) % SIZE, kept = *place;
    if (round % 2) *place = (uint8_t)next_random(&seed);
    int good = is_valid(text, SIZE);
    *place = kept;
    valid += good;
    checksum = checksum_add(checksum, (uint32_t)good);
  }
  printf("utf8 %d %d %08x\n", rounds, valid, checksum);
  return 0;
}
