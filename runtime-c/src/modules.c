/*
 * The modules that have instances, for finding code by address.
 *
 * Signal handlers search the list at any time, so it is changed under a lock but read without one.
 * The node of a module is in its object's memory, which may be unloaded once its last instance is
 * gone: a removal therefore waits until no reader is left who could be looking at the node.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "store.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(const w2o_module *) first;
static atomic_uint readers;

/* ---- Scattered code ---- */

/* Sorts frame rows by address: heap sort, which needs neither recursion nor memory. */
static void sift(const w2o_module *module, uint32_t *order, uint32_t at, uint32_t count)
{
    uint32_t row = order[at];
    uintptr_t address = w2o_frame_start(module, row);
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && w2o_frame_start(module, order[child]) < w2o_frame_start(module, order[child + 1])) {
            child++;
        }
        if (w2o_frame_start(module, order[child]) <= address) {
            break;
        }
        order[at] = order[child];
    }
    order[at] = row;
}

static void sort(const w2o_module *module, uint32_t *order)
{
    uint32_t count = module->frame_count;
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (uint32_t i = count / 2; i > 0; i--) {
        sift(module, order, i - 1, count);
    }
    for (uint32_t i = count; i > 1; i--) {
        uint32_t largest = order[0];
        order[0] = order[i - 1];
        sift(module, order, 0, i - 1);
        order[i - 1] = largest;
    }
}

static bool find_extent(const w2o_module *module)
{
    w2o_module_state *state = module->state;
    state->low = (uintptr_t)module->text;
    state->size = module->text_size;
    if ((module->flags & W2O_SCATTERED) == 0) {
        return true;
    }
    state->order = malloc((module->frame_count + 1) * sizeof *state->order);
    if (state->order == NULL) {
        return false;
    }
    sort(module, state->order);
    if (module->frame_count != 0) {
        uint32_t last = state->order[module->frame_count - 1];
        state->low = w2o_frame_start(module, state->order[0]);
        state->size = w2o_frame_start(module, last) + module->frame_sizes[last] - state->low;
    }
    return true;
}

/* ---- The list ---- */

bool w2o_retain_module(const w2o_module *module)
{
    pthread_mutex_lock(&lock);
    bool done = module->state->instances != 0 || find_extent(module);
    if (done && module->state->instances++ == 0) {
        atomic_store(&module->state->next, atomic_load(&first));
        atomic_store(&first, module);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

static void unlink_module(const w2o_module *module)
{
    _Atomic(const w2o_module *) *link = &first;
    while (atomic_load(link) != module) {
        link = &atomic_load(link)->state->next;
    }
    atomic_store(link, atomic_load(&module->state->next));
    while (atomic_load(&readers) != 0) {
        sched_yield();
    }
}

void w2o_release_module(const w2o_module *module)
{
    pthread_mutex_lock(&lock);
    if (--module->state->instances == 0) {
        unlink_module(module);
        free(module->state->order);
        module->state->order = NULL;
    }
    pthread_mutex_unlock(&lock);
}

bool w2o_has_modules(void)
{
    return atomic_load(&first) != NULL;
}

/* ---- Look-up ---- */

static const w2o_module *find_module(uintptr_t pc)
{
    atomic_fetch_add(&readers, 1);
    const w2o_module *module = atomic_load(&first);
    while (module != NULL && pc - module->state->low >= module->state->size) {
        module = atomic_load(&module->state->next);
    }
    atomic_fetch_sub(&readers, 1);
    return module;
}

/*
 * What is between functions is taken for the one before it, which nobody minds; between functions that
 * are scattered there is other people's code.
 */
bool w2o_find_code(uintptr_t pc, w2o_code_place *place)
{
    const w2o_module *module = find_module(pc);
    if (module == NULL || module->frame_count == 0) {
        return false;
    }
    const uint32_t *order = module->state->order;
    uint32_t low = 0;
    uint32_t high = module->frame_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (w2o_frame_start(module, order == NULL ? middle : order[middle]) <= pc) {
            low = middle;
        } else {
            high = middle;
        }
    }
    uint32_t row = order == NULL ? low : order[low];
    uintptr_t offset = pc - w2o_frame_start(module, row);
    *place = (w2o_code_place){module, row, (uint32_t)offset};
    return order == NULL || offset < module->frame_sizes[row];
}

uint32_t w2o_find_landing(const w2o_code_place *place)
{
    const w2o_handler_row *handlers = place->module->handlers;
    uint32_t low = 0;
    uint32_t count = place->module->handler_count;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const w2o_handler_row *row = &handlers[middle];
        if (row->frame < place->row || (row->frame == place->row && row->return_address < place->offset)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < count && handlers[low].frame == place->row && handlers[low].return_address == place->offset;
    return found ? handlers[low].landing : UINT32_MAX;
}

w2o_trap w2o_find_trap(const w2o_code_place *place)
{
    const w2o_module *module = place->module;
    uint32_t low = module->trap_starts[place->row];
    uint32_t end = module->trap_starts[place->row + 1];
    uint32_t high = end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (module->trap_offsets[middle] < place->offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < end && module->trap_offsets[low] == place->offset;
    return found ? (w2o_trap)module->trap_kinds[low] : W2O_TRAP_NONE;
}
