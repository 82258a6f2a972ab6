/* A C program with the modules counter and scale: everything that their headers offer. */
#include "check.h"
#include "counter.h"
#include "scale.h"

/* ---- Host functions ---- */

static int printed;

static w2o_trap print(void *env, int32_t value)
{
    *(int *)env += value;
    return value < 0 ? W2O_TRAP_HOST : W2O_TRAP_NONE;
}

static w2o_trap mix(void *env, int32_t a, int64_t b, float c, double d, int32_t e, int32_t f, int32_t g, int32_t h,
                    float i, double j, int32_t *sum, double *floats, int64_t *wide, float *last)
{
    (void)env;
    *sum = a + e + f + g + h;
    *floats = (double)c + d + (double)i + j;
    *wide = b;
    *last = i;
    return W2O_TRAP_NONE;
}

/* Calls into the instance again; what its argument says. */
static w2o_trap call_back(void *env, int32_t what, int32_t *result)
{
    counter_instance *counter = *(counter_instance **)env;
    switch (what) {
    case 0: return counter_fail(counter);
    case 1: return counter_load(counter, -4, result);
    case 2: return W2O_TRAP_HOST;
    default: return counter_increment(counter, what, result);
    }
}

static counter_instance *new_counter(w2o_store *store)
{
    static counter_instance *counter;
    counter_imports imports = {0};
    imports.env_print.code = print;
    imports.env_print.env = &printed;
    imports.env_mix.code = mix;
    imports.env_call_x2Dback.code = call_back;
    imports.env_call_x2Dback.env = &counter;
    CHECK(w2o_global_new(store, W2O_I32, false, (w2o_value){.i32 = 21}, &imports.env_step));
    counter = NULL;
    CHECK(counter_instantiate(store, &imports, &counter) == W2O_TRAP_NONE);
    return counter;
}

/* ---- Cases ---- */

static void calls(void)
{
    counter_instance *counter = new_counter(w2o_store_new(NULL));
    int32_t result;
    CHECK_RESULT(12, counter_increment(counter, 7, &result));
    CHECK_RESULT(42, counter_step(counter, &result));
    CHECK_RESULT(-3, counter_divide(counter, -7, 2, &result));
    CHECK_RESULT(1, counter_a_x2Db(counter, &result));
    CHECK_RESULT(2, counter_a_x2Db_2(counter, &result));
    CHECK_RESULT(3, counter_module_2(counter, &result));
    CHECK_RESULT(4, counter__x(counter, &result));
    CHECK_RESULT(5, counter__xC3_xA9_x2A_x2F(counter, &result));
    CHECK_RESULT(15, counter_call_back(counter, 3, &result));

    printed = 0;
    CHECK(counter_print_count(counter) == W2O_TRAP_NONE && printed == 15);
    CHECK(counter_print(counter, 4) == W2O_TRAP_NONE && printed == 19);
    CHECK(counter_print(counter, -4) == W2O_TRAP_HOST);

    int32_t sum;
    double floats;
    int64_t wide;
    float last;
    CHECK(counter_mixed(counter, 1, -2000000000000, 0.5f, 0.25, 2, 3, 4, 5, 16.0f, 32.0, &sum, &floats, &wide, &last)
          == W2O_TRAP_NONE);
    CHECK(sum == 15 && floats == 48.75 && wide == -2000000000000 && last == 16.0f);

    int32_t r[7];
    CHECK(counter_many(counter, 10, 11, 12, 13, 14, 15, 16, -17, INT64_MIN, r, r + 1, r + 2, r + 3, r + 4, r + 5,
                       r + 6, &wide)
          == W2O_TRAP_NONE);
    CHECK(r[0] == -17 && r[1] == 16 && r[2] == 15 && r[3] == 14 && r[4] == 13 && r[5] == 12 && r[6] == 11);
    CHECK(wide == INT64_MIN);
    counter_free(counter);
}

