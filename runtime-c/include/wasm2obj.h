/*
 * wasm2obj's runtime: what a C program needs to instantiate modules that wasm2obj compiled, to call
 * them, and to give them memories, tables, globals and functions of its own.
 *
 *     w2o_store *store = w2o_store_new(NULL);
 *     w2o_instance *instance;
 *     w2o_trap trap = w2o_instantiate(store, &app_module, imports, import_count, &instance);
 *     if (trap == W2O_TRAP_NONE) {
 *         trap = app_add((app_instance *)instance, 1, 2, &sum);
 *     }
 *     if (trap != W2O_TRAP_NONE) {
 *         w2o_trap_text(store, text, sizeof text);
 *     }
 *     w2o_store_free(store);
 *
 * Most programs use the header that `wasm2obj --header` writes for a module, which wraps this in the
 * module's own types.
 *
 * Ownership: a store owns all that is made in it (instances, memories, tables, globals, functions,
 * references) and frees it with w2o_store_free. An instance lives as long as its store, since others
 * may hold references to its functions.
 *
 * Threads: a store belongs to one thread at a time; handing it over is the program's business and
 * needs no call. Different stores may run on different threads at once, and what they share is memories
 * that were made to be shared, nothing else: to each thread its store, with instances of its own that
 * import the same memory. See w2o_memory_share.
 *
 * Signals: the first store installs handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE (on AArch64 also
 * SIGTRAP). A signal that is no trap of compiled code goes to the handler that was installed before. A
 * shared library that holds the runtime may be unloaded when its stores have been freed; then that handler is back.
 */
#ifndef WASM2OBJ_H
#define WASM2OBJ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX != UINT64_MAX
#error "wasm2obj's runtime is for 64-bit targets"
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "wasm2obj's runtime is for little-endian targets"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Why a call did not return a result ---- */

/* The numbers are part of the ABI: 1 to 99 are traps of WebAssembly, 100 and up come from hosts. */
typedef enum w2o_trap {
    W2O_TRAP_NONE = 0,
    W2O_TRAP_UNREACHABLE = 1,
    W2O_TRAP_MEMORY_OUT_OF_BOUNDS = 2,
    W2O_TRAP_TABLE_OUT_OF_BOUNDS = 3,
    W2O_TRAP_INDIRECT_CALL_TO_NULL = 4,
    W2O_TRAP_BAD_SIGNATURE = 5,
    W2O_TRAP_INTEGER_OVERFLOW = 6,
    W2O_TRAP_INTEGER_DIVIDE_BY_ZERO = 7,
    W2O_TRAP_BAD_CONVERSION_TO_INTEGER = 8,
    W2O_TRAP_STACK_OVERFLOW = 9,
    W2O_TRAP_NULL_REFERENCE = 10,
    W2O_TRAP_CAST_FAILURE = 11,
    W2O_TRAP_ARRAY_OUT_OF_BOUNDS = 12,
    W2O_TRAP_UNALIGNED_ATOMIC = 13,
    W2O_TRAP_UNDEFINED_ELEMENT = 14,
    W2O_TRAP_ALLOCATION_TOO_LARGE = 15,
    W2O_TRAP_EXPECTED_SHARED_MEMORY = 16,
    W2O_TRAP_HEAP_EXHAUSTED = 17,

    W2O_TRAP_EXIT = 100,       /* the program asked to end, as WASI's proc_exit does */
    W2O_TRAP_HOST = 101,       /* a host function failed; why is the host's affair */
    W2O_TRAP_UNLINKABLE = 102, /* an import is missing or of another type */
    W2O_TRAP_NO_MEMORY = 103,  /* the system, or a limit of the store, denied memory */
    W2O_TRAP_MISUSE = 104,     /* an argument of this interface was wrong: see the message */
    W2O_TRAP_EXCEPTION = 105   /* an exception was thrown and not caught: see w2o_caught_tag */
} w2o_trap;

/* What a trap means, in the specification's words; never NULL. */
const char *w2o_trap_name(w2o_trap trap);

