/* The whole store, and what the runtime's parts offer each other. */
#ifndef W2O_STORE_H
#define W2O_STORE_H

#include <pthread.h>

#include "instance.h"

/* How many bytes the memories made in a store may have, shared by it and by its shared memories. */
typedef struct w2o_budget {
    _Atomic uint64_t left;
    _Atomic uint32_t users;
} w2o_budget;

typedef struct w2o_memory_details {
    w2o_memory *memory;
    w2o_store *store;       /* NULL: it is shared, and belongs to all stores that keep it */
    struct w2o_memory_details *next;
    w2o_budget *budget;     /* of a shared memory */
    uint64_t counted;       /* bytes taken from the limit: its size, but in here, where no instance is freed */
    _Atomic uint32_t keepers; /* of a shared memory: the number of stores */
    pthread_mutex_t growth;   /* of a shared memory */
    void *reservation;      /* the mapping that holds it, and its size; an instance area included */
    size_t reservation_size;
    size_t committed;       /* bytes from `data` on that may be touched */
    w2o_memory_type type;
    uint16_t flags;         /* W2O_PINNED, W2O_GUARDED */
    w2o_memory own;         /* the record, unless it is embedded in an instance */
} w2o_memory_details;

typedef struct w2o_table_details {
    w2o_table *table;
    w2o_store *store;
    struct w2o_table_details *next;
    w2o_table_type type;
    uint64_t capacity;
    bool no_storage;
    bool is_managed; /* elements are words */
    w2o_table own;
} w2o_table_details;

/* That a store keeps a shared memory. */
typedef struct w2o_kept_memory {
    w2o_memory_details *details;
    struct w2o_kept_memory *next;
} w2o_kept_memory;

/* The cell of a host's global. */
typedef struct w2o_cell {
    w2o_value value;
    w2o_value_type type;
    struct w2o_cell *next;
} w2o_cell;

typedef struct w2o_operands w2o_operands;
typedef struct w2o_scoped w2o_scoped;
typedef struct w2o_saved_exception w2o_saved_exception;
typedef struct w2o_items w2o_items;

struct w2o_store {
    w2o_store_head head;
    struct w2o_thread *thread; /* that it is attached to, and its neighbours there */
    w2o_store *next_attached;
    w2o_store *previous_attached;
    w2o_config config;     /* defaults filled in */

    w2o_instance *instances;
    w2o_memory_details *memories;
    w2o_kept_memory *kept_memories;
    w2o_budget *budget;
    w2o_table_details *tables;
    w2o_cell *cells;
    w2o_host_func *host_funcs;
    uint64_t table_elements; /* of all tables */

    uint32_t reference_count; /* of the entries in the head: see refs.h */
    uint32_t reference_capacity;
    uint32_t generation;      /* of entries that are used for the first time: no two stores have the same */
    uint32_t free_reference;  /* first of the free ones + 1, and of the dead ones, or 0 */
    uint32_t dead;
    uint32_t *uncounted;      /* entries that only objects may have: by index */
    uint32_t uncounted_count;
    uint32_t uncounted_capacity;
    uint32_t *traced;         /* entries of exceptions and of handles to objects: by index */
    uint32_t traced_count;
    uint32_t traced_capacity;
    uint32_t *held;           /* held words, as far as `held_next`; a 0 is before the first */
    w2o_scoped *scoped;       /* handles, as many as `scoped` in the head says */
    size_t scoped_capacity;
    uint16_t sweep;
    bool is_draining;
    struct w2o_site_table *sites; /* of return addresses (sites.c), or NULL */

    w2o_heap *heap;
    w2o_operands *operands; /* of constant expressions in progress */

    struct w2o_host_tag *tags; /* of the host's */
    struct w2o_exception *pending;     /* thrown, and not yet caught */
    w2o_saved_exception *saved;        /* pending ones that were put aside */
    w2o_value *caught;                 /* the payload that a C program was given last */
    size_t caught_capacity;

