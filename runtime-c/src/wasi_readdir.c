/*
 * Reading directories.
 *
 * A cookie is the number of entries before it, so that it fits the 32 bits of a guest's `long`. What a
 * number means is remembered: for each entry read the directory keeps the host's position behind it
 * (telldir), and a cookie that is not the current position is found by seekdir. So entries that the
 * guest removes while it reads, as rm -r does, shift nothing. Cookie 0 starts afresh and forgets the
 * positions; a later cookie that was never reached is reached by reading on.
 */
#include "wasi_internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

enum { DIRENT_SIZE = 24 };

struct w2o_directory {
    pthread_mutex_t lock; /* guards all below */
    DIR *stream;
    uint64_t position; /* number of entries before the stream's position */
    long *places;      /* places[i]: the host's position behind i + 1 entries */
    size_t place_count;
    size_t place_capacity;
};

void w2o_directory_free(w2o_directory *directory)
{
    closedir(directory->stream);
    pthread_mutex_destroy(&directory->lock);
    free(directory->places);
    free(directory);
}

/* NULL: errno. The stream has its own descriptor on the host and shares the position, which nobody else uses. */
static w2o_directory *make_directory(int host)
{
    w2o_directory *directory = calloc(1, sizeof *directory);
    if (directory == NULL) {
        return NULL;
    }
    int duplicate = fcntl(host, F_DUPFD_CLOEXEC, 0);
    if (duplicate >= 0) {
        directory->stream = fdopendir(duplicate);
    }
    if (directory->stream == NULL) {
        int error = errno;
        if (duplicate >= 0) {
            close(duplicate);
        }
        free(directory);
        errno = error;
        return NULL;
    }
    pthread_mutex_init(&directory->lock, NULL);
    return directory;
}

/* The descriptor's directory, made on first use. NULL: errno. */
static w2o_directory *directory_of(w2o_wasi *wasi, w2o_descriptor *descriptor)
{
    pthread_mutex_lock(&wasi->lock);
    if (descriptor->directory == NULL) {
        descriptor->directory = make_directory(descriptor->host);
    }
    w2o_directory *directory = descriptor->directory;
    pthread_mutex_unlock(&wasi->lock);
    return directory;
}

static bool remember_place(w2o_directory *directory)
{
    if (directory->position < directory->place_count) {
        directory->places[directory->position++] = telldir(directory->stream);
        return true;
    }
    if (directory->place_count == directory->place_capacity) {
        size_t capacity = directory->place_capacity == 0 ? 64 : directory->place_capacity * 2;
        long *places = realloc(directory->places, capacity * sizeof *places);
        if (places == NULL) {
            return false;
        }
        directory->places = places;
        directory->place_capacity = capacity;
    }
    directory->places[directory->place_count++] = telldir(directory->stream);
    directory->position++;
    return true;
}

/* The next entry. NULL: at the end if errno is 0. */
static const struct dirent *read_entry(w2o_directory *directory)
{
    errno = 0;
    const struct dirent *entry = readdir(directory->stream);
    if (entry != NULL && !remember_place(directory)) {
        errno = ENOMEM;
        return NULL;
    }
    return entry;
}

/* Moves to a cookie; one beyond the end is the end. */
static w2o_wasi_errno move_to(w2o_directory *directory, uint64_t cookie)
{
    if (cookie == 0) {
        rewinddir(directory->stream);
        directory->position = 0;
        directory->place_count = 0;
    } else if (cookie != directory->position) {
        uint64_t known = cookie < directory->place_count ? cookie : directory->place_count;
        if (known != 0 && known != directory->position) {
            seekdir(directory->stream, directory->places[known - 1]);
            directory->position = known;
        }
        while (directory->position < cookie) {
            if (read_entry(directory) == NULL) {
                return w2o_errno_of_host(errno);
            }
        }
    }
    return W2O_WASI_ESUCCESS;
}

typedef struct entry {
    uint64_t inode;
    uint8_t filetype;
} entry;