static void accessors(void)
{
    w2o_store *store = w2o_store_new(NULL);
    counter_instance *counter = new_counter(store);
    int32_t result;
    CHECK(*counter_count(counter) == 5 && *counter_limit(counter) == 1000 && *counter_ratio(counter) == 0.5);
    *counter_count(counter) = 100;
    CHECK_RESULT(101, counter_increment(counter, 1, &result));
    w2o_memory *memory = counter_memory(counter);
    CHECK(memory->size == 65536 && memcmp(memory->data + 8, "hello", 5) == 0);
    memcpy(w2o_memory_at(memory, 65532, 4), "\1\2\3\4", 4);
    CHECK_RESULT(0x04030201, counter_load(counter, 65532, &result));
    w2o_table *table = counter_table(counter);
    CHECK(table->size == 4);
    CHECK_RESULT(103, counter_apply(counter, 0, 2, &result));

    /* A function of the host's that the module never imported. */
    w2o_value_type i32 = W2O_I32;
    w2o_value value;
    CHECK(w2o_get_element(table, 1, &value));
    value.func = w2o_func_new(store, w2o_func_type(&i32, 1, &i32, 1), (w2o_host_code)call_back, &counter);
    CHECK(w2o_set_element(table, 3, value));
    CHECK_RESULT(108, counter_apply(counter, 3, 5, &result));
    w2o_value results[1];
    CHECK(w2o_call(store, value.func, &(w2o_value){.i32 = 2}, results) == W2O_TRAP_HOST);
    counter_free(counter);
}

static void expect_text(counter_instance *counter, const char *expected)
{
    char text[1000];
    w2o_trap_text(w2o_instance_store((w2o_instance *)counter), text, sizeof text);
    if (strcmp(text, expected) != 0) {
        printf("%s", text);
        CHECK(!"the text of a trap");
    }
}