/* ---- Types ---- */

typedef struct w2o_store w2o_store;
typedef struct w2o_module w2o_module;     /* the symbol PREFIX_module of a compiled object */
typedef struct w2o_instance w2o_instance; /* what compiled code calls its context */

/* Process-wide identity of a function type: two types are the same one if their identities are. */
typedef uint32_t w2o_type;

/* A value type. References other than these come from a module: see docs/abi.md for the encoding. */
typedef uint32_t w2o_value_type;
#define W2O_I32 ((w2o_value_type)0x7f)
#define W2O_I64 ((w2o_value_type)0x7e)
#define W2O_F32 ((w2o_value_type)0x7d)
#define W2O_F64 ((w2o_value_type)0x7c)
#define W2O_V128 ((w2o_value_type)0x7b)
#define W2O_FUNCREF ((w2o_value_type)0x80007063)
#define W2O_EXTERNREF ((w2o_value_type)0x80006f63)
#define W2O_EXNREF ((w2o_value_type)0x80006963)
#define W2O_ANYREF ((w2o_value_type)0x80006e63)
#define W2O_EQREF ((w2o_value_type)0x80006d63)
#define W2O_I31REF ((w2o_value_type)0x80006c63)
#define W2O_STRUCTREF ((w2o_value_type)0x80006b63)
#define W2O_ARRAYREF ((w2o_value_type)0x80006a63)

/*
 * A reference that is not a function's; 0 is null. What a host function gets as arguments, or makes, or reads, is valid
 * until it returns; what is got or made outside of host functions until a scope ends, or the store: see w2o_scope_begin. A reference that
 * is valid no longer, or another store's, is told from others, and refused.
 */
typedef uint64_t w2o_ref;

/* A function; a reference to a function is the address of this. NULL is the null reference. */
typedef struct w2o_func {
    void *code;     /* in the convention of compiled code: not for C to call */
    void *context;  /* its instance, or the host function's own record */
    w2o_type type;
    uint32_t index; /* among its instance's function records; UINT32_MAX for a host function */
} w2o_func;

/*
 * A linear memory. `data` may change whenever the memory grows, unless it was made not to move; that of a
 * shared memory never does.
 */
typedef struct w2o_memory {
    uint8_t *data;
    uint64_t size; /* in bytes; of a shared memory to be read by w2o_memory_size */
    struct w2o_memory_details *details;
} w2o_memory;

/*
 * A table. An element is a `w2o_func *`, or a reference in the form that compiled code has it in, for which there are
 * w2o_get_element and w2o_set_element. `elements` may change when the table grows.
 */
typedef struct w2o_table {
    uint64_t *elements;
    uint64_t size;
    struct w2o_table_details *details;
} w2o_table;

/* A global: where its value is, and its type. A reference is not a w2o_ref there: see w2o_get_global. */
typedef struct w2o_global {
    void *cell; /* of 8 bytes, of 16 for W2O_V128 */
    w2o_value_type type;
    bool is_mutable;
    w2o_store *store;
} w2o_global;

/* A tag of exceptions. Its address is what tells it from others. */
typedef struct w2o_tag {
    w2o_type type; /* its parameters are the payload */
    uint32_t unused;
} w2o_tag;

typedef union w2o_value {
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    uint8_t v128[16];
    const w2o_func *func;
    w2o_ref ref;
} w2o_value;

typedef enum w2o_kind { W2O_FUNC, W2O_TABLE, W2O_MEMORY, W2O_GLOBAL, W2O_TAG, W2O_HOST_FUNC = 255 } w2o_kind;

/* A C function in the form that compiled code expects, cast: see w2o_func_new. */
typedef void (*w2o_host_code)(void);

/* What is imported or exported. W2O_HOST_FUNC is for imports: it takes on the type that is asked for. */
typedef struct w2o_extern {
    w2o_kind kind;
    union {
        const w2o_func *func;
        w2o_table *table;
        w2o_memory *memory;
        w2o_global global;
        const w2o_tag *tag;
        struct {
            w2o_host_code code;
            void *env;
        } host;
    } of;
} w2o_extern;

