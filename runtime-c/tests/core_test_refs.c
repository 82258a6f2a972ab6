/* Counted references: lives of entries, handles and scopes, held words, destructors that do what they like. */
#include "../src/refs.h"
#include "core_test.h"

/* What a host reference is for: how often it was destroyed. */
typedef struct thing {
    int destroyed;
    void (*at_end)(struct thing *thing);
    w2o_store *store;
    w2o_instance *instance;
    w2o_ref other;
    w2o_trap trap;
} thing;

static void destroy(void *payload)
{
    thing *dead = payload;
    dead->destroyed++;
    if (dead->at_end != NULL) {
        dead->at_end(dead);
    }
}

static w2o_ref make(w2o_store *store, thing *thing)
{
    thing->store = store;
    return w2o_ref_new(store, thing, destroy);
}

static w2o_trap (*host)(void *env);

static w2o_trap on_host(void *env, int32_t value, int32_t *result)
{
    CHECK_EQUAL(7, value);
    *result = 0;
    return host == NULL ? W2O_TRAP_NONE : host(env);
}

static w2o_instance *new_r(w2o_store *store, void *env)
{
    w2o_extern import = w2o_import_func(NULL, (w2o_host_code)on_host, env);
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &r_module, &import, 1, &instance));
    return instance;
}

/* The word of a handle, for functions that no thunk translates for. */
static uint64_t word_of(w2o_store *store, w2o_ref ref)
{
    uint64_t word = 0;
    CHECK(w2o_read_handle(store, ref, &word));
    return word;
}

static void lives(void)
{
    w2o_store *store = new_store(NULL);
    thing things[3] = {{.destroyed = 0}};
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref first = make(store, &things[0]);
    w2o_ref second = make(store, &things[1]);
    w2o_ref third = make(store, &things[2]);
    CHECK(w2o_ref_payload(store, first) == &things[0]);
    CHECK_EQUAL(second, w2o_ref_keep(store, second));
    CHECK(!w2o_ref_drop(store, third)); /* nobody kept it */
    w2o_scope_end(store, scope);
    CHECK_EQUAL(1, things[0].destroyed);
    CHECK_EQUAL(0, things[1].destroyed);
    CHECK_EQUAL(1, things[2].destroyed);
    CHECK(w2o_ref_payload(store, first) == NULL);
    CHECK(w2o_ref_payload(store, second) == &things[1]);
    CHECK(w2o_ref_drop(store, second));
    CHECK(!w2o_ref_drop(store, second));
    CHECK_EQUAL(1, things[1].destroyed);
    /* Entries are used again, and the old handles stay stale. */
    w2o_ref again = make(store, &things[0]);
    CHECK(w2o_ref_payload(store, first) == NULL && w2o_ref_payload(store, second) == NULL);
    CHECK_EQUAL(0, w2o_ref_keep(store, first));
    CHECK(w2o_ref_payload(store, again) == &things[0]);
    w2o_store_free(store);
    CHECK_EQUAL(2, things[0].destroyed);
}

static void places(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, NULL);
    thing things[2] = {{.destroyed = 0}};
    w2o_table *table = exported(instance, "table").of.table;
    w2o_global global = exported(instance, "g").of.global;
    w2o_scope scope = w2o_scope_begin(store);
    CHECK(w2o_set_element(table, 1, (w2o_value){.ref = make(store, &things[0])}));
    CHECK(w2o_set_global(&global, (w2o_value){.ref = make(store, &things[1])}));
    w2o_scope_end(store, scope);
    CHECK_EQUAL(0, things[0].destroyed + things[1].destroyed);
    scope = w2o_scope_begin(store);
    w2o_value value;
    CHECK(w2o_get_element(table, 1, &value) && w2o_ref_payload(store, value.ref) == &things[0]);
    CHECK(w2o_ref_payload(store, w2o_get_global(&global).ref) == &things[1]);
    /* A stale handle, and another store's, are refused. */
    w2o_store *stranger = new_store(NULL);
    CHECK(!w2o_set_element(table, 0, (w2o_value){.ref = value.ref + (UINT64_C(1) << 32)}));
    CHECK(!w2o_set_element(table, 0, (w2o_value){.ref = 1000 << 3 | 2}));
    CHECK(!w2o_set_element(table, 0, (w2o_value){.ref = 4}));
    CHECK(!w2o_set_element(table, 0, (w2o_value){.ref = w2o_ref_new(stranger, NULL, NULL)}));
    w2o_store_free(stranger);
    /* Operations of compiled code on the whole table. */
    w2o_table_copy(instance, 0, 0, 2, 1, 1);
    CHECK(w2o_set_element(table, 1, (w2o_value){.ref = 0}));
    w2o_scope_end(store, scope);
    CHECK_EQUAL(0, things[0].destroyed);
    CHECK_EQUAL(4, w2o_table_grow(instance, 0, table->elements[2], 3));
    w2o_table_fill(instance, 0, 2, 0, 3);
    CHECK_EQUAL(0, things[0].destroyed);
    w2o_table_fill(instance, 0, 5, 0, 2);
    CHECK_EQUAL(1, things[0].destroyed);
    w2o_store_free(store);
    CHECK_EQUAL(1, things[0].destroyed);
    CHECK_EQUAL(1, things[1].destroyed);
}

