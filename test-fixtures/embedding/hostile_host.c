/*
 * A host that does with references and objects what it must not: the answer is an error, and nothing is corrupted. The
 * runtime is under the address and undefined behaviour sanitizers, and collects at every allocation at first.
 * With the argument "none" the module is one that never collects, and what needs that is left out.
 */
#include <stdlib.h>

#include "check.h"
#include "hostile.h"

enum { BYTES, ANY, WIDE, NODE, LEAF }; /* the module's types */

#define NONE W2O_TRAP_NONE
#define MISUSE W2O_TRAP_MISUSE

typedef struct thing {
    int destroyed;
    w2o_ref dropped; /* by its destructor */
} thing;

static bool collects; /* the module's objects */
static w2o_store *store;
static hostile_instance *hostile;
static w2o_ref answer; /* of the host functions */

static void destroy(void *payload)
{
    thing *thing = payload;
    thing->destroyed++;
    if (thing->dropped != 0) {
        w2o_ref_drop(store, thing->dropped);
    }
}

static w2o_trap give(void *env, w2o_ref reference, int32_t number, w2o_ref *result)
{
    (void)env;
    (void)reference;
    if (number == 1) {
        w2o_scope_end(store, (w2o_scope){0}); /* everybody's */
    }
    *result = answer;
    return NONE;
}

static w2o_trap node(void *env, w2o_ref reference, int32_t number, w2o_ref *result)
{
    (void)env;
    *result = number == 1 ? reference : answer;
    return NONE;
}

static const hostile_imports imports = {.env_give = {.code = give}, .env_node = {.code = node}};

static w2o_type type(uint32_t index)
{
    return w2o_instance_type((w2o_instance *)hostile, index);
}

static void start(const w2o_config *config)
{
    store = w2o_store_new(config);
    CHECK(hostile_instantiate(store, &imports, &hostile) == NONE);
}

static w2o_ref new_node(w2o_ref next, w2o_ref thing)
{
    w2o_ref made = 0;
    w2o_value fields[3] = {{.i32 = 5}, {.ref = next}, {.ref = thing}};
    CHECK(w2o_struct_new(store, type(NODE), fields, &made) == NONE);
    return made;
}

static w2o_extern exported(const char *name)
{
    w2o_extern found = {0};
    CHECK(w2o_export((w2o_instance *)hostile, name, strlen(name), &found));
    return found;
}

static bool set_leaf(w2o_value value)
{
    w2o_global global = exported("leaf").of.global;
    return w2o_set_global(&global, value);
}

static w2o_ref get_leaf(void)
{
    w2o_global global = exported("leaf").of.global;
    return w2o_get_global(&global).ref;
}

/* ---- What is no valid reference, at every way in ---- */

static void refuse(w2o_ref bad)
{
    int32_t number;
    uint32_t length;
    w2o_ref got = 0;
    w2o_value value = {.ref = bad};
    char byte = 0;
    CHECK(hostile_number(hostile, bad, &number) == MISUSE);
    CHECK(hostile_thing(hostile, bad, &got) == MISUSE);
    CHECK(hostile_swap(hostile, bad, 0, &got) == MISUSE);
    CHECK(hostile_i31(hostile, bad, &number) == MISUSE);
    CHECK(hostile_throw(hostile, bad) == MISUSE);
    CHECK(hostile_deep(hostile, bad, 1, &number) == MISUSE);
    answer = bad;
    CHECK(hostile_ask(hostile, 0, 0, &got) == MISUSE);
    CHECK(hostile_ask_node(hostile, 0, 0, &number) == MISUSE);
    CHECK(w2o_struct_get(store, bad, 0, &value) == MISUSE);
    CHECK(w2o_struct_set(store, bad, 0, value) == MISUSE);
    CHECK(w2o_array_length(store, bad, &length) == MISUSE);
    CHECK(w2o_array_get(store, bad, 0, &value) == MISUSE);
    CHECK(w2o_array_set(store, bad, 0, value) == MISUSE);
    CHECK(w2o_array_read(store, bad, 0, 1, &byte) == MISUSE);
    CHECK(w2o_array_write(store, bad, 0, 1, &byte) == MISUSE);
    value.ref = bad;
    CHECK(w2o_array_new(store, type(ANY), 3, &value, &got) == MISUSE);
    CHECK(w2o_struct_new(store, type(NODE), (w2o_value[]){{.i32 = 0}, {.ref = 0}, value}, &got) == MISUSE);
    CHECK(w2o_throw_ref(store, bad) == MISUSE);
    CHECK(w2o_throw(store, exported("tag").of.tag, &value) == MISUSE);
    CHECK(!w2o_set_element(exported("table").of.table, 0, value));
    CHECK(!w2o_set_element(exported("nodes").of.table, 0, value));
    CHECK(w2o_grow_table(exported("table").of.table, 1, value) == -1);
    CHECK(!set_leaf(value));
    CHECK(!w2o_ref_is(store, bad, W2O_EXTERNREF) && !w2o_ref_is(store, bad, W2O_ANYREF));
    CHECK(!w2o_ref_equals(store, bad, bad) && !w2o_ref_equals(store, bad, 0));
    CHECK(w2o_ref_payload(store, bad) == NULL);
    CHECK(w2o_ref_keep(store, bad) == 0 && !w2o_ref_drop(store, bad));
    CHECK(!w2o_i31_value(bad, &number));
}