/* Makers of imports. Of the first one's arguments, `func` counts unless it is NULL. */
static inline w2o_extern w2o_import_func(const w2o_func *func, w2o_host_code code, void *env)
{
    w2o_extern import;
    import.kind = func != NULL ? W2O_FUNC : W2O_HOST_FUNC;
    if (func != NULL) {
        import.of.func = func;
    } else {
        import.of.host.code = code;
        import.of.host.env = env;
    }
    return import;
}

static inline w2o_extern w2o_import_table(w2o_table *table)
{
    w2o_extern import;
    import.kind = W2O_TABLE;
    import.of.table = table;
    return import;
}

static inline w2o_extern w2o_import_memory(w2o_memory *memory)
{
    w2o_extern import;
    import.kind = W2O_MEMORY;
    import.of.memory = memory;
    return import;
}

static inline w2o_extern w2o_import_global(w2o_global global)
{
    w2o_extern import;
    import.kind = W2O_GLOBAL;
    import.of.global = global;
    return import;
}

static inline w2o_extern w2o_import_tag(const w2o_tag *tag)
{
    w2o_extern import;
    import.kind = W2O_TAG;
    import.of.tag = tag;
    return import;
}

typedef struct w2o_limits {
    uint64_t minimum;
    uint64_t maximum;
    bool has_maximum;
} w2o_limits;

/* ---- Stores ---- */

/* Zero stands for the default in each field. */
typedef struct w2o_config {
    size_t max_stack;        /* bytes of stack for compiled code; default: the thread's, less host_stack */
    size_t host_stack;       /* bytes kept for host functions below that; default 64 KiB, at least 48 */
    uint64_t max_memory;     /* bytes of all memories made in it together; default: unlimited */
    uint64_t max_elements;   /* elements of all tables together; default 2^27 */
    uint32_t max_frames;     /* frames kept for a backtrace; default 64 */
    uint64_t max_heap;       /* bytes of all objects together; default 1 GiB, at most 4 GiB */
    uint32_t nursery;        /* bytes in which objects are made, before they are kept; default 4 MiB */
    uint32_t gc_stress;      /* to find errors: every so many allocations collect, and move objects; also W2O_GC_STRESS */
} w2o_config;

/* A new store; `config` may be NULL. NULL if there is no memory. */
w2o_store *w2o_store_new(const w2o_config *config);

/* Frees the store and all that it owns; not while one of its calls is active. `store` may be NULL. */
void w2o_store_free(w2o_store *store);

/*
 * Says what stack the next calls run on, for programs that switch stacks themselves; [low, high) must
 * contain the stack pointer at the next call. Threads' own stacks are found without help. To be called
 * again, on the new thread, when such a stack goes on on another thread.
 */
void w2o_store_set_stack(w2o_store *store, void *low, void *high);

/* ---- Instances ---- */

/*
 * Makes an instance: links `imports`, in the order of the module's imports, initialises it as the
 * specification says, and runs its start function. With W2O_TRAP_UNLINKABLE nothing has happened yet;
 * with other traps, active segments before the failing one have been written. *instance is set only
 * on success.
 */
w2o_trap w2o_instantiate(w2o_store *store, const w2o_module *module, const w2o_extern *imports, size_t count,
                         w2o_instance **instance);

/* Looks up an export by name (of `size` bytes; UTF-8). Returns whether there is one. */
bool w2o_export(w2o_instance *instance, const char *name, size_t size, w2o_extern *export_);

/* The export with a number below w2o_module_export_count. */
w2o_extern w2o_nth_export(w2o_instance *instance, size_t index);

/* What a module imports or exports. `module` is NULL for exports. Names may contain zeros. */
typedef struct w2o_item {
    const char *module;
    size_t module_size;
    const char *name;
    size_t name_size;
    w2o_kind kind;
} w2o_item;

