/*
 * What an object that is compiled to be a program tells the archive's `main`: the symbol w2o_program.
 * wasm2obj.driver writes it for `wasm2obj build`.
 */
#ifndef W2O_PROGRAM_H
#define W2O_PROGRAM_H

#include "descriptor.h"

struct w2o_program {
    const w2o_module *module;       /* its import_code names a function for each import */
    const char *const *directories; /* preopened: "HOST::GUEST" each, NULL at the end; may be NULL */
    uint64_t max_stack;             /* as in w2o_config */
    uint64_t max_memory;
    uint64_t max_heap;
};

_Static_assert(sizeof(struct w2o_program) == 40, "w2o_program is written by the compiler");

extern const struct w2o_program w2o_program;

#endif
