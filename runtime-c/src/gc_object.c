/*
 * Making objects where compiled code does not do it inline, what it calls for arrays as a whole, and constant
 * expressions. Everything is checked here: null, bounds, sizes. Objects may move whenever one is made, so nothing here
 * keeps an address or a word across that, but operands of constant expressions, which are roots.
 */
#include <stdlib.h>
#include <string.h>

#include "gc.h"
#include "helpers.h"

/* ---- Making ---- */

static uint32_t reserve(w2o_store *store, uint64_t size, w2o_trap *trap)
{
    w2o_heap *heap = store->heap;
    w2o_heap_head *head = w2o_head_of(heap);
    uint32_t made;
    if (size <= W2O_LARGE && head->pointer + size <= head->limit) {
        made = head->pointer;
        head->pointer += (uint32_t)size;
        memset(heap->base + made, 0, size);
    } else {
        made = heap->collector->allocate(heap, size);
        if (made == 0) {
            *trap = W2O_TRAP_HEAP_EXHAUSTED;
        }
    }
    return made;
}

static uint32_t make(w2o_store *store, w2o_type type, uint64_t size, uint32_t length, w2o_trap *trap)
{
    uint32_t made = reserve(store, size, trap);
    if (made != 0) {
        *w2o_object_at(store->heap, made) = (w2o_object){type, length};
    }
    return made;
}

uint32_t w2o_make_struct(w2o_store *store, w2o_type type, w2o_trap *trap)
{
    return make(store, type, w2o_shapes[type].size, 0, trap);
}

uint32_t w2o_make_array(w2o_store *store, w2o_type type, uint32_t length, w2o_trap *trap)
{
    uint64_t size = (W2O_OBJECT_HEADER + ((uint64_t)length << w2o_shapes[type].element_shift) + 7) & ~UINT64_C(7);
    if (size > W2O_HEAP_END) {
        *trap = W2O_TRAP_ALLOCATION_TOO_LARGE;
        return 0;
    }
    return make(store, type, size, length, trap);
}

/*
 * Sets `made` to a new object, made by `make` (store, type, whatever else..., trap): collections walk from the caller's frame, which is found
 * by that of the function here; so this is no function of its own.
 */
#define MAKE(made, instance, make, ...)                        \
    do {                                                       \
        w2o_store *store_ = w2o_context_of(instance)->store;   \
        uintptr_t exit_ = W2O_ENTER_RUNTIME(store_);           \
        w2o_trap trap_;                                        \
        (made) = make(store_, __VA_ARGS__, &trap_);            \
        store_->head.exit = exit_;                             \
        if ((made) == 0) {                                     \
            W2O_RAISE(instance, trap_);                        \
        }                                                      \
    } while (0)

uint32_t w2o_gc_reserve(w2o_instance *instance, uint32_t size)
{
    uint32_t made;
    MAKE(made, instance, reserve, size);
    return made;
}

uint64_t w2o_gc_new_struct(w2o_instance *instance, uint32_t type, uint32_t size)
{
    (void)size;
    uint32_t made;
    MAKE(made, instance, w2o_make_struct, w2o_type_ids(instance)[type]);
    return made;
}

uint64_t w2o_gc_new_array(w2o_instance *instance, uint32_t type, uint32_t length)
{
    uint32_t made;
    MAKE(made, instance, w2o_make_array, w2o_type_ids(instance)[type], length);
    return made;
}

/* ---- Parts of arrays ---- */

typedef struct slice {
    const w2o_heap *heap;
    uint32_t offset; /* of its first element */
    uint32_t shift;
    bool has_references;
} slice;

static uint8_t *bytes_of(const slice *slice)
{
    return slice->heap->base + slice->offset;
}

/* Takes a part of an array; returns the trap. */
static w2o_trap take(const w2o_instance *instance, uint64_t array, uint32_t start, uint32_t count, slice *slice)
{
    const w2o_heap *heap = w2o_context_of(instance)->store->heap;
    if (array == 0) {
        return W2O_TRAP_NULL_REFERENCE;
    }
    const w2o_object *object = w2o_object_at(heap, (uint32_t)array);
    if (start > object->length || count > object->length - start) {
        return W2O_TRAP_ARRAY_OUT_OF_BOUNDS;
    }
    const w2o_shape *shape = &w2o_shapes[object->type];
    slice->heap = heap;
    slice->shift = shape->element_shift;
    slice->offset = (uint32_t)array + W2O_OBJECT_HEADER + (uint32_t)((uint64_t)start << slice->shift);
    slice->has_references = shape->has_references;
    return W2O_TRAP_NONE;
}

static void written(const slice *slice, uint32_t count)
{
    if (slice->has_references) {
        w2o_dirty(slice->heap, slice->offset, (uint64_t)count << slice->shift);
    }
}

