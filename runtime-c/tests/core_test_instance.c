/* Instantiation, calls in both directions, and instances that use each other's entities. */
#include "core_test.h"

static void calls(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "add", 40, 2, 0, &result));
    CHECK_EQUAL(42, result);
    CHECK_EQUAL(W2O_TRAP_NONE, a_add(a, -3, 1, &result));
    CHECK_EQUAL(-2, result);
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "call_host", 7, 0, 0, &result));
    CHECK_EQUAL(8, result);
    CHECK_EQUAL(0, store->head.activation);
    w2o_store_free(store);
}

static void typed_call_attaches_first(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    int32_t result = 0;
    CHECK_EQUAL(0, store->head.stack_size);
    CHECK_EQUAL(W2O_TRAP_NONE, a_add(a, 20, 3, &result));
    CHECK_EQUAL(23, result);
    CHECK(store->head.stack_size > 100000);
    CHECK(w2o_context_of(a)->stack_limit > store->head.stack_low);
    w2o_store_free(store);
}

static void initialisation(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    const w2o_memory *memory = exported(a, "memory").of.memory;
    CHECK_EQUAL(65536, memory->size);
    CHECK_EQUAL((uintptr_t)a, (uintptr_t)memory->data);
    CHECK(memcmp(memory->data + 16, "hello", 6) == 0);
    w2o_global global = exported(a, "g").of.global;
    CHECK_EQUAL(42, w2o_get_global(&global).i32);
    const w2o_table *table = exported(a, "table").of.table;
    w2o_value element;
    CHECK_EQUAL(4, table->size);
    CHECK(w2o_get_element(table, 0, &element) && element.func == exported(a, "add").of.func);
    CHECK(w2o_get_element(table, 2, &element) && element.func == exported(a, "load").of.func);
    CHECK(w2o_get_element(table, 3, &element) && element.func == NULL);
    CHECK(!w2o_get_element(table, 4, &element));
    w2o_store_free(store);
}

static void two_instances_of_one_module(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *first = new_a(store, add_one, NULL);
    w2o_instance *second = new_a(store, add_one, NULL);
    exported(first, "memory").of.memory->data[0] = 5;
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(first, "load", 0, 0, 0, &result));
    CHECK_EQUAL(5, result);
    CHECK_EQUAL(W2O_TRAP_NONE, call(second, "load", 0, 0, 0, &result));
    CHECK_EQUAL(0, result);
    w2o_store_free(store);
}

static w2o_instance *new_b(w2o_store *store, w2o_instance *a)
{
    w2o_extern imports[] = {exported(a, "load"), exported(a, "memory"), exported(a, "table"), exported(a, "g")};
    w2o_instance *b = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &b_module, imports, 4, &b));
    return b;
}

static void instances_keep_their_contexts(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    w2o_instance *b = new_b(store, a);
    exported(a, "memory").of.memory->data[100] = 34;
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(b, "load_and_add", 100, 0, 0, &result));
    CHECK_EQUAL(1034, result);

    /* b's function in a's table: a calls b, which calls a. */
    w2o_table *table = exported(a, "table").of.table;
    CHECK(w2o_set_element(table, 3, (w2o_value){.func = exported(b, "load_and_add").of.func}));
    exported(a, "memory").of.memory->data[16] = 1;
    exported(a, "memory").of.memory->data[17] = 0;
    exported(a, "memory").of.memory->data[18] = 0;
    exported(a, "memory").of.memory->data[19] = 0;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "call_element", 3, 0, 0, &result));
    CHECK_EQUAL(1001, result);
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "call_element", 1, 0, 0, &result));
    CHECK_EQUAL(17, result);
    w2o_store_free(store);
}

/* A host function that calls back; the instance is its environment. */
static w2o_trap call_back(void *env, int32_t value, int32_t *result)
{
    return call(*(w2o_instance **)env, value == 0 ? "unreachable" : "add", value, value, 0, result);
}

static void nested_calls(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = NULL;
    a = new_a(store, call_back, &a);
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "call_host", 21, 0, 0, &result));
    CHECK_EQUAL(42, result);
    CHECK_EQUAL(0, store->head.activation);
    w2o_store_free(store);
}

static void host_functions_as_values(void)
{
    w2o_store *store = new_store(NULL);
    w2o_value_type i32[] = {W2O_I32};
    const w2o_func *func = w2o_func_new(store, w2o_func_type(i32, 1, i32, 1), (w2o_host_code)add_one, NULL);
    w2o_value value = {.i32 = 1};
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_call(store, func, &value, &value));
    w2o_instance *a = new_a(store, add_one, NULL);
    CHECK(w2o_set_element(exported(a, "table").of.table, 3, (w2o_value){.func = func}));
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "call_element", 3, 0, 0, &result));
    CHECK_EQUAL(17, result);
    w2o_value arguments[] = {{.i32 = 9}, {.i32 = 0}, {.i32 = 0}};
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_call(store, func, arguments, &value));
    CHECK_EQUAL(10, value.i32);
    w2o_store_free(store);
}

/* ---- What does not link ---- */

static void expect_unlinkable(w2o_store *store, const w2o_module *module, const w2o_extern *imports, size_t count,
                              const char *message)
{
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_UNLINKABLE, w2o_instantiate(store, module, imports, count, &instance));
    CHECK(instance == NULL);
    CHECK_TEXT(message, w2o_message(store));
    CHECK_EQUAL(W2O_TRAP_UNLINKABLE, w2o_last_trap(store));
}

