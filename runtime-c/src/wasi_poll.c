/*
 * poll_oneoff: waiting for clocks and descriptors.
 *
 * Subscriptions are copied out of the guest first, since the events may overwrite them. All clocks
 * become deadlines of the host's monotonic clock; descriptors become the host's poll. What is wrong
 * with a single subscription is an event with that error, at once. Every clock that is due and every
 * descriptor that is ready yields an event, in the order of the subscriptions.
 */
#include "wasi_internal.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENT_SIZE = 32, MOST_SUBSCRIPTIONS = 16384, NANOSECONDS = 1000000000 };
enum event_type { EVENT_CLOCK, EVENT_READ, EVENT_WRITE };
enum { CLOCK_ABSOLUTE = 1, EVENT_HANG_UP = 1 };
enum { CLOCK_MONOTONIC_ID = 1, LAST_CLOCK_TO_WAIT_FOR = 1 };

#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif

/* Where a subscription keeps its parts; user data at 0 and the type at 8 in both, and the descriptor at 16. */
typedef struct layout {
    uint32_t size;
    uint32_t clock;
    uint32_t timeout;
    uint32_t flags;
} layout;

static const layout PREVIEW1 = {48, 16, 24, 40};
static const layout UNSTABLE = {56, 24, 32, 48};

typedef struct subscription {
    uint64_t user_data;
    uint64_t deadline; /* of a clock */
    w2o_descriptor *descriptor;
    uint8_t type;
    uint8_t error;
} subscription;

/* One poll: the arrays run in parallel; hosts[i].fd is -1 where nothing is to be asked of the host. */
typedef struct poll_set {
    uint32_t count;
    subscription *subscriptions;
    struct pollfd *hosts;
    uint64_t deadline; /* UINT64_MAX: none */
} poll_set;

static uint64_t host_now(void)
{
    struct timespec time = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* ---- subscriptions ------------------------------------------------------------------------------- */

static w2o_wasi_errno waiting_time(const w2o_wasi *wasi, uint32_t clock, uint64_t timeout, bool absolute,
                                   uint64_t *wait)
{
    if (clock > LAST_CLOCK_TO_WAIT_FOR) {
        return W2O_WASI_EINVAL;
    }
    *wait = timeout;
    if (absolute) {
        uint64_t now;
        w2o_wasi_errno error = w2o_clock_time(wasi, clock, &now);
        if (error != W2O_WASI_ESUCCESS) {
            return error;
        }
        *wait = timeout > now ? timeout - now : 0;
    }
    return W2O_WASI_ESUCCESS;
}

static void load_clock(const w2o_wasi *wasi, const layout *layout, const uint8_t *guest, uint64_t now,
                       subscription *subscription)
{
    bool absolute = (w2o_load16(guest + layout->flags) & CLOCK_ABSOLUTE) != 0;
    uint64_t wait;
    w2o_wasi_errno error = waiting_time(wasi, w2o_load32(guest + layout->clock),
                                        w2o_load64(guest + layout->timeout), absolute, &wait);
    subscription->error = (uint8_t)error;
    if (error == W2O_WASI_ESUCCESS) {
        subscription->deadline = wait < UINT64_MAX - now ? now + wait : UINT64_MAX;
    }
}

static void load_descriptor(w2o_wasi *wasi, int32_t fd, subscription *subscription, struct pollfd *host)
{
    bool reads = subscription->type == EVENT_READ;
    uint64_t rights = W2O_WASI_RIGHT_POLL_FD_READWRITE | (reads ? W2O_WASI_RIGHT_FD_READ : W2O_WASI_RIGHT_FD_WRITE);
    subscription->error = (uint8_t)w2o_fd_get(wasi, fd, rights, 0, &subscription->descriptor);
    if (subscription->error == W2O_WASI_ESUCCESS) {
        host->fd = subscription->descriptor->host;
        host->events = reads ? POLLIN | POLLRDHUP : POLLOUT;
    }
}

static bool is_ready_at_once(const subscription *subscription)
{
    return subscription->error != W2O_WASI_ESUCCESS ||
           (subscription->type != EVENT_CLOCK && subscription->descriptor->host < 0);
}

static w2o_wasi_errno load(w2o_wasi *wasi, const layout *layout, const uint8_t *guest, poll_set *set)
{
    uint64_t now = host_now();
    set->deadline = UINT64_MAX;
    for (uint32_t i = 0; i < set->count; i++, guest += layout->size) {
        subscription *subscription = &set->subscriptions[i];
        set->hosts[i].fd = -1;
        subscription->user_data = w2o_load64(guest);
        subscription->type = w2o_load8(guest + 8);
        if (subscription->type == EVENT_CLOCK) {
            load_clock(wasi, layout, guest, now, subscription);
            set->deadline = subscription->deadline < set->deadline ? subscription->deadline : set->deadline;
        } else if (subscription->type == EVENT_READ || subscription->type == EVENT_WRITE) {
            load_descriptor(wasi, (int32_t)w2o_load32(guest + 16), subscription, &set->hosts[i]);
        } else {
            return W2O_WASI_EINVAL;
        }
        if (is_ready_at_once(subscription)) {
            set->deadline = 0;
        }
    }
    return W2O_WASI_ESUCCESS;
}

static void release(w2o_wasi *wasi, poll_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->subscriptions[i].descriptor != NULL) {
            w2o_fd_put(wasi, set->subscriptions[i].descriptor);
        }
    }
}