/* Fills with a value of 1 << shift bytes. */
static void fill(uint8_t *to, uint32_t shift, const uint64_t value[2], size_t count)
{
    switch (shift) {
    case 0:
        memset(to, (int)(value[0] & 0xff), count);
        break;
    case 1:
        for (size_t i = 0; i < count; i++) {
            memcpy(to + 2 * i, value, 2);
        }
        break;
    case 2:
        for (size_t i = 0; i < count; i++) {
            memcpy(to + 4 * i, value, 4);
        }
        break;
    case 3:
        for (size_t i = 0; i < count; i++) {
            memcpy(to + 8 * i, value, 8);
        }
        break;
    default:
        for (size_t i = 0; i < count; i++) {
            memcpy(to + 16 * i, value, 16);
        }
    }
}

void w2o_gc_array_fill(w2o_instance *instance, uint64_t array, uint32_t start, uint64_t low, uint64_t high,
                       uint32_t count)
{
    slice to;
    w2o_trap trap = take(instance, array, start, count, &to);
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    fill(bytes_of(&to), to.shift, (const uint64_t[]){low, high}, count);
    if (low != 0 && (low & 1) == 0) { /* counted references too: a collection of the young may be the one that looks for them */
        written(&to, count);
    }
}

void w2o_gc_array_copy(w2o_instance *instance, uint64_t destination, uint64_t source, uint32_t to, uint32_t from,
                       uint32_t count)
{
    slice target;
    slice origin;
    w2o_trap trap = take(instance, destination, to, count, &target);
    if (trap == W2O_TRAP_NONE) {
        trap = take(instance, source, from, count, &origin);
    }
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    memmove(bytes_of(&target), bytes_of(&origin), (size_t)count << target.shift);
    written(&target, count);
}

/* ---- Segments ---- */

/* Whether a part of a data segment, as elements, is there. */
static bool has_data(const w2o_instance *instance, uint32_t segment, uint32_t from, uint32_t count, uint32_t shift)
{
    const w2o_data_row *row = &w2o_context_of(instance)->module->datas[segment];
    uint64_t available = w2o_is_dropped(instance, w2o_data_bit(instance, segment)) ? 0 : row->size;
    return from <= available && (uint64_t)count << shift <= available - from;
}

static bool has_elements(const w2o_instance *instance, uint32_t segment, uint32_t from, uint32_t count)
{
    const w2o_element_row *row = &w2o_context_of(instance)->module->elements[segment];
    uint32_t available = w2o_is_dropped(instance, segment) ? 0 : row->count;
    return from <= available && count <= available - from;
}

static void write_data(const w2o_instance *instance, const slice *to, uint32_t segment, uint32_t from, uint32_t count)
{
    const w2o_module *module = w2o_context_of(instance)->module;
    if (count != 0) {
        memcpy(bytes_of(to), module->data_bytes + module->datas[segment].start + from, (size_t)count << to->shift);
    }
}

static void write_elements(const w2o_instance *instance, const slice *to, uint32_t segment, uint32_t from,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t item = w2o_segment_item(instance, segment, from + i);
        memcpy(bytes_of(to) + ((size_t)i << to->shift), &item, (size_t)1 << to->shift);
    }
    written(to, count);
}

void w2o_gc_init_data(w2o_instance *instance, uint64_t array, uint32_t segment, uint32_t to, uint32_t from,
                      uint32_t count)
{
    slice target;
    w2o_trap trap = take(instance, array, to, count, &target);
    if (trap == W2O_TRAP_NONE && !has_data(instance, segment, from, count, target.shift)) {
        trap = W2O_TRAP_MEMORY_OUT_OF_BOUNDS;
    }
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    write_data(instance, &target, segment, from, count);
}

void w2o_gc_init_elem(w2o_instance *instance, uint64_t array, uint32_t segment, uint32_t to, uint32_t from,
                      uint32_t count)
{
    slice target;
    w2o_trap trap = take(instance, array, to, count, &target);
    if (trap == W2O_TRAP_NONE && !has_elements(instance, segment, from, count)) {
        trap = W2O_TRAP_TABLE_OUT_OF_BOUNDS;
    }
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    write_elements(instance, &target, segment, from, count);
}

