/*
 * A hostile guest: long random sequences of all calls, with arguments that are often nearly right. The
 * sanitizers watch the host; what lies outside of the preopen must stay as it was.
 */
#include "wasi_test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CALLS = 12000, STRINGS = 64, POLL_AT = 4096, SCRATCH_AT = 8192 };

static const char *const NAMES[] = {
    "a",      "b",        "c/",        "a/b",      "b/c",         "../outside", "..",  ".",     "a/..",         "a/../b",
    "up",     "up/x",     "a/up/b",    "/",        "/etc/passwd", "",           "a//", "./a",   "a/b/c",        "c/../../x",
    "up/out", "a/b/../c", "../secret", "a/./b/./", "b/../..",     "direct",     "d",   "d/d/d", "direct/secret", "x/../direct/",
};

enum { NAME_COUNT = sizeof NAMES / sizeof NAMES[0] };

typedef struct source {
    uint64_t state;
} source;

static uint32_t next(source *source)
{
    source->state = source->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(source->state >> 33);
}

static uint32_t below(source *source, uint32_t limit)
{
    return next(source) % limit;
}

static int32_t any_fd(source *source)
{
    return below(source, 20) == 0 ? (int32_t)next(source) : (int32_t)below(source, 9);
}

static int32_t any_pointer(source *source)
{
    switch (below(source, 12)) {
    case 0:
        return (int32_t)(GUEST_MEMORY - below(source, 70));
    case 1:
        return (int32_t)next(source);
    case 2:
        return -(int32_t)below(source, 64);
    default:
        return (int32_t)(SCRATCH_AT + below(source, GUEST_MEMORY - SCRATCH_AT - 2048));
    }
}

static int32_t any_size(source *source)
{
    switch (below(source, 10)) {
    case 0:
        return (int32_t)next(source);
    case 1:
        return -1;
    default:
        return (int32_t)below(source, 300);
    }
}

static int32_t any_flags(source *source)
{
    return below(source, 16) == 0 ? (int32_t)next(source) : (int32_t)below(source, 16);
}

static int64_t any_offset(source *source)
{
    switch (below(source, 8)) {
    case 0:
        return (int64_t)((uint64_t)next(source) << 32 | next(source));
    case 1:
        return INT64_MAX - below(source, 3);
    default:
        return below(source, 5000);
    }
}

static int64_t any_rights(source *source)
{
    switch (below(source, 4)) {
    case 0:
        return (int64_t)READ_WRITE;
    case 1:
        return 0;
    case 2:
        return (int64_t)next(source) & 0x0fffffff & ~INT64_C(0x400140);
    default:
        return next(source);
    }
}

static void put_names(guest *g)
{
    for (int i = 0; i < NAME_COUNT; i++) {
        memcpy(at(g, 64 + i * STRINGS), NAMES[i], strlen(NAMES[i]));
    }
}

/* The address of one of the names, mostly; *size is its size, mostly. */
static int32_t any_path(source *source, int32_t *size)
{
    uint32_t i = below(source, NAME_COUNT);
    *size = below(source, 40) == 0 ? any_size(source) : (int32_t)strlen(NAMES[i]);
    return below(source, 40) == 0 ? any_pointer(source) : (int32_t)(64 + i * STRINGS);
}

/* Vectors of which most are within memory. */
static int32_t any_iovecs(guest *g, source *source, int32_t *count)
{
    *count = below(source, 20) == 0 ? any_size(source) : (int32_t)below(source, 24);
    if (below(source, 10) == 0) {
        return any_pointer(source);
    }
    int32_t address = GUEST_MEMORY - 1024;
    for (int i = 0; i < 24; i++) {
        w2o_store32(at(g, address + i * 8), (uint32_t)any_pointer(source) & (below(source, 30) == 0 ? ~0u : 0xffffu));
        w2o_store32(at(g, address + i * 8 + 4), below(source, 50) == 0 ? next(source) : below(source, 40));
    }
    return address;
}

/* Random subscriptions behind a clock that is due, so that nothing waits. */
static void poll(guest *g, source *source, int32_t *error)
{
    for (int i = 0; i < 8 * 48; i++) {
        *at(g, POLL_AT + i) = (uint8_t)next(source);
    }
    for (int i = 0; i < 8; i++) {
        *at(g, POLL_AT + i * 48 + 8) = (uint8_t)below(source, i == 0 || below(source, 30) != 0 ? 3 : 256);
        w2o_store32(at(g, POLL_AT + i * 48 + 16), (uint32_t)any_fd(source));
    }
    *at(g, POLL_AT + 8) = 0;
    w2o_store32(at(g, POLL_AT + 16), 1);
    w2o_store64(at(g, POLL_AT + 24), 0);
    w2o_store16(at(g, POLL_AT + 40), 0);
    w2o_wasi_poll_oneoff(g->wasi, POLL_AT, any_pointer(source), (int32_t)below(source, 9), any_pointer(source), error);
}

