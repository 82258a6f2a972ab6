/*
 * Runs a program that wasm2obj built one instruction at a time. The first few times that control is at an instruction
 * of compiled code, it unwinds with libgcc from the signal handler to the caller of the program's main. There the
 * callee-saved registers must have the values that the caller gave them, and the stack pointer the one it had; on the
 * way every frame must have a row of call frame information.
 *
 * Linux. On x86-64 the processor steps. On AArch64, where a process cannot ask for that, every instruction is replaced
 * by a breakpoint, which is taken away when control is there and, a few times, put back at the next one.
 *
 * Linked with the program's object and the runtime, whose main is renamed program_main; on AArch64 with
 * --wrap=sigaction. Prints on the standard error how many different instructions were looked at, or what was wrong at
 * the first bad one.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unwind.h>

#include "program.h"

enum { LOOKS = 3 };

/* The stack pointer of step_call while the program runs, and where the program returns to. */
uintptr_t step_caller_sp;
extern char step_call_return;

static unsigned char *visits;
static uintptr_t text, text_size;
static long distinct, looked_at;

#if defined(__x86_64__)
int step_trap_flag = 0x100;

static const struct { int dwarf; uintptr_t value; } sentinels[] = {
    {3, 0x1111111111111111}, {6, 0x2222222222222222}, {12, 0x3333333333333333},
    {13, 0x4444444444444444}, {14, 0x5555555555555555}, {15, 0x6666666666666666},
};

/* Sets the callee-saved registers and the trap flag, and calls the program's main. */
int step_call(int argc, char **argv);
__asm__(".text\n"
        ".globl step_call, step_call_return\n"
        ".type step_call, @function\n"
        "step_call:\n"
        ".cfi_startproc\n"
#define SAVE(r) "push %" #r "\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset " #r ", 0\n"
#define RESTORE(r) "pop %" #r "\n.cfi_adjust_cfa_offset -8\n.cfi_restore " #r "\n"
        SAVE(rbx) SAVE(rbp) SAVE(r12) SAVE(r13) SAVE(r14) SAVE(r15)
        "sub $8, %rsp\n.cfi_adjust_cfa_offset 8\n"
        "movabs $0x1111111111111111, %rbx\n"
        "movabs $0x2222222222222222, %rbp\n"
        "movabs $0x3333333333333333, %r12\n"
        "movabs $0x4444444444444444, %r13\n"
        "movabs $0x5555555555555555, %r14\n"
        "movabs $0x6666666666666666, %r15\n"
        "mov step_caller_sp@GOTPCREL(%rip), %rax\n"
        "mov %rsp, (%rax)\n"
        "mov step_trap_flag@GOTPCREL(%rip), %rax\n"
        "mov (%rax), %eax\n"
        "pushf\n.cfi_adjust_cfa_offset 8\n"
        "orl %eax, (%rsp)\n"
        "popf\n.cfi_adjust_cfa_offset -8\n"
        "call program_main@PLT\n"
        "step_call_return:\n"
        "pushf\n.cfi_adjust_cfa_offset 8\n"
        "andl $0xfffffeff, (%rsp)\n"
        "popf\n.cfi_adjust_cfa_offset -8\n"
        "add $8, %rsp\n.cfi_adjust_cfa_offset -8\n"
        RESTORE(r15) RESTORE(r14) RESTORE(r13) RESTORE(r12) RESTORE(rbp) RESTORE(rbx)
        "ret\n"
        ".cfi_endproc\n"
        ".size step_call, .-step_call\n");
#elif defined(__aarch64__)
static const struct { int dwarf; uintptr_t value; } sentinels[] = {
    {19, 0x1111111111111111}, {20, 0x2222222222222222}, {21, 0x3333333333333333}, {22, 0x4444444444444444},
    {23, 0x5555555555555555}, {24, 0x6666666666666666}, {25, 0x7777777777777777}, {26, 0x8888888888888888},
    {27, 0x9999999999999999}, {28, 0xaaaaaaaaaaaaaaaa}, {29, 0xbbbbbbbbbbbbbbbb}, {72, 0x1111111111111111},
    {73, 0x2222222222222222}, {74, 0x3333333333333333}, {75, 0x4444444444444444}, {76, 0x5555555555555555},
    {77, 0x6666666666666666}, {78, 0x7777777777777777}, {79, 0x8888888888888888},
};

