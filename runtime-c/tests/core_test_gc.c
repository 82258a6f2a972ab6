/* The heap: types as objects, making objects, arrays as a whole, constant expressions. */
#include <stdlib.h>

#include "../src/gc_moving.h"
#include "../src/refs.h"
#include "core_test.h"

#define REF(heap) ((uint32_t)(heap) << W2O_HEAP_SHIFT | W2O_CODE_REF_NULL)
#define ANY REF(W2O_HEAP_ABSTRACT + 0x6e)
#define FUNC REF(W2O_HEAP_ABSTRACT + 0x70)

/* Types of the module below. */
enum { POINT, PIXEL, NODE, BYTES, NODES, WIDE, FUNCS, VECTORS, ANYS, TYPES };

static const uint32_t words[] = {
    0x7f | W2O_FIELD_MUTABLE, 0x7c,                    /* POINT: i32, f64 */
    0x7f | W2O_FIELD_MUTABLE, 0x7c, 0x78,              /* PIXEL, a POINT: ..., i8 */
    REF(NODE) | W2O_FIELD_MUTABLE, ANY, 0x77, 0x7b, FUNC, ANY, /* NODE */
    0x78 | W2O_FIELD_MUTABLE,                          /* BYTES */
    REF(NODE) | W2O_FIELD_MUTABLE,                     /* NODES */
    0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, 0x7b, ANY, ANY, /* WIDE */
    FUNC | W2O_FIELD_MUTABLE,                          /* FUNCS */
    0x7b | W2O_FIELD_MUTABLE,                          /* VECTORS */
    ANY | W2O_FIELD_MUTABLE,                           /* ANYS */
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
    {.group = 8, .first = 33, .parameters = 1, .kind = W2O_TYPE_ARRAY, .is_final = 1},
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

enum { IDENTITIES = (4 * TYPES + 7) / 8 * 8, TYPES_OFFSET = -256 - IDENTITIES, SIZE = 256 + IDENTITIES };

static w2o_module module = {
    .version = W2O_ABI_VERSION, .abi = &w2o_abi_v3, .name = "objects", .instance_size = SIZE, .state = &state,
    .types = types, .value_types = words, .globals = globals, .elements = elements, .element_items = items,
    .inits = inits, .datas = datas, .data_bytes = data, .expressions = expressions, .collector = &w2o_gc_none,
    .type_count = TYPES, .global_count = GLOBALS, .element_count = 1, .data_count = 1, .types_offset = TYPES_OFFSET,
    .import_records = TYPES_OFFSET,
};

static const w2o_table_row tables[] = {{.minimum = 40, .type = ANY, .offset = TYPES_OFFSET - 24}};
static w2o_module_state moving_state;

/* The same types, and a table of 40 anyrefs. */
static w2o_module moving_module = {
    .version = W2O_ABI_VERSION, .abi = &w2o_abi_v3, .name = "moving", .instance_size = SIZE + 32,
    .state = &moving_state, .types = types, .value_types = words, .tables = tables, .type_count = TYPES,
    .table_count = 1, .types_offset = TYPES_OFFSET, .import_records = TYPES_OFFSET, .collector = &w2o_gc_moving,
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

static void check_constants(w2o_store *store)
{
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

static void constants(void)
{
    check_constants(new_store(NULL));
    module.collector = &w2o_gc_moving;
    check_constants(new_store(&(w2o_config){.gc_stress = 1}));
    module.collector = &w2o_gc_none;
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

/* ---- The moving collector ---- */

/*
 * A mutator that does what compiled code would, at random, beside a model of the same objects. Roots are the elements of
 * a table. From time to time all that can be reached is compared with the model; references of the host's in
 * objects are destroyed exactly when no object has them.
 */
enum { ROOTS = 40, NODE_FIELDS = 3, HOSTS = 4000, MOST_FIELDS = 20000 };

typedef struct model {
    bool is_array;
    uint32_t id, count, checked;
    uint32_t word;          /* where it was at the last check */
    struct value *fields;
    struct model *next;     /* of all */
} model;

typedef struct value {
    enum { NOTHING, NUMBER, OBJECT, HOST } kind;
    int number;
    model *object;
} value;

typedef struct mutator {
    w2o_store *store;
    w2o_instance *instance;
    w2o_table *table;
    value roots[ROOTS];
    model *all;
    uint32_t made, checks, seed;
    int hosts;
    bool destroyed[HOSTS], reached[HOSTS];
    model **queue;
    uint32_t queued;
} mutator;

static uint32_t next_random(mutator *m, uint32_t bound)
{
    m->seed = m->seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(m->seed >> 4) * bound >> 28);
}

static const uint32_t node_offsets[NODE_FIELDS] = {8, 12, 48};

static uint32_t field_offset(const model *object, uint32_t field)
{
    return object->is_array ? W2O_OBJECT_HEADER + 4 * field : node_offsets[field];
}

static uint32_t *field_of(const mutator *m, uint64_t word, const model *object, uint32_t field)
{
    return (uint32_t *)(void *)(m->store->heap->base + word + field_offset(object, field));
}

static void on_destroy(void *payload)
{
    CHECK(!*(bool *)payload);
    *(bool *)payload = true;
}

/* Makes an object in a root. */
static void make_object(mutator *m, uint32_t root)
{
    static const uint32_t lengths[] = {0, 1, 3, 10, 200, 3000, MOST_FIELDS};
    model *made = calloc(1, sizeof *made);
    made->is_array = next_random(m, 3) == 0;
    made->count = made->is_array ? lengths[next_random(m, next_random(m, 30) == 0 ? 7 : 4)] : NODE_FIELDS;
    made->fields = calloc(made->count + 1, sizeof *made->fields);
    made->id = ++m->made;
    made->next = m->all;
    m->all = made;
    w2o_trap trap = W2O_TRAP_NONE;
    uint32_t word = made->is_array ? w2o_make_array(m->store, identity(m->instance, NODES), made->count, &trap)
                                   : w2o_make_struct(m->store, identity(m->instance, NODE), &trap);
    CHECK(word != 0);
    m->table->elements[root] = word;
    m->roots[root] = (value){OBJECT, 0, made};
    /* As compiled code does it: no card is noted for what has just been made. */
    for (uint32_t i = 0; i < made->count && i < 10; i++) {
        uint32_t other = next_random(m, ROOTS);
        *field_of(m, word, made, i) = (uint32_t)m->table->elements[other];
        made->fields[i] = m->roots[other];
    }
    if (!made->is_array) {
        memcpy(m->store->heap->base + word + 24, &made->id, sizeof made->id);
    }
}

static void put_number(mutator *m, uint32_t root)
{
    int number = (int)next_random(m, 1000);
    w2o_fill_elements(m->table, root, (uint32_t)number << 1 | 1, 1);
    m->roots[root] = (value){NUMBER, number, NULL};
}

static void set_root(mutator *m, uint32_t root, w2o_value reference, value model)
{
    CHECK(w2o_set_element(m->table, root, reference));
    m->roots[root] = model;
}

static void put_host(mutator *m, uint32_t root)
{
    if (m->hosts == HOSTS) {
        return;
    }
    w2o_scope scope = w2o_scope_begin(m->store);
    w2o_ref made = w2o_ref_new(m->store, &m->destroyed[m->hosts], on_destroy);
    set_root(m, root, (w2o_value){.ref = made}, (value){HOST, m->hosts++, NULL});
    w2o_scope_end(m->store, scope);
}

static void copy_root(mutator *m, uint32_t from, uint32_t to)
{
    w2o_table_copy(m->instance, 0, 0, to, from, 1);
    m->roots[to] = m->roots[from];
}

static void write_field(mutator *m, uint32_t root, uint32_t other)
{
    model *object = m->roots[root].object;
    if (m->roots[root].kind != OBJECT || object->count == 0) {
        return;
    }
    uint32_t field = next_random(m, object->count);
    uint64_t word = m->table->elements[root];
    *field_of(m, word, object, field) = (uint32_t)m->table->elements[other];
    w2o_dirty(m->store->heap, (uint32_t)word + (object->is_array ? field_offset(object, field) : 0), 4);
    object->fields[field] = m->roots[other];
}

static void read_field(mutator *m, uint32_t root, uint32_t to)
{
    const model *object = m->roots[root].object;
    if (m->roots[root].kind != OBJECT || object->count == 0) {
        return;
    }
    uint32_t field = next_random(m, object->count);
    value read = object->fields[field];
    w2o_fill_elements(m->table, to, *field_of(m, m->table->elements[root], object, field), 1);
    m->roots[to] = read;
}

/* ---- Against the model ---- */

static void check_value(mutator *m, uint64_t word, const value *expected)
{
    switch (expected->kind) {
    case NOTHING:
        CHECK_EQUAL(0, word);
        break;
    case NUMBER:
        CHECK_EQUAL((uint32_t)expected->number << 1 | 1, word);
        break;
    case HOST: {
        CHECK(w2o_is_counted(word));
        const w2o_reference *entry = w2o_reference_at(m->store, (uint32_t)word >> W2O_WORD_BITS);
        CHECK(entry->of.payload == &m->destroyed[expected->number]);
        CHECK(!m->destroyed[expected->number]);
        m->reached[expected->number] = true;
        break;
    }
    default:
        CHECK(w2o_is_object(word));
        if (expected->object->checked != m->checks) {
            expected->object->checked = m->checks;
            expected->object->word = (uint32_t)word;
            m->queue[m->queued++] = expected->object;
        }
        CHECK_EQUAL(expected->object->word, word);
    }
}

static void check_all(mutator *m)
{
    m->checks++;
    m->queue = malloc((m->made + 1) * sizeof *m->queue);
    m->queued = 0;
    memset(m->reached, 0, sizeof m->reached);
    for (uint32_t i = 0; i < ROOTS; i++) {
        check_value(m, m->table->elements[i], &m->roots[i]);
    }
    for (uint32_t i = 0; i < m->queued; i++) {
        const model *object = m->queue[i];
        const w2o_object *header = w2o_object_at(m->store->heap, object->word);
        CHECK_EQUAL(identity(m->instance, object->is_array ? NODES : NODE), header->type);
        CHECK_EQUAL(object->is_array ? object->count : 0, header->length);
        if (!object->is_array) {
            CHECK(memcmp(header + 3, &object->id, sizeof object->id) == 0);
        }
        for (uint32_t f = 0; f < object->count; f++) {
            check_value(m, *field_of(m, object->word, object, f), &object->fields[f]);
        }
    }
    free(m->queue);
}

static void check_destroyed(const mutator *m)
{
    for (int i = 0; i < m->hosts; i++) {
        CHECK_EQUAL(m->reached[i], !m->destroyed[i]);
    }
}

static void step(mutator *m)
{
    uint32_t root = next_random(m, ROOTS);
    uint32_t other = next_random(m, ROOTS);
    switch (next_random(m, 12)) {
    case 0:
        put_number(m, root);
        break;
    case 1:
        set_root(m, root, (w2o_value){.ref = 0}, (value){NOTHING, 0, NULL});
        break;
    case 2:
        put_host(m, root);
        break;
    case 3: case 4:
        copy_root(m, root, other);
        break;
    case 5: case 6:
        write_field(m, root, other);
        break;
    case 7: case 8:
        read_field(m, root, other);
        break;
    default:
        w2o_fill_elements(m->table, root, 0, 1); /* a host reference is discounted */
        make_object(m, root);
    }
}

static void mutate(uint32_t seed, uint32_t steps, uint32_t stress)
{
    static mutator m;
    memset(&m, 0, sizeof m);
    m.seed = seed;
    m.store = new_store(&(w2o_config){.nursery = 1 << 17, .max_heap = 256 << 20, .gc_stress = stress});
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(m.store, &moving_module, NULL, 0, &m.instance));
    m.table = w2o_instance_table(m.instance, 0);
    const w2o_collector *collector = m.store->heap->collector;
    for (uint32_t i = 1; i <= steps; i++) {
        step(&m);
        if (next_random(&m, 400) == 0) {
            if (next_random(&m, 4) == 0) {
                w2o_free_dead_blocks((w2o_moving *)m.store->heap);
            }
            collector->collect(m.store->heap, next_random(&m, 4) == 0);
            w2o_drain(m.store);
        }
        if (i % 1000 == 0) {
            check_all(&m);
        }
    }
    collector->collect(m.store->heap, true);
    w2o_drain(m.store);
    check_all(&m);
    check_destroyed(&m);
    w2o_store_free(m.store);
    for (int i = 0; i < m.hosts; i++) {
        CHECK(m.destroyed[i]);
    }
    for (model *next; m.all != NULL; m.all = next) {
        next = m.all->next;
        free(m.all->fields);
        free(m.all);
    }
}

static void moving(void)
{
    for (uint32_t seed = 1; seed <= 6; seed++) {
        mutate(seed, 20000, 0);
    }
}

static void moving_under_stress(void)
{
    mutate(1, 3000, 1);
    mutate(2, 3000, 3);
}

/* ---- Roots of all kinds ---- */

static w2o_trap collect_in_host(void *env, int32_t value, int32_t *result)
{
    w2o_store *store = *(w2o_store **)env;
    store->heap->collector->collect(store->heap, value == 7);
    *result = 0;
    return W2O_TRAP_NONE;
}

static uint32_t new_point(w2o_instance *instance, int32_t x)
{
    w2o_store *store = w2o_instance_store(instance);
    w2o_trap trap;
    uint32_t point = w2o_make_struct(store, identity(instance, POINT), &trap);
    memcpy(store->heap->base + point + W2O_OBJECT_HEADER, &x, sizeof x);
    return point;
}

static void check_point(const w2o_instance *instance, uint64_t word, int32_t x)
{
    const w2o_object *point = w2o_object_at(w2o_context_of(instance)->store->heap, (uint32_t)word);
    CHECK_EQUAL(identity(instance, POINT), point->type);
    CHECK(memcmp(point + 1, &x, sizeof x) == 0);
}

static void frames_as_roots(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = NULL;
    w2o_instance *frames = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    w2o_extern import = w2o_import_func(NULL, (w2o_host_code)collect_in_host, &store);
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &r_module, &import, 1, &frames));
    const char *const names[] = {"keep", "framed"};
    for (int i = 0; i < 2; i++) {
        uint32_t point = new_point(instance, 42 + i);
        int32_t moved;
        CHECK_EQUAL(W2O_TRAP_NONE, call(frames, names[i], (int32_t)point, 0, 0, &moved));
        CHECK((uint32_t)moved != point);
        check_point(instance, (uint32_t)moved, 42 + i);
    }
    w2o_store_free(store);
}

