/*
 * Instantiation. Nothing is visible outside before the imports are found right and all memory is
 * there; from then on the instance stays in its store, whatever its initialisation comes to, because
 * others may have got references to its functions.
 */
#include <stdlib.h>
#include <string.h>

#include "gc.h"

enum { FUNC_SIZE = sizeof(w2o_func) };

/* ---- Making the context ---- */

static w2o_memory_type memory_type(const w2o_memory_row *row)
{
    return (w2o_memory_type){
        .limits = {row->minimum, row->maximum, (row->flags & W2O_HAS_MAXIMUM) != 0},
        .is_64 = (row->flags & W2O_IS_64) != 0,
        .page_shift = (uint8_t)row->page_shift,
        .is_shared = (row->flags & W2O_SHARED) != 0,
    };
}

/* A context in the reservation of its memory 0. */
static w2o_instance *make_pinned(w2o_store *store, const w2o_module *module)
{
    const w2o_memory_row *row = &module->memories[0];
    w2o_memory_type type = memory_type(row);
    w2o_memory *memory = w2o_make_memory(store, &type, row->flags, module->instance_size, NULL);
    if (memory == NULL) {
        return NULL;
    }
    w2o_instance *instance = (w2o_instance *)memory->data;
    w2o_embed_memory(memory, w2o_at(instance, row->offset));
    return instance;
}

static bool is_pinned(const w2o_module *module)
{
    return module->memory_count != 0 && (module->memories[0].flags & W2O_PINNED) != 0;
}

static w2o_instance *make_context(w2o_store *store, const w2o_module *module)
{
    size_t bits = (size_t)module->element_count + module->data_count;
    uint64_t *dropped = calloc(bits / 64 + 1, sizeof *dropped);
    if (dropped == NULL) {
        return NULL;
    }
    w2o_instance *instance;
    void *allocation = NULL;
    if (!w2o_retain_module(module)) {
        free(dropped);
        return NULL;
    }
    if (is_pinned(module)) {
        instance = make_pinned(store, module);
    } else {
        allocation = calloc(1, module->instance_size);
        instance = allocation == NULL ? NULL : (w2o_instance *)((char *)allocation + module->instance_size);
    }
    if (instance == NULL) {
        w2o_release_module(module);
        free(dropped);
        return NULL;
    }
    w2o_context *context = w2o_context_of(instance);
    context->module = module;
    context->allocation = allocation;
    context->dropped = dropped;
    context->store = store;
    context->stack_limit = store->head.stack_limit;
    context->heap = store->heap == NULL ? NULL : store->heap->base;
    context->next = store->instances;
    store->instances = instance;
    return instance;
}

static void put_address(w2o_instance *instance, int32_t offset, void *address)
{
    *(void **)w2o_at(instance, offset) = address;
}

static bool make_own_memory(w2o_instance *instance, const w2o_memory_row *row)
{
    w2o_store *store = w2o_context_of(instance)->store;
    w2o_memory_type type = memory_type(row);
    if (!type.is_shared) {
        return w2o_make_memory(store, &type, row->flags, 0, w2o_at(instance, row->offset)) != NULL;
    }
    w2o_memory *memory = w2o_memory_new(store, &type);
    put_address(instance, row->offset, memory);
    return memory != NULL;
}

static bool make_memories(w2o_instance *instance, const w2o_module *module)
{
    for (uint32_t i = 0; i < module->memory_count; i++) {
        const w2o_memory_row *row = &module->memories[i];
        if ((row->flags & (W2O_IMPORTED | W2O_PINNED)) == 0 && !make_own_memory(instance, row)) {
            return false;
        }
    }
    return true;
}

static bool make_tables(w2o_instance *instance, const w2o_module *module)
{
    w2o_store *store = w2o_context_of(instance)->store;
    for (uint32_t i = 0; i < module->table_count; i++) {
        const w2o_table_row *row = &module->tables[i];
        if ((row->flags & W2O_IMPORTED) == 0) {
            w2o_table_type type = {
                .limits = {row->minimum, row->maximum, (row->flags & W2O_HAS_MAXIMUM) != 0},
                .element = w2o_canonical(row->type, w2o_type_ids(instance)),
                .is_64 = (row->flags & W2O_IS_64) != 0,
            };
            bool no_storage = (row->flags & W2O_NO_STORAGE) != 0;
            if (w2o_make_table(store, &type, no_storage, w2o_at(instance, row->offset)) == NULL) {
                return false;
            }
        }
    }
    return true;
}

/* ---- Filling it in ---- */

static void write_records(w2o_instance *instance, const w2o_module *module)
{
    const w2o_type *ids = w2o_type_ids(instance);
    w2o_func *record = w2o_at(instance, module->import_records);
    for (uint32_t i = 0; i < module->function_count; i++) {
        const w2o_func_row *row = &module->functions[i];
        void *code = (void *)w2o_frame_start(module, row->function - module->imported_functions);
        *--record = (w2o_func){code, instance, ids[row->type], module->imported_functions + i};
    }
}