static void invalid(void)
{
    thing things[2] = {{0}, {0}};
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref host = w2o_ref_new(store, &things[0], destroy), object = new_node(0, 0);
    w2o_store *other = w2o_store_new(NULL);
    w2o_ref foreign = w2o_ref_new(other, &things[1], destroy);
    refuse(foreign);
    refuse(host ^ (UINT64_C(1) << 32)); /* another generation's */
    refuse(object ^ (UINT64_C(1) << 60));
    refuse(host ^ 4);                   /* another tag */
    refuse((host & UINT64_C(0xffffffff00000000)) | 0xfffffffa); /* far outside of the list */
    refuse(UINT64_MAX);
    refuse(UINT64_C(0x100000001));      /* an i31 with something in the upper half */
    refuse(8);
    w2o_scope_end(store, scope);
    refuse(host);
    refuse(object);
    w2o_collect(store);
    CHECK(things[0].destroyed == 1 && things[1].destroyed == 0);
    /* The entries' next users are somebody else, also those of the next store. */
    scope = w2o_scope_begin(store);
    w2o_ref again = w2o_ref_new(store, &things[0], destroy);
    w2o_ref another = new_node(0, 0);
    CHECK(again != host && another != object);
    refuse(host);
    refuse(object);
    w2o_scope_end(store, scope);
    w2o_collect(store);
    w2o_store_free(other);
    CHECK(things[0].destroyed == 2 && things[1].destroyed == 1);
    other = w2o_store_new(NULL);
    w2o_ref_new(other, &things[1], destroy);
    CHECK(w2o_ref_payload(other, foreign) == NULL);
    w2o_store_free(other);
}

/* ---- Valid ones, used as what they are not ---- */

