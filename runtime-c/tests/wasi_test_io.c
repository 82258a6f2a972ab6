/* Reading, writing, seeking: files, pipes, streams made of functions, vectors of all kinds. */
#include "wasi_test.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void write_seek_read(guest *g)
{
    char text[32];
    int32_t position = reserve(g, 8);
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT, READ_WRITE, 0);
    write_text(g, fd, "hello, world");
    EXPECT(ESUCCESS, fd_tell, fd, position);
    CHECK_EQUAL(12, get64(g, position));
    EXPECT(ESUCCESS, fd_seek, fd, -5, 2, position);
    CHECK_EQUAL(7, get64(g, position));
    CHECK_EQUAL(5, read_text(g, fd, text, sizeof text));
    CHECK(strcmp(text, "world") == 0);
    CHECK_EQUAL(0, read_text(g, fd, text, sizeof text));
    EXPECT(ESUCCESS, fd_seek, fd, 0, 0, position);
    EXPECT(ESUCCESS, fd_seek, fd, 5, 1, position);
    CHECK_EQUAL(5, get64(g, position));
    EXPECT(EINVAL, fd_seek, fd, -1, 0, position);
    EXPECT(EINVAL, fd_seek, fd, 0, 3, position);
    EXPECT(EINVAL, fd_seek, fd, 0, -1, position);
    EXPECT(EFAULT, fd_seek, fd, 0, 0, GUEST_MEMORY - 7);
    EXPECT(EFAULT, fd_tell, fd, -8);
}

static void positioned(guest *g)
{
    int32_t buffer = put_string(g, "abcdefgh"), size = reserve(g, 4), into = reserve(g, 8);
    int32_t out = put_iovec(g, buffer, 8), in = put_iovec(g, into, 8), position = reserve(g, 8);
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT, READ_WRITE, 0);
    EXPECT(ESUCCESS, fd_pwrite, fd, out, 1, 2, size);
    CHECK_EQUAL(8, get32(g, size));
    EXPECT(ESUCCESS, fd_pread, fd, in, 1, 5, size);
    CHECK_EQUAL(5, get32(g, size));
    CHECK(memcmp(at(g, into), "defgh", 5) == 0);
    EXPECT(ESUCCESS, fd_tell, fd, position);
    CHECK_EQUAL(0, get64(g, position));
    EXPECT(EINVAL, fd_pread, fd, in, 1, -1, size);
    EXPECT(EINVAL, fd_pwrite, fd, out, 1, INT64_MIN, size);
    EXPECT(ESUCCESS, fd_pread, fd, in, 0, 5, size);
    CHECK_EQUAL(0, get32(g, size));
}

static void append_mode(guest *g)
{
    host_file(g, "f", "start ");
    char text[32];
    int32_t position = reserve(g, 8);
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE, W2O_FDFLAG_APPEND);
    EXPECT(ESUCCESS, fd_seek, fd, 0, 0, position);
    write_text(g, fd, "end");
    EXPECT(ESUCCESS, fd_fdstat_set_flags, fd, 0);
    EXPECT(ESUCCESS, fd_seek, fd, 0, 0, position);
    write_text(g, fd, "S");
    EXPECT(ESUCCESS, fd_seek, fd, 0, 0, position);
    read_text(g, fd, text, sizeof text);
    CHECK(strcmp(text, "Start end") == 0);
}

/* Many vectors, empty ones among them; more than the host takes at once is a short transfer. */
static void many_vectors(guest *g)
{
    enum { COUNT = 1500 };
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT, READ_WRITE, 0);
    int32_t buffer = put_string(g, "0123456789"), size = reserve(g, 4), position = reserve(g, 8);
    int32_t vectors = reserve(g, COUNT * 8);
    for (int32_t i = 0; i < COUNT; i++) {
        w2o_store32(at(g, vectors + i * 8), (uint32_t)(buffer + i % 10));
        w2o_store32(at(g, vectors + i * 8 + 4), 1);
    }
    EXPECT(ESUCCESS, fd_write, fd, vectors, COUNT, size);
    CHECK_EQUAL(1024, get32(g, size));
    EXPECT(ESUCCESS, fd_write, fd, vectors, 40, size);
    CHECK_EQUAL(40, get32(g, size));

    for (int32_t i = 0; i < COUNT; i++) {
        w2o_store32(at(g, vectors + i * 8 + 4), i % 10 == 3 ? 1 : 0);
    }
    EXPECT(ESUCCESS, fd_seek, fd, 0, 0, position);
    EXPECT(ESUCCESS, fd_write, fd, vectors, COUNT, size);
    CHECK_EQUAL(COUNT / 10, get32(g, size));
    char text[200];
    EXPECT(ESUCCESS, fd_seek, fd, 0, 0, position);
    read_text(g, fd, text, 6);
    CHECK(strcmp(text, "33333") == 0);
}

