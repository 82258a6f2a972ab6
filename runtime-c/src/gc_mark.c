/*
 * Where there is no room to copy into, because more than half of all addresses is in use: objects are marked where they lie,
 * and blocks and large objects in which none is alive are freed. That makes room for a collection that copies, unless there is
 * something alive nearly everywhere.
 *
 * Exceptions are taken for alive, as in a minor collection, and so are young large objects: both are for a collection
 * that copies to decide about. What is dead in a block that stays may refer to one that is free now, and to whatever comes there
 * later; nobody follows that but a scan of cards, which moves and marks only what is young.
 */
#include <stdlib.h>
#include <string.h>

#include "gc_moving.h"

typedef struct w2o_marks {
    uint64_t *bits;    /* a bit for each 8 bytes of the heap */
    uint8_t *alive;    /* by block: whether an object that begins there is alive */
    uint32_t *pending; /* marked, not yet scanned */
    size_t count, capacity;
    bool failed;       /* there was no memory for `pending` */
} w2o_marks;

static void push(w2o_marks *marks, uint32_t word)
{
    if (marks->count == marks->capacity) {
        size_t capacity = marks->capacity == 0 ? 4096 : 2 * marks->capacity;
        uint32_t *moved = realloc(marks->pending, capacity * sizeof *moved);
        if (moved == NULL) {
            marks->failed = true;
            return;
        }
        marks->pending = moved;
        marks->capacity = capacity;
    }
    marks->pending[marks->count++] = word;
}

static uint32_t mark(w2o_moving *moving, uint32_t word)
{
    w2o_marks *marks = moving->marks;
    uint64_t *bits = &marks->bits[word >> 9];
    uint64_t bit = UINT64_C(1) << (word >> 3 & 63);
    if (w2o_is_object(word) && (*bits & bit) == 0) {
        *bits |= bit;
        marks->alive[word >> W2O_BLOCK_SHIFT] = 1;
        push(marks, word);
    }
    return word;
}

static void mark_root(void *env, uint64_t *slot)
{
    mark(env, (uint32_t)*slot);
}

static void mark_all(w2o_moving *moving)
{
    w2o_store *store = moving->heap.store;
    w2o_visit_roots(store, mark_root, moving);
    for (uint32_t i = 0; i < store->traced_count; i++) {
        w2o_reference *entry = w2o_reference_at(store, store->traced[i]);
        if (entry->kind == W2O_REFERENCE_OBJECT) {
            mark_root(moving, &entry->of.object);
        } else {
            w2o_visit_payload(entry->of.exception, mark_root, moving);
        }
    }
    for (uint32_t i = 0; i < moving->large_count; i++) {
        if (moving->large[i].is_young) {
            mark(moving, moving->large[i].block << W2O_BLOCK_SHIFT);
        }
    }
    w2o_marks *marks = moving->marks;
    while (marks->count != 0 && !marks->failed) {
        w2o_scan_fields(moving, marks->pending[--marks->count], 0, W2O_HEAP_SIZE, mark);
    }
}

/* The last block stays: the next survivor goes there. */
static void free_old(w2o_moving *moving)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < moving->old_count; i++) {
        uint32_t block = moving->old[i];
        if (moving->marks->alive[block] != 0 || i + 1 == moving->old_count) {
            moving->old[kept++] = block;
        } else {
            w2o_free_blocks(moving, block, 1);
        }
    }
    moving->old_count = kept;
}

static void free_large(w2o_moving *moving)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < moving->large_count; i++) {
        w2o_large large = moving->large[i];
        if (moving->marks->alive[large.block] != 0) {
            moving->fills[large.block] = kept;
            moving->large[kept++] = large;
        } else {
            w2o_free_blocks(moving, large.block, large.count);
        }
    }
    moving->large_count = kept;
}

bool w2o_free_dead_blocks(w2o_moving *moving)
{
    w2o_marks marks = {.bits = calloc(W2O_HEAP_SIZE >> 9, sizeof(uint64_t)), .alive = calloc(W2O_BLOCKS, 1)};
    uint32_t before = moving->used_blocks;
    marks.failed = marks.bits == NULL || marks.alive == NULL;
    moving->marks = &marks;
    if (!marks.failed) {
        mark_all(moving);
    }
    if (!marks.failed) {
        free_old(moving);
        free_large(moving);
    }
    moving->marks = NULL;
    free(marks.bits);
    free(marks.alive);
    free(marks.pending);
    return moving->used_blocks != before;
}
