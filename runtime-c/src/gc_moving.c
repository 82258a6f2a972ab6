/*
 * The moving collector: two generations, both collected by copying.
 *
 * Objects are made in the nursery, a few MiB in one piece, by advancing a pointer. When it is full, a minor collection moves what
 * is still referred to into the old generation, and the nursery is empty again: most objects die young, and the cost
 * is that of the survivors. It finds them from the roots (frames by their stack maps, globals, tables, handles,
 * exceptions) and from old objects that were written to (cards). There is no second age: a survivor is old, so that after a minor collection no
 * old object refers to a young one, and all cards are clean.
 *
 * The old generation is blocks of 64 KiB. When it has doubled since the last time, a full collection moves all that is
 * reachable from the roots into new blocks, in breadth-first order, and gives the old ones back to the system. So it takes as much memory
 * again as is alive while it lasts, and no longer time than is in proportion to that. If there are not so many addresses, the old
 * generation grows as long as there are blocks, and then those in which nothing is alive are freed (gc_mark.c).
 *
 * Large objects have blocks of their own and do not move. Until the first collection after it was made, one counts as
 * young: it is kept only if it is met, and scanned as a whole. (The code that made it may have filled it without noting cards.)
 *
 * Counted references that the heap alone has (refs.c) are found on the way: what old objects have is flagged until the
 * next full collection.
 *
 * Under stress every allocation collects, in turns the nursery and everything, and what is left behind is overwritten.
 * So whoever kept an address, or a word that no map names, finds out.
 */
#include <stdlib.h>
#include <string.h>

#include "gc_moving.h"

#define LEAST_THRESHOLD (UINT64_C(32) << 20)
#define DEFAULT_NURSERY (UINT32_C(4) << 20)
#define YOUNG_LARGE (UINT64_C(32) << 20) /* so many bytes of large objects are worth a minor collection */

/* ---- Memory ---- */

static uint64_t used(const w2o_moving *moving)
{
    return (uint64_t)moving->used_blocks << W2O_BLOCK_SHIFT;
}

static uint64_t bytes_of_old(const w2o_moving *moving)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < moving->old_count; i++) {
        bytes += moving->fills[moving->old[i]];
    }
    return bytes;
}

/*
 * Blocks that survivors of so many bytes, of old objects and of the nursery, may take. At a block's end as much is lost as the next
 * object, which did not fit, takes at most: one of the nursery, and there are not more bytes of these; or an old one.
 */
static uint32_t room_for(const w2o_moving *moving, uint64_t old, uint64_t young)
{
    uint32_t full = old == 0 ? W2O_BLOCK : W2O_BLOCK - moving->largest;
    return (uint32_t)((old + 2 * young) / full) + 2;
}

/* Sees to it that nothing can fail during a collection. */
static bool is_ready(w2o_moving *moving, bool is_full)
{
    uint32_t wanted = moving->large_count + moving->heap.store->traced_count;
    if (wanted > moving->pending_capacity) {
        uint32_t *moved = realloc(moving->pending, 2 * (size_t)wanted * sizeof *moved);
        if (moved == NULL) {
            return false;
        }
        moving->pending = moved;
        moving->pending_capacity = 2 * wanted;
    }
    w2o_note_fill(moving);
    return w2o_can_take(moving, room_for(moving, is_full ? bytes_of_old(moving) : 0, moving->nursery_size));
}

static void empty_nursery(w2o_moving *moving)
{
    w2o_heap_head *head = w2o_head_of(&moving->heap);
    if (moving->heap.stress != 0) {
        memset(moving->heap.base + moving->nursery, W2O_POISON, moving->nursery_size);
    }
    head->pointer = moving->nursery;
    head->limit = moving->heap.stress != 0 ? 0 : moving->nursery + moving->nursery_size;
}

/* ---- Roots ---- */

static void visit_root(void *env, uint64_t *slot)
{
    w2o_moving *moving = env;
    uint32_t word = (uint32_t)*slot;
    if (!w2o_is_counted(word)) {
        *slot = word == 0 ? 0 : w2o_forward(moving, word);
        return;
    }
    w2o_reference *entry = w2o_reference_at(moving->heap.store, word >> W2O_WORD_BITS);
    bool is_new = (entry->flags & (W2O_REFERENCE_OLD | W2O_REFERENCE_MET)) == 0;
    entry->flags |= W2O_REFERENCE_MET;
    if (is_new && moving->is_full && entry->kind == W2O_REFERENCE_EXCEPTION && entry->count == 0) {
        moving->pending[moving->pending_count++] = word;
    }
}

/* Handles, and exceptions: a minor collection does not ask who has these. */
static void visit_entries(w2o_moving *moving)
{
    const w2o_store *store = moving->heap.store;
    for (uint32_t i = 0; i < store->traced_count; i++) {
        w2o_reference *entry = w2o_reference_at(store, store->traced[i]);
        if (entry->kind == W2O_REFERENCE_OBJECT) {
            visit_root(moving, &entry->of.object);
        } else if (entry->count != 0 || !moving->is_full) {
            w2o_visit_payload(entry->of.exception, visit_root, moving);
        }
    }
}