static void handles_as_roots(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    const w2o_collector *collector = store->heap->collector;
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref handles[3];
    for (int i = 0; i < 3; i++) {
        handles[i] = w2o_make_handle(store, new_point(instance, i));
    }
    w2o_ref_keep(store, handles[1]);
    w2o_value_type any = ANY;
    const w2o_tag *tag = w2o_tag_new(store, w2o_func_type(&any, 1, NULL, 0));
    CHECK_EQUAL(W2O_TRAP_EXCEPTION, w2o_throw(store, tag, &(w2o_value){.ref = handles[2]}));
    uint64_t exception = w2o_exception_ref(instance);
    w2o_global global;
    CHECK(w2o_global_new(store, ANY, true, (w2o_value){.ref = handles[0]}, &global));
    w2o_scope_end(store, scope);
    for (int i = 0; i < 4; i++) {
        collector->collect(store->heap, i % 2 == 1);
        uint64_t word;
        CHECK(w2o_read_handle(store, handles[1], &word));
        check_point(instance, word, 1);
        check_point(instance, *(uint64_t *)global.cell, 0);
        const w2o_exception *found = w2o_reference_at(store, (uint32_t)exception >> W2O_WORD_BITS)->of.exception;
        check_point(instance, found->values[0].ref, 2);
        uint64_t ignored;
        CHECK(!w2o_read_handle(store, handles[0], &ignored));
    }
    CHECK(w2o_ref_drop(store, handles[1]));
    w2o_store_free(store);
}