static void wrong_kinds(void)
{
    w2o_scope scope = w2o_scope_begin(store);
    int32_t number = 0;
    uint32_t length;
    thing thing = {0};
    w2o_value value;
    w2o_ref got = 0, host = w2o_ref_new(store, &thing, destroy), made = new_node(0, host), bytes = 0;
    CHECK(w2o_array_new(store, type(BYTES), 10, NULL, &bytes) == NONE);
    w2o_ref wrong[] = {host, bytes, w2o_i31(3)};
    for (int i = 0; i < 3; i++) {
        CHECK(hostile_number(hostile, wrong[i], &number) == MISUSE);
        CHECK(w2o_struct_get(store, wrong[i], 0, &value) == MISUSE);
        answer = wrong[i];
        CHECK(hostile_ask_node(hostile, 0, 0, &number) == MISUSE);
        CHECK(!w2o_set_element(exported("nodes").of.table, 0, (w2o_value){.ref = wrong[i]}));
        CHECK(w2o_struct_set(store, made, 1, (w2o_value){.ref = wrong[i]}) == MISUSE);
        CHECK(w2o_throw_ref(store, wrong[i]) == MISUSE);
    }
    CHECK(hostile_number(hostile, 0, &number) == MISUSE && hostile_i31(hostile, made, &number) == MISUSE);
    CHECK(!set_leaf((w2o_value){.ref = made})); /* a node, but no leaf */
    CHECK(w2o_array_length(store, made, &length) == MISUSE && w2o_array_length(store, host, &length) == MISUSE);

    /* Fields and elements that are not there, or not to be written, or of another type; types that are none. */
    uint32_t far[] = {3, 4, 1000, 0x7fffffff, 0x80000000, 0xffffffff};
    for (int i = 0; i < 6; i++) {
        CHECK(w2o_struct_get(store, made, far[i], &value) == MISUSE);
        CHECK(w2o_struct_set(store, made, far[i], value) == MISUSE);
        CHECK(w2o_array_get(store, bytes, 10 + far[i] % 0x80000000, &value) == W2O_TRAP_ARRAY_OUT_OF_BOUNDS);
        CHECK(w2o_array_read(store, bytes, far[i], 0xffffffff - far[i], &value) == W2O_TRAP_ARRAY_OUT_OF_BOUNDS);
        CHECK(w2o_array_write(store, bytes, 1, 10 + far[i] % 0x80000000, &value) == W2O_TRAP_ARRAY_OUT_OF_BOUNDS);
        CHECK(w2o_struct_new(store, far[i] + 100, NULL, &got) == MISUSE);
        CHECK(w2o_array_new(store, far[i] + 100, 1, NULL, &got) == MISUSE);
    }
    CHECK(w2o_struct_new(store, type(BYTES), NULL, &got) == MISUSE && w2o_array_new(store, type(NODE), 1, NULL, &got) == MISUSE);
    CHECK(w2o_struct_new(store, type(LEAF), NULL, &got) == MISUSE); /* a field has no default value */
    w2o_value fields[5] = {{.i32 = 1}, {.ref = made}, {.ref = host}, {.i64 = 4}, {.ref = bytes}};
    CHECK(w2o_struct_new(store, type(LEAF), fields, &got) == NONE);
    CHECK(w2o_struct_set(store, got, 3, (w2o_value){.i64 = 1}) == MISUSE);
    CHECK(w2o_struct_set(store, got, 4, (w2o_value){.ref = 0}) == MISUSE);
    fields[4].ref = made;
    CHECK(w2o_struct_new(store, type(LEAF), fields, &got) == MISUSE);
    CHECK(w2o_array_read(store, bytes, 10, 0, NULL) == NONE && w2o_array_write(store, bytes, 0, 0, NULL) == NONE);

    /* Keeping and dropping, one more time than is due; scopes in no order. */
    w2o_ref kept = w2o_ref_keep(store, host);
    CHECK(kept == host && w2o_ref_drop(store, kept) && !w2o_ref_drop(store, kept) && !w2o_ref_drop(store, kept));
    CHECK(w2o_ref_payload(store, host) == &thing);
    w2o_scope inner = w2o_scope_begin(store);
    w2o_scope innermost = w2o_scope_begin(store);
    w2o_ref last = new_node(made, host);
    w2o_scope_end(store, inner);
    w2o_scope_end(store, innermost);
    w2o_scope_end(store, (w2o_scope){UINT64_MAX});
    CHECK(w2o_struct_get(store, last, 0, &value) == MISUSE && w2o_struct_get(store, made, 0, &value) == NONE);

    /* A host function that ends all scopes has no references any more; compiled code still has its own. */
    answer = host;
    CHECK(hostile_ask(hostile, made, 1, &got) == MISUSE);
    w2o_scope_end(store, scope);
    CHECK(thing.destroyed == 0 || thing.destroyed == 1);
    w2o_collect(store);
    CHECK(thing.destroyed == 1);
}

/* A destructor that ends what is being passed, while that is under way. */
static void dropped_on_the_way(void)
{
    for (int way = 0; way < 4; way++) {
        thing victim = {0}, murderer = {0};
        w2o_scope scope = w2o_scope_begin(store);
        w2o_ref object = new_node(0, w2o_ref_new(store, &victim, destroy)), got = 0;
        murderer.dropped = w2o_ref_keep(store, object);
        CHECK(hostile_swap(hostile, w2o_ref_new(store, &murderer, destroy), 1, &got) == NONE);
        w2o_scope_end(store, scope);
        /* Nobody has the murderer, but that is found out by the next collection. */
        scope = w2o_scope_begin(store);
        CHECK(hostile_swap(hostile, 0, 1, &got) == NONE);
        w2o_scope_end(store, scope);
        scope = w2o_scope_begin(store);
        w2o_value given = {.ref = object};
        w2o_trap trap = way == 0   ? w2o_struct_new(store, type(NODE), (w2o_value[]){{.i32 = 0}, given, {.ref = 0}}, &got)
                        : way == 1 ? w2o_array_new(store, type(ANY), 3, &given, &got)
                        : way == 2 ? hostile_thing(hostile, object, &got)
                                   : w2o_array_new(store, type(BYTES), 3, NULL, &got);
        CHECK(trap == NONE || trap == MISUSE);
        if (way == 0 && trap == NONE) {
            CHECK(w2o_struct_get(store, got, 1, &given) == NONE && w2o_ref_is(store, given.ref, w2o_ref_to(type(NODE), false)));
        }
        if (way == 1 && trap == NONE) {
            CHECK(w2o_array_get(store, got, 2, &given) == NONE && w2o_ref_is(store, given.ref, w2o_ref_to(type(NODE), false)));
        }
        w2o_scope_end(store, scope);
        w2o_collect(store);
        w2o_collect(store); /* the first one may have ended the murderer */
        CHECK(victim.destroyed == 1 && murderer.destroyed == 1);
    }
}

