/*
 * What an instance needs, and what is said when it is not that; what stays of one whose initialisation fails half-way.
 */
#include "check.h"
#include "linking.h"

static w2o_store *store;
static const w2o_tag *tag;

static w2o_trap plain(void *env, int32_t value, int32_t *result)
{
    (void)env;
    *result = value + 1;
    return W2O_TRAP_NONE;
}

/* ---- Makers ---- */

static w2o_memory *memory(uint64_t minimum, uint64_t maximum, uint8_t shift, bool is_64, bool is_shared)
{
    w2o_memory_type type = {.limits = {minimum, maximum, maximum != 0}, .page_shift = shift};
    type.is_64 = is_64;
    type.is_shared = is_shared;
    return w2o_memory_new(store, &type);
}

static w2o_table *table(uint64_t minimum, uint64_t maximum, w2o_value_type element, bool is_64)
{
    w2o_table_type type = {.limits = {minimum, maximum, maximum != 0}, .element = element, .is_64 = is_64};
    return w2o_table_new(store, &type, (w2o_value){.i64 = 0});
}

static w2o_global global(w2o_value_type type, bool is_mutable, int64_t value)
{
    w2o_global made;
    CHECK(w2o_global_new(store, type, is_mutable, (w2o_value){.i64 = value}, &made));
    return made;
}

static const w2o_tag *new_tag(w2o_value_type type)
{
    return w2o_tag_new(store, w2o_func_type(&type, 1, NULL, 0));
}

/* What fits; `where` is where the last segments go. */
static linking_imports good(int64_t where)
{
    return (linking_imports){
        .env_plain = {.code = plain},
        .env_memory = memory(1, 4, 16, false, false),
        .env_wide = memory(1, 0, 16, true, false),
        .env_bytes = memory(10, 100, 0, false, false),
        .env_shared = memory(1, 2, 16, false, true),
        .env_table = table(4, 8, W2O_FUNCREF, false),
        .env_wide_table = table(1, 0, W2O_EXTERNREF, true),
        .env_constant = global(W2O_I32, false, 1),
        .env_variable = global(W2O_I64, true, 0),
        .env_reference = global(W2O_FUNCREF, false, 0),
        .env_where = global(W2O_I32, false, where),
        .env_tag = tag,
    };
}

/* ---- Cases ---- */

static void links(void)
{
    linking_imports imports = good(1);
    linking_instance *instance;
    int32_t result;
    CHECK(linking_instantiate(store, &imports, &instance) == W2O_TRAP_NONE);
    CHECK_RESULT(7, linking_seven(instance, &result));
    CHECK_RESULT(4, linking_plain(instance, 3, &result));
    CHECK(memcmp(imports.env_memory->data + 40000, "fourth", 6) == 0);

    /* A bigger memory, a table that has grown, a smaller maximum. */
    imports = good(0);
    imports.env_memory = memory(0, 3, 16, false, false);
    CHECK(w2o_grow_memory(imports.env_memory, 2) == 0);
    imports.env_table = table(1, 7, W2O_FUNCREF, false);
    CHECK(w2o_grow_table(imports.env_table, 5, (w2o_value){.func = NULL}) == 1);
    CHECK(linking_instantiate(store, &imports, &instance) == W2O_TRAP_NONE);
}

#define EXPECT(member, value, text)                                                                \
    do {                                                                                           \
        linking_imports imports = good(1);                                                         \
        linking_instance *instance = NULL;                                                         \
        imports.member = value;                                                                    \
        CHECK(linking_instantiate(store, &imports, &instance) == W2O_TRAP_UNLINKABLE);             \
        CHECK(instance == NULL && w2o_last_trap(store) == W2O_TRAP_UNLINKABLE);                    \
        CHECK(w2o_frame_count(store) == 0);                                                        \
        CHECK(w2o_get_global(&imports.env_variable).i64 == 0);                                     \
        CHECK(imports.env_memory == NULL || imports.env_memory->size < 9                           \
              || imports.env_memory->data[8] == 0);                                                \
        if (strcmp(w2o_message(store), text) != 0) {                                               \
            CHECK(!"the message");                                                                 \
            printf("  %s\n", w2o_message(store));                                                  \
        }                                                                                          \
    } while (0)

