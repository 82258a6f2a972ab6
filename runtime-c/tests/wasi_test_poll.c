/* poll_oneoff. */
#include "wasi_test.h"

#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SUBSCRIPTION = 48, EVENT = 32, MILLISECOND = 1000000 };

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void put_clock(guest *g, int32_t address, uint64_t user_data, uint32_t clock, uint64_t timeout, uint16_t flags)
{
    memset(at(g, address), 0, SUBSCRIPTION);
    w2o_store64(at(g, address), user_data);
    w2o_store32(at(g, address + 16), clock);
    w2o_store64(at(g, address + 24), timeout);
    w2o_store16(at(g, address + 40), flags);
}

static void put_fd(guest *g, int32_t address, uint64_t user_data, uint8_t type, int32_t fd)
{
    memset(at(g, address), 0, SUBSCRIPTION);
    w2o_store64(at(g, address), user_data);
    *at(g, address + 8) = type;
    w2o_store32(at(g, address + 16), (uint32_t)fd);
}

static void relative_clocks(guest *g)
{
    int32_t in = reserve(g, 3 * SUBSCRIPTION), out = reserve(g, 3 * EVENT), count = reserve(g, 4);
    put_clock(g, in, 11, 1, 20 * MILLISECOND, 0);
    put_clock(g, in + SUBSCRIPTION, 22, 0, UINT64_MAX, 0);
    put_clock(g, in + 2 * SUBSCRIPTION, 33, 1, 1, 0);
    uint64_t start = now();
    EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
    CHECK(now() - start >= 20 * MILLISECOND);
    CHECK_EQUAL(1, get32(g, count));
    CHECK_EQUAL(11, get64(g, out));
    CHECK_EQUAL(0, get16(g, out + 8));
    CHECK_EQUAL(0, get8(g, out + 10));
    put_clock(g, in, 11, 1, 10000ULL * MILLISECOND, 0);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 3, count);
    CHECK_EQUAL(1, get32(g, count));
    CHECK_EQUAL(33, get64(g, out));
    /* All that are due. */
    put_clock(g, in + SUBSCRIPTION, 22, 1, 0, 0);
    put_clock(g, in + 2 * SUBSCRIPTION, 33, 0, 0, 0);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 3, count);
    CHECK_EQUAL(2, get32(g, count));
    CHECK_EQUAL(22, get64(g, out));
    CHECK_EQUAL(33, get64(g, out + EVENT));
}

static void absolute_clocks(guest *g)
{
    int32_t in = reserve(g, SUBSCRIPTION), out = reserve(g, EVENT), count = reserve(g, 4), time = reserve(g, 8);
    for (uint32_t clock = 0; clock <= 1; clock++) {
        EXPECT(ESUCCESS, clock_time_get, (int32_t)clock, 0, time);
        uint64_t end = get64(g, time) + 10 * MILLISECOND;
        put_clock(g, in, 1, clock, end, 1);
        EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
        EXPECT(ESUCCESS, clock_time_get, (int32_t)clock, 0, time);
        CHECK(get64(g, time) >= end);
        put_clock(g, in, 1, clock, 5, 1); /* long past */
        EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
        CHECK_EQUAL(1, get32(g, count));
    }
}

static void other_clocks_are_errors(guest *g)
{
    int32_t in = reserve(g, SUBSCRIPTION), out = reserve(g, EVENT), count = reserve(g, 4);
    for (uint32_t clock = 2; clock < 5; clock++) {
        put_clock(g, in, 7, clock, 0, 0);
        EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
        CHECK_EQUAL(1, get32(g, count));
        CHECK_EQUAL(7, get64(g, out));
        CHECK_EQUAL(W2O_WASI_EINVAL, get16(g, out + 8));
    }
}

static void arguments(guest *g)
{
    int32_t in = reserve(g, SUBSCRIPTION), out = reserve(g, EVENT), count = reserve(g, 4);
    EXPECT(EINVAL, poll_oneoff, in, out, 0, count);
    EXPECT(EINVAL, poll_oneoff, in, out, -1, count);
    EXPECT(EFAULT, poll_oneoff, GUEST_MEMORY - 47, out, 1, count);
    EXPECT(EFAULT, poll_oneoff, in, GUEST_MEMORY - 31, 1, count);
    EXPECT(EFAULT, poll_oneoff, in, out, 1, GUEST_MEMORY - 3);
    EXPECT(EFAULT, poll_oneoff, in, out, 16000, count);
    put_fd(g, in, 0, 3, 0);
    EXPECT(EINVAL, poll_oneoff, in, out, 1, count);
}

