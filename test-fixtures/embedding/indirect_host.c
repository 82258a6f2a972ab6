/* Calls of indirect.wat; prints its traps with their backtraces. */
#include "indirect.h"
#include "check.h"

static w2o_store *store;
static int collections;

static w2o_trap collect(void *env)
{
    (void)env;
    w2o_collect(store);
    collections++;
    return W2O_TRAP_NONE;
}

/* Is called through a table from an instance whose functions rely on it afterwards. */
static w2o_trap host(void *env, int32_t x, int32_t *result)
{
    (void)env;
    *result = x + 1000;
    return W2O_TRAP_NONE;
}

static void trapped(const char *call, w2o_trap trap, w2o_trap expected, size_t frames)
{
    CHECK(trap == expected);
    CHECK(w2o_frame_count(store) == frames);
    printf("%s: trap %d\n", call, (int)trap);
    for (size_t i = 0; i < w2o_frame_count(store); i++) {
        w2o_frame frame = w2o_get_frame(store, i);
        printf("  %s 0x%x\n", frame.name, (unsigned)frame.offset);
    }
}

#define TRAPS(expected, frames, call) trapped(#call, call, expected, frames)

int main(void)
{
    store = w2o_store_new(NULL);
    indirect_imports imports = {.env_collect = {.code = collect}, .env_host = {.code = host}};
    indirect_instance *indirect = NULL;
    CHECK(indirect_instantiate(store, &imports, &indirect) == W2O_TRAP_NONE);
    int32_t result;
    CHECK_RESULT(29, indirect_unary(indirect, 1, 7, &result));
    CHECK_RESULT(35 + 6 + 7, indirect_wide(indirect, 2, &result));
    CHECK_RESULT(14, indirect_caught(indirect, 1, 7, &result));
    CHECK_RESULT(707, indirect_caught(indirect, 3, 7, &result));
    CHECK_RESULT(7, indirect_kept(indirect, 4, 7, &result));
    CHECK(collections == 1);
    TRAPS(W2O_TRAP_INDIRECT_CALL_TO_NULL, 2, indirect_unary(indirect, 0, 7, &result));
    TRAPS(W2O_TRAP_BAD_SIGNATURE, 2, indirect_unary(indirect, 2, 7, &result));
    TRAPS(W2O_TRAP_UNDEFINED_ELEMENT, 2, indirect_unary(indirect, 9, 7, &result));
    TRAPS(W2O_TRAP_UNDEFINED_ELEMENT, 2, indirect_unary(indirect, -1, 7, &result));
    TRAPS(W2O_TRAP_UNDEFINED_ELEMENT, 6, indirect_unary(indirect, 5, 3, &result));
    TRAPS(W2O_TRAP_INDIRECT_CALL_TO_NULL, 2, indirect_wide(indirect, 6, &result));
    TRAPS(W2O_TRAP_BAD_SIGNATURE, 2, indirect_wide(indirect, 1, &result));
    TRAPS(W2O_TRAP_UNDEFINED_ELEMENT, 1, indirect_caught(indirect, 8, 7, &result));
    CHECK(indirect_unary(indirect, 3, 9, &result) == W2O_TRAP_EXCEPTION);
    CHECK(w2o_frame_count(store) == 3);
    printf("7: trap %d", (int)indirect_unary(indirect, 7, 5, &result));
    printf(", result %d\n", (int)result);
    w2o_store_free(store);
    puts(failures == 0 ? "passed" : "failed");
    return failures != 0;
}
