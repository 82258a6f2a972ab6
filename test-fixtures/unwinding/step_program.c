/*
 * Runs a program that wasm2obj built one instruction at a time. The first few times that control is at an instruction
 * of compiled code, it unwinds with libgcc from the signal handler to the caller of the program's main. There the
 * callee-saved registers must have the values that the caller gave them, and the stack pointer the one it had; on the
 * way every frame must have a row of call frame information.
 *
 * x86-64 Linux. Linked with the program's object and the runtime, whose main is renamed program_main. Prints on the
 * standard error how many different instructions were looked at, or what was wrong at the first bad one.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

#include "program.h"

enum { LOOKS = 3 };

int step_trap_flag = 0x100;

/* What step_call's frame looks like while the program runs. */
uintptr_t step_caller_sp;
extern char step_call_return;

static unsigned char *visits;
static uintptr_t text, text_size;
static long distinct, looked_at;
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

static void trap(int number, siginfo_t *info, void *data)
{
    (void)number, (void)info;
    uintptr_t pc = (uintptr_t)((ucontext_t *)data)->uc_mcontext.gregs[REG_RIP];
    if (pc - text >= text_size || visits[pc - text] == LOOKS) {
        return;
    }
    distinct += visits[pc - text]++ == 0;
    looked_at++;
    struct walk walk = {pc, 0};
    _Unwind_Backtrace(frame, &walk);
    if (!walk.reached) {
        wrong(pc, "the caller is not reached from", 0, pc);
    }
}

int main(int argc, char **argv)
{
    const w2o_module *module = w2o_program.module;
    text = (uintptr_t)module->text;
    text_size = module->text_size;
    visits = calloc(text_size, 1);
    struct sigaction action = {.sa_sigaction = trap, .sa_flags = SA_SIGINFO};
    if (visits == NULL || sigaction(SIGTRAP, &action, NULL) != 0) {
        return 2;
    }
    int status = step_call(argc, argv);
    fprintf(stderr, "looked at %ld different instructions, %ld times\n", distinct, looked_at);
    return status;
}
