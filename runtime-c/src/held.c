/*
 * Held words: deferred counting of what frames have.
 *
 * Compiled code moves references between registers, frame slots and calls without counting them. Only when it reads one
 * from a counted place, which may be overwritten while frames still have it, it takes a count that it notes in the
 * store's list of held words: inline, a few instructions. So the list has at least what frames have, and more as time
 * goes on. What is at its end already is not put there again, so reading one global in a loop is for free; a word of 0
 * stands before the first one for that. When it is full, the frames are walked by their stack maps; what is in none is given up, once each of what is
 * stays held. The list grows if more than half of it is in use then, so a walk is paid for by as many reads.
 *
 * What comes from C is held too, by the thunk. There a walk is right only as long as no word is in the thunk's own
 * hands: before the first reference that it translates. Otherwise the list grows. The same goes for destructors, which may walk.
 */
#include <stdlib.h>

#include "refs.h"

enum { FIRST_CAPACITY = 1024 };

static uint32_t before_all[1];

void w2o_make_held(w2o_store *store)
{
    store->head.held_next = before_all + 1;
    store->head.held_end = before_all + 1;
}

void w2o_free_held(w2o_store *store)
{
    if (store->held != NULL) {
        free(store->held - 1);
    }
}

static bool grow(w2o_store *store)
{
    size_t used = store->held == NULL ? 0 : (size_t)(store->head.held_next - store->held);
    size_t capacity = store->held == NULL ? FIRST_CAPACITY : 2 * (size_t)(store->head.held_end - store->held);
    uint32_t *moved = realloc(store->held == NULL ? NULL : store->held - 1, (1 + capacity) * sizeof *moved);
    if (moved == NULL) {
        return false;
    }
    *moved++ = 0;
    store->held = moved;
    store->head.held_next = moved + used;
    store->head.held_end = moved + capacity;
    return true;
}

bool w2o_hold_word(w2o_store *store, uint64_t word)
{
    if (!w2o_is_counted(word)) {
        return true;
    }
    if (store->head.held_next == store->head.held_end && !grow(store)) {
        return false;
    }
    w2o_retain_word(store, word);
    *store->head.held_next++ = (uint32_t)word;
    return true;
}

/* ---- The sweep ---- */

static void mark(void *env, uint64_t *slot)
{
    const w2o_store *store = env;
    if (w2o_is_counted(*slot)) {
        w2o_reference_at(store, (uint32_t)*slot >> W2O_WORD_BITS)->mark = store->sweep;
    }
}

/* A mark that is left from 65,535 sweeps before makes an entry stay held once more, which is no harm. */
void w2o_sweep(w2o_store *store)
{
    if (store->held == NULL) {
        return;
    }
    store->sweep = store->sweep == UINT16_MAX ? 1 : store->sweep + 1;
    w2o_visit_frames(store, mark, store);
    uint32_t *kept = store->held;
    for (uint32_t *word = store->held; word < store->head.held_next; word++) {
        w2o_reference *entry = w2o_reference_at(store, *word >> W2O_WORD_BITS);
        if (entry->mark == store->sweep) {
            entry->mark = 0;
            *kept++ = *word;
        } else if (entry->count > 1) {
            entry->count--;
        } else {
            w2o_discount(store, entry);
        }
    }
    store->head.held_next = kept;
}

/* A full list is swept, and made longer if that did not make enough room. */
static bool make_room(w2o_store *store)
{
    if (store->head.held_next != store->head.held_end) {
        return true;
    }
    if (store->held == NULL) {
        return grow(store);
    }
    w2o_sweep(store);
    size_t capacity = (size_t)(store->head.held_end - store->held);
    return (size_t)(store->head.held_next - store->held) < (capacity + 1) / 2 || grow(store);
}

bool w2o_settle(w2o_store *store)
{
    bool done = make_room(store);
    w2o_drain(store);
    return done;
}

void w2o_collect(w2o_store *store)
{
    w2o_sweep(store);
    w2o_collect_heap(store);
    w2o_drain(store);
}

/* ---- For compiled code ---- */

void w2o_hold(w2o_instance *instance, uint64_t word)
{
    w2o_store *store = w2o_context_of(instance)->store;
    uintptr_t exit = W2O_ENTER_RUNTIME(store);
    w2o_retain_word(store, word); /* before the sweep, so that it stays, and is put on no list, meanwhile */
    bool done = make_room(store);
    if (!done) {
        w2o_discount_word(store, word);
    } else if (w2o_is_counted(word)) {
        *store->head.held_next++ = (uint32_t)word;
    }
    w2o_collect_uncounted(store);
    w2o_drain(store);
    store->head.exit = exit;
    if (!done) {
        W2O_RAISE(instance, W2O_TRAP_NO_MEMORY);
    }
}

void w2o_retain(w2o_instance *instance, uint64_t word)
{
    w2o_retain_word(w2o_context_of(instance)->store, word);
}

void w2o_release(w2o_instance *instance, uint64_t word)
{
    w2o_store *store = w2o_context_of(instance)->store;
    uintptr_t exit = W2O_ENTER_RUNTIME(store);
    w2o_discount_word(store, word);
    w2o_collect_uncounted(store);
    w2o_drain(store);
    store->head.exit = exit;
}

/* ---- Thunks ---- */

/* Whether value `index` of the function's is the first managed one that a thunk takes from C. */
static bool is_first(w2o_type type, uint32_t index)
{
    uint32_t parameters = (uint32_t)w2o_parameter_count(type);
    for (uint32_t i = index < parameters ? 0 : parameters; i < index; i++) {
        if (w2o_is_managed(w2o_parameter(type, i))) {
            return false;
        }
    }
    return true;
}

uint64_t w2o_to_word(w2o_store *store, w2o_ref ref, w2o_type type, uint32_t index)
{
    bool done = true;
    if (is_first(type, index)) {
        uintptr_t exit = W2O_ENTER_RUNTIME(store);
        done = w2o_settle(store);
        store->head.exit = exit;
    }
    w2o_value value = {.ref = ref};
    if (!w2o_value_to_word(store, &value, w2o_parameter(type, index))) {
        w2o_raise(store, W2O_TRAP_MISUSE, W2O_PLACE_OF_CALLER);
    }
    if (!done || !w2o_hold_word(store, value.ref)) {
        w2o_raise(store, W2O_TRAP_NO_MEMORY, W2O_PLACE_OF_CALLER);
    }
    return value.ref;
}

w2o_ref w2o_to_handle(w2o_store *store, uint64_t word)
{
    w2o_ref handle = w2o_make_handle(store, word);
    if (handle == 0 && word != 0) {
        w2o_raise(store, W2O_TRAP_NO_MEMORY, W2O_PLACE_OF_CALLER);
    }
    return handle;
}
