/*
 * The heap of a store, as docs/abi.md describes it for compiled code, and the interface of its collectors.
 *
 * Nothing of the core refers to the collector's members: a module that has objects names a collector in its
 * descriptor, and the core goes through that. A program without objects therefore links none of this.
 */
#ifndef W2O_GC_H
#define W2O_GC_H

#include <string.h>

#include "store.h"

enum {
    W2O_BLOCK_SHIFT = 16, /* memory is handed out in blocks of 64 KiB */
    W2O_BLOCK = 1 << W2O_BLOCK_SHIFT,
    W2O_BLOCKS = 1 << (32 - W2O_BLOCK_SHIFT),
    W2O_FIRST_BLOCK = 1,  /* block 0 is the null page */
    W2O_CARD_SHIFT = 9,
    W2O_OBJECT_HEADER = 8,
    W2O_LARGE = 32 * 1024 /* larger objects have blocks of their own */
};

#define W2O_HEAP_HEAD UINT64_C(0x810000) /* bytes of cards and head below the base */
#define W2O_HEAP_SIZE (UINT64_C(1) << 32)
#define W2O_HEAP_END (W2O_HEAP_SIZE - W2O_BLOCK) /* no object lies beyond */
#define W2O_CLEAN 1 /* a card's value; 0 means that it may have got a young reference */

/* What all types of the process look like as objects, by identity. */
typedef struct w2o_shape {
    uint32_t size;          /* of a struct in bytes, header included */
    uint8_t kind;           /* W2O_TYPE_... */
    uint8_t element_shift;  /* of an array: log2 of an element's size */
    uint8_t has_references; /* managed ones */
    uint8_t is_listed;      /* a struct with references beyond `map` */
    uint64_t map;           /* which of the 64 words behind the header are managed references of a struct */
    uint32_t *list;         /* offsets of all of them, ending with 0, if it is listed */
} w2o_shape;

/* The types' information that compiled code reads: 64 bytes each. */
typedef struct w2o_type_information {
    uint32_t kind;
    w2o_type display[15];
} w2o_type_information;

_Static_assert(sizeof(w2o_type_information) == 64, "types' information");

extern W2O_HIDDEN w2o_type_information *w2o_information;
extern W2O_HIDDEN w2o_shape *w2o_shapes;

/* Brings both up to all identities that there are. False if there is no memory. */
W2O_HIDDEN bool w2o_describe_types(void);

/* Whether that has been done for a type. */
W2O_HIDDEN bool w2o_is_described(w2o_type type);

/* The offset in an object of a struct's field. */
W2O_HIDDEN uint32_t w2o_field_offset(w2o_type type, uint32_t field);

typedef struct w2o_object {
    uint32_t type; /* identity */
    uint32_t length;
} w2o_object;

/* The last words of the head, below the base. */
typedef struct w2o_heap_head {
    uint32_t pointer, limit;
    w2o_type_information *information;
} w2o_heap_head;

struct w2o_heap {
    uint8_t *base;
    w2o_store *store;
    const w2o_collector *collector;
    void *reservation;
    uint64_t maximum;       /* bytes that objects may take */
    uint32_t committed;     /* blocks below it may be touched */
    uint32_t uncounted_limit; /* so many counted references that only objects may have are worth a collection */
    uint32_t stress; /* every so many allocations collect; 0: as usual */
};

static inline w2o_heap_head *w2o_head_of(const w2o_heap *heap)
{
    return (w2o_heap_head *)(void *)heap->base - 1;
}

static inline w2o_object *w2o_object_at(const w2o_heap *heap, uint32_t offset)
{
    return (w2o_object *)(void *)(heap->base + offset);
}

static inline bool w2o_is_object(uint64_t word)
{
    return word != 0 && (word & 7) == 0;
}

/* Bytes of an object, rounded. */
static inline uint64_t w2o_object_size(const w2o_object *object)
{
    const w2o_shape *shape = &w2o_shapes[object->type];
    if (shape->kind == W2O_TYPE_STRUCT) {
        return shape->size;
    }
    return (W2O_OBJECT_HEADER + ((uint64_t)object->length << shape->element_shift) + 7) & ~UINT64_C(7);
}

