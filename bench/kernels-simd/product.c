/* The product of two square matrices of floats in tiles of 4 by 8, which stay in registers. */
#include <stdio.h>
#include <wasm_simd128.h>

#include "../kernels/kernel.h"

#define SIDE 512

static float a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static void tile(int row, int column) {
  v128_t sums[4][2];
  for (int i = 0; i < 4; i++) sums[i][0] = sums[i][1] = wasm_f32x4_const_splat(0);
  for (int k = 0; k < SIDE; k++) {
    v128_t left = wasm_v128_load(&b[k][column]), right = wasm_v128_load(&b[k][column + 4]);
    for (int i = 0; i < 4; i++) {
      v128_t factor = wasm_v128_load32_splat(&a[row + i][k]);
      sums[i][0] = wasm_f32x4_add(sums[i][0], wasm_f32x4_mul(factor, left));
      sums[i][1] = wasm_f32x4_add(sums[i][1], wasm_f32x4_mul(factor, right));
    }
  }
  for (int i = 0; i < 4; i++) {
    wasm_v128_store(&c[row + i][column], sums[i][0]);
    wasm_v128_store(&c[row + i][column + 4], sums[i][1]);
  }
}

int main(int argc, char **argv) {
  int rounds = kernel_size(argc, argv, 60);
  uint32_t seed = 1;
  for (int i = 0; i < SIDE * SIDE; i++) {
    a[i / SIDE][i % SIDE] = (float)(next_random(&seed) % 64) / 8;
    b[i / SIDE][i % SIDE] = (float)(next_random(&seed) % 64) / 8;
  }
  uint32_t checksum = CHECKSUM_START;
  for (int round = 0; round < rounds; round++) {
    for (int row = 0; row < SIDE; row += 4) {
      for (int column = 0; column < SIDE; column += 8) tile(row, column);
    }
    checksum = checksum_add(checksum, (uint32_t)c[round % SIDE][7 * round % SIDE]);
    a[round % SIDE][0] += 1;
  }
  printf("product %d %08x\n", rounds, checksum);
  return 0;
}
