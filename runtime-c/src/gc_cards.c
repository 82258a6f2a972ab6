/*
 * Cards: 512 bytes each, of which compiled code notes that it has written a reference there. A minor collection looks for
 * references to young objects only in those. A struct is looked at as a whole, because of its head's card; an array only as
 * far as it lies in the card.
 *
 * In an old block, a map of cards says where in a card the last object begins. The object that reaches into a card begins
 * in the nearest card before that has one; from there on objects follow each other.
 */
#include <string.h>

#include "gc_moving.h"

enum { CARD = 1 << W2O_CARD_SHIFT, CARDS = W2O_BLOCK / CARD, GROUP = sizeof(uint64_t) };

/* Eight cards that are clean. */
#define CLEAN_GROUP UINT64_C(0x0101010101010101)

_Static_assert(W2O_CLEAN == 1 && CARDS % GROUP == 0, "cards are looked at in groups");

static uint32_t first_object(const w2o_moving *moving, uint32_t block, uint32_t card)
{
    while (card > block) {
        card -= CARD;
        uint8_t last = moving->crossing[card >> W2O_CARD_SHIFT];
        if (last != 0) {
            return card + (last - 1u) * 8;
        }
    }
    return block;
}

static void scan_old_card(w2o_moving *moving, uint32_t block, uint32_t card)
{
    uint64_t end = (uint64_t)block + moving->fills[block >> W2O_BLOCK_SHIFT];
    uint64_t high = (uint64_t)card + CARD;
    high = high > end ? end : high;
    for (uint64_t object = first_object(moving, block, card); object < high;) {
        uint64_t size = w2o_object_size(w2o_object_at(&moving->heap, (uint32_t)object));
        w2o_scan(moving, (uint32_t)object, card, high);
        object += size;
    }
}

/* Scans the dirty cards of a block; those of a large object if that is not 0. */
static void scan_block(w2o_moving *moving, uint32_t block, uint32_t large)
{
    uint8_t *cards = w2o_card_of(&moving->heap, block);
    for (uint32_t i = 0; i < CARDS; i += GROUP) {
        uint64_t group;
        memcpy(&group, cards + i, sizeof group);
        if (group == CLEAN_GROUP) {
            continue;
        }
        for (uint32_t j = i; j < i + GROUP; j++) {
            if (cards[j] != W2O_CLEAN) {
                uint32_t card = block + j * CARD;
                cards[j] = W2O_CLEAN;
                if (large != 0) {
                    w2o_scan(moving, large, card, (uint64_t)card + CARD);
                } else {
                    scan_old_card(moving, block, card);
                }
            }
        }
    }
}

void w2o_scan_cards(w2o_moving *moving)
{
    uint32_t count = moving->old_count; /* survivors go behind the last object, where nothing is dirty */
    for (uint32_t i = 0; i < count; i++) {
        scan_block(moving, moving->old[i] << W2O_BLOCK_SHIFT, 0);
    }
    for (uint32_t i = 0; i < moving->large_count; i++) {
        const w2o_large *large = &moving->large[i];
        for (uint32_t j = 0; !large->is_young && j < large->count; j++) {
            scan_block(moving, (large->block + j) << W2O_BLOCK_SHIFT, large->block << W2O_BLOCK_SHIFT);
        }
    }
}
