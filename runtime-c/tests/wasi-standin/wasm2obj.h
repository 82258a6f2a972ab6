/* The few declarations of the runtime's core that WASI builds on, for building WASI by itself. */
#ifndef WASM2OBJ_H
#define WASM2OBJ_H

#include <stdint.h>

typedef int32_t w2o_trap;

enum { W2O_TRAP_NONE, W2O_TRAP_EXIT = 100 };

typedef struct w2o_instance w2o_instance;

typedef struct w2o_memory {
    uint8_t *data;
    uint64_t size;
} w2o_memory;

#endif
