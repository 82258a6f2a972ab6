/*
 * Threads of WASI programs (wasi-threads): each is a store and an instance of its own. They are made by the thread
 * that asks for them, so that it hears of a failure; the store is then handed over.
 */
#define _GNU_SOURCE 1
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "wasm2obj_wasi.h"

enum { MOST_NUMBERS = 0x1fffffff, DEFAULT_STACK = 8 << 20, STACK_OF_SYSTEM = 64 * 1024 };

typedef struct spawned {
    w2o_wasi_threads *threads;
    struct spawned *next;
    w2o_store *store;
    const w2o_func *start;
    int32_t number;
    int32_t argument;
} spawned;

struct w2o_wasi_threads {
    w2o_wasi_threads_config config;
    w2o_type start_type;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t ended;
    spawned *first;       /* those that have not ended */
    size_t count;
    int32_t last_number;
    bool has_wrapped;     /* numbers may be in use */
};

w2o_wasi_threads *w2o_wasi_threads_new(const w2o_wasi_threads_config *config)
{
    static const w2o_value_type parameters[] = {W2O_I32, W2O_I32};
    w2o_wasi_threads *threads = calloc(1, sizeof *threads);
    w2o_type type = w2o_func_type(parameters, 2, NULL, 0);
    if (threads == NULL || type == 0) {
        free(threads);
        return NULL;
    }
    threads->config = *config;
    threads->start_type = type;
    pthread_mutex_init(&threads->lock, NULL);
    pthread_cond_init(&threads->ended, NULL);
    return threads;
}

size_t w2o_wasi_threads_count(w2o_wasi_threads *threads)
{
    pthread_mutex_lock(&threads->lock);
    size_t count = threads->count;
    pthread_mutex_unlock(&threads->lock);
    return count;
}

void w2o_wasi_threads_free(w2o_wasi_threads *threads)
{
    if (threads == NULL) {
        return;
    }
    pthread_mutex_lock(&threads->lock);
    while (threads->count != 0) {
        pthread_cond_wait(&threads->ended, &threads->lock);
    }
    pthread_mutex_unlock(&threads->lock);
    pthread_cond_destroy(&threads->ended);
    pthread_mutex_destroy(&threads->lock);
    free(threads);
}

/* ---- The list, under the lock ---- */

static bool is_in_use(const w2o_wasi_threads *threads, int32_t number)
{
    const spawned *thread = threads->first;
    while (thread != NULL && thread->number != number) {
        thread = thread->next;
    }
    return thread != NULL;
}

static int32_t new_number(w2o_wasi_threads *threads)
{
    do {
        if (threads->last_number == MOST_NUMBERS) {
            threads->last_number = 0;
            threads->has_wrapped = true;
        }
        threads->last_number++;
    } while (threads->has_wrapped && is_in_use(threads, threads->last_number));
    return threads->last_number;
}

static void enter(w2o_wasi_threads *threads, spawned *thread)
{
    pthread_mutex_lock(&threads->lock);
    thread->number = new_number(threads);
    thread->next = threads->first;
    threads->first = thread;
    threads->count++;
    pthread_mutex_unlock(&threads->lock);
}

/* Nothing is to be touched afterwards. */
static void leave(spawned *thread)
{
    w2o_wasi_threads *threads = thread->threads;
    pthread_mutex_lock(&threads->lock);
    spawned **link = &threads->first;
    while (*link != thread) {
        link = &(*link)->next;
    }
    *link = thread->next;
    threads->count--;
    pthread_cond_broadcast(&threads->ended);
    pthread_mutex_unlock(&threads->lock);
    free(thread);
}

/* ---- A thread ---- */

static void *run(void *argument)
{
    spawned *thread = argument;
    const w2o_wasi_threads_config *config = &thread->threads->config;
    w2o_value arguments[] = {{.i32 = thread->number}, {.i32 = thread->argument}};
    w2o_trap trap = w2o_call(thread->store, thread->start, arguments, NULL);
    if (trap != W2O_TRAP_NONE && config->trapped != NULL) {
        config->trapped(config->state, thread->store, trap);
    }
    w2o_store_free(thread->store);
    leave(thread);
    return NULL;
}

static size_t stack_size(const w2o_config *config)
{
    if (config == NULL || config->max_stack == 0) {
        return DEFAULT_STACK;
    }
    size_t size = config->max_stack + config->host_stack + 2 * STACK_OF_SYSTEM;
    return (size + STACK_OF_SYSTEM - 1) / STACK_OF_SYSTEM * STACK_OF_SYSTEM;
}

static bool begin(spawned *thread)
{
    pthread_attr_t attributes;
    pthread_t unused;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_size(thread->threads->config.store));
    int error = pthread_create(&unused, &attributes, run, thread);
    pthread_attr_destroy(&attributes);
    return error == 0;
}

/* Makes the instance and finds its start function; NULL without a trap if the module has none that fits. */
static w2o_trap prepare(spawned *thread)
{
    static const char name[] = "wasi_thread_start";
    const w2o_wasi_threads *threads = thread->threads;
    w2o_instance *instance;
    w2o_trap trap = w2o_instantiate(thread->store, threads->config.module, threads->config.imports,
                                    threads->config.import_count, &instance);
    w2o_extern start;
    if (trap == W2O_TRAP_NONE && w2o_export(instance, name, sizeof name - 1, &start) && start.kind == W2O_FUNC
        && start.of.func->type == threads->start_type) {
        thread->start = start.of.func;
    }
    return trap;
}

static void discard(spawned *thread)
{
    w2o_store_free(thread->store);
    free(thread);
}

w2o_trap w2o_wasi_thread_spawn(void *env, int32_t argument, int32_t *number)
{
    w2o_wasi_threads *threads = env;
    *number = -(int32_t)W2O_WASI_EAGAIN;
    spawned *thread = calloc(1, sizeof *thread);
    if (thread == NULL) {
        return W2O_TRAP_NONE;
    }
    thread->threads = threads;
    thread->argument = argument;
    thread->store = w2o_store_new(threads->config.store);
    w2o_trap trap = thread->store == NULL ? W2O_TRAP_NO_MEMORY : prepare(thread);
    if (trap != W2O_TRAP_NONE || thread->start == NULL) {
        discard(thread);
        return trap < W2O_TRAP_UNLINKABLE ? trap : W2O_TRAP_NONE;
    }
    enter(threads, thread);
    int32_t entered = thread->number; /* the thread may have ended when it is asked for */
    if (begin(thread)) {
        *number = entered;
    } else {
        w2o_store_free(thread->store);
        leave(thread);
    }
    return W2O_TRAP_NONE;
}