static inline uint8_t *w2o_card_of(const w2o_heap *heap, uint32_t offset)
{
    return heap->base - W2O_HEAP_HEAD + (offset >> W2O_CARD_SHIFT);
}

/* After references were written into a part of an object. */
static inline void w2o_dirty(const w2o_heap *heap, uint32_t offset, uint64_t size)
{
    if (size != 0) {
        memset(w2o_card_of(heap, offset), 0, ((offset + size - 1) >> W2O_CARD_SHIFT) - (offset >> W2O_CARD_SHIFT) + 1);
    }
}

/* What a module's descriptor names. */
struct w2o_collector {
    /* Makes the store ready for an instance of a module with objects. False if there is no memory. */
    bool (*prepare)(w2o_store *store, const w2o_collector *collector);
    void (*destroy)(w2o_store *store);

    /* Does the constant instruction behind the byte 0xfb; returns the trap that it came to. */
    w2o_trap (*constant)(const w2o_instance *instance, const uint8_t **at, w2o_operands *operands);

    /* Room for an object that the inline way did not give, its content zero; 0 if there is none. Collects. */
    uint32_t (*allocate)(w2o_heap *heap, uint64_t size);

    /* Collects: all of the heap, or what is worth it. NULL if it never does. */
    void (*collect)(w2o_heap *heap, bool is_full);
};

extern const w2o_collector w2o_gc_moving, w2o_gc_none;

/* ---- What collectors share (gc_heap.c) ---- */

/* Makes `heap`, which is zero, the store's heap. False if there is no address space. */
W2O_HIDDEN bool w2o_make_heap(w2o_heap *heap, w2o_store *store, const w2o_collector *collector);
W2O_HIDDEN void w2o_unmap_heap(w2o_heap *heap);

/* Makes the heap's blocks [0, end) accessible. */
W2O_HIDDEN bool w2o_heap_commit(w2o_heap *heap, uint32_t end);

/* ---- Making objects (gc_object.c) ---- */

/* New ones, zero but for the header. Returns the word, or 0 with *trap. They may collect. */
W2O_HIDDEN uint32_t w2o_make_struct(w2o_store *store, w2o_type type, w2o_trap *trap);
W2O_HIDDEN uint32_t w2o_make_array(w2o_store *store, w2o_type type, uint32_t length, w2o_trap *trap);

W2O_HIDDEN w2o_trap w2o_gc_constant(const w2o_instance *instance, const uint8_t **at, w2o_operands *operands);

/* ---- What compiled code calls: see wasm2obj.ir.RuntimeFunction ---- */

uint32_t w2o_gc_reserve(w2o_instance *instance, uint32_t size);
uint64_t w2o_gc_new_struct(w2o_instance *instance, uint32_t type, uint32_t size);
uint64_t w2o_gc_new_array(w2o_instance *instance, uint32_t type, uint32_t length);
uint64_t w2o_gc_new_data(w2o_instance *instance, uint32_t type, uint32_t segment, uint32_t from, uint32_t count);
uint64_t w2o_gc_new_elem(w2o_instance *instance, uint32_t type, uint32_t segment, uint32_t from, uint32_t count);
void w2o_gc_array_fill(w2o_instance *instance, uint64_t array, uint32_t start, uint64_t low, uint64_t high,
                       uint32_t count);
void w2o_gc_array_copy(w2o_instance *instance, uint64_t destination, uint64_t source, uint32_t to, uint32_t from,
                       uint32_t count);
void w2o_gc_init_data(w2o_instance *instance, uint64_t array, uint32_t segment, uint32_t to, uint32_t from,
                      uint32_t count);
void w2o_gc_init_elem(w2o_instance *instance, uint64_t array, uint32_t segment, uint32_t to, uint32_t from,
                      uint32_t count);
uint32_t w2o_gc_is_subtype(w2o_instance *instance, uint64_t object, uint32_t type);

#endif