size_t w2o_module_import_count(const w2o_module *module);
w2o_item w2o_module_import(const w2o_module *module, size_t index);
size_t w2o_module_export_count(const w2o_module *module);
w2o_item w2o_module_export(const w2o_module *module, size_t index);

w2o_store *w2o_instance_store(const w2o_instance *instance);
const w2o_module *w2o_instance_module(const w2o_instance *instance);
void *w2o_instance_data(const w2o_instance *instance);
void w2o_instance_set_data(w2o_instance *instance, void *data);

/* ---- Functions ---- */

/* The identity of the function type; 0 if there is no memory. */
w2o_type w2o_func_type(const w2o_value_type *parameters, size_t parameter_count, const w2o_value_type *results,
                       size_t result_count);

/* What a function type consists of; the parameters of a tag's type are the payload. */
size_t w2o_parameter_count(w2o_type type);
w2o_value_type w2o_parameter(w2o_type type, size_t index);
size_t w2o_result_count(w2o_type type);
w2o_value_type w2o_result(w2o_type type, size_t index);

/*
 * A function of the host's. For a type (i32, f64) -> (i64) `code` is
 *
 *     w2o_trap code(void *env, int32_t first, double second, int64_t *result);
 *
 * cast to w2o_host_code: `env`, the parameters (v128: the address of 16 bytes), one pointer for each
 * result. A trap that it returns is raised in its caller; then results are ignored. It must return:
 * no longjmp or exception out of it across compiled code. NULL if there is no memory.
 */
const w2o_func *w2o_func_new(w2o_store *store, w2o_type type, w2o_host_code code, void *env);

/*
 * Calls a function with arguments of its type; `results` has room for all of its results. The object
 * of the function, or another one instantiated in the store, must hold code for calls of its type,
 * which is so for exported functions: otherwise W2O_TRAP_MISUSE.
 */
w2o_trap w2o_call(w2o_store *store, const w2o_func *func, const w2o_value *arguments, w2o_value *results);

/* ---- Memories, tables, globals ---- */

typedef struct w2o_memory_type {
    w2o_limits limits;  /* in pages */
    bool is_64;         /* addresses are i64 */
    uint8_t page_shift; /* log2 of the page size: 16, or 0 for pages of one byte */
    bool is_shared;     /* it has a maximum, too */
} w2o_memory_type;

/* A new memory; NULL if there is none to be had. */
w2o_memory *w2o_memory_new(w2o_store *store, const w2o_memory_type *type);
w2o_memory_type w2o_memory_get_type(const w2o_memory *memory);

/*
 * Makes the store one of those that keep a shared memory: it can be imported there, and lives until the
 * last of them is freed. The memory must be alive, and its own store may be on another thread. Instantiation
 * does the same for a shared memory that it is given as an import. False if the memory is not a shared
 * one, or if there is no memory.
 */
bool w2o_memory_share(w2o_memory *memory, w2o_store *store);

/* Adds pages; returns the old size in pages, or -1. A shared memory may be grown by any thread. */
int64_t w2o_grow_memory(w2o_memory *memory, uint64_t pages);

/* The size in bytes, which other threads may change if the memory is a shared one. */
static inline uint64_t w2o_memory_size(const w2o_memory *memory)
{
    return __atomic_load_n(&memory->size, __ATOMIC_ACQUIRE);
}

/* The bytes [offset, offset + size), or NULL if they are not all in the memory. */
static inline uint8_t *w2o_memory_at(const w2o_memory *memory, uint64_t offset, uint64_t size)
{
    uint64_t end = w2o_memory_size(memory);
    return offset <= end && size <= end - offset ? memory->data + offset : NULL;
}

/*
 * Wakes up to `count` threads that wait (memory.atomic.wait) for the bytes from `offset` on; returns how many.
 * It is how a host tells guests that something has changed in a shared memory.
 */
uint32_t w2o_notify(w2o_memory *memory, uint64_t offset, uint32_t count);

