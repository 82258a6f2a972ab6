/* Fannkuch: for every permutation of 1..n, how many prefix reversals bring 1
 * to the front.  Small arrays, unpredictable loops.  Prints an alternating
 * checksum of the counts and their maximum. */
#include <stdio.h>

#include "kernel.h"

#define MAX_N 12

/* Reverses the first permutation[0] elements until 1 is in front; the count. */
static int count_flips(const int *permutation, int n) {
  int work[MAX_N];
  for (int i = 0; i < n; i++) work[i] = permutation[i];
  int flips = 0;
  while (work[0] != 1) {
    for (int low = 0, high = work[0] - 1; low < high; low++, high--) {
      int swapped = work[low];
      work[low] = work[high];
      work[high] = swapped;
    }
    flips++;
  }
  return flips;
}

/* Steps to the next permutation by rotating ever longer prefixes; 0 at the end. */
static int next_permutation(int *permutation, int *rotations, int n) {
  for (int length = 2; length <= n; length++) {
    int first = permutation[0];
    for (int i = 0; i + 1 < length; i++) permutation[i] = permutation[i + 1];
    permutation[length - 1] = first;
    if (++rotations[length - 1] < length) return 1;
    rotations[length - 1] = 0;
  }
  return 0;
}

int main(int argc, char **argv) {
  int n = kernel_size(argc, argv, 11);
  if (n > MAX_N) n = MAX_N;
  int permutation[MAX_N], rotations[MAX_N];
  for (int i = 0; i < n; i++) {
    permutation[i] = i + 1;
    rotations[i] = 0;
  }
  int checksum = 0, most = 0, sign = 1;
  do {
    int flips = count_flips(permutation, n);
    checksum += sign * flips;
    sign = -sign;
    if (flips > most) most = flips;
  } while (next_permutation(permutation, rotations, n));
  printf("fannkuch %d %d %d\n", n, checksum, most);
  return 0;
}
