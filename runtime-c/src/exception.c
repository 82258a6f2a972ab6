/*
 * Exceptions. One that is thrown is the store's pending exception until a handler has read it. A handler
 * that does not want a reference to it drops it, which frees it. One to which references were taken has an entry among
 * the store's references: then being pending is a count of that, and the exception is freed with the entry. References
 * in its payload are counted as long as it is there.
 */
#include <stdlib.h>
#include <string.h>

#include "refs.h"

struct w2o_host_tag {
    w2o_tag tag;
    struct w2o_host_tag *next;
};

/* ---- Exceptions and references to them ---- */

static w2o_exception *make(const w2o_tag *tag)
{
    size_t size = sizeof(w2o_exception) + w2o_parameter_count(tag->type) * sizeof(w2o_value);
    w2o_exception *made = malloc(size);
    if (made != NULL) {
        memset(made, 0, size);
        made->tag = tag;
    }
    return made;
}

void w2o_empty_exception(w2o_store *store, w2o_exception *exception)
{
    w2o_type type = exception->tag->type;
    for (size_t i = 0; i < w2o_parameter_count(type); i++) {
        if (w2o_is_managed(w2o_parameter(type, i))) {
            uint64_t word = exception->values[i].ref;
            exception->values[i].ref = 0;
            w2o_discount_word(store, word);
        }
    }
}

void w2o_free_exception(w2o_store *store, w2o_exception *exception)
{
    w2o_empty_exception(store, exception);
    free(exception);
}

/* Gives up what keeps an exception that was pending. */
static void give_up(w2o_store *store, w2o_exception *exception)
{
    if (exception->index == 0) {
        w2o_free_exception(store, exception);
    } else {
        w2o_discount(store, w2o_reference_at(store, exception->index - 1));
    }
}

void w2o_drop_pending(w2o_store *store)
{
    w2o_exception *exception = store->pending;
    store->pending = NULL;
    if (exception != NULL) {
        give_up(store, exception);
    }
}

void w2o_set_pending(w2o_store *store, w2o_exception *exception)
{
    if (exception->index != 0) {
        w2o_reference_at(store, exception->index - 1)->count++;
    }
    w2o_drop_pending(store);
    store->pending = exception;
}

/* Makes an entry for an exception, with a count. */
static bool enter(w2o_store *store, w2o_exception *exception)
{
    w2o_reference *entry = w2o_new_reference(store, W2O_REFERENCE_EXCEPTION);
    if (entry == NULL) {
        return false;
    }
    entry->of.exception = exception;
    if (!w2o_trace_reference(store, entry)) {
        w2o_free_reference(store, entry);
        return false;
    }
    exception->index = w2o_index_of(store, entry) + 1;
    return true;
}

/* The exception that a word refers to, or NULL. */
static w2o_exception *find(const w2o_store *store, uint64_t word)
{
    return w2o_is_counted(word) ? w2o_reference_at(store, (uint32_t)word >> W2O_WORD_BITS)->of.exception : NULL;
}

void w2o_free_exceptions(w2o_store *store)
{
    if (store->pending != NULL && store->pending->index == 0) {
        free(store->pending);
    }
    struct w2o_host_tag *next;
    for (struct w2o_host_tag *tag = store->tags; tag != NULL; tag = next) {
        next = tag->next;
        free(tag);
    }
}

/* ---- For compiled code ---- */

w2o_exception *w2o_exception_new(w2o_instance *instance, uint32_t tag)
{
    w2o_exception *made = make(w2o_instance_tag(instance, tag));
    if (made == NULL) {
        W2O_RAISE(instance, W2O_TRAP_NO_MEMORY);
    }
    return made;
}

void w2o_exception_throw(w2o_instance *instance, w2o_exception *exception)
{
    w2o_store *store = w2o_context_of(instance)->store;
    w2o_set_pending(store, exception);
    w2o_begin_throw(store);
    w2o_unwind(store, W2O_PLACE_OF_CALLER, false);
}

void w2o_exception_throw_ref(w2o_instance *instance, uint64_t reference)
{
    w2o_store *store = w2o_context_of(instance)->store;
    w2o_exception *exception = find(store, reference);
    if (exception == NULL) {
        W2O_RAISE(instance, W2O_TRAP_NULL_REFERENCE);
    }
    w2o_set_pending(store, exception);
    w2o_begin_throw(store);
    w2o_unwind(store, W2O_PLACE_OF_CALLER, false);
}