static void does_not_link(void)
{
    static const w2o_value_type f64 = W2O_F64;
    w2o_type odd = w2o_func_type(&f64, 1, &f64, 1);
    EXPECT(env_plain.code, NULL, "import \"env\" \"plain\" is missing");
    EXPECT(env_plain.func, w2o_func_new(store, odd, (w2o_host_code)plain, NULL),
           "import \"env\" \"plain\" is a function of another type");
    EXPECT(env_memory, NULL, "import \"env\" \"memory\" is missing");
    EXPECT(env_memory, memory(0, 4, 16, false, false), "import \"env\" \"memory\" is a memory with other limits");
    EXPECT(env_memory, memory(1, 5, 16, false, false), "import \"env\" \"memory\" is a memory with other limits");
    EXPECT(env_memory, memory(1, 0, 16, false, false), "import \"env\" \"memory\" is a memory with other limits");
    EXPECT(env_memory, memory(1, 4, 16, true, false), "import \"env\" \"memory\" is a memory of another type");
    EXPECT(env_memory, memory(1, 4, 16, false, true), "import \"env\" \"memory\" is a memory of another type");
    EXPECT(env_memory, memory(65536, 65536, 0, false, false), "import \"env\" \"memory\" is a memory of another type");
    EXPECT(env_wide, memory(1, 0, 16, false, false), "import \"env\" \"wide\" is a memory of another type");
    EXPECT(env_bytes, memory(9, 100, 0, false, false), "import \"env\" \"bytes\" is a memory with other limits");
    EXPECT(env_bytes, memory(10, 100001, 0, false, false), "import \"env\" \"bytes\" is a memory with other limits");
    EXPECT(env_bytes, memory(1, 1, 16, false, false), "import \"env\" \"bytes\" is a memory of another type");
    EXPECT(env_shared, memory(1, 4, 16, false, false), "import \"env\" \"shared\" is a memory of another type");
    EXPECT(env_shared, memory(1, 5, 16, false, true), "import \"env\" \"shared\" is a memory with other limits");
    EXPECT(env_table, NULL, "import \"env\" \"table\" is missing");
    EXPECT(env_table, table(3, 8, W2O_FUNCREF, false), "import \"env\" \"table\" is a table with other limits");
    EXPECT(env_table, table(4, 9, W2O_FUNCREF, false), "import \"env\" \"table\" is a table with other limits");
    EXPECT(env_table, table(4, 8, W2O_EXTERNREF, false), "import \"env\" \"table\" is a table of another type");
    EXPECT(env_table, table(4, 8, W2O_FUNCREF, true), "import \"env\" \"table\" is a table of another type");
    EXPECT(env_wide_table, table(1, 0, W2O_EXTERNREF, false),
           "import \"env\" \"wide_table\" is a table of another type");
    EXPECT(env_constant.cell, NULL, "import \"env\" \"constant\" is missing");
    EXPECT(env_constant, global(W2O_I64, false, 1), "import \"env\" \"constant\" is a global of another type");
    EXPECT(env_constant, global(W2O_I32, true, 1), "import \"env\" \"constant\" is a global of another type");
    EXPECT(env_variable, global(W2O_I64, false, 0), "import \"env\" \"variable\" is a global of another type");
    EXPECT(env_reference, global(W2O_EXTERNREF, false, 0), "import \"env\" \"reference\" is a global of another type");
    EXPECT(env_tag, NULL, "import \"env\" \"tag\" is missing");
    EXPECT(env_tag, new_tag(W2O_I32), "import \"env\" \"tag\" is a tag of another type");
}

