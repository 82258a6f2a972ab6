/*
 * The table of descriptors: numbers of the guest to what is open on the host, with the rights that
 * the guest holds on it.
 *
 * A call takes a descriptor with w2o_fd_get, which checks the rights and counts it as a user, and gives
 * it back with w2o_fd_put. The table's lock is held only inside these, so calls that block do not stop
 * other threads, and a number that is closed or renumbered meanwhile cannot make a call reach a host
 * descriptor that has been reused: the host's is closed by the last user.
 */
#include "wasi_internal.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define RIGHT(name) W2O_WASI_RIGHT_##name

static const uint64_t FILE_RIGHTS =
    RIGHT(FD_DATASYNC) | RIGHT(FD_READ) | RIGHT(FD_SEEK) | RIGHT(FD_FDSTAT_SET_FLAGS) | RIGHT(FD_SYNC) |
    RIGHT(FD_TELL) | RIGHT(FD_WRITE) | RIGHT(FD_ADVISE) | RIGHT(FD_ALLOCATE) | RIGHT(FD_FILESTAT_GET) |
    RIGHT(FD_FILESTAT_SET_SIZE) | RIGHT(FD_FILESTAT_SET_TIMES) | RIGHT(POLL_FD_READWRITE);

static const uint64_t DIRECTORY_RIGHTS =
    RIGHT(FD_FDSTAT_SET_FLAGS) | RIGHT(FD_SYNC) | RIGHT(FD_ADVISE) | RIGHT(PATH_CREATE_DIRECTORY) |
    RIGHT(PATH_CREATE_FILE) | RIGHT(PATH_LINK_SOURCE) | RIGHT(PATH_LINK_TARGET) | RIGHT(PATH_OPEN) |
    RIGHT(FD_READDIR) | RIGHT(PATH_READLINK) | RIGHT(PATH_RENAME_SOURCE) | RIGHT(PATH_RENAME_TARGET) |
    RIGHT(PATH_FILESTAT_GET) | RIGHT(PATH_FILESTAT_SET_SIZE) | RIGHT(PATH_FILESTAT_SET_TIMES) |
    RIGHT(FD_FILESTAT_GET) | RIGHT(FD_FILESTAT_SET_TIMES) | RIGHT(PATH_SYMLINK) | RIGHT(PATH_UNLINK_FILE) |
    RIGHT(PATH_REMOVE_DIRECTORY) | RIGHT(POLL_FD_READWRITE);

/* No seeking: by that a guest's libc tells a terminal from other character devices. */
static const uint64_t STREAM_RIGHTS = RIGHT(FD_READ) | RIGHT(FD_FDSTAT_SET_FLAGS) | RIGHT(FD_WRITE) |
                                      RIGHT(FD_FILESTAT_GET) | RIGHT(POLL_FD_READWRITE);

static const uint64_t SOCKET_RIGHTS = RIGHT(SOCK_SHUTDOWN) | RIGHT(SOCK_ACCEPT);

/* EROFS below a read-only preopen. Creating and truncating by path_open are its own affair. */
static const uint64_t CHANGING_RIGHTS =
    RIGHT(FD_ALLOCATE) | RIGHT(FD_FILESTAT_SET_SIZE) | RIGHT(FD_FILESTAT_SET_TIMES) |
    RIGHT(PATH_CREATE_DIRECTORY) | RIGHT(PATH_LINK_SOURCE) | RIGHT(PATH_LINK_TARGET) |
    RIGHT(PATH_RENAME_SOURCE) | RIGHT(PATH_RENAME_TARGET) | RIGHT(PATH_FILESTAT_SET_TIMES) |
    RIGHT(PATH_SYMLINK) | RIGHT(PATH_REMOVE_DIRECTORY) | RIGHT(PATH_UNLINK_FILE);

