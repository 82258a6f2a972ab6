/* The heap: types as objects, making objects, arrays as a whole, constant expressions. */
#include "../src/gc.h"
#include "core_test.h"

#define REF(heap) ((uint32_t)(heap) << W2O_HEAP_SHIFT | W2O_CODE_REF_NULL)
#define ANY REF(W2O_HEAP_ABSTRACT + 0x6e)
#define FUNC REF(W2O_HEAP_ABSTRACT + 0x70)

/* Types of the module below. */
enum { POINT, PIXEL, NODE, BYTES, NODES, WIDE, FUNCS, VECTORS, TYPES };

static const uint32_t words[] = {
    0x7f | W2O_FIELD_MUTABLE, 0x7c,                    /* POINT: i32, f64 */
    0x7f | W2O_FIELD_MUTABLE, 0x7c, 0x78,              /* PIXEL, a POINT: ..., i8 */
    REF(NODE) | W2O_FIELD_MUTABLE, ANY, 0x77, 0x7b, FUNC, ANY, /* NODE */
    0x78 | W2O_FIELD_MUTABLE,                          /* BYTES */
    REF(NODE) | W2O_FIELD_MUTABLE,                     /* NODES */
    0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, ANY, ANY, /* WIDE */
    FUNC | W2O_FIELD_MUTABLE,                          /* FUNCS */
    0x7b | W2O_FIELD_MUTABLE,                          /* VECTORS */
};

static const w2o_type_row types[TYPES] = {
    {.group = 0, .first = 0, .parameters = 2, .kind = W2O_TYPE_STRUCT},
    {.group = 1, .super = POINT + 1, .first = 2, .parameters = 3, .kind = W2O_TYPE_STRUCT},
    {.group = 2, .first = 5, .parameters = 6, .kind = W2O_TYPE_STRUCT, .is_final = 1},
    {.group = 3, .first = 11, .parameters = 1, .kind = W2O_TYPE_ARRAY, .is_final = 1},
    {.group = 4, .first = 12, .parameters = 1, .kind = W2O_TYPE_ARRAY, .is_final = 1},
    {.group = 5, .first = 13, .parameters = 18, .kind = W2O_TYPE_STRUCT, .is_final = 1},
    {.group = 6, .first = 31, .parameters = 1, .kind = W2O_TYPE_ARRAY, .is_final = 1},
    {.group = 7, .first = 32, .parameters = 1, .kind = W2O_TYPE_ARRAY, .is_final = 1},
};

/*
 * At 0: struct.new POINT of 7 and 1.5. At 15: array.new_fixed BYTES of 1, 2, 3. At 26: array.new NODES of 2 nulls.
 * At 34: i31 of -1. At 39: array.new_default BYTES of 5.
 */
static const uint8_t expressions[] = {
    0x41, 7, 0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0xfb, 0, POINT, 0x0b,
    0x41, 1, 0x41, 2, 0x41, 3, 0xfb, 8, BYTES, 3, 0x0b,
    0xd0, 0x71, 0x41, 2, 0xfb, 6, NODES, 0x0b,
    0x41, 0x7f, 0xfb, 0x1c, 0x0b,
    0x41, 5, 0xfb, 7, BYTES, 0x0b,
};

enum { GLOBALS = 5 };

#define GLOBAL(i, at, type_) {.init = {at, W2O_INIT_CODE, 0}, .type = (type_), .offset = -48 - 8 * (i)}
static const w2o_global_row globals[GLOBALS] = {
    GLOBAL(0, 0, REF(POINT)), GLOBAL(1, 15, REF(BYTES)), GLOBAL(2, 26, REF(NODES)), GLOBAL(3, 34, ANY),
    GLOBAL(4, 39, REF(BYTES)),
};

static const uint8_t data[] = "abcdef";
static const w2o_data_row datas[] = {{.start = 1, .size = 5, .mode = W2O_PASSIVE}};
static const w2o_init inits[] = {{0, W2O_INIT_BITS, 0}, {0, W2O_INIT_CODE, 0}};
static const int32_t items[] = {0, 1, 1};
static const w2o_element_row elements[] = {{.mode = W2O_PASSIVE, .are_inits = 1, .count = 3}};

