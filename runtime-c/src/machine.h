/* The registers that a signal handler reads and writes, for each kind of system and processor. */
#ifndef W2O_MACHINE_H
#define W2O_MACHINE_H

#include <stdint.h>
#if defined(__APPLE__)
#include <sys/ucontext.h>
#else
#include <ucontext.h>
#endif

#include "store.h"

#if defined(__linux__)
#define W2O_REGISTERS(machine) (&(machine)->uc_mcontext)
#elif defined(__APPLE__)
#define W2O_REGISTERS(machine) (&(machine)->uc_mcontext->__ss)
#else
#error "no such target"
#endif

#if defined(__linux__) && defined(__x86_64__)
#define W2O_PC(r) (r)->gregs[REG_RIP]
#define W2O_SP(r) (r)->gregs[REG_RSP]
#define W2O_FP(r) (r)->gregs[REG_RBP]
#define W2O_CONTEXT(r) (r)->gregs[REG_R15]
#define W2O_ARGUMENTS(r) {&(r)->gregs[REG_RDI], &(r)->gregs[REG_RSI], &(r)->gregs[REG_RDX], &(r)->gregs[REG_RCX], \
                          &(r)->gregs[REG_R8], &(r)->gregs[REG_R9]}
typedef greg_t w2o_register;
#elif defined(__APPLE__) && defined(__x86_64__)
#define W2O_PC(r) (r)->__rip
#define W2O_SP(r) (r)->__rsp
#define W2O_FP(r) (r)->__rbp
#define W2O_CONTEXT(r) (r)->__r15
#define W2O_ARGUMENTS(r) {&(r)->__rdi, &(r)->__rsi, &(r)->__rdx, &(r)->__rcx, &(r)->__r8, &(r)->__r9}
typedef uint64_t w2o_register;
#elif defined(__linux__) && defined(__aarch64__)
#define W2O_PC(r) (r)->pc
#define W2O_SP(r) (r)->sp
#define W2O_FP(r) (r)->regs[29]
#define W2O_CONTEXT(r) (r)->regs[28]
#define W2O_LR(r) (r)->regs[30]
#define W2O_ARGUMENTS(r) {&(r)->regs[0], &(r)->regs[1], &(r)->regs[2], &(r)->regs[3], &(r)->regs[4], &(r)->regs[5]}
typedef unsigned long long w2o_register;
#elif defined(__APPLE__) && defined(__aarch64__)
#define W2O_PC(r) (r)->__pc
#define W2O_SP(r) (r)->__sp
#define W2O_FP(r) (r)->__fp
#define W2O_CONTEXT(r) (r)->__x[28]
#define W2O_LR(r) (r)->__lr
#define W2O_ARGUMENTS(r) {&(r)->__x[0], &(r)->__x[1], &(r)->__x[2], &(r)->__x[3], &(r)->__x[4], &(r)->__x[5]}
typedef uint64_t w2o_register;
#else
#error "no such target"
#endif

static inline w2o_place w2o_interrupted_place(const ucontext_t *machine)
{
    return (w2o_place){
        .pc = (uintptr_t)W2O_PC(W2O_REGISTERS(machine)),
        .sp = (uintptr_t)W2O_SP(W2O_REGISTERS(machine)),
        .fp = (uintptr_t)W2O_FP(W2O_REGISTERS(machine)),
#if defined(__aarch64__)
        .lr = (uintptr_t)W2O_LR(W2O_REGISTERS(machine)),
#endif
    };
}

static inline const w2o_instance *w2o_interrupted_context(const ucontext_t *machine)
{
    return (const w2o_instance *)(uintptr_t)W2O_CONTEXT(W2O_REGISTERS(machine));
}

/* Makes the thread go on at `pc`, as if that had been called with six arguments, on the stack below `sp`. */
static inline void w2o_resume_at(ucontext_t *machine, uintptr_t pc, uintptr_t sp, const uintptr_t arguments[6])
{
    w2o_register *const places[] = W2O_ARGUMENTS(W2O_REGISTERS(machine));
    for (int i = 0; i < 6; i++) {
        *places[i] = (w2o_register)arguments[i];
    }
    sp &= ~(uintptr_t)15;
#if defined(__x86_64__)
    sp -= 8; /* where a return address would be */
#endif
    W2O_SP(W2O_REGISTERS(machine)) = (w2o_register)sp;
    W2O_PC(W2O_REGISTERS(machine)) = (w2o_register)pc;
}

#endif
