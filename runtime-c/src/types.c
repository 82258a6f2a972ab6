/*
 * Identities of types: one numbering for the whole process, in which equal types have equal numbers.
 *
 * Types are equal if their recursion groups are, as written, once every reference to a type outside the
 * group is replaced by that type's identity and every one inside by its position in the group. So a
 * group becomes a key, a sequence of words; equal keys get the same run of identities. Groups refer only
 * to earlier groups, so a module's groups are looked up in order.
 *
 * A type keeps its line of supertypes as an array (a display) by depth: "a is a subtype of b" is one
 * look into a's at b's depth. Nothing is ever removed; a program's types are few. Who holds an identity
 * got it from here under the lock, or from somebody who did, so entries are read without it.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

enum { CHUNK = 1024, CHUNKS = W2O_HEAP_IN_GROUP / CHUNK };

typedef struct entry {
    uint8_t kind;
    uint32_t depth;           /* number of proper supertypes */
    const w2o_type *display;  /* supertypes by depth, and the type itself */
    const uint32_t *key;      /* its part of its group's key */
    w2o_type first;           /* of its group */
} entry;

typedef struct group {
    struct group *next; /* in its bucket */
    w2o_type first;
    size_t key_size;    /* in words */
    uint32_t hash;
    uint32_t key[];
} group;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *chunks[CHUNKS];
static w2o_type type_count = 1; /* 0 is no type */
static group **buckets;
static size_t bucket_count; /* a power of two */
static size_t group_count;

static const entry *entry_of(w2o_type type)
{
    return &chunks[type / CHUNK][type % CHUNK];
}

/* ---- Keys ---- */

/* A type's part of a key: head, counts, supertype, words. */
enum { KEY_HEADER = 3 };

static size_t word_count(const w2o_type_row *row)
{
    return (size_t)row->parameters + row->results;
}

/* How key and display refer to type `index`, seen from the group that begins at `start`. */
static uint32_t key_reference(uint32_t index, uint32_t start, const w2o_type *ids)
{
    return index >= start ? W2O_HEAP_IN_GROUP + (index - start) : ids[index];
}

static uint32_t key_word(uint32_t word, uint32_t start, const w2o_type *ids)
{
    uint32_t heap = word >> W2O_HEAP_SHIFT;
    if (!w2o_is_reference(word) || (heap & W2O_HEAP_ABSTRACT) != 0) {
        return word;
    }
    return (word & 0xff) | key_reference(heap, start, ids) << W2O_HEAP_SHIFT;
}

static void write_key(const w2o_module *module, uint32_t start, uint32_t end, const w2o_type *ids, uint32_t *key)
{
    for (uint32_t i = start; i < end; i++) {
        const w2o_type_row *row = &module->types[i];
        *key++ = (uint32_t)row->kind << 1 | row->is_final;
        *key++ = (uint32_t)row->parameters << 16 | row->results;
        *key++ = row->super == 0 ? 0 : key_reference(row->super - 1, start, ids);
        for (size_t w = 0; w < word_count(row); w++) {
            *key++ = key_word(module->value_types[row->first + w], start, ids);
        }
    }
}

static uint32_t hash_words(const uint32_t *words, size_t count)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ words[i]) * 16777619u;
        hash ^= hash >> 15;
    }
    return hash;
}

/* ---- The table; all under the lock ---- */

static bool grow_buckets(void)
{
    size_t count = bucket_count == 0 ? 64 : 2 * bucket_count;
    group **fresh = calloc(count, sizeof(group *));
    if (fresh == NULL) {
        return false;
    }
    for (size_t b = 0; b < bucket_count; b++) {
        group *next;
        for (group *g = buckets[b]; g != NULL; g = next) {
            next = g->next;
            g->next = fresh[g->hash & (count - 1)];
            fresh[g->hash & (count - 1)] = g;
        }
    }
    free(buckets);
    buckets = fresh;
    bucket_count = count;
    return true;
}

static group *find(const uint32_t *key, size_t size, uint32_t hash)
{
    if (bucket_count == 0) {
        return NULL;
    }
    for (group *g = buckets[hash & (bucket_count - 1)]; g != NULL; g = g->next) {
        if (g->hash == hash && g->key_size == size && memcmp(g->key, key, size * sizeof *key) == 0) {
            return g;
        }
    }
    return NULL;
}

