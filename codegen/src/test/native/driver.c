/*
 * Runs compiled functions on cases from a file and writes what came out: the machine side of NativeProgram.java.
 *
 * Input and output are arrays of 64-bit words. A case: function, general and 8 vector parameter registers, number of words of
 * result buffer, number of stack words, those words. A result: trap code, general and 8 vector result registers, the words of the
 * result buffer, the number of calls, then for each call its kind, number, count of arguments and those; the globals; the hash of
 * each memory.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

typedef uint64_t u64;

/* Made by NativeProgram. */
extern void (*const program_functions[])(void);
extern const struct { uint32_t offset, kind; } program_traps[];
extern const char program_text[], program_text_end[];
extern const u64 program_trap_count;
extern const int64_t program_layout[]; /* size, types, type count, global count, offsets..., memory count, offsets... */
extern const struct signature {
    u64 parameters, results, stack_size, type;
    int64_t record; /* its context offset */
    const uint16_t *parameter_locations, *result_locations;
    const uint8_t *parameter_types, *result_types;
} program_signatures[];
extern const u64 program_function_count, program_import_count;
extern const u64 program_types[]; /* lowest index of an equal type */
extern void (*const program_stubs[])(void);
extern void (*const program_by_index[])(void);
extern void (*const program_links[])(void); /* by imported function: what plays it in the other instance, or null */

#define RESERVATION (7ull << 30)
enum { MEMORY_SIZE = 4096, STACK = 64, FIRST_VECTOR = 32, STACK_OVERFLOW_KIND = 9 };

/* What crosses between C and compiled code; the offsets are known to the assembly. */
struct machine {
    u64 parameters[16]; /* general registers in the order of the convention, then eight vector registers */
    u64 results[16];    /* 128: likewise */
    u64 function;       /* 256 */
    u64 context;        /* 264 */
    u64 stack_words;    /* 272 */
    const u64 *stack;   /* 280 */
    u64 saved_sp;       /* 288 */
    u64 broken;         /* 296: how many of the registers that the callee must keep are as they were, up to one that is not */
} machine;

/* What a stub saw: registers at the call of a function that is not there. */
struct stub_frame {
    u64 regs[32];
    u64 vectors[8];    /* 256 */
    u64 number;        /* 320 */
    u64 stack_pointer; /* 328: of the stack arguments */
    u64 pop;           /* 336 */
} stub_frame;

void call_compiled(void);
void stub_common(void);
void event(void);

#if defined(__x86_64__)
#include "x86_64.h"
#else
#include "aarch64.h"
#endif

enum { REGISTERS = INTEGERS + 8 };

static char *context;
static char *other_context; /* a second instance, whose imports are the first one's functions and the other way round */
static char *memories[16];
static u64 memory_count;
static sigjmp_buf escape;
static volatile u64 trap_kind;

static u64 log_words[1 << 16], log_size, log_calls;

static void fail(const char *what) {
    fprintf(stderr, "driver: %s\n", what);
    exit(2);
}

/* ---- calls of functions that are not there: the same as ir's Interpreter does ---- */

enum { I32 = 1, I64, F32, F64 }; /* wasm2obj.ir.Type's ordinals */

/* The upper half of an i32's register between functions, which nobody may look at on AArch64. */
#if defined(__aarch64__)
#define UPPER_HALF 0xa5a5a5a500000000u
#else
#define UPPER_HALF 0u
#endif

static u64 made(int type, u64 state) {
    u64 bits = state * 0xbf58476d1ce4e5b9u;
    switch (type) {
        case F32: {
            float f = (float)((int64_t)bits >> 50) / 4.0f;
            uint32_t word;
            memcpy(&word, &f, 4);
            return word;
        }
        case F64: {
            double d = (double)((int64_t)bits >> 40) / 4.0;
            u64 word;
            memcpy(&word, &d, 8);
            return word;
        }
        case I32: return (state & 3) == 0 ? state & 0xff : bits >> 32;
        default: return (state & 3) == 0 ? state & 0xff : bits;
    }
}

extern const uint8_t program_global_types[], program_global_mutable[];

static u64 record_event(u64 kind, u64 number, const u64 *arguments, u64 count) {
    log_calls++;
    if (log_size + 3 + count > sizeof log_words / sizeof *log_words) fail("too many calls");
    log_words[log_size++] = kind;
    log_words[log_size++] = number;
    log_words[log_size++] = count;
    u64 state = log_calls * 0x9e3779b97f4a7c15u + number;
    for (u64 i = 0; i < count; i++) {
        log_words[log_size++] = arguments[i];
        state = (state ^ arguments[i]) * 0x9e3779b97f4a7c15u;
        state ^= state >> 29;
    }
    for (u64 m = 0; m < memory_count; m++) {
        memories[m][state >> 8 & (MEMORY_SIZE - 1)] += (char)(state >> 20);
    }
    u64 globals = (u64)program_layout[3];
    for (u64 g = 0; g < globals; g++) {
        if (program_global_mutable[g] && (state >> g & 1) != 0) {
            *(u64 *)(context + program_layout[4 + g]) =
                made(program_global_types[g], state >> g);
        }
    }
    return state;
}

