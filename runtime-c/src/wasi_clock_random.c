/* Clocks and random numbers, the host's or the configuration's. */
#include "wasi_internal.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/random.h>
#endif

enum { NANOSECONDS = 1000000000, CLOCK_COUNT = 4 };

static const clockid_t HOST_CLOCKS[CLOCK_COUNT] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
                                                   CLOCK_THREAD_CPUTIME_ID};

static uint64_t nanoseconds_of(struct timespec time)
{
    return time.tv_sec < 0 ? 0 : (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

w2o_wasi_errno w2o_clock_time(const w2o_wasi *wasi, uint32_t id, uint64_t *nanoseconds)
{
    if (id >= CLOCK_COUNT) {
        return W2O_WASI_EINVAL;
    }
    if (wasi->clock != NULL) {
        return w2o_errno_of_host(wasi->clock(wasi->clock_state, id, nanoseconds));
    }
    struct timespec time;
    if (clock_gettime(HOST_CLOCKS[id], &time) < 0) {
        return w2o_errno_of_host(errno);
    }
    *nanoseconds = nanoseconds_of(time);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno store_time(const w2o_wasi *wasi, uint32_t id, int32_t address)
{
    uint8_t *time;
    if (!w2o_guest_range(wasi, (uint32_t)address, 8, &time)) {
        return W2O_WASI_EFAULT;
    }
    uint64_t nanoseconds;
    w2o_wasi_errno error = w2o_clock_time(wasi, id, &nanoseconds);
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store64(time, nanoseconds);
    }
    return error;
}

w2o_trap w2o_wasi_clock_time_get(void *env, int32_t id, int64_t precision, int32_t time, int32_t *error)
{
    (void)precision; /* clocks are never read late */
    return w2o_return(error, store_time(env, (uint32_t)id, time));
}

static w2o_wasi_errno store_resolution(const w2o_wasi *wasi, uint32_t id, int32_t address)
{
    uint8_t *resolution;
    if (!w2o_guest_range(wasi, (uint32_t)address, 8, &resolution)) {
        return W2O_WASI_EFAULT;
    }
    if (id >= CLOCK_COUNT) {
        return W2O_WASI_EINVAL;
    }
    struct timespec time;
    if (clock_getres(HOST_CLOCKS[id], &time) < 0) {
        return w2o_errno_of_host(errno);
    }
    uint64_t nanoseconds = nanoseconds_of(time);
    w2o_store64(resolution, nanoseconds == 0 ? 1 : nanoseconds);
    return W2O_WASI_ESUCCESS;
}

w2o_trap w2o_wasi_clock_res_get(void *env, int32_t id, int32_t resolution, int32_t *error)
{
    return w2o_return(error, store_resolution(env, (uint32_t)id, resolution));
}

/* Returns 0 or an errno. */
static int fill_by_host(uint8_t *bytes, size_t size)
{
#ifdef __linux__
    while (size > 0) {
        ssize_t filled;
        W2O_RETRY(filled, getrandom(bytes, size, 0));
        if (filled < 0) {
            return errno;
        }
        bytes += filled;
        size -= (size_t)filled;
    }
#else
    arc4random_buf(bytes, size);
#endif
    return 0;
}

static w2o_wasi_errno fill(const w2o_wasi *wasi, int32_t address, uint32_t size)
{
    uint8_t *bytes;
    if (!w2o_guest_range(wasi, (uint32_t)address, size, &bytes)) {
        return W2O_WASI_EFAULT;
    }
    int error = wasi->random != NULL ? wasi->random(wasi->random_state, bytes, size) : fill_by_host(bytes, size);
    return w2o_errno_of_host(error);
}

w2o_trap w2o_wasi_random_get(void *env, int32_t buffer, int32_t size, int32_t *error)
{
    return w2o_return(error, fill(env, buffer, (uint32_t)size));
}