static bool add_entry(const uint32_t *key, w2o_type first, w2o_type super)
{
    if (type_count / CHUNK >= CHUNKS) {
        return false;
    }
    if (chunks[type_count / CHUNK] == NULL) {
        chunks[type_count / CHUNK] = calloc(CHUNK, sizeof(entry));
        if (chunks[type_count / CHUNK] == NULL) {
            return false;
        }
    }
    uint32_t depth = super == 0 ? 0 : entry_of(super)->depth + 1;
    w2o_type *display = malloc((depth + 1) * sizeof *display);
    if (display == NULL) {
        return false;
    }
    if (super != 0) {
        memcpy(display, entry_of(super)->display, depth * sizeof *display);
    }
    display[depth] = type_count;
    chunks[type_count / CHUNK][type_count % CHUNK] = (entry){
        .kind = (uint8_t)(key[0] >> 1), .depth = depth, .display = display, .key = key, .first = first};
    type_count++;
    return true;
}

/* Adds the types of a key that is not in the table. After a failure some identities are never used. */
static group *add(const uint32_t *key, size_t size, uint32_t hash)
{
    group *added = malloc(sizeof *added + size * sizeof *key);
    if (added == NULL || (group_count >= bucket_count && !grow_buckets())) {
        free(added);
        return NULL;
    }
    added->first = type_count;
    added->key_size = size;
    added->hash = hash;
    memcpy(added->key, key, size * sizeof *key);
    for (size_t at = 0; at < size;) {
        uint32_t super = key[at + 2];
        if (super >= W2O_HEAP_IN_GROUP) {
            super = added->first + (super - W2O_HEAP_IN_GROUP);
        }
        if (!add_entry(added->key + at, added->first, super)) {
            free(added);
            return NULL;
        }
        at += KEY_HEADER + (key[at + 1] >> 16) + (key[at + 1] & 0xffff);
    }
    added->next = buckets[hash & (bucket_count - 1)];
    buckets[hash & (bucket_count - 1)] = added;
    group_count++;
    return added;
}

/* The first identity of the group with that key, or 0. */
static w2o_type intern(const uint32_t *key, size_t size)
{
    uint32_t hash = hash_words(key, size);
    pthread_mutex_lock(&lock);
    group *found = find(key, size, hash);
    if (found == NULL) {
        found = add(key, size, hash);
    }
    pthread_mutex_unlock(&lock);
    return found == NULL ? 0 : found->first;
}

/* ---- What others use ---- */

bool w2o_register_types(const w2o_module *module, w2o_type *ids)
{
    for (uint32_t start = 0, end; start < module->type_count; start = end) {
        size_t size = 0;
        for (end = start; end < module->type_count && module->types[end].group == start; end++) {
            size += KEY_HEADER + word_count(&module->types[end]);
        }
        uint32_t *key = malloc(size * sizeof *key);
        if (key == NULL) {
            return false;
        }
        write_key(module, start, end, ids, key);
        w2o_type first = intern(key, size);
        free(key);
        if (first == 0) {
            return false;
        }
        for (uint32_t i = start; i < end; i++) {
            ids[i] = first + (i - start);
        }
    }
    return true;
}

w2o_type w2o_next_type(void)
{
    pthread_mutex_lock(&lock);
    w2o_type next = type_count;
    pthread_mutex_unlock(&lock);
    return next;
}

uint8_t w2o_kind_of(w2o_type type)
{
    return entry_of(type)->kind;
}

void w2o_write_display(w2o_type type, w2o_type *display, size_t count)
{
    const entry *entry = entry_of(type);
    size_t depth = (size_t)entry->depth + 1;
    memcpy(display, entry->display, (depth < count ? depth : count) * sizeof *display);
}

w2o_type w2o_func_type(const w2o_value_type *parameters, size_t parameter_count, const w2o_value_type *results,
                       size_t result_count)
{
    if (parameter_count > UINT16_MAX || result_count > UINT16_MAX) {
        return 0;
    }
    size_t size = KEY_HEADER + parameter_count + result_count;
    uint32_t *key = malloc(size * sizeof *key);
    if (key == NULL) {
        return 0;
    }
    key[0] = W2O_TYPE_FUNC << 1 | 1;
    key[1] = (uint32_t)parameter_count << 16 | (uint32_t)result_count;
    key[2] = 0;
    for (size_t i = 0; i < parameter_count; i++) {
        key[KEY_HEADER + i] = parameters[i];
    }
    for (size_t i = 0; i < result_count; i++) {
        key[KEY_HEADER + parameter_count + i] = results[i];
    }
    w2o_type type = intern(key, size);
    free(key);
    return type;
}

