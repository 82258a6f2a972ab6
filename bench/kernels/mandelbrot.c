/* Mandelbrot set: iterations until escape for each point of a square grid.
 * Double arithmetic in a short dependent loop with a data-dependent exit. */
#include <stdio.h>

#include "kernel.h"

#define LIMIT 200

static int escape_time(double cr, double ci) {
  double zr = 0, zi = 0, rr = 0, ii = 0;
  int steps = 0;
  while (steps < LIMIT && rr + ii <= 4) {
    zi = 2 * zr * zi + ci;
    zr = rr - ii + cr;
    rr = zr * zr;
    ii = zi * zi;
    steps++;
  }
  return steps;
}

int main(int argc, char **argv) {
  int size = kernel_size(argc, argv, 2000);
  uint32_t checksum = CHECKSUM_START;
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) {
      int steps = escape_time(2.0 * x / size - 1.5, 2.0 * y / size - 1.0);
      checksum = checksum_add(checksum, (uint32_t)steps);
    }
  }
  printf("mandelbrot %d %08x\n", size, checksum);
  return 0;
}
