/* Vectors of buffers in guest memory, made ready for the host's vectored calls. */
#include "wasi_internal.h"

#include <stdlib.h>

enum { IOVEC_SIZE = 8, MOST_VECTORS = 1024 };

/* What Linux transfers at most in one call; other systems refuse more than INT_MAX. */
static const uint64_t MOST_BYTES = 0x7ffff000;

static bool is_full(const w2o_iovecs *iovecs, int capacity)
{
    return iovecs->count == capacity;
}

/* Gathers vectors until the guest's or the capacity ends; EFAULT for one outside of memory. */
static w2o_wasi_errno gather(const w2o_wasi *wasi, const uint8_t *guest, uint32_t count, int capacity,
                             w2o_iovecs *iovecs)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < count && !is_full(iovecs, capacity) && total < MOST_BYTES; i++) {
        uint32_t address = w2o_load32(guest + (size_t)i * IOVEC_SIZE);
        uint32_t size = w2o_load32(guest + (size_t)i * IOVEC_SIZE + 4);
        if (size == 0) {
            continue;
        }
        uint8_t *bytes;
        if (!w2o_guest_range(wasi, address, size, &bytes)) {
            return W2O_WASI_EFAULT;
        }
        uint64_t taken = size < MOST_BYTES - total ? size : MOST_BYTES - total;
        iovecs->vectors[iovecs->count++] = (struct iovec){bytes, (size_t)taken};
        total += taken;
    }
    return W2O_WASI_ESUCCESS;
}

w2o_wasi_errno w2o_iovecs_load(const w2o_wasi *wasi, int32_t address, int32_t count, w2o_iovecs *iovecs)
{
    uint32_t guest_count = (uint32_t)count;
    iovecs->vectors = iovecs->first_vectors;
    iovecs->count = 0;
    uint8_t *guest;
    if (!w2o_guest_range(wasi, (uint32_t)address, (uint64_t)guest_count * IOVEC_SIZE, &guest)) {
        return W2O_WASI_EFAULT;
    }
    int capacity = W2O_IOVECS_INLINE;
    if (guest_count > W2O_IOVECS_INLINE) {
        capacity = guest_count < MOST_VECTORS ? (int)guest_count : MOST_VECTORS;
        iovecs->vectors = malloc((size_t)capacity * sizeof *iovecs->vectors);
        if (iovecs->vectors == NULL) {
            return W2O_WASI_ENOMEM;
        }
    }
    w2o_wasi_errno error = gather(wasi, guest, guest_count, capacity, iovecs);
    if (error != W2O_WASI_ESUCCESS) {
        w2o_iovecs_release(iovecs);
    }
    return error;
}

void w2o_iovecs_release(w2o_iovecs *iovecs)
{
    if (iovecs->vectors != iovecs->first_vectors) {
        free(iovecs->vectors);
        iovecs->vectors = iovecs->first_vectors;
    }
}

w2o_wasi_errno w2o_store_size(int64_t transferred, uint8_t *size)
{
    w2o_wasi_errno error = w2o_errno_of_call(transferred);
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store32(size, (uint32_t)transferred);
    }
    return error;
}
