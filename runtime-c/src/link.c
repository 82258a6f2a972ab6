/* Whether what a host offers is what a module imports: the specification's matching of external types. */
#include "store.h"

static bool limits_match(uint64_t actual_minimum, w2o_limits actual, uint64_t minimum, uint64_t maximum,
                         uint32_t flags)
{
    if (actual_minimum < minimum) {
        return false;
    }
    return (flags & W2O_HAS_MAXIMUM) == 0 || (actual.has_maximum && actual.maximum <= maximum);
}

static bool is_64(uint32_t flags)
{
    return (flags & W2O_IS_64) != 0;
}

/* Each returns what is wrong, or NULL. */

static const char *check_func(const w2o_store *store, const w2o_func *func, w2o_type expected)
{
    if (func == NULL) {
        return "is missing";
    }
    const w2o_store *owner = func->index == UINT32_MAX ? ((const w2o_host_func *)func->context)->store
                                                       : w2o_context_of(func->context)->store;
    if (owner != store) {
        return "belongs to another store";
    }
    return w2o_is_subtype(func->type, expected) ? NULL : "is a function of another type";
}

static const char *check_table(const w2o_store *store, const w2o_table *table, const w2o_table_row *row,
                               const w2o_type *ids)
{
    if (table == NULL) {
        return "is missing";
    }
    const w2o_table_details *details = table->details;
    w2o_value_type expected = w2o_canonical(row->type, ids);
    if (details->store != store) {
        return "belongs to another store";
    }
    if (!w2o_value_type_matches(details->type.element, expected)
        || !w2o_value_type_matches(expected, details->type.element) || details->type.is_64 != is_64(row->flags)) {
        return "is a table of another type";
    }
    bool match = limits_match(table->size, details->type.limits, row->minimum, row->maximum, row->flags);
    return match ? NULL : "is a table with other limits";
}

static const char *check_memory(const w2o_store *store, const w2o_memory *memory, const w2o_memory_row *row)
{
    if (memory == NULL) {
        return "is missing";
    }
    const w2o_memory_details *details = memory->details;
    if (details->type.is_64 != is_64(row->flags) || details->type.page_shift != row->page_shift
        || details->type.is_shared != ((row->flags & W2O_SHARED) != 0)) {
        return "is a memory of another type";
    }
    if (!details->type.is_shared && details->store != store) {
        return "belongs to another store";
    }
    if (!limits_match(w2o_memory_size(memory) >> row->page_shift, details->type.limits, row->minimum, row->maximum,
                      row->flags)) {
        return "is a memory with other limits";
    }
    if ((row->flags & W2O_GUARDED) != 0 && (details->flags & W2O_GUARDED) == 0) {
        return "is a memory without a guard, which this module's code relies on";
    }
    return NULL;
}

static const char *check_global(const w2o_store *store, const w2o_global *global, const w2o_global_row *row, const w2o_type *ids)
{
    if (global->cell == NULL) {
        return "is missing";
    }
    if (global->store != store) {
        return "belongs to another store";
    }
    w2o_value_type expected = w2o_canonical(row->type, ids);
    bool is_mutable = (row->flags & W2O_MUTABLE) != 0;
    bool match = global->is_mutable == is_mutable && w2o_value_type_matches(global->type, expected)
                 && (!is_mutable || w2o_value_type_matches(expected, global->type));
    return match ? NULL : "is a global of another type";
}

static const char *check_tag(const w2o_tag *tag, w2o_type expected)
{
    if (tag == NULL) {
        return "is missing";
    }
    return tag->type == expected ? NULL : "is a tag of another type";
}

static const char *check(const w2o_store *store, const w2o_module *module, uint32_t index, const w2o_type *ids,
                         const w2o_extern *given)
{
    const w2o_import_row *row = &module->imports[index];
    if (given->kind == W2O_HOST_FUNC && row->kind == W2O_FUNC) {
        bool bound = module->import_code != NULL && module->import_code[index] != NULL;
        return given->of.host.code != NULL || bound ? NULL : "is missing";
    }
    if ((uint32_t)given->kind != row->kind) {
        return "is of another kind";
    }
    switch (given->kind) {
    case W2O_FUNC: return check_func(store, given->of.func, ids[row->type]);
    case W2O_TABLE: return check_table(store, given->of.table, &module->tables[row->index], ids);
    case W2O_MEMORY: return check_memory(store, given->of.memory, &module->memories[row->index]);
    case W2O_GLOBAL: return check_global(store, &given->of.global, &module->globals[row->index], ids);
    case W2O_TAG: return check_tag(given->of.tag, ids[module->tags[row->index].type]);
    default: return "is of no kind";
    }
}

w2o_trap w2o_check_imports(w2o_store *store, const w2o_module *module, const w2o_type *ids,
                           const w2o_extern *imports)
{
    for (uint32_t i = 0; i < module->import_count; i++) {
        const char *fault = check(store, module, i, ids, &imports[i]);
        if (fault != NULL) {
            w2o_item item = w2o_module_import(module, i);
            return w2o_fail(store, W2O_TRAP_UNLINKABLE, "import \"%.*s\" \"%.*s\" %s", (int)item.module_size,
                            item.module, (int)item.name_size, item.name, fault);
        }
    }
    return W2O_TRAP_NONE;
}