static void unlinkable(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    w2o_extern wrong = exported(a, "add");
    expect_unlinkable(store, &a_module, &wrong, 1, "import \"env\" \"host\" is a function of another type");
    wrong = exported(a, "memory");
    expect_unlinkable(store, &a_module, &wrong, 1, "import \"env\" \"host\" is of another kind");
    wrong = (w2o_extern){.kind = W2O_HOST_FUNC};
    expect_unlinkable(store, &a_module, &wrong, 1, "import \"env\" \"host\" is missing");
    w2o_instance *instance;
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_instantiate(store, &a_module, &wrong, 0, &instance));

    const w2o_extern good[] = {exported(a, "load"), exported(a, "memory"), exported(a, "table"), exported(a, "g")};
    w2o_extern imports[4];
    memcpy(imports, good, sizeof imports);
    w2o_memory_type small = {.limits = {.minimum = 0}, .page_shift = 16};
    imports[1].of.memory = w2o_memory_new(store, &small);
    expect_unlinkable(store, &b_module, imports, 4, "import \"a\" \"memory\" is a memory with other limits");
    w2o_memory_type bytes = {.limits = {.minimum = 70000}};
    imports[1].of.memory = w2o_memory_new(store, &bytes);
    expect_unlinkable(store, &b_module, imports, 4, "import \"a\" \"memory\" is a memory of another type");
    memcpy(imports, good, sizeof imports);
    w2o_table_type of_references = {.limits = {.minimum = 4}, .element = W2O_EXTERNREF};
    imports[2].of.table = w2o_table_new(store, &of_references, (w2o_value){.ref = 0});
    expect_unlinkable(store, &b_module, imports, 4, "import \"a\" \"table\" is a table of another type");
    memcpy(imports, good, sizeof imports);
    CHECK(w2o_global_new(store, W2O_I32, false, (w2o_value){.i32 = 1}, &imports[3].of.global));
    expect_unlinkable(store, &b_module, imports, 4, "import \"a\" \"g\" is a global of another type");

    w2o_store *other = new_store(NULL);
    memcpy(imports, good, sizeof imports);
    expect_unlinkable(other, &b_module, imports, 4, "import \"a\" \"load\" belongs to another store");
    w2o_store_free(other);
    w2o_store_free(store);
}

/* ---- Initialisation that traps ---- */

static void failing_initialisation_stays_visible(void)
{
    w2o_element_row segments[] = {a_module.elements[0], a_module.elements[0]};
    segments[1].offset = (w2o_init){3, W2O_INIT_BITS, 0};
    w2o_module failing = a_module;
    failing.elements = segments;
    failing.element_count = 2;
    w2o_store *store = new_store(NULL);
    w2o_extern import = {.kind = W2O_HOST_FUNC, .of.host = {(w2o_host_code)add_one, NULL}};
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_TABLE_OUT_OF_BOUNDS, w2o_instantiate(store, &failing, &import, 1, &instance));
    CHECK(instance == NULL);
    CHECK(store->instances != NULL);
    CHECK(exported(store->instances, "table").of.table->elements[0] != 0);
    w2o_store_free(store);

    w2o_data_row data = {.offset = {65533, W2O_INIT_BITS, 0}, .size = 5, .mode = W2O_ACTIVE};
    failing = a_module;
    failing.datas = &data;
    store = new_store(NULL);
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, w2o_instantiate(store, &failing, &import, 1, &instance));
    CHECK_TEXT("data segment 0", w2o_message(store));
    w2o_store_free(store);
}

static void start_function(void)
{
    w2o_module starting = a_module;
    starting.start = -320 - 24 * 3; /* unreachable */
    w2o_store *store = new_store(NULL);
    w2o_extern import = {.kind = W2O_HOST_FUNC, .of.host = {(w2o_host_code)add_one, NULL}};
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, w2o_instantiate(store, &starting, &import, 1, &instance));
    CHECK(instance == NULL);
    CHECK_EQUAL(1, w2o_frame_count(store));
    w2o_store_free(store);
}

static void module_items(void)
{
    CHECK_EQUAL(1, w2o_module_import_count(&a_module));
    w2o_item item = w2o_module_import(&a_module, 0);
    CHECK(item.module_size == 3 && memcmp(item.module, "env", 3) == 0);
    CHECK(item.name_size == 4 && memcmp(item.name, "host", 4) == 0);
    CHECK_EQUAL(W2O_FUNC, item.kind);
    CHECK_EQUAL(15, w2o_module_export_count(&a_module));
    item = w2o_module_export(&a_module, 12);
    CHECK(item.name_size == 1 && item.name[0] == 'g');
    CHECK_EQUAL(W2O_GLOBAL, item.kind);
}

const test_case instance_tests[] = {
    {"calls", calls},
    {"typed call attaches first", typed_call_attaches_first},
    {"initialisation", initialisation},
    {"two instances of one module", two_instances_of_one_module},
    {"instances keep their contexts", instances_keep_their_contexts},
    {"nested calls", nested_calls},
    {"host functions as values", host_functions_as_values},
    {"unlinkable", unlinkable},
    {"failing initialisation stays visible", failing_initialisation_stays_visible},
    {"start function", start_function},
    {"module items", module_items},
    {NULL, NULL},
};
