/* What the kernels share: the problem size from the command line, and a
 * checksum over 32-bit words (FNV-1a, a word at a time). */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>
#include <stdlib.h>

/* The first argument as a positive number, or fallback without one. */
static inline int kernel_size(int argc, char **argv, int fallback) {
  int size = argc > 1 ? atoi(argv[1]) : fallback;
  return size > 0 ? size : fallback;
}

#define CHECKSUM_START 2166136261u

static inline uint32_t checksum_add(uint32_t sum, uint32_t word) {
  return (sum ^ word) * 16777619u;
}

/* A small linear congruential generator: the same numbers everywhere. */
static inline uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

#endif