static u64 *location(uint16_t where) {
    if (where < FIRST_VECTOR) return &stub_frame.regs[where];
    if (where < STACK) return &stub_frame.vectors[where - FIRST_VECTOR];
    return (u64 *)(stub_frame.stack_pointer + where - STACK);
}

void event(void) {
    const struct signature *s = &program_signatures[stub_frame.number];
    u64 arguments[64];
    for (u64 i = 0; i < s->parameters; i++) {
        arguments[i] = *location(s->parameter_locations[i]);
        int is_half = s->parameter_types[i] == I32 && UPPER_HALF != 0;
        if (s->parameter_types[i] == F32 || is_half) arguments[i] = (uint32_t)arguments[i];
    }
    int imported = stub_frame.number < program_import_count;
    u64 expected = (u64)context + (imported ? 8 : 0);
    if (stub_frame.regs[CONTEXT_REGISTER] != expected) fail("a callee's context is not its own");
    if ((stub_frame.stack_pointer & 15) != 0) fail("unaligned stack at a call");
    u64 buffer = stub_frame.regs[BUFFER_REGISTER];
    u64 state = record_event(0, stub_frame.number, arguments, s->parameters);
    for (u64 i = 0; i < s->results; i++) {
        u64 value = made(s->result_types[i], state + i);
        if (s->result_types[i] == I32) value |= UPPER_HALF;
        uint16_t where = s->result_locations[i];
        if (where < STACK) {
            *location(where) = value;
        } else {
            *(u64 *)(buffer + where - STACK) = value;
        }
    }
}

/* ---- traps ---- */

static void on_signal(int number, siginfo_t *info, void *state) {
    ucontext_t *machine_state = state;
    const char *pc = (const char *)PC(machine_state);
    if (pc < program_text || pc >= program_text_end) {
        fprintf(stderr, "driver: signal %d at %p outside compiled code\n", number, (void *)pc);
        exit(2);
    }
    trap_kind = 0;
    for (u64 i = 0; i < program_trap_count; i++) {
        if (program_text + program_traps[i].offset == pc) trap_kind = program_traps[i].kind;
    }
    char *address = info->si_addr;
    for (u64 m = 0; m < memory_count; m++) {
        if (trap_kind == 0 && number == SIGSEGV && address >= memories[m]
            && address < memories[m] + RESERVATION) {
            trap_kind = 2;
        }
    }
    if (trap_kind == 0) {
        fprintf(stderr, "driver: signal %d at code offset %#lx is no trap\n", number, (long)(pc - program_text));
        exit(2);
    }
    siglongjmp(escape, 1);
}

static void catch_signals(void) {
    static char stack[1 << 16];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, 0);
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int numbers[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS};
    for (int i = 0; i < 4; i++) sigaction(numbers[i], &action, 0);
}

/* ---- the instance ---- */

static char *make_context(void) {
    size_t below = ((size_t)program_layout[0] + 4095) & ~(size_t)4095;
    static size_t place = (size_t)64 << 32; /* of a context: a multiple of 4 GiB on AArch64 */
    char *wanted = (char *)((place += (size_t)4 << 32) - below);
    char *area = mmap(wanted, below + RESERVATION, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area != wanted) fail("no address space");
    mprotect(area, below + MEMORY_SIZE, PROT_READ | PROT_WRITE);
    return area + below;
}

