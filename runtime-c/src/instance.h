/*
 * What compiled code and the runtime share in memory: the context's fixed part, the head of a store,
 * the record of a host function, the activation. docs/abi.md is the specification; the compiler's
 * side is wasm2obj.codegen.ContextLayout and StoreLayout. Numbers here never change within one ABI
 * version.
 */
#ifndef W2O_INSTANCE_H
#define W2O_INSTANCE_H

#include <stdatomic.h>

#include "descriptor.h"
#include "wasm2obj.h"

typedef struct w2o_heap w2o_heap;

/* Between archive members only. */
#define W2O_HIDDEN __attribute__((visibility("hidden")))

/*
 * The 256 bytes below the context. A `w2o_instance *` is the context: the address behind this struct.
 * Entities of the instance lie below it, at the offsets that the module's descriptor gives.
 */
typedef struct w2o_context {
    /* The runtime's own: 128 bytes. */
    const w2o_module *module;
    w2o_instance *next;    /* in the store's list */
    void *data;            /* the host's */
    void *allocation;      /* what holds the instance area, if no memory's reservation does */
    uint64_t *dropped;     /* one bit for each element segment, then one for each data segment */
    struct w2o_items **segments; /* by element segment: the items that were evaluated, or NULL */
    uint64_t reserved[9];
    uint8_t *heap;         /* the base of the store's heap, if there is one */

    uint64_t near_globals[11];
    w2o_memory memory;       /* memory 0, if it is the instance's own */
    w2o_store *store;
    uintptr_t stack_limit;   /* compiled code traps rather than take the stack below this */
} w2o_context;

_Static_assert(sizeof(w2o_context) == 256, "the context's fixed part");
_Static_assert(offsetof(w2o_context, heap) == 256 - 136, "heap");
_Static_assert(offsetof(w2o_context, near_globals) == 256 - 128, "near globals");
_Static_assert(offsetof(w2o_context, memory) == 256 - 40, "memory 0");
_Static_assert(offsetof(w2o_context, store) == 256 - 16, "store");
_Static_assert(offsetof(w2o_context, stack_limit) == 256 - 8, "stack limit");

static inline w2o_context *w2o_context_of(const w2o_instance *instance)
{
    return (w2o_context *)(uintptr_t)instance - 1;
}

/* The entity of the instance at an offset that the descriptor gives. */
static inline void *w2o_at(const w2o_instance *instance, int32_t offset)
{
    return (char *)(uintptr_t)instance + offset;
}

/*
 * One stay of the machine in compiled code, entered from C: what the entry thunk pushed. A trap leaves
 * by popping all of it, so every entry thunk saves the same registers in the same places.
 */
typedef struct w2o_activation {
    struct w2o_activation *previous;
    uintptr_t exit; /* the store's `exit` when this activation was entered */
#if defined(__x86_64__)
    uintptr_t r15, r14, r13, r12, rbx, rbp;
    uintptr_t return_address;
#elif defined(__aarch64__)
    uintptr_t x19, x20, x21, x22, x23, x24, x25, x26, x27, x28;
    uint64_t d8, d9, d10, d11, d12, d13, d14, d15;
    uintptr_t fp, lr;
#else
#error "no such target"
#endif
} w2o_activation;

/* The head of a store: what thunks touch. store.h has the whole. */
typedef struct w2o_store_head {
    w2o_activation *activation; /* the innermost; NULL outside compiled code */
    uintptr_t exit;             /* stack pointer at the innermost call of a host function */
    uintptr_t stack_low;        /* the stack that the store runs on is [low, low + size) */
    uintptr_t stack_size;
    uintptr_t stack_limit;      /* what all instances have too */
    void *references;           /* entries of counted references */
    uint32_t *held_next;        /* where the next held word is written */
    uint32_t *held_end;
    uint64_t scoped;            /* number of handles that end with a scope */
} w2o_store_head;

_Static_assert(offsetof(w2o_store_head, activation) == 0, "activation");
_Static_assert(offsetof(w2o_store_head, exit) == 8, "exit");
_Static_assert(offsetof(w2o_store_head, stack_low) == 16, "stack_low");
_Static_assert(offsetof(w2o_store_head, stack_size) == 24, "stack_size");
_Static_assert(offsetof(w2o_store_head, stack_limit) == 32, "stack_limit");
_Static_assert(offsetof(w2o_store_head, references) == 40, "references");
_Static_assert(offsetof(w2o_store_head, held_next) == 48, "held_next");
_Static_assert(offsetof(w2o_store_head, held_end) == 56, "held_end");
_Static_assert(offsetof(w2o_store_head, scoped) == 64, "scoped");

/* A host function; compiled code that calls it finds this in the context register. */
typedef struct w2o_host_func {
    w2o_host_code code;
    void *env;
    w2o_store *store;
    w2o_func func; /* its record: code is the adapter, context this struct */
    struct w2o_host_func *next;
} w2o_host_func;

_Static_assert(offsetof(w2o_host_func, code) == 0, "code");
_Static_assert(offsetof(w2o_host_func, env) == 8, "env");
_Static_assert(offsetof(w2o_host_func, store) == 16, "store");
_Static_assert(offsetof(w2o_host_func, func.type) == 40, "type");

_Static_assert(sizeof(w2o_func) == 24 && offsetof(w2o_func, type) == 16, "function record");
_Static_assert(sizeof(w2o_memory) == 24 && sizeof(w2o_table) == 24, "memory and table records");
_Static_assert(sizeof(w2o_value) == 16, "values of array calls");

#endif
