/*
 * Handles: how C programs have references. A handle to a thing of the host's or an exception is that entry's own word
 * with its generation; one to an object has an entry for itself, in which a collector changes the object's word.
 *
 * Handles belong to scopes, or are owned. A scope is a stretch of the store's list of scoped handles, in the order in which they
 * were made: that of a host function is ended by its adapter, others by the program. Leaving an activation with a trap ends
 * those that were made within it. An owned handle stays until the program gives it up.
 */
#include <stdlib.h>

#include "refs.h"

/* ---- Scopes ---- */

bool w2o_enter_scope(w2o_store *store, const w2o_reference *entry, const w2o_activation *activation)
{
    if (store->head.scoped == store->scoped_capacity) {
        size_t capacity = store->scoped_capacity == 0 ? 64 : 2 * store->scoped_capacity;
        w2o_scoped *moved = realloc(store->scoped, capacity * sizeof *moved);
        if (moved == NULL) {
            return false;
        }
        store->scoped = moved;
        store->scoped_capacity = capacity;
    }
    store->scoped[store->head.scoped++] = (w2o_scoped){activation, w2o_index_of(store, entry)};
    return true;
}

void w2o_end_scope(w2o_store *store, uint64_t count)
{
    while (store->head.scoped > count) {
        uint32_t index = store->scoped[--store->head.scoped].index;
        w2o_discount(store, w2o_reference_at(store, index));
    }
}

void w2o_end_activation(w2o_store *store)
{
    uint64_t count = store->head.scoped;
    while (count > 0 && store->scoped[count - 1].activation == store->head.activation) {
        count--;
    }
    w2o_end_scope(store, count);
}

w2o_scope w2o_scope_begin(const w2o_store *store)
{
    return (w2o_scope){store->head.scoped};
}

void w2o_scope_end(w2o_store *store, w2o_scope scope)
{
    w2o_end_scope(store, scope.handles);
    w2o_drain(store);
}

/* ---- Making and reading ---- */

static w2o_reference *entry_for(w2o_store *store, uint64_t word)
{
    if (w2o_is_counted(word)) {
        w2o_reference *entry = w2o_reference_at(store, (uint32_t)word >> W2O_WORD_BITS);
        entry->count++;
        return entry;
    }
    w2o_reference *made = w2o_new_reference(store, W2O_REFERENCE_OBJECT);
    if (made == NULL) {
        return NULL;
    }
    made->of.object = word;
    if (!w2o_trace_reference(store, made)) {
        w2o_free_reference(store, made);
        return NULL;
    }
    return made;
}

static w2o_ref make_handle(w2o_store *store, uint64_t word, const w2o_activation *activation)
{
    if (word == 0 || (word & 1) != 0) {
        return word;
    }
    w2o_reference *entry = entry_for(store, word);
    if (entry == NULL) {
        return 0;
    }
    if (!w2o_enter_scope(store, entry, activation)) {
        w2o_discount(store, entry);
        return 0;
    }
    return w2o_handle_of(store, entry);
}

w2o_ref w2o_make_handle(w2o_store *store, uint64_t word)
{
    return make_handle(store, word, store->head.activation);
}

/* The activation is still linked, but the handle is for the one before. */
w2o_ref w2o_result_handle(w2o_store *store, uint64_t word)
{
    w2o_ref handle = make_handle(store, word, store->head.activation->previous);
    if (handle == 0 && word != 0) {
        w2o_raise(store, W2O_TRAP_NO_MEMORY, W2O_PLACE_OF_CALLER);
    }
    return handle;
}

bool w2o_read_handle(const w2o_store *store, w2o_ref ref, uint64_t *word)
{
    *word = ref;
    if (ref == 0 || ((ref & 1) != 0 && ref <= UINT32_MAX)) {
        return true;
    }
    const w2o_reference *entry = w2o_find_reference(store, ref);
    if (entry == NULL) {
        return false;
    }
    *word = entry->kind == W2O_REFERENCE_OBJECT ? entry->of.object : (uint32_t)ref;
    return true;
}

