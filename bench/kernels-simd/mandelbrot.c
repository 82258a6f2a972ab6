/* The Mandelbrot set in double precision, two points at a time. */
#include <stdio.h>
#include <wasm_simd128.h>

#include "../kernels/kernel.h"

#define ITERATIONS 200

int main(int argc, char **argv) {
  int side = kernel_size(argc, argv, 1600);
  uint32_t checksum = CHECKSUM_START;
  v128_t limit = wasm_f64x2_const_splat(4);
  for (int y = 0; y < side; y++) {
    v128_t ci = wasm_f64x2_splat(2.0 * y / side - 1);
    for (int x = 0; x < side; x += 2) {
      v128_t cr = wasm_f64x2_make(3.0 * x / side - 2, 3.0 * (x + 1) / side - 2);
      v128_t zr = cr, zi = ci, count = wasm_i64x2_const_splat(0);
      for (int i = 0; i < ITERATIONS; i++) {
        v128_t rr = wasm_f64x2_mul(zr, zr), ii = wasm_f64x2_mul(zi, zi);
        v128_t inside = wasm_f64x2_le(wasm_f64x2_add(rr, ii), limit);
        if (!wasm_v128_any_true(inside)) break;
        count = wasm_i64x2_sub(count, inside);
        v128_t ri = wasm_f64x2_mul(zr, zi);
        zi = wasm_f64x2_add(wasm_f64x2_add(ri, ri), ci);
        zr = wasm_f64x2_add(wasm_f64x2_sub(rr, ii), cr);
      }
      checksum = checksum_add(checksum, (uint32_t)wasm_i64x2_extract_lane(count, 0));
      checksum = checksum_add(checksum, (uint32_t)wasm_i64x2_extract_lane(count, 1));
    }
  }
  printf("mandelbrot %d %08x\n", side, checksum);
  return 0;
}