/* What only an exception has that nobody has ends with the same collection. */
static void payload_of_the_dead(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    const w2o_value_type type = W2O_EXTERNREF;
    const w2o_tag *tag = w2o_tag_new(store, w2o_func_type(&type, 1, NULL, 0));
    bool destroyed = false;
    w2o_scope scope = w2o_scope_begin(store);
    w2o_value value = {.ref = w2o_ref_new(store, &destroyed, on_destroy)};
    CHECK_EQUAL(W2O_TRAP_EXCEPTION, w2o_throw(store, tag, &value));
    w2o_make_handle(store, w2o_exception_ref(instance));
    w2o_collect(store);
    CHECK(!destroyed);
    w2o_scope_end(store, scope);
    w2o_collect(store);
    CHECK(destroyed);
    w2o_store_free(store);
}

/* A thing of the host's that only an old array has, and got by a fill, outlives a collection of the young. */
static void filled_with_counted(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    uint64_t *root = w2o_instance_table(instance, 0)->elements;
    w2o_trap trap;
    *root = w2o_make_array(store, identity(instance, ANYS), 4, &trap);
    w2o_collect(store);
    bool destroyed = false;
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref thing = w2o_ref_new(store, &destroyed, on_destroy);
    w2o_gc_array_fill(instance, *root, 1, (uint32_t)thing, 0, 2);
    w2o_scope_end(store, scope);
    for (int i = 0; i < 3; i++) {
        store->heap->collector->collect(store->heap, i == 1);
        w2o_drain(store);
        CHECK(!destroyed);
    }
    w2o_gc_array_fill(instance, *root, 0, 0, 0, 4);
    w2o_collect(store);
    CHECK(destroyed);
    w2o_store_free(store);
}

