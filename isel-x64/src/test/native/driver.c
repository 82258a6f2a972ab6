/*
 * Runs compiled functions on cases from a file and writes what came out: the machine side of NativeProgram.java.
 *
 * Input and output are arrays of 64-bit words. A case: function, 6 integer and 8 vector parameter registers, number of words of
 * result buffer, number of stack words, those words. A result: trap code, 6 integer and 8 vector result registers, the words of the
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
enum { MEMORY_SIZE = 4096, STACK = 64, STACK_OVERFLOW_KIND = 9 };

/* What crosses between C and compiled code; the offsets are known to the assembly below. */
struct machine {
    u64 parameters[14]; /* 0: rsi rdx rcx r8 r9 rdi; 48: xmm0-7 */
    u64 results[14];    /* 112: rax rdx rcx rsi rdi r8; 160: xmm0-7 */
    u64 function;      /* 224 */
    u64 context;       /* 232 */
    u64 stack_words;   /* 240 */
    const u64 *stack;  /* 248 */
    u64 saved_rsp;     /* 256 */
    u64 broken;        /* 264: a register that the callee must keep was changed */
} machine;

/* What a stub saw: registers at the call of a function that is not there. */
struct stub_frame {
    u64 regs[16];
    u64 xmm[8];
    u64 number;
    u64 stack_pointer; /* of the stack arguments */
    u64 pop;
} stub_frame;

void call_compiled(void);
void stub_common(void);
void event(void);

__asm__(
    ".text\n"
    "call_compiled:\n"
    " push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    " sub $8, %rsp\n"
    " mov %rsp, machine+256(%rip)\n"
    " mov machine+240(%rip), %rax\n"
    " mov machine+248(%rip), %rbx\n"
    "1: test %rax, %rax\n"
    " je 2f\n"
    " dec %rax\n"
    " push (%rbx,%rax,8)\n"
    " jmp 1b\n"
    "2: mov machine+0(%rip), %rsi\n"
    " mov machine+8(%rip), %rdx\n"
    " mov machine+16(%rip), %rcx\n"
    " mov machine+24(%rip), %r8\n"
    " mov machine+32(%rip), %r9\n"
    " mov machine+40(%rip), %rdi\n"
    " movsd machine+48(%rip), %xmm0\n"
    " movsd machine+56(%rip), %xmm1\n"
    " movsd machine+64(%rip), %xmm2\n"
    " movsd machine+72(%rip), %xmm3\n"
    " movsd machine+80(%rip), %xmm4\n"
    " movsd machine+88(%rip), %xmm5\n"
    " movsd machine+96(%rip), %xmm6\n"
    " movsd machine+104(%rip), %xmm7\n"
    " mov machine+232(%rip), %r15\n"
    " mov $0x1111111111111111, %rbx\n"
    " mov $0x2222222222222222, %rbp\n"
    " mov $0x3333333333333333, %r12\n"
    " mov $0x4444444444444444, %r13\n"
    " mov $0x5555555555555555, %r14\n"
    " mov $0x6666666666666666, %rax\n"
    " mov $0x7777777777777777, %r10\n"
    " mov $0x8888888888888888, %r11\n"
    " call *machine+224(%rip)\n"
    " mov %rax, machine+112(%rip)\n"
    " mov %rdx, machine+120(%rip)\n"
    " mov %rcx, machine+128(%rip)\n"
    " mov %rsi, machine+136(%rip)\n"
    " mov %rdi, machine+144(%rip)\n"
    " mov %r8, machine+152(%rip)\n"
    " movsd %xmm0, machine+160(%rip)\n"
    " movsd %xmm1, machine+168(%rip)\n"
    " movsd %xmm2, machine+176(%rip)\n"
    " movsd %xmm3, machine+184(%rip)\n"
    " movsd %xmm4, machine+192(%rip)\n"
    " movsd %xmm5, machine+200(%rip)\n"
    " movsd %xmm6, machine+208(%rip)\n"
    " movsd %xmm7, machine+216(%rip)\n"
    " xor %ecx, %ecx\n"
    " cmp %rsp, machine+256(%rip); jne 3f; inc %ecx\n"
    " mov $0x1111111111111111, %rax; cmp %rax, %rbx; jne 3f; inc %ecx\n"
    " mov $0x2222222222222222, %rax; cmp %rax, %rbp; jne 3f; inc %ecx\n"
    " mov $0x3333333333333333, %rax; cmp %rax, %r12; jne 3f; inc %ecx\n"
    " mov $0x4444444444444444, %rax; cmp %rax, %r13; jne 3f; inc %ecx\n"
    " mov $0x5555555555555555, %rax; cmp %rax, %r14; jne 3f; inc %ecx\n"
    " cmp %r15, machine+232(%rip); jne 3f; inc %ecx\n"
    "3: mov %rcx, machine+264(%rip)\n"
    " mov machine+256(%rip), %rsp\n"
    " add $8, %rsp\n"
    " pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    " ret\n"
    /* rax = number of the function, r11 = bytes of its stack arguments */
    ".globl stub_common\n"
    "stub_common:\n"
    " mov %rcx, stub_frame+8(%rip)\n"
    " mov %rdx, stub_frame+16(%rip)\n"
    " mov %rsi, stub_frame+48(%rip)\n"
    " mov %rdi, stub_frame+56(%rip)\n"
    " mov %r8, stub_frame+64(%rip)\n"
    " mov %r9, stub_frame+72(%rip)\n"
    " mov %r15, stub_frame+120(%rip)\n"
    " movsd %xmm0, stub_frame+128(%rip)\n"
    " movsd %xmm1, stub_frame+136(%rip)\n"
    " movsd %xmm2, stub_frame+144(%rip)\n"
    " movsd %xmm3, stub_frame+152(%rip)\n"
    " movsd %xmm4, stub_frame+160(%rip)\n"
    " movsd %xmm5, stub_frame+168(%rip)\n"
    " movsd %xmm6, stub_frame+176(%rip)\n"
    " movsd %xmm7, stub_frame+184(%rip)\n"
    " mov %rax, stub_frame+192(%rip)\n"
    " lea 8(%rsp), %rax\n"
    " mov %rax, stub_frame+200(%rip)\n"
    " mov %r11, stub_frame+208(%rip)\n"
    " push %rbp\n"
    " mov %rsp, %rbp\n"
    " and $-16, %rsp\n"
    " call event\n"
    " mov %rbp, %rsp\n"
    " pop %rbp\n"
    " pop %r11\n"
    " add stub_frame+208(%rip), %rsp\n"
    /* What a callee may destroy, it destroys. */
    " mov $0xdeadbeefdeadbeef, %r9\n"
    " mov %r9, %r10\n"
    " pcmpeqd %xmm8, %xmm8\n"
    " movaps %xmm8, %xmm9; movaps %xmm8, %xmm10; movaps %xmm8, %xmm11\n"
    " movaps %xmm8, %xmm12; movaps %xmm8, %xmm13; movaps %xmm8, %xmm14; movaps %xmm8, %xmm15\n"
    " mov stub_frame+0(%rip), %rax\n"
    " mov stub_frame+8(%rip), %rcx\n"
    " mov stub_frame+16(%rip), %rdx\n"
    " mov stub_frame+48(%rip), %rsi\n"
    " mov stub_frame+56(%rip), %rdi\n"
    " mov stub_frame+64(%rip), %r8\n"
    " mov stub_frame+120(%rip), %r15\n"
    " movsd stub_frame+128(%rip), %xmm0\n"
    " movsd stub_frame+136(%rip), %xmm1\n"
    " movsd stub_frame+144(%rip), %xmm2\n"
    " movsd stub_frame+152(%rip), %xmm3\n"
    " movsd stub_frame+160(%rip), %xmm4\n"
    " movsd stub_frame+168(%rip), %xmm5\n"
    " movsd stub_frame+176(%rip), %xmm6\n"
    " movsd stub_frame+184(%rip), %xmm7\n"
    " jmp *%r11\n");

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
    if (where < 16) return &stub_frame.regs[where];
    if (where < STACK) return &stub_frame.xmm[where - 32];
    return (u64 *)(stub_frame.stack_pointer + where - STACK);
}