static void vectors_outside_memory(guest *g)
{
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT, READ_WRITE, 0);
    int32_t size = reserve(g, 4), good = put_iovec(g, reserve(g, 8), 8);
    EXPECT(EFAULT, fd_write, fd, GUEST_MEMORY - 7, 1, size);
    EXPECT(EFAULT, fd_write, fd, good, 1 << 29, size);
    EXPECT(EFAULT, fd_write, fd, good, -1, size);
    EXPECT(EFAULT, fd_write, fd, -8, 1, size);
    EXPECT(EFAULT, fd_write, fd, good, 1, GUEST_MEMORY - 3);
    EXPECT(EFAULT, fd_write, fd, put_iovec(g, GUEST_MEMORY - 4, 5), 1, size);
    EXPECT(EFAULT, fd_write, fd, put_iovec(g, -1, 1), 1, size);
    EXPECT(EFAULT, fd_write, fd, put_iovec(g, 8, UINT32_MAX), 1, size);
    EXPECT(EFAULT, fd_read, fd, put_iovec(g, -16, 32), 1, size);
    EXPECT(EFAULT, fd_pread, fd, put_iovec(g, GUEST_MEMORY, 1), 1, 0, size);
    EXPECT(ESUCCESS, fd_write, fd, put_iovec(g, GUEST_MEMORY - 4, 4), 1, size);
    EXPECT(ESUCCESS, fd_write, fd, put_iovec(g, -1, 0), 1, size); /* nothing is accessed */
    EXPECT(ESUCCESS, fd_write, fd, GUEST_MEMORY, 0, size);

    /* A bad one among many that had to be allocated. */
    int32_t vectors = reserve(g, 20 * 8);
    w2o_store32(at(g, vectors + 19 * 8), UINT32_MAX);
    w2o_store32(at(g, vectors + 19 * 8 + 4), 1);
    EXPECT(EFAULT, fd_write, fd, vectors, 20, size);
}

static void directory_is_no_file(guest *g)
{
    int32_t iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 8);
    EXPECT(ENOTCAPABLE, fd_read, PREOPEN, iovec, 1, size);
    EXPECT(ENOTCAPABLE, fd_write, PREOPEN, iovec, 1, size);
    EXPECT(ENOTCAPABLE, fd_seek, PREOPEN, 0, 0, size);
    EXPECT(ENOTCAPABLE, fd_tell, PREOPEN, size);
    EXPECT(ENOTCAPABLE, fd_allocate, PREOPEN, 0, 1);
    EXPECT(ENOTCAPABLE, fd_filestat_set_size, PREOPEN, 0);
}

/* A context whose standard output is a pipe's end and standard input the other's, or is not (-1). */
static void make_pipe_context(guest *g, int input, int output)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_input.fd = input;
    config.standard_output.fd = output;
    make_context(g, &config);
}

static void pipes(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    make_pipe_context(g, ends[0], ends[1]);
    char text[16];
    int32_t stat = reserve(g, 24), iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 8);
    write_text(g, 1, "through");
    read_text(g, 0, text, sizeof text);
    CHECK(strcmp(text, "through") == 0);
    EXPECT(ESUCCESS, fd_fdstat_set_flags, 0, W2O_FDFLAG_NONBLOCK);
    EXPECT(EAGAIN, fd_read, 0, iovec, 1, size);
    EXPECT(ESUCCESS, fd_fdstat_get, 0, stat);
    CHECK_EQUAL(W2O_FILETYPE_SOCKET_STREAM, get8(g, stat));
    CHECK_EQUAL(W2O_FDFLAG_NONBLOCK, get16(g, stat + 2));
    EXPECT(ENOTCAPABLE, fd_seek, 0, 0, 0, size);
    EXPECT(EBADF, fd_write, 0, iovec, 1, size); /* the host's reading end */
    close(ends[0]);
    close(ends[1]);
}

/* The error of a write to a pipe without a reader; SIGPIPE with its default action would end the tests. */
static void broken_pipe(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    make_pipe_context(g, -1, ends[1]);
    close(ends[0]);
    int32_t iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 4);
    sigset_t before, after;
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    EXPECT(EPIPE, fd_write, 1, iovec, 1, size);
    EXPECT(EPIPE, fd_write, 1, iovec, 1, size);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    CHECK_EQUAL(sigismember(&before, SIGPIPE), sigismember(&after, SIGPIPE));
    sigset_t pending;
    sigpending(&pending);
    CHECK_EQUAL(0, sigismember(&pending, SIGPIPE));
    close(ends[1]);
}

