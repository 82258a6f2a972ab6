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

/* ---- Shared memories ---- */

/* A module without code that imports a shared memory. */
static const w2o_import_row shared_imports[] = {{0, 0, 0, 0, W2O_MEMORY, 0, 0}};
static const w2o_memory_row shared_memories[] = {
    {1, 64, -264, W2O_IMPORTED | W2O_SHARED | W2O_HAS_MAXIMUM | W2O_GUARDED, 16},
};
static w2o_module_state shared_state;
static const w2o_module shared_module = {
    .version = W2O_ABI_VERSION,
    .abi = &w2o_abi_v3,
    .name = "shared",
    .instance_size = 272,
    .state = &shared_state,
    .strings = "",
    .imports = shared_imports,
    .memories = shared_memories,
    .import_count = 1,
    .memory_count = 1,
};

static w2o_memory *new_shared(w2o_store *store)
{
    w2o_memory_type type = {.limits = {1, 64, true}, .page_shift = 16, .is_shared = true};
    w2o_memory *memory = w2o_memory_new(store, &type);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static w2o_instance *new_sharer(w2o_store *store, w2o_memory *memory)
{
    w2o_extern import = w2o_import_memory(memory);
    w2o_instance *instance = NULL;
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &shared_module, &import, 1, &instance));
    return instance;
}

enum { SHARERS = 4, ROUNDS = 500 };

static void run_sharers(void *(*run)(void *), w2o_instance **instances)
{
    pthread_t threads[SHARERS];
    for (int i = 0; i < SHARERS; i++) {
        if (pthread_create(&threads[i], NULL, run, instances[i]) != 0) {
            abort();
        }
    }
    for (int i = 0; i < SHARERS; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* Each grows it and reads its size, and frees its store. */
static void *grow_and_leave(void *argument)
{
    w2o_instance *instance = argument;
    w2o_memory *memory = w2o_instance_memory(instance, 0);
    for (int i = 0; i < 15; i++) {
        int64_t page = w2o_memory_grow(instance, 0, 1);
        CHECK(page > 0);
        uint8_t *end = w2o_memory_at(memory, (uint64_t)page << 16, 1 << 16);
        CHECK(end != NULL);
        end[0] = (uint8_t)page;
        w2o_memory_fill(instance, 0, ((uint64_t)page << 16) + 1, 7, 100);
        CHECK_EQUAL(page, end[0]);
    }
    w2o_store_free(w2o_instance_store(instance));
    return NULL;
}

static void shared_memory_of_stores(void)
{
    w2o_store *first = new_store(NULL);
    w2o_memory *memory = new_shared(first);
    w2o_store *last = new_store(NULL);
    CHECK(w2o_memory_share(memory, last));
    w2o_instance *instances[SHARERS];
    for (int i = 0; i < SHARERS; i++) {
        instances[i] = new_sharer(new_store(NULL), memory);
    }
    w2o_store_free(first);
    run_sharers(grow_and_leave, instances);
    CHECK_EQUAL((1 + SHARERS * 15) << 16, w2o_memory_size(memory));
    CHECK_EQUAL(-1, w2o_grow_memory(memory, 4));
    CHECK_EQUAL(1 + SHARERS * 15, w2o_grow_memory(memory, 3));
    w2o_store_free(last);
}

/* Two pairs that throw a ball each, in one list of waiters. */
static void *play(void *argument)
{
    w2o_instance *instance = argument;
    static atomic_int players;
    int number = atomic_fetch_add(&players, 1);
    uint64_t at = 64 + 4 * (uint64_t)(number / 2);
    uint8_t *bytes = w2o_memory_at(w2o_instance_memory(instance, 0), at, 4);
    _Atomic uint32_t *ball = (_Atomic uint32_t *)bytes;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t mine = 2 * i + (uint32_t)number % 2;
        for (uint32_t seen; (seen = atomic_load(ball)) != mine;) {
            uint32_t result = w2o_memory_wait32(instance, 0, at, 0, seen, i % 2 == 0 ? -1 : 1000000000);
            CHECK(result == 0 || result == 1);
        }
        atomic_store(ball, mine + 1);
        CHECK(w2o_memory_notify(instance, 0, at - 64, 64, 1) <= 1);
    }
    return NULL;
}

static void shared_memory_of_waiting_stores(void)
{
    w2o_store *first = new_store(NULL);
    w2o_memory *memory = new_shared(first);
    w2o_instance *instances[SHARERS];
    for (int i = 0; i < SHARERS; i++) {
        instances[i] = new_sharer(new_store(NULL), memory);
    }
    run_sharers(play, instances);
    CHECK_EQUAL(1, w2o_memory_wait32(instances[0], 0, 64, 0, 0, -1));
    CHECK_EQUAL(2, w2o_memory_wait32(instances[0], 0, 64, 0, 2 * ROUNDS, 100000));
    CHECK_EQUAL(2, w2o_memory_wait64(instances[0], 0, 0, 8, 0, 0));
    CHECK_EQUAL(0, w2o_notify(memory, 64, UINT32_MAX));
    for (int i = 0; i < SHARERS; i++) {
        w2o_store_free(w2o_instance_store(instances[i]));
    }
    w2o_store_free(first);
}

static void shared_memory_is_counted(void)
{
    w2o_store *store = new_store(&(w2o_config){.max_memory = 4 << 16});
    w2o_memory *memory = new_shared(store);
    w2o_memory_type type = {.limits = {2, 2, true}, .page_shift = 16};
    CHECK(w2o_memory_new(store, &type) != NULL);
    CHECK_EQUAL(-1, w2o_grow_memory(memory, 2));
    CHECK_EQUAL(1, w2o_grow_memory(memory, 1));
    CHECK(w2o_memory_new(store, &type) == NULL);
    w2o_store *other = new_store(NULL);
    CHECK(w2o_memory_share(memory, other));
    w2o_store_free(store);
    CHECK_EQUAL(2, w2o_grow_memory(memory, 2));
    CHECK_EQUAL(-1, w2o_grow_memory(memory, 1));
    w2o_store_free(other);
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
    {"shared memory of stores", shared_memory_of_stores},
    {"shared memory of waiting stores", shared_memory_of_waiting_stores},
    {"shared memory of a store with a limit", shared_memory_is_counted},
    {"foreign stack", foreign_stack},
    {NULL, NULL},
};