    w2o_trap trap;
    uintptr_t trap_exit;     /* `exit` of the host call that the last trap is about to pass through */
    size_t frame_count;
    bool frames_cut;
    struct w2o_code_place *frames; /* return addresses, or the trapping instruction */
    char message[256];
};

_Static_assert(offsetof(w2o_store, head) == 0, "the store begins with its head");

/* Reads an unsigned LEB128, as they are in constant expressions and tables, and moves behind it. */
static inline uint64_t w2o_read_unsigned(const uint8_t **at)
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

/* ---- Types (types.c). Identities; words of value types are canonical here ---- */

/* Registers the module's types; fills `ids` by type index. False if there is no memory. */
W2O_HIDDEN bool w2o_register_types(const w2o_module *module, w2o_type *ids);

/* The identity that the next new type would get: all below are there. */
W2O_HIDDEN w2o_type w2o_next_type(void);

W2O_HIDDEN uint8_t w2o_kind_of(w2o_type type); /* W2O_TYPE_... */

/* Writes the type's line of supertypes by depth, itself included, as far as `count`. */
W2O_HIDDEN void w2o_write_display(w2o_type type, w2o_type *display, size_t count);

/* The word with identities instead of type indices. */
W2O_HIDDEN w2o_value_type w2o_canonical(w2o_value_type word, const w2o_type *ids);

/* The parameters and then the results of a function type, or the fields of a struct or an array. */

/* Whether it is a type of managed references: all but those of functions. */
W2O_HIDDEN bool w2o_is_managed(w2o_value_type type);

W2O_HIDDEN bool w2o_is_subtype(w2o_type type, w2o_type of);
W2O_HIDDEN bool w2o_value_type_matches(w2o_value_type actual, w2o_value_type expected);

/* Whether a value that is no managed reference may stand where the type is asked for. */
W2O_HIDDEN bool w2o_value_fits(w2o_value value, w2o_value_type type);

static inline bool w2o_is_reference(w2o_value_type type)
{
    uint32_t code = type & W2O_CODE_MASK;
    return code == W2O_CODE_REF || code == W2O_CODE_REF_NULL;
}

/* ---- Memories (memory.c) and tables (table.c) ---- */

/* The store's limit for memories. False if there is no memory. */
W2O_HIDDEN bool w2o_make_budget(w2o_store *store);

/*
 * Makes a memory for `record`, or for its own record if that is NULL; a shared one has always its own. With
 * W2O_PINNED `area` bytes in front of byte 0 can be used. NULL if the system or the store's limit denies it.
 */
W2O_HIDDEN w2o_memory *w2o_make_memory(w2o_store *store, const w2o_memory_type *type, uint16_t flags, size_t area,
                                       w2o_memory *record);

/* Whether a memory can have a guard: then one of the host's has it, and every shared one. */
static inline bool w2o_can_be_guarded(const w2o_memory_type *type)
{
    return !type->is_64 && type->page_shift == 16;
}

/* Moves a memory's record into the instance. */
W2O_HIDDEN void w2o_embed_memory(w2o_memory *memory, w2o_memory *record);

/* Frees the store's memories, and gives up shared ones and the limit. */
W2O_HIDDEN void w2o_free_memories(w2o_store *store);

/* Whether the address is in a guarded memory's reservation. Async-signal-safe. */
W2O_HIDDEN bool w2o_in_reservation(const w2o_store *store, uintptr_t address);

/* Makes a table of null elements, for `record` or its own. */
W2O_HIDDEN w2o_table *w2o_make_table(w2o_store *store, const w2o_table_type *type, bool no_storage,
                                     w2o_table *record);
W2O_HIDDEN void w2o_free_tables(w2o_store *store);

/* As w2o_grow_table does, with a word or a function's address. */
W2O_HIDDEN int64_t w2o_add_elements(w2o_table *table, uint64_t count, uint64_t initial);

/* Writes elements, in bounds, in place of others, which are discounted. */
W2O_HIDDEN void w2o_fill_elements(w2o_table *table, uint64_t to, uint64_t value, uint64_t count);

/* The value in a global's cell, a reference being a word. */
W2O_HIDDEN w2o_value w2o_read_cell(const void *cell, w2o_value_type type);

