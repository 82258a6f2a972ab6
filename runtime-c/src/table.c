/* Tables: arrays of function addresses or reference words, moved when they grow. */
#include <stdlib.h>
#include <string.h>

#include "refs.h"

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
    details->is_managed = w2o_is_managed(type->element);
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

int64_t w2o_add_elements(w2o_table *table, uint64_t count, uint64_t initial)
{
    w2o_table_details *details = table->details;
    w2o_store *store = details->store;
    uint64_t size = table->size;
    if (details->no_storage || count > element_limit(&details->type) - size
        || count > store->config.max_elements - store->table_elements || !make_room(details, size + count)) {
        return -1;
    }
    if (count != 0) {
        memset(table->elements + size, 0, count * WORD);
    }
    w2o_fill_elements(table, size, initial, count);
    table->size += count;
    store->table_elements += count;
    return (int64_t)size;
}

/* The bits of a function's address say that it is no counted reference. */
void w2o_fill_elements(w2o_table *table, uint64_t to, uint64_t value, uint64_t count)
{
    w2o_store *store = table->details->store;
    for (uint64_t i = to; i < to + count; i++) {
        uint64_t before = table->elements[i];
        w2o_retain_word(store, value);
        table->elements[i] = value;
        w2o_discount_word(store, before);
    }
}

/* ---- For hosts ---- */

int64_t w2o_grow_table(w2o_table *table, uint64_t count, w2o_value initial)
{
    const w2o_table_details *details = table->details;
    return w2o_value_to_word(details->store, &initial, details->type.element)
               ? w2o_add_elements(table, count, initial.ref) : -1;
}

w2o_table *w2o_table_new(w2o_store *store, const w2o_table_type *type, w2o_value initial)
{
    if (!w2o_value_to_word(store, &initial, type->element)) {
        return NULL;
    }
    w2o_table *table = w2o_make_table(store, type, false, NULL);
    if (table != NULL) {
        w2o_fill_elements(table, 0, initial.ref, table->size);
    }
    return table;
}

w2o_table_type w2o_table_get_type(const w2o_table *table)
{
    return table->details->type;
}

bool w2o_get_element(const w2o_table *table, uint64_t index, w2o_value *value)
{
    const w2o_table_details *details = table->details;
    if (index >= table->size || details->no_storage) {
        return false;
    }
    uint64_t word = table->elements[index];
    *value = (w2o_value){.ref = details->is_managed ? w2o_make_handle(details->store, word) : word};
    return value->ref != 0 || word == 0;
}

bool w2o_set_element(w2o_table *table, uint64_t index, w2o_value value)
{
    const w2o_table_details *details = table->details;
    if (index >= table->size || details->no_storage
        || !w2o_value_to_word(details->store, &value, details->type.element)) {
        return false;
    }
    w2o_fill_elements(table, index, value.ref, 1);
    w2o_drain(details->store);
    return true;
}