uint64_t w2o_gc_new_data(w2o_instance *instance, uint32_t type, uint32_t segment, uint32_t from, uint32_t count)
{
    w2o_type identity = w2o_type_ids(instance)[type];
    if (!has_data(instance, segment, from, count, w2o_shapes[identity].element_shift)) {
        W2O_RAISE(instance, W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    }
    uint32_t made;
    MAKE(made, instance, w2o_make_array, identity, count);
    slice target;
    take(instance, made, 0, count, &target);
    write_data(instance, &target, segment, from, count);
    return made;
}

uint64_t w2o_gc_new_elem(w2o_instance *instance, uint32_t type, uint32_t segment, uint32_t from, uint32_t count)
{
    if (!has_elements(instance, segment, from, count)) {
        W2O_RAISE(instance, W2O_TRAP_TABLE_OUT_OF_BOUNDS);
    }
    uint32_t made;
    MAKE(made, instance, w2o_make_array, w2o_type_ids(instance)[type], count);
    slice target;
    take(instance, made, 0, count, &target);
    write_elements(instance, &target, segment, from, count);
    return made;
}

uint32_t w2o_gc_is_subtype(w2o_instance *instance, uint64_t object, uint32_t type)
{
    const w2o_heap *heap = w2o_context_of(instance)->store->heap;
    return w2o_is_subtype(w2o_object_at(heap, (uint32_t)object)->type, w2o_type_ids(instance)[type]);
}

/* ---- Constant expressions ---- */

/* The second byte of the instructions. */
enum {
    STRUCT_NEW = 0, STRUCT_NEW_DEFAULT, ARRAY_NEW = 6, ARRAY_NEW_DEFAULT, ARRAY_NEW_FIXED, ANY_CONVERT_EXTERN = 0x1a,
    EXTERN_CONVERT_ANY, REF_I31
};

/* Bytes of a field or element. */
static size_t storage_size(w2o_value_type word)
{
    switch (word & W2O_CODE_MASK) {
    case 0x78: return 1;
    case 0x77: return 2;
    case 0x7f: case 0x7d: return 4;
    case 0x7b: return 16;
    case 0x7e: case 0x7c: return 8;
    default: return w2o_is_managed(word) ? 4 : 8;
    }
}

static w2o_trap replace(w2o_operands *operands, size_t count, uint32_t made)
{
    operands->count -= count;
    return w2o_push(operands, (w2o_value){.ref = made}, true) ? W2O_TRAP_NONE : W2O_TRAP_NO_MEMORY;
}

static w2o_trap new_struct(w2o_store *store, w2o_type type, bool has_operands, w2o_operands *operands)
{
    w2o_trap trap;
    uint32_t made = w2o_make_struct(store, type, &trap);
    if (made == 0) {
        return trap;
    }
    size_t count = has_operands ? w2o_parameter_count(type) : 0;
    const w2o_value *values = operands->values + operands->count - count;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(store->heap->base + made + w2o_field_offset(type, i), &values[i], storage_size(w2o_parameter(type, i)));
    }
    return replace(operands, count, made);
}

/* `given`: number of operands with elements: none, one for all, or one for each. */
static w2o_trap new_array(w2o_store *store, w2o_type type, uint32_t length, size_t given, w2o_operands *operands)
{
    w2o_trap trap;
    uint32_t made = w2o_make_array(store, type, length, &trap);
    if (made == 0) {
        return trap;
    }
    const w2o_value *values = operands->values + operands->count - given;
    uint32_t shift = w2o_shapes[type].element_shift;
    uint8_t *elements = store->heap->base + made + W2O_OBJECT_HEADER;
    for (size_t i = 0; given != 0 && i < length; i++) {
        memcpy(elements + (i << shift), &values[given == 1 ? 0 : i], (size_t)1 << shift);
    }
    if (w2o_shapes[type].has_references) {
        w2o_dirty(store->heap, made + W2O_OBJECT_HEADER, (uint64_t)length << shift); /* a large one may be old */
    }
    return replace(operands, given, made);
}

w2o_trap w2o_gc_constant(const w2o_instance *instance, const uint8_t **at, w2o_operands *operands)
{
    w2o_store *store = w2o_context_of(instance)->store;
    uint64_t opcode = w2o_read_unsigned(at);
    w2o_value *top = operands->values + operands->count - 1;
    if (opcode == REF_I31) {
        *top = (w2o_value){.ref = (uint32_t)top->i32 << 1 | 1};
        return W2O_TRAP_NONE;
    }
    if (opcode == ANY_CONVERT_EXTERN || opcode == EXTERN_CONVERT_ANY) {
        return W2O_TRAP_NONE;
    }
    w2o_type type = w2o_type_ids(instance)[w2o_read_unsigned(at)];
    switch (opcode) {
    case STRUCT_NEW:
    case STRUCT_NEW_DEFAULT:
        return new_struct(store, type, opcode == STRUCT_NEW, operands);
    case ARRAY_NEW:
    case ARRAY_NEW_DEFAULT:
        operands->count--;
        return new_array(store, type, (uint32_t)top->i32, opcode == ARRAY_NEW, operands);
    case ARRAY_NEW_FIXED: {
        uint32_t length = (uint32_t)w2o_read_unsigned(at);
        return new_array(store, type, length, length, operands);
    }
    default:
        abort(); /* nothing else is a constant instruction */
    }
}