static w2o_module_state state;

enum { TYPES_OFFSET = -256 - 4 * TYPES, SIZE = 256 + 4 * TYPES };

static w2o_module module = {
    .version = W2O_ABI_VERSION, .abi = &w2o_abi_v2, .name = "objects", .instance_size = SIZE, .state = &state,
    .types = types, .value_types = words, .globals = globals, .elements = elements, .element_items = items,
    .inits = inits, .datas = datas, .data_bytes = data, .expressions = expressions, .collector = &w2o_gc_none,
    .type_count = TYPES, .global_count = GLOBALS, .element_count = 1, .data_count = 1, .types_offset = TYPES_OFFSET,
    .import_records = TYPES_OFFSET,
};

static w2o_instance *new_instance(w2o_store *store)
{
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &module, NULL, 0, &instance));
    return instance;
}

static w2o_type identity(const w2o_instance *instance, uint32_t type)
{
    return w2o_type_ids(instance)[type];
}

static void types_as_objects(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_instance(store);
    const uint8_t *heap = w2o_context_of(instance)->heap;
    const w2o_type_information *information = ((const w2o_heap_head *)(const void *)heap - 1)->information;
    w2o_type point = identity(instance, POINT);
    w2o_type pixel = identity(instance, PIXEL);
    CHECK_EQUAL(W2O_TYPE_STRUCT, information[pixel].kind);
    CHECK_EQUAL(point, information[pixel].display[0]);
    CHECK_EQUAL(pixel, information[pixel].display[1]);
    CHECK_EQUAL(0, information[pixel].display[2]);
    CHECK_EQUAL(W2O_TYPE_ARRAY, information[identity(instance, BYTES)].kind);
    CHECK_EQUAL(24, w2o_shapes[point].size);
    CHECK_EQUAL(32, w2o_shapes[pixel].size);
    CHECK_EQUAL(24, w2o_field_offset(pixel, 2));
    w2o_type node = identity(instance, NODE);
    CHECK_EQUAL(8, w2o_field_offset(node, 0));
    CHECK_EQUAL(12, w2o_field_offset(node, 1));
    CHECK_EQUAL(16, w2o_field_offset(node, 2));
    CHECK_EQUAL(24, w2o_field_offset(node, 3));
    CHECK_EQUAL(40, w2o_field_offset(node, 4));
    CHECK_EQUAL(48, w2o_field_offset(node, 5));
    CHECK_EQUAL(56, w2o_shapes[node].size);
    CHECK_EQUAL(1 | 2 | 1 << 10, w2o_shapes[node].map);
    const w2o_shape *wide = &w2o_shapes[identity(instance, WIDE)];
    CHECK(wide->is_listed);
    CHECK_EQUAL(8 + 256, wide->list[0]);
    CHECK_EQUAL(8 + 260, wide->list[1]);
    CHECK_EQUAL(0, wide->list[2]);
    CHECK_EQUAL(3, w2o_shapes[identity(instance, FUNCS)].element_shift);
    CHECK_EQUAL(0, w2o_shapes[identity(instance, FUNCS)].has_references);
    CHECK_EQUAL(4, w2o_shapes[identity(instance, VECTORS)].element_shift);
    w2o_store_free(store);
}

static const w2o_object *global_object(const w2o_instance *instance, uint32_t index)
{
    uint64_t word = *(const uint64_t *)w2o_at(instance, globals[index].offset);
    CHECK(w2o_is_object(word));
    return w2o_object_at(w2o_context_of(instance)->store->heap, (uint32_t)word);
}

static void constants(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_instance(store);
    const w2o_object *point = global_object(instance, 0);
    CHECK_EQUAL(identity(instance, POINT), point->type);
    CHECK_EQUAL(0, point->length);
    CHECK_EQUAL(7, *(const int32_t *)(point + 1));
    CHECK(*(const double *)(point + 2) == 1.5);
    const w2o_object *bytes = global_object(instance, 1);
    CHECK_EQUAL(identity(instance, BYTES), bytes->type);
    CHECK_EQUAL(3, bytes->length);
    CHECK(memcmp(bytes + 1, "\1\2\3", 3) == 0);
    CHECK_EQUAL(2, global_object(instance, 2)->length);
    CHECK_EQUAL(UINT32_MAX, *(const uint64_t *)w2o_at(instance, globals[3].offset));
    CHECK_EQUAL(5, global_object(instance, 4)->length);
    w2o_store_free(store);
}

