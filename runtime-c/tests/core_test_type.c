/* Identities of types and subtyping. */
#include "core_test.h"

enum {
    FUNC = (int)0x80007000, NOFUNC = (int)0x80007300, ANY = (int)0x80006e00, EQ = (int)0x80006d00,
    I31 = (int)0x80006c00, STRUCT = (int)0x80006b00, ARRAY = (int)0x80006a00, NONE = (int)0x80007100,
    EXTERN = (int)0x80006f00, NOEXTERN = (int)0x80007200
};

static uint32_t reference(uint32_t heap, bool nullable)
{
    return heap | (nullable ? W2O_CODE_REF_NULL : W2O_CODE_REF);
}

static uint32_t to_type(uint32_t type, bool nullable)
{
    return reference(type << W2O_HEAP_SHIFT, nullable);
}

static void function_types(void)
{
    w2o_value_type types[] = {W2O_I32, W2O_I64, W2O_FUNCREF};
    w2o_type first = w2o_func_type(types, 2, types + 2, 1);
    CHECK(first != 0);
    CHECK_EQUAL(first, w2o_func_type(types, 2, types + 2, 1));
    CHECK(first != w2o_func_type(types, 1, types + 1, 2));
    CHECK(first != w2o_func_type(types, 3, NULL, 0));
    w2o_type ids[4];
    CHECK(w2o_register_types(&a_module, ids));
    w2o_value_type i32 = W2O_I32;
    CHECK_EQUAL(ids[1], w2o_func_type(&i32, 1, &i32, 1));
    w2o_type b_ids[1];
    CHECK(w2o_register_types(&b_module, b_ids));
    CHECK_EQUAL(ids[1], b_ids[0]);
}

/* Registers the types of a module that has nothing else. */
static void register_rows(const w2o_type_row *rows, uint32_t count, const uint32_t *words, w2o_type *ids)
{
    w2o_module module = {.types = rows, .type_count = count, .value_types = words};
    CHECK(w2o_register_types(&module, ids));
}

static void recursion_groups(void)
{
    /* Two modules: (rec (func (param (ref 0))) (func (param (ref 0)))), once behind another type. */
    const uint32_t words[] = {to_type(0, false), to_type(0, false)};
    const w2o_type_row rows[] = {
        {.group = 0, .first = 0, .parameters = 1, .is_final = 1},
        {.group = 0, .first = 1, .parameters = 1, .is_final = 1},
    };
    const uint32_t shifted_words[] = {0x7f, to_type(1, false), to_type(1, false)};
    const w2o_type_row shifted[] = {
        {.group = 0, .first = 0, .parameters = 1, .is_final = 1},
        {.group = 1, .first = 1, .parameters = 1, .is_final = 1},
        {.group = 1, .first = 2, .parameters = 1, .is_final = 1},
    };
    w2o_type ids[2], shifted_ids[3];
    register_rows(rows, 2, words, ids);
    register_rows(shifted, 3, shifted_words, shifted_ids);
    CHECK(ids[0] != ids[1]);
    CHECK_EQUAL(ids[0], shifted_ids[1]);
    CHECK_EQUAL(ids[1], shifted_ids[2]);

    /* The same as two groups is another thing. */
    const w2o_type_row apart[] = {
        {.group = 0, .first = 0, .parameters = 1, .is_final = 1},
        {.group = 1, .first = 1, .parameters = 1, .is_final = 1},
    };
    w2o_type apart_ids[2];
    register_rows(apart, 2, words, apart_ids);
    CHECK(apart_ids[0] != ids[0]);
    CHECK(apart_ids[1] != ids[1]);
}

