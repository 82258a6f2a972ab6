/* Sockets: those that the configuration opened, and the connections that they accept. */
#include "wasi_internal.h"

#include <sys/socket.h>
#include <unistd.h>

enum { RECV_PEEK = 1, RECV_WAITALL = 2, RECV_ALL = 3, RECV_DATA_TRUNCATED = 1 };
enum { SHUT_READING = 1, SHUT_WRITING = 2 };

#ifdef MSG_NOSIGNAL
enum { SEND_FLAGS = MSG_NOSIGNAL };
#else
enum { SEND_FLAGS = 0 };
#endif

/* What is no socket is ENOTSOCK, whatever its rights. */
static w2o_wasi_errno get_socket(w2o_wasi *wasi, int32_t fd, uint64_t right, w2o_descriptor **socket)
{
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, 0, 0, socket);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    bool is_socket = (*socket)->kind == W2O_KIND_SOCKET;
    w2o_fd_put(wasi, *socket);
    return is_socket ? w2o_fd_get(wasi, fd, right, 0, socket) : W2O_WASI_ENOTSOCK;
}

/* ---- accept -------------------------------------------------------------------------------------- */

static int accept_on_host(int listener, bool nonblocking)
{
    int host;
#ifdef SOCK_CLOEXEC
    W2O_RETRY(host, accept4(listener, NULL, NULL, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0)));
#else
    W2O_RETRY(host, accept(listener, NULL, NULL));
    if (host >= 0) {
        fcntl(host, F_SETFD, FD_CLOEXEC);
        fcntl(host, F_SETFL, nonblocking ? O_NONBLOCK : 0);
    }
#endif
    return host;
}

static w2o_wasi_errno accept_from(w2o_wasi *wasi, const w2o_descriptor *listener, uint32_t flags, uint8_t *accepted)
{
    int host = accept_on_host(listener->host, (flags & W2O_FDFLAG_NONBLOCK) != 0);
    if (host < 0) {
        return w2o_errno_of_host(errno);
    }
    w2o_descriptor *descriptor = w2o_descriptor_make(host, true);
    if (descriptor == NULL) {
        w2o_wasi_errno error = w2o_errno_of_host(errno);
        close(host);
        return error;
    }
    uint32_t fd;
    w2o_wasi_errno error = w2o_fd_insert(wasi, descriptor, 0, &fd);
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store32(accepted, fd);
    } else {
        w2o_descriptor_free(descriptor);
    }
    return error;
}

static w2o_wasi_errno accept_connection(w2o_wasi *wasi, int32_t fd, uint32_t flags, int32_t address)
{
    uint8_t *accepted;
    if (!w2o_guest_range(wasi, (uint32_t)address, 4, &accepted)) {
        return W2O_WASI_EFAULT;
    }
    if ((flags & ~(uint32_t)W2O_FDFLAG_NONBLOCK) != 0) {
        return W2O_WASI_EINVAL;
    }
    w2o_descriptor *listener;
    w2o_wasi_errno error = get_socket(wasi, fd, W2O_WASI_RIGHT_SOCK_ACCEPT, &listener);
    if (error == W2O_WASI_ESUCCESS) {
        error = accept_from(wasi, listener, flags, accepted);
        w2o_fd_put(wasi, listener);
    }
    return error;
}

w2o_trap w2o_wasi_sock_accept(void *env, int32_t fd, int32_t flags, int32_t accepted, int32_t *error)
{
    return w2o_return(error, accept_connection(env, fd, (uint32_t)flags, accepted));
}

/* ---- receive and send ---------------------------------------------------------------------------- */

/* The message that a vectored call moves; nothing but its buffers. */
static struct msghdr message_of(const w2o_iovecs *iovecs)
{
    struct msghdr message = {.msg_iov = iovecs->vectors};
    message.msg_iovlen += (unsigned)iovecs->count; /* its type differs between systems */
    return message;
}

static int host_receive_flags(uint32_t flags)
{
    return ((flags & RECV_PEEK) != 0 ? MSG_PEEK : 0) | ((flags & RECV_WAITALL) != 0 ? MSG_WAITALL : 0);
}

