/* Matrix multiplication, n by n doubles, the plain three loops in an order
 * that walks memory forwards. */
#include <stdio.h>

#include "kernel.h"

static double *random_matrix(int n, uint32_t seed) {
  double *matrix = malloc((size_t)n * (size_t)n * sizeof *matrix);
  if (matrix == NULL) exit(1);
  for (int i = 0; i < n * n; i++) matrix[i] = next_random(&seed) % 1000 / 8.0;
  return matrix;
}

int main(int argc, char **argv) {
  int n = kernel_size(argc, argv, 1300);
  double *a = random_matrix(n, 1), *b = random_matrix(n, 2);
  double *product = calloc((size_t)n * (size_t)n, sizeof *product);
  if (product == NULL) return 1;
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < n; k++) {
      double factor = a[i * n + k];
      for (int j = 0; j < n; j++) product[i * n + j] += factor * b[k * n + j];
    }
  }
  double trace = 0, total = 0;
  for (int i = 0; i < n; i++) {
    trace += product[i * n + i];
    for (int j = 0; j < n; j++) total += product[i * n + j];
  }
  printf("matmul %d %.3f %.3f\n", n, trace, total);
  return 0;
}
