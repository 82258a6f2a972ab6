/* Arguments, environment, exit, signals, clocks, random numbers, the tables, hosts' errors. */
#include "wasi_test.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

static void make_with_strings(guest *g)
{
    static const char *const ARGUMENTS[] = {"program", "", "second argument"};
    static const char *const ENVIRONMENT[] = {"A=1", "EMPTY="};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.arguments = ARGUMENTS;
    config.argument_count = 3;
    config.environment = ENVIRONMENT;
    config.environment_count = 2;
    make_context(g, &config);
}

static void arguments(guest *g)
{
    make_with_strings(g);
    int32_t count = reserve(g, 4), size = reserve(g, 4), argv = reserve(g, 12), buffer = reserve(g, 32);
    EXPECT(ESUCCESS, args_sizes_get, count, size);
    CHECK_EQUAL(3, get32(g, count));
    CHECK_EQUAL(8 + 1 + 16, get32(g, size));
    EXPECT(ESUCCESS, args_get, argv, buffer);
    CHECK(strcmp((char *)at(g, (int32_t)get32(g, argv)), "program") == 0);
    CHECK(strcmp((char *)at(g, (int32_t)get32(g, argv + 4)), "") == 0);
    CHECK(strcmp((char *)at(g, (int32_t)get32(g, argv + 8)), "second argument") == 0);
    EXPECT(EFAULT, args_get, GUEST_MEMORY - 11, buffer);
    EXPECT(EFAULT, args_get, argv, GUEST_MEMORY - 24);
    EXPECT(EFAULT, args_sizes_get, GUEST_MEMORY, size);
    EXPECT(EFAULT, args_sizes_get, count, -1);
    EXPECT(ESUCCESS, args_get, GUEST_MEMORY - 12, buffer);
    EXPECT(ESUCCESS, args_get, argv, GUEST_MEMORY - 25);
}

static void environment(guest *g)
{
    make_with_strings(g);
    int32_t count = reserve(g, 4), size = reserve(g, 4), environ = reserve(g, 8), buffer = reserve(g, 32);
    EXPECT(ESUCCESS, environ_sizes_get, count, size);
    CHECK_EQUAL(2, get32(g, count));
    CHECK_EQUAL(4 + 7, get32(g, size));
    EXPECT(ESUCCESS, environ_get, environ, buffer);
    CHECK(strcmp((char *)at(g, (int32_t)get32(g, environ)), "A=1") == 0);
    CHECK(strcmp((char *)at(g, (int32_t)get32(g, environ + 4)), "EMPTY=") == 0);
    EXPECT(EFAULT, environ_get, -4, buffer);
    EXPECT(EFAULT, environ_sizes_get, count, GUEST_MEMORY - 3);
    make_default_context(g, false, 0, 0);
    EXPECT(ESUCCESS, environ_sizes_get, count, size);
    CHECK_EQUAL(0, get32(g, count));
    CHECK_EQUAL(0, get32(g, size));
    EXPECT(ESUCCESS, environ_get, environ, buffer);
}

static void exit_code(guest *g)
{
    CHECK(!w2o_wasi_exited(g->wasi));
    CHECK_EQUAL(0, w2o_wasi_exit_code(g->wasi));
    CHECK_EQUAL(W2O_TRAP_EXIT, w2o_wasi_proc_exit(g->wasi, 42));
    CHECK(w2o_wasi_exited(g->wasi));
    CHECK_EQUAL(42, w2o_wasi_exit_code(g->wasi));
    make_default_context(g, false, 0, 0);
    CHECK_EQUAL(W2O_TRAP_EXIT, w2o_wasi_proc_exit(g->wasi, -1));
    CHECK_EQUAL(UINT32_MAX, w2o_wasi_exit_code(g->wasi));
}

static void signals(guest *g)
{
    EXPECT(EINVAL, proc_raise, 0);
    EXPECT(EINVAL, proc_raise, 31);
    EXPECT(EINVAL, proc_raise, -1);
    EXPECT(ESUCCESS, proc_raise, 13); /* pipe */
    EXPECT(ESUCCESS, proc_raise, 16); /* chld */
    CHECK(!w2o_wasi_exited(g->wasi));
    int32_t error = -1;
    CHECK_EQUAL(W2O_TRAP_EXIT, w2o_wasi_proc_raise(g->wasi, 6, &error));
    CHECK_EQUAL(0, error);
    CHECK_EQUAL(128 + 6, w2o_wasi_exit_code(g->wasi));
    make_default_context(g, false, 0, 0);
    CHECK_EQUAL(W2O_TRAP_EXIT, w2o_wasi_proc_raise(g->wasi, 15, &error));
    CHECK_EQUAL(128 + 15, w2o_wasi_exit_code(g->wasi));
}