/* ---- waiting ------------------------------------------------------------------------------------- */

/* Polls until something is ready, a signal comes, or this many nanoseconds have passed (UINT64_MAX: for ever). */
static int poll_once(poll_set *set, uint64_t wait)
{
#ifdef __linux__
    struct timespec time = {(time_t)(wait / NANOSECONDS), (long)(wait % NANOSECONDS)};
    return ppoll(set->hosts, set->count, wait == UINT64_MAX ? NULL : &time, NULL);
#else
    const uint64_t millisecond = 1000000, longest = INT32_MAX;
    uint64_t milliseconds = wait / millisecond + (wait % millisecond != 0);
    int timeout = wait == UINT64_MAX ? -1 : (int)(milliseconds < longest ? milliseconds : longest);
    return poll(set->hosts, set->count, timeout);
#endif
}

static w2o_wasi_errno wait_for_any(poll_set *set)
{
    for (;;) {
        uint64_t now = set->deadline == UINT64_MAX || set->deadline == 0 ? 0 : host_now();
        uint64_t wait = set->deadline > now ? set->deadline - now : 0;
        int ready = poll_once(set, set->deadline == UINT64_MAX ? UINT64_MAX : wait);
        if (ready > 0 || (ready == 0 && (wait == 0 || host_now() >= set->deadline))) {
            return W2O_WASI_ESUCCESS;
        }
        if (ready < 0 && errno != EINTR) {
            return w2o_errno_of_host(errno);
        }
    }
}

/* ---- events -------------------------------------------------------------------------------------- */

/* Bytes that can be read without waiting, as far as the host tells. */
static uint64_t readable_bytes(const w2o_descriptor *descriptor)
{
    if (descriptor->filetype == W2O_FILETYPE_REGULAR_FILE) {
        struct stat status;
        off_t position = lseek(descriptor->host, 0, SEEK_CUR);
        bool known = position >= 0 && fstat(descriptor->host, &status) == 0 && status.st_size > position;
        return known ? (uint64_t)(status.st_size - position) : 0;
    }
    int bytes = 0;
    return descriptor->host >= 0 && ioctl(descriptor->host, FIONREAD, &bytes) == 0 && bytes > 0 ? (uint64_t)bytes : 0;
}

/* What POLLERR stands for: the socket's error; on a pipe that nobody reads any more, EPIPE. */
static w2o_wasi_errno pending_error(const w2o_descriptor *descriptor)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (descriptor->kind == W2O_KIND_SOCKET &&
        getsockopt(descriptor->host, SOL_SOCKET, SO_ERROR, &error, &size) == 0) {
        return w2o_errno_of_host(error);
    }
    return descriptor->kind == W2O_KIND_PIPE ? W2O_WASI_EPIPE : W2O_WASI_EIO;
}

typedef struct event {
    w2o_wasi_errno error;
    uint64_t bytes;
    uint16_t flags;
} event;

