/*
 * Waiting for other threads at an address of a shared memory: memory.atomic.wait and notify.
 *
 * Threads that wait are in lists by the hash of the address, which is the same for all of them because a
 * shared memory never moves and is mapped once. Comparing the bytes and entering the list is one step under the
 * list's lock, and so is taking threads from it; so no notification between the two is lost. First in,
 * first out. Each thread sleeps on a condition of its own, so that only those wake that were chosen.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "helpers.h"

enum { WOKEN, NOT_EQUAL, TIMED_OUT };

enum { LISTS = 64, NANOSECONDS = 1000000000 };

typedef struct waiter {
    const uint8_t *address;
    struct waiter *next;
    bool is_woken;
    pthread_cond_t condition;
} waiter;

typedef struct list {
    pthread_mutex_t lock;
    waiter *first;
    waiter **end;
} list;

static list lists[LISTS];

static void make_lists(void)
{
    for (int i = 0; i < LISTS; i++) {
        pthread_mutex_init(&lists[i].lock, NULL);
        lists[i].end = &lists[i].first;
    }
}

static list *list_of(const uint8_t *address)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_lists);
    return &lists[((uintptr_t)address * UINT64_C(0x9e3779b97f4a7c15)) >> 58];
}

/* Takes the waiter that `link` refers to out of the list. */
static void remove_waiter(list *list, waiter **link)
{
    waiter *removed = *link;
    *link = removed->next;
    if (list->end == &removed->next) {
        list->end = link;
    }
}

/* ---- Sleeping ---- */

#if defined(__APPLE__)
/* There is no condition by the monotonic clock; but there is one by a duration. */
static void make_condition(pthread_cond_t *condition)
{
    pthread_cond_init(condition, NULL);
}
#else
static void make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}
#endif

static struct timespec deadline_after(int64_t timeout)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += timeout / NANOSECONDS;
    time.tv_nsec += timeout % NANOSECONDS;
    if (time.tv_nsec >= NANOSECONDS) {
        time.tv_nsec -= NANOSECONDS;
        time.tv_sec++;
    }
    return time;
}

/* Sleeps until the condition is signalled, for no reason at all, or until the deadline: then it returns ETIMEDOUT. */
static int sleep_until(pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *deadline)
{
#if defined(__APPLE__)
    struct timespec now = deadline_after(0);
    struct timespec left = {deadline->tv_sec - now.tv_sec, deadline->tv_nsec - now.tv_nsec};
    if (left.tv_nsec < 0) {
        left.tv_nsec += NANOSECONDS;
        left.tv_sec--;
    }
    return left.tv_sec < 0 ? ETIMEDOUT : pthread_cond_timedwait_relative_np(condition, lock, &left);
#else
    return pthread_cond_timedwait(condition, lock, deadline);
#endif
}

/* Under the list's lock, which it gives up meanwhile. Returns whether the thread was woken. */
static bool sleep_in(list *list, waiter *self, int64_t timeout)
{
    struct timespec deadline = deadline_after(timeout < 0 ? 0 : timeout);
    int error = 0;
    while (!self->is_woken && error != ETIMEDOUT) {
        error = timeout < 0 ? pthread_cond_wait(&self->condition, &list->lock)
                            : sleep_until(&self->condition, &list->lock, &deadline);
    }
    return self->is_woken;
}

static uint32_t wait_at(const uint8_t *address, bool is_64, uint64_t expected, int64_t timeout)
{
    list *list = list_of(address);
    pthread_mutex_lock(&list->lock);
    uint64_t found = is_64 ? __atomic_load_n((const uint64_t *)address, __ATOMIC_SEQ_CST)
                           : __atomic_load_n((const uint32_t *)address, __ATOMIC_SEQ_CST);
    if (found != expected) {
        pthread_mutex_unlock(&list->lock);
        return NOT_EQUAL;
    }
    waiter self = {.address = address};
    make_condition(&self.condition);
    *list->end = &self;
    list->end = &self.next;
    bool is_woken = sleep_in(list, &self, timeout);
    if (!is_woken) {
        waiter **link = &list->first;
        while (*link != &self) {
            link = &(*link)->next;
        }
        remove_waiter(list, link);
    }
    pthread_mutex_unlock(&list->lock);
    pthread_cond_destroy(&self.condition);
    return is_woken ? WOKEN : TIMED_OUT;
}

static uint32_t notify_at(const uint8_t *address, uint32_t count)
{
    list *list = list_of(address);
    uint32_t woken = 0;
    pthread_mutex_lock(&list->lock);
    for (waiter **link = &list->first; *link != NULL && woken < count;) {
        waiter *found = *link;
        if (found->address != address) {
            link = &found->next;
            continue;
        }
        remove_waiter(list, link);
        found->is_woken = true;
        pthread_cond_signal(&found->condition);
        woken++;
    }
    pthread_mutex_unlock(&list->lock);
    return woken;
}

/* ---- What compiled code calls ---- */

/* The bytes at address + offset, which may overflow; NULL if they are not all in the memory. */
static uint8_t *bytes_at(const w2o_memory *memory, uint64_t address, uint64_t offset, uint64_t size)
{
    return offset > UINT64_MAX - address ? NULL : w2o_memory_at(memory, address + offset, size);
}

/* What is wrong with an access, in the order in which it is looked for. */
static w2o_trap check(const w2o_memory *memory, uint64_t address, uint64_t offset, uint64_t size, bool waits,
                      uint8_t **bytes)
{
    if (((address + offset) & (size - 1)) != 0) {
        return W2O_TRAP_UNALIGNED_ATOMIC;
    }
    if (waits && !memory->details->type.is_shared) {
        return W2O_TRAP_EXPECTED_SHARED_MEMORY;
    }
    *bytes = bytes_at(memory, address, offset, size);
    return *bytes == NULL ? W2O_TRAP_MEMORY_OUT_OF_BOUNDS : W2O_TRAP_NONE;
}

uint32_t w2o_memory_wait32(w2o_instance *instance, uint32_t memory, uint64_t address, uint64_t offset,
                           uint32_t expected, int64_t timeout)
{
    uint8_t *bytes;
    w2o_trap trap = check(w2o_instance_memory(instance, memory), address, offset, 4, true, &bytes);
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    return wait_at(bytes, false, expected, timeout);
}

uint32_t w2o_memory_wait64(w2o_instance *instance, uint32_t memory, uint64_t address, uint64_t offset,
                           uint64_t expected, int64_t timeout)
{
    uint8_t *bytes;
    w2o_trap trap = check(w2o_instance_memory(instance, memory), address, offset, 8, true, &bytes);
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    return wait_at(bytes, true, expected, timeout);
}

/* Nobody can wait in a memory that is not shared. */
uint32_t w2o_memory_notify(w2o_instance *instance, uint32_t memory, uint64_t address, uint64_t offset,
                           uint32_t count)
{
    uint8_t *bytes;
    w2o_trap trap = check(w2o_instance_memory(instance, memory), address, offset, 4, false, &bytes);
    if (trap != W2O_TRAP_NONE) {
        W2O_RAISE(instance, trap);
    }
    return notify_at(bytes, count);
}

uint32_t w2o_notify(w2o_memory *memory, uint64_t offset, uint32_t count)
{
    const uint8_t *bytes = w2o_memory_at(memory, offset, 1);
    return bytes == NULL ? 0 : notify_at(bytes, count);
}
