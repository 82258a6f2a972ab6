/*
 * The moving collector's heap. gc_moving.c has the whole idea; gc_copy.c how objects are moved and scanned, gc_mark.c what
 * is done if there is no room for that, gc_cards.c where old
 * objects may have references to young ones, gc_roots.c where references come from.
 */
#ifndef W2O_GC_MOVING_H
#define W2O_GC_MOVING_H

#include "gc.h"
#include "refs.h"

enum { W2O_POISON = 0xee }; /* what is left behind under stress: no reference, and beyond the heap's end as one */

typedef enum w2o_block_kind {
    W2O_BLOCK_FREE,
    W2O_BLOCK_NURSERY,
    W2O_BLOCK_OLD,
    W2O_BLOCK_FROM,      /* an old block whose objects are being moved away */
    W2O_BLOCK_LARGE,     /* the first of a large object's */
    W2O_BLOCK_LARGE_REST
} w2o_block_kind;

typedef struct w2o_large {
    uint32_t block, count; /* of blocks */
    bool is_young;         /* made since the last collection */
    bool is_marked;        /* met by the collection in progress */
} w2o_large;

typedef struct w2o_moving {
    w2o_heap heap;
    uint32_t nursery, nursery_size; /* offset and bytes */

    uint8_t *kinds;       /* of all blocks */
    uint32_t *fills;      /* bytes in use of an old block; of a large object's first block its number in `large` */
    uint8_t *crossing;    /* by card: where in it the last object begins, in words of 8 bytes, + 1; 0 if none does */
    uint32_t used_blocks; /* of old and large objects */
    uint32_t large_blocks;
    uint32_t next_free;   /* no block below is free */

    uint32_t *old;        /* old blocks in the order in which they were filled */
    uint32_t old_count;
    uint32_t *from;       /* during a full collection: those of before */
    uint32_t from_count;
    uint32_t pointer, limit; /* where the next old object goes, in the last old block */
    uint32_t largest;        /* no object in old blocks has more bytes */

    w2o_large *large;
    uint32_t large_count, large_capacity;
    uint64_t young_large; /* bytes */

    bool is_full;             /* the collection in progress */
    uint32_t scanned_block;   /* how far moved objects have been scanned: number in `old`, and offset */
    uint32_t scanned;
    uint32_t *pending;        /* large objects and exceptions that are to be scanned: words */
    uint32_t pending_count, pending_capacity;

    uint64_t threshold;       /* bytes of used blocks that are worth a full collection */
    uint32_t allocations;     /* under stress */

    struct w2o_marks *marks;  /* while objects are marked */
} w2o_moving;

static inline bool w2o_is_young(const w2o_moving *moving, uint32_t offset)
{
    return offset - moving->nursery < moving->nursery_size;
}

static inline uint8_t w2o_kind_at(const w2o_moving *moving, uint32_t offset)
{
    return moving->kinds[offset >> W2O_BLOCK_SHIFT];
}

/* ---- Fields ---- */

/* What becomes of a word in an object; null and i31 are not asked about. */
typedef uint32_t w2o_forwarder(w2o_moving *moving, uint32_t word);

static inline void w2o_scan_field(w2o_moving *moving, uint32_t *field, w2o_forwarder *forward)
{
    uint32_t word = *field;
    if (word != 0 && (word & 1) == 0) {
        uint32_t forwarded = forward(moving, word);
        if (forwarded != word) {
            *field = forwarded;
        }
    }
}

static inline void w2o_scan_struct(w2o_moving *moving, uint32_t object, const w2o_shape *shape, w2o_forwarder *forward)
{
    uint32_t *fields = (uint32_t *)(void *)(moving->heap.base + object + W2O_OBJECT_HEADER);
    if (shape->is_listed) {
        for (const uint32_t *offset = shape->list; *offset != 0; offset++) {
            w2o_scan_field(moving, (uint32_t *)(void *)(moving->heap.base + object + *offset), forward);
        }
        return;
    }
    for (uint64_t map = shape->map; map != 0; map &= map - 1) {
        w2o_scan_field(moving, &fields[__builtin_ctzll(map)], forward);
    }
}

/* All references of an object, of those of an array only elements that lie in [low, high). In line, so that `forward` is. */
static inline void w2o_scan_fields(w2o_moving *moving, uint32_t object, uint64_t low, uint64_t high, w2o_forwarder *forward)
{
    const w2o_object *header = w2o_object_at(&moving->heap, object);
    const w2o_shape *shape = &w2o_shapes[header->type];
    if (!shape->has_references) {
        return;
    }
    if (shape->kind == W2O_TYPE_STRUCT) {
        if (object >= low && object < high) {
            w2o_scan_struct(moving, object, shape, forward);
        }
        return;
    }
    uint64_t first = (uint64_t)object + W2O_OBJECT_HEADER;
    uint64_t end = first + 4 * (uint64_t)header->length;
    first = first < low ? low : first;
    end = end > high ? high : end;
    for (uint64_t at = first; at < end; at += 4) {
        w2o_scan_field(moving, (uint32_t *)(void *)(moving->heap.base + at), forward);
    }
}

/* ---- Blocks (gc_blocks.c) ---- */

/* Takes `count` neighbouring blocks; 0 if there are none. Their cards are clean. */
W2O_HIDDEN uint32_t w2o_take_blocks(w2o_moving *moving, uint32_t count, w2o_block_kind kind);
W2O_HIDDEN void w2o_free_blocks(w2o_moving *moving, uint32_t block, uint32_t count);

/* Makes sure that so many blocks can be taken one by one. */
W2O_HIDDEN bool w2o_can_take(w2o_moving *moving, uint32_t count);

/* ---- Moving and scanning (gc_copy.c) ---- */

/* The word of what a word refers to, after it has been moved if it is to be. For references in the heap. */
W2O_HIDDEN uint32_t w2o_forward(w2o_moving *moving, uint32_t word);

/* Forwards the references of an object, of those of an array only elements that lie in [low, high). */
W2O_HIDDEN void w2o_scan(w2o_moving *moving, uint32_t object, uint64_t low, uint64_t high);

/* Notes how much of the last old block is in use. */
W2O_HIDDEN void w2o_note_fill(w2o_moving *moving);

/* Scans all that has been moved or marked, and what that leads to. */
W2O_HIDDEN void w2o_scan_rest(w2o_moving *moving);

/* ---- Without moving (gc_mark.c) ---- */

/* Frees what has nothing alive in it, of old blocks and large objects. Nothing moves. False if that was nothing. */
W2O_HIDDEN bool w2o_free_dead_blocks(w2o_moving *moving);

/* ---- Cards (gc_cards.c) ---- */

/* Scans what lies in dirty cards, and cleans them. */
W2O_HIDDEN void w2o_scan_cards(w2o_moving *moving);

/* ---- Roots (gc_roots.c) ---- */

/* Calls `visit` for each place outside of the heap and the list of references that has a managed reference. */
W2O_HIDDEN void w2o_visit_roots(w2o_store *store, w2o_slot_visitor *visit, void *env);

/* Calls it for the references in an exception's payload. */
W2O_HIDDEN void w2o_visit_payload(w2o_exception *exception, w2o_slot_visitor *visit, void *env);

#endif
