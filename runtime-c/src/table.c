/* Tables: arrays of function addresses or reference words, moved when they grow. */
#include <stdlib.h>
#include <string.h>

#include "store.h"

enum { WORD = sizeof(uint64_t) };

static uint64_t element_limit(const w2o_table_type *type)
{
    uint64_t limit = type->is_64 ? UINT64_MAX / WORD : UINT32_MAX;
    return type->limits.has_maximum && type->limits.maximum < limit ? type->limits.maximum : limit;
}

w2o_table *w2o_make_table(w2o_store *store, const w2o_table_type *type, bool no_storage, w2o_table *record)
{
    uint64_t size = type->limits.minimum;
    if (size > element_limit(type) || size > store->config.max_elements - store->table_elements) {
        return NULL;
    }
    w2o_table_details *details = calloc(1, sizeof *details);
    if (details == NULL) {
        return NULL;
    }
    uint64_t *elements = no_storage || size == 0 ? NULL : calloc(size, WORD);
    if (elements == NULL && !no_storage && size != 0) {
        free(details);
        return NULL;
    }
    details->store = store;
    details->next = store->tables;
    details->type = *type;
    details->capacity = size;
    details->no_storage = no_storage;
    details->table = record == NULL ? &details->own : record;
    *details->table = (w2o_table){elements, size, details};
    store->tables = details;
    store->table_elements += size;
    return details->table;
}

/* Before instances are freed, which have the records. */
void w2o_free_tables(w2o_store *store)
{
    w2o_table_details *next;
    for (w2o_table_details *details = store->tables; details != NULL; details = next) {
        next = details->next;
        free(details->table->elements);
        free(details);
    }
}

static bool make_room(w2o_table_details *details, uint64_t size)
{
    if (size <= details->capacity) {
        return true;
    }
    uint64_t capacity = size;
    if (details->capacity < UINT32_MAX && 2 * details->capacity > capacity) {
        capacity = 2 * details->capacity;
    }
    if (capacity > SIZE_MAX / WORD) {
        return false;
    }
    uint64_t *moved = realloc(details->table->elements, capacity * WORD);
    if (moved == NULL) {
        return false;
    }
    details->table->elements = moved;
    details->capacity = capacity;
    return true;
}

int64_t w2o_grow_table(w2o_table *table, uint64_t count, w2o_value initial)
{
    w2o_table_details *details = table->details;
    w2o_store *store = details->store;
    uint64_t size = table->size;
    if (details->no_storage || count > element_limit(&details->type) - size
        || count > store->config.max_elements - store->table_elements || !make_room(details, size + count)) {
        return -1;
    }
    for (uint64_t i = size; i < size + count; i++) {
        table->elements[i] = initial.ref;
    }
    table->size += count;
    store->table_elements += count;
    return (int64_t)size;
}

w2o_table *w2o_table_new(w2o_store *store, const w2o_table_type *type, w2o_value initial)
{
    if (!w2o_value_fits(initial, type->element)) {
        return NULL;
    }
    w2o_table *table = w2o_make_table(store, type, false, NULL);
    if (table != NULL && initial.ref != 0) {
        for (uint64_t i = 0; i < table->size; i++) {
            table->elements[i] = initial.ref;
        }
    }
    return table;
}

w2o_table_type w2o_table_get_type(const w2o_table *table)
{
    return table->details->type;
}

bool w2o_get_element(const w2o_table *table, uint64_t index, w2o_value *value)
{
    if (index >= table->size || table->details->no_storage) {
        return false;
    }
    *value = (w2o_value){.ref = table->elements[index]};
    return true;
}

bool w2o_set_element(w2o_table *table, uint64_t index, w2o_value value)
{
    if (index >= table->size || table->details->no_storage
        || !w2o_value_fits(value, table->details->type.element)) {
        return false;
    }
    table->elements[index] = value.ref;
    return true;
}