typedef struct w2o_table_type {
    w2o_limits limits; /* in elements */
    w2o_value_type element;
    bool is_64; /* indices are i64 */
} w2o_table_type;

/* A new table, all elements being `initial`; NULL if there is no memory. */
w2o_table *w2o_table_new(w2o_store *store, const w2o_table_type *type, w2o_value initial);
w2o_table_type w2o_table_get_type(const w2o_table *table);

/* Adds elements; returns the old size, or -1. */
int64_t w2o_grow_table(w2o_table *table, uint64_t count, w2o_value initial);

/* Return false if there is no such element; setting one also if the value is of another type. */
bool w2o_get_element(const w2o_table *table, uint64_t index, w2o_value *value);
bool w2o_set_element(w2o_table *table, uint64_t index, w2o_value value);

/* Makes a new global. Returns false if there is no memory. */
bool w2o_global_new(w2o_store *store, w2o_value_type type, bool is_mutable, w2o_value initial, w2o_global *global);

/* Reads a global, whatever its type; null, too, if there is no memory for a reference. */
w2o_value w2o_get_global(const w2o_global *global);

/* Sets a global; false if it is immutable, or the value of another type. */
bool w2o_set_global(const w2o_global *global, w2o_value value);

/* ---- References ---- */

/*
 * A reference (externref) to something of the host's; 0 if there is no memory. `destructor`, unless it is NULL, is called
 * with the payload once nothing refers to it any more, at the latest when the store is freed. It may use the store
 * and call compiled code as a host function may, but not free the store.
 */
w2o_ref w2o_ref_new(w2o_store *store, void *payload, void (*destructor)(void *payload));

/* What w2o_ref_new was given; NULL for all other references. */
void *w2o_ref_payload(const w2o_store *store, w2o_ref ref);

/*
 * Keeps a reference beyond its scope: it stays valid until it has been dropped as often as it was kept. Gives `ref`
 * back, or 0 if it is not valid, or referred to 2^31 times. Null and i31 references need no keeping.
 */
w2o_ref w2o_ref_keep(w2o_store *store, w2o_ref ref);

/* Gives up what was kept; false if it was not. */
bool w2o_ref_drop(w2o_store *store, w2o_ref ref);

/*
 * Scopes end the references that were got or made since they began, unless these were kept. They nest. A host function need not
 * have one, unless it makes many references; a program that gets references outside of host functions should.
 */
typedef struct w2o_scope {
    uint64_t handles;
} w2o_scope;

w2o_scope w2o_scope_begin(const w2o_store *store);
void w2o_scope_end(w2o_store *store, w2o_scope scope);

/* Whether a reference is valid, and of a type (null is of those that take null). Not for functions. */
bool w2o_ref_is(const w2o_store *store, w2o_ref ref, w2o_value_type type);

/* Whether two references are valid, and to the same; handles of one object may differ. */
bool w2o_ref_equals(const w2o_store *store, w2o_ref a, w2o_ref b);

/* An i31 reference; the upper bit of the value is lost. And its value, sign-extended; false if it is none. */
w2o_ref w2o_i31(int32_t value);
bool w2o_i31_value(w2o_ref ref, int32_t *value);

/* Frees all that nothing refers to: the host's references and objects. Outside of host functions, or in them. */
void w2o_collect(w2o_store *store);

/* ---- Objects: structs and arrays in the store's heap. docs/references.md shows their use ---- */

/* The identity of a module's type, by its index there; 0 if there is none. */
w2o_type w2o_instance_type(const w2o_instance *instance, uint32_t index);

/* The type of references to a type. */
static inline w2o_value_type w2o_ref_to(w2o_type type, bool is_nullable)
{
    return type << 8 | (is_nullable ? 0x63u : 0x64u);
}

/*
 * These give NULL_REFERENCE, ARRAY_OUT_OF_BOUNDS and HEAP_EXHAUSTED as the instructions would, and MISUSE for everything
 * that validation would have refused: references that are not valid or to something else, values that do not fit, writing what is immutable.
 * Packed fields and elements are i32; read, their upper bits are 0.
 */

