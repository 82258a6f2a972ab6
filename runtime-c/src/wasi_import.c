/* Resolves what a module imports from WASI, with the types checked when it is linked. */
#include "wasi_internal.h"

enum { MOST_PARAMETERS = 9 };

/* One side of a signature, up to its end or the colon. Returns the number of values. */
static size_t value_types(const char *signature, w2o_value_type types[MOST_PARAMETERS])
{
    size_t count = 0;
    while (signature[count] == 'i' || signature[count] == 'I') {
        types[count] = signature[count] == 'i' ? W2O_I32 : W2O_I64;
        count++;
    }
    return count;
}

static w2o_type type_of(const char *signature)
{
    w2o_value_type parameters[MOST_PARAMETERS], results[MOST_PARAMETERS];
    size_t parameter_count = value_types(signature, parameters);
    size_t result_count = value_types(signature + parameter_count + 1, results);
    return w2o_func_type(parameters, parameter_count, results, result_count);
}

static bool is_named(const char *name, size_t size, const char *expected)
{
    return size == strlen(expected) && memcmp(name, expected, size) == 0;
}

static const w2o_wasi_function *find(const w2o_wasi_function *functions, size_t count, const w2o_item *item)
{
    for (size_t i = 0; i < count; i++) {
        if (is_named(item->name, item->name_size, functions[i].name)) {
            return &functions[i];
        }
    }
    return NULL;
}

static const w2o_wasi_function *find_in_module(const w2o_item *item)
{
    if (is_named(item->module, item->module_size, "wasi_snapshot_preview1")) {
        return find(w2o_wasi_functions, W2O_WASI_FUNCTION_COUNT, item);
    }
    if (is_named(item->module, item->module_size, "wasi_unstable")) {
        return find(w2o_wasi_unstable_functions, W2O_WASI_UNSTABLE_FUNCTION_COUNT, item);
    }
    return NULL;
}

bool w2o_wasi_import(w2o_store *store, w2o_wasi *wasi, const w2o_item *item, w2o_extern *import)
{
    const w2o_wasi_function *function = find_in_module(item);
    if (function == NULL || item->kind != W2O_FUNC) {
        return false;
    }
    w2o_type type = type_of(function->signature);
    const w2o_func *func = type == 0 ? NULL : w2o_func_new(store, type, function->function, wasi);
    *import = (w2o_extern){.kind = W2O_FUNC, .of = {.func = func}};
    return func != NULL;
}