/* ---- The C interface ---- */

static void objects_from_c(void)
{
    w2o_store *store = new_store(&(w2o_config){.gc_stress = 1});
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    w2o_type point = w2o_instance_type(instance, POINT);
    w2o_type pixel = w2o_instance_type(instance, PIXEL);
    w2o_ref object = 0;
    w2o_ref other = 0;
    w2o_value value;
    CHECK_EQUAL(0, w2o_instance_type(instance, TYPES));
    CHECK_EQUAL(W2O_TRAP_NONE,
                w2o_struct_new(store, pixel, (w2o_value[]){{.i32 = -3}, {.f64 = 2.5}, {.i32 = 0x1ff}}, &object));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_new(store, point, NULL, &other));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_get(store, object, 0, &value));
    CHECK_EQUAL(-3, value.i32);
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_get(store, object, 1, &value));
    CHECK(value.f64 == 2.5);
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_get(store, object, 2, &value));
    CHECK_EQUAL(0xff, value.i32);
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_set(store, object, 0, (w2o_value){.i32 = 9}));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_struct_set(store, object, 1, (w2o_value){.f64 = 0}));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_struct_get(store, object, 3, &value));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_array_get(store, object, 0, &value));
    CHECK_EQUAL(W2O_TRAP_NULL_REFERENCE, w2o_struct_get(store, 0, 0, &value));
    CHECK(w2o_ref_is(store, object, w2o_ref_to(point, false)) && !w2o_ref_is(store, other, w2o_ref_to(pixel, true)));
    CHECK(w2o_ref_is(store, object, W2O_STRUCTREF) && w2o_ref_is(store, object, W2O_EXTERNREF));
    CHECK(!w2o_ref_is(store, object, W2O_ARRAYREF) && !w2o_ref_is(store, object, W2O_EXNREF));
    w2o_type nodes = w2o_instance_type(instance, NODES);
    w2o_type node = w2o_instance_type(instance, NODE);
    w2o_ref array = 0;
    w2o_ref element = 0;
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_array_new(store, nodes, 4, &(w2o_value){.ref = object}, &array));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_struct_new(store, nodes, NULL, &element));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_new(store, node, NULL, &element));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_array_new(store, nodes, 4, &(w2o_value){.ref = element}, &array));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_array_set(store, array, 1, (w2o_value){.ref = 0}));
    CHECK_EQUAL(W2O_TRAP_ARRAY_OUT_OF_BOUNDS, w2o_array_set(store, array, 4, (w2o_value){.ref = 0}));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_set(store, element, 0, (w2o_value){.ref = element}));
    w2o_collect(store);
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_array_get(store, array, 3, &value));
    CHECK(value.ref != element && w2o_ref_equals(store, value.ref, element));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_get(store, value.ref, 0, &value));
    CHECK(w2o_ref_equals(store, value.ref, element));
    w2o_ref bytes = 0;
    uint32_t length = 0;
    char text[6] = "";
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_array_new(store, w2o_instance_type(instance, BYTES), 5, NULL, &bytes));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_array_write(store, bytes, 1, 3, "abc"));
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_array_read(store, bytes, 2, 3, text));
    CHECK(memcmp(text, "bc\0", 3) == 0);
    CHECK_EQUAL(W2O_TRAP_ARRAY_OUT_OF_BOUNDS, w2o_array_read(store, bytes, 3, 3, text));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_array_read(store, array, 0, 1, text));
    CHECK(w2o_array_length(store, bytes, &length) == W2O_TRAP_NONE && length == 5);
    int32_t number = 0;
    CHECK(w2o_i31_value(w2o_i31(-5), &number) && number == -5);
    CHECK(w2o_i31_value(w2o_i31(0x3fffffff), &number) && number == 0x3fffffff);
    CHECK(!w2o_i31_value(bytes, &number) && w2o_ref_is(store, w2o_i31(1), W2O_I31REF));
    /* Another store's, and one whose scope has ended. */
    w2o_store *stranger = new_store(NULL);
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_struct_get(stranger, object, 0, &value));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_struct_new(stranger, point, NULL, &value.ref));
    w2o_store_free(stranger);
    w2o_scope scope = w2o_scope_begin(store);
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_struct_new(store, point, NULL, &other));
    w2o_scope_end(store, scope);
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_struct_set(store, other, 0, (w2o_value){.i32 = 0}));
    w2o_store_free(store);
}