static void descriptors(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    host_file(g, "f", "123456789");
    w2o_wasi_preopen preopen = {.host_path = g->root, .guest_path = "/"};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_input.fd = ends[0];
    config.standard_output.fd = ends[1];
    config.preopens = &preopen;
    config.preopen_count = 1;
    make_context(g, &config);
    int32_t in = reserve(g, 4 * SUBSCRIPTION), out = reserve(g, 4 * EVENT), count = reserve(g, 4);
    /* An empty pipe is not readable, but writable. */
    put_fd(g, in, 1, 1, 0);
    put_fd(g, in + SUBSCRIPTION, 2, 2, 1);
    put_clock(g, in + 2 * SUBSCRIPTION, 3, 1, 10000ULL * MILLISECOND, 0);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 3, count);
    CHECK_EQUAL(1, get32(g, count));
    CHECK_EQUAL(2, get64(g, out));
    CHECK_EQUAL(2, get8(g, out + 10));
    put_clock(g, in + SUBSCRIPTION, 3, 1, MILLISECOND, 0);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 2, count);
    CHECK_EQUAL(1, get32(g, count));
    CHECK_EQUAL(3, get64(g, out));
    /* With something in it, it tells how much. */
    write_text(g, 1, "data");
    EXPECT(ESUCCESS, poll_oneoff, in, out, 2, count);
    CHECK_EQUAL(1, get64(g, out));
    CHECK_EQUAL(1, get8(g, out + 10));
    CHECK_EQUAL(4, get64(g, out + 16));
    CHECK_EQUAL(0, get16(g, out + 24));
    /* Files are always ready; errors are events; nobody waits for the clock. */
    int32_t file = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0);
    EXPECT(ESUCCESS, fd_seek, file, 4, 0, count);
    put_fd(g, in, 5, 1, file);
    put_fd(g, in + SUBSCRIPTION, 6, 1, 999);
    put_fd(g, in + 2 * SUBSCRIPTION, 7, 2, PREOPEN);
    put_clock(g, in + 3 * SUBSCRIPTION, 8, 1, 10000ULL * MILLISECOND, 0);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 4, count);
    CHECK_EQUAL(3, get32(g, count));
    CHECK_EQUAL(5, get64(g, out));
    CHECK_EQUAL(5, get64(g, out + 16));
    CHECK_EQUAL(W2O_WASI_EBADF, get16(g, out + EVENT + 8));
    CHECK_EQUAL(W2O_WASI_ENOTCAPABLE, get16(g, out + 2 * EVENT + 8));
    /* The other end closed. */
    close(ends[1]);
    char text[16];
    read_text(g, 0, text, sizeof text);
    put_fd(g, in, 9, 1, 0);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
    CHECK_EQUAL(9, get64(g, out));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, get16(g, out + 8));
    CHECK_EQUAL(1, get16(g, out + 24));
    close(ends[0]);
}

static void pipe_without_reader(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_output.fd = ends[1];
    make_context(g, &config);
    close(ends[0]);
    int32_t in = reserve(g, SUBSCRIPTION), out = reserve(g, EVENT), count = reserve(g, 4);
    put_fd(g, in, 1, 2, 1);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
    CHECK_EQUAL(1, get32(g, count));
    CHECK_EQUAL(W2O_WASI_EPIPE, get16(g, out + 8));
    close(ends[1]);
}

/* Subscriptions and events in the same memory. */
static void overlapping_arrays(guest *g)
{
    int32_t in = reserve(g, 3 * SUBSCRIPTION), count = reserve(g, 4);
    for (int i = 0; i < 3; i++) {
        put_clock(g, in + i * SUBSCRIPTION, (uint64_t)i + 1, 1, 0, 0);
    }
    EXPECT(ESUCCESS, poll_oneoff, in, in, 3, count);
    CHECK_EQUAL(3, get32(g, count));
    for (int i = 0; i < 3; i++) {
        CHECK_EQUAL(i + 1, get64(g, in + i * EVENT));
    }
}

static void on_signal(int signal) { (void)signal; }

static void *interrupt(void *argument)
{
    pthread_t *thread = argument;
    for (int i = 0; i < 5; i++) {
        usleep(3000);
        pthread_kill(*thread, SIGUSR1);
    }
    return NULL;
}

static void interrupted_wait_goes_on(guest *g)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    int32_t in = reserve(g, SUBSCRIPTION), out = reserve(g, EVENT), count = reserve(g, 4);
    put_clock(g, in, 1, 1, 40 * MILLISECOND, 0);
    pthread_t self = pthread_self(), thread;
    uint64_t start = now();
    pthread_create(&thread, NULL, interrupt, &self);
    EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
    CHECK(now() - start >= 40 * MILLISECOND);
    pthread_join(thread, NULL);
}

static int frozen_clock(void *state, uint32_t id, uint64_t *nanoseconds)
{
    (void)state, (void)id;
    *nanoseconds = 1000 * MILLISECOND;
    return 0;
}

static void absolute_by_own_clock(guest *g)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.clock = frozen_clock;
    make_context(g, &config);
    int32_t in = reserve(g, SUBSCRIPTION), out = reserve(g, EVENT), count = reserve(g, 4);
    put_clock(g, in, 1, 0, 1010 * MILLISECOND, 1);
    uint64_t start = now();
    EXPECT(ESUCCESS, poll_oneoff, in, out, 1, count);
    CHECK(now() - start >= 10 * MILLISECOND);
    CHECK_EQUAL(1, get32(g, count));
}

const test_case poll_tests[] = {
    {"relative clocks", relative_clocks, false},
    {"absolute clocks", absolute_clocks, false},
    {"other clocks are errors", other_clocks_are_errors, false},
    {"arguments of poll", arguments, false},
    {"descriptors", descriptors, false},
    {"pipe without reader", pipe_without_reader, false},
    {"overlapping arrays", overlapping_arrays, false},
    {"interrupted wait goes on", interrupted_wait_goes_on, false},
    {"absolute by own clock", absolute_by_own_clock, false},
    {0},
};
