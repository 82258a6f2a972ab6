/*
 * WASI preview1 for modules compiled by wasm2obj.
 *
 * A WASI context (w2o_wasi) is what a program may see of its host: arguments, environment, three
 * standard streams, directories and sockets that were opened for it, clocks and random numbers. A
 * context is made from a w2o_wasi_config, bound to the linear memory of one instance, and passed as
 * `env` to the functions below, which are what a module imports from "wasi_snapshot_preview1":
 *
 *     w2o_wasi_config config;
 *     w2o_wasi_config_init(&config);
 *     config.arguments = arguments;            config.argument_count = 2;
 *     config.preopens = &directory;            config.preopen_count = 1;
 *     w2o_wasi *wasi;
 *     const char *culprit;
 *     int error = w2o_wasi_create(&config, &wasi, &culprit);
 *     ... instantiate the module, with imports that w2o_wasi_import finds ...
 *     w2o_wasi_set_memory(wasi, memory);       before the first call
 *     ... call the start function; W2O_TRAP_EXIT means proc_exit ...
 *     code = w2o_wasi_exit_code(wasi);
 *     w2o_wasi_free(wasi);
 *
 * Every function returns a trap, 0 for none; only proc_exit (and proc_raise with a signal that ends
 * the program) return one: W2O_TRAP_EXIT. What WASI calls the error is the wasm result, stored
 * through the last parameter. A guest pointer that leaves linear memory is W2O_WASI_EFAULT, as in
 * POSIX; misaligned pointers are served.
 *
 * Threads: one context may serve any number of threads that share one memory. The table of
 * descriptors is guarded by a mutex that is held for table work only, never while a call blocks. A
 * descriptor that one thread closes while another uses it stays open on the host until that use has
 * ended; closing does not wake a blocked call. w2o_wasi_create, _set_memory and _free are for one
 * thread, before and after all others.
 */
#ifndef WASM2OBJ_WASI_H
#define WASM2OBJ_WASI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wasm2obj.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct w2o_wasi w2o_wasi;

/* What a WASI call stores as its result; the numbers are part of WASI. */
typedef enum w2o_wasi_errno {
    W2O_WASI_ESUCCESS, W2O_WASI_E2BIG, W2O_WASI_EACCES, W2O_WASI_EADDRINUSE,
    W2O_WASI_EADDRNOTAVAIL, W2O_WASI_EAFNOSUPPORT, W2O_WASI_EAGAIN, W2O_WASI_EALREADY,
    W2O_WASI_EBADF, W2O_WASI_EBADMSG, W2O_WASI_EBUSY, W2O_WASI_ECANCELED,
    W2O_WASI_ECHILD, W2O_WASI_ECONNABORTED, W2O_WASI_ECONNREFUSED, W2O_WASI_ECONNRESET,
    W2O_WASI_EDEADLK, W2O_WASI_EDESTADDRREQ, W2O_WASI_EDOM, W2O_WASI_EDQUOT,
    W2O_WASI_EEXIST, W2O_WASI_EFAULT, W2O_WASI_EFBIG, W2O_WASI_EHOSTUNREACH,
    W2O_WASI_EIDRM, W2O_WASI_EILSEQ, W2O_WASI_EINPROGRESS, W2O_WASI_EINTR,
    W2O_WASI_EINVAL, W2O_WASI_EIO, W2O_WASI_EISCONN, W2O_WASI_EISDIR,
    W2O_WASI_ELOOP, W2O_WASI_EMFILE, W2O_WASI_EMLINK, W2O_WASI_EMSGSIZE,
    W2O_WASI_EMULTIHOP, W2O_WASI_ENAMETOOLONG, W2O_WASI_ENETDOWN, W2O_WASI_ENETRESET,
    W2O_WASI_ENETUNREACH, W2O_WASI_ENFILE, W2O_WASI_ENOBUFS, W2O_WASI_ENODEV,
    W2O_WASI_ENOENT, W2O_WASI_ENOEXEC, W2O_WASI_ENOLCK, W2O_WASI_ENOLINK,
    W2O_WASI_ENOMEM, W2O_WASI_ENOMSG, W2O_WASI_ENOPROTOOPT, W2O_WASI_ENOSPC,
    W2O_WASI_ENOSYS, W2O_WASI_ENOTCONN, W2O_WASI_ENOTDIR, W2O_WASI_ENOTEMPTY,
    W2O_WASI_ENOTRECOVERABLE, W2O_WASI_ENOTSOCK, W2O_WASI_ENOTSUP, W2O_WASI_ENOTTY,
    W2O_WASI_ENXIO, W2O_WASI_EOVERFLOW, W2O_WASI_EOWNERDEAD, W2O_WASI_EPERM,
    W2O_WASI_EPIPE, W2O_WASI_EPROTO, W2O_WASI_EPROTONOSUPPORT, W2O_WASI_EPROTOTYPE,
    W2O_WASI_ERANGE, W2O_WASI_EROFS, W2O_WASI_ESPIPE, W2O_WASI_ESRCH,
    W2O_WASI_ESTALE, W2O_WASI_ETIMEDOUT, W2O_WASI_ETXTBSY, W2O_WASI_EXDEV,
    W2O_WASI_ENOTCAPABLE
} w2o_wasi_errno;

