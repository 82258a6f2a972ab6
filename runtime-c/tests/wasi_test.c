/* The harness of wasi_test.h: runs every case, in a directory of its own, and counts. */
#include "wasi_test.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

typedef struct tally {
    int passed;
    int failed;
    int skipped;
} tally;

static bool case_failed;
static const char *skip_reason;
static jmp_buf case_end;

void fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    case_failed = true;
}

void skip(const char *reason)
{
    skip_reason = reason;
    longjmp(case_end, 1);
}

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- guest memory -------------------------------------------------------------------------------- */

int32_t reserve(guest *g, uint32_t size)
{
    uint32_t address = (g->top + 7) & ~UINT32_C(7);
    if (size > GUEST_MEMORY - address) {
        fprintf(stderr, "a case needs more than the guest's memory\n");
        exit(2);
    }
    g->top = address + size;
    memset(g->memory.data + address, 0, size);
    return (int32_t)address;
}

int32_t put_string(guest *g, const char *text)
{
    /* Without the NUL: paths and buffers of WASI have a size instead. */
    size_t size = strlen(text);
    int32_t address = reserve(g, (uint32_t)size);
    memcpy(at(g, address), text, size);
    return address;
}

int32_t put_iovec(guest *g, int32_t buffer, uint32_t size)
{
    int32_t address = reserve(g, 8);
    w2o_store32(at(g, address), (uint32_t)buffer);
    w2o_store32(at(g, address) + 4, size);
    return address;
}

uint8_t *at(guest *g, int32_t address) { return g->memory.data + (uint32_t)address; }
uint8_t get8(guest *g, int32_t address) { return *at(g, address); }
uint16_t get16(guest *g, int32_t address) { return w2o_load16(at(g, address)); }
uint32_t get32(guest *g, int32_t address) { return w2o_load32(at(g, address)); }
uint64_t get64(guest *g, int32_t address) { return w2o_load64(at(g, address)); }

/* ---- contexts and files -------------------------------------------------------------------------- */

void make_context(guest *g, const w2o_wasi_config *config)
{
    w2o_wasi_free(g->wasi);
    const char *culprit;
    int error = w2o_wasi_create(config, &g->wasi, &culprit);
    if (error != 0) {
        fprintf(stderr, "no context: %s (%s)\n", strerror(error), culprit == NULL ? "-" : culprit);
        exit(2);
    }
    w2o_wasi_set_memory(g->wasi, &g->memory);
    if (g->walk) {
        w2o_wasi_force_path_walk(g->wasi);
    }
}

void make_default_context(guest *g, bool read_only, uint64_t base, uint64_t inheriting)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    w2o_wasi_preopen preopen = {g->root, "/", read_only, base, inheriting};
    config.preopens = &preopen;
    config.preopen_count = 1;
    make_context(g, &config);
}

int32_t open_file(guest *g, int32_t fd, const char *path, int32_t open_flags, uint64_t rights, int32_t fd_flags)
{
    int32_t opened = reserve(g, 4);
    int32_t error = ERROR_OF(path_open, fd, W2O_LOOKUP_FOLLOW, PATH(path), open_flags, (int64_t)rights,
                             (int64_t)rights, fd_flags, opened);
    if (error != W2O_WASI_ESUCCESS) {
        fail(__FILE__, __LINE__, "opening %s: error %d", path, error);
        return -1;
    }
    return (int32_t)get32(g, opened);
}

int32_t open_error(guest *g, int32_t fd, const char *path, int32_t lookup_flags, int32_t open_flags)
{
    int32_t opened = reserve(g, 4);
    int32_t error = ERROR_OF(path_open, fd, lookup_flags, PATH(path), open_flags, (int64_t)W2O_WASI_RIGHT_FD_READ,
                             0, 0, opened);
    if (error == W2O_WASI_ESUCCESS) {
        ERROR_OF(fd_close, (int32_t)get32(g, opened));
    }
    return error;
}

void write_text(guest *g, int32_t fd, const char *text)
{
    int32_t iovec = put_iovec(g, put_string(g, text), (uint32_t)strlen(text));
    int32_t written = reserve(g, 4);
    EXPECT(ESUCCESS, fd_write, fd, iovec, 1, written);
    CHECK_EQUAL(strlen(text), get32(g, written));
}

uint32_t read_text(guest *g, int32_t fd, char *text, uint32_t room)
{
    int32_t buffer = reserve(g, room);
    int32_t iovec = put_iovec(g, buffer, room - 1);
    int32_t size = reserve(g, 4);
    EXPECT(ESUCCESS, fd_read, fd, iovec, 1, size);
    memcpy(text, at(g, buffer), get32(g, size));
    text[get32(g, size)] = '\0';
    return get32(g, size);
}

