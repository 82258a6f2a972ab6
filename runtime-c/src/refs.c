/*
 * The store's list of counted references: things of the host's, exceptions, and handles to objects.
 *
 * An entry is known by its index, which is in the word that compiled code has, and by index and generation, which is what
 * a C program has: when an entry is freed its generation changes, so that a handle that is used too late is told from
 * the entry's next user. Every count is somebody's: of a global, a table, an exception, a held word (held.c), a scope,
 * or of the host, which is noted apart so that the host cannot give up more than it has.
 *
 * An entry whose count becomes 0 is put on a list first: of the dead, or, in a store with a heap, of those that only
 * objects may still have, which the next collection decides about. Destructors run when the list of the dead is
 * drained, and that is done only where any code may run: in functions that the host called, and in helpers of compiled
 * code that may collect. So nothing here is half done when a destructor calls compiled code, traps, or writes the very
 * place that it was removed from.
 */
#include <stdlib.h>
#include <string.h>

#include "refs.h"

enum { FIRST_CAPACITY = 64, MAXIMUM = 1 << 29 };

/* ---- Entries ---- */

static bool grow(w2o_store *store)
{
    uint32_t capacity = store->reference_capacity == 0 ? FIRST_CAPACITY : 2 * store->reference_capacity;
    void *moved = capacity > MAXIMUM ? NULL : realloc(store->head.references, capacity * sizeof(w2o_reference));
    if (moved == NULL) {
        return false;
    }
    store->head.references = moved;
    store->reference_capacity = capacity;
    return true;
}

w2o_reference *w2o_new_reference(w2o_store *store, w2o_reference_kind kind)
{
    uint32_t index = store->free_reference;
    uint32_t generation = store->generation;
    if (index != 0) {
        index--;
        store->free_reference = w2o_reference_at(store, index)->link;
        generation = w2o_reference_at(store, index)->generation;
    } else if (store->reference_count < store->reference_capacity || grow(store)) {
        index = store->reference_count++;
    } else {
        return NULL;
    }
    w2o_reference *made = w2o_reference_at(store, index);
    *made = (w2o_reference){.count = 1, .generation = generation, .kind = (uint8_t)kind};
    return made;
}

void w2o_free_reference(w2o_store *store, w2o_reference *entry)
{
    entry->kind = W2O_REFERENCE_FREE;
    entry->flags = 0;
    entry->count = 0;
    entry->generation++;
    entry->link = store->free_reference;
    store->free_reference = w2o_index_of(store, entry) + 1;
}

w2o_reference *w2o_find_reference(const w2o_store *store, w2o_ref ref)
{
    uint64_t index = (uint32_t)ref >> W2O_WORD_BITS;
    if (!w2o_is_counted(ref) || index >= store->reference_count) {
        return NULL;
    }
    w2o_reference *entry = w2o_reference_at(store, (uint32_t)index);
    return entry->count != 0 && entry->generation == ref >> 32 ? entry : NULL;
}

/* ---- Entries that have something for the collector ---- */

bool w2o_trace_reference(w2o_store *store, w2o_reference *entry)
{
    if (store->traced_count == store->traced_capacity) {
        uint32_t capacity = store->traced_capacity == 0 ? FIRST_CAPACITY : 2 * store->traced_capacity;
        uint32_t *moved = realloc(store->traced, capacity * sizeof *moved);
        if (moved == NULL) {
            return false;
        }
        store->traced = moved;
        store->traced_capacity = capacity;
    }
    entry->position = store->traced_count;
    store->traced[store->traced_count++] = w2o_index_of(store, entry);
    return true;
}

static void trace_no_more(w2o_store *store, const w2o_reference *entry)
{
    uint32_t last = store->traced[--store->traced_count];
    store->traced[entry->position] = last;
    w2o_reference_at(store, last)->position = entry->position;
}

/* ---- The end of entries ---- */

static void bury(w2o_store *store, w2o_reference *entry)
{
    entry->flags |= W2O_REFERENCE_LISTED;
    entry->link = store->dead;
    store->dead = w2o_index_of(store, entry) + 1;
}

/* Lists an entry that objects may have. If there is no memory for that, it stays until the store's end. */
static void list_uncounted(w2o_store *store, w2o_reference *entry)
{
    if (store->uncounted_count == store->uncounted_capacity) {
        uint32_t capacity = store->uncounted_capacity == 0 ? FIRST_CAPACITY : 2 * store->uncounted_capacity;
        uint32_t *moved = realloc(store->uncounted, capacity * sizeof *moved);
        if (moved == NULL) {
            return;
        }
        store->uncounted = moved;
        store->uncounted_capacity = capacity;
    }
    entry->flags |= W2O_REFERENCE_LISTED;
    store->uncounted[store->uncounted_count++] = w2o_index_of(store, entry);
}

