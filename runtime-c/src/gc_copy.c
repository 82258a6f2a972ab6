/*
 * Moving and scanning objects: Cheney's algorithm.
 *
 * A collection evacuates objects, of the nursery or of all blocks, into old blocks, where they lie one behind the other.
 * What was moved and not yet scanned is what lies between the point of scanning and that of allocation, so no stack
 * is needed. An object that has been moved has type 0, and its new offset in place of the length. Large objects do not move: they
 * are marked, and wait for being scanned on a list, like exceptions that only objects refer to.
 *
 * A collection knows before it begins that there are enough blocks and room on that list, whatever survives: nothing
 * can fail half way.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gc_moving.h"

void w2o_note_fill(w2o_moving *moving)
{
    if (moving->old_count != 0) {
        uint32_t block = moving->old[moving->old_count - 1];
        moving->fills[block] = moving->pointer - (block << W2O_BLOCK_SHIFT);
    }
}

/* Goes on in a new block. */
static void next_block(w2o_moving *moving)
{
    w2o_note_fill(moving);
    uint32_t block = w2o_take_blocks(moving, 1, W2O_BLOCK_OLD);
    if (block == 0) {
        fputs("wasm2obj: no block for a survivor, though there was one\n", stderr);
        abort();
    }
    moving->old[moving->old_count++] = block;
    moving->pointer = block << W2O_BLOCK_SHIFT;
    moving->limit = moving->pointer + W2O_BLOCK;
}

static uint32_t move(w2o_moving *moving, uint32_t offset)
{
    w2o_object *object = w2o_object_at(&moving->heap, offset);
    if (object->type == 0) {
        return object->length;
    }
    uint64_t size = w2o_object_size(object);
    if (size > moving->limit - moving->pointer) {
        next_block(moving);
    }
    moving->largest = size > moving->largest ? (uint32_t)size : moving->largest;
    uint32_t to = moving->pointer;
    moving->pointer = to + (uint32_t)size;
    const uint64_t *from = (const uint64_t *)(const void *)object;
    uint64_t *target = (uint64_t *)(void *)(moving->heap.base + to);
    for (uint64_t i = 0; i < size / 8; i++) {
        target[i] = from[i];
    }
    *object = (w2o_object){0, to};
    moving->crossing[to >> W2O_CARD_SHIFT] = (uint8_t)((to & ((1 << W2O_CARD_SHIFT) - 1)) / 8 + 1);
    return to;
}

static void meet_large(w2o_moving *moving, uint32_t word)
{
    w2o_large *large = &moving->large[moving->fills[word >> W2O_BLOCK_SHIFT]];
    if (!large->is_marked && (moving->is_full || large->is_young)) {
        large->is_marked = true;
        moving->pending[moving->pending_count++] = large->block << W2O_BLOCK_SHIFT; /* a dead object may have a word of before */
    }
}

/* A counted reference that an object has, which is or will be old. */
static void meet_counted(w2o_moving *moving, uint32_t word)
{
    w2o_reference *entry = w2o_reference_at(moving->heap.store, word >> W2O_WORD_BITS);
    bool is_new = (entry->flags & W2O_REFERENCE_OLD) == 0;
    entry->flags |= W2O_REFERENCE_OLD;
    if (is_new && moving->is_full && entry->kind == W2O_REFERENCE_EXCEPTION && entry->count == 0
        && (entry->flags & W2O_REFERENCE_MET) == 0) {
        moving->pending[moving->pending_count++] = word;
    }
}

uint32_t w2o_forward(w2o_moving *moving, uint32_t word)
{
    if ((word & 7) != 0) {
        if (w2o_is_counted(word)) {
            meet_counted(moving, word);
        }
        return word;
    }
    if (w2o_is_young(moving, word)) {
        return move(moving, word);
    }
    if (!moving->is_full && moving->young_large == 0) {
        return word;
    }
    uint8_t kind = w2o_kind_at(moving, word);
    if (kind == W2O_BLOCK_FROM) {
        return move(moving, word);
    }
    if (kind == W2O_BLOCK_LARGE) {
        meet_large(moving, word);
    }
    return word;
}

/* ---- Scanning ---- */

void w2o_scan(w2o_moving *moving, uint32_t object, uint64_t low, uint64_t high)
{
    w2o_scan_fields(moving, object, low, high, w2o_forward);
}

/* Scans moved objects as far as there are any. */
static void scan_moved(w2o_moving *moving)
{
    while (moving->scanned_block < moving->old_count) {
        bool is_last = moving->scanned_block == moving->old_count - 1;
        uint32_t block = moving->old[moving->scanned_block] << W2O_BLOCK_SHIFT;
        if (moving->scanned == 0) {
            moving->scanned = block; /* there was no block when the collection began */
        }
        uint64_t end = is_last ? moving->pointer : (uint64_t)block + moving->fills[block >> W2O_BLOCK_SHIFT];
        if (moving->scanned == end) {
            if (is_last) {
                return;
            }
            moving->scanned_block++;
            moving->scanned = moving->old[moving->scanned_block] << W2O_BLOCK_SHIFT;
            continue;
        }
        uint32_t object = moving->scanned;
        w2o_scan(moving, object, 0, W2O_HEAP_SIZE);
        moving->scanned = object + (uint32_t)w2o_object_size(w2o_object_at(&moving->heap, object));
    }
}

static void forward_slot(void *env, uint64_t *slot)
{
    *slot = *slot == 0 ? 0 : w2o_forward(env, (uint32_t)*slot);
}

void w2o_scan_rest(w2o_moving *moving)
{
    scan_moved(moving);
    while (moving->pending_count != 0) {
        uint32_t word = moving->pending[--moving->pending_count];
        if (w2o_is_counted(word)) {
            w2o_exception *exception = w2o_reference_at(moving->heap.store, word >> W2O_WORD_BITS)->of.exception;
            w2o_visit_payload(exception, forward_slot, moving);
        } else {
            w2o_scan(moving, word, 0, W2O_HEAP_SIZE);
        }
        scan_moved(moving);
    }
}
