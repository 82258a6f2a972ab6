/* Runs the core's tests: all, or those whose name contains the first argument. */
#include "core_test.h"

#include <stdlib.h>

static const test_case *const groups[] = {instance_tests, trap_tests, type_tests, entity_tests, reference_tests, gc_tests, thread_tests};
static int failures;
static const char *running;

void fail(const char *file, int line, const char *what, long long expected, long long actual)
{
    failures++;
    printf("%s:%d: %s: %s: expected %lld, got %lld\n", file, line, running, what, expected, actual);
}

w2o_store *new_store(const w2o_config *config)
{
    w2o_store *store = w2o_store_new(config);
    if (store == NULL) {
        abort();
    }
    return store;
}

w2o_trap add_one(void *env, int32_t value, int32_t *result)
{
    (void)env;
    *result = value + 1;
    return W2O_TRAP_NONE;
}

w2o_instance *new_a(w2o_store *store, w2o_trap (*host)(void *env, int32_t value, int32_t *result), void *env)
{
    w2o_extern import = {.kind = W2O_HOST_FUNC, .of.host = {(w2o_host_code)host, env}};
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &a_module, &import, 1, &instance));
    return instance;
}

w2o_extern exported(w2o_instance *instance, const char *name)
{
    w2o_extern found = {.kind = W2O_HOST_FUNC};
    CHECK(w2o_export(instance, name, strlen(name), &found));
    return found;
}

w2o_trap call(w2o_instance *instance, const char *name, int32_t a, int32_t b, int32_t c, int32_t *result)
{
    w2o_value arguments[] = {{.i32 = a}, {.i32 = b}, {.i32 = c}};
    w2o_value value = {.i32 = -1};
    w2o_func *func = (w2o_func *)exported(instance, name).of.func;
    w2o_trap trap = w2o_call(w2o_instance_store(instance), func, arguments, &value);
    if (result != NULL) {
        *result = value.i32;
    }
    return trap;
}

int main(int argc, char **argv)
{
    int count = 0, failed = 0;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (const test_case *test = groups[g]; test->name != NULL; test++) {
            if (argc < 2 || strstr(test->name, argv[1]) != NULL) {
                int failures_before = failures;
                running = test->name;
                test->run();
                count++;
                failed += failures > failures_before;
            }
        }
    }
    printf("%d passed, %d failed, 0 skipped\n", count - failed, failed);
    return failed == 0 && count != 0 ? 0 : 1;
}
