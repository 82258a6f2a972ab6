/* N queens: counts the ways to place n queens on an n by n board, one row per
 * recursion, with bit sets of the attacked columns and diagonals. */
#include <stdio.h>

#include "kernel.h"

static uint64_t place(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
  if (columns == all) return 1;
  uint64_t ways = 0;
  uint32_t open = all & ~(columns | left | right);
  while (open != 0) {
    uint32_t square = open & -open;
    open ^= square;
    ways += place(all, columns | square, (left | square) << 1, (right | square) >> 1);
  }
  return ways;
}

int main(int argc, char **argv) {
  int n = kernel_size(argc, argv, 15);
  if (n > 31) n = 31;
  uint64_t ways = place((1u << n) - 1, 0, 0, 0);
  printf("queens %d %llu\n", n, (unsigned long long)ways);
  return 0;
}