bool w2o_value_to_word(const w2o_store *store, w2o_value *value, w2o_value_type type)
{
    if (!w2o_is_managed(type)) {
        return w2o_value_fits(*value, type);
    }
    uint64_t word;
    if (!w2o_read_handle(store, value->ref, &word) || !w2o_word_fits(store, word, type)) {
        return false;
    }
    value->ref = word;
    return true;
}

/* ---- Owned handles ---- */

w2o_ref w2o_ref_keep(w2o_store *store, w2o_ref ref)
{
    w2o_reference *entry = w2o_find_reference(store, ref);
    if (entry == NULL || entry->count > INT32_MAX) {
        return 0;
    }
    entry->count++;
    entry->owned++;
    return ref;
}

bool w2o_ref_drop(w2o_store *store, w2o_ref ref)
{
    w2o_reference *entry = w2o_find_reference(store, ref);
    if (entry == NULL || entry->owned == 0) {
        return false;
    }
    entry->owned--;
    w2o_discount(store, entry);
    w2o_drain(store);
    return true;
}

/* ---- i31, equality ---- */

w2o_ref w2o_i31(int32_t value)
{
    return (uint32_t)value << 1 | 1;
}

bool w2o_i31_value(w2o_ref ref, int32_t *value)
{
    if ((ref & 1) == 0 || ref > UINT32_MAX) {
        return false;
    }
    uint32_t bits = (uint32_t)ref >> 1;
    *value = (int32_t)(bits ^ UINT32_C(1) << 30) - (INT32_C(1) << 30);
    return true;
}

bool w2o_ref_equals(const w2o_store *store, w2o_ref a, w2o_ref b)
{
    uint64_t first;
    uint64_t second;
    return w2o_read_handle(store, a, &first) && w2o_read_handle(store, b, &second) && first == second;
}

bool w2o_ref_is(const w2o_store *store, w2o_ref ref, w2o_value_type type)
{
    uint64_t word;
    return w2o_is_managed(type) && w2o_read_handle(store, ref, &word) && w2o_word_fits(store, word, type);
}

/* ---- Types ---- */

enum { EXN = 0x69, ARRAY, STRUCT, I31, EQ, ANY, EXTERN };

static bool counted_fits(const w2o_store *store, uint64_t word, uint32_t heap)
{
    uint32_t kind = w2o_reference_at(store, (uint32_t)word >> W2O_WORD_BITS)->kind;
    return kind == W2O_REFERENCE_EXCEPTION ? heap == EXN : heap == EXTERN || heap == ANY;
}

/* The type of an object is the first word of its header: see gc.h. */
static bool object_fits(const w2o_store *store, uint64_t word, w2o_value_type type)
{
    uint32_t heap = type >> W2O_HEAP_SHIFT & 0xff;
    if (heap == EXTERN && (type >> W2O_HEAP_SHIFT & W2O_HEAP_ABSTRACT) != 0) {
        return true;
    }
    const uint32_t *header = (const uint32_t *)(const void *)(w2o_heap_base(store) + word);
    return w2o_value_type_matches(*header << W2O_HEAP_SHIFT | W2O_CODE_REF, type);
}

bool w2o_word_fits(const w2o_store *store, uint64_t word, w2o_value_type type)
{
    bool is_abstract = (type >> W2O_HEAP_SHIFT & W2O_HEAP_ABSTRACT) != 0;
    uint32_t heap = is_abstract ? type >> W2O_HEAP_SHIFT & 0xff : 0;
    if (word == 0) {
        return (type & W2O_CODE_MASK) == W2O_CODE_REF_NULL;
    }
    if ((word & 1) != 0) {
        return heap == I31 || heap == EQ || heap == ANY || heap == EXTERN;
    }
    return w2o_is_counted(word) ? counted_fits(store, word, heap) : object_fits(store, word, type);
}
