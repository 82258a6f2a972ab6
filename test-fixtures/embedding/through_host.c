/* A trap's backtrace has all frames, of functions with and without frame pointers. */
#include "through.h"
#include "check.h"

static w2o_trap away(void *env, int32_t *result)
{
    (void)env;
    *result = 7;
    return W2O_TRAP_NONE;
}

int main(void)
{
    w2o_store *store = w2o_store_new(NULL);
    through_imports imports = {.env_away = {.code = away}};
    through_instance *through = NULL;
    CHECK(through_instantiate(store, &imports, &through) == W2O_TRAP_NONE);
    int32_t result;
    CHECK_RESULT(0, through_outer(through, 0, &result));
    CHECK(through_outer(through, 1, &result) == W2O_TRAP_UNREACHABLE);
    CHECK(w2o_frame_count(store) == 3);
    CHECK(through_nested(through, &result) == W2O_TRAP_INTEGER_DIVIDE_BY_ZERO);
    CHECK(w2o_frame_count(store) == 3);
    w2o_store_free(store);
    if (!failures)
        puts("passed");
    return failures != 0;
}
