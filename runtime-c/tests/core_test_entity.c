/* Memories, tables, globals and references of the host's, limits, helpers that need no compiled code. */
#include "core_test.h"

#include <math.h>

static void memories(void)
{
    w2o_store *store = new_store(&(w2o_config){.max_memory = 10 << 16});
    w2o_memory_type type = {.limits = {1, 3, true}, .page_shift = 16};
    w2o_memory *memory = w2o_memory_new(store, &type);
    CHECK_EQUAL(1 << 16, memory->size);
    uint8_t *data = memory->data;
    memory->data[65535] = 9;
    CHECK_EQUAL(1, w2o_grow_memory(memory, 2));
    CHECK_EQUAL(3 << 16, memory->size);
    CHECK(memory->data == data);
    CHECK_EQUAL(9, memory->data[65535]);
    CHECK_EQUAL(0, memory->data[3 * 65536 - 1]);
    CHECK_EQUAL(-1, w2o_grow_memory(memory, 1));
    CHECK_EQUAL(3, w2o_grow_memory(memory, 0));
    CHECK(w2o_memory_at(memory, 3 << 16, 0) != NULL);
    CHECK(w2o_memory_at(memory, (3 << 16) - 4, 4) != NULL);
    CHECK(w2o_memory_at(memory, (3 << 16) - 4, 5) == NULL);
    CHECK(w2o_memory_at(memory, UINT64_MAX, 2) == NULL);

    w2o_memory_type wide = {.limits = {.minimum = 1}, .page_shift = 16, .is_64 = true};
    memory = w2o_memory_new(store, &wide);
    memory->data[5] = 1;
    CHECK_EQUAL(-1, w2o_grow_memory(memory, UINT64_MAX));
    CHECK_EQUAL(-1, w2o_grow_memory(memory, UINT64_C(1) << 47));
    CHECK_EQUAL(1, w2o_grow_memory(memory, 5));
    CHECK_EQUAL(1, memory->data[5]);
    memory->data[6 * 65536 - 1] = 1;
    CHECK_EQUAL(-1, w2o_grow_memory(memory, 2)); /* 3 + 6 + 2 pages */
    w2o_memory_type large = {.limits = {.minimum = 2}, .page_shift = 16};
    CHECK(w2o_memory_new(store, &large) == NULL);

    w2o_memory_type of_bytes = {.limits = {.minimum = 3}};
    memory = w2o_memory_new(store, &of_bytes);
    CHECK_EQUAL(3, memory->size);
    CHECK_EQUAL(3, w2o_grow_memory(memory, 4));
    CHECK_EQUAL(7, memory->size);
    w2o_store_free(store);
}

static void instances_respect_limits(void)
{
    w2o_store *store = new_store(&(w2o_config){.max_memory = 2 << 16, .max_elements = 6});
    w2o_instance *a = new_a(store, add_one, NULL);
    CHECK_EQUAL(1, w2o_grow_memory(exported(a, "memory").of.memory, 1));
    CHECK_EQUAL(-1, w2o_grow_memory(exported(a, "memory").of.memory, 1));
    w2o_extern import = {.kind = W2O_HOST_FUNC, .of.host = {(w2o_host_code)add_one, NULL}};
    w2o_instance *second;
    CHECK_EQUAL(W2O_TRAP_NO_MEMORY, w2o_instantiate(store, &a_module, &import, 1, &second));
    CHECK_TEXT("no memory for an instance of a", w2o_message(store));
    CHECK_EQUAL(-1, w2o_grow_table(exported(a, "table").of.table, 3, (w2o_value){.ref = 0}));
    CHECK_EQUAL(4, w2o_grow_table(exported(a, "table").of.table, 2, (w2o_value){.ref = 0}));
    w2o_store_free(store);
}

static void tables(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    w2o_value add = {.func = exported(a, "add").of.func};
    w2o_table_type type = {.limits = {2, 5, true}, .element = W2O_FUNCREF};
    w2o_table *table = w2o_table_new(store, &type, add);
    w2o_value value;
    CHECK(w2o_get_element(table, 1, &value) && value.func == add.func);
    CHECK_EQUAL(2, w2o_grow_table(table, 3, (w2o_value){.ref = 0}));
    CHECK(w2o_get_element(table, 4, &value) && value.func == NULL);
    CHECK_EQUAL(-1, w2o_grow_table(table, 1, add));
    CHECK(!w2o_set_element(table, 5, add));
    CHECK(w2o_set_element(table, 4, add));

    /* A table whose type says which functions. */
    w2o_type ids[4];
    CHECK(w2o_register_types(&a_module, ids));
    w2o_table_type precise = {.limits = {.minimum = 1}, .element = ids[1] << W2O_HEAP_SHIFT | W2O_CODE_REF_NULL};
    table = w2o_table_new(store, &precise, (w2o_value){.ref = 0});
    CHECK(!w2o_set_element(table, 0, add));
    CHECK(w2o_set_element(table, 0, (w2o_value){.func = exported(a, "load").of.func}));
    w2o_table_type not_null = {.limits = {.minimum = 1}, .element = ids[1] << W2O_HEAP_SHIFT | W2O_CODE_REF};
    CHECK(w2o_table_new(store, &not_null, (w2o_value){.ref = 0}) == NULL);
    w2o_store_free(store);
}

