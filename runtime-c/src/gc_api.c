/*
 * Objects in the hands of C programs. Every argument is checked: that a reference is valid and to an object of the kind asked for,
 * that a value fits. A value that is a reference is a handle until the object is there, since making that may move what
 * the handle is for; and may call destructors, which may drop it, so only then it is known whether it fits.
 */
#include <string.h>

#include "gc.h"
#include "refs.h"

static w2o_trap misuse(w2o_store *store, const char *what)
{
    return w2o_fail(store, W2O_TRAP_MISUSE, "%s", what);
}

/* ---- Fields and elements ---- */

/* Where a value of type `word` is in an object. */
typedef struct place {
    uint32_t object, offset;
    w2o_value_type type;
    bool is_element;
} place;

static size_t size_of(w2o_value_type word)
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

/* Without what says that a field is mutable. */
static w2o_value_type type_of(w2o_value_type field)
{
    return field & ~(w2o_value_type)W2O_FIELD_MUTABLE;
}

/* Writes a value; false if it does not fit. */
static bool write(const w2o_store *store, const place *to, w2o_value value)
{
    const w2o_heap *heap = store->heap;
    if (!w2o_value_to_word(store, &value, type_of(to->type))) {
        return false;
    }
    memcpy(heap->base + to->object + to->offset, &value, size_of(to->type));
    if (w2o_is_managed(to->type)) {
        w2o_dirty(heap, to->object + (to->is_element ? to->offset : 0), 4);
    }
    return true;
}

static w2o_trap read(w2o_store *store, const place *from, w2o_value *value)
{
    memset(value, 0, sizeof *value);
    memcpy(value, store->heap->base + from->object + from->offset, size_of(from->type));
    if (w2o_is_managed(from->type)) {
        uint64_t word = value->ref;
        value->ref = w2o_make_handle(store, word);
        if (value->ref == 0 && word != 0) {
            return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for a reference");
        }
    }
    return W2O_TRAP_NONE;
}

/* ---- Finding ---- */

/* The object of a kind that a reference is to. */
static w2o_trap find(w2o_store *store, w2o_ref ref, uint8_t kind, uint32_t *object)
{
    uint64_t word;
    if (!w2o_read_handle(store, ref, &word)) {
        return misuse(store, "the reference is not valid in this store, or no longer");
    }
    if (word == 0) {
        return w2o_fail(store, W2O_TRAP_NULL_REFERENCE, "%s", "");
    }
    if (!w2o_is_object(word) || w2o_kind_of(w2o_object_at(store->heap, (uint32_t)word)->type) != kind) {
        return misuse(store, kind == W2O_TYPE_STRUCT ? "the reference is not to a struct" : "the reference is not to an array");
    }
    *object = (uint32_t)word;
    return W2O_TRAP_NONE;
}

static w2o_trap find_field(w2o_store *store, w2o_ref ref, uint32_t field, place *place)
{
    w2o_trap trap = find(store, ref, W2O_TYPE_STRUCT, &place->object);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    w2o_type type = w2o_object_at(store->heap, place->object)->type;
    if (field >= w2o_parameter_count(type)) {
        return misuse(store, "the struct has no such field");
    }
    place->type = w2o_parameter(type, field);
    place->offset = w2o_field_offset(type, field);
    place->is_element = false;
    return W2O_TRAP_NONE;
}

/* The place of the first of `count` elements. */
static w2o_trap find_elements(w2o_store *store, w2o_ref ref, uint32_t index, uint32_t count, place *place)
{
    w2o_trap trap = find(store, ref, W2O_TYPE_ARRAY, &place->object);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    const w2o_object *array = w2o_object_at(store->heap, place->object);
    if (index > array->length || count > array->length - index) {
        return w2o_fail(store, W2O_TRAP_ARRAY_OUT_OF_BOUNDS, "%s", "");
    }
    place->type = w2o_parameter(array->type, 0);
    place->offset = W2O_OBJECT_HEADER + (uint32_t)((uint64_t)index << w2o_shapes[array->type].element_shift);
    place->is_element = true;
    return W2O_TRAP_NONE;
}

/* ---- Making ---- */

w2o_type w2o_instance_type(const w2o_instance *instance, uint32_t index)
{
    return index < w2o_context_of(instance)->module->type_count ? w2o_type_ids(instance)[index] : 0;
}

static w2o_trap check_type(w2o_store *store, w2o_type type, uint8_t kind)
{
    if (store->heap == NULL || !w2o_is_described(type) || w2o_kind_of(type) != kind) {
        return misuse(store, kind == W2O_TYPE_STRUCT ? "that is no type of a struct" : "that is no type of an array");
    }
    return W2O_TRAP_NONE;
}

