/* A 5 by 5 convolution of a grey image of floats, four pixels at a time. */
#include <stdio.h>
#include <wasm_simd128.h>

#include "../kernels/kernel.h"

#define WIDTH 1024
#define HEIGHT 768
#define MARGIN 2 /* on each side, so that every pixel has neighbours */
#define STRIDE (WIDTH + 2 * MARGIN)

static float image[(HEIGHT + 2 * MARGIN) * STRIDE], result[HEIGHT * WIDTH];

static void convolve(const float weights[5][5]) {
  for (int y = 0; y < HEIGHT; y++) {
    for (int x = 0; x < WIDTH; x += 4) {
      v128_t sum = wasm_f32x4_const_splat(0);
      for (int dy = 0; dy < 5; dy++) {
        const float *row = &image[(y + dy) * STRIDE + x];
        for (int dx = 0; dx < 5; dx++) {
          v128_t weight = wasm_v128_load32_splat(&weights[dy][dx]);
          sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(row + dx), weight));
        }
      }
      wasm_v128_store(&result[y * WIDTH + x], sum);
    }
  }
}

int main(int argc, char **argv) {
  int rounds = kernel_size(argc, argv, 300);
  uint32_t seed = 1;
  for (int i = 0; i < (HEIGHT + 2 * MARGIN) * STRIDE; i++) image[i] = (float)(next_random(&seed) % 256);
  float weights[5][5];
  for (int i = 0; i < 25; i++) weights[i / 5][i % 5] = (float)(next_random(&seed) % 16) / 128;
  uint32_t checksum = CHECKSUM_START;
  for (int round = 0; round < rounds; round++) {
    convolve(weights);
    for (int i = round % 7; i < HEIGHT * WIDTH; i += 1009) checksum = checksum_add(checksum, (uint32_t)result[i]);
    image[round % 1000 * STRIDE / 2] += 1;
  }
  printf("convolution %d %08x\n", rounds, checksum);
  return 0;
}