/* Rights of a descriptor; the bits are part of WASI. */
#define W2O_WASI_RIGHT_FD_DATASYNC             (UINT64_C(1) << 0)
#define W2O_WASI_RIGHT_FD_READ                 (UINT64_C(1) << 1)
#define W2O_WASI_RIGHT_FD_SEEK                 (UINT64_C(1) << 2)
#define W2O_WASI_RIGHT_FD_FDSTAT_SET_FLAGS     (UINT64_C(1) << 3)
#define W2O_WASI_RIGHT_FD_SYNC                 (UINT64_C(1) << 4)
#define W2O_WASI_RIGHT_FD_TELL                 (UINT64_C(1) << 5)
#define W2O_WASI_RIGHT_FD_WRITE                (UINT64_C(1) << 6)
#define W2O_WASI_RIGHT_FD_ADVISE               (UINT64_C(1) << 7)
#define W2O_WASI_RIGHT_FD_ALLOCATE             (UINT64_C(1) << 8)
#define W2O_WASI_RIGHT_PATH_CREATE_DIRECTORY   (UINT64_C(1) << 9)
#define W2O_WASI_RIGHT_PATH_CREATE_FILE        (UINT64_C(1) << 10)
#define W2O_WASI_RIGHT_PATH_LINK_SOURCE        (UINT64_C(1) << 11)
#define W2O_WASI_RIGHT_PATH_LINK_TARGET        (UINT64_C(1) << 12)
#define W2O_WASI_RIGHT_PATH_OPEN               (UINT64_C(1) << 13)
#define W2O_WASI_RIGHT_FD_READDIR              (UINT64_C(1) << 14)
#define W2O_WASI_RIGHT_PATH_READLINK           (UINT64_C(1) << 15)
#define W2O_WASI_RIGHT_PATH_RENAME_SOURCE      (UINT64_C(1) << 16)
#define W2O_WASI_RIGHT_PATH_RENAME_TARGET      (UINT64_C(1) << 17)
#define W2O_WASI_RIGHT_PATH_FILESTAT_GET       (UINT64_C(1) << 18)
#define W2O_WASI_RIGHT_PATH_FILESTAT_SET_SIZE  (UINT64_C(1) << 19)
#define W2O_WASI_RIGHT_PATH_FILESTAT_SET_TIMES (UINT64_C(1) << 20)
#define W2O_WASI_RIGHT_FD_FILESTAT_GET         (UINT64_C(1) << 21)
#define W2O_WASI_RIGHT_FD_FILESTAT_SET_SIZE    (UINT64_C(1) << 22)
#define W2O_WASI_RIGHT_FD_FILESTAT_SET_TIMES   (UINT64_C(1) << 23)
#define W2O_WASI_RIGHT_PATH_SYMLINK            (UINT64_C(1) << 24)
#define W2O_WASI_RIGHT_PATH_REMOVE_DIRECTORY   (UINT64_C(1) << 25)
#define W2O_WASI_RIGHT_PATH_UNLINK_FILE        (UINT64_C(1) << 26)
#define W2O_WASI_RIGHT_POLL_FD_READWRITE       (UINT64_C(1) << 27)
#define W2O_WASI_RIGHT_SOCK_SHUTDOWN           (UINT64_C(1) << 28)
#define W2O_WASI_RIGHT_SOCK_ACCEPT             (UINT64_C(1) << 29)

/* A directory of the host that the guest finds open, from descriptor 3 on in the order given. */
typedef struct w2o_wasi_preopen {
    const char *host_path;
    const char *guest_path; /* the name that the guest's libc matches paths against: "/", ".", ... */
    bool read_only;         /* as a file system mounted read-only: what would change it is EROFS */
    uint64_t rights_base;   /* 0: all that apply; otherwise the rights of the directory itself, */
    uint64_t rights_inheriting; /* and those of what is opened through it (counts only with the former) */
} w2o_wasi_preopen;

