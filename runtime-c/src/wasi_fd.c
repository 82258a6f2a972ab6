/* Descriptors: flags, size, advice, synchronisation, and what is known of preopened directories. */
#include "wasi_internal.h"

#include <unistd.h>

/* The size of `struct prestat`, and its only kind. */
enum { PRESTAT_SIZE = 8, PRESTAT_DIRECTORY = 0 };

static w2o_wasi_errno synchronise(w2o_wasi *wasi, int32_t fd, uint64_t right, int (*call)(int))
{
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, right, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    int result;
    W2O_RETRY(result, call(descriptor->host));
    error = w2o_errno_of_call(result);
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_sync(void *env, int32_t fd, int32_t *error)
{
    return w2o_return(error, synchronise(env, fd, W2O_WASI_RIGHT_FD_SYNC, fsync));
}

static int synchronise_data(int host)
{
#ifdef __APPLE__
    return fsync(host);
#else
    return fdatasync(host);
#endif
}

w2o_trap w2o_wasi_fd_datasync(void *env, int32_t fd, int32_t *error)
{
    return w2o_return(error, synchronise(env, fd, W2O_WASI_RIGHT_FD_DATASYNC, synchronise_data));
}

#ifdef POSIX_FADV_NORMAL
/* Returns 0 or an errno. */
static int give_advice(int host, int64_t offset, int64_t size, uint32_t advice)
{
    static const uint8_t HOST_ADVICE[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                          POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
    return posix_fadvise(host, offset, size, HOST_ADVICE[advice]);
}
#else
static int give_advice(int host, int64_t offset, int64_t size, uint32_t advice)
{
    (void)host, (void)offset, (void)size, (void)advice;
    return 0;
}
#endif

static w2o_wasi_errno advise(w2o_wasi *wasi, int32_t fd, int64_t offset, int64_t size, uint32_t advice)
{
    if (advice > 5 || offset < 0 || size < 0) {
        return W2O_WASI_EINVAL;
    }
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_ADVISE, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    if (descriptor->filetype == W2O_FILETYPE_DIRECTORY) {
        error = W2O_WASI_EBADF;
    } else {
        error = w2o_errno_of_host(give_advice(descriptor->host, offset, size, advice));
    }
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_advise(void *env, int32_t fd, int64_t offset, int64_t size, int32_t advice, int32_t *error)
{
    return w2o_return(error, advise(env, fd, offset, size, (uint32_t)advice));
}

/* Returns 0 or an errno. */
static int allocate_on_host(int host, int64_t offset, int64_t size)
{
#ifdef __APPLE__
    /* No call allocates a range; what a guest can see is the size. */
    struct stat status;
    if (fstat(host, &status) < 0) {
        return errno;
    }
    if (!S_ISREG(status.st_mode)) {
        return ENODEV;
    }
    return status.st_size >= offset + size || ftruncate(host, offset + size) == 0 ? 0 : errno;
#else
    int error;
    do {
        error = posix_fallocate(host, offset, size);
    } while (error == EINTR);
    return error;
#endif
}

static w2o_wasi_errno allocate(w2o_wasi *wasi, int32_t fd, int64_t offset, int64_t size)
{
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_ALLOCATE, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    if (offset < 0 || size <= 0) {
        error = W2O_WASI_EINVAL;
    } else if (size > INT64_MAX - offset) {
        error = W2O_WASI_EFBIG;
    } else {
        error = w2o_errno_of_host(allocate_on_host(descriptor->host, offset, size));
    }
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_allocate(void *env, int32_t fd, int64_t offset, int64_t size, int32_t *error)
{
    return w2o_return(error, allocate(env, fd, offset, size));
}

static w2o_wasi_errno set_size(w2o_wasi *wasi, int32_t fd, int64_t size)
{
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_FILESTAT_SET_SIZE, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    int result;
    W2O_RETRY(result, ftruncate(descriptor->host, size));
    error = w2o_errno_of_call(result);
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_filestat_set_size(void *env, int32_t fd, int64_t size, int32_t *error)
{
    return w2o_return(error, set_size(env, fd, size));
}

/*
 * Appending and blocking can change; how writes are synchronised cannot, on any host, so asking for
 * that is an error and not silently ignored.
 */
static w2o_wasi_errno change_flags(const w2o_descriptor *descriptor, uint32_t flags)
{
    if ((flags & ~(uint32_t)W2O_FDFLAGS_ALL) != 0 || (flags & W2O_FDFLAGS_SYNC) != descriptor->sync_flags) {
        return W2O_WASI_EINVAL;
    }
    int host_flags = fcntl(descriptor->host, F_GETFL);
    if (host_flags < 0) {
        return w2o_errno_of_host(errno);
    }
    host_flags &= ~(O_APPEND | O_NONBLOCK);
    host_flags |= (flags & W2O_FDFLAG_APPEND) != 0 ? O_APPEND : 0;
    host_flags |= (flags & W2O_FDFLAG_NONBLOCK) != 0 ? O_NONBLOCK : 0;
    return w2o_errno_of_call(fcntl(descriptor->host, F_SETFL, host_flags));
}

static w2o_wasi_errno set_flags(w2o_wasi *wasi, int32_t fd, uint32_t flags)
{
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_FDSTAT_SET_FLAGS, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = change_flags(descriptor, flags);
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_fdstat_set_flags(void *env, int32_t fd, int32_t flags, int32_t *error)
{
    return w2o_return(error, set_flags(env, fd, (uint32_t)flags));
}

/* A guest's libc asks from 3 on until EBADF, so that is the answer for whatever is no preopen. */
static w2o_wasi_errno get_preopen(w2o_wasi *wasi, int32_t fd, w2o_descriptor **preopen)
{
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, 0, 0, preopen);
    if (error == W2O_WASI_ESUCCESS && (*preopen)->guest_path == NULL) {
        w2o_fd_put(wasi, *preopen);
        return W2O_WASI_EBADF;
    }
    return error;
}

static w2o_wasi_errno get_prestat(w2o_wasi *wasi, int32_t fd, int32_t address)
{
    w2o_descriptor *preopen;
    w2o_wasi_errno error = get_preopen(wasi, fd, &preopen);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    uint8_t *prestat;
    if (w2o_guest_range(wasi, (uint32_t)address, PRESTAT_SIZE, &prestat)) {
        w2o_store32(prestat, PRESTAT_DIRECTORY);
        w2o_store32(prestat + 4, (uint32_t)strlen(preopen->guest_path));
    } else {
        error = W2O_WASI_EFAULT;
    }
    w2o_fd_put(wasi, preopen);
    return error;
}

w2o_trap w2o_wasi_fd_prestat_get(void *env, int32_t fd, int32_t prestat, int32_t *error)
{
    return w2o_return(error, get_prestat(env, fd, prestat));
}

static w2o_wasi_errno copy_preopen_name(const w2o_wasi *wasi, const char *name, int32_t address, uint32_t room)
{
    size_t size = strlen(name);
    if (size > room) {
        return W2O_WASI_ENAMETOOLONG;
    }
    uint8_t *path;
    if (!w2o_guest_range(wasi, (uint32_t)address, size, &path)) {
        return W2O_WASI_EFAULT;
    }
    memcpy(path, name, size);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno get_prestat_name(w2o_wasi *wasi, int32_t fd, int32_t address, uint32_t room)
{
    w2o_descriptor *preopen;
    w2o_wasi_errno error = get_preopen(wasi, fd, &preopen);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = copy_preopen_name(wasi, preopen->guest_path, address, room);
    w2o_fd_put(wasi, preopen);
    return error;
}

w2o_trap w2o_wasi_fd_prestat_dir_name(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error)
{
    return w2o_return(error, get_prestat_name(env, fd, path, (uint32_t)path_size));
}
