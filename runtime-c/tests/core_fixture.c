/* The descriptors of the modules in core_fixture_x86_64.S. */
#include <string.h>

#include "core_test.h"

#define LABEL(name) extern const uint8_t fixture_##name[] __attribute__((visibility("hidden")))
LABEL(a_text);
LABEL(b_text);
LABEL(r_text);

/* Offsets of labels within their text: constants for the linker only, so they are filled in before main. */
#define A(label) ((uint32_t)(fixture_a_##label - fixture_a_text))
#define B(label) ((uint32_t)(fixture_b_##label - fixture_b_text))
#define R(label) ((uint32_t)(fixture_r_##label - fixture_r_text))

LABEL(a_add); LABEL(a_load); LABEL(a_unreachable); LABEL(a_unreachable_trap); LABEL(a_recurse);
LABEL(a_recurse_return); LABEL(a_recurse_trap); LABEL(a_call_host); LABEL(a_call_host_return);
LABEL(a_fill); LABEL(a_fill_return); LABEL(a_divide); LABEL(a_divide_trap); LABEL(a_call_element);
LABEL(a_call_element_return); LABEL(a_call_element_trap); LABEL(a_framed); LABEL(a_framed_return);
LABEL(a_grow); LABEL(a_large); LABEL(a_large_trap); LABEL(a_enter); LABEL(a_adapter); LABEL(a_export_add); LABEL(a_end);
LABEL(b_load_and_add); LABEL(b_load_and_add_return); LABEL(b_enter); LABEL(b_adapter); LABEL(b_end);

LABEL(r_keep); LABEL(r_keep_return); LABEL(r_framed); LABEL(r_framed_return); LABEL(r_enter); LABEL(r_adapter); LABEL(r_end);

static const uint32_t value_types[] = {
    0x7f, 0x7f, 0x7f, /* (i32, i32) -> (i32) */
    0x7f, 0x7f,       /* (i32) -> (i32) */
    0x7f, 0x7f, 0x7f, /* (i32, i32, i32) -> () */
};

#define FUNC_TYPE(group_, first_, parameters_, results_) \
    {.group = (group_), .first = (first_), .parameters = (parameters_), .results = (results_), .is_final = 1}

/* ---- a ---- */

static w2o_type_row a_types[] = {
    FUNC_TYPE(0, 0, 2, 1), FUNC_TYPE(1, 3, 1, 1), FUNC_TYPE(2, 0, 0, 0), FUNC_TYPE(3, 5, 3, 0),
};

static const char a_strings[] = "env" "host" "add" "load" "unreachable" "recurse" "call_host" "fill" "divide"
                                "call_element" "framed" "grow" "memory" "table" "g" "large";

static const w2o_import_row a_imports[] = {{0, 3, 3, 4, W2O_FUNC, 0, 1}};

enum { A_TYPES = -296, A_IMPORTS = -320, A_SIZE = 592, A_FUNCTIONS = 11 };
#define A_RECORD(row) (A_IMPORTS - 24 * ((row) + 1))

static const w2o_export_row a_exports[] = {
    {7, 3, W2O_FUNC, 1, A_RECORD(0)},   {10, 4, W2O_FUNC, 2, A_RECORD(1)}, {14, 11, W2O_FUNC, 3, A_RECORD(2)},
    {25, 7, W2O_FUNC, 4, A_RECORD(3)},  {32, 9, W2O_FUNC, 5, A_RECORD(4)}, {41, 4, W2O_FUNC, 6, A_RECORD(5)},
    {45, 6, W2O_FUNC, 7, A_RECORD(6)},  {51, 12, W2O_FUNC, 8, A_RECORD(7)}, {63, 6, W2O_FUNC, 9, A_RECORD(8)},
    {69, 4, W2O_FUNC, 10, A_RECORD(9)}, {73, 6, W2O_MEMORY, 0, 0},         {79, 5, W2O_TABLE, 0, 0},
    {84, 1, W2O_GLOBAL, 0, 0},          {3, 4, W2O_FUNC, 0, A_IMPORTS},       {85, 5, W2O_FUNC, 11, A_RECORD(10)},
};