static void limit_of_moving(void)
{
    w2o_store *store = new_store(&(w2o_config){.max_heap = 8 << 20, .nursery = 1 << 20});
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    w2o_trap trap = W2O_TRAP_NONE;
    /* Garbage does not count, small or large. */
    for (int i = 0; i < 100000; i++) {
        CHECK(w2o_make_array(store, identity(instance, BYTES), i % 100 == 0 ? 1 << 20 : 1000, &trap) != 0);
    }
    /* A list of nodes that stays. */
    w2o_table *table = w2o_instance_table(instance, 0);
    uint32_t count = 0;
    for (uint32_t node; (node = w2o_make_struct(store, identity(instance, NODE), &trap)) != 0; count++) {
        memcpy(store->heap->base + node + W2O_OBJECT_HEADER, &table->elements[0], 4);
        table->elements[0] = node;
    }
    CHECK_EQUAL(W2O_TRAP_HEAP_EXHAUSTED, trap);
    CHECK(count > (6 << 20) / 56 && count < (8 << 20) / 56);
    /* It is still whole, and when it is gone there is room again. */
    uint32_t found = 0;
    for (uint32_t node = (uint32_t)table->elements[0]; node != 0; found++) {
        memcpy(&node, store->heap->base + node + W2O_OBJECT_HEADER, 4);
    }
    CHECK_EQUAL(count, found);
    table->elements[0] = 0;
    CHECK(w2o_make_struct(store, identity(instance, NODE), &trap) != 0);
    CHECK(w2o_make_array(store, identity(instance, BYTES), 5 << 20, &trap) != 0);
    w2o_store_free(store);
}

