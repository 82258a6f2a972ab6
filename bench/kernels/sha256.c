/* SHA-256 (FIPS 180-4) over a buffer of whole blocks, again and again with the
 * digest fed back in.  32-bit rotations, exclusive ors and additions. */
#include <stdio.h>

#include "kernel.h"

#define BLOCK 64
#define BUFFER_BLOCKS 1024

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static const uint32_t initial_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotate_right(uint32_t word, int by) {
  return word >> by | word << (32 - by);
}

static void compress(uint32_t *state, const uint8_t *block) {
  uint32_t w[64];
  for (int t = 0; t < 16; t++) {
    const uint8_t *p = block + 4 * t;
    w[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
  }
  for (int t = 16; t < 64; t++) {
    uint32_t s0 = rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int t = 0; t < 64; t++) {
    uint32_t big1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
    uint32_t temp1 = h + big1 + ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
    uint32_t big0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
    uint32_t temp2 = big0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + temp1;
    d = c;
    c = b;
    b = a;
    a = temp1 + temp2;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

static void put_word(uint8_t *p, uint32_t word) {
  for (int i = 0; i < 4; i++) p[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* The digest of length bytes, which must be whole blocks. */
static void sha256(const uint8_t *data, uint32_t length, uint32_t *state) {
  uint8_t padding[BLOCK] = {0x80};
  for (int i = 0; i < 8; i++) state[i] = initial_state[i];
  for (uint32_t at = 0; at < length; at += BLOCK) compress(state, data + at);
  put_word(padding + 56, length >> 29);
  put_word(padding + 60, length << 3);
  compress(state, padding);
}

int main(int argc, char **argv) {
  static uint8_t buffer[BUFFER_BLOCKS * BLOCK];
  int rounds = kernel_size(argc, argv, 5000);
  uint32_t seed = 1, digest[8];
  for (uint32_t i = 0; i < sizeof buffer; i++) buffer[i] = (uint8_t)next_random(&seed);
  for (int round = 0; round < rounds; round++) {
    sha256(buffer, sizeof buffer, digest);
    for (int i = 0; i < 8; i++) put_word(buffer + 4 * i, digest[i]);
  }
  printf("sha256 %d ", rounds);
  for (int i = 0; i < 8; i++) printf("%08x", digest[i]);
  printf("\n");
  return 0;
}