static const struct {
    int host;
    w2o_wasi_errno guest;
} ERRNO_PAIRS[] = {
    {E2BIG, W2O_WASI_E2BIG},
    {EACCES, W2O_WASI_EACCES},
    {EADDRINUSE, W2O_WASI_EADDRINUSE},
    {EADDRNOTAVAIL, W2O_WASI_EADDRNOTAVAIL},
    {EAFNOSUPPORT, W2O_WASI_EAFNOSUPPORT},
    {EAGAIN, W2O_WASI_EAGAIN},
    {EWOULDBLOCK, W2O_WASI_EAGAIN},
    {EALREADY, W2O_WASI_EALREADY},
    {EBADF, W2O_WASI_EBADF},
    {EBADMSG, W2O_WASI_EBADMSG},
    {EBUSY, W2O_WASI_EBUSY},
    {ECANCELED, W2O_WASI_ECANCELED},
    {ECHILD, W2O_WASI_ECHILD},
    {ECONNABORTED, W2O_WASI_ECONNABORTED},
    {ECONNREFUSED, W2O_WASI_ECONNREFUSED},
    {ECONNRESET, W2O_WASI_ECONNRESET},
    {EDEADLK, W2O_WASI_EDEADLK},
    {EDESTADDRREQ, W2O_WASI_EDESTADDRREQ},
    {EDOM, W2O_WASI_EDOM},
    {EDQUOT, W2O_WASI_EDQUOT},
    {EEXIST, W2O_WASI_EEXIST},
    {EFAULT, W2O_WASI_EFAULT},
    {EFBIG, W2O_WASI_EFBIG},
    {EHOSTUNREACH, W2O_WASI_EHOSTUNREACH},
    {EIDRM, W2O_WASI_EIDRM},
    {EILSEQ, W2O_WASI_EILSEQ},
    {EINPROGRESS, W2O_WASI_EINPROGRESS},
    {EINTR, W2O_WASI_EINTR},
    {EINVAL, W2O_WASI_EINVAL},
    {EIO, W2O_WASI_EIO},
    {EISCONN, W2O_WASI_EISCONN},
    {EISDIR, W2O_WASI_EISDIR},
    {ELOOP, W2O_WASI_ELOOP},
    {EMFILE, W2O_WASI_EMFILE},
    {EMLINK, W2O_WASI_EMLINK},
    {EMSGSIZE, W2O_WASI_EMSGSIZE},
    {EMULTIHOP, W2O_WASI_EMULTIHOP},
    {ENAMETOOLONG, W2O_WASI_ENAMETOOLONG},
    {ENETDOWN, W2O_WASI_ENETDOWN},
    {ENETRESET, W2O_WASI_ENETRESET},
    {ENETUNREACH, W2O_WASI_ENETUNREACH},
    {ENFILE, W2O_WASI_ENFILE},
    {ENOBUFS, W2O_WASI_ENOBUFS},
    {ENODEV, W2O_WASI_ENODEV},
    {ENOENT, W2O_WASI_ENOENT},
    {ENOEXEC, W2O_WASI_ENOEXEC},
    {ENOLCK, W2O_WASI_ENOLCK},
    {ENOLINK, W2O_WASI_ENOLINK},
    {ENOMEM, W2O_WASI_ENOMEM},
    {ENOMSG, W2O_WASI_ENOMSG},
    {ENOPROTOOPT, W2O_WASI_ENOPROTOOPT},
    {ENOSPC, W2O_WASI_ENOSPC},
    {ENOSYS, W2O_WASI_ENOSYS},
    {ENOTCONN, W2O_WASI_ENOTCONN},
    {ENOTDIR, W2O_WASI_ENOTDIR},
    {ENOTEMPTY, W2O_WASI_ENOTEMPTY},
    {ENOTRECOVERABLE, W2O_WASI_ENOTRECOVERABLE},
    {ENOTSOCK, W2O_WASI_ENOTSOCK},
    {ENOTSUP, W2O_WASI_ENOTSUP},
    {EOPNOTSUPP, W2O_WASI_ENOTSUP},
    {ENOTTY, W2O_WASI_ENOTTY},
    {ENXIO, W2O_WASI_ENXIO},
    {EOVERFLOW, W2O_WASI_EOVERFLOW},
    {EOWNERDEAD, W2O_WASI_EOWNERDEAD},
    {EPERM, W2O_WASI_EPERM},
    {EPIPE, W2O_WASI_EPIPE},
    {EPROTO, W2O_WASI_EPROTO},
    {EPROTONOSUPPORT, W2O_WASI_EPROTONOSUPPORT},
    {EPROTOTYPE, W2O_WASI_EPROTOTYPE},
    {ERANGE, W2O_WASI_ERANGE},
    {EROFS, W2O_WASI_EROFS},
    {ESPIPE, W2O_WASI_ESPIPE},
    {ESRCH, W2O_WASI_ESRCH},
    {ESTALE, W2O_WASI_ESTALE},
    {ETIMEDOUT, W2O_WASI_ETIMEDOUT},
    {ETXTBSY, W2O_WASI_ETXTBSY},
    {EXDEV, W2O_WASI_EXDEV},
};