void w2o_exception_rethrow(w2o_instance *instance)
{
    w2o_unwind(w2o_context_of(instance)->store, W2O_PLACE_OF_CALLER, true);
}

w2o_exception *w2o_exception_caught(w2o_instance *instance)
{
    return w2o_context_of(instance)->store->pending;
}

/* What kept the pending exception is for the frames to hold now. */
uint64_t w2o_exception_ref(w2o_instance *instance)
{
    w2o_store *store = w2o_context_of(instance)->store;
    uintptr_t exit = W2O_ENTER_RUNTIME(store);
    bool done = w2o_settle(store);
    store->head.exit = exit;
    w2o_exception *exception = store->pending;
    if (!done || (exception->index == 0 && !enter(store, exception))) {
        W2O_RAISE(instance, W2O_TRAP_NO_MEMORY);
    }
    uint64_t word = w2o_word_of(store, w2o_reference_at(store, exception->index - 1));
    if (!w2o_hold_word(store, word)) {
        W2O_RAISE(instance, W2O_TRAP_NO_MEMORY);
    }
    w2o_drop_pending(store);
    return word;
}

void w2o_exception_drop(w2o_instance *instance)
{
    w2o_store *store = w2o_context_of(instance)->store;
    w2o_drop_pending(store);
    if (store->dead != 0) {
        uintptr_t exit = W2O_ENTER_RUNTIME(store);
        w2o_drain(store);
        store->head.exit = exit;
    }
}

/* ---- For hosts ---- */

const w2o_tag *w2o_tag_new(w2o_store *store, w2o_type type)
{
    struct w2o_host_tag *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->tag.type = type;
    made->next = store->tags;
    store->tags = made;
    return &made->tag;
}

/* Translates the payload; false if a value does not fit. */
static bool fill(w2o_store *store, w2o_exception *exception, const w2o_value *payload)
{
    w2o_type type = exception->tag->type;
    for (size_t i = 0; i < w2o_parameter_count(type); i++) {
        w2o_value value = payload[i];
        if (!w2o_value_to_word(store, &value, w2o_parameter(type, i))) {
            return false;
        }
        w2o_retain_cell(store, value, w2o_parameter(type, i));
        exception->values[i] = value;
    }
    return true;
}

w2o_trap w2o_throw(w2o_store *store, const w2o_tag *tag, const w2o_value *payload)
{
    w2o_exception *exception = make(tag);
    if (exception == NULL) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for an exception");
    }
    if (!fill(store, exception, payload)) {
        w2o_free_exception(store, exception);
        return w2o_fail(store, W2O_TRAP_MISUSE, "a value of an exception's payload is not of the tag's type");
    }
    w2o_set_pending(store, exception);
    return w2o_fail(store, W2O_TRAP_EXCEPTION, "%s", "");
}

w2o_trap w2o_throw_ref(w2o_store *store, w2o_ref reference)
{
    uint64_t word;
    if (reference == 0) {
        return w2o_fail(store, W2O_TRAP_NULL_REFERENCE, "%s", "");
    }
    if (!w2o_read_handle(store, reference, &word) || !w2o_word_fits(store, word, W2O_EXNREF)) {
        return w2o_fail(store, W2O_TRAP_MISUSE, "what is to be thrown is no reference to an exception");
    }
    w2o_set_pending(store, find(store, word));
    return w2o_fail(store, W2O_TRAP_EXCEPTION, "%s", "");
}

const w2o_tag *w2o_caught_tag(const w2o_store *store)
{
    return store->pending == NULL ? NULL : store->pending->tag;
}

const w2o_value *w2o_caught_payload(w2o_store *store)
{
    const w2o_exception *exception = store->pending;
    if (exception == NULL) {
        return NULL;
    }
    w2o_type type = exception->tag->type;
    size_t count = w2o_parameter_count(type);
    if (count >= store->caught_capacity) {
        w2o_value *moved = realloc(store->caught, (count + 1) * sizeof *moved);
        if (moved == NULL) {
            return NULL;
        }
        store->caught = moved;
        store->caught_capacity = count + 1;
    }
    for (size_t i = 0; i < count; i++) {
        store->caught[i] = exception->values[i];
        if (w2o_is_managed(w2o_parameter(type, i)) && exception->values[i].ref != 0) {
            store->caught[i].ref = w2o_make_handle(store, exception->values[i].ref);
            if (store->caught[i].ref == 0) {
                return NULL;
            }
        }
    }
    return store->caught;
}

void w2o_clear_exception(w2o_store *store)
{
    w2o_drop_pending(store);
    w2o_drain(store);
}
