/*
 * In the driver as a shared library, for objects that are linked in memory: their table of modules is
 * copied here, since the library is there before them.
 */
#include "wasm2obj.h"

enum { MOST_MODULES = 4096 };

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
