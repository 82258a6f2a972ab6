/* Traps and frames in words. */
#include <inttypes.h>
#include <stdio.h>

#include "store.h"

static const char *const names[] = {
    [W2O_TRAP_NONE] = "none",
    [W2O_TRAP_UNREACHABLE] = "unreachable",
    [W2O_TRAP_MEMORY_OUT_OF_BOUNDS] = "out of bounds memory access",
    [W2O_TRAP_TABLE_OUT_OF_BOUNDS] = "out of bounds table access",
    [W2O_TRAP_INDIRECT_CALL_TO_NULL] = "uninitialized element",
    [W2O_TRAP_BAD_SIGNATURE] = "indirect call type mismatch",
    [W2O_TRAP_INTEGER_OVERFLOW] = "integer overflow",
    [W2O_TRAP_INTEGER_DIVIDE_BY_ZERO] = "integer divide by zero",
    [W2O_TRAP_BAD_CONVERSION_TO_INTEGER] = "invalid conversion to integer",
    [W2O_TRAP_STACK_OVERFLOW] = "call stack exhausted",
    [W2O_TRAP_NULL_REFERENCE] = "null reference",
    [W2O_TRAP_CAST_FAILURE] = "cast failure",
    [W2O_TRAP_ARRAY_OUT_OF_BOUNDS] = "out of bounds array access",
    [W2O_TRAP_UNALIGNED_ATOMIC] = "unaligned atomic",
    [W2O_TRAP_UNDEFINED_ELEMENT] = "undefined element",
    [W2O_TRAP_ALLOCATION_TOO_LARGE] = "allocation size too large",
    [W2O_TRAP_EXPECTED_SHARED_MEMORY] = "expected shared memory",
    [W2O_TRAP_HEAP_EXHAUSTED] = "heap exhausted",
    [W2O_TRAP_EXIT] = "exit",
    [W2O_TRAP_HOST] = "host function failed",
    [W2O_TRAP_UNLINKABLE] = "unlinkable",
    [W2O_TRAP_NO_MEMORY] = "out of memory",
    [W2O_TRAP_EXCEPTION] = "unhandled exception",
    [W2O_TRAP_MISUSE] = "misuse of the runtime",
};

const char *w2o_trap_name(w2o_trap trap)
{
    size_t index = (size_t)trap;
    return index < sizeof names / sizeof *names && names[index] != NULL ? names[index] : "unknown trap";
}

/* ---- Positions: see docs/abi.md ---- */

static uint32_t read_signed(const uint8_t **at)
{
    uint32_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        value |= (uint32_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte >= 0x80);
    return shift < 32 && (byte & 0x40) != 0 ? value | UINT32_MAX << shift : value;
}

/*
 * Finds what is noted of a place in the code: a position in the row's own function, then those in functions inlined there,
 * the innermost last. Returns how many there are, and puts number `wanted` into the frame.
 */
static size_t find_position(const w2o_code_place *code, size_t wanted, w2o_frame *frame)
{
    const w2o_module *module = code->module;
    if (module->position_starts == NULL) {
        return 0;
    }
    const uint8_t *start = module->positions + module->position_starts[code->row];
    const uint8_t *end = module->positions + module->position_starts[code->row + 1];
    uint32_t place = 0;
    uint32_t source = 0;
    size_t count = 0;
    for (const uint8_t *at = start; at < end && place <= code->offset;) {
        bool is_first = at == start;
        uint32_t distance = (uint32_t)w2o_read_unsigned(&at);
        bool is_inlined = distance == 0 && !is_first;
        uint32_t function = is_inlined ? (uint32_t)w2o_read_unsigned(&at) : module->imported_functions + code->row;
        place += distance;
        source += read_signed(&at);
        if (place == code->offset && count++ == wanted) {
            frame->function = function;
            frame->offset = source;
        }
    }
    return count;
}

/* How many frames a place stands for. */
static size_t count_frames(const w2o_code_place *code)
{
    w2o_frame frame;
    size_t count = find_position(code, 0, &frame);
    return count == 0 ? 1 : count;
}

size_t w2o_frame_count(const w2o_store *store)
{
    size_t count = 0;
    for (size_t i = 0; i < store->frame_count; i++) {
        count += count_frames(&store->frames[i]);
    }
    return count;
}

/* One of the frames that a place stands for, the innermost first. */
static w2o_frame make_frame(const w2o_code_place *code, size_t index)
{
    const w2o_module *module = code->module;
    w2o_frame frame = {.module = module, .function = module->imported_functions + code->row};
    find_position(code, count_frames(code) - 1 - index, &frame);
    if (module->name_starts != NULL) {
        const uint32_t *start = &module->name_starts[frame.function];
        frame.name = start[0] == start[1] ? NULL : module->names + start[0];
    }
    return frame;
}

w2o_frame w2o_get_frame(const w2o_store *store, size_t index)
{
    const w2o_code_place *code = store->frames;
    size_t first = 0; /* of the place */
    for (size_t count; first + (count = count_frames(code)) <= index; code++) {
        first += count;
    }
    return make_frame(code, index - first);
}

/* ---- The whole as text ---- */

typedef struct output {
    char *text;
    size_t size;
    size_t length; /* of all that was to be written */
} output;

/* Where and how much snprintf may write. */
static char *rest(const output *out)
{
    return out->length < out->size ? out->text + out->length : NULL;
}

static size_t room(const output *out)
{
    return out->length < out->size ? out->size - out->length : 0;
}

static void advance(output *out, int written)
{
    out->length += written < 0 ? 0 : (size_t)written;
}

static void write_frame(output *out, w2o_frame frame, size_t index)
{
    advance(out, snprintf(rest(out), room(out), "  #%zu 0x%04" PRIx32 " ", index, frame.offset));
    if (frame.name != NULL) {
        advance(out, snprintf(rest(out), room(out), "%s\n", frame.name));
    } else {
        advance(out, snprintf(rest(out), room(out), "function %" PRIu32 "\n", frame.function));
    }
}

size_t w2o_trap_text(const w2o_store *store, char *text, size_t size)
{
    output out = {text, size, 0};
    const char *what = store->trap < W2O_TRAP_EXIT ? "wasm trap" : "error";
    const char *separator = store->message[0] == 0 ? "" : ": ";
    if (size != 0) {
        text[0] = 0;
    }
    advance(&out, snprintf(rest(&out), room(&out), "%s: %s%s%s\n", what, w2o_trap_name(store->trap), separator,
                           store->message));
    size_t index = 0;
    for (size_t i = 0; i < store->frame_count; i++) {
        size_t count = count_frames(&store->frames[i]);
        for (size_t inner = 0; inner < count; inner++) {
            write_frame(&out, make_frame(&store->frames[i], inner), index++);
        }
    }
    if (store->frames_cut) {
        advance(&out, snprintf(rest(&out), room(&out), "  ...\n"));
    }
    return out.length;
}
