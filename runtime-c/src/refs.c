/*
 * References to things of the host's. A word is an index in the store's table, shifted over the tag
 * that tells it from other references (docs/abi.md).
 */
#include <stdlib.h>

#include "store.h"

enum { TAG = 2, TAG_BITS = 3, MAXIMUM = 1 << 29 };

w2o_ref w2o_ref_new(w2o_store *store, void *payload)
{
    if (store->reference_count == store->reference_capacity) {
        uint32_t capacity = store->reference_capacity == 0 ? 64 : 2 * store->reference_capacity;
        void **moved = capacity > MAXIMUM ? NULL : realloc(store->references, capacity * sizeof *moved);
        if (moved == NULL) {
            return 0;
        }
        store->references = moved;
        store->reference_capacity = capacity;
    }
    store->references[store->reference_count] = payload;
    return (w2o_ref)store->reference_count++ << TAG_BITS | TAG;
}

void *w2o_ref_payload(const w2o_store *store, w2o_ref ref)
{
    uint64_t index = ref >> TAG_BITS;
    bool is_host = (ref & ((1 << TAG_BITS) - 1)) == TAG;
    return is_host && index < store->reference_count ? store->references[index] : NULL;
}