/* Counts a value, a reference being a word, that is to be written into a cell of the type. */
W2O_HIDDEN void w2o_retain_cell(const w2o_store *store, w2o_value value, w2o_value_type type);

/* ---- Functions (func.c) ---- */

/* Where the code of a frame row begins. */
static inline uintptr_t w2o_frame_start(const w2o_module *module, uint32_t row)
{
    const uint32_t *start = &module->frames[row].start;
    bool is_scattered = (module->flags & W2O_SCATTERED) != 0;
    return is_scattered ? (uintptr_t)start + (uintptr_t)(intptr_t)(int32_t)*start : (uintptr_t)module->text + *start;
}

/* A host function whose adapter is known; `code` may be NULL to look for one. */
W2O_HIDDEN w2o_host_func *w2o_make_host_func(w2o_store *store, w2o_type type, w2o_host_code code, void *env);

/* The code of a thunk that a type row names; NULL if there is none. */
static inline void *w2o_thunk(const w2o_module *module, uint32_t row_plus_one)
{
    return row_plus_one == 0 ? NULL : (void *)w2o_frame_start(module, row_plus_one - 1);
}

/* Gives the adapters of a new instance's module to host functions that have none. */
W2O_HIDDEN void w2o_bind_host_funcs(w2o_instance *instance);

/* ---- Entities of instances (entity.c) ---- */

static inline const w2o_type *w2o_type_ids(const w2o_instance *instance)
{
    return w2o_at(instance, w2o_context_of(instance)->module->types_offset);
}

W2O_HIDDEN w2o_memory *w2o_instance_memory(const w2o_instance *instance, uint32_t index);
W2O_HIDDEN w2o_table *w2o_instance_table(const w2o_instance *instance, uint32_t index);
W2O_HIDDEN void *w2o_instance_global(const w2o_instance *instance, uint32_t index);
W2O_HIDDEN const w2o_func *w2o_instance_func(const w2o_instance *instance, uint32_t index);

/* Whether a segment has been dropped; and dropping it. */
W2O_HIDDEN bool w2o_is_dropped(const w2o_instance *instance, uint32_t bit);
W2O_HIDDEN void w2o_drop(w2o_instance *instance, uint32_t bit);
static inline uint32_t w2o_data_bit(const w2o_instance *instance, uint32_t segment)
{
    return w2o_context_of(instance)->module->element_count + segment;
}

W2O_HIDDEN w2o_tag *w2o_instance_tag(const w2o_instance *instance, uint32_t index);

/* ---- Exceptions (exception.c) ---- */

/* What compiled code reads: the tag's address, and the values from byte 16 on, 16 bytes each. */
typedef struct w2o_exception {
    const w2o_tag *tag;
    uint32_t index; /* of its entry among the store's references + 1; 0 if it has none */
    uint32_t unused;
    w2o_value values[];
} w2o_exception;

_Static_assert(offsetof(w2o_exception, values) == 16, "values");

/* Makes the exception the pending one in place of any other. */
W2O_HIDDEN void w2o_set_pending(w2o_store *store, w2o_exception *exception);

/* Forgets the pending exception. */
W2O_HIDDEN void w2o_drop_pending(w2o_store *store);

/* Frees an exception that has no entry, or has it no more. */
W2O_HIDDEN void w2o_free_exception(w2o_store *store, w2o_exception *exception);

/* Discounts its payload, which is null then. */
W2O_HIDDEN void w2o_empty_exception(w2o_store *store, w2o_exception *exception);

W2O_HIDDEN void w2o_free_exceptions(w2o_store *store);

/* ---- Heaps, as far as the core knows of them: see gc.h ---- */

W2O_HIDDEN const uint8_t *w2o_heap_base(const w2o_store *store);

/* Collects the whole heap, if there is one. */
W2O_HIDDEN void w2o_collect_heap(w2o_store *store);

/* Collects if there are many counted references that only objects may have. */
W2O_HIDDEN void w2o_collect_uncounted(w2o_store *store);

