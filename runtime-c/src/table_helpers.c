/* What compiled code calls for operations on tables. They check bounds themselves: see W2O_RAISE. */
#include <string.h>

#include "refs.h"

static bool in_bounds(const w2o_table *table, uint64_t start, uint64_t count)
{
    return start <= table->size && count <= table->size - start;
}

/* Frees what was overwritten. `exit`: of the function that compiled code called. */
static void drain(w2o_instance *instance, const w2o_table *table, uintptr_t exit)
{
    if (table->details->is_managed) {
        w2o_store *store = w2o_context_of(instance)->store;
        uintptr_t before = w2o_enter_runtime(store, exit);
        w2o_drain(store);
        store->head.exit = before;
    }
}

int64_t w2o_table_grow(w2o_instance *instance, uint32_t table, uint64_t initial, uint64_t count)
{
    return w2o_add_elements(w2o_instance_table(instance, table), count, initial);
}

void w2o_table_copy(w2o_instance *instance, uint32_t destination, uint32_t source, uint64_t to, uint64_t from,
                    uint64_t count)
{
    w2o_table *target = w2o_instance_table(instance, destination);
    const w2o_table *origin = w2o_instance_table(instance, source);
    if (!in_bounds(target, to, count) || !in_bounds(origin, from, count)) {
        W2O_RAISE(instance, W2O_TRAP_TABLE_OUT_OF_BOUNDS);
    }
    if (target->details->is_managed) {
        w2o_store *store = w2o_context_of(instance)->store;
        for (uint64_t i = 0; i < count; i++) {
            w2o_retain_word(store, origin->elements[from + i]);
        }
        for (uint64_t i = 0; i < count; i++) {
            w2o_discount_word(store, target->elements[to + i]);
        }
    }
    if (count != 0) {
        memmove(target->elements + to, origin->elements + from, count * sizeof(uint64_t));
    }
    drain(instance, target, W2O_EXIT_OF_CALLER);
}

void w2o_table_fill(w2o_instance *instance, uint32_t table, uint64_t to, uint64_t value, uint64_t count)
{
    w2o_table *target = w2o_instance_table(instance, table);
    if (!in_bounds(target, to, count)) {
        W2O_RAISE(instance, W2O_TRAP_TABLE_OUT_OF_BOUNDS);
    }
    w2o_fill_elements(target, to, value, count);
    drain(instance, target, W2O_EXIT_OF_CALLER);
}

void w2o_table_init(w2o_instance *instance, uint32_t table, uint32_t segment, uint64_t to, uint32_t from,
                    uint32_t count)
{
    const w2o_element_row *row = &w2o_context_of(instance)->module->elements[segment];
    w2o_table *target = w2o_instance_table(instance, table);
    uint32_t available = w2o_is_dropped(instance, segment) ? 0 : row->count;
    if (!in_bounds(target, to, count) || from > available || count > available - from) {
        W2O_RAISE(instance, W2O_TRAP_TABLE_OUT_OF_BOUNDS);
    }
    for (uint32_t i = 0; i < count; i++) {
        w2o_fill_elements(target, to + i, w2o_segment_item(instance, segment, from + i), 1);
    }
    drain(instance, target, W2O_EXIT_OF_CALLER);
}

void w2o_elem_drop(w2o_instance *instance, uint32_t segment)
{
    w2o_store *store = w2o_context_of(instance)->store;
    uintptr_t exit = W2O_ENTER_RUNTIME(store);
    w2o_drop_elements(instance, segment);
    w2o_drain(store);
    store->head.exit = exit;
}

uint32_t w2o_gc_is_function(w2o_instance *instance, const w2o_func *func, uint32_t type)
{
    return w2o_is_subtype(func->type, w2o_type_ids(instance)[type]);
}

void w2o_check_subtype(w2o_instance *instance, const w2o_func *func, uint32_t type)
{
    if (func == NULL) {
        W2O_RAISE(instance, W2O_TRAP_INDIRECT_CALL_TO_NULL);
    }
    if (!w2o_is_subtype(func->type, w2o_type_ids(instance)[type])) {
        W2O_RAISE(instance, W2O_TRAP_BAD_SIGNATURE);
    }
}
