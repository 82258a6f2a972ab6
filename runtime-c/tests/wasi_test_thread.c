/* Several threads in one context. */
#include "wasi_test.h"

#include <stdio.h>
#include <unistd.h>

enum { THREADS = 4, TURNS = 300 };

typedef struct worker {
    guest *g;
    int number;
    int32_t memory; /* 4 KiB of the guest's for this thread alone */
    int failures;
} worker;

static int32_t open_in(worker *worker, const char *name, int32_t flags)
{
    guest *g = worker->g;
    int32_t path = worker->memory, opened = worker->memory + 64;
    memcpy(at(g, path), name, strlen(name));
    int32_t error = ERROR_OF(path_open, PREOPEN, 0, path, (int32_t)strlen(name), flags, (int64_t)READ_WRITE, 0, 0, opened);
    worker->failures += error != 0;
    return error != 0 ? -1 : (int32_t)get32(g, opened);
}

/* Opens, writes, lists, closes: on descriptors of its own, and on the directory that all share. */
static void *work(void *argument)
{
    worker *worker = argument;
    guest *g = worker->g;
    char name[32];
    int32_t iovec = worker->memory + 128, size = worker->memory + 136, buffer = worker->memory + 256;
    w2o_store32(at(g, iovec), (uint32_t)buffer);
    w2o_store32(at(g, iovec + 4), 100);
    for (int i = 0; i < TURNS; i++) {
        snprintf(name, sizeof name, "t%d-%d", worker->number, i % 7);
        int32_t fd = open_in(worker, name, OPEN_CREAT);
        worker->failures += ERROR_OF(fd_write, fd, iovec, 1, size) != 0;
        worker->failures += ERROR_OF(fd_readdir, PREOPEN, buffer, 1024, 0, size) != 0;
        worker->failures += ERROR_OF(fd_close, fd) != 0;
    }
    return NULL;
}

static void shared_table(guest *g)
{
    worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){g, i, reserve(g, 4096), 0};
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_EQUAL(0, workers[i].failures);
    }
}

typedef struct reader {
    guest *g;
    int32_t error;
    int32_t iovec;
    int32_t size;
} reader;

static void *read_standard_input(void *argument)
{
    reader *reader = argument;
    guest *g = reader->g;
    reader->error = ERROR_OF(fd_read, 0, reader->iovec, 1, reader->size);
    return NULL;
}

/* A number that is closed and given away anew while a read is blocked on it. */
static void closing_while_reading(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    w2o_wasi_preopen preopen = {.host_path = g->root, .guest_path = "/"};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_input.fd = ends[0];
    config.preopens = &preopen;
    config.preopen_count = 1;
    make_context(g, &config);
    reader reader = {g, -1, put_iovec(g, reserve(g, 8), 8), reserve(g, 4)};
    pthread_t thread;
    pthread_create(&thread, NULL, read_standard_input, &reader);
    usleep(20000);
    EXPECT(ESUCCESS, fd_close, 0);
    host_file(g, "f", "other");
    CHECK_EQUAL(0, open_file(g, PREOPEN, "f", 0, READ_WRITE, 0));
    CHECK(write(ends[1], "data", 4) == 4);
    pthread_join(thread, NULL);
    CHECK_EQUAL(0, reader.error);
    CHECK_EQUAL(4, get32(g, reader.size));
    close(ends[0]);
    close(ends[1]);
}

/* Closes and reopens the numbers that the others use. */
static void *disturb(void *argument)
{
    worker *worker = argument;
    guest *g = worker->g;
    for (int i = 0; i < TURNS; i++) {
        int32_t fd = open_in(worker, "x", OPEN_CREAT);
        ERROR_OF(fd_renumber, fd, 4);
        ERROR_OF(fd_close, 4 + i % 3);
    }
    return NULL;
}

static void *use(void *argument)
{
    worker *worker = argument;
    guest *g = worker->g;
    int32_t stat = worker->memory + 128;
    for (int i = 0; i < TURNS * 4; i++) {
        int32_t error = ERROR_OF(fd_filestat_get, 4 + i % 3, stat);
        worker->failures += error != 0 && error != W2O_WASI_EBADF;
    }
    return NULL;
}

static void disturbed_descriptors(guest *g)
{
    worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){g, i, reserve(g, 4096), 0};
        pthread_create(&threads[i], NULL, i % 2 == 0 ? disturb : use, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_EQUAL(0, workers[i].failures);
    }
}

const test_case thread_tests[] = {
    {"shared table", shared_table, true},
    {"closing while reading", closing_while_reading, false},
    {"disturbed descriptors", disturbed_descriptors, false},
    {0},
};