static const w2o_func_row a_functions[A_FUNCTIONS] = {{1, 0}, {2, 1}, {3, 2}, {4, 1}, {5, 1}, {6, 3},
                                                {7, 0}, {8, 1}, {9, 2}, {10, 1}, {11, 2}};

static const w2o_memory_row a_memories[] = {
    {1, 4, -40, W2O_PINNED | W2O_GUARDED | W2O_HAS_MAXIMUM, 16},
};
static const w2o_table_row a_tables[] = {
    {.minimum = 4, .maximum = 8, .type = W2O_FUNCREF, .offset = -280, .flags = W2O_HAS_MAXIMUM},
};
static const w2o_global_row a_globals[] = {
    {.init = {42, W2O_INIT_BITS, 0}, .type = 0x7f, .offset = -48, .flags = W2O_MUTABLE},
};
static const int32_t a_items[] = {A_RECORD(0), A_IMPORTS, A_RECORD(1)};
static const w2o_element_row a_elements[] = {{.mode = W2O_ACTIVE, .count = 3}};
/* i32.const 4; i32.const 4; i32.mul; end */
static const uint8_t a_expressions[] = {0x41, 4, 0x41, 4, 0x6c, 0x0b};
static const w2o_data_row a_datas[] = {
    {.offset = {0, W2O_INIT_CODE, 0}, .start = 0, .size = 5, .mode = W2O_ACTIVE},
};
static const uint8_t a_bytes[] = "hello";

static const uint32_t a_trap_starts[] = {0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 5, 5, 5};
static uint32_t a_trap_offsets[5];
static const uint8_t a_trap_kinds[] = {W2O_TRAP_UNREACHABLE, W2O_TRAP_STACK_OVERFLOW, W2O_TRAP_INTEGER_OVERFLOW,
                                       W2O_TRAP_TABLE_OUT_OF_BOUNDS, W2O_TRAP_STACK_OVERFLOW};

#define SIZE(bytes) ((uint32_t)(bytes) / 8 << W2O_FRAME_SIZE_SHIFT)
static w2o_frame_row a_frames[] = {
    {0, SIZE(8)},  {0, SIZE(8)},  {0, SIZE(8)},
    {0, SIZE(32)}, {0, SIZE(32)}, {0, SIZE(16)},
    {0, SIZE(8)},  {0, SIZE(32)}, {0, SIZE(16) | W2O_FRAME_POINTER | W2O_FRAME_SAVES_FP},
    {0, SIZE(16)}, {0, SIZE(0x1ffff0)}, {0, W2O_FRAME_ENTRY}, {0, SIZE(32) | W2O_FRAME_ADAPTER | W2O_FRAME_SAVES_FP},
    {0, W2O_FRAME_ENTRY},
};

/* Positions of unreachable (at its start: 0x123) and of the return in framed (0x150, then 0x100). */
static uint32_t a_position_starts[15] = {0, 0, 0, 3, 3, 3, 3, 3, 3, 6, 6, 6, 6, 6, 6};
static uint8_t a_positions[] = {0, 0xa3, 0x02, 0, 0xd0, 0x02};

static const uint32_t a_name_starts[] = {0, 0, 0, 5, 17, 25, 35, 35, 35, 35, 42, 42, 42};
static const char a_names[] = "load\0unreachable\0recurse\0call_host\0framed";

static w2o_module_state a_state;