/* The handle of a new object, or what prevented it. */
static w2o_trap hand_out(w2o_store *store, uint32_t made, w2o_trap trap, w2o_ref *object)
{
    if (made == 0) {
        return w2o_fail(store, trap, "%s", "");
    }
    *object = w2o_make_handle(store, made);
    return *object != 0 ? W2O_TRAP_NONE : w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for a reference");
}

w2o_trap w2o_struct_new(w2o_store *store, w2o_type type, const w2o_value *fields, w2o_ref *object)
{
    w2o_trap trap = check_type(store, type, W2O_TYPE_STRUCT);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    static const w2o_value zero;
    uint32_t count = (uint32_t)w2o_parameter_count(type);
    uint32_t made = w2o_make_struct(store, type, &trap);
    for (uint32_t i = 0; made != 0 && i < count; i++) {
        place to = {made, w2o_field_offset(type, i), w2o_parameter(type, i), false};
        if (!write(store, &to, fields == NULL ? zero : fields[i])) {
            return misuse(store, "the value of a field is not of its type");
        }
    }
    return hand_out(store, made, trap, object);
}

w2o_trap w2o_array_new(w2o_store *store, w2o_type type, uint32_t length, const w2o_value *element, w2o_ref *object)
{
    w2o_trap trap = check_type(store, type, W2O_TYPE_ARRAY);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    static const w2o_value zero;
    w2o_value value = element == NULL ? zero : *element;
    w2o_value_type word = w2o_parameter(type, 0);
    if (!w2o_value_to_word(store, &value, type_of(word))) {
        return misuse(store, "the element is not of the array's type");
    }
    uint32_t made = w2o_make_array(store, type, length, &trap);
    place to = {made, W2O_OBJECT_HEADER, word, true};
    for (uint32_t i = 0; made != 0 && element != NULL && i < length; i++) {
        if (!write(store, &to, *element)) {
            return misuse(store, "the element is not of the array's type");
        }
        to.offset += (uint32_t)size_of(word);
    }
    return hand_out(store, made, trap, object);
}

/* ---- Reading and writing ---- */

w2o_trap w2o_struct_get(w2o_store *store, w2o_ref object, uint32_t field, w2o_value *value)
{
    place place;
    w2o_trap trap = find_field(store, object, field, &place);
    return trap == W2O_TRAP_NONE ? read(store, &place, value) : trap;
}

static w2o_trap set(w2o_store *store, const place *to, w2o_value value)
{
    if ((to->type & W2O_FIELD_MUTABLE) == 0) {
        return misuse(store, "what is to be written is immutable");
    }
    return write(store, to, value) ? W2O_TRAP_NONE
                                   : misuse(store, "the value is not of the type of where it is to be written");
}

w2o_trap w2o_struct_set(w2o_store *store, w2o_ref object, uint32_t field, w2o_value value)
{
    place place;
    w2o_trap trap = find_field(store, object, field, &place);
    return trap == W2O_TRAP_NONE ? set(store, &place, value) : trap;
}

w2o_trap w2o_array_length(w2o_store *store, w2o_ref array, uint32_t *length)
{
    uint32_t object;
    w2o_trap trap = find(store, array, W2O_TYPE_ARRAY, &object);
    if (trap == W2O_TRAP_NONE) {
        *length = w2o_object_at(store->heap, object)->length;
    }
    return trap;
}

w2o_trap w2o_array_get(w2o_store *store, w2o_ref array, uint32_t index, w2o_value *value)
{
    place place;
    w2o_trap trap = find_elements(store, array, index, 1, &place);
    return trap == W2O_TRAP_NONE ? read(store, &place, value) : trap;
}

w2o_trap w2o_array_set(w2o_store *store, w2o_ref array, uint32_t index, w2o_value value)
{
    place place;
    w2o_trap trap = find_elements(store, array, index, 1, &place);
    return trap == W2O_TRAP_NONE ? set(store, &place, value) : trap;
}

w2o_trap w2o_array_read(w2o_store *store, w2o_ref array, uint32_t start, uint32_t count, void *elements)
{
    place place;
    w2o_trap trap = find_elements(store, array, start, count, &place);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    if (w2o_is_reference(place.type)) {
        return misuse(store, "the array's elements are references");
    }
    if (count != 0) {
        memcpy(elements, store->heap->base + place.object + place.offset, count * size_of(place.type));
    }
    return W2O_TRAP_NONE;
}

w2o_trap w2o_array_write(w2o_store *store, w2o_ref array, uint32_t start, uint32_t count, const void *elements)
{
    place place;
    w2o_trap trap = find_elements(store, array, start, count, &place);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    if (w2o_is_reference(place.type) || (place.type & W2O_FIELD_MUTABLE) == 0) {
        return misuse(store, "the array's elements are references, or immutable");
    }
    if (count != 0) {
        memcpy(store->heap->base + place.object + place.offset, elements, count * size_of(place.type));
    }
    return W2O_TRAP_NONE;
}
