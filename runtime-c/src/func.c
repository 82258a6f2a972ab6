/*
 * Host functions, and calls of any function with values in arrays. Both go through thunks of the
 * function's signature, which the objects contain for the signatures that they need.
 */
#include <stdio.h>
#include <stdlib.h>

#include "store.h"

/* What a host function has for code while no object with an adapter for it is instantiated. */
static void unbound(void)
{
    fputs("wasm2obj: call of a host function whose type no instance has code for\n", stderr);
    abort();
}

/* The row of the type in the instance's module with the wanted thunk, or NULL. */
static const w2o_type_row *find_row(const w2o_instance *instance, w2o_type type, bool adapter)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const w2o_type *ids = w2o_type_ids(instance);
    for (uint32_t i = 0; i < module->type_count; i++) {
        if (ids[i] == type && (adapter ? module->types[i].adapter : module->types[i].enter) != 0) {
            return &module->types[i];
        }
    }
    return NULL;
}

static void *find_thunk(const w2o_store *store, w2o_type type, bool adapter)
{
    for (w2o_instance *i = store->instances; i != NULL; i = w2o_context_of(i)->next) {
        const w2o_type_row *row = find_row(i, type, adapter);
        if (row != NULL) {
            return w2o_thunk(w2o_context_of(i)->module, adapter ? row->adapter : row->enter);
        }
    }
    return NULL;
}

w2o_host_func *w2o_make_host_func(w2o_store *store, w2o_type type, w2o_host_code code, void *env)
{
    w2o_host_func *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->code = code;
    made->env = env;
    made->store = store;
    made->func = (w2o_func){(void *)(uintptr_t)unbound, made, type, UINT32_MAX};
    made->next = store->host_funcs;
    store->host_funcs = made;
    return made;
}

const w2o_func *w2o_func_new(w2o_store *store, w2o_type type, w2o_host_code code, void *env)
{
    w2o_host_func *made = w2o_make_host_func(store, type, code, env);
    if (made == NULL) {
        return NULL;
    }
    void *adapter = find_thunk(store, type, true);
    if (adapter != NULL) {
        made->func.code = adapter;
    }
    return &made->func;
}

void w2o_bind_host_funcs(w2o_instance *instance)
{
    const w2o_context *context = w2o_context_of(instance);
    for (w2o_host_func *func = context->store->host_funcs; func != NULL; func = func->next) {
        if (func->func.code == (void *)(uintptr_t)unbound) {
            const w2o_type_row *row = find_row(instance, func->func.type, true);
            if (row != NULL) {
                func->func.code = w2o_thunk(context->module, row->adapter);
            }
        }
    }
}

typedef w2o_trap enter_thunk(w2o_store *store, const w2o_func *func, const w2o_value *arguments,
                             w2o_value *results);

static enter_thunk *find_enter(const w2o_store *store, const w2o_func *func)
{
    if (func->index != UINT32_MAX) {
        const w2o_module *module = w2o_context_of(func->context)->module;
        const w2o_func_row *row = &module->functions[func->index - module->imported_functions];
        void *thunk = w2o_thunk(module, module->types[row->type].enter);
        if (thunk != NULL) {
            return (enter_thunk *)(uintptr_t)thunk;
        }
    }
    return (enter_thunk *)(uintptr_t)find_thunk(store, func->type, false);
}

w2o_trap w2o_call(w2o_store *store, const w2o_func *func, const w2o_value *arguments, w2o_value *results)
{
    enter_thunk *enter = find_enter(store, func);
    if (enter == NULL) {
        return w2o_fail(store, W2O_TRAP_MISUSE, "no instance has code for calls of the function's type from C");
    }
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    if (sp - store->head.stack_low >= store->head.stack_size) {
        w2o_attach_stack(store, sp);
    }
    return enter(store, func, arguments, results);
}