static void arrays_as_a_whole(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_instance(store);
    const w2o_heap *heap = store->heap;
    uint64_t array = w2o_gc_new_array(instance, BYTES, 10);
    const uint8_t *bytes = heap->base + array + W2O_OBJECT_HEADER;
    w2o_gc_array_fill(instance, array, 2, 0x1ff, 0, 3);
    CHECK(memcmp(bytes, "\0\0\377\377\377\0\0\0\0\0", 10) == 0);
    w2o_gc_init_data(instance, array, 0, 7, 2, 3);
    CHECK(memcmp(bytes, "\0\0\377\377\377\0\0def", 10) == 0);
    w2o_gc_array_copy(instance, array, array, 6, 7, 3);
    CHECK(memcmp(bytes, "\0\0\377\377\377\0deff", 10) == 0);
    uint64_t made = w2o_gc_new_data(instance, BYTES, 0, 0, 5);
    CHECK(memcmp(heap->base + made + W2O_OBJECT_HEADER, "bcdef", 5) == 0);
    uint64_t vectors = w2o_gc_new_array(instance, VECTORS, 3);
    w2o_gc_array_fill(instance, vectors, 1, 5, 6, 1);
    const uint64_t *halves = (const uint64_t *)(heap->base + vectors + W2O_OBJECT_HEADER);
    CHECK(halves[1] == 0 && halves[2] == 5 && halves[3] == 6 && halves[4] == 0);
    /* The segment's elements were evaluated once. */
    uint64_t first = w2o_gc_new_elem(instance, NODES, 0, 0, 3);
    uint64_t second = w2o_gc_new_array(instance, NODES, 3);
    w2o_gc_init_elem(instance, second, 0, 1, 1, 2);
    const uint32_t *nodes = (const uint32_t *)(heap->base + first + W2O_OBJECT_HEADER);
    const uint32_t *others = (const uint32_t *)(heap->base + second + W2O_OBJECT_HEADER);
    CHECK(nodes[0] == 0 && nodes[1] != 0 && nodes[1] != nodes[2]);
    CHECK(others[0] == 0 && others[1] == nodes[1] && others[2] == nodes[2]);
    CHECK_EQUAL(0, *w2o_card_of(heap, (uint32_t)second));
    CHECK(w2o_gc_is_subtype(instance, w2o_gc_new_struct(instance, PIXEL, 32), POINT));
    CHECK(!w2o_gc_is_subtype(instance, w2o_gc_new_struct(instance, POINT, 24), PIXEL));
    w2o_store_free(store);
}

static void limit(void)
{
    w2o_store *store = new_store(&(w2o_config){.max_heap = 1 << 20});
    w2o_instance *instance = new_instance(store);
    w2o_trap trap = W2O_TRAP_NONE;
    CHECK(w2o_make_array(store, identity(instance, BYTES), 1 << 19, &trap) != 0);
    CHECK_EQUAL(0, w2o_make_array(store, identity(instance, BYTES), 1 << 20, &trap));
    CHECK_EQUAL(W2O_TRAP_HEAP_EXHAUSTED, trap);
    CHECK_EQUAL(0, w2o_make_array(store, identity(instance, VECTORS), UINT32_MAX, &trap));
    CHECK_EQUAL(W2O_TRAP_ALLOCATION_TOO_LARGE, trap);
    CHECK(w2o_make_array(store, identity(instance, BYTES), 1 << 18, &trap) != 0);
    w2o_store_free(store);
}

const test_case gc_tests[] = {
    {"gc: types as objects", types_as_objects},
    {"gc: constant expressions", constants},
    {"gc: arrays as a whole", arrays_as_a_whole},
    {"gc: limit", limit},
    {NULL, NULL},
};