void event(void) {
    const struct signature *s = &program_signatures[stub_frame.number];
    u64 arguments[64];
    for (u64 i = 0; i < s->parameters; i++) {
        arguments[i] = *location(s->parameter_locations[i]);
        if (s->parameter_types[i] == F32) arguments[i] = (uint32_t)arguments[i];
    }
    int imported = stub_frame.number < program_import_count;
    u64 expected = (u64)context + (imported ? 8 : 0);
    if (stub_frame.regs[15] != expected) fail("a callee's context is not its own");
    if ((stub_frame.stack_pointer & 15) != 0) fail("unaligned stack at a call");
    u64 buffer = stub_frame.regs[6];
    u64 state = record_event(0, stub_frame.number, arguments, s->parameters);
    for (u64 i = 0; i < s->results; i++) {
        u64 value = made(s->result_types[i], state + i);
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
    const char *pc = (const char *)machine_state->uc_mcontext.gregs[REG_RIP];
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
    char *area = mmap(0, below + RESERVATION, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area == MAP_FAILED) fail("no address space");
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
    memcpy(machine.parameters, input, 14 * 8);
    input += 14;
    u64 buffer_words = *input++;
    if (buffer_words != 0) machine.parameters[0] = (u64)buffer;
    machine.stack_words = *input++;
    machine.stack = input;
    input += machine.stack_words;
    machine.function = (u64)program_functions[number];
    machine.context = (u64)context;
    log_size = log_calls = 0;
    memset(machine.results, 0, 14 * 8);
    trap_kind = 0;
    if (sigsetjmp(escape, 1) == 0) {
        call_compiled();
        if (machine.broken != 7) {
            fprintf(stderr, "driver: function %lu breaks register %lu\n", number, machine.broken);
            exit(2);
        }
    }
    put(trap_kind);
    for (int i = 0; i < 14; i++) put(machine.results[i]);
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