static w2o_wasi_errno receive_from(const w2o_descriptor *socket, const w2o_iovecs *iovecs, uint32_t flags,
                                   uint8_t *size, uint8_t *result_flags)
{
    struct msghdr message = message_of(iovecs);
    ssize_t received;
    W2O_RETRY(received, recvmsg(socket->host, &message, host_receive_flags(flags)));
    w2o_wasi_errno error = w2o_store_size(received, size);
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store16(result_flags, (message.msg_flags & MSG_TRUNC) != 0 ? RECV_DATA_TRUNCATED : 0);
    }
    return error;
}

static w2o_wasi_errno receive(w2o_wasi *wasi, const w2o_descriptor *socket, int32_t address, int32_t count,
                              uint32_t flags, int32_t size_address, int32_t flags_address)
{
    uint8_t *size, *result_flags;
    if (!w2o_guest_range(wasi, (uint32_t)size_address, 4, &size) ||
        !w2o_guest_range(wasi, (uint32_t)flags_address, 2, &result_flags)) {
        return W2O_WASI_EFAULT;
    }
    w2o_iovecs iovecs;
    w2o_wasi_errno error = w2o_iovecs_load(wasi, address, count, &iovecs);
    if (error == W2O_WASI_ESUCCESS) {
        error = receive_from(socket, &iovecs, flags, size, result_flags);
        w2o_iovecs_release(&iovecs);
    }
    return error;
}

w2o_trap w2o_wasi_sock_recv(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t flags, int32_t size,
                            int32_t result_flags, int32_t *result)
{
    if ((flags & ~RECV_ALL) != 0) {
        return w2o_return(result, W2O_WASI_EINVAL);
    }
    w2o_descriptor *socket;
    w2o_wasi_errno error = get_socket(env, fd, W2O_WASI_RIGHT_FD_READ, &socket);
    if (error == W2O_WASI_ESUCCESS) {
        error = receive(env, socket, iovecs, count, (uint32_t)flags, size, result_flags);
        w2o_fd_put(env, socket);
    }
    return w2o_return(result, error);
}

static w2o_wasi_errno send_to(w2o_wasi *wasi, const w2o_descriptor *socket, int32_t address, int32_t count,
                              int32_t size_address)
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
    struct msghdr message = message_of(&iovecs);
    ssize_t sent;
    W2O_RETRY(sent, sendmsg(socket->host, &message, SEND_FLAGS));
    error = w2o_store_size(sent, size);
    w2o_iovecs_release(&iovecs);
    return error;
}

w2o_trap w2o_wasi_sock_send(void *env, int32_t fd, int32_t iovecs, int32_t count, int32_t flags, int32_t size,
                            int32_t *result)
{
    if (flags != 0) {
        return w2o_return(result, W2O_WASI_EINVAL);
    }
    w2o_descriptor *socket;
    w2o_wasi_errno error = get_socket(env, fd, W2O_WASI_RIGHT_FD_WRITE, &socket);
    if (error == W2O_WASI_ESUCCESS) {
        error = send_to(env, socket, iovecs, count, size);
        w2o_fd_put(env, socket);
    }
    return w2o_return(result, error);
}

/* ---- shut down ----------------------------------------------------------------------------------- */

static w2o_wasi_errno shut_down(w2o_wasi *wasi, int32_t fd, uint32_t how)
{
    static const int HOST_HOW[4] = {-1, SHUT_RD, SHUT_WR, SHUT_RDWR};
    if (how == 0 || how > (SHUT_READING | SHUT_WRITING)) {
        return W2O_WASI_EINVAL;
    }
    w2o_descriptor *socket;
    w2o_wasi_errno error = get_socket(wasi, fd, W2O_WASI_RIGHT_SOCK_SHUTDOWN, &socket);
    if (error == W2O_WASI_ESUCCESS) {
        error = w2o_errno_of_call(shutdown(socket->host, HOST_HOW[how]));
        w2o_fd_put(wasi, socket);
    }
    return error;
}

w2o_trap w2o_wasi_sock_shutdown(void *env, int32_t fd, int32_t how, int32_t *error)
{
    return w2o_return(error, shut_down(env, fd, (uint32_t)how));
}