/* Blocks and large objects with nothing alive in them are freed, others stay where they are. */
static void dead_blocks(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &moving_module, NULL, 0, &instance));
    w2o_moving *moving = (w2o_moving *)store->heap;
    w2o_table *table = w2o_instance_table(instance, 0);
    w2o_trap trap;
    for (uint32_t i = 0; i < 40; i++) {
        uint32_t size = i >= 35 ? 100000 + i : 30000 + i;
        table->elements[i] = w2o_make_array(store, identity(instance, BYTES), size, &trap);
    }
    store->heap->collector->collect(store->heap, true); /* all are old, two to a block, or large */
    uint32_t used = moving->used_blocks;
    CHECK(!w2o_free_dead_blocks(moving));
    uint64_t before[40];
    for (uint32_t i = 0; i < 40; i++) {
        before[i] = table->elements[i];
        table->elements[i] = i < 8 || i % 2 != 0 ? before[i] : 0;
    }
    CHECK(w2o_free_dead_blocks(moving));
    CHECK_EQUAL(used - 4, moving->used_blocks); /* two large ones */
    for (uint32_t i = 8; i < 35; i++) {
        table->elements[i] = 0;
    }
    CHECK(w2o_free_dead_blocks(moving));
    CHECK(moving->used_blocks <= used - 4 - 12);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 40; i++) {
            if (i < 8 || (i >= 35 && i % 2 != 0)) {
                CHECK(round != 0 || table->elements[i] == before[i]);
                CHECK_EQUAL(i >= 35 ? 100000 + i : 30000 + i, w2o_object_at(store->heap, (uint32_t)table->elements[i])->length);
            }
        }
        store->heap->collector->collect(store->heap, true);
    }
    w2o_store_free(store);
}

const test_case gc_tests[] = {
    {"gc: types as objects", types_as_objects},
    {"gc: constant expressions", constants},
    {"gc: arrays as a whole", arrays_as_a_whole},
    {"gc: limit", limit},
    {"gc: frames as roots", frames_as_roots},
    {"gc: handles, globals and exceptions as roots", handles_as_roots},
    {"gc: what only the dead have", payload_of_the_dead},
    {"gc: an array filled with a thing of the host's", filled_with_counted},
    {"gc: objects from C", objects_from_c},
    {"gc: limit of the moving collector", limit_of_moving},
    {"gc: dead blocks", dead_blocks},
    {"gc: moving", moving},
    {"gc: moving under stress", moving_under_stress},
    {NULL, NULL},
};
