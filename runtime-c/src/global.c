/* Globals of the host's, and access to any global. */
#include <stdlib.h>
#include <string.h>

#include "refs.h"

/* Bytes of a value of the type; i32 and f32 leave the rest of the cell alone. */
static size_t value_size(w2o_value_type type)
{
    switch (type & W2O_CODE_MASK) {
    case 0x7f: case 0x7d: return 4;
    case 0x7b: return 16;
    default: return 8;
    }
}

bool w2o_global_new(w2o_store *store, w2o_value_type type, bool is_mutable, w2o_value initial, w2o_global *global)
{
    if (!w2o_value_to_word(store, &initial, type)) {
        return false;
    }
    w2o_cell *cell = calloc(1, sizeof *cell);
    if (cell == NULL) {
        return false;
    }
    w2o_retain_cell(store, initial, type);
    memcpy(&cell->value, &initial, value_size(type));
    cell->type = type;
    cell->next = store->cells;
    store->cells = cell;
    *global = (w2o_global){&cell->value, type, is_mutable, store};
    return true;
}

w2o_value w2o_read_cell(const void *cell, w2o_value_type type)
{
    w2o_value value;
    memset(&value, 0, sizeof value);
    memcpy(&value, cell, value_size(type));
    return value;
}

void w2o_retain_cell(const w2o_store *store, w2o_value value, w2o_value_type type)
{
    if (w2o_is_managed(type)) {
        w2o_retain_word(store, value.ref);
    }
}

w2o_value w2o_get_global(const w2o_global *global)
{
    w2o_value value = w2o_read_cell(global->cell, global->type);
    if (w2o_is_managed(global->type)) {
        value.ref = w2o_make_handle(global->store, value.ref);
    }
    return value;
}

bool w2o_set_global(const w2o_global *global, w2o_value value)
{
    w2o_store *store = global->store;
    if (!global->is_mutable || !w2o_value_to_word(store, &value, global->type)) {
        return false;
    }
    w2o_value before = w2o_read_cell(global->cell, global->type);
    w2o_retain_cell(store, value, global->type);
    memcpy(global->cell, &value, value_size(global->type));
    if (w2o_is_managed(global->type)) {
        w2o_discount_word(store, before.ref);
        w2o_drain(store);
    }
    return true;
}
