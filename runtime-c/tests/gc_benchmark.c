/*
 * Pauses of the moving collector: `make bench-gc`, or gc_benchmark [MIB OF LIVE DATA].
 *
 * A forest of binary trees is the live heap. The mutator makes garbage and small trees, and puts these in place of random subtrees, so
 * that minor collections find survivors and dirty cards all over. Every collection is timed, full ones apart.
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../src/gc_moving.h"

#define NODE_REF (0u << W2O_HEAP_SHIFT | W2O_CODE_REF_NULL | W2O_FIELD_MUTABLE)

enum { TREES = 4096 };

static const uint32_t words[] = {NODE_REF, NODE_REF, 0x7f};
static const w2o_type_row types[] = {
    {.group = 0, .first = 0, .parameters = 3, .kind = W2O_TYPE_STRUCT, .is_final = 1},
};
static const w2o_table_row tables[] = {{.minimum = TREES, .type = 0x80006e63, .offset = -256 - 8 - 24}};
static w2o_module_state state;
static w2o_module module = {
    .version = W2O_ABI_VERSION, .abi = &w2o_abi_v3, .name = "trees", .instance_size = 256 + 32,
    .state = &state, .types = types, .value_types = words, .tables = tables, .type_count = 1, .table_count = 1,
    .types_offset = -264, .import_records = -264, .collector = &w2o_gc_moving,
};

static w2o_store *store;
static w2o_type node_type;
static uint64_t *roots; /* the table's: TREES trees; the first ROOM of its elements are the mutator's own */
static uint32_t seed = 1;

enum { ROOM = 32 };

static uint32_t next_random(uint32_t bound)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(seed >> 4) * bound >> 28);
}

static uint32_t *children(uint64_t node)
{
    return (uint32_t *)(void *)(store->heap->base + node + W2O_OBJECT_HEADER);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time); /* others may use the machine */
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* ---- Timing ---- */

static struct {
    double total, longest;
    int count;
} minor, full;

/* As compiled code allocates. */
static uint32_t new_node(void)
{
    w2o_heap_head *head = w2o_head_of(store->heap);
    uint32_t made = head->pointer;
    if (made + 24 <= head->limit) {
        head->pointer += 24;
        *w2o_object_at(store->heap, made) = (w2o_object){node_type, 0};
        children(made)[0] = 0;
        children(made)[1] = 0;
        return made;
    }
    w2o_trap trap;
    double start = now();
    made = w2o_make_struct(store, node_type, &trap);
    double time = now() - start;
    if (made == 0) {
        printf("heap exhausted\n");
        exit(1);
    }
    if (((w2o_moving *)store->heap)->is_full) {
        full.count++;
        full.total += time;
        full.longest = time > full.longest ? time : full.longest;
        ((w2o_moving *)store->heap)->is_full = false;
    } else {
        minor.count++;
        minor.total += time;
        minor.longest = time > minor.longest ? time : minor.longest;
    }
    return made;
}

/* Makes a tree in a root; subtrees wait in the roots behind it. */
static void make_tree(uint32_t root, uint32_t depth)
{
    if (depth > 1) {
        make_tree(root, depth - 1);
        make_tree(root + 1, depth - 1);
    } else {
        roots[root] = 0;
        roots[root + 1] = 0;
    }
    uint32_t node = new_node();
    children(node)[0] = (uint32_t)roots[root];
    children(node)[1] = (uint32_t)roots[root + 1];
    roots[root] = node;
    roots[root + 1] = 0;
}

static void mutate(void)
{
    for (int i = 0; i < 20; i++) {
        make_tree(0, 6); /* garbage */
    }
    make_tree(0, 4);
    uint32_t depth = 4 + next_random(6);
    uint64_t node = roots[ROOM + next_random(TREES - ROOM)];
    for (uint32_t child; depth-- > 0 && (child = children(node)[next_random(2)]) != 0;) {
        node = child;
    }
    children(node)[next_random(2)] = (uint32_t)roots[0];
    w2o_dirty(store->heap, (uint32_t)node, 1);
}

int main(int argc, char **argv)
{
    uint64_t live = (uint64_t)(argc > 1 ? atoi(argv[1]) : 256) << 20;
    store = w2o_store_new(NULL);
    w2o_instance *instance = NULL;
    if (store == NULL || w2o_instantiate(store, &module, NULL, 0, &instance) != W2O_TRAP_NONE) {
        return 1;
    }
    node_type = w2o_type_ids(instance)[0];
    roots = w2o_instance_table(instance, 0)->elements;
    uint32_t depth = 4;
    while (((uint64_t)24 << depth) * (TREES - ROOM) < live) {
        depth++; /* trees alternate between this depth and one less, or are all of the lesser one */
    }
    uint64_t bytes = 0;
    for (uint64_t tree = ROOM; tree < TREES; tree++) {
        bool is_high = (live - bytes) / (TREES - tree) > (uint64_t)24 * ((1u << (depth - 1)) - 1);
        make_tree(0, depth - !is_high);
        bytes += (uint64_t)24 * ((1u << (depth - !is_high)) - 1);
        roots[tree] = roots[0];
    }
    store->heap->collector->collect(store->heap, true);
    const w2o_moving *moving = (const w2o_moving *)store->heap;
    printf("live: %.0f MiB in trees of depth %u\n", moving->used_blocks / 16.0, depth);
    minor.count = full.count = 0;
    minor.total = minor.longest = full.total = full.longest = 0;
    double start = now();
    for (int i = 0; i < 200000; i++) {
        mutate();
    }
    double time = now() - start;
    printf("minor collections: %d, mean %.2f ms, longest %.2f ms\n", minor.count, minor.total / minor.count, minor.longest);
    for (int i = 0; i < 3; i++) {
        start = now();
        store->heap->collector->collect(store->heap, true);
        printf("full collection of %.0f MiB: %.0f ms\n", moving->used_blocks / 16.0, now() - start);
    }
    printf("mutator: %.0f ms, of which collections %.0f ms\n", time, minor.total + full.total);
    w2o_store_free(store);
    return 0;
}
