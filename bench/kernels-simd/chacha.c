/* ChaCha20 (RFC 8439), four blocks at a time: each vector holds one word of all four. */
#include <stdio.h>
#include <string.h>
#include <wasm_simd128.h>

#include "../kernels/kernel.h"

static v128_t rotate16(v128_t x) {
  return wasm_i8x16_shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

static v128_t rotate8(v128_t x) {
  return wasm_i8x16_shuffle(x, x, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}

static v128_t rotate(v128_t x, uint32_t by) {
  return wasm_v128_or(wasm_i32x4_shl(x, by), wasm_u32x4_shr(x, 32 - by));
}

#define QUARTER(a, b, c, d)                                                                \
  a = wasm_i32x4_add(a, b), d = rotate16(wasm_v128_xor(d, a)), c = wasm_i32x4_add(c, d),   \
  b = rotate(wasm_v128_xor(b, c), 12), a = wasm_i32x4_add(a, b),                           \
  d = rotate8(wasm_v128_xor(d, a)), c = wasm_i32x4_add(c, d), b = rotate(wasm_v128_xor(b, c), 7)

/* Four rows of four words become the four blocks' parts; each is xored into the data. */
static void put(uint8_t *data, v128_t a, v128_t b, v128_t c, v128_t d) {
  v128_t low = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), high = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  v128_t low2 = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), high2 = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  v128_t parts[4] = {wasm_i64x2_shuffle(low, low2, 0, 2), wasm_i64x2_shuffle(low, low2, 1, 3),
                     wasm_i64x2_shuffle(high, high2, 0, 2), wasm_i64x2_shuffle(high, high2, 1, 3)};
  for (int i = 0; i < 4; i++) {
    wasm_v128_store(data + 64 * i, wasm_v128_xor(wasm_v128_load(data + 64 * i), parts[i]));
  }
}

static void encrypt(uint8_t *data, size_t bytes, const uint32_t key[8], const uint32_t nonce[3]) {
  static const uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  v128_t start[16];
  for (int i = 0; i < 4; i++) start[i] = wasm_u32x4_splat(constants[i]);
  for (int i = 0; i < 8; i++) start[4 + i] = wasm_u32x4_splat(key[i]);
  start[12] = wasm_u32x4_const(1, 2, 3, 4);
  for (int i = 0; i < 3; i++) start[13 + i] = wasm_u32x4_splat(nonce[i]);
  for (size_t at = 0; at < bytes; at += 256) {
    v128_t x[16];
    memcpy(x, start, sizeof x);
    for (int round = 0; round < 10; round++) {
      QUARTER(x[0], x[4], x[8], x[12]);
      QUARTER(x[1], x[5], x[9], x[13]);
      QUARTER(x[2], x[6], x[10], x[14]);
      QUARTER(x[3], x[7], x[11], x[15]);
      QUARTER(x[0], x[5], x[10], x[15]);
      QUARTER(x[1], x[6], x[11], x[12]);
      QUARTER(x[2], x[7], x[8], x[13]);
      QUARTER(x[3], x[4], x[9], x[14]);
    }
    for (int i = 0; i < 16; i++) x[i] = wasm_i32x4_add(x[i], start[i]);
    for (int i = 0; i < 16; i += 4) put(data + at + 4 * i, x[i], x[i + 1], x[i + 2], x[i + 3]);
    start[12] = wasm_i32x4_add(start[12], wasm_i32x4_const_splat(4));
  }
}

#define SIZE (1 << 20)
static uint8_t data[SIZE];

int main(int argc, char **argv) {
  int rounds = kernel_size(argc, argv, 1500);
  uint32_t key[8], nonce[3] = {1, 2, 3};
  for (uint32_t i = 0; i < 8; i++) key[i] = 0x03020100 + i * 0x04040404;
  for (int round = 0; round < rounds; round++) {
    nonce[0] = (uint32_t)round;
    encrypt(data, SIZE, key, nonce);
  }
  uint32_t checksum = CHECKSUM_START;
  for (int i = 0; i < SIZE; i++) checksum = checksum_add(checksum, data[i]);
  printf("chacha %d %08x\n", rounds, checksum);
  return 0;
}
