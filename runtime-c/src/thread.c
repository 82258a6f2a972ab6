/*
 * Stacks. A store runs on one stack at a time: its bounds are in the store's head, where entry thunks
 * compare them with the stack pointer, and its limit in each context. A thread also gets an alternate
 * stack for signals, unless it has one.
 */
#define _GNU_SOURCE 1
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "helpers.h"

enum {
    SIGNAL_STACK = 64 * 1024,
    FOREIGN_STACK = 256 * 1024 /* what is taken for granted below the pointer on a stack that no thread owns */
};

/* ---- The alternate stack for signals ---- */

static pthread_key_t signal_stack_key;

static void free_signal_stack(void *stack)
{
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(stack, SIGNAL_STACK);
}

static void make_key(void)
{
    pthread_key_create(&signal_stack_key, free_signal_stack);
}

/* A failure is none of the program's: then the handlers run on the stack that the thread is on. */
static void ensure_signal_stack(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    stack_t current;
    if (sigaltstack(NULL, &current) != 0 || (current.ss_flags & SS_DISABLE) == 0) {
        return;
    }
    void *stack = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) {
        return;
    }
    stack_t wanted = {.ss_sp = stack, .ss_size = SIGNAL_STACK};
    pthread_once(&once, make_key);
    if (sigaltstack(&wanted, NULL) != 0 || pthread_setspecific(signal_stack_key, stack) != 0) {
        free_signal_stack(stack);
    }
}

/* ---- Bounds and limits ---- */

static void find_thread_stack(uintptr_t *low, uintptr_t *high)
{
#if defined(__APPLE__)
    *high = (uintptr_t)pthread_get_stackaddr_np(pthread_self());
    *low = *high - pthread_get_stacksize_np(pthread_self());
#else
    pthread_attr_t attributes;
    void *start = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &start, &size);
        pthread_attr_destroy(&attributes);
    }
    *low = (uintptr_t)start;
    *high = *low + size;
#endif
}

static void set_stack(w2o_store *store, uintptr_t low, uintptr_t high, uintptr_t sp)
{
    uintptr_t limit = low + store->config.host_stack;
    size_t maximum = store->config.max_stack;
    if (maximum != 0 && sp - limit > maximum) {
        limit = sp - maximum;
    }
    store->head.stack_low = low;
    store->head.stack_size = high - low;
    store->stack_limit = limit;
    for (w2o_instance *i = store->instances; i != NULL; i = w2o_context_of(i)->next) {
        w2o_context_of(i)->stack_limit = limit;
    }
}

void w2o_attach_stack(w2o_store *store, uintptr_t sp)
{
    uintptr_t low;
    uintptr_t high;
    find_thread_stack(&low, &high);
    if (sp - low >= high - low) {
        low = sp - FOREIGN_STACK;
        high = sp + FOREIGN_STACK;
    }
    ensure_signal_stack();
    set_stack(store, low, high, sp);
}

void w2o_store_set_stack(w2o_store *store, void *low, void *high)
{
    ensure_signal_stack();
    set_stack(store, (uintptr_t)low, (uintptr_t)high, (uintptr_t)high);
}
