/* Spectral norm of the infinite matrix A[i][j] = 1/((i+j)(i+j+1)/2 + i + 1),
 * cut to n by n, by the power method.  Integer-to-double conversions and
 * divisions in a double loop. */
#include <math.h>
#include <stdio.h>

#include "kernel.h"

static double element(int i, int j) {
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(int n, const double *in, double *out) {
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++) sum += element(i, j) * in[j];
    out[i] = sum;
  }
}

static void multiply_transposed(int n, const double *in, double *out) {
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++) sum += element(j, i) * in[j];
    out[i] = sum;
  }
}

int main(int argc, char **argv) {
  int n = kernel_size(argc, argv, 5000);
  double *u = malloc((size_t)n * sizeof *u);
  double *v = malloc((size_t)n * sizeof *v);
  double *between = malloc((size_t)n * sizeof *between);
  if (u == NULL || v == NULL || between == NULL) return 1;
  for (int i = 0; i < n; i++) u[i] = 1;
  for (int round = 0; round < 10; round++) {
    multiply(n, u, between);
    multiply_transposed(n, between, v);
    multiply(n, v, between);
    multiply_transposed(n, between, u);
  }
  double uv = 0, vv = 0;
  for (int i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  printf("spectral %d %.12f\n", n, sqrt(uv / vv));
  return 0;
}