static bool is_met(void *env, w2o_reference *entry)
{
    (void)env;
    bool result = (entry->flags & (W2O_REFERENCE_OLD | W2O_REFERENCE_MET)) != 0;
    entry->flags &= (uint8_t)~W2O_REFERENCE_MET;
    return result;
}

/* Nobody has any counted reference, as far as is known. */
static void forget_met(const w2o_store *store)
{
    for (uint32_t i = 0; i < store->reference_count; i++) {
        w2o_reference_at(store, i)->flags &= (uint8_t)~(W2O_REFERENCE_OLD | W2O_REFERENCE_MET);
    }
}

/* ---- Large objects ---- */

/* Frees those that were not met, of the young or of all, and makes the others old. */
static void sweep_large(w2o_moving *moving)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < moving->large_count; i++) {
        w2o_large *large = &moving->large[i];
        if (!large->is_marked && (moving->is_full || large->is_young)) {
            w2o_free_blocks(moving, large->block, large->count);
            continue;
        }
        moving->fills[large->block] = kept;
        moving->large[kept++] = (w2o_large){large->block, large->count, false, false};
    }
    moving->large_count = kept;
    moving->young_large = 0;
}

/* ---- Collections ---- */

static void begin_full(w2o_moving *moving)
{
    uint32_t *blocks = moving->from;
    moving->from = moving->old;
    moving->from_count = moving->old_count;
    moving->old = blocks;
    moving->old_count = 0;
    moving->pointer = 0;
    moving->limit = 0;
    moving->largest = 0;
    for (uint32_t i = 0; i < moving->from_count; i++) {
        moving->kinds[moving->from[i]] = W2O_BLOCK_FROM;
    }
    forget_met(moving->heap.store);
}

static void end_full(w2o_moving *moving)
{
    for (uint32_t i = 0, run; i < moving->from_count; i += run) {
        for (run = 1; i + run < moving->from_count && moving->from[i + run] == moving->from[i] + run; run++) {
        }
        w2o_free_blocks(moving, moving->from[i], run);
    }
    moving->from_count = 0;
    moving->threshold = 2 * used(moving) > LEAST_THRESHOLD ? 2 * used(moving) : LEAST_THRESHOLD;
}

/* Collects; false, and nothing has been done, if it could fail. */
static bool collect(w2o_moving *moving, bool is_full)
{
    w2o_store *store = moving->heap.store;
    if (!is_ready(moving, is_full)) {
        return false;
    }
    moving->is_full = is_full;
    if (is_full) {
        begin_full(moving);
    }
    moving->scanned_block = moving->old_count == 0 ? 0 : moving->old_count - 1;
    moving->scanned = moving->pointer;
    if (!is_full) {
        w2o_scan_cards(moving);
    }
    w2o_visit_roots(store, visit_root, moving);
    visit_entries(moving);
    w2o_scan_rest(moving);
    sweep_large(moving);
    if (is_full) {
        end_full(moving);
    }
    empty_nursery(moving);
    w2o_bury_uncounted(store, is_met, NULL);
    uint32_t twice = 2 * store->uncounted_count;
    moving->heap.uncounted_limit = twice > moving->heap.uncounted_limit ? twice : moving->heap.uncounted_limit;
    return true;
}

/* Whether objects of so many bytes more, besides the nursery, are within the limit. */
static bool is_within(const w2o_moving *moving, uint64_t size)
{
    return used(moving) + moving->nursery_size + size <= moving->heap.maximum;
}

/*
 * Whether this is the last time that there is room for a full collection, and it is worth it: the old generation has grown by a
 * quarter. Later on it only grows, until there are no blocks.
 */
static bool is_last_chance(w2o_moving *moving)
{
    uint64_t bytes = bytes_of_old(moving) + 2 * (uint64_t)moving->nursery_size;
    return used(moving) > moving->threshold / 8 * 5 && !w2o_can_take(moving, room_for(moving, bytes, moving->nursery_size));
}

/* Collects as is due, and calls destructors. False if the heap is exhausted, with `size` bytes more. */
static bool collect_as_due(w2o_moving *moving, uint64_t size)
{
    bool done = collect(moving, false);
    if (!done || used(moving) + size > moving->threshold || !is_within(moving, size) || is_last_chance(moving)) {
        done |= collect(moving, true);
    }
    if (!done && w2o_free_dead_blocks(moving)) {
        done = collect(moving, true) || collect(moving, false);
    }
    w2o_drain(moving->heap.store);
    return done && is_within(moving, size);
}

static bool collect_for_stress(w2o_moving *moving)
{
    if (++moving->allocations % moving->heap.stress != 0) {
        return true;
    }
    bool done = collect(moving, moving->allocations / moving->heap.stress % 2 == 0);
    w2o_drain(moving->heap.store);
    return done;
}

/* ---- Allocation ---- */

