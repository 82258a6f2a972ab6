/* File attributes and times, of descriptors and of paths. */
#include "wasi_internal.h"

#include <time.h>

enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8, FSTFLAGS_ALL = 15 };

enum { NANOSECONDS = 1000000000 };

#ifdef __APPLE__
#define STATUS_TIME(status, name) ((status)->st_##name##timespec)
#else
#define STATUS_TIME(status, name) ((status)->st_##name##tim)
#endif

/* Where preview1 and preview0 keep what follows the file type at 16. */
typedef struct layout {
    uint32_t size;
    uint32_t link_count;
    uint32_t link_count_size;
    uint32_t file_size; /* the three times follow it */
} layout;

static const layout PREVIEW1 = {64, 24, 8, 32};
static const layout UNSTABLE = {56, 20, 4, 24};

/* Times before 1970 and after 2554 have no form in WASI; they become the nearest that has. */
static uint64_t nanoseconds_of(struct timespec time)
{
    if (time.tv_sec < 0) {
        return 0;
    }
    uint64_t seconds = (uint64_t)time.tv_sec;
    if (seconds >= UINT64_MAX / NANOSECONDS) {
        return UINT64_MAX;
    }
    return seconds * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static void store(const struct stat *status, uint8_t filetype, const layout *layout, uint8_t *filestat)
{
    memset(filestat, 0, layout->size);
    w2o_store64(filestat, (uint64_t)status->st_dev);
    w2o_store64(filestat + 8, (uint64_t)status->st_ino);
    filestat[16] = filetype;
    uint64_t link_count = (uint64_t)status->st_nlink;
    memcpy(filestat + layout->link_count, &link_count, layout->link_count_size);
    uint8_t *end = filestat + layout->file_size;
    w2o_store64(end, (uint64_t)status->st_size);
    w2o_store64(end + 8, nanoseconds_of(STATUS_TIME(status, a)));
    w2o_store64(end + 16, nanoseconds_of(STATUS_TIME(status, m)));
    w2o_store64(end + 24, nanoseconds_of(STATUS_TIME(status, c)));
}

static w2o_wasi_errno store_status_of(const w2o_descriptor *descriptor, const layout *layout, uint8_t *filestat)
{
    struct stat status = {0};
    if (descriptor->host >= 0 && fstat(descriptor->host, &status) < 0) {
        return w2o_errno_of_host(errno);
    }
    store(&status, descriptor->filetype, layout, filestat);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno get_of_fd(w2o_wasi *wasi, int32_t fd, int32_t address, const layout *layout)
{
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_FILESTAT_GET, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    uint8_t *filestat;
    error = w2o_guest_range(wasi, (uint32_t)address, layout->size, &filestat)
                ? store_status_of(descriptor, layout, filestat)
                : W2O_WASI_EFAULT;
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_filestat_get(void *env, int32_t fd, int32_t filestat, int32_t *error)
{
    return w2o_return(error, get_of_fd(env, fd, filestat, &PREVIEW1));
}

w2o_trap w2o_wasi_unstable_fd_filestat_get(void *env, int32_t fd, int32_t filestat, int32_t *error)
{
    return w2o_return(error, get_of_fd(env, fd, filestat, &UNSTABLE));
}

/* Resolves a path for looking at what it names: EINVAL for lookup flags that do not exist. */
static w2o_wasi_errno resolve(w2o_wasi *wasi, const w2o_descriptor *root, uint32_t lookup_flags, int32_t address,
                              int32_t size, w2o_path **path)
{
    if ((lookup_flags & ~(uint32_t)W2O_LOOKUP_FOLLOW) != 0) {
        return W2O_WASI_EINVAL;
    }
    w2o_lookup lookup = lookup_flags == W2O_LOOKUP_FOLLOW ? W2O_LOOKUP_LINKS : W2O_LOOKUP_FILE;
    return w2o_path_resolve(wasi, root, address, size, lookup, path);
}

static w2o_wasi_errno status_of_path(const w2o_path *path, struct stat *status)
{
    int result;
    W2O_RETRY(result, fstatat(path->parent, path->name, status, AT_SYMLINK_NOFOLLOW));
    if (result < 0) {
        return w2o_errno_of_host(errno);
    }
    return path->directory && !S_ISDIR(status->st_mode) ? W2O_WASI_ENOTDIR : W2O_WASI_ESUCCESS;
}

typedef struct guest_path {
    uint32_t lookup_flags;
    int32_t address;
    int32_t size;
} guest_path;

static w2o_wasi_errno get_of_path(w2o_wasi *wasi, int32_t fd, guest_path guest, int32_t address,
                                  const layout *layout)
{
    uint8_t *filestat;
    if (!w2o_guest_range(wasi, (uint32_t)address, layout->size, &filestat)) {
        return W2O_WASI_EFAULT;
    }
    w2o_descriptor *root;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_PATH_FILESTAT_GET, 0, &root);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    w2o_path *path;
    error = resolve(wasi, root, guest.lookup_flags, guest.address, guest.size, &path);
    if (error == W2O_WASI_ESUCCESS) {
        struct stat status;
        error = status_of_path(path, &status);
        if (error == W2O_WASI_ESUCCESS) {
            store(&status, w2o_filetype_of_mode(status.st_mode), layout, filestat);
        }
        w2o_path_release(path);
    }
    w2o_fd_put(wasi, root);
    return error;
}

w2o_trap w2o_wasi_path_filestat_get(void *env, int32_t fd, int32_t lookup_flags, int32_t path, int32_t path_size,
                                    int32_t filestat, int32_t *error)
{
    guest_path guest = {(uint32_t)lookup_flags, path, path_size};
    return w2o_return(error, get_of_path(env, fd, guest, filestat, &PREVIEW1));
}

w2o_trap w2o_wasi_unstable_path_filestat_get(void *env, int32_t fd, int32_t lookup_flags, int32_t path,
                                             int32_t path_size, int32_t filestat, int32_t *error)
{
    guest_path guest = {(uint32_t)lookup_flags, path, path_size};
    return w2o_return(error, get_of_path(env, fd, guest, filestat, &UNSTABLE));
}

static struct timespec host_time(uint64_t nanoseconds, uint32_t flags, uint32_t given, uint32_t now)
{
    if ((flags & now) != 0) {
        return (struct timespec){.tv_nsec = UTIME_NOW};
    }
    if ((flags & given) == 0) {
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    }
    return (struct timespec){(time_t)(nanoseconds / NANOSECONDS), (long)(nanoseconds % NANOSECONDS)};
}

/* A time and "now" exclude each other. */
static bool are_valid(uint32_t flags)
{
    return (flags & ~(uint32_t)FSTFLAGS_ALL) == 0 && (flags & (ATIM | ATIM_NOW)) != (ATIM | ATIM_NOW) &&
           (flags & (MTIM | MTIM_NOW)) != (MTIM | MTIM_NOW);
}

static void host_times(uint64_t access_time, uint64_t modification_time, uint32_t flags, struct timespec times[2])
{
    times[0] = host_time(access_time, flags, ATIM, ATIM_NOW);
    times[1] = host_time(modification_time, flags, MTIM, MTIM_NOW);
}

static w2o_wasi_errno set_times_of_fd(w2o_wasi *wasi, int32_t fd, uint32_t flags, const struct timespec times[2])
{
    if (!are_valid(flags)) {
        return W2O_WASI_EINVAL;
    }
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_FILESTAT_SET_TIMES, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    int result;
    W2O_RETRY(result, futimens(descriptor->host, times));
    error = w2o_errno_of_call(result);
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_filestat_set_times(void *env, int32_t fd, int64_t access_time, int64_t modification_time,
                                        int32_t flags, int32_t *error)
{
    struct timespec times[2];
    host_times((uint64_t)access_time, (uint64_t)modification_time, (uint32_t)flags, times);
    return w2o_return(error, set_times_of_fd(env, fd, (uint32_t)flags, times));
}

static w2o_wasi_errno set_times(const w2o_path *path, const struct timespec times[2])
{
    struct stat status;
    w2o_wasi_errno error = path->directory ? status_of_path(path, &status) : W2O_WASI_ESUCCESS;
    if (error == W2O_WASI_ESUCCESS) {
        int result;
        W2O_RETRY(result, utimensat(path->parent, path->name, times, AT_SYMLINK_NOFOLLOW));
        error = w2o_errno_of_call(result);
    }
    return error;
}

static w2o_wasi_errno set_times_of_path(w2o_wasi *wasi, int32_t fd, guest_path guest, uint32_t flags,
                                        const struct timespec times[2])
{
    if (!are_valid(flags)) {
        return W2O_WASI_EINVAL;
    }
    w2o_descriptor *root;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_PATH_FILESTAT_SET_TIMES, 0, &root);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    w2o_path *path;
    error = resolve(wasi, root, guest.lookup_flags, guest.address, guest.size, &path);
    if (error == W2O_WASI_ESUCCESS) {
        error = set_times(path, times);
        w2o_path_release(path);
    }
    w2o_fd_put(wasi, root);
    return error;
}

w2o_trap w2o_wasi_path_filestat_set_times(void *env, int32_t fd, int32_t lookup_flags, int32_t path,
                                          int32_t path_size, int64_t access_time, int64_t modification_time,
                                          int32_t flags, int32_t *error)
{
    guest_path guest = {(uint32_t)lookup_flags, path, path_size};
    struct timespec times[2];
    host_times((uint64_t)access_time, (uint64_t)modification_time, (uint32_t)flags, times);
    return w2o_return(error, set_times_of_path(env, fd, guest, (uint32_t)flags, times));
}
