/* Initialisation of an instance: constant expressions, and the specification's order of writing. */
#include <stdlib.h>
#include <string.h>

#include "gc.h"
#include "refs.h"

/* ---- Constant expressions ---- */

/* The compiler writes plain values where it can; the rest is WebAssembly code, and valid. */

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

bool w2o_push(w2o_operands *operands, w2o_value value, bool is_managed)
{
    if (operands->count == operands->capacity) {
        size_t capacity = operands->capacity == 0 ? 16 : 2 * operands->capacity;
        w2o_value *values = realloc(operands->values, capacity * sizeof *values);
        operands->values = values == NULL ? operands->values : values;
        bool *are_managed = realloc(operands->are_managed, capacity * sizeof *are_managed);
        operands->are_managed = are_managed == NULL ? operands->are_managed : are_managed;
        if (values == NULL || are_managed == NULL) {
            return false;
        }
        operands->capacity = capacity;
    }
    operands->values[operands->count] = value;
    operands->are_managed[operands->count++] = is_managed;
    return true;
}

static bool push_global(const w2o_instance *instance, w2o_operands *operands, uint32_t index)
{
    w2o_value_type type = w2o_context_of(instance)->module->globals[index].type;
    w2o_value_type canonical = w2o_canonical(type, w2o_type_ids(instance));
    w2o_value value = w2o_read_cell(w2o_instance_global(instance, index), type);
    return w2o_push(operands, value, w2o_is_managed(canonical));
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

/* Pushes the constant of an instruction; false if there is no memory. */
static bool push_constant(w2o_operands *operands, uint8_t opcode, const uint8_t **at)
{
    w2o_value value = {.i64 = 0};
    switch (opcode) {
    case 0x41: /* i32.const */
        value.i64 = (uint32_t)read_signed(at);
        break;
    case 0x42: /* i64.const */
        value.i64 = (int64_t)read_signed(at);
        break;
    case 0x43: /* f32.const */
        memcpy(&value, *at, 4);
        *at += 4;
        break;
    case 0x44: /* f64.const */
        memcpy(&value, *at, 8);
        *at += 8;
        break;
    case 0xd0: /* ref.null */
        read_signed(at);
        break;
    default: /* v128.const, 0xfd 0x0c */
        memcpy(&value, *at + 1, 16);
        *at += 17;
    }
    return w2o_push(operands, value, false);
}

static w2o_trap run(const w2o_instance *instance, const uint8_t *at, w2o_operands *operands)
{
    for (;;) {
        bool done = true;
        uint8_t opcode = *at++;
        switch (opcode) {
        case 0x0b: /* end */
            return W2O_TRAP_NONE;
        case 0x23: /* global.get */
            done = push_global(instance, operands, (uint32_t)w2o_read_unsigned(&at));
            break;
        case 0xd2: { /* ref.func */
            const w2o_func *func = w2o_instance_func(instance, (uint32_t)w2o_read_unsigned(&at));
            done = w2o_push(operands, (w2o_value){.func = func}, false);
            break;
        }
        case 0x41: case 0x42: case 0x43: case 0x44: case 0xd0: case 0xfd:
            done = push_constant(operands, opcode, &at);
            break;
        case 0xfb: { /* of objects */
            const w2o_heap *heap = w2o_context_of(instance)->store->heap;
            w2o_trap trap = heap->collector->constant(instance, &at, operands);
            if (trap != W2O_TRAP_NONE) {
                return trap;
            }
            break;
        }
        default: {
            w2o_value *top = operands->values + --operands->count;
            top[-1] = arithmetic(opcode, top[-1], *top);
        }
        }
        if (!done) {
            return W2O_TRAP_NO_MEMORY;
        }
    }
}

/* Evaluates code; the value's reference is a root no longer. */
static w2o_trap evaluate_code(const w2o_instance *instance, const uint8_t *code, w2o_value *value, bool *is_managed)
{
    w2o_store *store = w2o_context_of(instance)->store;
    w2o_operands operands = {.outer = store->operands};
    store->operands = &operands;
    w2o_trap trap = run(instance, code, &operands);
    if (trap == W2O_TRAP_NONE) {
        *value = operands.values[0];
        *is_managed = operands.are_managed[0];
    } else {
        w2o_fail(store, trap, "in a constant expression");
    }
    store->operands = operands.outer;
    free(operands.values);
    free(operands.are_managed);
    return trap;
}

static w2o_trap evaluate(const w2o_instance *instance, const w2o_init *init, w2o_value *value, bool *is_managed)
{
    *is_managed = false;
    *value = (w2o_value){.ref = init->value};
    if (init->kind == W2O_INIT_FUNC) {
        value->func = w2o_at(instance, (int32_t)init->value);
    } else if (init->kind == W2O_INIT_CODE) {
        const uint8_t *code = w2o_context_of(instance)->module->expressions + init->value;
        return evaluate_code(instance, code, value, is_managed);
    }
    return W2O_TRAP_NONE;
}

/* ---- Steps ---- */

static w2o_trap initialise_globals(w2o_instance *instance, const w2o_module *module)
{
    for (uint32_t i = 0; i < module->global_count; i++) {
        const w2o_global_row *row = &module->globals[i];
        if ((row->flags & W2O_IMPORTED) == 0) {
            w2o_value value;
            bool is_managed;
            w2o_trap trap = evaluate(instance, &row->init, &value, &is_managed);
            if (trap != W2O_TRAP_NONE) {
                return trap;
            }
            if (is_managed) {
                w2o_retain_word(w2o_context_of(instance)->store, value.ref);
            }
            memcpy(w2o_at(instance, row->offset), &value, (row->type & W2O_CODE_MASK) == 0x7b ? 16 : 8);
        }
    }
    return W2O_TRAP_NONE;
}

static w2o_trap initialise_tables(w2o_instance *instance, const w2o_module *module)
{
    for (uint32_t i = 0; i < module->table_count; i++) {
        const w2o_table_row *row = &module->tables[i];
        if ((row->flags & (W2O_IMPORTED | W2O_NO_STORAGE)) != 0) {
            continue;
        }
        w2o_value value;
        bool is_managed;
        w2o_trap trap = evaluate(instance, &row->init, &value, &is_managed);
        if (trap != W2O_TRAP_NONE) {
            return trap;
        }
        w2o_table *table = w2o_instance_table(instance, i);
        if (value.ref != 0) {
            w2o_fill_elements(table, 0, value.ref, table->size);
        }
    }
    return W2O_TRAP_NONE;
}

/* ---- Element segments ---- */

/* Evaluates the items of a segment, where they are expressions: once, since each evaluation makes other objects. */
static w2o_trap evaluate_items(w2o_instance *instance, const w2o_module *module, uint32_t segment)
{
    const w2o_element_row *row = &module->elements[segment];
    w2o_context *context = w2o_context_of(instance);
    if (context->segments == NULL) {
        context->segments = calloc(module->element_count, sizeof(w2o_items *));
    }
    w2o_items *items = calloc(1, sizeof *items + row->count * sizeof *items->words);
    if (items == NULL || context->segments == NULL) {
        free(items);
        return w2o_fail(context->store, W2O_TRAP_NO_MEMORY, "no memory for an element segment");
    }
    context->segments[segment] = items;
    for (uint32_t i = 0; i < row->count; i++) {
        const w2o_init *init = &module->inits[module->element_items[row->first + i]];
        w2o_value value;
        bool is_managed;
        w2o_trap trap = evaluate(instance, init, &value, &is_managed);
        if (trap != W2O_TRAP_NONE) {
            return trap;
        }
        items->words[i] = value.ref;
        items->are_managed |= is_managed;
        w2o_retain_word(context->store, value.ref);
    }
    return W2O_TRAP_NONE;
}

static w2o_trap evaluate_segments(w2o_instance *instance, const w2o_module *module)
{
    w2o_trap trap = W2O_TRAP_NONE;
    for (uint32_t i = 0; trap == W2O_TRAP_NONE && i < module->element_count; i++) {
        const w2o_element_row *row = &module->elements[i];
        if (row->are_inits && row->mode != W2O_DECLARATIVE && row->count != 0) {
            trap = evaluate_items(instance, module, i);
        }
    }
    return trap;
}

uint64_t w2o_segment_item(const w2o_instance *instance, uint32_t segment, uint32_t index)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const w2o_element_row *row = &module->elements[segment];
    if (row->are_inits) {
        return w2o_context_of(instance)->segments[segment]->words[index];
    }
    int32_t record = module->element_items[row->first + index];
    return record == 0 ? 0 : (uintptr_t)w2o_at(instance, record);
}