static event event_of_descriptor(const subscription *subscription, int happened)
{
    event event = {W2O_WASI_ESUCCESS, 0, 0};
    if ((happened & POLLNVAL) != 0) {
        event.error = W2O_WASI_EBADF;
        return event;
    }
    if ((happened & (POLLHUP | POLLRDHUP)) != 0) {
        event.flags = EVENT_HANG_UP;
    }
    if ((happened & POLLERR) != 0) {
        event.error = pending_error(subscription->descriptor);
    }
    if (subscription->type == EVENT_READ) {
        event.bytes = readable_bytes(subscription->descriptor);
    }
    return event;
}

static bool has_happened(const subscription *subscription, int happened, uint64_t now)
{
    if (is_ready_at_once(subscription)) {
        return true;
    }
    return subscription->type == EVENT_CLOCK ? subscription->deadline <= now : happened != 0;
}

static void store(const subscription *subscription, event event, uint8_t *guest)
{
    memset(guest, 0, EVENT_SIZE);
    w2o_store64(guest, subscription->user_data);
    w2o_store16(guest + 8, (uint16_t)event.error);
    guest[10] = subscription->type;
    w2o_store64(guest + 16, event.bytes);
    w2o_store16(guest + 24, event.flags);
}

/* Returns the number of events stored. */
static uint32_t store_events(const poll_set *set, uint8_t *guest)
{
    uint64_t now = host_now();
    uint32_t stored = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        const subscription *subscription = &set->subscriptions[i];
        int happened = set->hosts[i].revents;
        if (has_happened(subscription, happened, now)) {
            event event = {(w2o_wasi_errno)subscription->error, 0, 0};
            if (subscription->type != EVENT_CLOCK && subscription->error == W2O_WASI_ESUCCESS) {
                event = event_of_descriptor(subscription, happened);
            }
            store(subscription, event, guest + (size_t)stored++ * EVENT_SIZE);
        }
    }
    return stored;
}

/* ---- the call ------------------------------------------------------------------------------------ */

static w2o_wasi_errno poll_all(w2o_wasi *wasi, const layout *layout, const uint8_t *guest, poll_set *set,
                               uint8_t *events, uint8_t *stored)
{
    w2o_wasi_errno error = load(wasi, layout, guest, set);
    if (error == W2O_WASI_ESUCCESS) {
        error = wait_for_any(set);
    }
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store32(stored, store_events(set, events));
    }
    release(wasi, set);
    return error;
}

static w2o_wasi_errno poll_subscriptions(w2o_wasi *wasi, const layout *layout, int32_t subscriptions,
                                         int32_t events, uint32_t count, int32_t stored)
{
    if (count == 0 || count > MOST_SUBSCRIPTIONS) {
        return W2O_WASI_EINVAL;
    }
    uint8_t *guest, *event_bytes, *stored_bytes;
    if (!w2o_guest_range(wasi, (uint32_t)subscriptions, (uint64_t)count * layout->size, &guest) ||
        !w2o_guest_range(wasi, (uint32_t)events, (uint64_t)count * EVENT_SIZE, &event_bytes) ||
        !w2o_guest_range(wasi, (uint32_t)stored, 4, &stored_bytes)) {
        return W2O_WASI_EFAULT;
    }
    poll_set set = {
        .count = count,
        .subscriptions = calloc(count, sizeof(subscription)),
        .hosts = calloc(count, sizeof(struct pollfd)),
    };
    w2o_wasi_errno error = W2O_WASI_ENOMEM;
    if (set.subscriptions != NULL && set.hosts != NULL) {
        error = poll_all(wasi, layout, guest, &set, event_bytes, stored_bytes);
    }
    free(set.subscriptions);
    free(set.hosts);
    return error;
}

w2o_trap w2o_wasi_poll_oneoff(void *env, int32_t subscriptions, int32_t events, int32_t count, int32_t stored,
                              int32_t *error)
{
    return w2o_return(error, poll_subscriptions(env, &PREVIEW1, subscriptions, events, (uint32_t)count, stored));
}

w2o_trap w2o_wasi_unstable_poll_oneoff(void *env, int32_t subscriptions, int32_t events, int32_t count,
                                       int32_t stored, int32_t *error)
{
    return w2o_return(error, poll_subscriptions(env, &UNSTABLE, subscriptions, events, (uint32_t)count, stored));
}