w2o_module a_module = {
    .version = W2O_ABI_VERSION,
    .abi = &w2o_abi_v3,
    .name = "a",
    .text = fixture_a_text,
    .instance_size = A_SIZE,
    .state = &a_state,
    .strings = a_strings,
    .types = a_types,
    .value_types = value_types,
    .imports = a_imports,
    .exports = a_exports,
    .functions = a_functions,
    .memories = a_memories,
    .tables = a_tables,
    .globals = a_globals,
    .elements = a_elements,
    .element_items = a_items,
    .datas = a_datas,
    .data_bytes = a_bytes,
    .expressions = a_expressions,
    .frames = a_frames,
    .trap_starts = a_trap_starts,
    .trap_offsets = a_trap_offsets,
    .trap_kinds = a_trap_kinds,
    .position_starts = a_position_starts,
    .positions = a_positions,
    .name_starts = a_name_starts,
    .names = a_names,
    .type_count = 4,
    .import_count = 1,
    .export_count = sizeof a_exports / sizeof *a_exports,
    .function_count = A_FUNCTIONS,
    .memory_count = 1,
    .table_count = 1,
    .global_count = 1,
    .element_count = 1,
    .data_count = 1,
    .frame_count = sizeof a_frames / sizeof *a_frames,
    .own_functions = A_FUNCTIONS,
    .imported_functions = 1,
    .types_offset = A_TYPES,
    .import_records = A_IMPORTS,
};

/* ---- b ---- */

static w2o_type_row b_types[] = {FUNC_TYPE(0, 3, 1, 1)};
static const char b_strings[] = "a" "load" "memory" "table" "g" "load_and_add";
static const w2o_import_row b_imports[] = {
    {0, 1, 1, 4, W2O_FUNC, 0, 0},
    {0, 1, 5, 6, W2O_MEMORY, 0, 0},
    {0, 1, 11, 5, W2O_TABLE, 0, 0},
    {0, 1, 16, 1, W2O_GLOBAL, 0, 0},
};
static const w2o_export_row b_exports[] = {{17, 12, W2O_FUNC, 1, -328}};
static const w2o_func_row b_functions[] = {{1, 0}};
static const w2o_memory_row b_memories[] = {{1, 0, -264, W2O_IMPORTED, 16}};
static const w2o_table_row b_tables[] = {{.minimum = 2, .type = W2O_FUNCREF, .offset = -272, .flags = W2O_IMPORTED}};
static const w2o_global_row b_globals[] = {
    {.type = 0x7f, .offset = -48, .flags = W2O_IMPORTED | W2O_MUTABLE},
    {.init = {1000, W2O_INIT_BITS, 0}, .type = 0x7f, .offset = -56},
};
static w2o_frame_row b_frames[] = {
    {0, SIZE(32)}, {0, W2O_FRAME_ENTRY}, {0, SIZE(32) | W2O_FRAME_ADAPTER | W2O_FRAME_SAVES_FP},
};
static const uint32_t b_trap_starts[4];
static w2o_module_state b_state;

w2o_module b_module = {
    .version = W2O_ABI_VERSION,
    .abi = &w2o_abi_v3,
    .name = "b",
    .text = fixture_b_text,
    .instance_size = 336,
    .state = &b_state,
    .strings = b_strings,
    .types = b_types,
    .value_types = value_types,
    .imports = b_imports,
    .exports = b_exports,
    .functions = b_functions,
    .memories = b_memories,
    .tables = b_tables,
    .globals = b_globals,
    .frames = b_frames,
    .trap_starts = b_trap_starts,
    .type_count = 1,
    .import_count = 4,
    .export_count = 1,
    .function_count = 1,
    .memory_count = 1,
    .table_count = 1,
    .global_count = 2,
    .frame_count = 3,
    .own_functions = 1,
    .imported_functions = 1,
    .types_offset = -280,
    .import_records = -304,
};

/* ---- r ---- */

