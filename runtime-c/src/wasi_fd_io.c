/*
 * Reading, writing and seeking.
 *
 * Writing to a pipe or socket that nobody reads any more is EPIPE for the guest and must never be
 * SIGPIPE for the host, whose disposition of that signal is not ours to change. Sockets have a flag for
 * that (MSG_NOSIGNAL; on Apple's systems an option of the descriptor, set when it is inspected). For
 * pipes elsewhere the signal is blocked on this thread for the time of the write, and a signal that the
 * write raised is taken off the thread's queue before it is unblocked.
 */
#include "wasi_internal.h"

#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef int64_t transfer(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs, int64_t offset);

static int64_t read_by_function(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs)
{
    if (descriptor->stream.read == NULL) {
        errno = EBADF;
        return -1;
    }
    /* One buffer: a second call might block although there is something to return. */
    const struct iovec *vector = &iovecs->vectors[0];
    int64_t result = descriptor->stream.read(descriptor->stream.state, vector->iov_base, vector->iov_len);
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static int64_t write_by_function(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs)
{
    if (descriptor->stream.write == NULL) {
        errno = EBADF;
        return -1;
    }
    int64_t written = 0;
    for (int i = 0; i < iovecs->count; i++) {
        const struct iovec *vector = &iovecs->vectors[i];
        int64_t result = descriptor->stream.write(descriptor->stream.state, vector->iov_base, vector->iov_len);
        if (result < 0) {
            errno = (int)-result;
            return written > 0 ? written : -1;
        }
        written += result;
        if ((uint64_t)result < vector->iov_len) {
            break;
        }
    }
    return written;
}

static int64_t read_vectors(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs, int64_t offset)
{
    (void)offset;
    if (descriptor->kind == W2O_KIND_FUNCTIONS) {
        return read_by_function(descriptor, iovecs);
    }
    ssize_t result;
    W2O_RETRY(result, readv(descriptor->host, iovecs->vectors, iovecs->count));
    return result;
}

static int64_t write_socket(int host, const w2o_iovecs *iovecs)
{
#ifdef MSG_NOSIGNAL
    const int flags = MSG_NOSIGNAL;
#else
    const int flags = 0;
#endif
    struct msghdr message = {.msg_iov = iovecs->vectors};
    message.msg_iovlen += (unsigned)iovecs->count; /* its type differs between systems */
    ssize_t result;
    W2O_RETRY(result, sendmsg(host, &message, flags));
    return result;
}

static int64_t write_file(int host, const w2o_iovecs *iovecs)
{
    ssize_t result;
    W2O_RETRY(result, writev(host, iovecs->vectors, iovecs->count));
    return result;
}

#ifdef F_SETNOSIGPIPE
static int64_t write_pipe(int host, const w2o_iovecs *iovecs)
{
    return write_file(host, iovecs);
}
#else
static int64_t write_pipe(int host, const w2o_iovecs *iovecs)
{
    sigset_t pipe_signal, pending, previous;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &previous);
    int64_t result = write_file(host, iovecs);
    int error = errno;
    if (result < 0 && error == EPIPE && !sigismember(&previous, SIGPIPE)) {
        sigpending(&pending);
        if (sigismember(&pending, SIGPIPE)) {
            const struct timespec at_once = {0, 0};
            int taken;
            W2O_RETRY(taken, sigtimedwait(&pipe_signal, NULL, &at_once));
        }
    }
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    errno = error;
    return result;
}
#endif

static int64_t write_vectors(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs, int64_t offset)
{
    (void)offset;
    switch (descriptor->kind) {
    case W2O_KIND_FUNCTIONS:
        return write_by_function(descriptor, iovecs);
    case W2O_KIND_SOCKET:
        return write_socket(descriptor->host, iovecs);
    case W2O_KIND_PIPE:
        return write_pipe(descriptor->host, iovecs);
    default:
        return write_file(descriptor->host, iovecs);
    }
}

static int64_t read_vectors_at(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs, int64_t offset)
{
    ssize_t result;
    W2O_RETRY(result, preadv(descriptor->host, iovecs->vectors, iovecs->count, offset));
    return result;
}

static int64_t write_vectors_at(const w2o_descriptor *descriptor, const w2o_iovecs *iovecs, int64_t offset)
{
    ssize_t result;
    W2O_RETRY(result, pwritev(descriptor->host, iovecs->vectors, iovecs->count, offset));
    return result;
}