static void make_instances(void) {
    context = make_context();
    other_context = make_context();
    u64 globals = (u64)program_layout[3];
    const int64_t *offsets = program_layout + 4 + globals;
    memory_count = (u64)*offsets++;
    for (u64 m = 0; m < memory_count; m++) {
        memories[m] = context;
        if (m == 0) continue;
        memories[m] = mmap(0, RESERVATION, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        mprotect(memories[m], MEMORY_SIZE, PROT_READ | PROT_WRITE);
    }
}

static void fill_context(char *own, char *other) {
    *(u64 *)(own - 8) = (u64)__builtin_frame_address(0) - (1 << 20);
    for (u64 t = 0; t < (u64)program_layout[2]; t++) {
        ((uint32_t *)(own + program_layout[1]))[t] = 1000 + (uint32_t)program_types[t];
    }
    for (u64 f = 0; f < program_function_count; f++) {
        if (program_signatures[f].record == 0) continue;
        u64 *record = (u64 *)(own + program_signatures[f].record);
        record[2] = 1000 + program_types[program_signatures[f].type];
        if (program_links[f] != 0) {
            record[0] = (u64)program_links[f];
            record[1] = (u64)other;
        } else if (f < program_import_count) {
            record[0] = (u64)program_stubs[f];
            record[1] = (u64)own + 8;
        } else {
            record[0] = (u64)program_by_index[f];
            record[1] = (u64)own;
        }
    }
}

static void reset_instance(const u64 *globals, u64 seed) {
    u64 count = (u64)program_layout[3];
    for (u64 g = 0; g < count; g++) *(u64 *)(context + program_layout[4 + g]) = globals[g];
    const int64_t *offsets = program_layout + 5 + count;
    u64 state = seed;
    for (u64 m = 0; m < memory_count; m++) {
        u64 *record = (u64 *)(context + offsets[m]);
        record[0] = (u64)memories[m];
        record[1] = MEMORY_SIZE;
        for (int i = 0; i < MEMORY_SIZE; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            memories[m][i] = (char)(state >> 56);
        }
    }
    fill_context(context, other_context);
    fill_context(other_context, context);
    for (u64 g = 0; g < count; g++) *(u64 *)(other_context + program_layout[4 + g]) = globals[g] + 1000;
}

static uint32_t java_hash(const char *bytes) {
    uint32_t hash = 1;
    for (int i = 0; i < MEMORY_SIZE; i++) hash = 31 * hash + (uint32_t)(int8_t)bytes[i];
    return hash;
}

/* ---- the runtime's functions ---- */

#define RUNTIME(name, number) \
    u64 name(u64 c, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4) { \
        if (c != (u64)context) fail("the runtime got another context"); \
        u64 arguments[] = {a0, a1, a2, a3, a4}; \
        return made(I64, record_event(1, number, arguments, program_runtime_parameters[number])); \
    }
extern const uint8_t program_runtime_parameters[];
RUNTIME(w2o_memory_grow, 0)
RUNTIME(w2o_memory_copy, 1)
RUNTIME(w2o_memory_fill, 2)
RUNTIME(w2o_memory_init, 3)
RUNTIME(w2o_data_drop, 4)
RUNTIME(w2o_table_grow, 5)
RUNTIME(w2o_table_copy, 6)
RUNTIME(w2o_table_fill, 7)
RUNTIME(w2o_table_init, 8)
RUNTIME(w2o_elem_drop, 9)

void w2o_check_subtype(void *c, u64 *record, uint32_t type) {
    if (c != context) fail("the runtime got another context");
    u64 arguments[] = {record[2], type};
    record_event(1, 10, arguments, 2);
}

#define ROUND(name, function, type) \
    type name(void *c, type x) { \
        if (c != context) fail("the runtime got another context"); \
        return function(x); \
    }
ROUND(w2o_ceil_f32, __builtin_ceilf, float)
ROUND(w2o_floor_f32, __builtin_floorf, float)
ROUND(w2o_trunc_f32, __builtin_truncf, float)
ROUND(w2o_nearest_f32, __builtin_rintf, float)
ROUND(w2o_ceil_f64, __builtin_ceil, double)
ROUND(w2o_floor_f64, __builtin_floor, double)
ROUND(w2o_trunc_f64, __builtin_trunc, double)
ROUND(w2o_nearest_f64, __builtin_rint, double)

/* ---- the cases ---- */

static const u64 *input;
static FILE *output;

static void put(u64 word) { fwrite(&word, 8, 1, output); }

static void run_case(void) {
    u64 globals = (u64)program_layout[3];
    u64 number = *input++;
    u64 seed = *input++;
    reset_instance(input, seed);
    input += globals;
    u64 buffer[64] = {0};
    memcpy(machine.parameters, input, REGISTERS * 8);
    input += REGISTERS;
    u64 buffer_words = *input++;
    if (buffer_words != 0) machine.parameters[0] = (u64)buffer;
    machine.stack_words = *input++;
    machine.stack = input;
    input += machine.stack_words;
    machine.function = (u64)program_functions[number];
    machine.context = (u64)context;
    log_size = log_calls = 0;
    memset(machine.results, 0, sizeof machine.results);
    trap_kind = 0;
    if (sigsetjmp(escape, 1) == 0) {
        call_compiled();
        if (machine.broken != KEPT) {
            fprintf(stderr, "driver: function %lu breaks register %lu\n", (unsigned long)number, (unsigned long)machine.broken);
            exit(2);
        }
    }
    put(trap_kind);
    for (int i = 0; i < REGISTERS; i++) put(machine.results[i]);
    for (u64 i = 0; i < buffer_words; i++) put(buffer[i]);
    put(log_calls);
    for (u64 i = 0; i < log_size; i++) put(log_words[i]);
    for (u64 g = 0; g < globals; g++) put(*(u64 *)(context + program_layout[4 + g]));
    for (u64 m = 0; m < memory_count; m++) put(java_hash(memories[m]));
}

int main(int argc, char **argv) {
    if (argc != 3) fail("usage: driver CASES RESULTS");
    FILE *file = fopen(argv[1], "rb");
    if (file == 0) fail("no cases");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    u64 *words = malloc((size_t)size);
    if (fread(words, 1, (size_t)size, file) != (size_t)size) fail("cannot read");
    output = fopen(argv[2], "wb");
    if (output == 0) fail("cannot write");
    make_instances();
    catch_signals();
    input = words;
    while (input < words + size / 8) run_case();
    return fclose(output) != 0;
}