void host_path(guest *g, const char *path, char full[512])
{
    snprintf(full, 512, "%s/%s", g->root, path);
}

void host_file(guest *g, const char *path, const char *content)
{
    char full[512];
    host_path(g, path, full);
    FILE *file = fopen(full, "w");
    if (file == NULL || fputs(content, file) < 0 || fclose(file) != 0) {
        give_up(full);
    }
}

void host_directory(guest *g, const char *path)
{
    char full[512];
    host_path(g, path, full);
    if (mkdir(full, 0777) < 0) {
        give_up(full);
    }
}

void host_symlink(guest *g, const char *target, const char *path)
{
    char full[512];
    host_path(g, path, full);
    if (symlink(target, full) < 0) {
        give_up(full);
    }
}

bool host_exists(guest *g, const char *path)
{
    char full[512];
    struct stat status;
    host_path(g, path, full);
    return lstat(full, &status) == 0;
}

/* ---- running ------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *position)
{
    (void)status, (void)kind, (void)position;
    return remove(path);
}

static void set_up(guest *g, bool walk)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(g->base, sizeof g->base, "%.150s/wasi-test-XXXXXX", temporary == NULL ? "/tmp" : temporary);
    if (mkdtemp(g->base) == NULL) {
        give_up(g->base);
    }
    snprintf(g->root, sizeof g->root, "%.200s/root", g->base);
    snprintf(g->outside, sizeof g->outside, "%.200s/outside", g->base);
    if (mkdir(g->root, 0777) < 0 || mkdir(g->outside, 0777) < 0) {
        give_up(g->base);
    }
    host_file(g, "../outside/secret", "secret\n");
    g->walk = walk;
    g->top = 16;
    g->memory.size = GUEST_MEMORY;
    g->memory.data = calloc(1, GUEST_MEMORY);
    if (g->memory.data == NULL) {
        give_up("memory");
    }
    make_default_context(g, false, 0, 0);
}

static void tear_down(guest *g)
{
    w2o_wasi_free(g->wasi);
    free(g->memory.data);
    nftw(g->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int count_open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static void run_case(const test_case *test, bool walk, tally *tally)
{
    static guest guest;
    memset(&guest, 0, sizeof guest);
    case_failed = false;
    skip_reason = NULL;
    int descriptors = count_open_descriptors();
    set_up(&guest, walk);
    if (setjmp(case_end) == 0) {
        test->run(&guest);
    }
    tear_down(&guest);
    if (skip_reason == NULL && count_open_descriptors() != descriptors) {
        fail(__FILE__, __LINE__, "descriptors of the host left open");
    }
    const char *form = !test->with_paths ? "" : walk ? " (walk)" : " (openat2)";
    if (skip_reason != NULL) {
        tally->skipped++;
        printf("skipped: %s%s: %s\n", test->name, form, skip_reason);
    } else if (case_failed) {
        tally->failed++;
        printf("FAILED: %s%s\n", test->name, form);
    } else {
        tally->passed++;
    }
    fflush(stdout);
}

static bool has_openat2(void)
{
#ifdef __linux__
    const uint64_t request[3] = {O_PATH, 0, 0};
    long fd = syscall(437, AT_FDCWD, ".", request, sizeof request);
    if (fd >= 0) {
        close((int)fd);
        return true;
    }
#endif
    return false;
}

static void run_all(const test_case *tests, const char *pattern, bool kernel, tally *tally)
{
    for (const test_case *test = tests; test->name != NULL; test++) {
        if (pattern != NULL && strstr(test->name, pattern) == NULL) {
            continue;
        }
        if (!test->with_paths) {
            run_case(test, false, tally);
            continue;
        }
        run_case(test, true, tally);
        if (kernel) {
            run_case(test, false, tally);
        } else {
            tally->skipped++;
            printf("skipped: %s (openat2): the host has no openat2\n", test->name);
        }
    }
}

int main(int argc, char **argv)
{
    static const test_case *const ALL[] = {fd_tests,   io_tests,   path_tests,    escape_tests,   readdir_tests,
                                           poll_tests, sock_tests, program_tests, unstable_tests, import_tests, thread_tests, random_tests, memory_tests};
    const char *pattern = argc > 1 ? argv[1] : NULL;
    bool kernel = has_openat2();
    tally tally = {0, 0, 0};
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
        run_all(ALL[i], pattern, kernel, &tally);
    }
    printf("%d passed, %d failed, %d skipped\n", tally.passed, tally.failed, tally.skipped);
    return tally.failed != 0 || tally.passed == 0;
}