static const uint32_t r_value_types[] = {0x7f, 0x7f, W2O_EXTERNREF, W2O_EXTERNREF};
static w2o_type_row r_types[] = {FUNC_TYPE(0, 0, 1, 1), FUNC_TYPE(1, 2, 1, 1)};
static const char r_strings[] = "env" "host" "keep" "framed" "table" "g";
static const w2o_import_row r_imports[] = {{0, 3, 3, 4, W2O_FUNC, 0, 0}};
#define R_RECORD(row) (-288 - 24 * ((row) + 1))
static const w2o_export_row r_exports[] = {
    {7, 4, W2O_FUNC, 1, R_RECORD(0)}, {11, 6, W2O_FUNC, 2, R_RECORD(1)}, {17, 5, W2O_TABLE, 0, 0}, {22, 1, W2O_GLOBAL, 0, 0},
};
static const w2o_func_row r_functions[] = {{1, 1}, {2, 1}};
static const w2o_table_row r_tables[] = {{.minimum = 4, .type = W2O_EXTERNREF, .offset = -360}};
static const w2o_global_row r_globals[] = {{.type = W2O_EXTERNREF, .offset = -48, .flags = W2O_MUTABLE}};
static w2o_frame_row r_frames[] = {
    {0, SIZE(32)}, {0, SIZE(32) | W2O_FRAME_POINTER | W2O_FRAME_SAVES_FP}, {0, W2O_FRAME_ENTRY},
    {0, SIZE(32) | W2O_FRAME_ADAPTER | W2O_FRAME_SAVES_FP},
};
static const uint32_t r_trap_starts[5];
static const uint32_t r_map_starts[] = {0, 2, 4, 4, 4};
static uint8_t r_map_places[] = {0, 0, 0, 0};
static const uint8_t r_maps[] = {1, 0}; /* one slot, the first */
static w2o_module_state r_state;

w2o_module r_module = {
    .version = W2O_ABI_VERSION,
    .abi = &w2o_abi_v3,
    .name = "r",
    .text = fixture_r_text,
    .instance_size = 368,
    .state = &r_state,
    .strings = r_strings,
    .types = r_types,
    .value_types = r_value_types,
    .imports = r_imports,
    .exports = r_exports,
    .functions = r_functions,
    .tables = r_tables,
    .globals = r_globals,
    .frames = r_frames,
    .trap_starts = r_trap_starts,
    .map_starts = r_map_starts,
    .map_places = r_map_places,
    .maps = r_maps,
    .type_count = 2,
    .import_count = 1,
    .export_count = 4,
    .function_count = 2,
    .table_count = 1,
    .global_count = 1,
    .frame_count = 4,
    .own_functions = 2,
    .imported_functions = 1,
    .types_offset = -264,
    .import_records = -288,
};

/* ---- What the compiler would have known ---- */

__attribute__((constructor)) static void fill_in(void)
{
    const uint32_t starts[] = {
        A(add), A(load), A(unreachable), A(recurse), A(call_host), A(fill), A(divide), A(call_element), A(framed),
        A(grow), A(large), A(enter), A(adapter), A(export_add),
    };
    for (size_t i = 0; i < sizeof a_frames / sizeof *a_frames; i++) {
        a_frames[i].start = starts[i];
    }
    for (size_t i = 0; i < 4; i++) {
        a_types[i].enter = A_FUNCTIONS + 1;
    }
    a_types[1].adapter = A_FUNCTIONS + 2;
    const uint32_t traps[] = {
        A(unreachable_trap) - A(unreachable), A(recurse_trap) - A(recurse), A(divide_trap) - A(divide),
        A(call_element_trap) - A(call_element), A(large_trap) - A(large),
    };
    memcpy(a_trap_offsets, traps, sizeof traps);
    a_positions[3] = (uint8_t)(A(framed_return) - A(framed));
    b_frames[0].start = B(load_and_add);
    b_frames[1].start = B(enter);
    b_frames[2].start = B(adapter);
    b_types[0].enter = 2;
    b_types[0].adapter = 3;
    const uint32_t r_starts[] = {R(keep), R(framed), R(enter), R(adapter)};
    for (size_t i = 0; i < 4; i++) {
        r_frames[i].start = r_starts[i];
    }
    r_types[0].adapter = 4;
    r_types[1].enter = 3;
    r_map_places[0] = (uint8_t)(R(keep_return) - R(keep));
    r_map_places[2] = (uint8_t)(R(framed_return) - R(framed));
    r_module.text_size = R(end);
    a_module.text_size = A(end);
    b_module.text_size = B(end);
}
