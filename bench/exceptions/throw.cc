// Throws through ten frames and catches, again and again; prints how often. Without a C++ library: an exception here is an
// address, and nothing is allocated.
#include <stdio.h>
#include <stdlib.h>

#define FRAMES 10

extern "C" {
void *__cxa_begin_catch(void *exception) {
  return exception;
}

void __cxa_end_catch() {}

[[noreturn]] void _ZSt9terminatev() {
  abort();
}
}

static volatile int limit = 0;

// A call of its own for each frame: what comes back is used twice.
__attribute__((noinline)) static int descend(int frames) {
  static int exception;
  if (frames <= limit) __builtin_wasm_throw(0, &exception);
  if (frames < 0) return 1;
  int below = descend(frames - 1);
  return below * below + limit;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1000000;
  int caught = 0;
  for (int i = 0; i < rounds; i++) {
    try {
      descend(FRAMES - 1);
    } catch (...) {
      caught++;
    }
  }
  printf("throw %d %d\n", rounds, caught);
  return 0;
}
