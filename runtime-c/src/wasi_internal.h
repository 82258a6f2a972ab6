/*
 * What the parts of the WASI implementation share: the context, its table of descriptors, access to
 * guest memory, and path resolution. First include of each wasi_*.c, since it chooses what the
 * system's headers declare.
 */
#ifndef WASM2OBJ_WASI_INTERNAL_H
#define WASM2OBJ_WASI_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* openat2's flags, ppoll, accept4 */
#endif
#ifndef _DARWIN_C_SOURCE
#define _DARWIN_C_SOURCE 1
#endif

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "wasm2obj_wasi.h"

/* Shared between archive members, no part of the library's interface. */
#define W2O_HIDDEN __attribute__((visibility("hidden")))

/* result = expression, again while a signal interrupts it. */
#define W2O_RETRY(result, expression) \
    do {                              \
        (result) = (expression);      \
    } while ((result) < 0 && errno == EINTR)

enum w2o_filetype {
    W2O_FILETYPE_UNKNOWN,
    W2O_FILETYPE_BLOCK_DEVICE,
    W2O_FILETYPE_CHARACTER_DEVICE,
    W2O_FILETYPE_DIRECTORY,
    W2O_FILETYPE_REGULAR_FILE,
    W2O_FILETYPE_SOCKET_DGRAM,
    W2O_FILETYPE_SOCKET_STREAM,
    W2O_FILETYPE_SYMBOLIC_LINK
};

enum { W2O_FDFLAG_APPEND = 1, W2O_FDFLAG_DSYNC = 2, W2O_FDFLAG_NONBLOCK = 4, W2O_FDFLAG_RSYNC = 8, W2O_FDFLAG_SYNC = 16 };

enum { W2O_FDFLAGS_SYNC = W2O_FDFLAG_DSYNC | W2O_FDFLAG_RSYNC | W2O_FDFLAG_SYNC };
enum { W2O_FDFLAGS_ALL = W2O_FDFLAG_APPEND | W2O_FDFLAG_NONBLOCK | W2O_FDFLAGS_SYNC };

enum { W2O_LOOKUP_FOLLOW = 1 };

/* What lies under a descriptor, where WASI's file types do not tell enough. */
enum w2o_descriptor_kind { W2O_KIND_FILE, W2O_KIND_PIPE, W2O_KIND_SOCKET, W2O_KIND_FUNCTIONS };

/* The position of a directory being read; see wasi_readdir.c. */
typedef struct w2o_directory w2o_directory;

/*
 * An open descriptor of the guest. `users` counts the table's slot and the calls that are using it;
 * the last one closes it. The context's lock guards users, the rights and the pointer `directory`;
 * the rest never changes.
 */
typedef struct w2o_descriptor {
    int host; /* -1 for streams made of functions */
    uint32_t users;
    uint8_t filetype;
    uint8_t kind;
    uint8_t sync_flags; /* of W2O_FDFLAGS_SYNC, as opened */
    bool owned;         /* the host's descriptor closes with this one */
    bool read_only;     /* a read-only preopen, or opened through one */
    uint64_t rights_base;
    uint64_t rights_inheriting;
    char *guest_path; /* of a preopen; NULL for all others */
    w2o_wasi_stream stream;
    w2o_directory *directory; /* NULL until first read */
} w2o_descriptor;

/* NUL-terminated strings one after another. */
typedef struct w2o_strings {
    char *bytes;
    uint32_t count;
    uint32_t size;
} w2o_strings;

struct w2o_wasi {
    w2o_memory *memory;
    pthread_mutex_t lock; /* guards the table and what w2o_descriptor says */
    w2o_descriptor **descriptors;
    uint32_t capacity;
    uint32_t limit;
    w2o_strings arguments;
    w2o_strings environment;
    int (*clock)(void *state, uint32_t id, uint64_t *nanoseconds);
    void *clock_state;
    int (*random)(void *state, void *bytes, size_t size);
    void *random_state;
    int (*raise)(void *state, uint32_t signal);
    void *raise_state;
    atomic_bool walk_paths; /* openat2 is not to be had; see wasi_path_resolve.c */
    atomic_bool exited;
    _Atomic uint32_t exit_code;
};

/* Errors (wasi_descriptor.c). */
W2O_HIDDEN w2o_wasi_errno w2o_errno_of_host(int host_errno);

/* The end of a host function that cannot trap. */
static inline w2o_trap w2o_return(int32_t *result, w2o_wasi_errno error)
{
    *result = (int32_t)error;
    return W2O_TRAP_NONE;
}

/* The error of a host call that reports failure by a negative result and errno. */
static inline w2o_wasi_errno w2o_errno_of_call(int64_t result)
{
    return result < 0 ? w2o_errno_of_host(errno) : W2O_WASI_ESUCCESS;
}

/*
 * Guest memory. Other threads of the guest may write to it at any time, so each value is loaded once,
 * then checked: the empty asm keeps the compiler from loading it again later.
 */

/* *bytes = the host's address of guest memory [address, address + size); false if any lies outside. */
static inline bool w2o_guest_range(const w2o_wasi *wasi, uint32_t address, uint64_t size, uint8_t **bytes)
{
    const w2o_memory *memory = wasi->memory;
    *bytes = memory == NULL ? NULL : w2o_memory_at(memory, address, size);
    return *bytes != NULL;
}