/* ---- Held words ---- */

static thing *watched;

static w2o_trap sweep(void *env)
{
    w2o_store *store = *(w2o_store **)env;
    w2o_sweep(store);
    w2o_drain(store);
    CHECK_EQUAL(0, watched->destroyed);
    return W2O_TRAP_NONE;
}

static void held_words(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, &store);
    const char *const names[] = {"keep", "framed"};
    host = sweep;
    for (int i = 0; i < 2; i++) {
        thing thing = {.destroyed = 0};
        watched = &thing;
        w2o_scope scope = w2o_scope_begin(store);
        uint64_t word = word_of(store, make(store, &thing));
        CHECK(w2o_hold_word(store, word) && w2o_hold_word(store, word));
        w2o_scope_end(store, scope);
        CHECK_EQUAL(0, thing.destroyed);
        int32_t result;
        CHECK_EQUAL(W2O_TRAP_NONE, call(instance, names[i], (int32_t)word, 0, 0, &result));
        CHECK_EQUAL((int32_t)word, result);
        CHECK_EQUAL(1, store->head.held_next - store->held);
        w2o_sweep(store);
        w2o_drain(store);
        CHECK_EQUAL(1, thing.destroyed);
    }
    host = NULL;
    /* Many reads of one reference need no more room than the list has. */
    thing thing = {.destroyed = 0};
    uint64_t word = word_of(store, make(store, &thing));
    for (int i = 0; i < 100000; i++) {
        w2o_hold(instance, word);
    }
    CHECK_EQUAL(1024, store->head.held_end - store->held);
    w2o_store_free(store);
    CHECK_EQUAL(1, thing.destroyed);
}

/* ---- Destructors ---- */

/* Reads and writes the slot that it was overwritten in, and calls compiled code. */
static void write_slot(thing *dead)
{
    w2o_table *table = exported(dead->instance, "table").of.table;
    w2o_value value;
    CHECK(w2o_get_element(table, 0, &value));
    CHECK(w2o_ref_payload(dead->store, value.ref) != dead);
    CHECK(w2o_set_element(table, 0, (w2o_value){.ref = 0}));
    dead->trap = call(dead->instance, "keep", 0, 0, 0, NULL);
}

static w2o_trap fail_host(void *env)
{
    (void)env;
    return W2O_TRAP_HOST;
}

static void destructors(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, &store);
    thing things[3] = {{.at_end = write_slot}, {.at_end = write_slot}, {.destroyed = 0}};
    w2o_table *table = exported(instance, "table").of.table;
    host = fail_host;
    for (int i = 0; i < 3; i++) {
        things[i].instance = instance;
        w2o_scope scope = w2o_scope_begin(store);
        CHECK(w2o_set_element(table, 0, (w2o_value){.ref = make(store, &things[i])}));
        w2o_scope_end(store, scope);
    }
    /* The first one's end removed the second from the slot, whose end found it empty. */
    CHECK_EQUAL(1, things[0].destroyed);
    CHECK_EQUAL(1, things[1].destroyed);
    CHECK_EQUAL(0, things[2].destroyed);
    CHECK_EQUAL(W2O_TRAP_HOST, things[0].trap);
    w2o_table_fill(instance, 0, 0, 0, 4);
    CHECK_EQUAL(1, things[2].destroyed);
    host = NULL;
    w2o_store_free(store);
}

static void sweep_at_end(thing *dead)
{
    w2o_sweep(dead->store);
}