void w2o_discount(w2o_store *store, w2o_reference *entry)
{
    if (--entry->count != 0 || (entry->flags & W2O_REFERENCE_LISTED) != 0) {
        return;
    }
    if (entry->kind == W2O_REFERENCE_OBJECT) {
        trace_no_more(store, entry);
        w2o_free_reference(store, entry);
    } else if (store->heap != NULL) {
        list_uncounted(store, entry);
    } else {
        bury(store, entry);
    }
}

/* What an exception gives up is listed behind it, and decided about next. */
void w2o_bury_uncounted(w2o_store *store, bool (*is_met)(void *env, w2o_reference *entry), void *env)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < store->uncounted_count; i++) {
        uint32_t index = store->uncounted[i];
        w2o_reference *entry = w2o_reference_at(store, index);
        if (entry->count != 0) {
            entry->flags &= (uint8_t)~(W2O_REFERENCE_LISTED | W2O_REFERENCE_MET);
        } else if (is_met(env, entry)) {
            store->uncounted[kept++] = index;
        } else {
            bury(store, entry);
            if (entry->kind == W2O_REFERENCE_EXCEPTION) {
                w2o_empty_exception(store, entry->of.exception);
            }
        }
    }
    store->uncounted_count = kept;
}

/* Frees an entry of the dead: its destructor is called, its exception's payload discounted. */
static void end_of(w2o_store *store, w2o_reference *entry)
{
    if (entry->kind == W2O_REFERENCE_EXCEPTION) {
        w2o_exception *exception = entry->of.exception;
        trace_no_more(store, entry);
        w2o_free_reference(store, entry);
        w2o_free_exception(store, exception);
        return;
    }
    void (*destructor)(void *) = entry->destructor;
    void *payload = entry->of.payload;
    w2o_free_reference(store, entry);
    if (destructor != NULL) {
        destructor(payload);
    }
}

void w2o_drain(w2o_store *store)
{
    if (store->is_draining || store->dead == 0) {
        return;
    }
    store->is_draining = true;
    w2o_saved_exception saved = {store->pending, store->saved};
    store->saved = &saved;
    store->pending = NULL;
    while (store->dead != 0) {
        w2o_reference *entry = w2o_reference_at(store, store->dead - 1);
        store->dead = entry->link;
        entry->flags &= (uint8_t)~W2O_REFERENCE_LISTED;
        entry->link = 0;
        if (entry->count == 0) {
            end_of(store, entry);
        }
    }
    w2o_drop_pending(store);
    store->pending = saved.exception;
    store->saved = saved.outer;
    store->is_draining = false;
}

/* Destructors may still use the store, but no reference is valid any more. */
void w2o_free_references(w2o_store *store)
{
    store->is_draining = true;
    for (uint32_t i = 0; i < store->reference_count; i++) {
        w2o_reference_at(store, i)->count = 0;
    }
    for (uint32_t i = 0; i < store->reference_count; i++) {
        w2o_reference entry = *w2o_reference_at(store, i);
        if (entry.kind == W2O_REFERENCE_HOST && entry.destructor != NULL) {
            entry.destructor(entry.of.payload);
        }
    }
    for (uint32_t i = 0; i < store->reference_count; i++) {
        w2o_reference *entry = w2o_reference_at(store, i);
        if (entry->kind == W2O_REFERENCE_EXCEPTION) {
            free(entry->of.exception);
        }
    }
    free(store->head.references);
    free(store->traced);
    free(store->uncounted);
    w2o_free_held(store);
    free(store->scoped);
}

/* ---- Things of the host's ---- */

w2o_ref w2o_ref_new(w2o_store *store, void *payload, void (*destructor)(void *payload))
{
    w2o_drain(store);
    w2o_reference *made = w2o_new_reference(store, W2O_REFERENCE_HOST);
    if (made == NULL) {
        return 0;
    }
    if (!w2o_enter_scope(store, made, store->head.activation)) {
        w2o_free_reference(store, made);
        return 0;
    }
    made->of.payload = payload;
    made->destructor = destructor;
    return w2o_handle_of(store, made);
}

void *w2o_ref_payload(const w2o_store *store, w2o_ref ref)
{
    const w2o_reference *entry = w2o_find_reference(store, ref);
    return entry != NULL && entry->kind == W2O_REFERENCE_HOST ? entry->of.payload : NULL;
}