/*
 * A standard stream: a descriptor of the host, or functions. `read` and `write` return the number of
 * bytes transferred, for reading 0 at the end, or a negated errno of the host; they are called on the
 * guest's thread and may be called by several at once.
 */
typedef struct w2o_wasi_stream {
    int fd; /* unless a function is given; the guest finds -1 closed. Stays the host's: never closed */
    int64_t (*read)(void *state, void *bytes, size_t size);
    int64_t (*write)(void *state, const void *bytes, size_t size);
    void *state;
} w2o_wasi_stream;

/* All pointers are read by w2o_wasi_create alone, but for functions and their states. */
typedef struct w2o_wasi_config {
    const char *const *arguments; /* the first is the program's name */
    size_t argument_count;
    const char *const *environment; /* "NAME=VALUE" each */
    size_t environment_count;
    const w2o_wasi_preopen *preopens;
    size_t preopen_count;
    const int *sockets; /* listening or connected; follow the directories. Stay the host's: never closed */
    size_t socket_count;
    w2o_wasi_stream standard_input;
    w2o_wasi_stream standard_output;
    w2o_wasi_stream standard_error;
    uint32_t descriptor_limit; /* descriptors that may be open at once, EMFILE beyond */

    /*
     * In place of the host's clocks: stores the time of clock `id` (0 realtime, 1 monotonic, 2 and 3
     * CPU time of process and thread) in nanoseconds, returns 0 or an errno of the host. poll_oneoff
     * turns absolute timeouts into waiting times by it, and then waits by the host's clock.
     */
    int (*clock)(void *state, uint32_t id, uint64_t *nanoseconds);
    void *clock_state;

    /* In place of the host's random numbers; returns 0 or an errno of the host. */
    int (*random)(void *state, void *bytes, size_t size);
    void *random_state;

    /*
     * What proc_raise does, given WASI's signal number (1 to 30); returns 0 or an errno of the host.
     * NULL: nothing outside the guest happens; a signal that is ignored by default is, any other ends
     * the program with 128 + the signal's usual number as its exit code.
     */
    int (*raise)(void *state, uint32_t signal);
    void *raise_state;
} w2o_wasi_config;

/* No arguments, environment or directories; the host's streams 0, 1 and 2; 1,024 descriptors. */
void w2o_wasi_config_init(w2o_wasi_config *config);

/*
 * Returns 0, or an errno of the host; then *culprit (if `culprit` is not NULL) is the host path of the
 * directory at fault, or NULL.
 */
int w2o_wasi_create(const w2o_wasi_config *config, w2o_wasi **wasi, const char **culprit);

/* The memory that guest pointers point into. Its data and size are read anew by each call. */
void w2o_wasi_set_memory(w2o_wasi *wasi, w2o_memory *memory);

/* Whether the guest called proc_exit, and with what. The code of a guest that did not is 0. */
bool w2o_wasi_exited(const w2o_wasi *wasi);
uint32_t w2o_wasi_exit_code(const w2o_wasi *wasi);

/* Closes what the guest left open. `wasi` may be NULL. */
void w2o_wasi_free(w2o_wasi *wasi);

/* For w2o_wasi_config.raise: raises the signal in the process of the host. */
int w2o_wasi_raise_on_host(void *state, uint32_t signal);

/*
 * The imports by name. Signatures list parameters, a colon, results: i for i32, I for i64; `function`
 * has the C type that follows from it, with `void *env` first. Referring to a table links all of it;
 * a program that refers to single functions gets only their parts of the library.
 */
typedef struct w2o_wasi_function {
    const char *name;
    const char *signature;
    w2o_host_code function;
} w2o_wasi_function;

#define W2O_WASI_FUNCTION_COUNT 46
#define W2O_WASI_UNSTABLE_FUNCTION_COUNT 45

extern const w2o_wasi_function w2o_wasi_functions[W2O_WASI_FUNCTION_COUNT]; /* "wasi_snapshot_preview1" */
extern const w2o_wasi_function w2o_wasi_unstable_functions[W2O_WASI_UNSTABLE_FUNCTION_COUNT]; /* "wasi_unstable" */

/*
 * What a module imports as `item`, as a function of the store bound to this context and of WASI's own
 * type, so that a module that imports it as another type is not linked. Returns false if it is nothing
 * of WASI's, or if there is no memory. Refers to both tables.
 */
bool w2o_wasi_import(w2o_store *store, w2o_wasi *wasi, const w2o_item *item, w2o_extern *import);

