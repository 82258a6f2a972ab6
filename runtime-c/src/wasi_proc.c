/* The program itself: its arguments and environment, its end, signals, yielding. */
#include "wasi_internal.h"

#include <sched.h>
#include <signal.h>

/* ---- arguments and environment ------------------------------------------------------------------- */

static w2o_wasi_errno store_sizes(const w2o_wasi *wasi, const w2o_strings *strings, int32_t count_address,
                                  int32_t size_address)
{
    uint8_t *count, *size;
    if (!w2o_guest_range(wasi, (uint32_t)count_address, 4, &count) ||
        !w2o_guest_range(wasi, (uint32_t)size_address, 4, &size)) {
        return W2O_WASI_EFAULT;
    }
    w2o_store32(count, strings->count);
    w2o_store32(size, strings->size);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno store_strings(const w2o_wasi *wasi, const w2o_strings *strings, int32_t pointers_address,
                                    int32_t buffer_address)
{
    uint8_t *pointers, *buffer;
    if (!w2o_guest_range(wasi, (uint32_t)pointers_address, (uint64_t)strings->count * 4, &pointers) ||
        !w2o_guest_range(wasi, (uint32_t)buffer_address, strings->size, &buffer)) {
        return W2O_WASI_EFAULT;
    }
    memcpy(buffer, strings->bytes, strings->size);
    uint32_t offset = 0;
    for (uint32_t i = 0; i < strings->count; i++) {
        w2o_store32(pointers + (size_t)i * 4, (uint32_t)buffer_address + offset);
        offset += (uint32_t)strlen(strings->bytes + offset) + 1;
    }
    return W2O_WASI_ESUCCESS;
}

w2o_trap w2o_wasi_args_sizes_get(void *env, int32_t count, int32_t size, int32_t *error)
{
    const w2o_wasi *wasi = env;
    return w2o_return(error, store_sizes(wasi, &wasi->arguments, count, size));
}

w2o_trap w2o_wasi_args_get(void *env, int32_t argv, int32_t buffer, int32_t *error)
{
    const w2o_wasi *wasi = env;
    return w2o_return(error, store_strings(wasi, &wasi->arguments, argv, buffer));
}

w2o_trap w2o_wasi_environ_sizes_get(void *env, int32_t count, int32_t size, int32_t *error)
{
    const w2o_wasi *wasi = env;
    return w2o_return(error, store_sizes(wasi, &wasi->environment, count, size));
}

w2o_trap w2o_wasi_environ_get(void *env, int32_t environ, int32_t buffer, int32_t *error)
{
    const w2o_wasi *wasi = env;
    return w2o_return(error, store_strings(wasi, &wasi->environment, environ, buffer));
}

/* ---- the end ------------------------------------------------------------------------------------- */

/* With several threads the first to exit decides the code. */
static w2o_trap exit_with(w2o_wasi *wasi, uint32_t code)
{
    bool running = false;
    if (atomic_compare_exchange_strong(&wasi->exited, &running, true)) {
        atomic_store(&wasi->exit_code, code);
    }
    return W2O_TRAP_EXIT;
}

w2o_trap w2o_wasi_proc_exit(void *env, int32_t code)
{
    return exit_with(env, (uint32_t)code);
}

/* ---- signals ------------------------------------------------------------------------------------- */

enum { SIGNAL_COUNT = 31, FIRST_NUMBER_OF_SIGNALLED = 128 };

typedef struct signal_fact {
    uint8_t number;  /* as is usual on Linux */
    bool is_ignored; /* by default, as is stopping and continuing for want of someone to continue */
    int host;        /* 0: the host has no such signal */
} signal_fact;

#ifdef SIGPOLL
#define HOST_SIGPOLL SIGPOLL
#else
#define HOST_SIGPOLL 0
#endif
#ifdef SIGPWR
#define HOST_SIGPWR SIGPWR
#else
#define HOST_SIGPWR 0
#endif

/* By WASI's numbers; 0 is no signal. */
static const signal_fact SIGNALS[SIGNAL_COUNT] = {
    {0, true, 0},          {1, false, SIGHUP},    {2, false, SIGINT},   {3, false, SIGQUIT},
    {4, false, SIGILL},    {5, false, SIGTRAP},   {6, false, SIGABRT},  {7, false, SIGBUS},
    {8, false, SIGFPE},    {9, false, SIGKILL},   {10, false, SIGUSR1}, {11, false, SIGSEGV},
    {12, false, SIGUSR2},  {13, true, SIGPIPE},   {14, false, SIGALRM}, {15, false, SIGTERM},
    {17, true, SIGCHLD},   {18, true, SIGCONT},   {19, true, SIGSTOP},  {20, true, SIGTSTP},
    {21, true, SIGTTIN},   {22, true, SIGTTOU},   {23, true, SIGURG},   {24, false, SIGXCPU},
    {25, false, SIGXFSZ},  {26, false, SIGVTALRM}, {27, false, SIGPROF}, {28, true, SIGWINCH},
    {29, false, HOST_SIGPOLL}, {30, false, HOST_SIGPWR}, {31, false, SIGSYS},
};

int w2o_wasi_raise_on_host(void *state, uint32_t signal)
{
    (void)state;
    if (signal == 0 || signal >= SIGNAL_COUNT) {
        return EINVAL;
    }
    int host = SIGNALS[signal].host;
    return host == 0 ? ENOSYS : raise(host) == 0 ? 0 : errno;
}

w2o_trap w2o_wasi_proc_raise(void *env, int32_t signal, int32_t *error)
{
    w2o_wasi *wasi = env;
    if (signal <= 0 || signal >= SIGNAL_COUNT) {
        return w2o_return(error, W2O_WASI_EINVAL);
    }
    if (wasi->raise != NULL) {
        return w2o_return(error, w2o_errno_of_host(wasi->raise(wasi->raise_state, (uint32_t)signal)));
    }
    *error = W2O_WASI_ESUCCESS;
    const signal_fact *fact = &SIGNALS[signal];
    return fact->is_ignored ? W2O_TRAP_NONE : exit_with(wasi, FIRST_NUMBER_OF_SIGNALLED + (uint32_t)fact->number);
}

/* ---- yielding ------------------------------------------------------------------------------------ */

w2o_trap w2o_wasi_sched_yield(void *env, int32_t *error)
{
    (void)env;
    return w2o_return(error, w2o_errno_of_call(sched_yield()));
}