w2o_wasi_errno w2o_errno_of_host(int host_errno)
{
    for (size_t i = 0; i < sizeof ERRNO_PAIRS / sizeof ERRNO_PAIRS[0]; i++) {
        if (ERRNO_PAIRS[i].host == host_errno) {
            return ERRNO_PAIRS[i].guest;
        }
    }
    return host_errno == 0 ? W2O_WASI_ESUCCESS : W2O_WASI_EIO;
}

/* Pipes have no type of their own in WASI: they are byte streams. */
uint8_t w2o_filetype_of_mode(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return W2O_FILETYPE_BLOCK_DEVICE;
    case S_IFCHR:
        return W2O_FILETYPE_CHARACTER_DEVICE;
    case S_IFDIR:
        return W2O_FILETYPE_DIRECTORY;
    case S_IFREG:
        return W2O_FILETYPE_REGULAR_FILE;
    case S_IFLNK:
        return W2O_FILETYPE_SYMBOLIC_LINK;
    case S_IFSOCK:
    case S_IFIFO:
        return W2O_FILETYPE_SOCKET_STREAM;
    default:
        return W2O_FILETYPE_UNKNOWN;
    }
}

static void set_rights(w2o_descriptor *descriptor, uint64_t base, uint64_t inheriting)
{
    descriptor->rights_base = base;
    descriptor->rights_inheriting = inheriting;
}

static void set_all_rights(w2o_descriptor *descriptor)
{
    switch (descriptor->filetype) {
    case W2O_FILETYPE_DIRECTORY:
        set_rights(descriptor, DIRECTORY_RIGHTS, DIRECTORY_RIGHTS | FILE_RIGHTS);
        return;
    case W2O_FILETYPE_SOCKET_DGRAM:
    case W2O_FILETYPE_SOCKET_STREAM:
        set_rights(descriptor, STREAM_RIGHTS | SOCKET_RIGHTS, STREAM_RIGHTS | SOCKET_RIGHTS);
        return;
    case W2O_FILETYPE_CHARACTER_DEVICE:
        set_rights(descriptor, isatty(descriptor->host) ? STREAM_RIGHTS : FILE_RIGHTS, 0);
        return;
    default:
        set_rights(descriptor, FILE_RIGHTS, 0);
    }
}

static uint8_t sync_flags(int host_flags)
{
    if ((host_flags & O_SYNC) == O_SYNC) {
        return W2O_FDFLAG_SYNC;
    }
#ifdef O_DSYNC
    if ((host_flags & O_DSYNC) == O_DSYNC) {
        return W2O_FDFLAG_DSYNC;
    }
#endif
    return 0;
}

static uint8_t socket_filetype(int host)
{
    int type = SOCK_STREAM;
    socklen_t size = sizeof type;
    getsockopt(host, SOL_SOCKET, SO_TYPE, &type, &size);
    return type == SOCK_DGRAM ? W2O_FILETYPE_SOCKET_DGRAM : W2O_FILETYPE_SOCKET_STREAM;
}

/* Finds out what the host's descriptor is; returns 0, or -1 with errno. */
static int inspect(w2o_descriptor *descriptor)
{
    struct stat status;
    if (fstat(descriptor->host, &status) < 0) {
        return -1;
    }
    descriptor->filetype = w2o_filetype_of_mode(status.st_mode);
    if (S_ISFIFO(status.st_mode)) {
        descriptor->kind = W2O_KIND_PIPE;
    } else if (S_ISSOCK(status.st_mode)) {
        descriptor->kind = W2O_KIND_SOCKET;
        descriptor->filetype = socket_filetype(descriptor->host);
    }
#ifdef F_SETNOSIGPIPE
    if (descriptor->kind != W2O_KIND_FILE) {
        fcntl(descriptor->host, F_SETNOSIGPIPE, 1);
    }
#endif
    int flags = fcntl(descriptor->host, F_GETFL);
    descriptor->sync_flags = flags < 0 ? 0 : sync_flags(flags);
    return 0;
}