static inline uint8_t w2o_load8(const uint8_t *bytes)
{
    uint32_t value = *bytes;
    __asm__("" : "+r"(value));
    return (uint8_t)value;
}

static inline uint16_t w2o_load16(const uint8_t *bytes)
{
    uint16_t stored;
    memcpy(&stored, bytes, sizeof stored);
    uint32_t value = stored;
    __asm__("" : "+r"(value));
    return (uint16_t)value;
}

static inline uint32_t w2o_load32(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    __asm__("" : "+r"(value));
    return value;
}

static inline uint64_t w2o_load64(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    __asm__("" : "+r"(value));
    return value;
}

static inline void w2o_store16(uint8_t *bytes, uint16_t value) { memcpy(bytes, &value, sizeof value); }
static inline void w2o_store32(uint8_t *bytes, uint32_t value) { memcpy(bytes, &value, sizeof value); }
static inline void w2o_store64(uint8_t *bytes, uint64_t value) { memcpy(bytes, &value, sizeof value); }

/*
 * Vectors of a guest for one transfer (wasi_guest.c): the first 1,024 that are not empty, their total
 * below 2 GiB; whoever has more sees a short transfer, as POSIX allows.
 */
enum { W2O_IOVECS_INLINE = 16 };

typedef struct w2o_iovecs {
    struct iovec *vectors; /* first_vectors or allocated */
    int count;
    struct iovec first_vectors[W2O_IOVECS_INLINE];
} w2o_iovecs;

W2O_HIDDEN w2o_wasi_errno w2o_iovecs_load(const w2o_wasi *wasi, int32_t address, int32_t count, w2o_iovecs *iovecs);
W2O_HIDDEN void w2o_iovecs_release(w2o_iovecs *iovecs);

/* Stores the 32-bit size that a transfer returned, or its error. */
W2O_HIDDEN w2o_wasi_errno w2o_store_size(int64_t transferred, uint8_t *size);

/* Descriptors (wasi_descriptor.c). */

/* A descriptor for `host`, its type and kind found by fstat, with all rights that apply to them. NULL: errno. */
W2O_HIDDEN w2o_descriptor *w2o_descriptor_make(int host, bool owned);
W2O_HIDDEN void w2o_descriptor_free(w2o_descriptor *descriptor);
W2O_HIDDEN uint8_t w2o_filetype_of_mode(mode_t mode);

/* Puts the descriptor into the lowest free slot from `lowest` on; EMFILE and ENOMEM leave it to the caller. */
W2O_HIDDEN w2o_wasi_errno w2o_fd_insert(w2o_wasi *wasi, w2o_descriptor *descriptor, uint32_t lowest, uint32_t *fd);

/*
 * The descriptor `fd` with at least these rights, until w2o_fd_put. EBADF: not open. ENOTCAPABLE: lacks
 * a right. EROFS: a right that would change a read-only preopen.
 */
W2O_HIDDEN w2o_wasi_errno w2o_fd_get(w2o_wasi *wasi, int32_t fd, uint64_t base, uint64_t inheriting,
                                     w2o_descriptor **descriptor);
W2O_HIDDEN void w2o_fd_put(w2o_wasi *wasi, w2o_descriptor *descriptor);

/* Takes the descriptor out of the table. */
W2O_HIDDEN w2o_wasi_errno w2o_fd_remove(w2o_wasi *wasi, int32_t fd);

/* Ends reading of a directory (wasi_readdir.c). */
W2O_HIDDEN void w2o_directory_free(w2o_directory *directory);

/* Paths (wasi_path_resolve.c). */
enum { W2O_PATH_LIMIT = 4096 };

typedef enum w2o_lookup {
    W2O_LOOKUP_NAME, /* the name itself: create, remove, rename */
    W2O_LOOKUP_FILE, /* what it names, and if a slash follows, through symbolic links */
    W2O_LOOKUP_LINKS /* what it names, through symbolic links */
} w2o_lookup;

/*
 * A guest's path, resolved: the entry `name` of the host's directory `parent`. Operations on it never
 * follow symbolic links: those that were to be followed have been. `name` holds no slash; it is "." for
 * a path that ends in "." or "..".
 */
typedef struct w2o_path {
    int parent;
    bool owned;     /* `parent` is closed with the path */
    bool directory; /* a slash followed: it has to be a directory */
    const char *name;
    char text[W2O_PATH_LIMIT + 1];
    char link[W2O_PATH_LIMIT + 1];
} w2o_path;

W2O_HIDDEN w2o_wasi_errno w2o_path_resolve(w2o_wasi *wasi, const w2o_descriptor *root, int32_t address,
                                           int32_t size, w2o_lookup lookup, w2o_path **path);
W2O_HIDDEN void w2o_path_release(w2o_path *path);

/* Copies a path out of the guest: ENAMETOOLONG, EINVAL for a NUL inside, EFAULT. */
W2O_HIDDEN w2o_wasi_errno w2o_path_copy(const w2o_wasi *wasi, int32_t address, int32_t size,
                                        char text[W2O_PATH_LIMIT + 1]);

/* For tests: resolve as on hosts without openat2. */
W2O_HIDDEN void w2o_wasi_force_path_walk(w2o_wasi *wasi);

/* Clocks (wasi_clock_random.c): the time of a clock, by the context's function or the host. EINVAL: no such clock. */
W2O_HIDDEN w2o_wasi_errno w2o_clock_time(const w2o_wasi *wasi, uint32_t id, uint64_t *nanoseconds);

#endif
