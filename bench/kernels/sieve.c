/* Sieve of Eratosthenes over the odd numbers, a bit for each, a few times
 * over.  Strided read-modify-write of memory, then a population count. */
#include <stdio.h>
#include <string.h>

#include "kernel.h"

#define LIMIT 50000000

static uint32_t composite[LIMIT / 64 + 1]; /* bit i: is 2i+1 composite? */

/* Marks the composites; the last prime not above LIMIT. */
static int sieve(void) {
  memset(composite, 0, sizeof composite);
  for (int i = 1; (2 * i + 1) * (2 * i + 1) <= LIMIT; i++) {
    if (composite[i / 32] >> i % 32 & 1) continue;
    int prime = 2 * i + 1;
    for (int j = prime * prime / 2; j < LIMIT / 2; j += prime) composite[j / 32] |= 1u << j % 32;
  }
  int last = LIMIT / 2 - 1;
  while (composite[last / 32] >> last % 32 & 1) last--;
  return 2 * last + 1;
}

int main(int argc, char **argv) {
  int rounds = kernel_size(argc, argv, 30);
  int last = 0;
  for (int round = 0; round < rounds; round++) last = sieve();
  int primes = 1; /* 2, the even one */
  for (int i = 1; i < LIMIT / 2; i++) primes += !(composite[i / 32] >> i % 32 & 1);
  printf("sieve %d %d %d\n", rounds, primes, last);
  return 0;
}
