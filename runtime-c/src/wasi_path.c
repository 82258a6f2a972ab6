/* Operations on paths, but for attributes (wasi_filestat.c). How paths are resolved: wasi_path_resolve.c. */
#include "wasi_internal.h"

#include <stdio.h>
#include <unistd.h>

enum { OFLAG_CREAT = 1, OFLAG_DIRECTORY = 2, OFLAG_EXCL = 4, OFLAG_TRUNC = 8, OFLAGS_ALL = 15 };

static const uint64_t WRITING_RIGHTS =
    W2O_WASI_RIGHT_FD_WRITE | W2O_WASI_RIGHT_FD_ALLOCATE | W2O_WASI_RIGHT_FD_FILESTAT_SET_SIZE;

static const uint64_t READING_RIGHTS = W2O_WASI_RIGHT_FD_READ | W2O_WASI_RIGHT_FD_READDIR;

/* A directory's descriptor that has the right, and a path below it. */
static w2o_wasi_errno take(w2o_wasi *wasi, int32_t fd, uint64_t right, int32_t address, int32_t size,
                           w2o_lookup lookup, w2o_descriptor **root, w2o_path **path)
{
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, right, 0, root);
    if (error == W2O_WASI_ESUCCESS) {
        error = w2o_path_resolve(wasi, *root, address, size, lookup, path);
        if (error != W2O_WASI_ESUCCESS) {
            w2o_fd_put(wasi, *root);
        }
    }
    return error;
}

static void give_back(w2o_wasi *wasi, w2o_descriptor *root, w2o_path *path)
{
    w2o_path_release(path);
    w2o_fd_put(wasi, root);
}

/*
 * What a trailing slash asks of a name that is not looked through: to be a directory, or to become one.
 * ENOENT: there is none.
 */