#define FD any_fd(source)
#define POINTER any_pointer(source)
#define SIZE any_size(source)
#define FLAGS any_flags(source)
#define OFFSET any_offset(source)

static void call_with_fd(guest *g, source *source, int32_t *error)
{
    w2o_wasi *w = g->wasi;
    int32_t count, iovecs = any_iovecs(g, source, &count);
    switch (below(source, 24)) {
    case 0: w2o_wasi_fd_advise(w, FD, OFFSET, OFFSET, FLAGS, error); break;
    case 1: w2o_wasi_fd_allocate(w, FD, OFFSET, OFFSET, error); break;
    case 2: w2o_wasi_fd_close(w, (int32_t)below(source, 12) == 0 ? PREOPEN : 4 + (int32_t)below(source, 9), error); break;
    case 3: w2o_wasi_fd_datasync(w, FD, error); break;
    case 4: w2o_wasi_fd_fdstat_get(w, FD, POINTER, error); break;
    case 5: w2o_wasi_fd_fdstat_set_flags(w, FD, FLAGS, error); break;
    case 6: w2o_wasi_fd_fdstat_set_rights(w, 4 + (int32_t)below(source, 6), any_rights(source), any_rights(source), error); break;
    case 7: w2o_wasi_fd_filestat_get(w, FD, POINTER, error); break;
    case 8: w2o_wasi_fd_filestat_set_size(w, FD, OFFSET, error); break;
    case 9: w2o_wasi_fd_filestat_set_times(w, FD, OFFSET, OFFSET, FLAGS, error); break;
    case 10: w2o_wasi_fd_pread(w, FD, iovecs, count, OFFSET, POINTER, error); break;
    case 11: w2o_wasi_fd_prestat_get(w, FD, POINTER, error); break;
    case 12: w2o_wasi_fd_prestat_dir_name(w, FD, POINTER, SIZE, error); break;
    case 13: w2o_wasi_fd_pwrite(w, FD, iovecs, count, OFFSET, POINTER, error); break;
    case 14: w2o_wasi_fd_read(w, FD, iovecs, count, POINTER, error); break;
    case 15: w2o_wasi_fd_readdir(w, FD, POINTER, SIZE, OFFSET, POINTER, error); break;
    case 16: w2o_wasi_fd_renumber(w, 4 + (int32_t)below(source, 6), 4 + (int32_t)below(source, 6), error); break;
    case 17: w2o_wasi_fd_seek(w, FD, OFFSET, FLAGS, POINTER, error); break;
    case 18: w2o_wasi_fd_tell(w, FD, POINTER, error); break;
    case 19: w2o_wasi_fd_write(w, FD, iovecs, count, POINTER, error); break;
    case 20: w2o_wasi_sock_accept(w, FD, FLAGS, POINTER, error); break;
    case 21: w2o_wasi_sock_recv(w, FD, iovecs, count, FLAGS, POINTER, POINTER, error); break;
    case 22: w2o_wasi_sock_send(w, FD, iovecs, count, FLAGS, POINTER, error); break;
    default: w2o_wasi_sock_shutdown(w, FD, FLAGS, error); break;
    }
}

static void call_with_path(guest *g, source *source, int32_t *error)
{
    w2o_wasi *w = g->wasi;
    int32_t size, other_size, path = any_path(source, &size), other = any_path(source, &other_size);
    int32_t fd = below(source, 3) == 0 ? FD : PREOPEN, other_fd = below(source, 3) == 0 ? FD : PREOPEN;
    switch (below(source, 14)) {
    case 0: w2o_wasi_path_create_directory(w, fd, path, size, error); break;
    case 1: w2o_wasi_path_filestat_get(w, fd, FLAGS & 1, path, size, POINTER, error); break;
    case 2: w2o_wasi_path_filestat_set_times(w, fd, FLAGS & 1, path, size, OFFSET, OFFSET, FLAGS, error); break;
    case 3: w2o_wasi_path_link(w, fd, FLAGS & 1, path, size, other_fd, other, other_size, error); break;
    case 4: w2o_wasi_path_readlink(w, fd, path, size, POINTER, SIZE, POINTER, error); break;
    case 5: w2o_wasi_path_remove_directory(w, fd, path, size, error); break;
    case 6: w2o_wasi_path_rename(w, fd, path, size, other_fd, other, other_size, error); break;
    case 7: w2o_wasi_path_symlink(w, path, size, fd, other, other_size, error); break;
    case 8: w2o_wasi_path_unlink_file(w, fd, path, size, error); break;
    case 9: w2o_wasi_unstable_path_filestat_get(w, fd, FLAGS & 3, path, size, POINTER, error); break;
    default:
        w2o_wasi_path_open(w, fd, FLAGS & 1, path, size, FLAGS, any_rights(source), any_rights(source), FLAGS, POINTER,
                           error);
        break;
    }
}

