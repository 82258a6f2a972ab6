/*
 * The heap's address space: 4 GiB for objects, so that their references are offsets of 32 bits, and below them the cards
 * and the head, which compiled code reaches from the same base.
 *
 *     reservation               base - 64 KiB   base                                       base + 4 GiB
 *     [ cards: 8 MiB            ][ head        ][ null page ][ blocks of 64 KiB ...        ]
 *
 * All is reserved at once, and committed as collectors need it, in ascending order, for in-order growth keeps the
 * number of mappings small. What is committed stays so; what is free is given back to the system by its content.
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gc.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum { COMMIT_STEP = 16 /* blocks */, FIRST_UNCOUNTED = 1 << 14 };

_Static_assert(sizeof(w2o_heap_head) == 16, "the head's end is known to compiled code");

static uint32_t stress(const w2o_config *config)
{
    const char *wish = getenv("W2O_GC_STRESS");
    return wish != NULL ? (uint32_t)strtoul(wish, NULL, 10) : config->gc_stress;
}

bool w2o_make_heap(w2o_heap *heap, w2o_store *store, const w2o_collector *collector)
{
    size_t size = W2O_HEAP_HEAD + W2O_HEAP_SIZE;
    heap->reservation = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (heap->reservation == MAP_FAILED) {
        return false;
    }
    if (mprotect(heap->reservation, W2O_HEAP_HEAD, PROT_READ | PROT_WRITE) != 0) {
        munmap(heap->reservation, size);
        return false;
    }
    uint64_t most = W2O_HEAP_END - W2O_BLOCK;
    heap->base = (uint8_t *)heap->reservation + W2O_HEAP_HEAD;
    heap->store = store;
    heap->collector = collector;
    heap->maximum = store->config.max_heap < most ? store->config.max_heap : most;
    heap->committed = W2O_FIRST_BLOCK;
    heap->uncounted_limit = FIRST_UNCOUNTED;
    heap->stress = stress(&store->config);
    *w2o_head_of(heap) = (w2o_heap_head){W2O_BLOCK, W2O_BLOCK, w2o_information};
    store->heap = heap;
    for (w2o_instance *i = store->instances; i != NULL; i = w2o_context_of(i)->next) {
        w2o_context_of(i)->heap = heap->base;
    }
    return true;
}

void w2o_unmap_heap(w2o_heap *heap)
{
    munmap(heap->reservation, W2O_HEAP_HEAD + W2O_HEAP_SIZE);
}

bool w2o_heap_commit(w2o_heap *heap, uint32_t end)
{
    if (end <= heap->committed) {
        return true;
    }
    uint32_t wanted = heap->committed + COMMIT_STEP > end ? heap->committed + COMMIT_STEP : end;
    wanted = wanted > W2O_BLOCKS - 1 ? W2O_BLOCKS - 1 : wanted;
    size_t size = (size_t)(wanted - heap->committed) << W2O_BLOCK_SHIFT;
    if (end > wanted
        || mprotect(heap->base + ((size_t)heap->committed << W2O_BLOCK_SHIFT), size, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    heap->committed = wanted;
    return true;
}