/* ---- Anything with anything ---- */

enum { POOL = 24, STEPS = 4000 };

static uint64_t state = 1;

static uint32_t next(uint32_t bound)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % bound);
}

static int made_things, destroyed_things;

static void count_destroyed(void *payload)
{
    int *count = payload;
    destroyed_things++;
    if (++*count != 1) {
        CHECK(!"destroyed twice");
    }
}

static void anything(void)
{
    static int counts[STEPS];
    memset(counts, 0, sizeof counts);
    w2o_ref pool[POOL] = {0};
    w2o_scope scopes[4];
    int depth = 0;
    for (int step = 0; step < STEPS; step++) {
        w2o_ref a = pool[next(POOL)], b = pool[next(POOL)], got = 0;
        w2o_ref *to = &pool[next(POOL)];
        w2o_value value = {.ref = b};
        int32_t number = (int32_t)next(6);
        uint32_t length;
        char bytes[16] = {0};
        w2o_value fields[5] = {{.i32 = number}, {.ref = a}, {.ref = b}, {.i64 = 1}, {.ref = pool[next(POOL)]}};
        w2o_trap trap = NONE;
        answer = a;
        switch (next(24)) {
        case 0: got = w2o_ref_new(store, &counts[made_things++], count_destroyed); break;
        case 1: trap = w2o_struct_new(store, type(NODE + next(2)), fields, &got); break;
        case 2: trap = w2o_array_new(store, type(next(3)), next(9), next(2) == 0 ? NULL : &value, &got); break;
        case 3: trap = w2o_struct_get(store, a, (uint32_t)number, &value); got = number == 1 || number == 2 ? value.ref : 0; break;
        case 4: trap = w2o_struct_set(store, a, (uint32_t)number, value); break;
        case 5: trap = w2o_array_get(store, a, next(10), &value); break;
        case 6: trap = w2o_array_set(store, a, next(10), value); break;
        case 7: trap = w2o_array_read(store, a, next(10), next(16), bytes); break;
        case 8: trap = w2o_array_write(store, a, next(10), next(16), bytes); break;
        case 9: trap = w2o_array_length(store, a, &length); break;
        case 10: got = w2o_ref_keep(store, a); break;
        case 11: w2o_ref_drop(store, a); break;
        case 12: if (depth < 4) { scopes[depth++] = w2o_scope_begin(store); } break;
        case 13: if (depth > 0) { w2o_scope_end(store, scopes[--depth]); } break;
        case 14: trap = hostile_swap(hostile, a, number, &got); break;
        case 15: trap = hostile_thing(hostile, a, &got); break;
        case 16: trap = hostile_ask(hostile, b, number, &got); break;
        case 17: trap = hostile_ask_node(hostile, b, number, &number); break;
        case 18: trap = hostile_throw(hostile, a); if (trap == W2O_TRAP_EXCEPTION) { got = w2o_caught_payload(store)[0].ref; } break;
        case 19: w2o_set_element(exported("nodes").of.table, next(9), value); break;
        case 20: set_leaf(value); got = get_leaf(); break;
        case 21: if (w2o_get_element(exported("nodes").of.table, next(9), &value)) { got = value.ref; } break;
        case 22: w2o_collect(store); got = a ^ (UINT64_C(1) << next(64)); break; /* garbage */
        default: trap = w2o_throw_ref(store, a); w2o_clear_exception(store); break;
        }
        CHECK(trap == NONE || trap == MISUSE || trap == W2O_TRAP_NULL_REFERENCE || trap == W2O_TRAP_ARRAY_OUT_OF_BOUNDS
              || trap == W2O_TRAP_EXCEPTION);
        if (got != 0) {
            *to = got;
        }
    }
    w2o_clear_exception(store);
}

