/*
 * Exceptions. One that is thrown is the store's pending exception until a handler has read it. A handler
 * that does not want a reference to it drops it, which frees it. One to which references were taken is in
 * the store's list, where a reference's index leads, and stays there.
 */
#include <stdlib.h>
#include <string.h>

#include "helpers.h"

enum { TAG = 4, TAG_BITS = 3, MAXIMUM = 1 << 29, FIRST_CAPACITY = 64 };

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

void w2o_drop_pending(w2o_store *store)
{
    w2o_exception *exception = store->pending;
    store->pending = NULL;
    if (exception != NULL && exception->index == 0) {
        free(exception);
    }
}

void w2o_set_pending(w2o_store *store, w2o_exception *exception)
{
    if (store->pending != exception) {
        w2o_drop_pending(store);
        store->pending = exception;
    }
}

/* Puts the exception into the list. */
static bool enter(w2o_store *store, w2o_exception *exception)
{
    if (store->exception_count == store->exception_capacity) {
        uint32_t capacity = store->exception_capacity == 0 ? FIRST_CAPACITY : 2 * store->exception_capacity;
        w2o_exception **moved = NULL;
        if (capacity <= MAXIMUM) {
            moved = realloc(store->exceptions, capacity * sizeof(w2o_exception *));
        }
        if (moved == NULL) {
            return false;
        }
        store->exceptions = moved;
        store->exception_capacity = capacity;
    }
    store->exceptions[store->exception_count++] = exception;
    exception->index = store->exception_count;
    return true;
}

static w2o_exception *find(const w2o_store *store, w2o_ref reference)
{
    uint64_t index = reference >> TAG_BITS;
    bool is_exception = (reference & ((1 << TAG_BITS) - 1)) == TAG;
    return is_exception && index < store->exception_count ? store->exceptions[index] : NULL;
}

void w2o_free_exceptions(w2o_store *store)
{
    w2o_drop_pending(store);
    for (uint32_t i = 0; i < store->exception_count; i++) {
        free(store->exceptions[i]);
    }
    free(store->exceptions);
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

void w2o_exception_throw_ref(w2o_instance *instance, w2o_ref reference)
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

w2o_ref w2o_exception_ref(w2o_instance *instance)
{
    w2o_store *store = w2o_context_of(instance)->store;
    w2o_exception *exception = store->pending;
    if (exception->index == 0 && !enter(store, exception)) {
        W2O_RAISE(instance, W2O_TRAP_NO_MEMORY);
    }
    store->pending = NULL;
    return (w2o_ref)(exception->index - 1) << TAG_BITS | TAG;
}

void w2o_exception_drop(w2o_instance *instance)
{
    w2o_drop_pending(w2o_context_of(instance)->store);
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

w2o_trap w2o_throw(w2o_store *store, const w2o_tag *tag, const w2o_value *payload)
{
    w2o_exception *exception = make(tag);
    if (exception == NULL) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for an exception");
    }
    if (w2o_parameter_count(tag->type) != 0) {
        memcpy(exception->values, payload, w2o_parameter_count(tag->type) * sizeof *payload);
    }
    w2o_set_pending(store, exception);
    return w2o_fail(store, W2O_TRAP_EXCEPTION, "%s", "");
}

w2o_trap w2o_throw_ref(w2o_store *store, w2o_ref reference)
{
    w2o_exception *exception = find(store, reference);
    if (exception == NULL) {
        return w2o_fail(store, W2O_TRAP_NULL_REFERENCE, "%s", "");
    }
    w2o_set_pending(store, exception);
    return w2o_fail(store, W2O_TRAP_EXCEPTION, "%s", "");
}

const w2o_tag *w2o_caught_tag(const w2o_store *store)
{
    return store->pending == NULL ? NULL : store->pending->tag;
}

const w2o_value *w2o_caught_payload(const w2o_store *store)
{
    return store->pending == NULL ? NULL : store->pending->values;
}

void w2o_clear_exception(w2o_store *store)
{
    w2o_drop_pending(store);
}
