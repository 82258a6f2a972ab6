/*
 * Resolving imports. The runtime's core is not linked: in its place two functions that note what they
 * were asked for.
 */
#include "wasi_test.h"

static struct {
    char type[32];
    w2o_host_code code;
    const void *env;
    bool fails;
} asked;

w2o_type w2o_func_type(const w2o_value_type *parameters, size_t parameter_count, const w2o_value_type *results,
                       size_t result_count)
{
    char *end = asked.type;
    for (size_t i = 0; i < parameter_count; i++) {
        *end++ = parameters[i] == W2O_I32 ? 'i' : 'I';
    }
    *end++ = ':';
    for (size_t i = 0; i < result_count; i++) {
        *end++ = results[i] == W2O_I32 ? 'i' : 'I';
    }
    *end = '\0';
    return 17;
}

const w2o_func *w2o_func_new(w2o_store *store, w2o_type type, w2o_host_code code, void *env)
{
    static const w2o_func FUNC;
    (void)store;
    CHECK_EQUAL(17, type);
    asked.code = code;
    asked.env = env;
    return asked.fails ? NULL : &FUNC;
}

static bool import(guest *g, const char *module, const char *name, w2o_kind kind, w2o_extern *found)
{
    w2o_item item = {module, strlen(module), name, strlen(name), kind};
    return w2o_wasi_import(NULL, g->wasi, &item, found);
}

static void imports(guest *g)
{
    w2o_extern found;
    CHECK(import(g, "wasi_snapshot_preview1", "fd_seek", W2O_FUNC, &found));
    CHECK(found.kind == W2O_FUNC && found.of.func != NULL);
    CHECK(strcmp(asked.type, "iIii:i") == 0);
    CHECK(asked.code == (w2o_host_code)w2o_wasi_fd_seek);
    CHECK(asked.env == g->wasi);
    CHECK(import(g, "wasi_unstable", "fd_seek", W2O_FUNC, &found));
    CHECK(asked.code == (w2o_host_code)w2o_wasi_unstable_fd_seek);
    CHECK(import(g, "wasi_snapshot_preview1", "proc_exit", W2O_FUNC, &found));
    CHECK(strcmp(asked.type, "i:") == 0);
    CHECK(import(g, "wasi_snapshot_preview1", "path_open", W2O_FUNC, &found));
    CHECK(strcmp(asked.type, "iiiiiIIii:i") == 0);
    CHECK(!import(g, "wasi_snapshot_preview1", "fd_see", W2O_FUNC, &found));
    CHECK(!import(g, "wasi_snapshot_preview1", "fd_seek", W2O_MEMORY, &found));
    CHECK(!import(g, "wasi_snapshot_preview", "fd_seek", W2O_FUNC, &found));
    CHECK(!import(g, "wasi_unstable", "sock_accept", W2O_FUNC, &found));
    CHECK(!import(g, "env", "fd_seek", W2O_FUNC, &found));
    asked.fails = true;
    CHECK(!import(g, "wasi_unstable", "fd_read", W2O_FUNC, &found));
    asked.fails = false;
}

const test_case import_tests[] = {
    {"imports", imports, false},
    {0},
};