/* A new struct; `fields` is NULL for default values. */
w2o_trap w2o_struct_new(w2o_store *store, w2o_type type, const w2o_value *fields, w2o_ref *object);

/* A new array of `length` times `element`, which is NULL for the default value. */
w2o_trap w2o_array_new(w2o_store *store, w2o_type type, uint32_t length, const w2o_value *element, w2o_ref *object);

w2o_trap w2o_struct_get(w2o_store *store, w2o_ref object, uint32_t field, w2o_value *value);
w2o_trap w2o_struct_set(w2o_store *store, w2o_ref object, uint32_t field, w2o_value value);
w2o_trap w2o_array_length(w2o_store *store, w2o_ref array, uint32_t *length);
w2o_trap w2o_array_get(w2o_store *store, w2o_ref array, uint32_t index, w2o_value *value);
w2o_trap w2o_array_set(w2o_store *store, w2o_ref array, uint32_t index, w2o_value value);

/* Several elements, which are numbers, from or to C's memory: without gaps, as large as they are in the array. */
w2o_trap w2o_array_read(w2o_store *store, w2o_ref array, uint32_t start, uint32_t count, void *elements);
w2o_trap w2o_array_write(w2o_store *store, w2o_ref array, uint32_t start, uint32_t count, const void *elements);

/* ---- Exceptions ---- */

/*
 * A call that ends with W2O_TRAP_EXCEPTION has left an exception in the store, until it is cleared, or
 * until something else is thrown, traps or fails there. A host function that returns W2O_TRAP_EXCEPTION
 * throws what is in the store: so one that got it from a call passes the exception on. If nothing is there, that
 * is W2O_TRAP_MISUSE.
 */

/* A new tag of the host's, for a type without results. NULL if there is no memory. */
const w2o_tag *w2o_tag_new(w2o_store *store, w2o_type type);

/*
 * Puts a new exception with a payload of the tag's type into the store. Returns W2O_TRAP_EXCEPTION, for a
 * host function to return, or W2O_TRAP_NO_MEMORY.
 */
w2o_trap w2o_throw(w2o_store *store, const w2o_tag *tag, const w2o_value *payload);

/* The same with the exception that an exnref refers to; W2O_TRAP_NULL_REFERENCE for null. */
w2o_trap w2o_throw_ref(w2o_store *store, w2o_ref exception);

/* The tag of the exception in the store; NULL if there is none. */
const w2o_tag *w2o_caught_tag(const w2o_store *store);

/*
 * Its payload; as many values as the tag's type has parameters. They stay until the next call of this. NULL if there is
 * no exception, or no memory for the payload's references.
 */
const w2o_value *w2o_caught_payload(w2o_store *store);

/* Forgets the exception in the store. */
void w2o_clear_exception(w2o_store *store);

/* ---- Traps ---- */

/* One frame of compiled code in a backtrace, innermost first. */
typedef struct w2o_frame {
    const w2o_module *module;
    uint32_t function;  /* index in the module */
    uint32_t offset;    /* of the instruction, in bytes from the start of the module; 0 if not known */
    const char *name;   /* of the name section; NULL if not known */
} w2o_frame;

/* The store's last trap: its frames, of which as many are kept as the configuration says. */
w2o_trap w2o_last_trap(const w2o_store *store);
size_t w2o_frame_count(const w2o_store *store);
w2o_frame w2o_get_frame(const w2o_store *store, size_t index);

/* More about the last trap in words, such as the import that is missing; "" if there is nothing to say. */
const char *w2o_message(const w2o_store *store);

/*
 * Writes the last trap and its backtrace as text of several lines into `text`, as snprintf would:
 * always terminated, cut off at `size`; returns the length of the whole.
 *
 *     wasm trap: out of bounds memory access
 *       #0 0x1a2f copy
 *       #1 0x0b10 main
 */
size_t w2o_trap_text(const w2o_store *store, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
