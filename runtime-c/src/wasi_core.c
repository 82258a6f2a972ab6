/* The WASI context: made from a configuration, bound to a memory, freed. */
#include "wasi_internal.h"

#include <stdlib.h>
#include <unistd.h>

enum { DEFAULT_DESCRIPTOR_LIMIT = 1024, FIRST_PREOPEN = 3 };

void w2o_wasi_config_init(w2o_wasi_config *config)
{
    *config = (w2o_wasi_config){
        .standard_input = {.fd = STDIN_FILENO},
        .standard_output = {.fd = STDOUT_FILENO},
        .standard_error = {.fd = STDERR_FILENO},
        .descriptor_limit = DEFAULT_DESCRIPTOR_LIMIT,
    };
}

/* Joins the strings; both their count and size have to fit the guest's 32 bits. Returns 0 or errno. */
static int join_strings(const char *const *strings, size_t count, w2o_strings *joined)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += strlen(strings[i]) + 1;
    }
    if (size > UINT32_MAX) {
        return E2BIG;
    }
    joined->bytes = malloc(size + 1);
    if (joined->bytes == NULL) {
        return ENOMEM;
    }
    char *end = joined->bytes;
    for (size_t i = 0; i < count; i++) {
        end = stpcpy(end, strings[i]) + 1;
    }
    joined->count = (uint32_t)count;
    joined->size = (uint32_t)size;
    return 0;
}

/* Inserts a new descriptor; returns 0 or errno, which frees it. */
static int insert(w2o_wasi *wasi, w2o_descriptor *descriptor, uint32_t lowest)
{
    if (descriptor == NULL) {
        return errno;
    }
    uint32_t fd;
    w2o_wasi_errno error = w2o_fd_insert(wasi, descriptor, lowest, &fd);
    if (error == W2O_WASI_ESUCCESS) {
        return 0;
    }
    w2o_descriptor_free(descriptor);
    return error == W2O_WASI_EMFILE ? EMFILE : ENOMEM;
}

/*
 * A directory that happens to be the host's standard input was not opened for the guest: nothing may
 * be reached through it.
 */
static void restrict_stream(w2o_descriptor *descriptor)
{
    if (descriptor->filetype == W2O_FILETYPE_DIRECTORY) {
        descriptor->rights_base = W2O_WASI_RIGHT_FD_FILESTAT_GET;
        descriptor->rights_inheriting = 0;
    }
}

static int add_stream(w2o_wasi *wasi, const w2o_wasi_stream *stream, uint32_t fd)
{
    bool functions = stream->read != NULL || stream->write != NULL;
    if (!functions && stream->fd < 0) {
        return 0;
    }
    w2o_descriptor *descriptor = w2o_descriptor_make(functions ? -1 : stream->fd, false);
    if (descriptor == NULL) {
        return errno == EBADF ? 0 : errno; /* closed on the host, so closed for the guest */
    }
    if (functions) {
        descriptor->stream = *stream;
    } else {
        restrict_stream(descriptor);
    }
    return insert(wasi, descriptor, fd);
}

static void limit_rights(w2o_descriptor *descriptor, const w2o_wasi_preopen *preopen)
{
    descriptor->read_only = preopen->read_only;
    if (preopen->rights_base != 0) {
        descriptor->rights_base &= preopen->rights_base;
        descriptor->rights_inheriting &= preopen->rights_inheriting;
    }
}

static int add_preopen(w2o_wasi *wasi, const w2o_wasi_preopen *preopen)
{
    int host;
    W2O_RETRY(host, open(preopen->host_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (host < 0) {
        return errno;
    }
    w2o_descriptor *descriptor = w2o_descriptor_make(host, true);
    if (descriptor == NULL) {
        int error = errno;
        close(host);
        return error;
    }
    limit_rights(descriptor, preopen);
    descriptor->guest_path = strdup(preopen->guest_path);
    if (descriptor->guest_path == NULL) {
        w2o_descriptor_free(descriptor);
        return ENOMEM;
    }
    return insert(wasi, descriptor, FIRST_PREOPEN);
}

static int add_socket(w2o_wasi *wasi, int host)
{
    w2o_descriptor *descriptor = w2o_descriptor_make(host, false);
    if (descriptor != NULL && descriptor->kind != W2O_KIND_SOCKET) {
        w2o_descriptor_free(descriptor);
        return ENOTSOCK;
    }
    return insert(wasi, descriptor, FIRST_PREOPEN);
}

static int add_streams(w2o_wasi *wasi, const w2o_wasi_config *config)
{
    int error = add_stream(wasi, &config->standard_input, STDIN_FILENO);
    if (error == 0) {
        error = add_stream(wasi, &config->standard_output, STDOUT_FILENO);
    }
    if (error == 0) {
        error = add_stream(wasi, &config->standard_error, STDERR_FILENO);
    }
    return error;
}

static int fill(w2o_wasi *wasi, const w2o_wasi_config *config, const char **culprit)
{
    int error = join_strings(config->arguments, config->argument_count, &wasi->arguments);
    if (error == 0) {
        error = join_strings(config->environment, config->environment_count, &wasi->environment);
    }
    if (error == 0) {
        error = add_streams(wasi, config);
    }
    for (size_t i = 0; error == 0 && i < config->preopen_count; i++) {
        error = add_preopen(wasi, &config->preopens[i]);
        if (error != 0) {
            *culprit = config->preopens[i].host_path;
        }
    }
    for (size_t i = 0; error == 0 && i < config->socket_count; i++) {
        error = add_socket(wasi, config->sockets[i]);
    }
    return error;
}

int w2o_wasi_create(const w2o_wasi_config *config, w2o_wasi **created, const char **culprit)
{
    const char *ignored;
    culprit = culprit == NULL ? &ignored : culprit;
    *culprit = NULL;
    *created = NULL;
    w2o_wasi *wasi = calloc(1, sizeof *wasi);
    if (wasi == NULL) {
        return ENOMEM;
    }
    int error = pthread_mutex_init(&wasi->lock, NULL);
    if (error != 0) {
        free(wasi);
        return error;
    }
    wasi->limit = config->descriptor_limit;
    wasi->clock = config->clock;
    wasi->clock_state = config->clock_state;
    wasi->random = config->random;
    wasi->random_state = config->random_state;
    wasi->raise = config->raise;
    wasi->raise_state = config->raise_state;
    error = fill(wasi, config, culprit);
    if (error != 0) {
        w2o_wasi_free(wasi);
        return error;
    }
    *created = wasi;
    return 0;
}

void w2o_wasi_set_memory(w2o_wasi *wasi, w2o_memory *memory)
{
    wasi->memory = memory;
}

bool w2o_wasi_exited(const w2o_wasi *wasi)
{
    return atomic_load(&wasi->exited);
}

uint32_t w2o_wasi_exit_code(const w2o_wasi *wasi)
{
    return atomic_load(&wasi->exit_code);
}

void w2o_wasi_free(w2o_wasi *wasi)
{
    if (wasi == NULL) {
        return;
    }
    for (uint32_t fd = 0; fd < wasi->capacity; fd++) {
        if (wasi->descriptors[fd] != NULL) {
            w2o_descriptor_free(wasi->descriptors[fd]);
        }
    }
    free(wasi->descriptors);
    free(wasi->arguments.bytes);
    free(wasi->environment.bytes);
    pthread_mutex_destroy(&wasi->lock);
    free(wasi);
}
