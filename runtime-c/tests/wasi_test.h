/*
 * A small harness: test cases that call WASI functions as a guest would, with a linear memory from
 * malloc, so that the address sanitizer sees every access beyond its end.
 */
#ifndef WASI_TEST_H
#define WASI_TEST_H

#include "../src/wasi_internal.h"

enum { GUEST_MEMORY = 1 << 16, PREOPEN = 3 };

/*
 * A guest: its context and memory. Unless a case makes its own, the context has the directory `root` as
 * "/" on descriptor 3. `top` is the first address not handed out yet.
 */
typedef struct guest {
    w2o_wasi *wasi;
    w2o_memory memory;
    uint32_t top;
    bool walk;         /* resolve paths without openat2 */
    char base[256];    /* the case's own directory on the host, removed afterwards */
    char root[256];    /* base/root */
    char outside[256]; /* base/outside; holds a file "secret" */
} guest;

typedef struct test_case {
    const char *name;
    void (*run)(guest *guest);
    bool with_paths; /* run with both forms of path resolution */
} test_case;

extern const test_case fd_tests[], io_tests[], path_tests[], escape_tests[], readdir_tests[], poll_tests[],
    sock_tests[], program_tests[], import_tests[], random_tests[], memory_tests[], unstable_tests[], thread_tests[];

/* Notes a failure of the running case, which goes on. */
void fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Ends the running case as skipped. */
void skip(const char *reason) __attribute__((noreturn));

#define CHECK(condition)                                   \
    do {                                                   \
        if (!(condition)) {                                \
            fail(__FILE__, __LINE__, "%s", #condition);    \
        }                                                  \
    } while (0)

#define CHECK_EQUAL(expected, actual)                                                                    \
    do {                                                                                                 \
        long long expected_ = (long long)(expected), actual_ = (long long)(actual);                      \
        if (expected_ != actual_) {                                                                      \
            fail(__FILE__, __LINE__, "%s: expected %lld, got %lld", #actual, expected_, actual_);        \
        }                                                                                                \
    } while (0)

/* Calls a WASI function of the guest `g` and expects this error and no trap. */
#define EXPECT(error, function, ...)                                                                     \
    do {                                                                                                 \
        int32_t result_ = -1;                                                                            \
        w2o_trap trap_ = w2o_wasi_##function(g->wasi, __VA_ARGS__, &result_);                            \
        if (trap_ != 0 || result_ != W2O_WASI_##error) {                                                 \
            fail(__FILE__, __LINE__, "%s(%s): expected " #error " (%d), got %d, trap %d", #function,     \
                 #__VA_ARGS__, (int)W2O_WASI_##error, (int)result_, (int)trap_);                         \
        }                                                                                                \
    } while (0)

/* Calls and returns the error. */
#define ERROR_OF(function, ...)                                              \
    __extension__({                                                          \
        int32_t result_ = -1;                                                \
        w2o_wasi_##function(g->wasi, __VA_ARGS__, &result_);                 \
        result_;                                                             \
    })

/* A path as the two arguments that WASI takes. */
#define PATH(text) put_string(g, text), (int32_t)strlen(text)

/* Guest memory, eight bytes aligned and zeroed. */
int32_t reserve(guest *g, uint32_t size);
int32_t put_string(guest *g, const char *text);
/* A vector for each of the `count` sizes, followed by their buffers; returns the address of the vectors. */
int32_t put_iovec(guest *g, int32_t buffer, uint32_t size);
uint8_t *at(guest *g, int32_t address);
uint8_t get8(guest *g, int32_t address);
uint16_t get16(guest *g, int32_t address);
uint32_t get32(guest *g, int32_t address);
uint64_t get64(guest *g, int32_t address);

/* Replaces the guest's context by one of this configuration (preopens and all are as given). */
void make_context(guest *g, const w2o_wasi_config *config);
/* The context that cases start with, with the root read-only or not and these rights (0: all). */
void make_default_context(guest *g, bool read_only, uint64_t base, uint64_t inheriting);

/* path_open with all rights that descriptor `fd` hands on; -1 and a failure if it does not succeed. */
int32_t open_file(guest *g, int32_t fd, const char *path, int32_t open_flags, uint64_t rights, int32_t fd_flags);
/* Its error. */
int32_t open_error(guest *g, int32_t fd, const char *path, int32_t lookup_flags, int32_t open_flags);
/* Writes and reads whole strings through the guest; reading returns the size. */
void write_text(guest *g, int32_t fd, const char *text);
uint32_t read_text(guest *g, int32_t fd, char *text, uint32_t room);

/* The host's side of the root: a file with this content, a directory, a symbolic link. */
void host_file(guest *g, const char *path, const char *content);
void host_directory(guest *g, const char *path);
void host_symlink(guest *g, const char *target, const char *path);
bool host_exists(guest *g, const char *path);
void host_path(guest *g, const char *path, char full[512]);

enum { OPEN_CREAT = 1, OPEN_DIRECTORY_ONLY = 2, OPEN_EXCL = 4, OPEN_TRUNC = 8 };
#define READ_WRITE                                                                                       \
    (W2O_WASI_RIGHT_FD_READ | W2O_WASI_RIGHT_FD_WRITE | W2O_WASI_RIGHT_FD_SEEK | W2O_WASI_RIGHT_FD_TELL | \
     W2O_WASI_RIGHT_FD_FILESTAT_GET | W2O_WASI_RIGHT_FD_FDSTAT_SET_FLAGS | W2O_WASI_RIGHT_POLL_FD_READWRITE)

#endif
