/* Initialisation of an instance: constant expressions, and the specification's order of writing. */
#include <stdlib.h>
#include <string.h>

#include "store.h"

/* ---- Constant expressions ---- */

/*
 * The compiler writes plain values where it can; the rest is WebAssembly code, valid, and never with
 * more operands at once than this (wasm2obj.frontend.Limits).
 */
enum { MAXIMUM_DEPTH = 256 };

static uint64_t read_unsigned(const uint8_t **at)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
}

static uint64_t read_signed(const uint8_t **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte >= 0x80);
    return shift < 64 && (byte & 0x40) != 0 ? value | UINT64_MAX << shift : value;
}

static w2o_value global_value(const w2o_instance *instance, uint32_t index)
{
    w2o_global global = {
        .cell = w2o_instance_global(instance, index),
        .type = w2o_context_of(instance)->module->globals[index].type,
    };
    return w2o_get_global(&global);
}

static w2o_value arithmetic(uint8_t opcode, w2o_value a, w2o_value b)
{
    switch (opcode) {
    case 0x6a: return (w2o_value){.i64 = (uint32_t)a.i32 + (uint32_t)b.i32};
    case 0x6b: return (w2o_value){.i64 = (uint32_t)a.i32 - (uint32_t)b.i32};
    case 0x6c: return (w2o_value){.i64 = (uint32_t)a.i32 * (uint32_t)b.i32};
    case 0x7c: return (w2o_value){.i64 = (int64_t)((uint64_t)a.i64 + (uint64_t)b.i64)};
    case 0x7d: return (w2o_value){.i64 = (int64_t)((uint64_t)a.i64 - (uint64_t)b.i64)};
    case 0x7e: return (w2o_value){.i64 = (int64_t)((uint64_t)a.i64 * (uint64_t)b.i64)};
    default: abort(); /* nothing else is a constant instruction */
    }
}

static w2o_value run(const w2o_instance *instance, const uint8_t *at)
{
    w2o_value stack[MAXIMUM_DEPTH];
    w2o_value *top = stack;
    for (;;) {
        uint8_t opcode = *at++;
        switch (opcode) {
        case 0x0b: /* end */
            return top[-1];
        case 0x23: /* global.get */
            *top++ = global_value(instance, (uint32_t)read_unsigned(&at));
            break;
        case 0x41: /* i32.const */
            *top++ = (w2o_value){.i64 = (uint32_t)read_signed(&at)};
            break;
        case 0x42: /* i64.const */
            *top++ = (w2o_value){.i64 = (int64_t)read_signed(&at)};
            break;
        case 0x43: /* f32.const */
            *top = (w2o_value){.i64 = 0};
            memcpy(top++, at, 4);
            at += 4;
            break;
        case 0x44: /* f64.const */
            memcpy(top++, at, 8);
            at += 8;
            break;
        case 0xd0: /* ref.null */
            read_signed(&at);
            *top++ = (w2o_value){.ref = 0};
            break;
        case 0xd2: /* ref.func */
            *top++ = (w2o_value){.func = w2o_instance_func(instance, (uint32_t)read_unsigned(&at))};
            break;
        case 0xfd: /* v128.const, 0x0c */
            memcpy(top++, at + 1, 16);
            at += 17;
            break;
        default:
            top--;
            top[-1] = arithmetic(opcode, top[-1], *top);
        }
    }
}

w2o_value w2o_evaluate(const w2o_instance *instance, const w2o_init *init)
{
    switch (init->kind) {
    case W2O_INIT_BITS: return (w2o_value){.ref = init->value};
    case W2O_INIT_FUNC: return (w2o_value){.func = w2o_at(instance, (int32_t)init->value)};
    default: return run(instance, w2o_context_of(instance)->module->expressions + init->value);
    }
}

/* ---- Steps ---- */