/* Sets the callee-saved registers, and calls the program's main. */
int step_call(int argc, char **argv);
__asm__(".text\n"
        ".globl step_call, step_call_return\n"
        ".type step_call, @function\n"
        "step_call:\n"
        ".cfi_startproc\n"
        "sub sp, sp, #160\n.cfi_adjust_cfa_offset 160\n"
#define SAVE(a, b, at) \
    "stp " #a ", " #b ", [sp, #" #at "]\n.cfi_rel_offset " #a ", " #at "\n.cfi_rel_offset " #b ", " #at " + 8\n"
#define RESTORE(a, b, at) "ldp " #a ", " #b ", [sp, #" #at "]\n.cfi_restore " #a "\n.cfi_restore " #b "\n"
#define ALL(DO)                                                                                          \
    DO(x19, x20, 0) DO(x21, x22, 16) DO(x23, x24, 32) DO(x25, x26, 48) DO(x27, x28, 64) DO(x29, x30, 80) \
        DO(d8, d9, 96) DO(d10, d11, 112) DO(d12, d13, 128) DO(d14, d15, 144)
#define SET(x, digit) "ldr " #x ", =0x" #digit #digit #digit #digit #digit #digit #digit #digit "\n"
        ALL(SAVE)
        SET(x19, 11) SET(x20, 22) SET(x21, 33) SET(x22, 44) SET(x23, 55) SET(x24, 66)
        SET(x25, 77) SET(x26, 88) SET(x27, 99) SET(x28, aa) SET(x29, bb)
        "fmov d8, x19\nfmov d9, x20\nfmov d10, x21\nfmov d11, x22\n"
        "fmov d12, x23\nfmov d13, x24\nfmov d14, x25\nfmov d15, x26\n"
        "adrp x9, step_caller_sp\n"
        "mov x10, sp\n"
        "str x10, [x9, :lo12:step_caller_sp]\n"
        "bl program_main\n"
        "step_call_return:\n"
        ALL(RESTORE)
        "add sp, sp, #160\n.cfi_adjust_cfa_offset -160\n"
        "ret\n"
        ".ltorg\n"
        ".cfi_endproc\n"
        ".size step_call, .-step_call\n");
#endif

static _Noreturn void wrong(uintptr_t pc, const char *what, long number, uintptr_t found)
{
    fprintf(stderr, "FAILED at .text + %#lx: %s %ld is %#lx\n", (unsigned long)(pc - text), what, number,
            (unsigned long)found);
    _Exit(1);
}

struct walk {
    uintptr_t pc;
    int reached;
};

static _Unwind_Reason_Code frame(struct _Unwind_Context *context, void *argument)
{
    struct walk *walk = argument;
    if (_Unwind_GetIP(context) != (uintptr_t)&step_call_return) {
        return _URC_NO_REASON;
    }
    for (size_t i = 0; i < sizeof sentinels / sizeof *sentinels; i++) {
        uintptr_t found = _Unwind_GetGR(context, sentinels[i].dwarf);
        if (found != sentinels[i].value) {
            wrong(walk->pc, "the caller's register", sentinels[i].dwarf, found);
        }
    }
    uintptr_t sp = _Unwind_GetCFA(context);
    if (sp != step_caller_sp) {
        wrong(walk->pc, "the caller's stack pointer, off by", (long)(sp - step_caller_sp), sp);
    }
    walk->reached = 1;
    return _URC_END_OF_STACK;
}

/* Unwinds from an instruction; whether it is to be looked at again. */
static int look(uintptr_t pc)
{
    distinct += visits[pc - text]++ == 0;
    looked_at++;
    struct walk walk = {pc, 0};
    _Unwind_Backtrace(frame, &walk);
    if (!walk.reached) {
        wrong(pc, "the caller is not reached from", 0, pc);
    }
    return visits[pc - text] < LOOKS;
}

#if defined(__x86_64__)
static int start(void)
{
    return 0;
}

static void trap(int number, siginfo_t *info, void *data)
{
    (void)number, (void)info;
    uintptr_t pc = (uintptr_t)((ucontext_t *)data)->uc_mcontext.gregs[REG_RIP];
    if (pc - text < text_size && visits[pc - text] < LOOKS) {
        look(pc);
    }
}
#define real_sigaction sigaction
#elif defined(__aarch64__)
enum { BREAKPOINT = 0xd4200000 };

static uint32_t *originals;
static uintptr_t again; /* where the breakpoint is to be put back; 0: nowhere */

static void put(uintptr_t pc, uint32_t word)
{
    *(volatile uint32_t *)pc = word;
    __builtin___clear_cache((char *)pc, (char *)pc + 4);
}

/* Puts breakpoints everywhere. */
static int start(void)
{
    uintptr_t page = text & -(uintptr_t)0x10000;
    originals = malloc(text_size);
    if (originals == NULL || mprotect((void *)page, text + text_size - page, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
        return -1;
    }
    memcpy(originals, (const void *)text, text_size);
    for (uintptr_t at = 0; at < text_size; at += 4) {
        *(volatile uint32_t *)(text + at) = (uint32_t)BREAKPOINT;
    }
    __builtin___clear_cache((char *)text, (char *)text + text_size);
    return 0;
}

static void trap(int number, siginfo_t *info, void *data)
{
    (void)number, (void)info;
    uintptr_t pc = (uintptr_t)((ucontext_t *)data)->uc_mcontext.pc;
    if (pc - text >= text_size) {
        wrong(pc, "a breakpoint of somebody else's", 0, pc);
    }
    put(pc, originals[(pc - text) / 4]);
    if (again != 0) {
        put(again, BREAKPOINT);
    }
    again = look(pc) ? pc : 0;
}

/* The runtime must not take breakpoints for traps. */
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *previous);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *previous);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *previous)
{
    return number == SIGTRAP ? 0 : __real_sigaction(number, action, previous);
}
#define real_sigaction __real_sigaction
#endif

int main(int argc, char **argv)
{
    const w2o_module *module = w2o_program.module;
    text = (uintptr_t)module->text;
    text_size = module->text_size;
    visits = calloc(text_size, 1);
    struct sigaction action = {.sa_sigaction = trap, .sa_flags = SA_SIGINFO};
    if (visits == NULL || real_sigaction(SIGTRAP, &action, NULL) != 0 || start() != 0) {
        return 2;
    }
    int status = step_call(argc, argv);
    fprintf(stderr, "looked at %ld different instructions, %ld times\n", distinct, looked_at);
    return status;
}