w2o_descriptor *w2o_descriptor_make(int host, bool owned)
{
    w2o_descriptor *descriptor = calloc(1, sizeof *descriptor);
    if (descriptor == NULL) {
        return NULL;
    }
    descriptor->host = host;
    descriptor->owned = owned;
    descriptor->users = 1;
    if (host < 0) {
        descriptor->kind = W2O_KIND_FUNCTIONS;
        descriptor->filetype = W2O_FILETYPE_SOCKET_STREAM;
    } else if (inspect(descriptor) < 0) {
        int error = errno;
        free(descriptor);
        errno = error;
        return NULL;
    }
    set_all_rights(descriptor);
    return descriptor;
}

void w2o_descriptor_free(w2o_descriptor *descriptor)
{
    if (descriptor->directory != NULL) {
        w2o_directory_free(descriptor->directory);
    }
    if (descriptor->owned) {
        close(descriptor->host);
    }
    free(descriptor->guest_path);
    free(descriptor);
}

/* Makes room for more descriptors, all but the limit forbids. */
static w2o_wasi_errno grow(w2o_wasi *wasi)
{
    if (wasi->capacity >= wasi->limit) {
        return W2O_WASI_EMFILE;
    }
    uint32_t capacity = wasi->capacity < 8 ? 16 : wasi->capacity * 2;
    if (capacity < wasi->capacity || capacity > wasi->limit) {
        capacity = wasi->limit;
    }
    w2o_descriptor **descriptors = realloc(wasi->descriptors, (size_t)capacity * sizeof *descriptors);
    if (descriptors == NULL) {
        return W2O_WASI_ENOMEM;
    }
    memset(descriptors + wasi->capacity, 0, (size_t)(capacity - wasi->capacity) * sizeof *descriptors);
    wasi->descriptors = descriptors;
    wasi->capacity = capacity;
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno insert_locked(w2o_wasi *wasi, w2o_descriptor *descriptor, uint32_t lowest, uint32_t *fd)
{
    uint32_t slot = lowest;
    while (slot < wasi->capacity && wasi->descriptors[slot] != NULL) {
        slot++;
    }
    while (slot >= wasi->capacity) {
        w2o_wasi_errno error = grow(wasi);
        if (error != W2O_WASI_ESUCCESS) {
            return error;
        }
    }
    wasi->descriptors[slot] = descriptor;
    *fd = slot;
    return W2O_WASI_ESUCCESS;
}

w2o_wasi_errno w2o_fd_insert(w2o_wasi *wasi, w2o_descriptor *descriptor, uint32_t lowest, uint32_t *fd)
{
    pthread_mutex_lock(&wasi->lock);
    w2o_wasi_errno error = insert_locked(wasi, descriptor, lowest, fd);
    pthread_mutex_unlock(&wasi->lock);
    return error;
}

/* The descriptor in the table, or NULL; with the lock held. */
static w2o_descriptor *find(const w2o_wasi *wasi, int32_t fd)
{
    return (uint32_t)fd < wasi->capacity ? wasi->descriptors[(uint32_t)fd] : NULL;
}

static w2o_wasi_errno check_rights(const w2o_descriptor *descriptor, uint64_t base, uint64_t inheriting)
{
    if (descriptor == NULL) {
        return W2O_WASI_EBADF;
    }
    if ((base & ~descriptor->rights_base) != 0 || (inheriting & ~descriptor->rights_inheriting) != 0) {
        return W2O_WASI_ENOTCAPABLE;
    }
    return descriptor->read_only && (base & CHANGING_RIGHTS) != 0 ? W2O_WASI_EROFS : W2O_WASI_ESUCCESS;
}

w2o_wasi_errno w2o_fd_get(w2o_wasi *wasi, int32_t fd, uint64_t base, uint64_t inheriting,
                          w2o_descriptor **descriptor)
{
    pthread_mutex_lock(&wasi->lock);
    w2o_descriptor *found = find(wasi, fd);
    w2o_wasi_errno error = check_rights(found, base, inheriting);
    if (error == W2O_WASI_ESUCCESS) {
        found->users++;
        *descriptor = found;
    }
    pthread_mutex_unlock(&wasi->lock);
    return error;
}

void w2o_fd_put(w2o_wasi *wasi, w2o_descriptor *descriptor)
{
    pthread_mutex_lock(&wasi->lock);
    bool last = --descriptor->users == 0;
    pthread_mutex_unlock(&wasi->lock);
    if (last) {
        w2o_descriptor_free(descriptor);
    }
}

w2o_wasi_errno w2o_fd_remove(w2o_wasi *wasi, int32_t fd)
{
    pthread_mutex_lock(&wasi->lock);
    w2o_descriptor *descriptor = find(wasi, fd);
    if (descriptor != NULL) {
        wasi->descriptors[(uint32_t)fd] = NULL;
    }
    pthread_mutex_unlock(&wasi->lock);
    if (descriptor == NULL) {
        return W2O_WASI_EBADF;
    }
    w2o_fd_put(wasi, descriptor);
    return W2O_WASI_ESUCCESS;
}

w2o_trap w2o_wasi_fd_close(void *env, int32_t fd, int32_t *error)
{
    return w2o_return(error, w2o_fd_remove(env, fd));
}

/* Moves `from` to the number `to`, which has to be open and is closed by that. */
static w2o_wasi_errno renumber(w2o_wasi *wasi, int32_t from, int32_t to)
{
    pthread_mutex_lock(&wasi->lock);
    w2o_descriptor *moved = find(wasi, from);
    w2o_descriptor *closed = find(wasi, to);
    bool open = moved != NULL && closed != NULL;
    if (open && moved != closed) {
        wasi->descriptors[(uint32_t)to] = moved;
        wasi->descriptors[(uint32_t)from] = NULL;
    }
    pthread_mutex_unlock(&wasi->lock);
    if (!open) {
        return W2O_WASI_EBADF;
    }
    if (moved != closed) {
        w2o_fd_put(wasi, closed);
    }
    return W2O_WASI_ESUCCESS;
}

w2o_trap w2o_wasi_fd_renumber(void *env, int32_t from, int32_t to, int32_t *error)
{
    return w2o_return(error, renumber(env, from, to));
}

static w2o_wasi_errno set_fdstat_rights(w2o_wasi *wasi, int32_t fd, uint64_t base, uint64_t inheriting)
{
    pthread_mutex_lock(&wasi->lock);
    w2o_descriptor *descriptor = find(wasi, fd);
    w2o_wasi_errno error = descriptor == NULL ? W2O_WASI_EBADF : W2O_WASI_ESUCCESS;
    if (descriptor != NULL) {
        if ((base & ~descriptor->rights_base) != 0 || (inheriting & ~descriptor->rights_inheriting) != 0) {
            error = W2O_WASI_ENOTCAPABLE;
        } else {
            set_rights(descriptor, base, inheriting);
        }
    }
    pthread_mutex_unlock(&wasi->lock);
    return error;
}

w2o_trap w2o_wasi_fd_fdstat_set_rights(void *env, int32_t fd, int64_t base, int64_t inheriting, int32_t *error)
{
    return w2o_return(error, set_fdstat_rights(env, fd, (uint64_t)base, (uint64_t)inheriting));
}

static w2o_wasi_errno store_fdstat(w2o_wasi *wasi, w2o_descriptor *descriptor, uint8_t *fdstat)
{
    uint16_t flags = descriptor->sync_flags;
    if (descriptor->host >= 0) {
        int host_flags = fcntl(descriptor->host, F_GETFL);
        if (host_flags < 0) {
            return w2o_errno_of_host(errno);
        }
        flags |= (host_flags & O_APPEND) != 0 ? W2O_FDFLAG_APPEND : 0;
        flags |= (host_flags & O_NONBLOCK) != 0 ? W2O_FDFLAG_NONBLOCK : 0;
    }
    memset(fdstat, 0, 24);
    fdstat[0] = descriptor->filetype;
    w2o_store16(fdstat + 2, flags);
    pthread_mutex_lock(&wasi->lock);
    w2o_store64(fdstat + 8, descriptor->rights_base);
    w2o_store64(fdstat + 16, descriptor->rights_inheriting);
    pthread_mutex_unlock(&wasi->lock);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno get_fdstat(w2o_wasi *wasi, int32_t fd, int32_t address)
{
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, 0, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    uint8_t *fdstat;
    error = w2o_guest_range(wasi, (uint32_t)address, 24, &fdstat) ? store_fdstat(wasi, descriptor, fdstat)
                                                                   : W2O_WASI_EFAULT;
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_fdstat_get(void *env, int32_t fd, int32_t fdstat, int32_t *error)
{
    return w2o_return(error, get_fdstat(env, fd, fdstat));
}