/* ---- Initialisation (init.c) ---- */

/*
 * Operands of a constant expression that is being evaluated. References among them are words, and roots, since
 * constant expressions make objects.
 */
struct w2o_operands {
    w2o_value *values;
    bool *are_managed;
    size_t count, capacity;
    struct w2o_operands *outer; /* in the store's list of those that are in progress */
};

/* An operand more. False if there is no memory. */
W2O_HIDDEN bool w2o_push(w2o_operands *operands, w2o_value value, bool is_managed);

/* The items of an element segment that are expressions, evaluated: of the segments that can still be read. */
struct w2o_items {
    bool are_managed;
    uint64_t words[];
};

/* Item `index` of a segment that has not been dropped. */
W2O_HIDDEN uint64_t w2o_segment_item(const w2o_instance *instance, uint32_t segment, uint32_t index);

/* Drops an element segment. */
W2O_HIDDEN void w2o_drop_elements(w2o_instance *instance, uint32_t segment);

/* Runs the specification's steps of initialisation up to the start function. */
W2O_HIDDEN w2o_trap w2o_initialise(w2o_instance *instance);

/* ---- Linking (link.c) ---- */

/* Whether the imports are what the module asks for; the store's message says what is wrong. */
W2O_HIDDEN w2o_trap w2o_check_imports(w2o_store *store, const w2o_module *module, const w2o_type *ids,
                                      const w2o_extern *imports);

/* ---- Errors and traps (trap.c) ---- */

