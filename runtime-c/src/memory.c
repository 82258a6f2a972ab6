/*
 * Linear memories. Three kinds, by what compiled code relies on:
 *
 *   guarded  4 GiB and a guard are reserved, so that every access of a 32-bit index and a folded
 *            displacement either is in bounds or faults; never moves
 *   pinned   byte 0 is an instance's context, so it never moves: all it may become is reserved, on AArch64
 *            at a multiple of 4 GiB
 *   movable  as large as it is, moved when it grows; every access is checked
 *
 * Reserved address space costs nothing until it is committed.
 *
 * A shared memory never moves, and is guarded if it can be. It has one record for all, which contexts refer to
 * by its address. Any number of stores keep it, on as many threads; the last one that is freed frees it.
 * Growing is done under a lock: first the bytes are made accessible, then the new size is stored, so
 * that whoever reads it, in C or in compiled code, may use them.
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

#define FOUR_GIB (UINT64_C(1) << 32)
#define GUARD ((UINT64_C(1) << 31) + 64 * 1024)
#define ADDRESS_SPACE (UINT64_C(1) << 46) /* more is never asked for, so that sums do not overflow */
#define MOST_SHARED (UINT64_C(1) << 40)   /* what is reserved at most for a shared memory of 64 bits */

static uint64_t whole_pages(uint64_t bytes)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    return (bytes + page - 1) & ~(page - 1);
}

