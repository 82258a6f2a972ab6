/*
 * What types look like as objects: two arrays by identity, for compiled code (lines of supertypes) and for the runtime
 * (sizes, where references are). There is one of each for the process, in address space reserved for all identities
 * that there can be, because compiled code has its address. They are made with the first heap, and brought up to the
 * identities of the moment whenever an instance of a module with objects is made: no object has another type.
 */
#define _GNU_SOURCE 1
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "gc.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum { STEP = 1 << 14, MAP_WORDS = 64 }; /* identities that get memory at once */

w2o_type_information *w2o_information;
w2o_shape *w2o_shapes;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static w2o_type described = 1, committed;

/* All lists of references, which are never freed. */
typedef struct list {
    struct list *next;
    uint32_t offsets[];
} list;

static list *lists;

static void *reserve(size_t size)
{
    void *start = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

/* Memory for all identities below `end`. */
static bool commit(w2o_type end)
{
    if (w2o_information == NULL) {
        w2o_information = reserve((size_t)W2O_HEAP_IN_GROUP * sizeof *w2o_information);
    }
    if (w2o_shapes == NULL) {
        w2o_shapes = reserve((size_t)W2O_HEAP_IN_GROUP * sizeof *w2o_shapes);
    }
    if (w2o_information == NULL || w2o_shapes == NULL) {
        return false;
    }
    for (; committed < end; committed += STEP) {
        if (mprotect(w2o_information + committed, STEP * sizeof *w2o_information, PROT_READ | PROT_WRITE) != 0
            || mprotect(w2o_shapes + committed, STEP * sizeof *w2o_shapes, PROT_READ | PROT_WRITE) != 0) {
            return false;
        }
    }
    return true;
}

bool w2o_is_described(w2o_type type)
{
    pthread_mutex_lock(&lock);
    bool result = type != 0 && type < described;
    pthread_mutex_unlock(&lock);
    return result;
}

/* ---- Fields ---- */

static uint32_t shift_of(w2o_value_type word)
{
    switch (word & W2O_CODE_MASK) {
    case 0x78: return 0;
    case 0x77: return 1;
    case 0x7f: case 0x7d: return 2;
    case 0x7e: case 0x7c: return 3;
    case 0x7b: return 4;
    default: return w2o_is_managed(word) ? 2 : 3;
    }
}

/* The offset of the field after those that end at `end`. */
static uint32_t place(uint32_t end, w2o_value_type word)
{
    uint32_t shift = shift_of(word);
    uint32_t alignment = shift > 3 ? 8 : 1u << shift;
    return (end + alignment - 1) & ~(alignment - 1);
}

uint32_t w2o_field_offset(w2o_type type, uint32_t field)
{
    uint32_t offset = W2O_OBJECT_HEADER;
    for (uint32_t i = 0;; i++) {
        w2o_value_type word = w2o_parameter(type, i);
        offset = place(offset, word);
        if (i == field) {
            return offset;
        }
        offset += 1u << shift_of(word);
    }
}

/* ---- Shapes ---- */

static void add_reference(w2o_shape *shape, uint32_t offset, size_t *count)
{
    uint32_t word = (offset - W2O_OBJECT_HEADER) / 4;
    shape->has_references = 1;
    if (word < MAP_WORDS) {
        shape->map |= UINT64_C(1) << word;
    } else {
        shape->is_listed = 1;
    }
    if (shape->list != NULL) {
        shape->list[*count] = offset;
    }
    ++*count;
}

static size_t lay_out(w2o_type type, w2o_shape *shape)
{
    uint32_t offset = W2O_OBJECT_HEADER;
    size_t references = 0;
    for (size_t i = 0; i < w2o_parameter_count(type); i++) {
        w2o_value_type word = w2o_parameter(type, i);
        offset = place(offset, word);
        if (w2o_is_managed(word)) {
            add_reference(shape, offset, &references);
        }
        offset += 1u << shift_of(word);
    }
    shape->size = (offset + 7) & ~7u;
    return references;
}

static bool describe(w2o_type type)
{
    w2o_shape *shape = &w2o_shapes[type];
    w2o_type_information *information = &w2o_information[type];
    memset(shape, 0, sizeof *shape);
    memset(information, 0, sizeof *information);
    shape->kind = w2o_kind_of(type);
    information->kind = shape->kind;
    w2o_write_display(type, information->display, sizeof information->display / sizeof *information->display);
    if (shape->kind == W2O_TYPE_ARRAY) {
        shape->element_shift = (uint8_t)shift_of(w2o_parameter(type, 0));
        shape->has_references = w2o_is_managed(w2o_parameter(type, 0));
    } else if (shape->kind == W2O_TYPE_STRUCT) {
        size_t references = lay_out(type, shape);
        if (shape->is_listed) {
            list *made = calloc(1, sizeof *made + (references + 1) * sizeof *made->offsets);
            if (made == NULL) {
                return false;
            }
            made->next = lists;
            lists = made;
            shape->list = made->offsets;
            lay_out(type, shape);
        }
    }
    return true;
}

bool w2o_describe_types(void)
{
    pthread_mutex_lock(&lock);
    w2o_type end = w2o_next_type();
    bool done = commit(end);
    while (done && described < end) {
        done = describe(described);
        described += done;
    }
    pthread_mutex_unlock(&lock);
    return done;
}