static void call_another(guest *g, source *source, int32_t *error)
{
    w2o_wasi *w = g->wasi;
    switch (below(source, 11)) {
    case 0: w2o_wasi_args_get(w, POINTER, POINTER, error); break;
    case 1: w2o_wasi_args_sizes_get(w, POINTER, POINTER, error); break;
    case 2: w2o_wasi_environ_get(w, POINTER, POINTER, error); break;
    case 3: w2o_wasi_environ_sizes_get(w, POINTER, POINTER, error); break;
    case 4: w2o_wasi_clock_res_get(w, FLAGS, POINTER, error); break;
    case 5: w2o_wasi_clock_time_get(w, FLAGS, OFFSET, POINTER, error); break;
    case 6: w2o_wasi_random_get(w, POINTER, (int32_t)below(source, 64), error); break;
    case 7: w2o_wasi_proc_raise(w, FLAGS, error); break;
    case 8: w2o_wasi_unstable_fd_seek(w, FD, OFFSET, FLAGS, POINTER, error); break;
    case 9: w2o_wasi_sched_yield(w, error); break;
    default: poll(g, source, error); break;
    }
}

/* So that nothing waits for input, and nothing is printed. */
static void close_streams(guest *g)
{
    int32_t error;
    for (int32_t fd = 0; fd < 3; fd++) {
        w2o_wasi_fd_close(g->wasi, fd, &error);
    }
}

/* Random calls overwrite whatever is in memory, the names too. */
static void run(guest *g, uint64_t seed)
{
    source source = {seed};
    for (int i = 0; i < CALLS; i++) {
        int32_t error = -1;
        if (i % 64 == 0) {
            put_names(g);
        }
        switch (below(&source, 5)) {
        case 0:
        case 1:
            call_with_fd(g, &source, &error);
            break;
        case 2:
        case 3:
            call_with_path(g, &source, &error);
            break;
        default:
            call_another(g, &source, &error);
        }
        CHECK(error >= 0 && error <= W2O_WASI_ENOTCAPABLE);
        int32_t stat = 0;
        if (w2o_wasi_fd_prestat_get(g->wasi, PREOPEN, stat, &error), error != 0) {
            make_default_context(g, false, 0, 0);
            close_streams(g);
        }
    }
}

static void check_outside(guest *g, const struct stat *before)
{
    struct stat after;
    char path[300], text[16] = "";
    snprintf(path, sizeof path, "%s/secret", g->outside);
    CHECK(stat(path, &after) == 0);
    CHECK(after.st_nlink == 1 && after.st_size == 7 && after.st_mtime == before->st_mtime);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fgets(text, sizeof text, file) != NULL && strcmp(text, "secret\n") == 0);
    if (file != NULL) {
        fclose(file);
    }
    CHECK(stat(g->outside, &after) == 0 && after.st_nlink == 2);
    CHECK(stat(g->base, &after) == 0 && after.st_nlink == 4);
}

static void random_calls(guest *g)
{
    struct rlimit before, small = {1 << 20, RLIM_INFINITY};
    struct stat status;
    char path[300];
    snprintf(path, sizeof path, "%s/secret", g->outside);
    CHECK(stat(path, &status) == 0);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small); /* no files of exabytes */
    host_symlink(g, "..", "up");
    host_symlink(g, "../outside", "direct");
    host_directory(g, "a");
    host_directory(g, "d");
    close_streams(g);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        run(g, seed * 1000 + g->walk);
    }
    setrlimit(RLIMIT_FSIZE, &before);
    check_outside(g, &status);
}

const test_case random_tests[] = {
    {"random calls", random_calls, true},
    {0},
};
