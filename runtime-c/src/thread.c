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

/* ---- Threads ---- */

/*
 * What is kept of a thread on which a store runs. When the thread ends, its stores are detached: another
 * thread may get the very same stack, and must not be taken for it, since it has no alternate stack.
 */
typedef struct w2o_thread {
    void *signal_stack; /* NULL if the thread has one of somebody else's, or none could be made */
    w2o_store *stores;
} w2o_thread;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all lists of stores */
static pthread_key_t thread_key;
static atomic_bool has_key;

/* Under the lock. */
static void unlink_store(w2o_store *store)
{
    if (store->thread == NULL) {
        return;
    }
    if (store->previous_attached == NULL) {
        store->thread->stores = store->next_attached;
    } else {
        store->previous_attached->next_attached = store->next_attached;
    }
    if (store->next_attached != NULL) {
        store->next_attached->previous_attached = store->previous_attached;
    }
    store->thread = NULL;
}

/* Under the lock. */
static void link_store(w2o_thread *thread, w2o_store *store)
{
    unlink_store(store);
    store->thread = thread;
    store->previous_attached = NULL;
    store->next_attached = thread->stores;
    if (thread->stores != NULL) {
        thread->stores->previous_attached = store;
    }
    thread->stores = store;
}

static void free_signal_stack(void *stack)
{
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(stack, SIGNAL_STACK);
}

static void end_thread(void *argument)
{
    w2o_thread *thread = argument;
    pthread_mutex_lock(&lock);
    while (thread->stores != NULL) {
        w2o_store *store = thread->stores;
        store->head.stack_size = 0; /* so that the next entry attaches */
        unlink_store(store);
    }
    pthread_mutex_unlock(&lock);
    if (thread->signal_stack != NULL) {
        free_signal_stack(thread->signal_stack);
    }
    free(thread);
}

static void make_key(void)
{
    if (pthread_key_create(&thread_key, end_thread) != 0) {
        abort();
    }
    atomic_store(&has_key, true);
}

/*
 * A library that holds the runtime may be unloaded before its threads end, and then the code of end_thread is gone: what is
 * kept of other threads stays. While modules have instances this is the end of the process, and other threads may be running.
 */
__attribute__((destructor)) static void forget_threads(void)
{
    if (!atomic_load(&has_key) || w2o_has_modules()) {
        return;
    }
    w2o_thread *thread = pthread_getspecific(thread_key);
    if (thread != NULL) {
        end_thread(thread);
    }
    pthread_key_delete(thread_key);
}

/* A failure is none of the program's: then the handlers run on the stack that the thread is on. */
static void *make_signal_stack(void)
{
    stack_t current;
    if (sigaltstack(NULL, &current) != 0 || (current.ss_flags & SS_DISABLE) == 0) {
        return NULL;
    }
    void *stack = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) {
        return NULL;
    }
    stack_t wanted = {.ss_sp = stack, .ss_size = SIGNAL_STACK};
    if (sigaltstack(&wanted, NULL) != 0) {
        munmap(stack, SIGNAL_STACK);
        return NULL;
    }
    return stack;
}

/* This thread; made if it is new. NULL if there is no memory. */
static w2o_thread *this_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_key);
    w2o_thread *thread = pthread_getspecific(thread_key);
    if (thread == NULL) {
        thread = calloc(1, sizeof *thread);
        if (thread == NULL || pthread_setspecific(thread_key, thread) != 0) {
            free(thread);
            return NULL;
        }
        thread->signal_stack = make_signal_stack();
    }
    return thread;
}

static void attach(w2o_store *store)
{
    w2o_thread *thread = this_thread();
    pthread_mutex_lock(&lock);
    if (thread == NULL) {
        unlink_store(store);
    } else {
        link_store(thread, store);
    }
    pthread_mutex_unlock(&lock);
}

void w2o_detach(w2o_store *store)
{
    pthread_mutex_lock(&lock);
    unlink_store(store);
    pthread_mutex_unlock(&lock);
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
    store->head.stack_limit = limit;
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
    attach(store);
    set_stack(store, low, high, sp);
}

void w2o_store_set_stack(w2o_store *store, void *low, void *high)
{
    attach(store);
    set_stack(store, (uintptr_t)low, (uintptr_t)high, (uintptr_t)high);
}
