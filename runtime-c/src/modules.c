/*
 * The modules that have instances, for finding code by address.
 *
 * Signal handlers search the list at any time, so it is changed under a lock but read without one.
 * The node of a module is in its object's memory, which may be unloaded once its last instance is
 * gone: a removal therefore waits until no reader is left who could be looking at the node.
 */
#include <pthread.h>
#include <sched.h>

#include "store.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(const w2o_module *) first;
static atomic_uint readers;

void w2o_retain_module(const w2o_module *module)
{
    pthread_mutex_lock(&lock);
    if (module->state->instances++ == 0) {
        atomic_store(&module->state->next, atomic_load(&first));
        atomic_store(&first, module);
    }
    pthread_mutex_unlock(&lock);
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
    }
    pthread_mutex_unlock(&lock);
}

const w2o_module *w2o_find_module(uintptr_t pc)
{
    atomic_fetch_add(&readers, 1);
    const w2o_module *module = atomic_load(&first);
    while (module != NULL && pc - (uintptr_t)module->text >= module->text_size) {
        module = atomic_load(&module->state->next);
    }
    atomic_fetch_sub(&readers, 1);
    return module;
}

uint32_t w2o_find_frame(const w2o_module *module, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = module->frame_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (module->frames[middle].start <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

w2o_trap w2o_find_trap(const w2o_module *module, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = module->trap_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (module->trap_offsets[middle] < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < module->trap_count && module->trap_offsets[low] == offset;
    return found ? (w2o_trap)module->trap_kinds[low] : W2O_TRAP_NONE;
}
