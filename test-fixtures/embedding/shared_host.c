/* Stores on several threads that share the memories of shared.wat. */
#define _GNU_SOURCE 1
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "shared.h"

enum { THREADS = 4, OFTEN = 20000, PAGE = 65536 };

static w2o_store *new_store(void)
{
    w2o_store *store = w2o_store_new(NULL);
    if (store == NULL) {
        abort();
    }
    return store;
}

static w2o_memory *new_memory(w2o_store *store, uint64_t minimum, uint64_t maximum, bool is_shared)
{
    w2o_memory_type type = {
        .limits = {minimum, maximum, true},
        .page_shift = 16,
        .is_shared = is_shared,
    };
    return w2o_memory_new(store, &type);
}

/* A memory of ten pages of a byte, to a thousand. */
static w2o_memory *new_bytes(w2o_store *store)
{
    w2o_memory_type type = {.limits = {10, 1000, true}, .is_shared = true};
    return w2o_memory_new(store, &type);
}

/* What instances that are made get, or NULL for one of their own. */
static w2o_memory *common_bytes;

static shared_instance *instantiate(w2o_store *store, w2o_memory *memory)
{
    shared_imports imports = {
        .env_memory = memory,
        .env_bytes = common_bytes != NULL ? common_bytes : new_bytes(store),
    };
    shared_instance *instance = NULL;
    CHECK(shared_instantiate(store, &imports, &instance) == W2O_TRAP_NONE);
    return instance;
}

/* A thread with a store of its own. */
typedef struct worker {
    pthread_t thread;
    w2o_store *store;
    shared_instance *instance;
    int number;
    int32_t result;
} worker;

static void run_all(w2o_memory *memory, void *(*run)(void *worker), worker *workers)
{
    for (int i = 0; i < THREADS; i++) {
        workers[i].store = new_store();
        workers[i].instance = instantiate(workers[i].store, memory);
        workers[i].number = i;
    }
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&workers[i].thread, NULL, run, &workers[i]) != 0) {
            abort();
        }
    }
}

static void join_all(worker *workers)
{
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
    }
}

static void free_all(worker *workers)
{
    for (int i = 0; i < THREADS; i++) {
        w2o_store_free(workers[i].store);
    }
}

/* ---- Imports: what fits, what does not ---- */

static void check_imports(void)
{
    w2o_store *store = new_store();
    shared_imports imports = {.env_memory = new_memory(store, 1, 100, false), .env_bytes = new_bytes(store)};
    shared_instance *instance;
    CHECK(shared_instantiate(store, &imports, &instance) == W2O_TRAP_UNLINKABLE);
    CHECK(strstr(w2o_message(store), "memory of another type") != NULL);
    imports.env_memory = new_memory(store, 1, 101, true);
    CHECK(shared_instantiate(store, &imports, &instance) == W2O_TRAP_UNLINKABLE);
    CHECK(strstr(w2o_message(store), "other limits") != NULL);
    imports.env_memory = new_memory(store, 2, 100, true);
    CHECK(shared_instantiate(store, &imports, &instance) == W2O_TRAP_NONE);
    CHECK(shared_own(instance) != imports.env_memory);

    w2o_memory_type type = {.limits = {1, 0, false}, .page_shift = 16, .is_shared = true};
    CHECK(w2o_memory_new(store, &type) == NULL); /* it needs a maximum */
    w2o_store *other = new_store();
    CHECK(!w2o_memory_share(shared_alone(instance), other));
    CHECK(w2o_memory_share(imports.env_memory, other) && w2o_memory_share(imports.env_memory, other));
    CHECK(w2o_memory_get_type(shared_wide(instance)).is_shared && w2o_memory_get_type(shared_wide(instance)).is_64);
    w2o_store_free(store);
    CHECK(w2o_memory_size(imports.env_memory) == 2 * PAGE);
    instantiate(other, imports.env_memory);
    w2o_store_free(other);
}

/* ---- Every access, in every memory ---- */