static void write_tags(w2o_instance *instance, const w2o_module *module)
{
    for (uint32_t i = 0; i < module->tag_count; i++) {
        const w2o_tag_row *row = &module->tags[i];
        if ((row->flags & W2O_IMPORTED) == 0) {
            w2o_tag *tag = w2o_at(instance, row->offset);
            tag->type = w2o_type_ids(instance)[row->type];
        }
    }
}

static bool link_func(w2o_instance *instance, const w2o_module *module, uint32_t index, const w2o_extern *given)
{
    const w2o_import_row *row = &module->imports[index];
    void *adapter = w2o_thunk(module, module->types[row->type].adapter);
    const w2o_func *func = given->of.func;
    if (given->kind == W2O_HOST_FUNC) {
        w2o_host_code code = given->of.host.code;
        void *env = given->of.host.env;
        if (code == NULL) {
            code = module->import_code[index];
            env = env == NULL ? instance : env;
        }
        w2o_type type = w2o_type_ids(instance)[row->type];
        w2o_host_func *made = w2o_make_host_func(w2o_context_of(instance)->store, type, code, env);
        if (made == NULL) {
            return false;
        }
        made->func.code = adapter;
        func = &made->func;
    }
    w2o_func *record = (w2o_func *)w2o_at(instance, module->import_records) + row->index;
    *record = *func;
    if (func->index == UINT32_MAX) {
        record->code = adapter; /* the one that func has may be unbound */
    }
    return true;
}

static bool link_memory(w2o_instance *instance, const w2o_memory_row *row, w2o_memory *memory)
{
    put_address(instance, row->offset, memory);
    return (row->flags & W2O_SHARED) == 0 || w2o_memory_share(memory, w2o_context_of(instance)->store);
}

static bool link_imports(w2o_instance *instance, const w2o_module *module, const w2o_extern *imports)
{
    for (uint32_t i = 0; i < module->import_count; i++) {
        uint32_t index = module->imports[i].index;
        switch (imports[i].kind) {
        case W2O_FUNC:
        case W2O_HOST_FUNC:
            if (!link_func(instance, module, i, &imports[i])) {
                return false;
            }
            break;
        case W2O_TABLE:
            put_address(instance, module->tables[index].offset, imports[i].of.table);
            break;
        case W2O_MEMORY:
            if (!link_memory(instance, &module->memories[index], imports[i].of.memory)) {
                return false;
            }
            break;
        case W2O_TAG:
            put_address(instance, module->tags[index].offset, (void *)(uintptr_t)imports[i].of.tag);
            break;
        case W2O_GLOBAL:
            put_address(instance, module->globals[index].offset, imports[i].of.global.cell);
            break;
        }
    }
    return true;
}

/* ---- All of it ---- */

static w2o_trap instantiate(w2o_store *store, const w2o_module *module, const w2o_type *ids,
                            const w2o_extern *imports, w2o_instance **instance)
{
    w2o_trap trap = w2o_check_imports(store, module, ids, imports);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    if (module->collector != NULL && !module->collector->prepare(store, module->collector)) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for the heap of %s", module->name);
    }
    w2o_instance *made = make_context(store, module);
    if (made == NULL) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for an instance of %s", module->name);
    }
    if (module->type_count != 0) {
        memcpy(w2o_at(made, module->types_offset), ids, module->type_count * sizeof *ids);
    }
    if (!make_memories(made, module) || !make_tables(made, module) || !link_imports(made, module, imports)) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for an instance of %s", module->name);
    }
    write_records(made, module);
    write_tags(made, module);
    w2o_bind_host_funcs(made);
    trap = w2o_initialise(made);
    if (trap == W2O_TRAP_NONE && module->start != 0) {
        trap = w2o_call(store, w2o_at(made, module->start), NULL, NULL);
    }
    if (trap == W2O_TRAP_NONE) {
        *instance = made;
    }
    return trap;
}

w2o_trap w2o_instantiate(w2o_store *store, const w2o_module *module, const w2o_extern *imports, size_t count,
                         w2o_instance **instance)
{
    if (count != module->import_count) {
        return w2o_fail(store, W2O_TRAP_MISUSE, "%s has %u imports, %zu were given", module->name,
                        module->import_count, count);
    }
    w2o_type *ids = malloc((module->type_count + 1) * sizeof *ids);
    if (ids == NULL || !w2o_register_types(module, ids)) {
        free(ids);
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for the types of %s", module->name);
    }
    w2o_trap trap = instantiate(store, module, ids, imports, instance);
    free(ids);
    return trap;
}