/* Inode and type of an entry. The number of `..` could tell of what lies above a preopen: it is that of `.`. */
static entry describe(const w2o_descriptor *descriptor, const struct dirent *host)
{
    struct stat status;
    if (strcmp(host->d_name, "..") == 0) {
        bool known = fstat(descriptor->host, &status) == 0;
        return (entry){known ? (uint64_t)status.st_ino : 0, W2O_FILETYPE_DIRECTORY};
    }
    if (host->d_type != DT_UNKNOWN) {
        return (entry){(uint64_t)host->d_ino, w2o_filetype_of_mode((mode_t)DTTOIF(host->d_type))};
    }
    bool known = fstatat(descriptor->host, host->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    return (entry){(uint64_t)host->d_ino, known ? w2o_filetype_of_mode(status.st_mode) : W2O_FILETYPE_UNKNOWN};
}

typedef struct buffer {
    uint8_t *bytes;
    uint32_t size;
    uint32_t used;
} buffer;

/* Appends as much as fits. */
static void append(buffer *buffer, const void *bytes, size_t size)
{
    size_t room = buffer->size - buffer->used;
    size_t copied = size < room ? size : room;
    memcpy(buffer->bytes + buffer->used, bytes, copied);
    buffer->used += (uint32_t)copied;
}

static void append_entry(buffer *buffer, const w2o_descriptor *descriptor, const struct dirent *host,
                         uint64_t next)
{
    entry entry = describe(descriptor, host);
    size_t name_size = strlen(host->d_name);
    uint8_t dirent[DIRENT_SIZE] = {0};
    w2o_store64(dirent, next);
    w2o_store64(dirent + 8, entry.inode);
    w2o_store32(dirent + 16, (uint32_t)name_size);
    dirent[20] = entry.filetype;
    append(buffer, dirent, sizeof dirent);
    append(buffer, host->d_name, name_size);
}

/* Fills the buffer; less than its size used means the directory's end. */
static w2o_wasi_errno fill(w2o_directory *directory, const w2o_descriptor *descriptor, uint64_t cookie,
                           buffer *buffer)
{
    w2o_wasi_errno error = move_to(directory, cookie);
    while (error == W2O_WASI_ESUCCESS && buffer->used < buffer->size) {
        const struct dirent *host = read_entry(directory);
        if (host == NULL) {
            return w2o_errno_of_host(errno);
        }
        append_entry(buffer, descriptor, host, directory->position);
    }
    return error;
}

static w2o_wasi_errno read_directory(w2o_wasi *wasi, w2o_descriptor *descriptor, uint64_t cookie, buffer *buffer)
{
    w2o_directory *directory = directory_of(wasi, descriptor);
    if (directory == NULL) {
        return w2o_errno_of_host(errno);
    }
    pthread_mutex_lock(&directory->lock);
    w2o_wasi_errno error = fill(directory, descriptor, cookie, buffer);
    pthread_mutex_unlock(&directory->lock);
    return error;
}

static w2o_wasi_errno read_fd(w2o_wasi *wasi, int32_t fd, int32_t address, uint32_t size, uint64_t cookie,
                              int32_t used_address)
{
    buffer buffer = {.size = size};
    uint8_t *used;
    if (!w2o_guest_range(wasi, (uint32_t)address, size, &buffer.bytes) ||
        !w2o_guest_range(wasi, (uint32_t)used_address, 4, &used)) {
        return W2O_WASI_EFAULT;
    }
    w2o_descriptor *descriptor;
    w2o_wasi_errno error = w2o_fd_get(wasi, fd, W2O_WASI_RIGHT_FD_READDIR, 0, &descriptor);
    if (error != W2O_WASI_ESUCCESS) {
        return error;
    }
    error = read_directory(wasi, descriptor, cookie, &buffer);
    if (error == W2O_WASI_ESUCCESS) {
        w2o_store32(used, buffer.used);
    }
    w2o_fd_put(wasi, descriptor);
    return error;
}

w2o_trap w2o_wasi_fd_readdir(void *env, int32_t fd, int32_t buffer, int32_t buffer_size, int64_t cookie,
                             int32_t size, int32_t *error)
{
    return w2o_return(error, read_fd(env, fd, buffer, (uint32_t)buffer_size, (uint64_t)cookie, size));
}