static void check_traps(void)
{
    w2o_store *store = new_store();
    shared_instance *instance = instantiate(store, new_memory(store, 1, 100, true));
    int32_t result;
    int64_t wide;
    CHECK_RESULT(0, shared_add(instance, 8, 5, &result));
    CHECK_RESULT(5, shared_atomic_load(instance, 8, &result));
    CHECK_RESULT(0, shared_add_own(instance, PAGE - 4, 6, &result));
    CHECK_RESULT(6, shared_add_own(instance, PAGE - 4, 0, &result));
    CHECK_RESULT(0, shared_add_alone(instance, 4, 7, &result));
    CHECK_RESULT(7, shared_add_alone(instance, 4, 7, &result));
    CHECK(shared_add_wide(instance, 16, -1, &wide) == W2O_TRAP_NONE && wide == 0);
    CHECK(shared_add_wide(instance, 16, 3, &wide) == W2O_TRAP_NONE && wide == -1);

    CHECK(shared_add(instance, 2, 5, &result) == W2O_TRAP_UNALIGNED_ATOMIC);
    CHECK(shared_add(instance, PAGE, 5, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_add(instance, -4, 5, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_load(instance, PAGE - 3, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_store(instance, -1, 0) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_add_own(instance, PAGE, 5, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_add_alone(instance, PAGE, 5, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_add_wide(instance, 12, 5, &wide) == W2O_TRAP_UNALIGNED_ATOMIC);
    CHECK(shared_add_wide(instance, PAGE, 5, &wide) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_add_wide(instance, -8, 5, &wide) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);

    CHECK_RESULT(1, shared_wait(instance, 8, 4, -1, &result));
    CHECK_RESULT(2, shared_wait(instance, 8, 5, 1000, &result));
    CHECK_RESULT(1, shared_wait_wide(instance, 0, 3, -1, &result)); /* at 16 */
    CHECK_RESULT(2, shared_wait_wide(instance, 0, 2, 0, &result));
    CHECK(shared_wait(instance, 6, 4, -1, &result) == W2O_TRAP_UNALIGNED_ATOMIC);
    CHECK(shared_wait(instance, PAGE, 4, -1, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_wait_wide(instance, 4, 0, 0, &result) == W2O_TRAP_UNALIGNED_ATOMIC);
    CHECK(shared_wait_wide(instance, -16, 0, 0, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS); /* the sum is 0 */
    CHECK(shared_wait_alone(instance, 8, &result) == W2O_TRAP_EXPECTED_SHARED_MEMORY);
    CHECK(strcmp(w2o_trap_name(w2o_last_trap(store)), "expected shared memory") == 0);
    CHECK(w2o_frame_count(store) == 1);
    CHECK_RESULT(0, shared_notify(instance, 8, -1, &result));
    CHECK_RESULT(0, shared_notify_alone(instance, 8, &result));
    CHECK(shared_notify(instance, PAGE, 1, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_notify(instance, 1, 1, &result) == W2O_TRAP_UNALIGNED_ATOMIC);
    CHECK(shared_notify_alone(instance, PAGE, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    w2o_store_free(store);
}

/* ---- Counting together; the store that made the memory is freed meanwhile ---- */

static void *count(void *argument)
{
    worker *self = argument;
    int32_t ignored;
    CHECK(shared_count(self->instance, 64, OFTEN) == W2O_TRAP_NONE);
    CHECK(shared_add(self->instance, PAGE, 0, &ignored) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    return NULL;
}

static void check_counting(void)
{
    worker workers[THREADS];
    w2o_store *first = new_store();
    w2o_memory *memory = new_memory(first, 1, 100, true);
    run_all(memory, count, workers);
    w2o_store_free(first);
    join_all(workers);
    const int32_t *counters = (const int32_t *)w2o_memory_at(memory, 64, 8);
    CHECK(counters[0] == THREADS * OFTEN && counters[1] == THREADS * OFTEN);
    free_all(workers);
}

/* ---- Growing together, within the limit of the store that made the memory ---- */

enum { GROWTH = 20 };

static void *grow(void *argument)
{
    worker *self = argument;
    for (int i = 0; i < GROWTH; i++) {
        int32_t page, found;
        CHECK(shared_grow(self->instance, 1, &page) == W2O_TRAP_NONE && page > 0);
        CHECK(shared_store(self->instance, page * PAGE + 8, page) == W2O_TRAP_NONE);
        CHECK(shared_store(self->instance, page * PAGE + PAGE - 4, self->number) == W2O_TRAP_NONE);
        CHECK(shared_load(self->instance, page * PAGE + 8, &found) == W2O_TRAP_NONE && found == page);
        CHECK(shared_size(self->instance, &found) == W2O_TRAP_NONE && found > page);
    }
    return NULL;
}

static void check_growing(void)
{
    worker workers[THREADS];
    w2o_store *first = w2o_store_new(&(w2o_config){.max_memory = (90 + 3) * PAGE});
    w2o_memory *memory = new_memory(first, 1, 100, true);
    CHECK(new_memory(first, 2, 2, false) != NULL);
    const uint8_t *data = memory->data;
    run_all(memory, grow, workers);
    join_all(workers);
    CHECK(memory->data == data);
    CHECK(w2o_memory_size(memory) == (1 + THREADS * GROWTH) * PAGE);
    int32_t result;
    CHECK_RESULT(-1, shared_grow(workers[0].instance, 11, &result)); /* 10 are left */
    CHECK_RESULT(81, shared_grow(workers[0].instance, 9, &result));
    CHECK_RESULT(90, shared_size(workers[1].instance, &result));
    CHECK(new_memory(first, 2, 2, false) == NULL);
    w2o_store_free(first); /* gives back two pages */
    CHECK(w2o_grow_memory(memory, 4) == -1);
    CHECK(w2o_grow_memory(memory, 3) == 90);
    CHECK(w2o_grow_memory(memory, 0) == 93);
    int64_t wide;
    CHECK(shared_grow_wide(workers[0].instance, 9, &wide) == W2O_TRAP_NONE && wide == 1);
    CHECK(shared_grow_wide(workers[0].instance, 1, &wide) == W2O_TRAP_NONE && wide == -1);
    free_all(workers);
}

/* ---- Pages of a byte: every size is one that accesses are checked against ---- */

enum { BYTES = 200 };

static void *grow_bytes(void *argument)
{
    worker *self = argument;
    for (int i = 0; i < BYTES; i++) {
        int32_t at, old, size;
        CHECK(shared_grow_bytes(self->instance, 1, &at) == W2O_TRAP_NONE && at >= 10);
        CHECK(shared_mark_byte(self->instance, at, self->number + 1, &old) == W2O_TRAP_NONE && old == 0);
        CHECK(shared_size_bytes(self->instance, &size) == W2O_TRAP_NONE && size > at);
    }
    return NULL;
}

static void check_bytes(void)
{
    worker workers[THREADS];
    w2o_store *first = new_store();
    w2o_memory *memory = new_memory(first, 1, 100, true);
    common_bytes = new_bytes(first);
    shared_instance *instance = instantiate(first, memory);
    int32_t result;
    CHECK_RESULT(0, shared_add_bytes(instance, 4, 1, &result));
    CHECK(shared_add_bytes(instance, 8, 1, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_add_bytes(instance, 6, 1, &result) == W2O_TRAP_UNALIGNED_ATOMIC);
    CHECK_RESULT(0, shared_load_bytes(instance, 6, &result));
    CHECK(shared_load_bytes(instance, 7, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK_RESULT(2, shared_wait_bytes(instance, 4, 1, &result));
    CHECK_RESULT(1, shared_wait_bytes(instance, 4, 0, &result));
    CHECK(shared_wait_bytes(instance, 8, 0, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    CHECK(shared_mark_byte(instance, 10, 1, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);

    run_all(memory, grow_bytes, workers);
    join_all(workers);
    CHECK_RESULT(10 + THREADS * BYTES, shared_size_bytes(instance, &result));
    int marks[THREADS + 1] = {0};
    for (uint64_t i = 10; i < w2o_memory_size(common_bytes); i++)
        marks[*w2o_memory_at(common_bytes, i, 1)]++;
    for (int i = 1; i <= THREADS; i++)
        CHECK(marks[i] == BYTES);
    CHECK_RESULT(-1, shared_grow_bytes(instance, 191, &result));
    CHECK_RESULT(810, shared_grow_bytes(instance, 190, &result));
    CHECK_RESULT(0, shared_add_bytes(instance, 996, 7, &result));
    CHECK(shared_add_bytes(instance, 1000, 7, &result) == W2O_TRAP_MEMORY_OUT_OF_BOUNDS);
    common_bytes = NULL;
    free_all(workers);
    w2o_store_free(first);
}

/* ---- Waiting for the host and for each other ---- */

static void *wait_for_host(void *argument)
{
    worker *self = argument;
    CHECK(shared_wait(self->instance, 128, 0, 60000000000, &self->result) == W2O_TRAP_NONE);
    return NULL;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void check_waiting(void)
{
    worker workers[THREADS];
    w2o_store *first = new_store();
    w2o_memory *memory = new_memory(first, 1, 100, true);
    shared_instance *instance = instantiate(first, memory);
    run_all(memory, wait_for_host, workers);
    CHECK(w2o_notify(memory, 132, UINT32_MAX) == 0); /* elsewhere */
    CHECK(w2o_notify(memory, PAGE, UINT32_MAX) == 0);
    uint32_t woken = 0;
    while (woken == 0) {
        rest();
        woken = w2o_notify(memory, 128, 1);
        CHECK(woken <= 1);
    }
    while (woken < THREADS) {
        rest();
        int32_t more;
        CHECK(shared_notify(instance, 128, THREADS, &more) == W2O_TRAP_NONE);
        woken += (uint32_t)more;
    }
    join_all(workers);
    for (int i = 0; i < THREADS; i++) {
        CHECK(workers[i].result == 0);
    }
    CHECK(w2o_notify(memory, 128, UINT32_MAX) == 0);
    free_all(workers);
    w2o_store_free(first);
}

/* ---- An exported memory, shared on ---- */

static void check_exported(void)
{
    w2o_store *first = new_store();
    w2o_store *second = new_store();
    shared_instance *a = instantiate(first, new_memory(first, 1, 100, true));
    shared_instance *b = instantiate(second, shared_own(a));
    int32_t result;
    CHECK_RESULT(0, shared_add_own(a, 12, 34, &result));
    CHECK_RESULT(34, shared_load(b, 12, &result));
    CHECK_RESULT(1, shared_grow(b, 4, &result));
    CHECK_RESULT(0, shared_add_own(a, 4 * PAGE, 1, &result));
    w2o_store_free(first);
    CHECK_RESULT(1, shared_load(b, 4 * PAGE, &result));
    w2o_store_free(second);
}

int main(void)
{
    check_imports();
    check_traps();
    check_counting();
    check_growing();
    check_bytes();
    check_waiting();
    check_exported();
    puts(failures == 0 ? "passed" : "failed");
    return failures != 0;
}
