/*
 * In the driver as a shared library, for objects that are linked in memory: their table of modules, or what
 * tells the runtime's main of a program, is copied here, since the library is there before them.
 */
#include <string.h>

#include "wasm2obj.h"

enum { MOST_MODULES = 4096, PROGRAM_SIZE = 40 };

const w2o_module *conformance_modules[MOST_MODULES + 1];

int conformance_main(int count, char **arguments);
int conformance_run(const w2o_module *const *modules, int count, char **arguments);

int conformance_run(const w2o_module *const *modules, int count, char **arguments)
{
    for (int i = 0; i < MOST_MODULES && modules[i] != 0; i++) {
        conformance_modules[i] = modules[i];
    }
    return conformance_main(count, arguments);
}

/* The runtime's struct w2o_program. */
_Alignas(8) char w2o_program[PROGRAM_SIZE];

int main(int count, char **arguments);
int program_run(const void *program, int count, char **arguments);

int program_run(const void *program, int count, char **arguments)
{
    memcpy(w2o_program, program, sizeof w2o_program);
    return main(count, arguments);
}