static void initialise_globals(w2o_instance *instance, const w2o_module *module)
{
    for (uint32_t i = 0; i < module->global_count; i++) {
        const w2o_global_row *row = &module->globals[i];
        if ((row->flags & W2O_IMPORTED) == 0) {
            w2o_value value = w2o_evaluate(instance, &row->init);
            memcpy(w2o_at(instance, row->offset), &value, (row->type & W2O_CODE_MASK) == 0x7b ? 16 : 8);
        }
    }
}

static void initialise_tables(w2o_instance *instance, const w2o_module *module)
{
    for (uint32_t i = 0; i < module->table_count; i++) {
        const w2o_table_row *row = &module->tables[i];
        if ((row->flags & (W2O_IMPORTED | W2O_NO_STORAGE)) != 0) {
            continue;
        }
        w2o_value value = w2o_evaluate(instance, &row->init);
        w2o_table *table = w2o_instance_table(instance, i);
        for (uint64_t e = 0; value.ref != 0 && e < table->size; e++) {
            table->elements[e] = value.ref;
        }
    }
}

void w2o_write_elements(const w2o_instance *instance, const w2o_element_row *segment, uint32_t source,
                        uint64_t *elements, uint64_t count)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const int32_t *items = module->element_items + segment->first + source;
    for (uint64_t i = 0; i < count; i++) {
        if (segment->are_inits) {
            elements[i] = w2o_evaluate(instance, &module->inits[items[i]]).ref;
        } else {
            elements[i] = items[i] == 0 ? 0 : (uintptr_t)w2o_at(instance, items[i]);
        }
    }
}

/* The value of a segment's offset, whose type is that of the table's or memory's addresses. */
static uint64_t address(const w2o_instance *instance, const w2o_init *init, bool is_64)
{
    uint64_t value = (uint64_t)w2o_evaluate(instance, init).i64;
    return is_64 ? value : (uint32_t)value;
}

static bool write_element_segment(w2o_instance *instance, const w2o_element_row *row)
{
    const w2o_table *table = w2o_instance_table(instance, row->table);
    uint64_t to = address(instance, &row->offset, table->details->type.is_64);
    if (to > table->size || row->count > table->size - to) {
        return false;
    }
    if (row->count != 0) {
        w2o_write_elements(instance, row, 0, table->elements + to, row->count);
    }
    return true;
}

static bool write_data_segment(w2o_instance *instance, const w2o_module *module, const w2o_data_row *row)
{
    const w2o_memory *memory = w2o_instance_memory(instance, row->memory);
    uint64_t to = address(instance, &row->offset, memory->details->type.is_64);
    uint8_t *target = w2o_memory_at(memory, to, row->size);
    if (target == NULL) {
        return false;
    }
    if (row->size != 0) {
        memcpy(target, module->data_bytes + row->start, row->size);
    }
    return true;
}

w2o_trap w2o_initialise(w2o_instance *instance)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    w2o_store *store = w2o_context_of(instance)->store;
    initialise_globals(instance, module);
    initialise_tables(instance, module);
    for (uint32_t i = 0; i < module->element_count; i++) {
        const w2o_element_row *row = &module->elements[i];
        if (row->mode == W2O_ACTIVE && !write_element_segment(instance, row)) {
            return w2o_fail(store, W2O_TRAP_TABLE_OUT_OF_BOUNDS, "element segment %u", i);
        }
        if (row->mode != W2O_PASSIVE) {
            w2o_drop(instance, i);
        }
    }
    for (uint32_t i = 0; i < module->data_count; i++) {
        const w2o_data_row *row = &module->datas[i];
        if (row->mode == W2O_ACTIVE) {
            if (!write_data_segment(instance, module, row)) {
                return w2o_fail(store, W2O_TRAP_MEMORY_OUT_OF_BOUNDS, "data segment %u", i);
            }
            w2o_drop(instance, w2o_data_bit(instance, i));
        }
    }
    return W2O_TRAP_NONE;
}
