/*
 * The module descriptor: what the compiler says of a module in its object, as the symbol
 * PREFIX_module. wasm2obj.driver.ModuleDescriptorWriter writes it.
 *
 * Rows are arrays in read-only data; only the struct w2o_module has pointers, so that a
 * position-independent program relocates few words. Offsets of code count from `text`; context offsets
 * from the context, and are negative.
 */
#ifndef W2O_DESCRIPTOR_H
#define W2O_DESCRIPTOR_H

#include <stdint.h>

#include "wasm2obj.h"

enum { W2O_ABI_VERSION = 3 };

/* The symbol that every object refers to: a runtime of another version does not have it. */
extern const char w2o_abi_v3;

/*
 * Value types, also those of fields, are words:
 *   bits 0-6   0x7f i32, 0x7e i64, 0x7d f32, 0x7c f64, 0x7b v128, 0x78 i8, 0x77 i16,
 *              0x64 (ref heap), 0x63 (ref null heap)
 *   bit 7      of a field: it is mutable
 *   bits 8-31  the heap type of a reference: 0x800000 + its code byte if it is abstract (0x70 func,
 *              0x6f extern, ...), otherwise a type: in a descriptor its index in the module, in the
 *              runtime its identity; inside the runtime's keys 0x400000 + position in its own group
 */
enum {
    W2O_CODE_MASK = 0x7f,
    W2O_CODE_REF = 0x64,
    W2O_CODE_REF_NULL = 0x63,
    W2O_FIELD_MUTABLE = 0x80,
    W2O_HEAP_SHIFT = 8,
    W2O_HEAP_ABSTRACT = 0x800000,
    W2O_HEAP_IN_GROUP = 0x400000
};

enum { W2O_TYPE_FUNC, W2O_TYPE_STRUCT, W2O_TYPE_ARRAY };

/* A type of the module's type section. */
typedef struct w2o_type_row {
    uint32_t group;       /* index of the first type of its recursion group */
    uint32_t super;       /* index of its supertype + 1; 0 if it has none */
    uint32_t first;       /* of its words in `value_types`: parameters then results, or fields */
    uint16_t parameters;  /* of a function; fields of a struct; 1 for an array */
    uint16_t results;
    uint8_t kind;
    uint8_t is_final;
    uint16_t unused;
    uint32_t enter;       /* array call thunk of the signature: its frame row + 1; 0 if there is none */
    uint32_t adapter;     /* host adapter of the signature, likewise */
} w2o_type_row;

typedef struct w2o_import_row {
    uint32_t module, module_size; /* in `strings` */
    uint32_t name, name_size;
    uint32_t kind;                /* w2o_kind */
    uint32_t index;               /* in the index space of its kind */
    uint32_t type;                /* of a function: its type's index */
} w2o_import_row;

typedef struct w2o_export_row {
    uint32_t name, name_size;
    uint32_t kind;
    uint32_t index;
    int32_t offset; /* of a function: its record in the context */
} w2o_export_row;

/*
 * A function of the module that has a record. Imported function f's record is at
 * `import_records` + 24 f; row i's at `import_records` - 24 (i + 1). Ascending by function.
 */
typedef struct w2o_func_row {
    uint32_t function;
    uint32_t type;
} w2o_func_row;

enum {
    W2O_IMPORTED = 1,    /* the context has its address, not itself; so of a shared memory */
    W2O_HAS_MAXIMUM = 2,
    W2O_IS_64 = 4,
    W2O_SHARED = 8,      /* memory */
    W2O_PINNED = 16,     /* memory 0: the context is the address of its byte 0, which never moves */
    W2O_GUARDED = 32,    /* memory: compiled code relies on its guard instead of checking bounds */
    W2O_MUTABLE = 64,    /* global */
    W2O_NO_STORAGE = 128 /* table: compiled code has its own form of it and never reads the elements */
};

/* How a constant expression is written down. */
enum {
    W2O_INIT_BITS, /* `value` are its bits; null references included */
    W2O_INIT_FUNC, /* `value` is the context offset of a function's record */
    W2O_INIT_CODE  /* `value` is where in `expressions` its WebAssembly code is, `end` included */
};

typedef struct w2o_init {
    uint64_t value;
    uint32_t kind;
    uint32_t unused;
} w2o_init;

typedef struct w2o_memory_row {
    uint64_t minimum, maximum; /* in pages */
    int32_t offset;            /* in the context: its record, or its address */
    uint16_t flags;
    uint16_t page_shift;
} w2o_memory_row;

typedef struct w2o_table_row {
    uint64_t minimum, maximum;
    w2o_init init;
    uint32_t type;
    int32_t offset;
    uint32_t flags;
    uint32_t unused;
} w2o_table_row;

typedef struct w2o_global_row {
    w2o_init init;
    uint32_t type;
    int32_t offset; /* in the context: its cell, or the cell's address */
    uint32_t flags;
    uint32_t unused;
} w2o_global_row;

typedef struct w2o_tag_row {
    uint32_t type;
    int32_t offset; /* in the context: it, or its address */
    uint32_t flags;
} w2o_tag_row;

enum { W2O_PASSIVE, W2O_ACTIVE, W2O_DECLARATIVE };

typedef struct w2o_element_row {
    w2o_init offset;
    uint32_t mode;
    uint32_t table;
    uint32_t are_inits; /* items are indices into `inits` instead of context offsets of records (0: null) */
    uint32_t first;     /* in `element_items` */
    uint32_t count;
    uint32_t unused;
} w2o_element_row;

typedef struct w2o_data_row {
    w2o_init offset;
    uint64_t start, size; /* in `data_bytes` */
    uint32_t mode;
    uint32_t memory;
} w2o_data_row;

