/*
 * Where references to objects are, outside of objects: frames, globals, tables, evaluated element segments, operands of
 * constant expressions, exceptions without entries. Handles and exceptions with entries are in the store's list.
 */
#include "gc_moving.h"

static void visit_globals(const w2o_instance *instance, w2o_slot_visitor *visit, void *env)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const w2o_type *ids = w2o_type_ids(instance);
    for (uint32_t i = 0; i < module->global_count; i++) {
        const w2o_global_row *row = &module->globals[i];
        if ((row->flags & W2O_IMPORTED) == 0 && w2o_is_managed(w2o_canonical(row->type, ids))) {
            visit(env, w2o_at(instance, row->offset));
        }
    }
}

static void visit_segments(const w2o_instance *instance, w2o_slot_visitor *visit, void *env)
{
    const w2o_context *context = w2o_context_of(instance);
    for (uint32_t i = 0; context->segments != NULL && i < context->module->element_count; i++) {
        w2o_items *items = context->segments[i];
        for (uint32_t j = 0; items != NULL && items->are_managed && j < context->module->elements[i].count; j++) {
            visit(env, &items->words[j]);
        }
    }
}

static void visit_tables(const w2o_store *store, w2o_slot_visitor *visit, void *env)
{
    for (const w2o_table_details *details = store->tables; details != NULL; details = details->next) {
        const w2o_table *table = details->table;
        if (details->is_managed && table->elements != NULL) {
            for (uint64_t i = 0; i < table->size; i++) {
                visit(env, &table->elements[i]);
            }
        }
    }
}

static void visit_operands(const w2o_store *store, w2o_slot_visitor *visit, void *env)
{
    for (const w2o_operands *operands = store->operands; operands != NULL; operands = operands->outer) {
        for (size_t i = 0; i < operands->count; i++) {
            if (operands->are_managed[i]) {
                visit(env, &operands->values[i].ref);
            }
        }
    }
}

void w2o_visit_payload(w2o_exception *exception, w2o_slot_visitor *visit, void *env)
{
    w2o_type type = exception->tag->type;
    for (size_t i = 0; i < w2o_parameter_count(type); i++) {
        if (w2o_is_managed(w2o_parameter(type, i))) {
            visit(env, &exception->values[i].ref);
        }
    }
}

static void visit_exceptions(const w2o_store *store, w2o_slot_visitor *visit, void *env)
{
    if (store->pending != NULL && store->pending->index == 0) {
        w2o_visit_payload(store->pending, visit, env);
    }
    for (const w2o_saved_exception *saved = store->saved; saved != NULL; saved = saved->outer) {
        if (saved->exception != NULL && saved->exception->index == 0) {
            w2o_visit_payload(saved->exception, visit, env);
        }
    }
}

void w2o_visit_roots(w2o_store *store, w2o_slot_visitor *visit, void *env)
{
    w2o_visit_frames(store, visit, env);
    for (const w2o_instance *i = store->instances; i != NULL; i = w2o_context_of(i)->next) {
        visit_globals(i, visit, env);
        visit_segments(i, visit, env);
    }
    for (w2o_cell *cell = store->cells; cell != NULL; cell = cell->next) {
        if (w2o_is_managed(cell->type)) {
            visit(env, &cell->value.ref);
        }
    }
    visit_tables(store, visit, env);
    visit_operands(store, visit, env);
    visit_exceptions(store, visit, env);
}
