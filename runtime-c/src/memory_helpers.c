/* What compiled code calls for operations on memories. They check bounds themselves: see W2O_RAISE. */
#include <string.h>

#include "helpers.h"

int64_t w2o_memory_grow(w2o_instance *instance, uint32_t memory, uint64_t pages)
{
    return w2o_grow_memory(w2o_instance_memory(instance, memory), pages);
}

void w2o_memory_copy(w2o_instance *instance, uint32_t destination, uint32_t source, uint64_t to, uint64_t from,
                     uint64_t size)
{
    uint8_t *target = w2o_memory_at(w2o_instance_memory(instance, destination), to, size);
    const uint8_t *origin = w2o_memory_at(w2o_instance_memory(instance, source), from, size);
    if (target == NULL || origin == NULL) {
        W2O_RAISE(instance, W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    }
    memmove(target, origin, size);
}

void w2o_memory_fill(w2o_instance *instance, uint32_t memory, uint64_t to, uint32_t value, uint64_t size)
{
    uint8_t *target = w2o_memory_at(w2o_instance_memory(instance, memory), to, size);
    if (target == NULL) {
        W2O_RAISE(instance, W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    }
    memset(target, (int)(value & 0xff), size);
}

void w2o_memory_init(w2o_instance *instance, uint32_t memory, uint32_t segment, uint64_t to, uint32_t from,
                     uint32_t size)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const w2o_data_row *row = &module->datas[segment];
    uint64_t available = w2o_is_dropped(instance, w2o_data_bit(instance, segment)) ? 0 : row->size;
    uint8_t *target = w2o_memory_at(w2o_instance_memory(instance, memory), to, size);
    if (target == NULL || from > available || size > available - from) {
        W2O_RAISE(instance, W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    }
    if (size != 0) {
        memcpy(target, module->data_bytes + row->start + from, size);
    }
}

void w2o_data_drop(w2o_instance *instance, uint32_t segment)
{
    w2o_drop(instance, w2o_data_bit(instance, segment));
}