/* Words that the runtime is about to give to compiled code stay held when a destructor sweeps. */
static void words_in_hand(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, NULL);
    w2o_value_type type = W2O_EXTERNREF;
    w2o_type takes_one = w2o_func_type(&type, 1, NULL, 0);
    thing things[2] = {{.destroyed = 0}, {.destroyed = 0}};
    thing sweepers[2] = {{.at_end = sweep_at_end}, {.at_end = sweep_at_end}};
    w2o_ref handle = make(store, &things[0]);
    make(store, &sweepers[0]);
    w2o_end_scope(store, 1);
    w2o_to_word(store, handle, takes_one, 0);
    CHECK_EQUAL(1, sweepers[0].destroyed);
    w2o_end_scope(store, 0);
    w2o_drain(store);
    CHECK_EQUAL(0, things[0].destroyed);

    w2o_value value = {.ref = make(store, &things[1])};
    CHECK_EQUAL(W2O_TRAP_EXCEPTION, w2o_throw(store, w2o_tag_new(store, takes_one), &value));
    make(store, &sweepers[1]);
    w2o_end_scope(store, 0);
    w2o_exception_ref(instance);
    CHECK_EQUAL(1, sweepers[1].destroyed);
    w2o_drain(store);
    CHECK_EQUAL(0, things[1].destroyed);
    w2o_sweep(store);
    w2o_drain(store);
    CHECK_EQUAL(1, things[0].destroyed);
    CHECK_EQUAL(1, things[1].destroyed);
    w2o_store_free(store);
}

/* ---- Exceptions ---- */

static void exceptions(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, NULL);
    w2o_value_type type = W2O_EXTERNREF;
    const w2o_tag *tag = w2o_tag_new(store, w2o_func_type(&type, 1, NULL, 0));
    thing thing = {.destroyed = 0};
    w2o_scope scope = w2o_scope_begin(store);
    w2o_value value = {.ref = make(store, &thing)};
    CHECK_EQUAL(W2O_TRAP_EXCEPTION, w2o_throw(store, tag, &value));
    w2o_scope_end(store, scope);
    CHECK(w2o_caught_tag(store) == tag);
    CHECK(w2o_ref_payload(store, w2o_caught_payload(store)[0].ref) == &thing);
    /* Compiled code takes a reference; then nothing but the held word has it. */
    uint64_t word = w2o_exception_ref(instance);
    CHECK(w2o_caught_tag(store) == NULL);
    w2o_end_scope(store, 0);
    w2o_ref handle = w2o_make_handle(store, word);
    CHECK_EQUAL(W2O_TRAP_EXCEPTION, w2o_throw_ref(store, handle));
    w2o_end_scope(store, 0);
    w2o_sweep(store);
    w2o_drain(store);
    CHECK_EQUAL(0, thing.destroyed);
    w2o_clear_exception(store);
    CHECK_EQUAL(1, thing.destroyed);
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_throw_ref(store, handle));
    CHECK_EQUAL(W2O_TRAP_NULL_REFERENCE, w2o_throw_ref(store, 0));
    CHECK_EQUAL(W2O_TRAP_MISUSE, w2o_throw(store, tag, &value));
    w2o_store_free(store);
}

/* Exceptions in exceptions, far deeper than the stack would take if each ended the next. */
static void chains(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, NULL);
    w2o_value_type types[] = {W2O_EXNREF};
    const w2o_tag *tag = w2o_tag_new(store, w2o_func_type(types, 1, NULL, 0));
    uint64_t word = 0;
    for (int i = 0; i < 300000; i++) {
        w2o_scope scope = w2o_scope_begin(store);
        w2o_value value = {.ref = w2o_make_handle(store, word)};
        CHECK_EQUAL(W2O_TRAP_EXCEPTION, w2o_throw(store, tag, &value));
        word = w2o_exception_ref(instance);
        w2o_scope_end(store, scope);
    }
    w2o_sweep(store);
    w2o_drain(store);
    CHECK_EQUAL(0, store->traced_count);
    w2o_store_free(store);
}

/* What a host function made ends with its activation, if that ends with a trap. */
static w2o_trap make_and_trap(void *env)
{
    make(*(w2o_store **)env, watched);
    return W2O_TRAP_HOST;
}

static void traps(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *instance = new_r(store, &store);
    thing thing = {.destroyed = 0};
    watched = &thing;
    host = make_and_trap;
    CHECK_EQUAL(W2O_TRAP_HOST, call(instance, "framed", 0, 0, 0, NULL));
    host = NULL;
    w2o_drain(store);
    CHECK_EQUAL(1, thing.destroyed);
    CHECK_EQUAL(0, store->head.scoped);
    w2o_store_free(store);
}

const test_case reference_tests[] = {
    {"references: lives", lives},
    {"references: places", places},
    {"references: held words", held_words},
    {"references: destructors", destructors},
    {"references: words in hand", words_in_hand},
    {"references: exceptions", exceptions},
    {"references: chains of exceptions", chains},
    {"references: traps", traps},
    {NULL, NULL},
};
