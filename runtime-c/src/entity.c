/* Finding an instance's entities by index. Own ones are embedded in the context, imported ones and shared memories by address. */
#include <string.h>

#include "store.h"

static void *entity(const w2o_instance *instance, int32_t offset, uint32_t flags)
{
    void *place = w2o_at(instance, offset);
    return (flags & W2O_IMPORTED) != 0 ? *(void **)place : place;
}

w2o_memory *w2o_instance_memory(const w2o_instance *instance, uint32_t index)
{
    const w2o_memory_row *row = &w2o_context_of(instance)->module->memories[index];
    bool is_by_address = (row->flags & (W2O_IMPORTED | W2O_SHARED)) != 0;
    return entity(instance, row->offset, is_by_address ? W2O_IMPORTED : 0);
}

w2o_table *w2o_instance_table(const w2o_instance *instance, uint32_t index)
{
    const w2o_table_row *row = &w2o_context_of(instance)->module->tables[index];
    return entity(instance, row->offset, row->flags);
}

void *w2o_instance_global(const w2o_instance *instance, uint32_t index)
{
    const w2o_global_row *row = &w2o_context_of(instance)->module->globals[index];
    return entity(instance, row->offset, row->flags);
}

w2o_tag *w2o_instance_tag(const w2o_instance *instance, uint32_t index)
{
    const w2o_tag_row *row = &w2o_context_of(instance)->module->tags[index];
    return entity(instance, row->offset, row->flags);
}

const w2o_func *w2o_instance_func(const w2o_instance *instance, uint32_t index)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const w2o_func *imports = w2o_at(instance, module->import_records);
    if (index < module->imported_functions) {
        return &imports[index];
    }
    uint32_t low = 0;
    uint32_t high = module->function_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (module->functions[middle].function < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return imports - (low + 1);
}

bool w2o_is_dropped(const w2o_instance *instance, uint32_t bit)
{
    return (w2o_context_of(instance)->dropped[bit / 64] >> bit % 64 & 1) != 0;
}

void w2o_drop(w2o_instance *instance, uint32_t bit)
{
    w2o_context_of(instance)->dropped[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* ---- Exports ---- */

static w2o_extern export_of(w2o_instance *instance, const w2o_export_row *row)
{
    w2o_extern result = {.kind = (w2o_kind)row->kind};
    switch (result.kind) {
    case W2O_FUNC:
        result.of.func = w2o_at(instance, row->offset);
        break;
    case W2O_TABLE:
        result.of.table = w2o_instance_table(instance, row->index);
        break;
    case W2O_MEMORY:
        result.of.memory = w2o_instance_memory(instance, row->index);
        break;
    case W2O_GLOBAL: {
        const w2o_global_row *global = &w2o_context_of(instance)->module->globals[row->index];
        result.of.global = (w2o_global){
            .cell = w2o_instance_global(instance, row->index),
            .type = w2o_canonical(global->type, w2o_type_ids(instance)),
            .is_mutable = (global->flags & W2O_MUTABLE) != 0,
            .store = w2o_context_of(instance)->store,
        };
        break;
    }
    case W2O_TAG:
        result.of.tag = w2o_instance_tag(instance, row->index);
        break;
    case W2O_HOST_FUNC:
        break;
    }
    return result;
}

w2o_extern w2o_nth_export(w2o_instance *instance, size_t index)
{
    return export_of(instance, &w2o_context_of(instance)->module->exports[index]);
}

bool w2o_export(w2o_instance *instance, const char *name, size_t size, w2o_extern *export_)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    for (uint32_t i = 0; i < module->export_count; i++) {
        const w2o_export_row *row = &module->exports[i];
        if (row->name_size == size && memcmp(module->strings + row->name, name, size) == 0) {
            *export_ = export_of(instance, row);
            return true;
        }
    }
    return false;
}

size_t w2o_module_import_count(const w2o_module *module)
{
    return module->import_count;
}

w2o_item w2o_module_import(const w2o_module *module, size_t index)
{
    const w2o_import_row *row = &module->imports[index];
    return (w2o_item){module->strings + row->module, row->module_size, module->strings + row->name,
                      row->name_size, (w2o_kind)row->kind};
}

size_t w2o_module_export_count(const w2o_module *module)
{
    return module->export_count;
}

w2o_item w2o_module_export(const w2o_module *module, size_t index)
{
    const w2o_export_row *row = &module->exports[index];
    return (w2o_item){NULL, 0, module->strings + row->name, row->name_size, (w2o_kind)row->kind};
}

w2o_store *w2o_instance_store(const w2o_instance *instance)
{
    return w2o_context_of(instance)->store;
}

const w2o_module *w2o_instance_module(const w2o_instance *instance)
{
    return w2o_context_of(instance)->module;
}

void *w2o_instance_data(const w2o_instance *instance)
{
    return w2o_context_of(instance)->data;
}

void w2o_instance_set_data(w2o_instance *instance, void *data)
{
    w2o_context_of(instance)->data = data;
}