/*
 * A stretch of code with one frame: a function or a thunk. The first `own_functions` rows are the
 * module's own functions in order. The frame's facts hold where the walker meets it, at calls and traps.
 * Rows ascend by start, unless the module's code is scattered over sections that the linker arranges:
 * then a start is the distance from itself.
 */
enum {
    W2O_FRAME_FUNCTION,
    W2O_FRAME_ENTRY,   /* entry thunk: the activation's last frame */
    W2O_FRAME_ADAPTER, /* between compiled code and a host function */
    W2O_FRAME_SHARED,  /* code that calls share: it may trap, for its caller, whose registers it has left alone */
    W2O_FRAME_KIND_MASK = 3,
    W2O_FRAME_POINTER = 4,    /* CFA = frame pointer + 16; otherwise stack pointer + size (AArch64: no frame record) */
    W2O_FRAME_SAVES_FP = 8,   /* the caller's frame pointer is saved at CFA - 16 */
    W2O_FRAME_PARAMETERS_SHIFT = 4, /* bits 4-13: size / 16 of the stack parameters, which it removes */
    W2O_FRAME_PARAMETERS_MASK = 1023,
    W2O_FRAME_SIZE_SHIFT = 14 /* bits 14-31: frame size / 8, return address included */
};

typedef struct w2o_frame_row {
    uint32_t start; /* code offset; of scattered code: distance from this field */
    uint32_t info;
} w2o_frame_row;

/* A call whose exceptions are caught here: ascending. Code offsets are from the frame row's start. */
typedef struct w2o_handler_row {
    uint32_t frame; /* its row */
    uint32_t return_address;
    uint32_t landing; /* where to go on, with the frame as it is in the body */
} w2o_handler_row;

/* What the runtime keeps for a module; zero at the start of the program. */
typedef struct w2o_module_state {
    _Atomic(const w2o_module *) next; /* in the list of modules that have instances */
    uint64_t instances;
    uintptr_t low, size;              /* where all code lies */
    uint32_t *order;                  /* of scattered code: frame rows by address */
    uint64_t unused[3];
} w2o_module_state;

/* How a heap is managed: see gc.h. */
typedef struct w2o_collector w2o_collector;

/* The module's flags. */
enum { W2O_SCATTERED = 1 };

struct w2o_module {
    uint32_t version;
    uint32_t flags;
    const char *abi; /* &w2o_abi_v3 */
    const char *name; /* the prefix */

    const uint8_t *text; /* unless it is scattered: all code, and its size */
    uint32_t text_size;
    uint32_t instance_size; /* bytes below the context, a multiple of 16 */
    w2o_module_state *state;

    const char *strings;
    const w2o_type_row *types;
    const uint32_t *value_types;
    const w2o_import_row *imports;
    const w2o_export_row *exports;
    const w2o_func_row *functions;
    const w2o_memory_row *memories;
    const w2o_table_row *tables;
    const w2o_global_row *globals;
    const w2o_tag_row *tags;
    const w2o_element_row *elements;
    const int32_t *element_items;
    const w2o_init *inits;
    const w2o_data_row *datas;
    const uint8_t *data_bytes;
    const uint8_t *expressions;
    const w2o_host_code *import_code; /* by import: C function to use when none is given; may be NULL */

    const w2o_frame_row *frames;
    const uint32_t *frame_sizes;  /* of scattered code: bytes of each row */
    const uint32_t *trap_starts;  /* by frame row, one more at the end: in the two that follow */
    const uint32_t *trap_offsets; /* places that trap, from the row's start, ascending */
    const uint8_t *trap_kinds;
    const w2o_handler_row *handlers;
    const uint32_t *position_starts; /* by frame row, one more at the end: in `positions`; may be NULL */
    const uint8_t *positions;
    const uint32_t *name_starts;     /* by function index, one more at the end: in `names`; may be NULL */
    const char *names;

    /* Stack maps: see docs/abi.md. NULL for a module that has no references in its frames. */
    const uint32_t *map_starts; /* by frame row, one more at the end: in `map_places` */
    const uint8_t *map_places;
    const uint8_t *maps;
    const w2o_collector *collector; /* of a module that has objects: what its store's heap is to be managed by; else NULL */

    uint32_t type_count;
    uint32_t import_count;
    uint32_t export_count;
    uint32_t function_count;
    uint32_t memory_count;
    uint32_t table_count;
    uint32_t global_count;
    uint32_t tag_count;
    uint32_t element_count;
    uint32_t data_count;
    uint32_t frame_count;
    uint32_t handler_count;
    uint32_t own_functions;      /* frame rows that are functions of the module */
    uint32_t imported_functions; /* the index of the first own function */
    int32_t types_offset;        /* context offset of the identities */
    int32_t import_records;      /* context offset of imported function 0's record */
    int32_t start;               /* context offset of the start function's record; 0 if there is none */
    uint32_t unused;
};

#define W2O_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " is written by the compiler")
W2O_SIZE(w2o_type_row, 28);
W2O_SIZE(w2o_import_row, 28);
W2O_SIZE(w2o_export_row, 20);
W2O_SIZE(w2o_func_row, 8);
W2O_SIZE(w2o_init, 16);
W2O_SIZE(w2o_memory_row, 24);
W2O_SIZE(w2o_table_row, 48);
W2O_SIZE(w2o_global_row, 32);
W2O_SIZE(w2o_element_row, 40);
W2O_SIZE(w2o_data_row, 40);
W2O_SIZE(w2o_frame_row, 8);
W2O_SIZE(w2o_module_state, 64);
W2O_SIZE(w2o_module, 368);
W2O_SIZE(w2o_tag_row, 12);
W2O_SIZE(w2o_handler_row, 12);

#endif