static void traps(void)
{
    counter_instance *counter = new_counter(w2o_store_new(NULL));
    int32_t result = 7;
    CHECK(counter_fail(counter) == W2O_TRAP_UNREACHABLE);
    expect_text(counter, "wasm trap: unreachable\n  #0 0x020b fail\n");
    CHECK(counter_load(counter, 65533, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(counter_load(counter, -1, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(counter_divide(counter, 1, 0, &result) == W2O_TRAP_INTEGER_DIVIDE_BY_ZERO);
    CHECK(counter_divide(counter, INT32_MIN, -1, &result) == W2O_TRAP_INTEGER_OVERFLOW);
    CHECK(counter_apply(counter, 4, 0, &result) == W2O_TRAP_UNDEFINED_ELEMENT);
    CHECK(counter_apply(counter, 3, 0, &result) == W2O_TRAP_INDIRECT_CALL_TO_NULL);
    w2o_extern fail;
    CHECK(w2o_export((w2o_instance *)counter, "fail", 4, &fail));
    CHECK(w2o_set_element(counter_table(counter), 3, (w2o_value){.func = fail.of.func}));
    CHECK(counter_apply(counter, 3, 0, &result) == W2O_TRAP_BAD_SIGNATURE);
    CHECK(result == 7); /* untouched by calls that trap */

    /* Through the host and back. */
    CHECK(counter_fail_inside(counter, 0, &result) == W2O_TRAP_UNREACHABLE);
    expect_text(counter, "wasm trap: unreachable\n  #0 0x020b fail\n  #1 0x0211 fail_inside\n");
    CHECK(counter_fail_inside(counter, 1, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(counter_fail_inside(counter, 2, &result) == W2O_TRAP_HOST);
    expect_text(counter, "error: host function failed\n  #0 0x0211 fail_inside\n");
    CHECK_RESULT(9, counter_fail_inside(counter, 4, &result));
    counter_free(counter);
}

static void limits(void)
{
    w2o_config config = {.max_memory = 2 << 16, .max_elements = 6, .max_stack = 1 << 18};
    counter_instance *counter = new_counter(w2o_store_new(&config));
    int32_t result;
    CHECK_RESULT(1, counter_grow(counter, 1, &result));
    CHECK_RESULT(-1, counter_grow(counter, 1, &result));
    CHECK_RESULT(4, counter_grow_table(counter, 2, &result));
    CHECK_RESULT(-1, counter_grow_table(counter, 1, &result));
    CHECK_RESULT(1000, counter_recurse(counter, 1000, &result));
    CHECK(counter_recurse(counter, 100000, &result) == W2O_TRAP_STACK_OVERFLOW);
    CHECK(w2o_frame_count(w2o_instance_store((w2o_instance *)counter)) == 64);
    counter_free(counter);

    config = (w2o_config){.max_memory = 1000};
    w2o_store *store = w2o_store_new(&config);
    counter_imports imports = {0};
    imports.env_print.code = print;
    imports.env_mix.code = mix;
    imports.env_call_x2Dback.code = call_back;
    CHECK(w2o_global_new(store, W2O_I32, false, (w2o_value){.i32 = 21}, &imports.env_step));
    CHECK(counter_instantiate(store, &imports, &counter) == W2O_TRAP_NO_MEMORY);
    imports.env_mix.code = NULL;
    CHECK(counter_instantiate(store, &imports, &counter) == W2O_TRAP_UNLINKABLE);
    CHECK(strcmp(w2o_message(store), "import \"env\" \"mix\" is missing") == 0);
    w2o_store_free(store);
}

static const w2o_func *function(counter_instance *counter, const char *name)
{
    w2o_extern found = {.kind = W2O_MEMORY};
    CHECK(w2o_export((w2o_instance *)counter, name, strlen(name), &found) && found.kind == W2O_FUNC);
    return found.of.func;
}

static scale_instance *new_scale(counter_instance *counter)
{
    w2o_store *store = w2o_instance_store((w2o_instance *)counter);
    scale_imports imports = {0};
    imports.counter_increment.func = function(counter, "increment");
    imports.counter_apply.func = function(counter, "apply");
    imports.counter_memory = counter_memory(counter);
    imports.counter_table = counter_table(counter);
    imports.counter_count = (w2o_global){counter_count(counter), W2O_I32, true, store};
    scale_instance *scale = NULL;
    CHECK(scale_instantiate(store, &imports, &scale) == W2O_TRAP_NONE);
    return scale;
}

/* Two instances of each of two modules; each keeps its own context through calls of all kinds. */
static void instances(void)
{
    w2o_store *store = w2o_store_new(NULL);
    counter_instance *first = new_counter(store);
    counter_instance *second = new_counter(store);
    scale_instance *of_first = new_scale(first);
    scale_instance *of_second = new_scale(second);
    int32_t result;
    *scale_factor(of_second) = 10;
    *counter_count(second) = 500;
    counter_memory(second)->data[8] = 1;
    CHECK_RESULT(3 * 2 + 5 + 'h', scale_scaled(of_first, 2, &result));
    CHECK_RESULT(10 * 2 + 500 + 1, scale_scaled(of_second, 2, &result));
    CHECK_RESULT(3 * 6, scale_scale_increment(of_first, 1, &result));
    CHECK_RESULT(10 * 501, scale_scale_increment(of_second, 1, &result));
    CHECK_RESULT(3 * (3 * 4 + 6 + 'h'), scale_there_and_back(of_first, 4, &result));
    CHECK_RESULT(10 * (10 * 4 + 501 + 1), scale_there_and_back(of_second, 4, &result));
    CHECK_RESULT(3 * 1 + 6 + 'h', counter_apply(first, 2, 1, &result));
    CHECK_RESULT(7, counter_increment(first, 1, &result));

    /* scale's code checks the bounds of the imported memory, also after it has grown. */
    CHECK_RESULT(1, counter_grow(first, 1, &result));
    CHECK_RESULT(3 * 2 + 7 + 'h', scale_scaled(of_first, 2, &result));
    w2o_store_free(store);
}

int main(void)
{
    calls();
    accessors();
    traps();
    limits();
    instances();
    printf("%s\n", failures == 0 ? "passed" : "failed");
    return failures != 0;
}
