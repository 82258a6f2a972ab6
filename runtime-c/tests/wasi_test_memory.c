/*
 * The host runs out of memory: each allocation of a scenario fails once. The linker redirects the
 * library's allocations to here (--wrap).
 */
#include "wasi_test.h"

#include <stdlib.h>

static int left = -1; /* allocations before the one that fails; negative: none does */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);

static bool fails(void)
{
    if (left < 0 || left-- > 0) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *block, size_t size) { return fails() ? NULL : __real_realloc(block, size); }
char *__wrap_strdup(const char *text) { return fails() ? NULL : __real_strdup(text); }

static w2o_wasi *create(guest *g, int *error)
{
    static const char *const STRINGS[] = {"one", "two"};
    w2o_wasi_preopen preopen = {.host_path = g->root, .guest_path = "/"};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.arguments = STRINGS;
    config.argument_count = 2;
    config.environment = STRINGS;
    config.environment_count = 2;
    config.preopens = &preopen;
    config.preopen_count = 1;
    w2o_wasi *wasi;
    *error = w2o_wasi_create(&config, &wasi, NULL);
    return wasi;
}

/* Calls that allocate. Returns how many failed for want of memory; none may fail for another reason. */
static int use(guest *g)
{
    int32_t opened = reserve(g, 4), buffer = reserve(g, 512), size = reserve(g, 4), vectors = reserve(g, 20 * 8);
    int32_t subscription = reserve(g, 48);
    int32_t errors[] = {
        ERROR_OF(path_open, PREOPEN, 1, PATH("link/../d/f"), 0, 0, 0, 0, opened),
        ERROR_OF(path_open, PREOPEN, 1, PATH("d"), 0, 0, 0, 0, opened),
        ERROR_OF(path_rename, PREOPEN, PATH("d/f"), PREOPEN, PATH("link/f")),
        ERROR_OF(fd_readdir, PREOPEN, buffer, 512, 0, size),
        ERROR_OF(fd_write, 2, vectors, 20, size),
        ERROR_OF(poll_oneoff, subscription, buffer, 1, size),
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        CHECK(errors[i] == W2O_WASI_ESUCCESS || errors[i] == W2O_WASI_ENOMEM);
        failed += errors[i] != W2O_WASI_ESUCCESS;
    }
    return failed;
}

static void each_allocation_fails(guest *g)
{
    host_directory(g, "d");
    host_file(g, "d/f", "");
    host_symlink(g, "d", "link");
    uint32_t top = g->top;
    int failures = 0;
    for (int n = 0;; n++, g->top = top) {
        w2o_wasi_free(g->wasi);
        int error;
        left = n;
        g->wasi = create(g, &error);
        if (error != 0) {
            CHECK_EQUAL(ENOMEM, error);
            CHECK(g->wasi == NULL);
            failures++;
            continue;
        }
        w2o_wasi_set_memory(g->wasi, &g->memory);
        if (g->walk) {
            w2o_wasi_force_path_walk(g->wasi);
        }
        failures += use(g);
        if (left >= 0) {
            break; /* no allocation was left to fail */
        }
    }
    left = -1;
    CHECK(failures > 10);
}

const test_case memory_tests[] = {
    {"each allocation fails", each_allocation_fails, true},
    {0},
};
