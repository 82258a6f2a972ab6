/*
 * What walks need to know of return addresses.
 *
 * Collections and throws walk the same frames again and again, by recursion and in loops, so what was found of an
 * address is kept in a table with one line for all the addresses of a hash. Modules stay as long as their store: what is kept stays right.
 */
#include <stdlib.h>

#include "store.h"

enum { LINES = 1024 };

struct w2o_site_table {
    w2o_site lines[LINES];
};

static const uint8_t *find_map(const w2o_code_place *code)
{
    const w2o_module *module = code->module;
    if (module->map_starts == NULL) {
        return NULL;
    }
    const uint8_t *at = module->map_places + module->map_starts[code->row];
    const uint8_t *end = module->map_places + module->map_starts[code->row + 1];
    uint32_t place = 0;
    while (at < end) {
        place += (uint32_t)w2o_read_unsigned(&at);
        uint32_t map = (uint32_t)w2o_read_unsigned(&at);
        if (place >= code->offset) {
            return place == code->offset ? module->maps + map : NULL;
        }
    }
    return NULL;
}

static bool find_site(uintptr_t pc, w2o_site *site)
{
    if (!w2o_find_code(pc - 1, &site->code)) {
        return false;
    }
    site->pc = pc;
    site->code.offset++;
    site->info = site->code.module->frames[site->code.row].info;
    site->landing = w2o_find_landing(&site->code);
    site->map = find_map(&site->code);
    return true;
}

const w2o_site *w2o_site_of(w2o_store *store, uintptr_t pc, w2o_site *room)
{
    if (store->sites == NULL) {
        store->sites = calloc(1, sizeof *store->sites);
    }
    if (store->sites == NULL) {
        return find_site(pc, room) ? room : NULL;
    }
    w2o_site *line = &store->sites->lines[(pc ^ pc >> 10) % LINES];
    if (line->pc != pc) {
        if (!find_site(pc, room)) {
            return NULL;
        }
        *line = *room;
    }
    return line;
}

void w2o_visit_map(const uint8_t *map, uint64_t *slot, w2o_slot_visitor *visit, void *env)
{
    uint32_t count = (uint32_t)w2o_read_unsigned(&map);
    for (uint32_t i = 0; i < count; i++) {
        slot += (uint32_t)w2o_read_unsigned(&map) + (i != 0);
        visit(env, slot);
    }
}