void w2o_drop_elements(w2o_instance *instance, uint32_t segment)
{
    w2o_drop(instance, segment);
    w2o_items **segments = w2o_context_of(instance)->segments;
    if (segments != NULL && segments[segment] != NULL) {
        uint32_t count = w2o_context_of(instance)->module->elements[segment].count;
        for (uint32_t i = 0; i < count; i++) {
            w2o_discount_word(w2o_context_of(instance)->store, segments[segment]->words[i]);
        }
        free(segments[segment]);
        segments[segment] = NULL;
    }
}

/* ---- Active segments ---- */

/* The value of a segment's offset, whose type is that of the table's or memory's addresses. */
static w2o_trap address(const w2o_instance *instance, const w2o_init *init, bool is_64, uint64_t *result)
{
    w2o_value value;
    bool is_managed;
    w2o_trap trap = evaluate(instance, init, &value, &is_managed);
    *result = trap != W2O_TRAP_NONE ? 0 : is_64 ? (uint64_t)value.i64 : (uint32_t)value.i64;
    return trap;
}

static w2o_trap write_element_segment(w2o_instance *instance, uint32_t segment)
{
    const w2o_element_row *row = &w2o_context_of(instance)->module->elements[segment];
    w2o_table *table = w2o_instance_table(instance, row->table);
    uint64_t to;
    w2o_trap trap = address(instance, &row->offset, table->details->type.is_64, &to);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    if (to > table->size || row->count > table->size - to) {
        return w2o_fail(w2o_context_of(instance)->store, W2O_TRAP_TABLE_OUT_OF_BOUNDS, "element segment %u", segment);
    }
    for (uint32_t i = 0; i < row->count; i++) {
        w2o_fill_elements(table, to + i, w2o_segment_item(instance, segment, i), 1);
    }
    return W2O_TRAP_NONE;
}