/* A transfer between guest memory and a descriptor; nothing to transfer is success without a call. */
static w2o_wasi_errno move_bytes(const w2o_wasi *wasi, const w2o_descriptor *descriptor, int32_t address,
                                 int32_t count, int64_t offset, int32_t size_address, transfer *call)
{
    uint8_t *size;
    if (!w2o_guest_range(wasi, (uint32_t)size_address, 4, &size)) {
        return W2O_WASI_EFAULT;
    }
    w2o_iovecs iovecs;
    w2o_wasi_errno error = w2o_iovecs_load(wasi, address, count, &iovecs);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    int64_t moved = iovecs.count == 0 ? 0 : call(descriptor, &iovecs, offset);
    error = w2o_store_size(moved, size);
    w2o_iovecs_release(&iovecs);
    return error;
}

static w2o_wasi_errno move(w2o_wasi *wasi, int32_t fd, uint64_t rights, int32_t address, int32_t count,
                           int64_t offset, int32_t size_address, transfer *call)
{
    if (offset < 0) {
        return W2O_WASI_EINVAL;
    }
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, rights, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = move_bytes(wasi, descriptor, address, count, offset, size_address, call);
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_read(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t size, int32_t *error)
{
    return w2o_return(error, move(env, fd, W2O_WASI_RIGHT_FD_READ, iovecs, count, 0, size, read_vectors));
}

w2o_trap w2o_wasi_fd_write(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t size, int32_t *error)
{
    return w2o_return(error, move(env, fd, W2O_WASI_RIGHT_FD_WRITE, iovecs, count, 0, size, write_vectors));
}

w2o_trap w2o_wasi_fd_pread(void *env, int32_t fd, int32_t iovecs, int32_t count, int64_t offset, int32_t size,
                           int32_t *error)
{
    const uint64_t rights = W2O_WASI_RIGHT_FD_READ | W2O_WASI_RIGHT_FD_SEEK;
    return w2o_return(error, move(env, fd, rights, iovecs, count, offset, size, read_vectors_at));
}

w2o_trap w2o_wasi_fd_pwrite(void *env, int32_t fd, int32_t iovecs, int32_t count, int64_t offset, int32_t size,
                            int32_t *error)
{
    const uint64_t rights = W2O_WASI_RIGHT_FD_WRITE | W2O_WASI_RIGHT_FD_SEEK;
    return w2o_return(error, move(env, fd, rights, iovecs, count, offset, size, write_vectors_at));
}

/* The right to seek implies the right to tell. */
static w2o_wasi_errno get_for_tell(w2o_wasi *wasi, int32_t fd, w2o_descriptor **descriptor)
{
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_TELL, 0, descriptor);
    return error == W2O_WASI_ENOTCAPABLE ? w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_SEEK, 0, descriptor) : error;
}

static w2o_wasi_errno seek(w2o_wasi *wasi, int32_t fd, int64_t offset, int whence, int32_t address)
{
    bool tell = offset == 0 && whence == SEEK_CUR;
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = tell ? get_for_tell(wasi, fd, &descriptor)
                                : w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_SEEK, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    uint8_t *position;
    if (w2o_guest_range(wasi, (uint32_t)address, 8, &position)) {
        off_t result = lseek(descriptor->host, offset, whence);
        error = w2o_errno_of_call(result);
        if (error == W2O_WASI_ESUCCESS) {
            w2o_store64(position, (uint64_t)result);
        }
    } else {
        error = W2O_WASI_EFAULT;
    }
    w2o_fd_put(wasi, descriptor);
    return error;
}

/* `order` gives the host's whence for each of the guest's. */
static w2o_wasi_errno seek_in_order(w2o_wasi *wasi, int32_t fd, int64_t offset, uint32_t whence, int32_t position,
                                    const int order[3])
{
    return whence > 2 ? W2O_WASI_EINVAL : seek(wasi, fd, offset, order[whence], position);
}

w2o_trap w2o_wasi_fd_seek(void *env, int32_t fd, int64_t offset, int32_t whence, int32_t position, int32_t *error)
{
    static const int ORDER[3] = {SEEK_SET, SEEK_CUR, SEEK_END};
    return w2o_return(error, seek_in_order(env, fd, offset, (uint32_t)whence, position, ORDER));
}

w2o_trap w2o_wasi_unstable_fd_seek(void *env, int32_t fd, int64_t offset, int32_t whence, int32_t position,
                                   int32_t *error)
{
    static const int ORDER[3] = {SEEK_CUR, SEEK_END, SEEK_SET};
    return w2o_return(error, seek_in_order(env, fd, offset, (uint32_t)whence, position, ORDER));
}

w2o_trap w2o_wasi_fd_tell(void *env, int32_t fd, int32_t position, int32_t *error)
{
    return w2o_return(error, seek(env, fd, 0, SEEK_CUR, position));
}
