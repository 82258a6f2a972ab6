/* Counts the frames that the chain of frame pointers links, from a host function through the module up to main. */
#include "frames.h"
#include "check.h"

static void *main_frame;

static w2o_trap walk(void *env, int32_t *count)
{
    (void)env;
    *count = 0;
    for (void **frame = __builtin_frame_address(0); frame && frame != main_frame; frame = *frame)
        ++*count;
    return W2O_TRAP_NONE;
}

int main(void)
{
    main_frame = __builtin_frame_address(0);
    w2o_store *store = w2o_store_new(NULL);
    frames_imports imports = {.env_walk = {.code = walk}};
    frames_instance *frames = NULL;
    CHECK(frames_instantiate(store, &imports, &frames) == W2O_TRAP_NONE);
    for (int32_t depth = 0; depth < 100; depth += 7) {
        int32_t count;
        CHECK(frames_down(frames, depth, &count) == W2O_TRAP_NONE);
        if (depth % 2)
            count ^= 0x5555;
        /* walk, its adapter, depth + 1 functions, and the entry thunk. */
        CHECK(count == depth + 4);
    }
    w2o_store_free(store);
    if (!failures)
        puts("passed");
    return failures != 0;
}
