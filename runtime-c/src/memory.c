/*
 * Linear memories. Three kinds, by what compiled code relies on:
 *
 *   guarded  4 GiB and a guard are reserved, so that every access of a 32-bit index and a folded
 *            displacement either is in bounds or faults; never moves
 *   pinned   byte 0 is an instance's context, so it never moves: all it may become is reserved
 *   movable  as large as it is, moved when it grows; every access is checked
 *
 * Reserved address space costs nothing until it is committed.
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
    uint64_t bytes = (flags & W2O_PINNED) != 0 ? page_limit(type) << type->page_shift : size;
    return whole_pages(bytes == 0 ? 1 : bytes);
}

w2o_memory *w2o_make_memory(w2o_store *store, const w2o_memory_type *type, uint16_t flags, size_t area,
                            w2o_memory *record)
{
    if (type->limits.minimum > page_limit(type)) {
        return NULL;
    }
    uint64_t size = type->limits.minimum << type->page_shift;
    if (size > store->config.max_memory - store->memory_bytes) {
        return NULL;
    }
    w2o_memory_details *details = calloc(1, sizeof *details);
    if (details == NULL) {
        return NULL;
    }
    area = whole_pages(area);
    details->reservation_size = area + room(type, flags, size);
    details->reservation = reserve(details->reservation_size);
    details->committed = whole_pages(size);
    if (details->reservation == NULL || !commit(details->reservation, area + details->committed)) {
        if (details->reservation != NULL) {
            munmap(details->reservation, details->reservation_size);
        }
        free(details);
        return NULL;
    }
    details->store = store;
    details->next = store->memories;
    details->type = *type;
    details->flags = flags;
    details->memory = record == NULL ? &details->own : record;
    *details->memory = (w2o_memory){(uint8_t *)details->reservation + area, size, details};
    store->memories = details;
    store->memory_bytes += size;
    return details->memory;
}

void w2o_embed_memory(w2o_memory *memory, w2o_memory *record)
{
    *record = *memory;
    record->details->memory = record;
}

void w2o_free_memories(w2o_store *store)
{
    w2o_memory_details *next;
    for (w2o_memory_details *details = store->memories; details != NULL; details = next) {
        next = details->next;
        munmap(details->reservation, details->reservation_size);
        free(details);
    }
}

bool w2o_in_reservation(const w2o_store *store, uintptr_t address)
{
    for (const w2o_memory_details *details = store->memories; details != NULL; details = details->next) {
        if ((details->flags & W2O_GUARDED) != 0
            && address - (uintptr_t)details->reservation < details->reservation_size) {
            return true;
        }
    }
    return false;
}

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
    bool fixed = (details->flags & (W2O_GUARDED | W2O_PINNED)) != 0;
    if (!fixed && needed > details->reservation_size && !move(details, needed)) {
        return false;
    }
    if (!commit(details->memory->data + details->committed, needed - details->committed)) {
        return false;
    }
    details->committed = needed;
    return true;
}

int64_t w2o_grow_memory(w2o_memory *memory, uint64_t pages)
{
    w2o_memory_details *details = memory->details;
    w2o_store *store = details->store;
    uint8_t shift = details->type.page_shift;
    uint64_t old_pages = memory->size >> shift;
    if (pages > page_limit(&details->type) - old_pages) {
        return -1;
    }
    uint64_t added = pages << shift;
    if (added > store->config.max_memory - store->memory_bytes || !make_room(details, memory->size + added)) {
        return -1;
    }
    memory->size += added;
    store->memory_bytes += added;
    return (int64_t)old_pages;
}

w2o_memory *w2o_memory_new(w2o_store *store, const w2o_memory_type *type)
{
    bool guarded = !type->is_64 && type->page_shift == 16;
    return w2o_make_memory(store, type, guarded ? W2O_GUARDED : 0, 0, NULL);
}

w2o_memory_type w2o_memory_get_type(const w2o_memory *memory)
{
    return memory->details->type;
}
