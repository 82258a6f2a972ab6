/*
 * Blocks of 64 KiB: which are in use for what. Free ones are taken from the lowest on, so that the heap stays dense. What is
 * freed is given back to the system.
 */
#define _GNU_SOURCE 1
#include <string.h>
#include <sys/mman.h>

#include "gc_moving.h"

enum { CARDS = W2O_BLOCK >> W2O_CARD_SHIFT };

static uint32_t find_free(const w2o_moving *moving, uint32_t count)
{
    uint32_t run = 0;
    for (uint32_t block = moving->next_free; block < W2O_BLOCKS - 1; block++) {
        run = moving->kinds[block] == W2O_BLOCK_FREE ? run + 1 : 0;
        if (run == count) {
            return block - count + 1;
        }
    }
    return 0;
}

uint32_t w2o_take_blocks(w2o_moving *moving, uint32_t count, w2o_block_kind kind)
{
    uint32_t block = find_free(moving, count);
    if (block == 0 || !w2o_heap_commit(&moving->heap, block + count)) {
        return 0;
    }
    memset(moving->kinds + block, kind, count);
    if (kind == W2O_BLOCK_LARGE) {
        memset(moving->kinds + block + 1, W2O_BLOCK_LARGE_REST, count - 1);
        moving->large_blocks += count;
    }
    memset(w2o_card_of(&moving->heap, block << W2O_BLOCK_SHIFT), W2O_CLEAN, (size_t)count * CARDS);
    memset(moving->crossing + (size_t)block * CARDS, 0, (size_t)count * CARDS);
    moving->used_blocks += kind == W2O_BLOCK_NURSERY ? 0 : count;
    if (block == moving->next_free) {
        moving->next_free = block + count;
    }
    return block;
}

void w2o_free_blocks(w2o_moving *moving, uint32_t block, uint32_t count)
{
    uint8_t *start = moving->heap.base + ((size_t)block << W2O_BLOCK_SHIFT);
    size_t size = (size_t)count << W2O_BLOCK_SHIFT;
    if (moving->heap.stress != 0) {
        memset(start, W2O_POISON, size);
    } else {
#if defined(MADV_FREE_REUSABLE)
        madvise(start, size, MADV_FREE_REUSABLE);
#else
        madvise(start, size, MADV_DONTNEED);
#endif
    }
    moving->large_blocks -= moving->kinds[block] == W2O_BLOCK_LARGE ? count : 0;
    memset(moving->kinds + block, W2O_BLOCK_FREE, count);
    moving->used_blocks -= count;
    if (block < moving->next_free) {
        moving->next_free = block;
    }
}

bool w2o_can_take(w2o_moving *moving, uint32_t count)
{
    uint32_t found = 0;
    uint32_t block = moving->next_free;
    for (; found < count && block < W2O_BLOCKS - 1; block++) {
        found += moving->kinds[block] == W2O_BLOCK_FREE;
    }
    return found == count && w2o_heap_commit(&moving->heap, block);
}