w2o_value_type w2o_canonical(w2o_value_type word, const w2o_type *ids)
{
    return key_word(word, UINT32_MAX, ids);
}

size_t w2o_parameter_count(w2o_type type)
{
    return entry_of(type)->key[1] >> 16;
}

size_t w2o_result_count(w2o_type type)
{
    return entry_of(type)->key[1] & 0xffff;
}

w2o_value_type w2o_result(w2o_type type, size_t index)
{
    return w2o_parameter(type, w2o_parameter_count(type) + index);
}

w2o_value_type w2o_parameter(w2o_type type, size_t index)
{
    const entry *function = entry_of(type);
    uint32_t word = function->key[KEY_HEADER + index];
    bool in_group = w2o_is_reference(word) && (word >> W2O_HEAP_SHIFT & W2O_HEAP_ABSTRACT) == 0
                    && (word >> W2O_HEAP_SHIFT & W2O_HEAP_IN_GROUP) != 0;
    return in_group ? word - (W2O_HEAP_IN_GROUP << W2O_HEAP_SHIFT) + (function->first << W2O_HEAP_SHIFT) : word;
}

bool w2o_is_subtype(w2o_type type, w2o_type of)
{
    if (type == of) {
        return true;
    }
    const entry *sub = entry_of(type);
    const entry *super = entry_of(of);
    return super->depth < sub->depth && sub->display[super->depth] == of;
}

/* ---- Matching of value types ---- */

enum {
    EXN = 0x69, ARRAY, STRUCT, I31, EQ, ANY, EXTERN, FUNC, NONE, NOEXTERN, NOFUNC, NOEXN
};

static uint32_t top_of_kind(uint8_t kind)
{
    return kind == W2O_TYPE_FUNC ? FUNC : kind == W2O_TYPE_STRUCT ? STRUCT : ARRAY;
}

static bool abstract_matches(uint32_t actual, uint32_t expected)
{
    if (actual == expected) {
        return true;
    }
    switch (actual) {
    case NONE: return expected >= ARRAY && expected <= ANY;
    case I31: case STRUCT: case ARRAY: return expected == EQ || expected == ANY;
    case EQ: return expected == ANY;
    case NOFUNC: return expected == FUNC;
    case NOEXTERN: return expected == EXTERN;
    case NOEXN: return expected == EXN;
    default: return false;
    }
}

static bool heap_type_matches(uint32_t actual, uint32_t expected)
{
    bool actual_is_abstract = (actual & W2O_HEAP_ABSTRACT) != 0;
    if ((expected & W2O_HEAP_ABSTRACT) != 0) {
        return abstract_matches(actual_is_abstract ? actual & 0xff : top_of_kind(entry_of(actual)->kind),
                                expected & 0xff);
    }
    if (actual_is_abstract) {
        uint32_t bottom = entry_of(expected)->kind == W2O_TYPE_FUNC ? NOFUNC : NONE;
        return (actual & 0xff) == bottom;
    }
    return w2o_is_subtype(actual, expected);
}

bool w2o_value_type_matches(w2o_value_type actual, w2o_value_type expected)
{
    if (actual == expected) {
        return true;
    }
    if (!w2o_is_reference(actual) || !w2o_is_reference(expected)) {
        return false;
    }
    bool may_be_null = (actual & W2O_CODE_MASK) == W2O_CODE_REF_NULL;
    bool takes_null = (expected & W2O_CODE_MASK) == W2O_CODE_REF_NULL;
    return (!may_be_null || takes_null)
           && heap_type_matches(actual >> W2O_HEAP_SHIFT, expected >> W2O_HEAP_SHIFT);
}

static bool is_function_type(w2o_value_type type)
{
    uint32_t heap = type >> W2O_HEAP_SHIFT;
    if ((heap & W2O_HEAP_ABSTRACT) != 0) {
        return (heap & 0xff) == FUNC || (heap & 0xff) == NOFUNC;
    }
    return entry_of(heap)->kind == W2O_TYPE_FUNC;
}

bool w2o_is_managed(w2o_value_type type)
{
    return w2o_is_reference(type) && !is_function_type(type);
}

bool w2o_value_fits(w2o_value value, w2o_value_type type)
{
    if (!w2o_is_reference(type)) {
        return true;
    }
    if (value.ref == 0) {
        return (type & W2O_CODE_MASK) == W2O_CODE_REF_NULL;
    }
    uint32_t actual = (uint32_t)value.func->type << W2O_HEAP_SHIFT | W2O_CODE_REF;
    return w2o_value_type_matches(actual, type);
}