static void on_signal(int signal) { (void)signal; }

typedef struct interruption {
    pthread_t thread;
    int writer;
} interruption;

static void *interrupt_then_write(void *argument)
{
    const interruption *interruption = argument;
    for (int i = 0; i < 5; i++) {
        usleep(5000);
        pthread_kill(interruption->thread, SIGUSR1);
    }
    usleep(5000);
    return write(interruption->writer, "late", 4) == 4 ? NULL : argument;
}

static void interrupted_read_goes_on(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    make_pipe_context(g, ends[0], -1);
    struct sigaction action = {.sa_handler = on_signal}; /* without SA_RESTART */
    sigaction(SIGUSR1, &action, NULL);
    interruption interruption = {pthread_self(), ends[1]};
    pthread_t thread;
    void *failed;
    char text[16];
    pthread_create(&thread, NULL, interrupt_then_write, &interruption);
    read_text(g, 0, text, sizeof text);
    pthread_join(thread, &failed);
    CHECK(failed == NULL);
    CHECK(strcmp(text, "late") == 0);
    close(ends[0]);
    close(ends[1]);
}

typedef struct tape {
    char bytes[64];
    size_t size;
    size_t position;
    int error;
} tape;

static int64_t play(void *state, void *bytes, size_t size)
{
    tape *tape = state;
    if (tape->error != 0) {
        return -tape->error;
    }
    size_t left = tape->size - tape->position;
    size_t copied = size < left ? size : left;
    memcpy(bytes, tape->bytes + tape->position, copied);
    tape->position += copied;
    return (int64_t)copied;
}

static int64_t record(void *state, const void *bytes, size_t size)
{
    tape *tape = state;
    if (tape->error != 0) {
        return -tape->error;
    }
    size_t room = sizeof tape->bytes - tape->size;
    size_t copied = size < room ? size : room;
    memcpy(tape->bytes + tape->size, bytes, copied);
    tape->size += copied;
    return (int64_t)copied;
}

static void streams_of_functions(guest *g)
{
    tape input = {.bytes = "typed", .size = 5}, output = {.size = 0};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_input = (w2o_wasi_stream){.read = play, .state = &input};
    config.standard_output = (w2o_wasi_stream){.write = record, .state = &output};
    make_context(g, &config);
    char text[16];
    int32_t size = reserve(g, 4), stat = reserve(g, 64);
    read_text(g, 0, text, sizeof text);
    CHECK(strcmp(text, "typed") == 0);
    CHECK_EQUAL(0, read_text(g, 0, text, sizeof text));
    int32_t first = put_string(g, "one, "), second = put_string(g, "two");
    int32_t vectors = put_iovec(g, first, 5);
    put_iovec(g, second, 3);
    EXPECT(ESUCCESS, fd_write, 1, vectors, 2, size);
    CHECK_EQUAL(8, get32(g, size));
    CHECK(output.size == 8 && memcmp(output.bytes, "one, two", 8) == 0);
    EXPECT(EBADF, fd_write, 0, vectors, 2, size);
    EXPECT(EBADF, fd_read, 1, vectors, 2, size);
    output.size = sizeof output.bytes - 2;
    EXPECT(ESUCCESS, fd_write, 1, vectors, 2, size);
    CHECK_EQUAL(2, get32(g, size));
    output.error = ENOSPC;
    input.error = EIO;
    EXPECT(ENOSPC, fd_write, 1, vectors, 2, size);
    EXPECT(EIO, fd_read, 0, vectors, 2, size);
    EXPECT(ESUCCESS, fd_filestat_get, 1, stat);
    EXPECT(ESUCCESS, fd_fdstat_get, 1, stat);
    EXPECT(ENOTCAPABLE, fd_sync, 1);
    EXPECT(ESUCCESS, fd_close, 1);
}

static void full_disk(guest *g)
{
    if (access("/dev/full", W_OK) != 0) {
        skip("no /dev/full");
    }
    int host = open("/dev/full", O_WRONLY | O_CLOEXEC);
    make_pipe_context(g, -1, host);
    int32_t iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 4);
    EXPECT(ENOSPC, fd_write, 1, iovec, 1, size);
    close(host);
}

const test_case io_tests[] = {
    {"write, seek, read", write_seek_read, false},
    {"positioned", positioned, false},
    {"append mode", append_mode, false},
    {"many vectors", many_vectors, false},
    {"vectors outside memory", vectors_outside_memory, false},
    {"directory is no file", directory_is_no_file, false},
    {"pipes", pipes, false},
    {"broken pipe", broken_pipe, false},
    {"interrupted read goes on", interrupted_read_goes_on, false},
    {"streams of functions", streams_of_functions, false},
    {"full disk", full_disk, false},
    {0},
};
