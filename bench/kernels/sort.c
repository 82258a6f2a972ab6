/* Sorting random 32-bit numbers: a quicksort through a comparison callback
 * (indirect calls) and an in-place heap sort (scattered memory accesses). */
#include <stdio.h>

#include "kernel.h"

typedef int (*compare)(uint32_t, uint32_t);

static int ascending(uint32_t a, uint32_t b) {
  return (a > b) - (a < b);
}

/* Orders by the low half first, so that the callback isn't always the same. */
static int low_half_first(uint32_t a, uint32_t b) {
  return ascending(a << 16 | a >> 16, b << 16 | b >> 16);
}

static void swap(uint32_t *a, uint32_t *b) {
  uint32_t old = *a;
  *a = *b;
  *b = old;
}

/* Sorts items[low..high], recursing into the smaller part only. */
static void quicksort(uint32_t *items, int low, int high, compare order) {
  while (low < high) {
    uint32_t pivot = items[low + (high - low) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (order(items[i], pivot) < 0) i++;
      while (order(items[j], pivot) > 0) j--;
      if (i <= j) swap(&items[i++], &items[j--]);
    }
    if (j - low < high - i) {
      quicksort(items, low, j, order);
      low = i;
    } else {
      quicksort(items, i, high, order);
      high = j;
    }
  }
}

/* Moves items[root] down until neither child is larger. */
static void sift_down(uint32_t *items, int root, int count) {
  uint32_t moving = items[root];
  for (int child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && items[child + 1] > items[child]) child++;
    if (items[child] <= moving) break;
    items[root] = items[child];
  }
  items[root] = moving;
}

static void heap_sort(uint32_t *items, int count) {
  for (int root = count / 2 - 1; root >= 0; root--) sift_down(items, root, count);
  for (int last = count - 1; last > 0; last--) {
    swap(&items[0], &items[last]);
    sift_down(items, 0, last);
  }
}

static void fill(uint32_t *items, int count, uint32_t seed) {
  for (int i = 0; i < count; i++) {
    uint32_t high = next_random(&seed);
    items[i] = high << 8 ^ next_random(&seed);
  }
}

static uint32_t sum_items(const uint32_t *items, int count, uint32_t sum) {
  for (int i = 0; i < count; i++) sum = checksum_add(sum, items[i]);
  return sum;
}

int main(int argc, char **argv) {
  int count = kernel_size(argc, argv, 4000000);
  compare orders[] = {ascending, low_half_first};
  uint32_t *items = malloc((size_t)count * sizeof *items);
  if (items == NULL) return 1;
  uint32_t checksum = CHECKSUM_START;
  for (uint32_t round = 0; round < 2; round++) {
    fill(items, count, round);
    quicksort(items, 0, count - 1, orders[round]);
    checksum = sum_items(items, count, checksum);
  }
  fill(items, count, 2);
  heap_sort(items, count);
  checksum = sum_items(items, count, checksum);
  printf("sort %d %08x\n", count, checksum);
  return 0;
}