static void table_helpers(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    w2o_table *table = exported(a, "table").of.table;
    uint64_t add = table->elements[0], load = table->elements[2];
    w2o_table_copy(a, 0, 0, 1, 0, 3);
    CHECK_EQUAL(add, table->elements[1]);
    CHECK_EQUAL(load, table->elements[3]);
    w2o_table_fill(a, 0, 2, load, 2);
    CHECK_EQUAL(load, table->elements[2]);
    CHECK_EQUAL(4, w2o_table_grow(a, 0, add, 4));
    CHECK_EQUAL(add, table->elements[7]);
    CHECK_EQUAL(-1, w2o_table_grow(a, 0, add, 1));
    w2o_table_init(a, 0, 0, 8, 0, 0); /* an active segment is dropped: only nothing is in bounds */
    w2o_memory_init(a, 0, 0, 65536, 0, 0);
    w2o_store_free(store);
}

static void globals(void)
{
    w2o_store *store = new_store(NULL);
    w2o_global global;
    CHECK(w2o_global_new(store, W2O_F64, true, (w2o_value){.f64 = 1.5}, &global));
    CHECK(w2o_get_global(&global).f64 == 1.5);
    CHECK(w2o_set_global(&global, (w2o_value){.f64 = 2.5}));
    CHECK(w2o_get_global(&global).f64 == 2.5);
    CHECK(w2o_global_new(store, W2O_I32, false, (w2o_value){.i64 = -1}, &global));
    CHECK_EQUAL(0xffffffff, w2o_get_global(&global).i64);
    CHECK(!w2o_set_global(&global, (w2o_value){.i32 = 1}));
    w2o_value vector;
    memset(&vector, 7, sizeof vector);
    CHECK(w2o_global_new(store, W2O_V128, true, vector, &global));
    vector = w2o_get_global(&global);
    CHECK_EQUAL(7, vector.v128[15]);
    w2o_instance *a = new_a(store, add_one, NULL);
    global = exported(a, "g").of.global;
    CHECK(w2o_set_global(&global, (w2o_value){.i32 = 5}));
    global = exported(a, "g").of.global;
    CHECK_EQUAL(5, w2o_get_global(&global).i32);
    w2o_store_free(store);
}

static void references(void)
{
    w2o_store *store = new_store(NULL);
    int things[200];
    for (int i = 0; i < 200; i++) {
        w2o_ref ref = w2o_ref_new(store, &things[i], NULL);
        CHECK(ref != 0);
        CHECK(w2o_ref_payload(store, ref) == &things[i]);
    }
    CHECK(w2o_ref_payload(store, 0) == NULL);
    CHECK(w2o_ref_payload(store, 1) == NULL);
    CHECK(w2o_ref_payload(store, 200 << 3 | 2) == NULL);
    w2o_store_free(store);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void rounding(void)
{
    const double values[] = {0.0, 0.1, 0.5, 0.7, 1.0, 1.5, 2.5, 3.5, 1e15 + 0.5, 4503599627370495.5, 0x1p52,
                             0x1p53 + 2, 1e300, 5e-324, 8388607.5, 8388606.5, 16777215, INFINITY};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            double d = sign * values[i];
            float f = (float)d;
            CHECK_EQUAL(bits_of(nearbyint(d)), bits_of(w2o_nearest_f64(NULL, d)));
            CHECK_EQUAL(bits_of(floor(d)), bits_of(w2o_floor_f64(NULL, d)));
            CHECK_EQUAL(bits_of(ceil(d)), bits_of(w2o_ceil_f64(NULL, d)));
            CHECK_EQUAL(bits_of(trunc(d)), bits_of(w2o_trunc_f64(NULL, d)));
            CHECK_EQUAL(bits_of_float(nearbyintf(f)), bits_of_float(w2o_nearest_f32(NULL, f)));
            CHECK_EQUAL(bits_of_float(floorf(f)), bits_of_float(w2o_floor_f32(NULL, f)));
            CHECK_EQUAL(bits_of_float(ceilf(f)), bits_of_float(w2o_ceil_f32(NULL, f)));
            CHECK_EQUAL(bits_of_float(truncf(f)), bits_of_float(w2o_trunc_f32(NULL, f)));
        }
    }
    CHECK(isnan(w2o_floor_f64(NULL, NAN)) && isnan(w2o_ceil_f32(NULL, NAN)) && isnan(w2o_nearest_f64(NULL, NAN)));
    /* A signalling NaN comes out quiet, its payload kept. */
    uint64_t signalling = UINT64_C(0x7ff0000000000001);
    double value;
    memcpy(&value, &signalling, sizeof value);
    CHECK_EQUAL(UINT64_C(0x7ff8000000000001), bits_of(w2o_trunc_f64(NULL, value)));
}

const test_case entity_tests[] = {
    {"memories", memories},
    {"instances respect limits", instances_respect_limits},
    {"tables", tables},
    {"table helpers", table_helpers},
    {"globals", globals},
    {"references", references},
    {"rounding", rounding},
    {NULL, NULL},
};
