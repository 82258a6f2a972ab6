/*
 * The collector that never collects, for commands that end before they would need it: the heap is one nursery that
 * grows until its limit. Cards are written by compiled code and never read.
 */
#include <stdlib.h>

#include "gc.h"

static uint32_t allocate(w2o_heap *heap, uint64_t size)
{
    w2o_heap_head *head = w2o_head_of(heap);
    uint64_t end = head->pointer + size;
    if (end - W2O_BLOCK > heap->maximum) {
        return 0;
    }
    if (end > head->limit) {
        if (!w2o_heap_commit(heap, (uint32_t)((end + W2O_BLOCK - 1) >> W2O_BLOCK_SHIFT))) {
            return 0;
        }
        uint64_t limit = (uint64_t)heap->committed << W2O_BLOCK_SHIFT;
        head->limit = (uint32_t)(limit - W2O_BLOCK > heap->maximum ? heap->maximum + W2O_BLOCK : limit);
    }
    uint32_t object = head->pointer;
    head->pointer = (uint32_t)end;
    return object;
}

static bool prepare(w2o_store *store, const w2o_collector *collector)
{
    if (!w2o_describe_types()) {
        return false;
    }
    if (store->heap != NULL) {
        return true;
    }
    w2o_heap *heap = calloc(1, sizeof *heap);
    if (heap == NULL || !w2o_make_heap(heap, store, collector)) {
        free(heap);
        return false;
    }
    return true;
}

static void destroy(w2o_store *store)
{
    w2o_unmap_heap(store->heap);
    free(store->heap);
}

const w2o_collector w2o_gc_none = {prepare, destroy, w2o_gc_constant, allocate, NULL};
