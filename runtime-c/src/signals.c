/*
 * Hardware traps. A fault in the code of a module's function is a trap if its address lies in a guarded
 * memory's reservation, or its place is in the module's trap table. Then the handler makes the thread go
 * on in `land`, as if compiled code had called it; everything else happens there, outside the handler.
 * Any other signal is for whoever had installed a handler before.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "machine.h"
#include "store.h"

static const int signals[] = {
    SIGSEGV, SIGBUS, SIGILL, SIGFPE,
#if defined(__aarch64__)
    SIGTRAP,
#endif
};

enum { SIGNALS = sizeof signals / sizeof *signals };

static struct sigaction previous[SIGNALS];
static atomic_bool is_installed;

/* Whether a process has sent the signal, and no instruction raised it. */
static bool is_sent(const siginfo_t *info)
{
#if defined(__APPLE__)
    return info->si_code <= 0 || info->si_code >= SI_USER; /* positive there, beyond all others */
#else
    return info->si_code <= 0;
#endif
}

static _Noreturn void land(w2o_store *store, w2o_trap trap, uintptr_t pc, uintptr_t sp, uintptr_t fp, uintptr_t lr)
{
    w2o_raise(store, trap, (w2o_place){.pc = pc, .sp = sp, .fp = fp, .lr = lr, .is_return = false});
}

static w2o_trap kind_of(int number, const siginfo_t *info, const w2o_store *store, const w2o_code_place *code)
{
    bool is_access = number == SIGSEGV || number == SIGBUS;
    if (is_access && w2o_in_reservation(store, (uintptr_t)info->si_addr)) {
        return W2O_TRAP_MEMORY_OUT_OF_BOUNDS;
    }
    return w2o_find_trap(code);
}

/*
 * The stack pointer for `land`: the interrupted one, unless that is a frame that the stack has no room
 * for (W2O_TRAP_STACK_OVERFLOW). Then it is below all that a walk reads, which is at most the arguments of
 * one call, or 4 KiB of frames without a check, below the limit.
 */
static uintptr_t usable(const w2o_store *store, uintptr_t sp)
{
    uintptr_t lowest = store->head.stack_low + W2O_TRAP_STACK;
    return sp < lowest ? lowest : sp;
}

/* Leads the thread to `land` if the signal is a trap. */
static bool handle(int number, const siginfo_t *info, ucontext_t *machine)
{
    w2o_place place = w2o_interrupted_place(machine);
    w2o_code_place code;
    if (is_sent(info) || !w2o_find_code(place.pc, &code)) {
        return false; /* sent by a process, or not ours */
    }
    uint32_t kind = code.module->frames[code.row].info & W2O_FRAME_KIND_MASK;
    if (kind != W2O_FRAME_FUNCTION && kind != W2O_FRAME_SHARED) {
        return false; /* in a thunk the context register may not hold a context */
    }
    w2o_store *store = w2o_context_of(w2o_interrupted_context(machine))->store;
    w2o_trap trap = kind_of(number, info, store, &code);
    if (trap == W2O_TRAP_NONE) {
        return false;
    }
    w2o_resume_at(machine, (uintptr_t)land, usable(store, place.sp),
                  (const uintptr_t[]){(uintptr_t)store, trap, place.pc, place.sp, place.fp, place.lr});
    return true;
}

static void chain(int number, siginfo_t *info, void *machine)
{
    const struct sigaction *action = &previous[0];
    for (int i = 0; i < SIGNALS; i++) {
        if (signals[i] == number) {
            action = &previous[i];
        }
    }
    if ((action->sa_flags & SA_SIGINFO) != 0) {
        action->sa_sigaction(number, info, machine);
    } else if (action->sa_handler == SIG_IGN && is_sent(info)) {
        return;
    } else if (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN) {
        /* The default action takes place when the instruction faults again, or at once if it does not. */
        signal(number, SIG_DFL);
        if (is_sent(info)) {
            raise(number);
        }
    } else {
        action->sa_handler(number);
    }
}

static void on_signal(int number, siginfo_t *info, void *machine)
{
    int saved = errno;
    if (!handle(number, info, machine)) {
        chain(number, info, machine);
    }
    errno = saved;
}

static void install(void)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], &action, &previous[i]);
    }
    atomic_store(&is_installed, true);
}

/*
 * A library that holds the runtime may be unloaded, and then the handlers' code is gone. Whoever installed
 * one after us, and passes signals on to ours, has to know. While modules have instances this is the end of the process, and
 * other threads may be running.
 */
__attribute__((destructor)) static void uninstall(void)
{
    if (!atomic_load(&is_installed) || w2o_has_modules()) {
        return;
    }
    for (int i = 0; i < SIGNALS; i++) {
        struct sigaction current;
        if (sigaction(signals[i], NULL, &current) == 0 && (current.sa_flags & SA_SIGINFO) != 0 &&
            current.sa_sigaction == on_signal) {
            sigaction(signals[i], &previous[i], NULL);
        }
    }
}

void w2o_install_handlers(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
