/*
 * Calls a function under the trap flag and, at every instruction between two addresses, unwinds with
 * libgcc from the signal handler to the caller. There the callee-saved registers must have the
 * values that the caller gave them, and the stack pointer the one it had.
 *
 * x86-64 Linux. Prints the number of instructions looked at, or what was wrong at the first bad one.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unwind.h>

/* Instructions of interest: [step_ranges[2i], step_ranges[2i + 1]), ended by a null. */
extern char *step_ranges[];
extern void step_function(long);

/* 0x100 in rflags; a debugger, which has its own use for traps, sets it to zero. */
int step_trap_flag = 0x100;

/* What step_call's frame looks like while step_function runs. */
uintptr_t step_caller_sp;
extern char step_call_return;

static long looked_at;
static const struct { int dwarf; uintptr_t value; } sentinels[] = {
    {3, 0x1111111111111111}, {6, 0x2222222222222222}, {12, 0x3333333333333333},
    {13, 0x4444444444444444}, {14, 0x5555555555555555}, {15, 0x6666666666666666},
};

/* Sets the callee-saved registers and the trap flag, and calls step_function. */
void step_call(long argument);
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
        "call step_function@PLT\n"
        "step_call_return:\n"
        "pushf\n.cfi_adjust_cfa_offset 8\n"
        "andl $0xfffffeff, (%rsp)\n"
        "popf\n.cfi_adjust_cfa_offset -8\n"
        "add $8, %rsp\n.cfi_adjust_cfa_offset -8\n"
        RESTORE(r15) RESTORE(r14) RESTORE(r13) RESTORE(r12) RESTORE(rbp) RESTORE(rbx)
        "ret\n"
        ".cfi_endproc\n"
        ".size step_call, .-step_call\n");

static _Noreturn void wrong(uintptr_t pc, const char *what, long number, uintptr_t found) {
    for (char **range = step_ranges; *range; range += 2)
        if (pc >= (uintptr_t)range[0] && pc < (uintptr_t)range[1])
            printf("range %ld offset %ld: ", (long)(range - step_ranges) / 2,
                   (long)(pc - (uintptr_t)range[0]));
    printf("%s %ld is %#lx\n", what, number, found);
    fflush(stdout);
    _Exit(1);
}

struct walk { uintptr_t pc; int reached; };

static _Unwind_Reason_Code frame(struct _Unwind_Context *context, void *argument) {
    struct walk *walk = argument;
    if (_Unwind_GetIP(context) != (uintptr_t)&step_call_return) return _URC_NO_REASON;
    for (size_t i = 0; i < sizeof sentinels / sizeof *sentinels; i++) {
        uintptr_t found = _Unwind_GetGR(context, sentinels[i].dwarf);
        if (found != sentinels[i].value) wrong(walk->pc, "caller's register", sentinels[i].dwarf, found);
    }
    uintptr_t sp = _Unwind_GetCFA(context);
    if (sp != step_caller_sp) wrong(walk->pc, "caller's stack pointer, off by", (long)(sp - step_caller_sp), sp);
    walk->reached = 1;
    return _URC_END_OF_STACK;
}

static void trap(int number, siginfo_t *info, void *data) {
    (void)number; (void)info;
    uintptr_t pc = ((ucontext_t *)data)->uc_mcontext.gregs[REG_RIP];
    for (char **range = step_ranges; *range; range += 2) {
        if (pc < (uintptr_t)range[0] || pc >= (uintptr_t)range[1]) continue;
        struct walk walk = {pc, 0};
        _Unwind_Backtrace(frame, &walk);
        if (!walk.reached) wrong(pc, "caller not reached from", 0, pc);
        looked_at++;
    }
}

/* What compiled code calls back; unwinds too, through the frame it was called from. */
void step_callback(void) {
    struct walk walk = {(uintptr_t)__builtin_return_address(0), 0};
    _Unwind_Backtrace(frame, &walk);
    if (!walk.reached) wrong(walk.pc, "caller not reached from", 1, walk.pc);
}

int main(int count, char **arguments) {
    struct sigaction action = {.sa_sigaction = trap, .sa_flags = SA_SIGINFO};
    sigaction(SIGTRAP, &action, NULL);
    for (int i = 1; i < count; i++) step_call(atol(arguments[i]));
    printf("%ld instructions\n", looked_at);
    return 0;
}
