/*
 * Path resolution that cannot leave a directory.
 *
 * The problem: a guest names files by paths relative to a directory that it was given, and must reach
 * nothing outside of it: not by "..", not by an absolute path, not through symbolic links (which the
 * guest can create), and not by renaming directories from another thread while a path is being
 * resolved. Checking the text of a path, or a path made real, before using it fails the last.
 *
 * The strategy: a path is its last component and what is before it. What is before it is opened as a
 * directory of the host, by means that cannot end outside of the root whatever happens meanwhile
 * (open_beneath, below). The last component is then used with that directory and a call of the *at
 * family that does not follow symbolic links. A symbolic link in last place that is to be followed is
 * read and put in place of the component, and resolution starts again with the new path. A race can so
 * make an operation fail, or act on another file beneath the root, never on one outside.
 *
 * open_beneath has two forms. Linux resolves with openat2 and RESOLVE_BENEATH; where that is missing,
 * or a sandbox forbids it, the path is walked: one component at a time is opened without following
 * links, links are expanded in the text, and ".." goes back to the descriptor from which the walk came,
 * never to what the host now calls "..", which a rename could have moved.
 *
 * Invariants:
 * - No path with a slash in it, and no ".." reaches any call of the host but openat2.
 * - A trailing slash never reaches the host either: it makes the kernel follow a link in last place.
 */
#include "wasi_internal.h"

#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

enum { MOST_LINKS = 40 };

/* Opening a directory in order to name what is in it takes no permission to read. */
#if defined(O_PATH)
#define OPEN_SEARCH O_PATH
#elif defined(O_SEARCH)
#define OPEN_SEARCH O_SEARCH
#else
#define OPEN_SEARCH O_RDONLY
#endif

#define OPEN_DIRECTORY (OPEN_SEARCH | O_DIRECTORY | O_CLOEXEC)

/* What an escape is reported as, by openat2 and here, before it becomes ENOTCAPABLE for the guest. */
#define ESCAPE EXDEV

/* ---- the walk ------------------------------------------------------------------------------------ */

typedef struct walk {
    int root;
    int *opened; /* directories below root on the way to the current one */
    size_t depth;
    size_t capacity;
    int links; /* symbolic links expanded so far */
    char *rest; /* of the path, within text */
    char text[W2O_PATH_LIMIT + 1];
    char link[W2O_PATH_LIMIT + 1];
} walk;

static int current(const walk *walk)
{
    return walk->depth == 0 ? walk->root : walk->opened[walk->depth - 1];
}

static int leave(walk *walk)
{
    if (walk->depth == 0) {
        errno = ESCAPE;
        return -1;
    }
    close(walk->opened[--walk->depth]);
    return 0;
}

static int push(walk *walk, int directory)
{
    if (walk->depth == walk->capacity) {
        size_t capacity = walk->capacity == 0 ? 16 : walk->capacity * 2;
        int *opened = realloc(walk->opened, capacity * sizeof *opened);
        if (opened == NULL) {
            close(directory);
            errno = ENOMEM;
            return -1;
        }
        walk->opened = opened;
        walk->capacity = capacity;
    }
    walk->opened[walk->depth++] = directory;
    return 0;
}

/* Puts the link's target before the rest of the path. */
static int expand_link(walk *walk, size_t size)
{
    size_t rest_size = strlen(walk->rest);
    if (walk->link[0] == '/') {
        errno = ESCAPE;
        return -1;
    }
    if (++walk->links > MOST_LINKS) {
        errno = ELOOP;
        return -1;
    }
    if (size + 1 + rest_size > W2O_PATH_LIMIT) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memmove(walk->text + size + 1, walk->rest, rest_size + 1);
    memcpy(walk->text, walk->link, size);
    walk->text[size] = '/';
    walk->rest = walk->text;
    return 0;
}

static int enter(walk *walk, const char *name)
{
    int directory;
    W2O_RETRY(directory, openat(current(walk), name, OPEN_DIRECTORY | O_NOFOLLOW));
    if (directory >= 0) {
        return push(walk, directory);
    }
    int error = errno;
    ssize_t size = readlinkat(current(walk), name, walk->link, W2O_PATH_LIMIT);
    if (size < 0) {
        errno = error;
        return -1;
    }
    return expand_link(walk, (size_t)size);
}