/* By the general interface: kinds, counts, things of another store. */
static void of_another_kind(void)
{
    enum { COUNT = 12 };
    w2o_extern imports[COUNT];
    memset(imports, 0, sizeof imports);
    w2o_instance *instance = NULL;
    CHECK(w2o_module_import_count(&linking_module) == COUNT);
    CHECK(w2o_instantiate(store, &linking_module, imports, COUNT - 1, &instance) == W2O_TRAP_MISUSE);
    CHECK(strcmp(w2o_message(store), "linking has 12 imports, 11 were given") == 0);
    imports[0] = w2o_import_memory(memory(1, 4, 16, false, false));
    CHECK(w2o_instantiate(store, &linking_module, imports, COUNT, &instance) == W2O_TRAP_UNLINKABLE);
    CHECK(strcmp(w2o_message(store), "import \"env\" \"plain\" is of another kind") == 0);
    imports[0] = w2o_import_func(NULL, (w2o_host_code)plain, NULL);
    imports[1] = w2o_import_func(NULL, (w2o_host_code)plain, NULL);
    CHECK(w2o_instantiate(store, &linking_module, imports, COUNT, &instance) == W2O_TRAP_UNLINKABLE);
    CHECK(strcmp(w2o_message(store), "import \"env\" \"memory\" is of another kind") == 0);

    w2o_store *mine = store;
    linking_imports others = good(0);
    store = w2o_store_new(NULL);
    linking_imports all = good(0);
    all.env_memory = others.env_memory;
    CHECK(linking_instantiate(store, &all, (linking_instance **)&instance) == W2O_TRAP_UNLINKABLE);
    CHECK(strcmp(w2o_message(store), "import \"env\" \"memory\" belongs to another store") == 0);
    all.env_memory = memory(1, 1, 16, false, false);
    all.env_table = others.env_table;
    CHECK(linking_instantiate(store, &all, (linking_instance **)&instance) == W2O_TRAP_UNLINKABLE);
    CHECK(strcmp(w2o_message(store), "import \"env\" \"table\" belongs to another store") == 0);
    /* A shared memory may be another store's. */
    all.env_table = table(4, 4, W2O_FUNCREF, false);
    all.env_shared = others.env_shared;
    CHECK(linking_instantiate(store, &all, (linking_instance **)&instance) == W2O_TRAP_NONE);
    w2o_store_free(store);
    store = mine;
}

/* Element segments come before data segments; those before the one that fails have been written, and no others. */
static void fails_half_way(void)
{
    linking_imports imports = good(2);
    imports.env_table = table(5, 8, W2O_FUNCREF, false);
    linking_instance *instance = NULL;
    CHECK(linking_instantiate(store, &imports, &instance) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS && instance == NULL);
    CHECK(memcmp(imports.env_memory->data + 8, "first", 5) == 0);
    CHECK(memcmp(imports.env_wide->data + 16, "second", 6) == 0);
    CHECK(memcmp(imports.env_bytes->data + 4, "third", 5) == 0);
    CHECK(w2o_get_global(&imports.env_variable).i64 == 0); /* the start function was not called */

    /* A function of the instance that never came to be. */
    w2o_value element, result;
    CHECK(w2o_get_element(imports.env_table, 0, &element));
    CHECK(w2o_call(store, element.func, NULL, &result) == W2O_TRAP_NONE && result.i32 == 7);
    CHECK(w2o_get_element(imports.env_table, 1, &element));
    CHECK(w2o_call(store, element.func, &(w2o_value){.i32 = 40}, &result) == W2O_TRAP_NONE && result.i32 == 41);

    imports = good(3);
    CHECK(linking_instantiate(store, &imports, &instance) == W2O_TRAP_TABLE_OUT_OF_BOUNDS && instance == NULL);
    CHECK(w2o_get_element(imports.env_table, 0, &element) && element.func != NULL);
    CHECK(imports.env_memory->data[8] == 0);
    CHECK(w2o_last_trap(store) == W2O_TRAP_TABLE_OUT_OF_BOUNDS);
}

static void start_throws(void)
{
    linking_imports imports = good(1);
    imports.env_constant = global(W2O_I32, false, 0);
    linking_instance *instance = NULL;
    CHECK(linking_instantiate(store, &imports, &instance) == W2O_TRAP_EXCEPTION && instance == NULL);
    CHECK(w2o_caught_tag(store) == tag && w2o_caught_payload(store)[0].i64 == 5);
    CHECK(w2o_get_global(&imports.env_variable).i64 == 99);
    CHECK(memcmp(imports.env_memory->data + 40000, "fourth", 6) == 0);
    w2o_clear_exception(store);
}

int main(void)
{
    store = w2o_store_new(NULL);
    tag = new_tag(W2O_I64);
    links();
    does_not_link();
    of_another_kind();
    fails_half_way();
    start_throws();
    w2o_store_free(store);
    if (!failures)
        puts("passed");
    return failures != 0;
}
