/* Counted references and handles: what the runtime's parts need to know of them. docs/abi.md, References. */
#ifndef W2O_REFS_H
#define W2O_REFS_H

#include "helpers.h"

enum { W2O_WORD_BITS = 3, W2O_WORD_COUNTED = 2 };

typedef enum w2o_reference_kind {
    W2O_REFERENCE_FREE,
    W2O_REFERENCE_HOST,      /* a thing of the host's */
    W2O_REFERENCE_EXCEPTION,
    W2O_REFERENCE_OBJECT     /* a handle to an object, or to an i31 */
} w2o_reference_kind;

enum {
    W2O_REFERENCE_LISTED = 1, /* it is on the list of the dead, or of those that objects may have */
    W2O_REFERENCE_OLD = 2,    /* an old object had it at the last full collection, or since */
    W2O_REFERENCE_MET = 4     /* the collection in progress has met it */
};

typedef struct w2o_reference {
    uint32_t count;
    uint32_t generation;
    union {
        void *payload;
        w2o_exception *exception;
        uint64_t object; /* its word */
    } of;
    union {
        void (*destructor)(void *payload); /* of a thing of the host's; may be NULL */
        uint64_t position;                 /* of others: in the store's list of traced entries */
    };
    union {
        uint32_t owned; /* of a live entry: how many counts are the host's own */
        uint32_t link;  /* of a free or dead one: the next's index + 1, or 0 */
    };
    uint8_t kind;
    uint8_t flags;
    uint16_t mark; /* the last sweep that found it in a frame */
} w2o_reference;

_Static_assert(sizeof(w2o_reference) == 32 && offsetof(w2o_reference, count) == 0, "entries of references");

/* A pending exception that was put aside while destructors run. */
struct w2o_saved_exception {
    w2o_exception *exception;
    w2o_saved_exception *outer;
};

/* A handle that ends with a scope. */
struct w2o_scoped {
    const w2o_activation *activation; /* within which it was made; a trap ends it */
    uint32_t index;
};

static inline w2o_reference *w2o_reference_at(const w2o_store *store, uint32_t index)
{
    return (w2o_reference *)store->head.references + index;
}

static inline uint32_t w2o_index_of(const w2o_store *store, const w2o_reference *entry)
{
    return (uint32_t)(entry - (const w2o_reference *)store->head.references);
}

static inline bool w2o_is_counted(uint64_t word)
{
    return (word & ((1 << W2O_WORD_BITS) - 1)) == W2O_WORD_COUNTED;
}

static inline uint32_t w2o_word_of(const w2o_store *store, const w2o_reference *entry)
{
    return w2o_index_of(store, entry) << W2O_WORD_BITS | W2O_WORD_COUNTED;
}

static inline w2o_ref w2o_handle_of(const w2o_store *store, const w2o_reference *entry)
{
    return (w2o_ref)entry->generation << 32 | w2o_word_of(store, entry);
}

/* ---- Entries (refs.c) ---- */

/* A new entry with count 1, for the caller to fill in; NULL if there is no memory. Entries move. */
W2O_HIDDEN w2o_reference *w2o_new_reference(w2o_store *store, w2o_reference_kind kind);

/* Puts an entry that nobody has on the list of free ones. */
W2O_HIDDEN void w2o_free_reference(w2o_store *store, w2o_reference *entry);

/* Frees what the store keeps of references, and calls the destructors of all that are left. */
W2O_HIDDEN void w2o_free_references(w2o_store *store);

/* The entry of a handle; NULL if it is none, or stale. */
W2O_HIDDEN w2o_reference *w2o_find_reference(const w2o_store *store, w2o_ref ref);

/* Puts an exception or an object's handle on the list of what collectors look at. */
W2O_HIDDEN bool w2o_trace_reference(w2o_store *store, w2o_reference *entry);

/* Takes a count away. */
W2O_HIDDEN void w2o_discount(w2o_store *store, w2o_reference *entry);

/* For words, which need not be counted references. */
static inline void w2o_retain_word(const w2o_store *store, uint64_t word)
{
    if (w2o_is_counted(word)) {
        w2o_reference_at(store, (uint32_t)word >> W2O_WORD_BITS)->count++;
    }
}

static inline void w2o_discount_word(w2o_store *store, uint64_t word)
{
    if (w2o_is_counted(word)) {
        w2o_discount(store, w2o_reference_at(store, (uint32_t)word >> W2O_WORD_BITS));
    }
}

/* After a collection: of the entries that objects may have, frees those that are not met, and lists the rest again. */
W2O_HIDDEN void w2o_bury_uncounted(w2o_store *store, bool (*is_met)(void *env, w2o_reference *entry), void *env);

/* Frees the dead, which calls destructors; only where any code may run, with `head.exit` set. */
W2O_HIDDEN void w2o_drain(w2o_store *store);

/* ---- Held words (held.c) ---- */

/* Starts with an empty list, for which there is no memory yet. */
W2O_HIDDEN void w2o_make_held(w2o_store *store);
W2O_HIDDEN void w2o_free_held(w2o_store *store);

/* Holds a word for the frames that may have it; never walks. False if there is no memory. */
W2O_HIDDEN bool w2o_hold_word(w2o_store *store, uint64_t word);

/*
 * Makes room for words, where any code may run: if there is none, gives up what no frame has; and drains. That comes before
 * a word is taken in hand, not after: what a destructor calls may sweep, and finds the word in no frame.
 */
W2O_HIDDEN bool w2o_settle(w2o_store *store);

/* Gives up the held words that no frame has. */
W2O_HIDDEN void w2o_sweep(w2o_store *store);

/* ---- Handles (handles.c) ---- */

/* Lets an existing count end with the innermost scope of the activation. False if there is no memory. */
W2O_HIDDEN bool w2o_enter_scope(w2o_store *store, const w2o_reference *entry, const w2o_activation *activation);

/* Ends the handles that were made within the innermost activation, which is about to be left. */
W2O_HIDDEN void w2o_end_activation(w2o_store *store);

/* A handle for a word in the innermost scope; 0 if there is no memory (or the word is null). */
W2O_HIDDEN w2o_ref w2o_make_handle(w2o_store *store, uint64_t word);

/* The word that a handle is for; false if it is none, or stale. Nothing is held. */
W2O_HIDDEN bool w2o_read_handle(const w2o_store *store, w2o_ref ref, uint64_t *word);

/* Whether a word may stand where the type, of managed references, is asked for. */
W2O_HIDDEN bool w2o_word_fits(const w2o_store *store, uint64_t word, w2o_value_type type);

/* Translates a value from C for a place of the type; false if it does not fit. Nothing is counted. */
W2O_HIDDEN bool w2o_value_to_word(const w2o_store *store, w2o_value *value, w2o_value_type type);

#endif
