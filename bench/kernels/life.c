/* Conway's Game of Life on a torus, a byte for each cell, from a random start.
 * Byte loads and stores with neighbour sums.  Prints the population and a
 * checksum of the final board. */
#include <stdio.h>
#include <string.h>

#include "kernel.h"

#define SIDE 512

static uint8_t board[SIDE][SIDE], next_board[SIDE][SIDE];

static void step(void) {
  for (int y = 0; y < SIDE; y++) {
    const uint8_t *above = board[(y + SIDE - 1) % SIDE];
    const uint8_t *here = board[y];
    const uint8_t *below = board[(y + 1) % SIDE];
    for (int x = 0; x < SIDE; x++) {
      int west = (x + SIDE - 1) % SIDE, east = (x + 1) % SIDE;
      int neighbours = above[west] + above[x] + above[east] + here[west] + here[east] +
                       below[west] + below[x] + below[east];
      next_board[y][x] = neighbours == 3 || (neighbours == 2 && here[x]);
    }
  }
  memcpy(board, next_board, sizeof board);
}

int main(int argc, char **argv) {
  int generations = kernel_size(argc, argv, 2000);
  uint32_t seed = 1;
  for (int y = 0; y < SIDE; y++) {
    for (int x = 0; x < SIDE; x++) board[y][x] = next_random(&seed) >> 20 & 1;
  }
  for (int generation = 0; generation < generations; generation++) step();
  uint32_t checksum = CHECKSUM_START;
  int population = 0;
  for (int y = 0; y < SIDE; y++) {
    for (int x = 0; x < SIDE; x++) {
      population += board[y][x];
      checksum = checksum_add(checksum, board[y][x]);
    }
  }
  printf("life %d %d %08x\n", generations, population, checksum);
  return 0;
}
