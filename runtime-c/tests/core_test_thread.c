/* Stores on several threads, stores that move between threads, and foreign stacks. */
#define _GNU_SOURCE 1
#include "core_test.h"

#include <pthread.h>
#include <stdlib.h>
#include <ucontext.h>

static void *use_store(void *argument)
{
    w2o_instance *a = argument;
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, a_add(a, 1, 2, &result));
    CHECK_EQUAL(3, result);
    CHECK_EQUAL(W2O_TRAP_STACK_OVERFLOW, call(a, "recurse", INT32_MAX, 0, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", -8, 0, 0, NULL));
    return NULL;
}

static pthread_barrier_t barrier;

static void store_on_other_threads(void)
{
    w2o_store *store = new_store(NULL);
    w2o_instance *a = new_a(store, add_one, NULL);
    use_store(a);
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, use_store, a) != 0) {
            abort();
        }
        pthread_join(thread, NULL);
        CHECK_EQUAL(0, store->head.stack_size); /* gone with the thread */
        if (i > 0) {
            use_store(a);
        }
    }
    w2o_store_free(store);
}

/* A store is freed by another thread than the one that it ran on last, which then ends. */
static void *use_and_wait(void *argument)
{
    w2o_instance *a = argument;
    use_store(a);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return NULL;
}

static void store_freed_elsewhere(void)
{
    w2o_store *first = new_store(NULL);
    w2o_store *second = new_store(NULL);
    w2o_instance *a = new_a(first, add_one, NULL);
    use_store(new_a(second, add_one, NULL));
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t thread;
    if (pthread_create(&thread, NULL, use_and_wait, a) != 0) {
        abort();
    }
    pthread_barrier_wait(&barrier);
    use_store(a);
    w2o_store_free(first);
    w2o_store_free(second);
    pthread_barrier_wait(&barrier);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&barrier);
}

static void *make_and_use(void *unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++) {
        w2o_store *store = new_store(NULL);
        w2o_instance *a = new_a(store, add_one, NULL);
        CHECK_EQUAL(W2O_TRAP_UNREACHABLE, call(a, "unreachable", 0, 0, 0, NULL));
        CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", -8, 0, 0, NULL));
        CHECK_EQUAL(1, w2o_frame_count(store));
        w2o_store_free(store);
    }
    return NULL;
}

static void stores_at_once(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        if (pthread_create(&threads[i], NULL, make_and_use, NULL) != 0) {
            abort();
        }
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* ---- A stack that no thread owns ---- */

enum { FIBER_STACK = 1 << 20 };

static ucontext_t fiber, scheduler;
static w2o_instance *fibers_instance;
static char *fibers_stack;
static bool say_where;

static void run_fiber(void)
{
    if (say_where) {
        w2o_store_set_stack(w2o_instance_store(fibers_instance), fibers_stack, fibers_stack + FIBER_STACK);
    }
    use_store(fibers_instance);
    if (say_where) {
        int32_t result; /* deeper than what is taken for granted */
        CHECK_EQUAL(W2O_TRAP_NONE, call(fibers_instance, "recurse", 20000, 0, 0, &result));
        CHECK_EQUAL(20000, result);
    }
}

static void foreign_stack(void)
{
    w2o_store *store = new_store(NULL);
    fibers_instance = new_a(store, add_one, NULL);
    fibers_stack = malloc(FIBER_STACK);
    for (int round = 0; round < 2; round++) {
        say_where = round == 1;
        use_store(fibers_instance);
        getcontext(&fiber);
        fiber.uc_stack.ss_sp = fibers_stack;
        fiber.uc_stack.ss_size = FIBER_STACK;
        fiber.uc_link = &scheduler;
        makecontext(&fiber, run_fiber, 0);
        swapcontext(&scheduler, &fiber);
    }
    free(fibers_stack);
    w2o_store_free(store);
}

const test_case thread_tests[] = {
    {"store on other threads", store_on_other_threads},
    {"store freed elsewhere", store_freed_elsewhere},
    {"stores at once", stores_at_once},
    {"foreign stack", foreign_stack},
    {NULL, NULL},
};