static void subtypes(void)
{
    const w2o_type_row rows[] = {
        {.group = 0},
        {.group = 1, .super = 1},
        {.group = 2, .super = 2, .is_final = 1},
        {.group = 3, .super = 1, .is_final = 1},
        {.group = 4, .kind = W2O_TYPE_STRUCT},
        {.group = 5, .kind = W2O_TYPE_ARRAY, .parameters = 1},
    };
    const uint32_t words[] = {0x7f | W2O_FIELD_MUTABLE};
    w2o_type t[6];
    register_rows(rows, 6, words, t);
    CHECK(w2o_is_subtype(t[2], t[0]));
    CHECK(w2o_is_subtype(t[2], t[1]));
    CHECK(w2o_is_subtype(t[2], t[2]));
    CHECK(!w2o_is_subtype(t[0], t[1]));
    CHECK(!w2o_is_subtype(t[2], t[3]));
    CHECK(!w2o_is_subtype(t[3], t[1]));

    CHECK(w2o_value_type_matches(to_type(t[2], false), to_type(t[0], true)));
    CHECK(!w2o_value_type_matches(to_type(t[2], true), to_type(t[0], false)));
    CHECK(w2o_value_type_matches(to_type(t[1], true), W2O_FUNCREF));
    CHECK(!w2o_value_type_matches(W2O_FUNCREF, to_type(t[1], true)));
    CHECK(w2o_value_type_matches(reference(NOFUNC, true), to_type(t[1], true)));
    CHECK(!w2o_value_type_matches(reference(NONE, true), to_type(t[1], true)));
    CHECK(w2o_value_type_matches(to_type(t[4], false), reference(STRUCT, false)));
    CHECK(w2o_value_type_matches(to_type(t[4], false), reference(EQ, true)));
    CHECK(w2o_value_type_matches(to_type(t[5], false), reference(ANY, true)));
    CHECK(!w2o_value_type_matches(to_type(t[5], false), reference(STRUCT, true)));
    CHECK(!w2o_value_type_matches(to_type(t[4], false), W2O_FUNCREF));
    CHECK(w2o_value_type_matches(reference(NONE, false), to_type(t[4], false)));
    CHECK(!w2o_value_type_matches(W2O_I32, W2O_I64));
    CHECK(!w2o_value_type_matches(W2O_I32, W2O_FUNCREF));
}

static void abstract_types(void)
{
    const uint32_t order[][2] = {{I31, EQ}, {STRUCT, EQ}, {ARRAY, EQ}, {EQ, ANY}, {I31, ANY}, {STRUCT, ANY},
                                 {ARRAY, ANY}, {NONE, I31}, {NONE, STRUCT}, {NONE, ARRAY}, {NONE, EQ}, {NONE, ANY},
                                 {NOFUNC, FUNC}, {NOEXTERN, EXTERN}};
    const uint32_t all[] = {FUNC, NOFUNC, ANY, EQ, I31, STRUCT, ARRAY, NONE, EXTERN, NOEXTERN};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        for (size_t j = 0; j < sizeof all / sizeof *all; j++) {
            bool expected = i == j;
            for (size_t o = 0; o < sizeof order / sizeof *order; o++) {
                expected |= order[o][0] == all[i] && order[o][1] == all[j];
            }
            CHECK_EQUAL(expected, w2o_value_type_matches(reference(all[i], true), reference(all[j], true)));
        }
    }
}

static void many_types(void)
{
    enum { COUNT = 5000 };
    static w2o_type ids[COUNT];
    w2o_value_type parameters[16];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) {
            for (int bit = 0; bit < 16; bit++) {
                parameters[bit] = (i >> bit & 1) != 0 ? W2O_F32 : W2O_F64;
            }
            w2o_type type = w2o_func_type(parameters, 16, NULL, 0);
            CHECK(round == 0 ? type != 0 : type == ids[i]);
            CHECK(i == 0 || round == 1 || type != ids[i - 1]);
            ids[i] = type;
        }
    }
}

const test_case type_tests[] = {
    {"function types", function_types},
    {"recursion groups", recursion_groups},
    {"subtypes", subtypes},
    {"abstract types", abstract_types},
    {"many types", many_types},
    {NULL, NULL},
};