static uint32_t allocate_large(w2o_moving *moving, uint64_t size)
{
    uint32_t count = (uint32_t)((size + W2O_BLOCK - 1) >> W2O_BLOCK_SHIFT);
    uint64_t bytes = (uint64_t)count << W2O_BLOCK_SHIFT;
    bool is_due = moving->young_large + bytes > YOUNG_LARGE || used(moving) + bytes > moving->threshold;
    if ((is_due || !is_within(moving, bytes)) && !collect_as_due(moving, bytes)) {
        return 0;
    }
    if (moving->large_count == moving->large_capacity) {
        uint32_t capacity = moving->large_capacity == 0 ? 64 : 2 * moving->large_capacity;
        w2o_large *moved = realloc(moving->large, capacity * sizeof *moved);
        if (moved == NULL) {
            return 0;
        }
        moving->large = moved;
        moving->large_capacity = capacity;
    }
    uint32_t block = w2o_take_blocks(moving, count, W2O_BLOCK_LARGE);
    if (block == 0) {
        return 0;
    }
    moving->fills[block] = moving->large_count;
    moving->large[moving->large_count++] = (w2o_large){block, count, true, false};
    moving->young_large += bytes;
    uint32_t offset = block << W2O_BLOCK_SHIFT;
    memset(moving->heap.base + offset, 0, size);
    return offset;
}

static uint32_t allocate(w2o_heap *heap, uint64_t size)
{
    w2o_moving *moving = (w2o_moving *)heap;
    w2o_heap_head *head = w2o_head_of(heap);
    if (heap->stress != 0 && !collect_for_stress(moving)) {
        return 0;
    }
    if (size > W2O_LARGE) {
        return allocate_large(moving, size);
    }
    uint32_t end = moving->nursery + moving->nursery_size;
    if (head->pointer + size > end && !collect_as_due(moving, 0)) {
        return 0;
    }
    if (head->pointer + size > end) {
        return 0; /* a destructor has filled it */
    }
    uint32_t offset = head->pointer;
    head->pointer += (uint32_t)size;
    memset(heap->base + offset, 0, size);
    return offset;
}

static void collect_all(w2o_heap *heap, bool is_full)
{
    w2o_moving *moving = (w2o_moving *)heap;
    if (!collect(moving, is_full) && w2o_free_dead_blocks(moving)) {
        collect(moving, is_full);
    }
}

/* ---- The heap ---- */

static void free_tables(w2o_moving *moving)
{
    free(moving->kinds);
    free(moving->fills);
    free(moving->crossing);
    free(moving->old);
    free(moving->from);
    free(moving->large);
    free(moving->pending);
    free(moving);
}

static bool make_nursery(w2o_moving *moving)
{
    uint64_t size = moving->heap.store->config.nursery;
    uint64_t most = moving->heap.maximum / 4;
    size = size == 0 ? DEFAULT_NURSERY : size;
    size = size > most ? most : size;
    uint32_t blocks = (uint32_t)((size + W2O_BLOCK - 1) >> W2O_BLOCK_SHIFT);
    blocks = blocks == 0 ? 1 : blocks;
    uint32_t block = w2o_take_blocks(moving, blocks, W2O_BLOCK_NURSERY);
    moving->nursery = block << W2O_BLOCK_SHIFT;
    moving->nursery_size = blocks << W2O_BLOCK_SHIFT;
    if (block != 0) {
        empty_nursery(moving);
    }
    return block != 0;
}

static w2o_moving *make(void)
{
    w2o_moving *moving = calloc(1, sizeof *moving);
    if (moving == NULL) {
        return NULL;
    }
    moving->kinds = calloc(W2O_BLOCKS, 1);
    moving->fills = calloc(W2O_BLOCKS, sizeof *moving->fills);
    moving->crossing = calloc(W2O_HEAP_SIZE >> W2O_CARD_SHIFT, 1);
    moving->old = calloc(W2O_BLOCKS, sizeof *moving->old);
    moving->from = calloc(W2O_BLOCKS, sizeof *moving->from);
    moving->next_free = W2O_FIRST_BLOCK;
    moving->threshold = LEAST_THRESHOLD;
    if (moving->kinds == NULL || moving->fills == NULL || moving->crossing == NULL || moving->old == NULL
        || moving->from == NULL) {
        free_tables(moving);
        return NULL;
    }
    return moving;
}

static bool prepare(w2o_store *store, const w2o_collector *collector)
{
    if (!w2o_describe_types()) {
        return false;
    }
    if (store->heap != NULL) {
        return true;
    }
    w2o_moving *moving = make();
    if (moving == NULL) {
        return false;
    }
    if (!w2o_make_heap(&moving->heap, store, collector)) {
        free_tables(moving);
        return false;
    }
    if (!make_nursery(moving)) {
        w2o_unmap_heap(&moving->heap);
        free_tables(moving);
        store->heap = NULL;
        return false;
    }
    return true;
}

static void destroy(w2o_store *store)
{
    w2o_moving *moving = (w2o_moving *)store->heap;
    w2o_unmap_heap(&moving->heap);
    free_tables(moving);
}

const w2o_collector w2o_gc_moving = {prepare, destroy, w2o_gc_constant, allocate, collect_all};