/* Arguments, environment, the program's end. */
w2o_trap w2o_wasi_args_get(void *env, int32_t argv, int32_t buffer, int32_t *error);
w2o_trap w2o_wasi_args_sizes_get(void *env, int32_t count, int32_t size, int32_t *error);
w2o_trap w2o_wasi_environ_get(void *env, int32_t environ, int32_t buffer, int32_t *error);
w2o_trap w2o_wasi_environ_sizes_get(void *env, int32_t count, int32_t size, int32_t *error);
w2o_trap w2o_wasi_proc_exit(void *env, int32_t code);
w2o_trap w2o_wasi_proc_raise(void *env, int32_t signal, int32_t *error);
w2o_trap w2o_wasi_sched_yield(void *env, int32_t *error);

/* Clocks and random numbers. */
w2o_trap w2o_wasi_clock_res_get(void *env, int32_t id, int32_t resolution, int32_t *error);
w2o_trap w2o_wasi_clock_time_get(void *env, int32_t id, int64_t precision, int32_t time, int32_t *error);
w2o_trap w2o_wasi_random_get(void *env, int32_t buffer, int32_t size, int32_t *error);

/* Descriptors. */
w2o_trap w2o_wasi_fd_advise(void *env, int32_t fd, int64_t offset, int64_t size, int32_t advice, int32_t *error);
w2o_trap w2o_wasi_fd_allocate(void *env, int32_t fd, int64_t offset, int64_t size, int32_t *error);
w2o_trap w2o_wasi_fd_close(void *env, int32_t fd, int32_t *error);
w2o_trap w2o_wasi_fd_datasync(void *env, int32_t fd, int32_t *error);
w2o_trap w2o_wasi_fd_fdstat_get(void *env, int32_t fd, int32_t fdstat, int32_t *error);
w2o_trap w2o_wasi_fd_fdstat_set_flags(void *env, int32_t fd, int32_t flags, int32_t *error);
w2o_trap w2o_wasi_fd_fdstat_set_rights(void *env, int32_t fd, int64_t base, int64_t inheriting, int32_t *error);
w2o_trap w2o_wasi_fd_filestat_get(void *env, int32_t fd, int32_t filestat, int32_t *error);
w2o_trap w2o_wasi_fd_filestat_set_size(void *env, int32_t fd, int64_t size, int32_t *error);
w2o_trap w2o_wasi_fd_filestat_set_times(void *env, int32_t fd, int64_t access_time, int64_t modification_time,
                                        int32_t flags, int32_t *error);
w2o_trap w2o_wasi_fd_pread(void *env, int32_t fd, int32_t iovecs, int32_t count, int64_t offset, int32_t size,
                           int32_t *error);
w2o_trap w2o_wasi_fd_prestat_get(void *env, int32_t fd, int32_t prestat, int32_t *error);
w2o_trap w2o_wasi_fd_prestat_dir_name(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error);
w2o_trap w2o_wasi_fd_pwrite(void *env, int32_t fd, int32_t iovecs, int32_t count, int64_t offset, int32_t size,
                            int32_t *error);
w2o_trap w2o_wasi_fd_read(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t size, int32_t *error);
w2o_trap w2o_wasi_fd_readdir(void *env, int32_t fd, int32_t buffer, int32_t buffer_size, int64_t cookie,
                             int32_t size, int32_t *error);
w2o_trap w2o_wasi_fd_renumber(void *env, int32_t from, int32_t to, int32_t *error);
w2o_trap w2o_wasi_fd_seek(void *env, int32_t fd, int64_t offset, int32_t whence, int32_t position, int32_t *error);
w2o_trap w2o_wasi_fd_sync(void *env, int32_t fd, int32_t *error);
w2o_trap w2o_wasi_fd_tell(void *env, int32_t fd, int32_t position, int32_t *error);
w2o_trap w2o_wasi_fd_write(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t size, int32_t *error);

/* Paths: a directory's descriptor, and a path (pointer and size) that can never leave that directory. */
w2o_trap w2o_wasi_path_create_directory(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error);
w2o_trap w2o_wasi_path_filestat_get(void *env, int32_t fd, int32_t lookup_flags, int32_t path, int32_t path_size,
                                    int32_t filestat, int32_t *error);
w2o_trap w2o_wasi_path_filestat_set_times(void *env, int32_t fd, int32_t lookup_flags, int32_t path,
                                          int32_t path_size, int64_t access_time, int64_t modification_time,
                                          int32_t flags, int32_t *error);
w2o_trap w2o_wasi_path_link(void *env, int32_t old_fd, int32_t lookup_flags, int32_t old_path,
                            int32_t old_path_size, int32_t new_fd, int32_t new_path, int32_t new_path_size,
                            int32_t *error);