/* Cuts the next component off the rest; NULL at the end. */
static const char *next_component(walk *walk)
{
    char *name = walk->rest + strspn(walk->rest, "/");
    if (*name == '\0') {
        return NULL;
    }
    char *end = name + strcspn(name, "/");
    walk->rest = *end == '\0' ? end : end + 1;
    *end = '\0';
    return name;
}

static int take_steps(walk *walk)
{
    const char *name;
    while ((name = next_component(walk)) != NULL) {
        int result = 0;
        if (strcmp(name, "..") == 0) {
            result = leave(walk);
        } else if (strcmp(name, ".") != 0) {
            result = enter(walk, name);
        }
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

/* The directory at the walk's end, as a descriptor of its own. */
static int arrive(walk *walk)
{
    return walk->depth == 0 ? fcntl(walk->root, F_DUPFD_CLOEXEC, 0) : walk->opened[--walk->depth];
}

static int walk_beneath(int root, const char *path)
{
    walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL) {
        return -1;
    }
    walk->root = root;
    walk->rest = strcpy(walk->text, path);
    int result = take_steps(walk) < 0 ? -1 : arrive(walk);
    int error = errno;
    while (walk->depth > 0) {
        leave(walk);
    }
    free(walk->opened);
    free(walk);
    errno = error;
    return result;
}

/* ---- openat2 ------------------------------------------------------------------------------------- */

#ifdef __linux__

#ifndef SYS_openat2
#define SYS_openat2 437 /* the same on every architecture */
#endif

enum { RESOLVE_NO_MAGIC_LINKS = 0x02, RESOLVE_BENEATH_ROOT = 0x08, MOST_TRIES = 16 };

struct open_request {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

/*
 * EAGAIN: a rename somewhere on the host made the kernel unsure about a ".."; it may be sure the next
 * time. The walk has no such doubts.
 */
static int open_by_kernel(w2o_wasi *wasi, int root, const char *path)
{
    const struct open_request request = {
        .flags = OPEN_DIRECTORY,
        .resolve = RESOLVE_BENEATH_ROOT | RESOLVE_NO_MAGIC_LINKS,
    };
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        long result = syscall(SYS_openat2, root, path, &request, sizeof request);
        if (result >= 0 || (errno != EAGAIN && errno != EINTR)) {
            if (result < 0 && (errno == ENOSYS || errno == EPERM)) {
                atomic_store(&wasi->walk_paths, true);
                break;
            }
            return (int)result;
        }
    }
    return walk_beneath(root, path);
}

#else

static int open_by_kernel(w2o_wasi *wasi, int root, const char *path)
{
    (void)wasi;
    return walk_beneath(root, path);
}

#endif

/*
 * Opens the directory that a relative path names, following symbolic links beneath the root. The
 * descriptor may serve for nothing but naming what is in it. -1: errno, ESCAPE for what would leave the root.
 */
static int open_beneath(w2o_wasi *wasi, int root, const char *path)
{
    return atomic_load(&wasi->walk_paths) ? walk_beneath(root, path) : open_by_kernel(wasi, root, path);
}

void w2o_wasi_force_path_walk(w2o_wasi *wasi)
{
    atomic_store(&wasi->walk_paths, true);
}

/* ---- paths --------------------------------------------------------------------------------------- */

w2o_wasi_errno w2o_path_copy(const w2o_wasi *wasi, int32_t address, int32_t size, char text[W2O_PATH_LIMIT + 1])
{
    uint8_t *guest;
    if (!w2o_guest_range(wasi, (uint32_t)address, (uint32_t)size, &guest)) {
        return W2O_WASI_EFAULT;
    }
    if ((uint32_t)size > W2O_PATH_LIMIT) {
        return W2O_WASI_ENAMETOOLONG;
    }
    memcpy(text, guest, (uint32_t)size);
    text[(uint32_t)size] = '\0';
    return memchr(text, '\0', (uint32_t)size) != NULL ? W2O_WASI_EINVAL : W2O_WASI_ESUCCESS;
}

static void release_parent(w2o_path *path)
{
    if (path->owned) {
        close(path->parent);
        path->owned = false;
    }
}

void w2o_path_release(w2o_path *path)
{
    release_parent(path);
    free(path);
}

static w2o_wasi_errno open_parent(w2o_wasi *wasi, int root, const char *text, w2o_path *path)
{
    path->parent = open_beneath(wasi, root, text);
    if (path->parent < 0) {
        return errno == ESCAPE ? W2O_WASI_ENOTCAPABLE : w2o_errno_of_host(errno);
    }
    path->owned = true;
    return W2O_WASI_ESUCCESS;
}

/* Splits the text into parent and name, and opens the parent. */
static w2o_wasi_errno split(w2o_wasi *wasi, int root, w2o_path *path)
{
    size_t size = strlen(path->text);
    if (size == 0) {
        return W2O_WASI_ENOENT;
    }
    if (path->text[0] == '/') {
        return W2O_WASI_ENOTCAPABLE;
    }
    while (path->text[size - 1] == '/') {
        path->text[--size] = '\0';
        path->directory = true;
    }
    char *slash = strrchr(path->text, '/');
    path->name = slash == NULL ? path->text : slash + 1;
    if (strcmp(path->name, ".") == 0 || strcmp(path->name, "..") == 0) {
        w2o_wasi_errno error = open_parent(wasi, root, path->text, path);
        path->name = ".";
        path->directory = true;
        return error;
    }
    if (slash == NULL) {
        path->parent = root;
        return W2O_WASI_ESUCCESS;
    }
    *slash = '\0';
    w2o_wasi_errno error = open_parent(wasi, root, path->text, path);
    *slash = '/';
    return error;
}

static bool is_followed(const w2o_path *path, w2o_lookup lookup)
{
    if (strcmp(path->name, ".") == 0) {
        return false;
    }
    return lookup == W2O_LOOKUP_LINKS || (lookup == W2O_LOOKUP_FILE && path->directory);
}

/* Puts a symbolic link's target in place of its name. *expanded is false if the name is none. */
static w2o_wasi_errno expand(w2o_path *path, bool *expanded)
{
    ssize_t size = readlinkat(path->parent, path->name, path->link, sizeof path->link);
    *expanded = size >= 0;
    if (size < 0) {
        return W2O_WASI_ESUCCESS; /* no link; what else it may be, the operation finds out */
    }
    size_t before = (size_t)(path->name - path->text);
    if (before + (size_t)size > W2O_PATH_LIMIT) {
        return W2O_WASI_ENAMETOOLONG;
    }
    if (path->link[0] == '/') {
        return W2O_WASI_ENOTCAPABLE;
    }
    memcpy(path->text + before, path->link, (size_t)size);
    path->text[before + (size_t)size] = '\0';
    release_parent(path);
    return W2O_WASI_ESUCCESS;
}

static w2o_wasi_errno resolve(w2o_wasi *wasi, int root, w2o_lookup lookup, w2o_path *path)
{
    for (int links = 0; links <= MOST_LINKS; links++) {
        w2o_wasi_errno error = split(wasi, root, path);
        if (error != W2O_WASI_ESUCCESS || !is_followed(path, lookup)) {
            return error;
        }
        bool expanded;
        error = expand(path, &expanded);
        if (error != W2O_WASI_ESUCCESS || !expanded) {
            return error;
        }
    }
    return W2O_WASI_ELOOP;
}

w2o_wasi_errno w2o_path_resolve(w2o_wasi *wasi, const w2o_descriptor *root, int32_t address, int32_t size,
                                w2o_lookup lookup, w2o_path **resolved)
{
    w2o_path *path = malloc(sizeof *path);
    if (path == NULL) {
        return W2O_WASI_ENOMEM;
    }
    path->owned = false;
    path->directory = false;
    w2o_wasi_errno error = w2o_path_copy(wasi, address, size, path->text);
    if (error == W2O_WASI_ESUCCESS) {
        error = resolve(wasi, root->host, lookup, path);
    }
    if (error != W2O_WASI_ESUCCESS) {
        w2o_path_release(path);
        return error;
    }
    *resolved = path;
    return W2O_WASI_ESUCCESS;
}