/* ---- Limits of the heap ---- */

/* So many bytes of small objects; in the end the heap is as good as new. */
static void check_limit(uint64_t bytes)
{
    start(&(w2o_config){.max_heap = bytes});
    int64_t count = 0;
    int32_t length = 0;
    w2o_trap trap = hostile_list(hostile, INT64_MAX, &count);
    CHECK(trap == W2O_TRAP_HEAP_EXHAUSTED);
    int64_t some = (int64_t)(bytes / 2 / 24) > 70000 ? 70000 : (int64_t)(bytes / 2 / 24);
    if (bytes >= 1 << 20 && collects) {
        CHECK(hostile_list(hostile, some, &count) == NONE && count == some);
    }
    uint32_t sizes[] = {0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0, 0x10000000, 0x0fffffff};
    for (int i = 0; i < 6; i++) {
        w2o_ref made = 0;
        w2o_scope scope = w2o_scope_begin(store);
        trap = hostile_wide(hostile, (int32_t)sizes[i], &length);
        CHECK(trap == W2O_TRAP_ALLOCATION_TOO_LARGE || trap == W2O_TRAP_HEAP_EXHAUSTED);
        trap = hostile_bytes(hostile, (int32_t)sizes[i], &length);
        CHECK(trap == W2O_TRAP_ALLOCATION_TOO_LARGE || trap == W2O_TRAP_HEAP_EXHAUSTED);
        trap = w2o_array_new(store, type(WIDE), sizes[i], NULL, &made);
        CHECK(trap == W2O_TRAP_ALLOCATION_TOO_LARGE || trap == W2O_TRAP_HEAP_EXHAUSTED);
        CHECK(made == 0);
        w2o_scope_end(store, scope);
    }
    /* Deep on the stack; what frames have is alive. */
    trap = hostile_deep(hostile, 0, INT32_MAX, &length);
    CHECK(trap == W2O_TRAP_HEAP_EXHAUSTED || trap == W2O_TRAP_STACK_OVERFLOW);
    /* From C: handles keep objects alive. */
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref made = 0;
    int kept = 0;
    while ((trap = w2o_array_new(store, type(BYTES), 20000, NULL, &made)) == NONE) {
        kept++;
    }
    CHECK(trap == W2O_TRAP_HEAP_EXHAUSTED && (uint64_t)kept <= bytes / 20000 + 3); /* a nursery has 64 KiB at least */
    CHECK(!collects || bytes < 1 << 20 || (uint64_t)kept >= bytes / 20000 / 4);
    w2o_scope_end(store, scope);
    if (bytes >= 1 << 20 && collects) {
        CHECK(hostile_list(hostile, some, &count) == NONE && count == some);
        CHECK(hostile_bytes(hostile, 100000, &length) == NONE && length == 100000);
    }
    w2o_store_free(store);
}

/* Small objects take nearly all addresses that there are. */
static void all_addresses(void)
{
    start(&(w2o_config){.max_heap = UINT64_C(1) << 32});
    int64_t count = 0;
    CHECK(hostile_list(hostile, 150000000, &count) == NONE && count == 150000000); /* of 24 bytes each */
    CHECK(hostile_list(hostile, 10000000, &count) == NONE && count == 10000000);
    CHECK(hostile_list(hostile, 200000000, &count) == W2O_TRAP_HEAP_EXHAUSTED);
    CHECK(hostile_list(hostile, 150000000, &count) == NONE && count == 150000000);
    w2o_store_free(store);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "large") == 0) {
        all_addresses();
        if (!failures)
            puts("passed");
        return failures != 0;
    }
    collects = argc == 1;
    if (collects) {
        start(&(w2o_config){.gc_stress = 1});
        invalid();
        wrong_kinds();
        dropped_on_the_way();
        w2o_store_free(store);
    }
    for (state = 1; state <= 8; state += 1) {
        uint64_t seed = state;
        made_things = destroyed_things = 0;
        start(&(w2o_config){.gc_stress = (uint32_t)seed % 4});
        anything();
        w2o_store_free(store);
        CHECK(made_things == destroyed_things && made_things > 0);
        state = seed;
    }
    uint64_t limits[] = {1, 1 << 16, 1 << 17, 200000, 1 << 20, 16 << 20};
    for (int i = 0; i < 6; i++) {
        check_limit(limits[i]);
    }
    if (!failures)
        puts("passed");
    return failures != 0;
}