/* Records a failure that has no backtrace, with a message; returns the trap. */
W2O_HIDDEN w2o_trap w2o_fail(w2o_store *store, w2o_trap trap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where compiled code stands: after a call, or at a trapping instruction. */
typedef struct w2o_place {
    uintptr_t pc, sp, fp;
    uintptr_t lr; /* AArch64, at a trapping instruction: the link register */
    bool is_return;
} w2o_place;

/* ---- The walk (walk.c) ---- */

/* The place behind the call of a host function: its adapter, which has saved the frame pointer; or what called a helper. */
W2O_HIDDEN w2o_place w2o_place_of_exit(uintptr_t exit);

/* The place that a frame, of which the row's `info` is known, returns to. */
W2O_HIDDEN w2o_place w2o_caller(w2o_place place, uint32_t info);

/* Calls `visit` for each slot of all frames that has a reference; the innermost frame is at `head.exit`. */
typedef void w2o_slot_visitor(void *env, uint64_t *slot);
W2O_HIDDEN void w2o_visit_frames(w2o_store *store, w2o_slot_visitor *visit, void *env);

/* ---- Throwing and raising (trap.c) ---- */

/* Forgets the trap before: a throw's backtrace begins. */
W2O_HIDDEN void w2o_begin_throw(w2o_store *store);

/*
 * Goes on where the pending exception is caught, or leaves the innermost activation with it. The place is
 * that of the throw, or, `again`, of a handler that did not want the exception: it is in the backtrace
 * already.
 */
W2O_HIDDEN _Noreturn void w2o_unwind(w2o_store *store, w2o_place place, bool again);

/* Records the trap with its backtrace and leaves the innermost activation. */
W2O_HIDDEN _Noreturn void w2o_raise(w2o_store *store, w2o_trap trap, w2o_place place);

#if defined(__aarch64__)
/* A return address without the signature that code with pointer authentication gives it: xpaclri, a hint. */
static inline uintptr_t w2o_unsigned(uintptr_t address)
{
    register uintptr_t link __asm__("x30") = address;
    __asm__("hint #7" : "+r"(link));
    return link;
}
#endif

/*
 * The compiled code that called the C function in which this macro stands: such functions get a frame
 * pointer from it, so that the caller's return address lies beside the saved frame pointer.
 */
#if defined(__x86_64__)
#define W2O_CALLER ((const uintptr_t *)__builtin_frame_address(0))
#define W2O_PLACE_OF_CALLER \
    ((w2o_place){.pc = W2O_CALLER[1], .sp = (uintptr_t)(W2O_CALLER + 2), .fp = W2O_CALLER[0], .is_return = true})
#elif defined(__aarch64__)
#define W2O_CALLER ((const uintptr_t *)__builtin_frame_address(0))
#define W2O_PLACE_OF_CALLER ((w2o_place){.pc = w2o_unsigned(W2O_CALLER[1]), .sp = 0, .fp = W2O_CALLER[0], .is_return = true})
#endif

/*
 * Notes where the compiled code is that called this function, as if it were a host function, so that what is done
 * meanwhile may walk the stack, or call compiled code. Gives what is to be put back into `head.exit`.
 */
#if defined(__x86_64__)
#define W2O_EXIT_OF_CALLER ((uintptr_t)W2O_CALLER | W2O_EXIT_BY_RECORD)
#elif defined(__aarch64__)
#define W2O_EXIT_OF_CALLER ((uintptr_t)W2O_CALLER)
#endif
#define W2O_ENTER_RUNTIME(store) w2o_enter_runtime(store, W2O_EXIT_OF_CALLER)

/* A bit in `exit` on x86-64: it is the address of a saved frame pointer with the return address behind it. */
enum { W2O_EXIT_BY_RECORD = 1 };

static inline uintptr_t w2o_enter_runtime(w2o_store *store, uintptr_t exit)
{
    uintptr_t before = store->head.exit;
    store->head.exit = exit;
    return before;
}

/* Raises a trap from a runtime helper. */
#define W2O_RAISE(instance, trap) w2o_raise(w2o_context_of(instance)->store, trap, W2O_PLACE_OF_CALLER)

/* ---- Modules with instances (modules.c) ---- */

/* False if there is no memory. */
W2O_HIDDEN bool w2o_retain_module(const w2o_module *module);
W2O_HIDDEN void w2o_release_module(const w2o_module *module);

/* Whether any module has an instance. */
W2O_HIDDEN bool w2o_has_modules(void);

/* A place in compiled code. */
typedef struct w2o_code_place {
    const w2o_module *module;
    uint32_t row;    /* of the frame table */
    uint32_t offset; /* from the row's start */
} w2o_code_place;

/* Finds the place of an address; false if it is in no module. Async-signal-safe. */
W2O_HIDDEN bool w2o_find_code(uintptr_t pc, w2o_code_place *place);

/* Where a throw goes on that passes a return address, from the row's start; UINT32_MAX if there is no handler. */
W2O_HIDDEN uint32_t w2o_find_landing(const w2o_code_place *place);

/* The kind of the trap at a place, or W2O_TRAP_NONE. Async-signal-safe. */
W2O_HIDDEN w2o_trap w2o_find_trap(const w2o_code_place *place);

/* ---- Return addresses (sites.c) ---- */

/* What is known of a return address. */
typedef struct w2o_site {
    uintptr_t pc;
    w2o_code_place code;
    const uint8_t *map; /* where the frame's references are; NULL if it has none */
    uint32_t info;      /* of the row */
    uint32_t landing;   /* as by w2o_find_landing */
} w2o_site;

/* Stays valid until the next call, with `room` for it if there is no memory. NULL: the address is in no module. */
W2O_HIDDEN const w2o_site *w2o_site_of(w2o_store *store, uintptr_t pc, w2o_site *room);

/* Calls `visit` for each slot that the map says has a reference; `slot` is the frame's lowest word. */
W2O_HIDDEN void w2o_visit_map(const uint8_t *map, uint64_t *slot, w2o_slot_visitor *visit, void *env);

/* ---- Threads and signals (thread.c, signals.c) ---- */

/* Of the stack below the limit: what raising a trap needs, and the least that is kept. */
enum { W2O_TRAP_STACK = 16 * 1024, W2O_LEAST_HOST_STACK = 48 * 1024 };

/* Makes the store run on the stack that `sp` is on. */
W2O_HIDDEN void w2o_attach_stack(w2o_store *store, uintptr_t sp);

/* Ends the store's attachment. */
W2O_HIDDEN void w2o_detach(w2o_store *store);

W2O_HIDDEN void w2o_install_handlers(void);

#endif