static volatile sig_atomic_t raised;

static void note(int signal) { raised = signal; }

static void signals_on_host(guest *g)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.raise = w2o_wasi_raise_on_host;
    make_context(g, &config);
    static const struct {
        int guest;
        int host;
    } PAIRS[] = {{1, SIGHUP},   {2, SIGINT},   {10, SIGUSR1}, {12, SIGUSR2}, {13, SIGPIPE},
                 {14, SIGALRM}, {15, SIGTERM}, {16, SIGCHLD}, {22, SIGURG},  {27, SIGWINCH}, {30, SIGSYS}};
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
        void (*before)(int) = signal(PAIRS[i].host, note);
        raised = 0;
        EXPECT(ESUCCESS, proc_raise, PAIRS[i].guest);
        CHECK_EQUAL(PAIRS[i].host, raised);
        signal(PAIRS[i].host, before);
    }
    CHECK_EQUAL(EINVAL, w2o_wasi_raise_on_host(NULL, 0));
    CHECK_EQUAL(EINVAL, w2o_wasi_raise_on_host(NULL, 31));
}

static void yield(guest *g)
{
    int32_t error = -1;
    CHECK_EQUAL(0, w2o_wasi_sched_yield(g->wasi, &error));
    CHECK_EQUAL(0, error);
}

static void clocks(guest *g)
{
    int32_t time = reserve(g, 8), resolution = reserve(g, 8);
    for (int id = 0; id < 4; id++) {
        EXPECT(ESUCCESS, clock_time_get, id, 0, time);
        CHECK(get64(g, time) > 0);
        EXPECT(ESUCCESS, clock_res_get, id, resolution);
        CHECK(get64(g, resolution) > 0 && get64(g, resolution) < 1000000000);
    }
    EXPECT(ESUCCESS, clock_time_get, 0, 0, time);
    CHECK(get64(g, time) / 1000000000 > 1600000000);
    EXPECT(ESUCCESS, clock_time_get, 1, 0, time);
    EXPECT(ESUCCESS, clock_time_get, 1, 0, resolution);
    CHECK(get64(g, resolution) >= get64(g, time));
    EXPECT(EINVAL, clock_time_get, 4, 0, time);
    EXPECT(EINVAL, clock_time_get, -1, 0, time);
    EXPECT(EINVAL, clock_res_get, 4, time);
    EXPECT(EFAULT, clock_time_get, 0, 0, GUEST_MEMORY - 7);
    EXPECT(EFAULT, clock_res_get, 0, -1);
}

static int counting_clock(void *state, uint32_t id, uint64_t *nanoseconds)
{
    uint64_t *count = state;
    if (id == 3) {
        return ENOTSUP;
    }
    *nanoseconds = ++*count * 10 + id;
    return 0;
}

static int same_bytes(void *state, void *bytes, size_t size)
{
    if (state == NULL) {
        return EIO;
    }
    memset(bytes, *(const char *)state, size);
    return 0;
}

static void own_clock_and_random(guest *g)
{
    uint64_t count = 0;
    char byte = 'r';
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.clock = counting_clock;
    config.clock_state = &count;
    config.random = same_bytes;
    config.random_state = &byte;
    make_context(g, &config);
    int32_t time = reserve(g, 8);
    EXPECT(ESUCCESS, clock_time_get, 1, 0, time);
    CHECK_EQUAL(11, get64(g, time));
    EXPECT(ESUCCESS, clock_time_get, 0, 0, time);
    CHECK_EQUAL(20, get64(g, time));
    EXPECT(ENOTSUP, clock_time_get, 3, 0, time);
    EXPECT(ESUCCESS, random_get, time, 7);
    CHECK(memcmp(at(g, time), "rrrrrrr\0", 8) == 0);
    config.random_state = NULL;
    make_context(g, &config);
    EXPECT(EIO, random_get, time, 7);
}

static void random_numbers(guest *g)
{
    int32_t buffer = reserve(g, 1032);
    EXPECT(ESUCCESS, random_get, buffer, 1024);
    int zeros = 0;
    for (int32_t i = 0; i < 1024; i++) {
        zeros += get8(g, buffer + i) == 0;
    }
    CHECK(zeros < 64);
    CHECK_EQUAL(0, get64(g, buffer + 1024));
    EXPECT(ESUCCESS, random_get, buffer, 0);
    EXPECT(ESUCCESS, random_get, 0, GUEST_MEMORY);
    EXPECT(EFAULT, random_get, 1, GUEST_MEMORY);
    EXPECT(EFAULT, random_get, buffer, -1);
}