w2o_trap w2o_wasi_path_open(void *env, int32_t fd, int32_t lookup_flags, int32_t path, int32_t path_size,
                            int32_t open_flags, int64_t rights_base, int64_t rights_inheriting, int32_t fd_flags,
                            int32_t opened, int32_t *error);
w2o_trap w2o_wasi_path_readlink(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t buffer,
                                int32_t buffer_size, int32_t size, int32_t *error);
w2o_trap w2o_wasi_path_remove_directory(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error);
w2o_trap w2o_wasi_path_rename(void *env, int32_t old_fd, int32_t old_path, int32_t old_path_size, int32_t new_fd,
                              int32_t new_path, int32_t new_path_size, int32_t *error);
w2o_trap w2o_wasi_path_symlink(void *env, int32_t old_path, int32_t old_path_size, int32_t fd, int32_t new_path,
                               int32_t new_path_size, int32_t *error);
w2o_trap w2o_wasi_path_unlink_file(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error);

/* Waiting, and sockets. */
w2o_trap w2o_wasi_poll_oneoff(void *env, int32_t subscriptions, int32_t events, int32_t count, int32_t stored,
                              int32_t *error);
w2o_trap w2o_wasi_sock_accept(void *env, int32_t fd, int32_t flags, int32_t accepted, int32_t *error);
w2o_trap w2o_wasi_sock_recv(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t flags, int32_t size,
                            int32_t result_flags, int32_t *error);
w2o_trap w2o_wasi_sock_send(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t flags, int32_t size,
                            int32_t *error);
w2o_trap w2o_wasi_sock_shutdown(void *env, int32_t fd, int32_t how, int32_t *error);

/*
 * What "wasi_unstable" (preview0) defines differently: the order of whence, link counts of 32 bits in
 * a filestat of 56 bytes, and subscriptions of 56 bytes. The rest is shared.
 */
w2o_trap w2o_wasi_unstable_fd_seek(void *env, int32_t fd, int64_t offset, int32_t whence, int32_t position,
                                   int32_t *error);
w2o_trap w2o_wasi_unstable_fd_filestat_get(void *env, int32_t fd, int32_t filestat, int32_t *error);
w2o_trap w2o_wasi_unstable_path_filestat_get(void *env, int32_t fd, int32_t lookup_flags, int32_t path,
                                             int32_t path_size, int32_t filestat, int32_t *error);
w2o_trap w2o_wasi_unstable_poll_oneoff(void *env, int32_t subscriptions, int32_t events, int32_t count,
                                       int32_t stored, int32_t *error);

/*
 * Threads of the program: what a module imports as "wasi" "thread-spawn", which is no part of preview1. Each thread
 * has a store of its own, with an instance of the same module; all of them import the same shared memory.
 */
typedef struct w2o_wasi_threads w2o_wasi_threads;

typedef struct w2o_wasi_threads_config {
    const w2o_module *module; /* it exports wasi_thread_start: (i32 thread, i32 argument) -> () */

    /*
     * The imports of each instance, as for w2o_instantiate: read when a thread is made, so they may be filled in after
     * w2o_wasi_threads_new. Of what belongs to a store only shared memories can be among them: functions are to be
     * W2O_HOST_FUNC, and are called on all threads.
     */
    const w2o_extern *imports;
    size_t import_count;
    const w2o_config *store; /* of each thread's store; may be NULL */

    /*
     * Called on the thread that a trap has ended, W2O_TRAP_EXIT included, which is to end the whole program. If it
     * returns, or is NULL, only the thread ends.
     */
    void (*trapped)(void *state, w2o_store *store, w2o_trap trap);
    void *state;
} w2o_wasi_threads_config;

/* NULL if there is no memory. */
w2o_wasi_threads *w2o_wasi_threads_new(const w2o_wasi_threads_config *config);

/* The number of threads that have not ended. */
size_t w2o_wasi_threads_count(w2o_wasi_threads *threads);

/* Waits for all threads to end. `threads` may be NULL. */
void w2o_wasi_threads_free(w2o_wasi_threads *threads);

/*
 * "thread-spawn", with the w2o_wasi_threads as its `env`: makes a thread that calls wasi_thread_start with its number
 * and the argument. *thread is the number, from 1 to 2^29 - 1, or a negative number if there can be no thread. A trap in the
 * start function of the new instance is one of the caller's.
 */
w2o_trap w2o_wasi_thread_spawn(void *env, int32_t argument, int32_t *thread);

#ifdef __cplusplus
}
#endif

#endif