static w2o_wasi_errno check_slash(const w2o_path *path)
{
    struct stat status;
    if (!path->directory || strcmp(path->name, ".") == 0) {
        return W2O_WASI_ESUCCESS;
    }
    if (fstatat(path->parent, path->name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        return w2o_errno_of_host(errno);
    }
    return S_ISDIR(status.st_mode) ? W2O_WASI_ESUCCESS : W2O_WASI_ENOTDIR;
}

/* ---- create and remove --------------------------------------------------------------------------- */

static w2o_wasi_errno create_directory(w2o_wasi *wasi, int32_t fd, int32_t address, int32_t size)
{
    w2o_descriptor *root;
    w2o_path *path;
    w2o_wasi_errno error =
        take(wasi, fd, W2O_WASI_RIGHT_PATH_CREATE_DIRECTORY, address, size, W2O_LOOKUP_NAME, &root, &path);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = w2o_errno_of_call(mkdirat(path->parent, path->name, 0777));
    give_back(wasi, root, path);
    return error;
}

w2o_trap w2o_wasi_path_create_directory(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error)
{
    return w2o_return(error, create_directory(env, fd, path, path_size));
}

static w2o_wasi_errno remove_entry(w2o_wasi *wasi, int32_t fd, uint64_t right, int32_t address, int32_t size,
                                   int flags)
{
    w2o_descriptor *root;
    w2o_path *path;
    w2o_wasi_errno error = take(wasi, fd, right, address, size, W2O_LOOKUP_NAME, &root, &path);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = check_slash(path);
    if (error == W2O_WASI_ESUCCESS) {
        error = w2o_errno_of_call(unlinkat(path->parent, path->name, flags));
    }
    give_back(wasi, root, path);
    return error;
}

w2o_trap w2o_wasi_path_remove_directory(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error)
{
    const uint64_t right = W2O_WASI_RIGHT_PATH_REMOVE_DIRECTORY;
    return w2o_return(error, remove_entry(env, fd, right, path, path_size, AT_REMOVEDIR));
}

w2o_trap w2o_wasi_path_unlink_file(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t *error)
{
    return w2o_return(error, remove_entry(env, fd, W2O_WASI_RIGHT_PATH_UNLINK_FILE, path, path_size, 0));
}

/* ---- links --------------------------------------------------------------------------------------- */

/* The target is the guest's text; where it leads is checked when it is followed. Absolute ones never lead anywhere. */
static w2o_wasi_errno link_symbolically(const char *target, const w2o_path *path)
{
    w2o_wasi_errno error = check_slash(path);
    return error != W2O_WASI_ESUCCESS ? error : w2o_errno_of_call(symlinkat(target, path->parent, path->name));
}

static w2o_wasi_errno create_symlink(w2o_wasi *wasi, int32_t old_address, int32_t old_size, int32_t fd,
                                     int32_t address, int32_t size)
{
    w2o_descriptor *root;
    w2o_path *path;
    w2o_wasi_errno error =
        take(wasi, fd, W2O_WASI_RIGHT_PATH_SYMLINK, address, size, W2O_LOOKUP_NAME, &root, &path);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = w2o_path_copy(wasi, old_address, old_size, path->link);
    if (error == W2O_WASI_ESUCCESS) {
        error = path->link[0] == '/' ? W2O_WASI_EPERM : link_symbolically(path->link, path);
    }
    give_back(wasi, root, path);
    return error;
}

w2o_trap w2o_wasi_path_symlink(void *env, int32_t old_path, int32_t old_path_size, int32_t fd, int32_t new_path,
                               int32_t new_path_size, int32_t *error)
{
    return w2o_return(error, create_symlink(env, old_path, old_path_size, fd, new_path, new_path_size));
}

static w2o_wasi_errno read_link(w2o_wasi *wasi, w2o_path *path, int32_t address, uint32_t room, uint8_t *used)
{
    ssize_t size = readlinkat(path->parent, path->name, path->link, sizeof path->link);
    if (size < 0) {
        return w2o_errno_of_host(errno);
    }
    uint32_t copied = (size_t)size < room ? (uint32_t)size : room;
    uint8_t *buffer;
    if (!w2o_guest_range(wasi, (uint32_t)address, copied, &buffer)) {
        return W2O_WASI_EFAULT;
    }
    memcpy(buffer, path->link, copied);
    w2o_store32(used, copied);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno read_link_at(w2o_wasi *wasi, int32_t fd, int32_t address, int32_t size, int32_t buffer,
                                   uint32_t room, int32_t used_address)
{
    uint8_t *used;
    if (!w2o_guest_range(wasi, (uint32_t)used_address, 4, &used)) {
        return W2O_WASI_EFAULT;
    }
    w2o_descriptor *root;
    w2o_path *path;
    w2o_wasi_errno error =
        take(wasi, fd, W2O_WASI_RIGHT_PATH_READLINK, address, size, W2O_LOOKUP_FILE, &root, &path);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = read_link(wasi, path, buffer, room, used);
    give_back(wasi, root, path);
    return error;
}

w2o_trap w2o_wasi_path_readlink(void *env, int32_t fd, int32_t path, int32_t path_size, int32_t buffer,
                                int32_t buffer_size, int32_t size, int32_t *error)
{
    return w2o_return(error, read_link_at(env, fd, path, path_size, buffer, (uint32_t)buffer_size, size));
}

/* ---- from one name to another -------------------------------------------------------------------- */

typedef struct guest_path {
    int32_t fd;
    uint64_t right;
    int32_t address;
    int32_t size;
    w2o_lookup lookup;
} guest_path;

typedef w2o_wasi_errno pair_operation(const w2o_path *old_path, const w2o_path *new_path);

static w2o_wasi_errno with_both(w2o_wasi *wasi, guest_path old_guest, guest_path new_guest,
                                pair_operation *operation)
{
    w2o_descriptor *old_root, *new_root;
    w2o_path *old_path, *new_path;
    w2o_wasi_errno error = take(wasi, old_guest.fd, old_guest.right, old_guest.address, old_guest.size,
                                old_guest.lookup, &old_root, &old_path);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = take(wasi, new_guest.fd, new_guest.right, new_guest.address, new_guest.size, new_guest.lookup,
                 &new_root, &new_path);
    if (error == W2O_WASI_ESUCCESS) {
        error = operation(old_path, new_path);
        give_back(wasi, new_root, new_path);
    }
    give_back(wasi, old_root, old_path);
    return error;
}

static w2o_wasi_errno link_pair(const w2o_path *old_path, const w2o_path *new_path)
{
    w2o_wasi_errno error = check_slash(old_path);
    if (error == W2O_WASI_ESUCCESS) {
        error = check_slash(new_path);
    }
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    return w2o_errno_of_call(linkat(old_path->parent, old_path->name, new_path->parent, new_path->name, 0));
}

w2o_trap w2o_wasi_path_link(void *env, int32_t old_fd, int32_t lookup_flags, int32_t old_path,
                            int32_t old_path_size, int32_t new_fd, int32_t new_path, int32_t new_path_size,
                            int32_t *error)
{
    if ((lookup_flags & ~W2O_LOOKUP_FOLLOW) != 0) {
        return w2o_return(error, W2O_WASI_EINVAL);
    }
    w2o_lookup lookup = lookup_flags == W2O_LOOKUP_FOLLOW ? W2O_LOOKUP_LINKS : W2O_LOOKUP_FILE;
    guest_path from = {old_fd, W2O_WASI_RIGHT_PATH_LINK_SOURCE, old_path, old_path_size, lookup};
    guest_path to = {new_fd, W2O_WASI_RIGHT_PATH_LINK_TARGET, new_path, new_path_size, W2O_LOOKUP_NAME};
    return w2o_return(error, with_both(env, from, to, link_pair));
}

/* The new name may end in a slash if it becomes a directory. */
static w2o_wasi_errno rename_pair(const w2o_path *old_path, const w2o_path *new_path)
{
    w2o_wasi_errno error = check_slash(old_path);
    if (error == W2O_WASI_ESUCCESS && new_path->directory) {
        struct stat status;
        if (fstatat(old_path->parent, old_path->name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
            return w2o_errno_of_host(errno);
        }
        error = S_ISDIR(status.st_mode) ? W2O_WASI_ESUCCESS : W2O_WASI_ENOTDIR;
    }
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    return w2o_errno_of_call(renameat(old_path->parent, old_path->name, new_path->parent, new_path->name));
}

w2o_trap w2o_wasi_path_rename(void *env, int32_t old_fd, int32_t old_path, int32_t old_path_size, int32_t new_fd,
                              int32_t new_path, int32_t new_path_size, int32_t *error)
{
    guest_path from = {old_fd, W2O_WASI_RIGHT_PATH_RENAME_SOURCE, old_path, old_path_size, W2O_LOOKUP_NAME};
    guest_path to = {new_fd, W2O_WASI_RIGHT_PATH_RENAME_TARGET, new_path, new_path_size, W2O_LOOKUP_NAME};
    return w2o_return(error, with_both(env, from, to, rename_pair));
}

/* ---- open ---------------------------------------------------------------------------------------- */

typedef struct request {
    uint32_t open_flags;
    uint32_t fd_flags;
    uint64_t rights_base;
    uint64_t rights_inheriting;
    bool follow;
} request;

static bool writes(const request *request)
{
    return (request->rights_base & WRITING_RIGHTS) != 0;
}

static uint64_t needed_base(const request *request)
{
    uint64_t rights = W2O_WASI_RIGHT_PATH_OPEN;
    rights |= (request->open_flags & OFLAG_CREAT) != 0 ? W2O_WASI_RIGHT_PATH_CREATE_FILE : 0;
    rights |= (request->open_flags & OFLAG_TRUNC) != 0 ? W2O_WASI_RIGHT_PATH_FILESTAT_SET_SIZE : 0;
    return rights;
}

/* What is opened gets no right that the directory does not hand on. */
static uint64_t needed_inheriting(const request *request)
{
    uint64_t rights = request->rights_base | request->rights_inheriting;
    if ((request->fd_flags & (W2O_FDFLAG_SYNC | W2O_FDFLAG_RSYNC)) != 0) {
        rights |= W2O_WASI_RIGHT_FD_SYNC;
    } else if ((request->fd_flags & W2O_FDFLAG_DSYNC) != 0) {
        rights |= W2O_WASI_RIGHT_FD_DATASYNC;
    }
    return rights;
}

static int access_mode(const request *request)
{
    if (!writes(request)) {
        return O_RDONLY;
    }
    return (request->rights_base & READING_RIGHTS) != 0 ? O_RDWR : O_WRONLY;
}

static int host_sync_flags(uint32_t fd_flags)
{
    if ((fd_flags & (W2O_FDFLAG_SYNC | W2O_FDFLAG_RSYNC)) != 0) {
        return O_SYNC;
    }
#ifdef O_DSYNC
    return (fd_flags & W2O_FDFLAG_DSYNC) != 0 ? O_DSYNC : 0;
#else
    return (fd_flags & W2O_FDFLAG_DSYNC) != 0 ? O_SYNC : 0;
#endif
}

static int host_flags(const request *request, const w2o_path *path)
{
    int flags = O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | access_mode(request) | host_sync_flags(request->fd_flags);
    flags |= (request->open_flags & OFLAG_CREAT) != 0 ? O_CREAT : 0;
    flags |= (request->open_flags & OFLAG_EXCL) != 0 ? O_EXCL : 0;
    flags |= (request->open_flags & OFLAG_TRUNC) != 0 ? O_TRUNC : 0;
    flags |= (request->open_flags & OFLAG_DIRECTORY) != 0 || path->directory ? O_DIRECTORY : 0;
    flags |= (request->fd_flags & W2O_FDFLAG_APPEND) != 0 ? O_APPEND : 0;
    flags |= (request->fd_flags & W2O_FDFLAG_NONBLOCK) != 0 ? O_NONBLOCK : 0;
    return flags;
}

/* Keeps of the requested rights those that what was opened can have. */
static void keep_requested(w2o_descriptor *descriptor, const request *request, const w2o_descriptor *root)
{
    uint64_t base = descriptor->rights_base & request->rights_base;
    if (access_mode(request) == O_RDONLY) {
        base &= ~(uint64_t)W2O_WASI_RIGHT_FD_WRITE;
    } else if (access_mode(request) == O_WRONLY) {
        base &= ~(uint64_t)W2O_WASI_RIGHT_FD_READ;
    }
    descriptor->rights_base = base;
    descriptor->rights_inheriting &= request->rights_inheriting;
    descriptor->read_only = root->read_only;
    descriptor->sync_flags = request->fd_flags & W2O_FDFLAGS_SYNC;
}

static w2o_wasi_errno adopt(w2o_wasi *wasi, int host, const request *request, const w2o_descriptor *root,
                            uint8_t *opened)
{
    w2o_descriptor *descriptor = w2o_descriptor_make(host, true);
    if (descriptor == NULL) {
        w2o_wasi_errno error = w2o_errno_of_host(errno);
        close(host);
        return error;
    }
    keep_requested(descriptor, request, root);
    uint32_t fd;
    w2o_wasi_errno error = w2o_fd_insert(wasi, descriptor, 0, &fd);
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store32(opened, fd);
    } else {
        w2o_descriptor_free(descriptor);
    }
    return error;
}

/* A read-only preopen is like a file system mounted read-only: what exists can be opened for reading. */
static w2o_wasi_errno forbid_changes(request *request, bool *creates)
{
    *creates = (request->open_flags & OFLAG_CREAT) != 0;
    bool exclusive = (request->open_flags & (OFLAG_CREAT | OFLAG_EXCL)) == (OFLAG_CREAT | OFLAG_EXCL);
    if (writes(request) || exclusive || (request->open_flags & OFLAG_TRUNC) != 0) {
        return W2O_WASI_EROFS;
    }
    request->open_flags &= ~(uint32_t)OFLAG_CREAT;
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno open_path(w2o_wasi *wasi, const w2o_descriptor *root, const w2o_path *path, request request,
                                uint8_t *opened)
{
    bool creates = false;
    w2o_wasi_errno error = root->read_only ? forbid_changes(&request, &creates) : W2O_WASI_ESUCCESS;
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    if ((request.open_flags & OFLAG_CREAT) != 0 && path->directory) {
        return W2O_WASI_EISDIR;
    }
    int host;
    W2O_RETRY(host, openat(path->parent, path->name, host_flags(&request, path), 0666));
    if (host < 0) {
        return creates && errno == ENOENT ? W2O_WASI_EROFS : w2o_errno_of_host(errno);
    }
    return adopt(wasi, host, &request, root, opened);
}

static bool is_valid(const request *request, uint32_t lookup_flags)
{
    const uint32_t both = OFLAG_CREAT | OFLAG_DIRECTORY;
    return (lookup_flags & ~(uint32_t)W2O_LOOKUP_FOLLOW) == 0 && (request->open_flags & ~(uint32_t)OFLAGS_ALL) == 0 &&
           (request->fd_flags & ~(uint32_t)W2O_FDFLAGS_ALL) == 0 && (request->open_flags & both) != both;
}

/*
 * A name that was no symbolic link when it was resolved may be one when it is opened: then ELOOP, and
 * it is resolved again. Creating exclusively never follows.
 */
static w2o_wasi_errno open_below(w2o_wasi *wasi, const w2o_descriptor *root, int32_t address, int32_t size,
                                 const request *request, uint8_t *opened)
{
    bool exclusive = (request->open_flags & (OFLAG_CREAT | OFLAG_EXCL)) == (OFLAG_CREAT | OFLAG_EXCL);
    bool follow = request->follow && !exclusive;
    w2o_wasi_errno error;
    int tries = follow ? 8 : 1;
    do {
        w2o_path *path;
        error = w2o_path_resolve(wasi, root, address, size, follow ? W2O_LOOKUP_LINKS : W2O_LOOKUP_FILE, &path);
        if (error != W2O_WASI_ESUCCESS) {
            return error;
        }
        error = open_path(wasi, root, path, *request, opened);
        w2o_path_release(path);
    } while (error == W2O_WASI_ELOOP && --tries > 0);
    return error;
}

w2o_trap w2o_wasi_path_open(void *env, int32_t fd, int32_t lookup_flags, int32_t path, int32_t path_size,
                            int32_t open_flags, int64_t rights_base, int64_t rights_inheriting, int32_t fd_flags,
                            int32_t opened_address, int32_t *result)
{
    const request request = {
        .open_flags = (uint32_t)open_flags,
        .fd_flags = (uint32_t)fd_flags,
        .rights_base = (uint64_t)rights_base,
        .rights_inheriting = (uint64_t)rights_inheriting,
        .follow = lookup_flags == W2O_LOOKUP_FOLLOW,
    };
    uint8_t *opened;
    if (!w2o_guest_range(env, (uint32_t)opened_address, 4, &opened)) {
        return w2o_return(result, W2O_WASI_EFAULT);
    }
    if (!is_valid(&request, (uint32_t)lookup_flags)) {
        return w2o_return(result, W2O_WASI_EINVAL);
    }
    w2o_descriptor *root;
    w2o_wasi_errno error = w2o_fd_get(env, fd, needed_base(&request), needed_inheriting(&request), &root);
    if (error == W2O_WASI_ESUCCESS) {
        error = open_below(env, root, path, path_size, &request, opened);
        w2o_fd_put(env, root);
    }
    return w2o_return(result, error);
}