static void *reserve(size_t size)
{
    void *start = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

#if defined(__aarch64__)

/*
 * A context in compiled code of AArch64 is a multiple of 4 GiB if memory 0 is pinned: the lower half of an address is the index then.
 *
 * Below the last one there is room, as a rule. To ask for it there, rather than to reserve more and give it back, saves
 * emulators much work, which note each page.
 */
static _Atomic uintptr_t last_context;

/* An address below which a new mapping would go, or 0. */
static uintptr_t find_room(void)
{
    size_t page = whole_pages(1);
    void *probe = reserve(page);
    if (probe != NULL) {
        munmap(probe, page);
    }
    return (uintptr_t)probe;
}

static void *reserve_below(size_t area, size_t size)
{
    uintptr_t top = atomic_load(&last_context);
    uintptr_t context = ((top != 0 ? top : find_room()) / FOUR_GIB - 2) * FOUR_GIB;
    void *wanted = (void *)(context - area);
    void *start = mmap(wanted, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start != MAP_FAILED && start != wanted) {
        munmap(start, size);
    }
    atomic_store(&last_context, start == wanted ? context : 0);
    return start == wanted ? start : NULL;
}

/* Reserves as much, with what is `area` bytes behind the start at such a multiple; both are whole pages. */
static void *reserve_context(size_t area, size_t size)
{
    uint8_t *start = reserve_below(area, size);
    if (start != NULL) {
        return start;
    }
    size_t more = size + FOUR_GIB;
    start = reserve(more);
    if (start == NULL) {
        return NULL;
    }
    size_t excess = -((uintptr_t)start + area) & (FOUR_GIB - 1);
    if (excess != 0) {
        munmap(start, excess);
    }
    munmap(start + excess + size, more - excess - size);
    return start + excess;
}

#else

static void *reserve_context(size_t area, size_t size)
{
    (void)area;
    return reserve(size);
}

#endif

static bool commit(void *start, size_t size)
{
    return size == 0 || mprotect(start, size, PROT_READ | PROT_WRITE) == 0;
}

/* Pages that the memory may have, whatever the store's limit says. */
static uint64_t page_limit(const w2o_memory_type *type)
{
    uint64_t limit = type->is_64 ? ADDRESS_SPACE >> type->page_shift : FOUR_GIB >> type->page_shift;
    return type->limits.has_maximum && type->limits.maximum < limit ? type->limits.maximum : limit;
}

/* Bytes to reserve behind byte 0. */
static uint64_t room(const w2o_memory_type *type, uint16_t flags, uint64_t size)
{
    if ((flags & W2O_GUARDED) != 0) {
        return FOUR_GIB + GUARD;
    }
    uint64_t bytes = size;
    if ((flags & W2O_PINNED) != 0 || type->is_shared) {
        bytes = page_limit(type) << type->page_shift;
    }
    if (type->is_shared && bytes > MOST_SHARED) {
        bytes = size > MOST_SHARED ? size : MOST_SHARED;
    }
    return whole_pages(bytes == 0 ? 1 : bytes);
}

/* ---- The limit ---- */

bool w2o_make_budget(w2o_store *store)
{
    store->budget = malloc(sizeof *store->budget);
    if (store->budget != NULL) {
        atomic_init(&store->budget->left, store->config.max_memory);
        atomic_init(&store->budget->users, 1);
    }
    return store->budget != NULL;
}

static bool take(w2o_budget *budget, uint64_t bytes)
{
    uint64_t left = atomic_load(&budget->left);
    do {
        if (bytes > left) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(&budget->left, &left, left - bytes));
    return true;
}

static void give_back(w2o_budget *budget, uint64_t bytes)
{
    atomic_fetch_add(&budget->left, bytes);
}

static void release_budget(w2o_budget *budget)
{
    if (atomic_fetch_sub(&budget->users, 1) == 1) {
        free(budget);
    }
}

/* ---- Making and freeing ---- */

/* Maps a memory of `size` bytes that are within the limit already. */
static w2o_memory_details *map_memory(const w2o_memory_type *type, uint16_t flags, size_t area, uint64_t size)
{
    w2o_memory_details *details = calloc(1, sizeof *details);
    if (details == NULL) {
        return NULL;
    }
    details->reservation_size = area + room(type, flags, size);
    bool is_context = (flags & W2O_PINNED) != 0;
    details->reservation = is_context ? reserve_context(area, details->reservation_size) : reserve(details->reservation_size);
    details->committed = whole_pages(size);
    if (details->reservation == NULL || !commit(details->reservation, area + details->committed)) {
        if (details->reservation != NULL) {
            munmap(details->reservation, details->reservation_size);
        }
        free(details);
        return NULL;
    }
    details->type = *type;
    details->flags = flags;
    details->counted = size;
    return details;
}

static void free_details(w2o_memory_details *details)
{
    munmap(details->reservation, details->reservation_size);
    free(details);
}

/* Enters the memory in the store's list. */
static bool keep(w2o_store *store, w2o_memory_details *details)
{
    w2o_kept_memory *kept = malloc(sizeof *kept);
    if (kept == NULL) {
        return false;
    }
    *kept = (w2o_kept_memory){details, store->kept_memories};
    store->kept_memories = kept;
    atomic_fetch_add(&details->keepers, 1);
    return true;
}

/* Gives a new memory to its store, or, if it is shared, to those that keep it. */
static bool enter(w2o_store *store, w2o_memory_details *details)
{
    if (!details->type.is_shared) {
        details->store = store;
        details->next = store->memories;
        store->memories = details;
        return true;
    }
    pthread_mutex_init(&details->growth, NULL);
    details->budget = store->budget;
    return keep(store, details);
}

static w2o_memory *make_memory(w2o_store *store, const w2o_memory_type *type, uint16_t flags, size_t area,
                               uint64_t size, w2o_memory *record)
{
    w2o_memory_details *details = map_memory(type, flags, area, size);
    if (details == NULL) {
        return NULL;
    }
    if (!enter(store, details)) {
        free_details(details);
        return NULL;
    }
    if (type->is_shared) {
        atomic_fetch_add(&store->budget->users, 1);
    }
    details->memory = record == NULL || type->is_shared ? &details->own : record;
    *details->memory = (w2o_memory){(uint8_t *)details->reservation + area, size, details};
    return details->memory;
}

w2o_memory *w2o_make_memory(w2o_store *store, const w2o_memory_type *type, uint16_t flags, size_t area,
                            w2o_memory *record)
{
    if (type->limits.minimum > page_limit(type) || (type->is_shared && !type->limits.has_maximum)) {
        return NULL;
    }
    uint64_t size = type->limits.minimum << type->page_shift;
    if (!take(store->budget, size)) {
        return NULL;
    }
    w2o_memory *memory = make_memory(store, type, flags, whole_pages(area), size, record);
    if (memory == NULL) {
        give_back(store->budget, size);
    }
    return memory;
}

void w2o_embed_memory(w2o_memory *memory, w2o_memory *record)
{
    *record = *memory;
    record->details->memory = record;
}

static void release_shared(w2o_memory_details *details)
{
    if (atomic_fetch_sub(&details->keepers, 1) == 1) {
        give_back(details->budget, details->counted);
        release_budget(details->budget);
        pthread_mutex_destroy(&details->growth);
        free_details(details);
    }
}

void w2o_free_memories(w2o_store *store)
{
    w2o_memory_details *next;
    for (w2o_memory_details *details = store->memories; details != NULL; details = next) {
        next = details->next;
        give_back(store->budget, details->counted);
        free_details(details);
    }
    w2o_kept_memory *next_kept;
    for (w2o_kept_memory *kept = store->kept_memories; kept != NULL; kept = next_kept) {
        next_kept = kept->next;
        release_shared(kept->details);
        free(kept);
    }
    release_budget(store->budget);
}

bool w2o_memory_share(w2o_memory *memory, w2o_store *store)
{
    w2o_memory_details *details = memory->details;
    for (const w2o_kept_memory *kept = store->kept_memories; kept != NULL; kept = kept->next) {
        if (kept->details == details) {
            return true;
        }
    }
    return details->type.is_shared && keep(store, details);
}

static bool is_inside(const w2o_memory_details *details, uintptr_t address)
{
    return (details->flags & W2O_GUARDED) != 0
           && address - (uintptr_t)details->reservation < details->reservation_size;
}

bool w2o_in_reservation(const w2o_store *store, uintptr_t address)
{
    for (const w2o_memory_details *details = store->memories; details != NULL; details = details->next) {
        if (is_inside(details, address)) {
            return true;
        }
    }
    for (const w2o_kept_memory *kept = store->kept_memories; kept != NULL; kept = kept->next) {
        if (is_inside(kept->details, address)) {
            return true;
        }
    }
    return false;
}

/* ---- Growing ---- */

/* Gives a movable memory room for `size` bytes. */
static bool move(w2o_memory_details *details, size_t size)
{
#if defined(__linux__)
    void *moved = mremap(details->reservation, details->reservation_size, size, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) {
        return false;
    }
#else
    void *moved = reserve(size);
    if (moved == NULL || !commit(moved, details->committed)) {
        if (moved != NULL) {
            munmap(moved, size);
        }
        return false;
    }
    memcpy(moved, details->reservation, details->committed);
    munmap(details->reservation, details->reservation_size);
#endif
    details->reservation = moved;
    details->reservation_size = size;
    details->memory->data = moved;
    return true;
}

static bool make_room(w2o_memory_details *details, uint64_t size)
{
    uint64_t needed = whole_pages(size);
    if (needed <= details->committed) {
        return true;
    }
    bool fixed = (details->flags & (W2O_GUARDED | W2O_PINNED)) != 0 || details->type.is_shared;
    if (needed > details->reservation_size && (fixed || !move(details, needed))) {
        return false;
    }
    if (!commit(details->memory->data + details->committed, needed - details->committed)) {
        return false;
    }
    details->committed = needed;
    return true;
}

/* By one thread at a time. */
static int64_t grow(w2o_memory_details *details, w2o_budget *budget, uint64_t pages)
{
    w2o_memory *memory = details->memory;
    uint8_t shift = details->type.page_shift;
    uint64_t old_pages = memory->size >> shift;
    if (pages > page_limit(&details->type) - old_pages) {
        return -1;
    }
    uint64_t added = pages << shift;
    if (!take(budget, added)) {
        return -1;
    }
    if (!make_room(details, memory->size + added)) {
        give_back(budget, added);
        return -1;
    }
    details->counted += added;
    __atomic_store_n(&memory->size, memory->size + added, __ATOMIC_SEQ_CST);
    return (int64_t)old_pages;
}

int64_t w2o_grow_memory(w2o_memory *memory, uint64_t pages)
{
    w2o_memory_details *details = memory->details;
    if (!details->type.is_shared) {
        return grow(details, details->store->budget, pages);
    }
    pthread_mutex_lock(&details->growth);
    int64_t old_pages = grow(details, details->budget, pages);
    pthread_mutex_unlock(&details->growth);
    return old_pages;
}

w2o_memory *w2o_memory_new(w2o_store *store, const w2o_memory_type *type)
{
    return w2o_make_memory(store, type, w2o_can_be_guarded(type) ? W2O_GUARDED : 0, 0, NULL);
}

w2o_memory_type w2o_memory_get_type(const w2o_memory *memory)
{
    return memory->details->type;
}