static void memory_that_grows(guest *g)
{
    int32_t address = GUEST_MEMORY + 100;
    EXPECT(EFAULT, random_get, address, 8);
    g->memory.data = realloc(g->memory.data, 2 * GUEST_MEMORY);
    g->memory.size = 2 * GUEST_MEMORY;
    EXPECT(ESUCCESS, random_get, address, 8);
}

/* The whole of what WASI defines, each name once. */
static void tables(guest *g)
{
    (void)g;
    static const char *const NAMES[] = {
        "args_get", "args_sizes_get", "clock_res_get", "clock_time_get", "environ_get", "environ_sizes_get",
        "fd_advise", "fd_allocate", "fd_close", "fd_datasync", "fd_fdstat_get", "fd_fdstat_set_flags",
        "fd_fdstat_set_rights", "fd_filestat_get", "fd_filestat_set_size", "fd_filestat_set_times", "fd_pread",
        "fd_prestat_dir_name", "fd_prestat_get", "fd_pwrite", "fd_read", "fd_readdir", "fd_renumber", "fd_seek",
        "fd_sync", "fd_tell", "fd_write", "path_create_directory", "path_filestat_get", "path_filestat_set_times",
        "path_link", "path_open", "path_readlink", "path_remove_directory", "path_rename", "path_symlink",
        "path_unlink_file", "poll_oneoff", "proc_exit", "proc_raise", "random_get", "sched_yield", "sock_accept",
        "sock_recv", "sock_send", "sock_shutdown",
    };
    enum { COUNT = sizeof NAMES / sizeof NAMES[0] };
    CHECK_EQUAL(W2O_WASI_FUNCTION_COUNT, COUNT);
    for (int i = 0; i < COUNT; i++) {
        int found = 0, found_unstable = 0;
        for (int j = 0; j < W2O_WASI_FUNCTION_COUNT; j++) {
            found += strcmp(w2o_wasi_functions[j].name, NAMES[i]) == 0;
        }
        for (int j = 0; j < W2O_WASI_UNSTABLE_FUNCTION_COUNT; j++) {
            found_unstable += strcmp(w2o_wasi_unstable_functions[j].name, NAMES[i]) == 0;
        }
        CHECK_EQUAL(1, found);
        CHECK_EQUAL(strcmp(NAMES[i], "sock_accept") == 0 ? 0 : 1, found_unstable);
    }
    for (int j = 0; j < W2O_WASI_FUNCTION_COUNT; j++) {
        const w2o_wasi_function *function = &w2o_wasi_functions[j];
        CHECK(function->function != NULL);
        CHECK(strspn(function->signature, "iI:") == strlen(function->signature));
        CHECK(strchr(function->signature, ':') == strrchr(function->signature, ':'));
    }
    for (int j = 0; j < W2O_WASI_FUNCTION_COUNT; j++) {
        if (strcmp(w2o_wasi_functions[j].name, "fd_write") == 0) {
            CHECK(w2o_wasi_functions[j].function == (w2o_host_code)w2o_wasi_fd_write);
            CHECK(strcmp(w2o_wasi_functions[j].signature, "iiii:i") == 0);
        }
    }
}

static void errors_of_the_host(guest *g)
{
    (void)g;
    CHECK_EQUAL(W2O_WASI_ESUCCESS, w2o_errno_of_host(0));
    CHECK_EQUAL(6, w2o_errno_of_host(EAGAIN));
    CHECK_EQUAL(44, w2o_errno_of_host(ENOENT));
    CHECK_EQUAL(58, w2o_errno_of_host(EOPNOTSUPP));
    CHECK_EQUAL(75, w2o_errno_of_host(EXDEV));
    CHECK_EQUAL(76, W2O_WASI_ENOTCAPABLE);
    CHECK_EQUAL(W2O_WASI_EIO, w2o_errno_of_host(9999));
}

const test_case program_tests[] = {
    {"arguments", arguments, false},
    {"environment", environment, false},
    {"exit code", exit_code, false},
    {"signals", signals, false},
    {"signals on host", signals_on_host, false},
    {"yield", yield, false},
    {"clocks", clocks, false},
    {"own clock and random", own_clock_and_random, false},
    {"random numbers", random_numbers, false},
    {"memory that grows", memory_that_grows, false},
    {"tables", tables, false},
    {"errors of the host", errors_of_the_host, false},
    {0},
};
