/*
 * Takes all indirect branches of protected.wat. As `attack` it puts the address of another function where a function of the module
 * finds its return address: signed addresses cannot be replaced so.
 */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "protected.h"
#include "check.h"

static void arrive(void)
{
    _exit(3);
}

static w2o_trap attack(void *env)
{
    (void)env;
    uintptr_t *adapter = *(uintptr_t **)__builtin_frame_address(0);
    uintptr_t *calls = (uintptr_t *)adapter[0];
    calls[1] = (uintptr_t)arrive;
    return W2O_TRAP_NONE;
}

int main(int argc, char **argv)
{
    (void)argv;
    w2o_store *store = w2o_store_new(NULL);
    protected_imports imports = {.env_attack = {.code = attack}};
    protected_instance *module = NULL;
    CHECK(protected_instantiate(store, &imports, &module) == W2O_TRAP_NONE);
    if (argc > 1)
        protected_attacked(module);
    int32_t result;
    CHECK_RESULT(14, protected_indirect(module, 0, 7, &result));
    CHECK_RESULT(49, protected_indirect(module, 1, 7, &result));
    CHECK_RESULT(24, protected_thrice(module, 0, 3, &result));
    CHECK_RESULT(256, protected_thrice(module, 1, 2, &result));
    CHECK_RESULT(16, protected_tail(module, 0, 8, &result));
    CHECK_RESULT(64, protected_tail(module, 1, 8, &result));
    for (int32_t i = 0; i < 6; i++)
        CHECK_RESULT(10 + i, protected_choose(module, i, &result));
    CHECK_RESULT(5, protected_catch(module, 5, &result));
    CHECK(protected_trap(module) == W2O_TRAP_UNREACHABLE);
    w2o_store_free(store);
    if (!failures)
        puts("passed");
    return failures != 0;
}
