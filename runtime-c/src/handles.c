/* Between the handles that C programs have and compiled code's words: thunks call these. A handle is its word as yet. */
#include "helpers.h"

w2o_ref w2o_to_handle(w2o_store *store, uint64_t word)
{
    (void)store;
    return word;
}

w2o_ref w2o_result_handle(w2o_store *store, uint64_t word)
{
    (void)store;
    return word;
}

uint64_t w2o_to_word(w2o_store *store, w2o_ref handle, w2o_type type, uint32_t index)
{
    (void)store;
    (void)type;
    (void)index;
    return handle;
}

void w2o_end_scope(w2o_store *store, uint64_t scoped)
{
    store->head.scoped = scoped;
}