static w2o_trap write_data_segment(w2o_instance *instance, uint32_t segment)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    const w2o_data_row *row = &module->datas[segment];
    const w2o_memory *memory = w2o_instance_memory(instance, row->memory);
    uint64_t to;
    w2o_trap trap = address(instance, &row->offset, memory->details->type.is_64, &to);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    uint8_t *target = w2o_memory_at(memory, to, row->size);
    if (target == NULL) {
        return w2o_fail(w2o_context_of(instance)->store, W2O_TRAP_MEMORY_OUT_OF_BOUNDS, "data segment %u", segment);
    }
    if (row->size != 0) {
        memcpy(target, module->data_bytes + row->start, row->size);
    }
    return W2O_TRAP_NONE;
}

static w2o_trap write_segments(w2o_instance *instance, const w2o_module *module)
{
    w2o_trap trap = W2O_TRAP_NONE;
    for (uint32_t i = 0; trap == W2O_TRAP_NONE && i < module->element_count; i++) {
        if (module->elements[i].mode == W2O_ACTIVE) {
            trap = write_element_segment(instance, i);
        }
        if (trap == W2O_TRAP_NONE && module->elements[i].mode != W2O_PASSIVE) {
            w2o_drop_elements(instance, i);
        }
    }
    for (uint32_t i = 0; trap == W2O_TRAP_NONE && i < module->data_count; i++) {
        if (module->datas[i].mode == W2O_ACTIVE) {
            trap = write_data_segment(instance, i);
            if (trap == W2O_TRAP_NONE) {
                w2o_drop(instance, w2o_data_bit(instance, i));
            }
        }
    }
    return trap;
}

w2o_trap w2o_initialise(w2o_instance *instance)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    w2o_trap trap = initialise_globals(instance, module);
    if (trap == W2O_TRAP_NONE) {
        trap = initialise_tables(instance, module);
    }
    if (trap == W2O_TRAP_NONE) {
        trap = evaluate_segments(instance, module);
    }
    if (trap == W2O_TRAP_NONE) {
        trap = write_segments(instance, module);
    }
    w2o_drain(w2o_context_of(instance)->store);
    return trap;
}
