/* Descriptors: attributes, flags, rights, size, times, closing, renumbering, the table's limit. */
#include "wasi_test.h"

#include <stdio.h>
#include <unistd.h>

#define RIGHT(name) W2O_WASI_RIGHT_##name

static void prestat(guest *g)
{
    int32_t stat = reserve(g, 8), name = reserve(g, 8);
    EXPECT(ESUCCESS, fd_prestat_get, PREOPEN, stat);
    CHECK_EQUAL(0, get8(g, stat));
    CHECK_EQUAL(1, get32(g, stat + 4));
    EXPECT(ESUCCESS, fd_prestat_dir_name, PREOPEN, name, 1);
    CHECK_EQUAL('/', get8(g, name));
    CHECK_EQUAL(0, get8(g, name + 1));
    EXPECT(ESUCCESS, fd_prestat_dir_name, PREOPEN, name, 8);
    EXPECT(ENAMETOOLONG, fd_prestat_dir_name, PREOPEN, name, 0);
    EXPECT(EFAULT, fd_prestat_dir_name, PREOPEN, GUEST_MEMORY, 1);
    EXPECT(EFAULT, fd_prestat_get, PREOPEN, GUEST_MEMORY - 7);
    EXPECT(EBADF, fd_prestat_get, PREOPEN + 1, stat);
    EXPECT(EBADF, fd_prestat_get, 0, stat);
    EXPECT(EBADF, fd_prestat_dir_name, 0, name, 8);
    EXPECT(EBADF, fd_prestat_get, -1, stat);
}

static void close_forgets(guest *g)
{
    int32_t stat = reserve(g, 24);
    EXPECT(ESUCCESS, fd_close, PREOPEN);
    EXPECT(EBADF, fd_close, PREOPEN);
    EXPECT(EBADF, fd_fdstat_get, PREOPEN, stat);
    EXPECT(EBADF, fd_close, -1);
    EXPECT(EBADF, fd_close, INT32_MIN);
    EXPECT(ESUCCESS, fd_close, 1); /* the guest's; the host's stream stays open */
    CHECK(fcntl(STDOUT_FILENO, F_GETFD) >= 0);
}

static void lowest_number_is_reused(guest *g)
{
    int32_t a = open_file(g, PREOPEN, "a", OPEN_CREAT, READ_WRITE, 0);
    int32_t b = open_file(g, PREOPEN, "b", OPEN_CREAT, READ_WRITE, 0);
    CHECK_EQUAL(PREOPEN + 1, a);
    CHECK_EQUAL(PREOPEN + 2, b);
    EXPECT(ESUCCESS, fd_close, a);
    CHECK_EQUAL(a, open_file(g, PREOPEN, "c", OPEN_CREAT, READ_WRITE, 0));
    EXPECT(ESUCCESS, fd_close, 0);
    CHECK_EQUAL(0, open_file(g, PREOPEN, "a", 0, READ_WRITE, 0));
}

static void fdstat_of_file(guest *g)
{
    int32_t stat = reserve(g, 24);
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT, READ_WRITE, W2O_FDFLAG_APPEND | W2O_FDFLAG_SYNC);
    EXPECT(ESUCCESS, fd_fdstat_get, fd, stat);
    CHECK_EQUAL(W2O_FILETYPE_REGULAR_FILE, get8(g, stat));
    CHECK_EQUAL(W2O_FDFLAG_APPEND | W2O_FDFLAG_SYNC, get16(g, stat + 2));
    CHECK_EQUAL(READ_WRITE, get64(g, stat + 8));
    EXPECT(EFAULT, fd_fdstat_get, fd, GUEST_MEMORY - 23);
    EXPECT(EBADF, fd_fdstat_get, 99, stat);

    EXPECT(EINVAL, fd_fdstat_set_flags, fd, 0); /* cannot stop being synchronous */
    EXPECT(ESUCCESS, fd_fdstat_set_flags, fd, W2O_FDFLAG_SYNC | W2O_FDFLAG_NONBLOCK);
    EXPECT(ESUCCESS, fd_fdstat_get, fd, stat);
    CHECK_EQUAL(W2O_FDFLAG_SYNC | W2O_FDFLAG_NONBLOCK, get16(g, stat + 2));
    EXPECT(EINVAL, fd_fdstat_set_flags, fd, W2O_FDFLAG_SYNC | 32);
    EXPECT(EBADF, fd_fdstat_set_flags, 99, 0);
}

static void fdstat_of_directory(guest *g)
{
    int32_t stat = reserve(g, 24);
    EXPECT(ESUCCESS, fd_fdstat_get, PREOPEN, stat);
    CHECK_EQUAL(W2O_FILETYPE_DIRECTORY, get8(g, stat));
    CHECK_EQUAL(0, get16(g, stat + 2));
    uint64_t base = get64(g, stat + 8), inheriting = get64(g, stat + 16);
    CHECK((base & (RIGHT(PATH_OPEN) | RIGHT(FD_READDIR))) == (RIGHT(PATH_OPEN) | RIGHT(FD_READDIR)));
    CHECK((base & (RIGHT(FD_SEEK) | RIGHT(FD_READ) | RIGHT(FD_FILESTAT_SET_SIZE))) == 0);
    CHECK((inheriting & READ_WRITE) == READ_WRITE);
    CHECK((inheriting & base) == base);
}

/* A libc takes for a terminal what is a character device without the rights to seek and tell. */
static void fdstat_of_device(guest *g)
{
    int host = open("/dev/null", O_RDWR | O_CLOEXEC);
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_output.fd = host;
    make_context(g, &config);
    int32_t stat = reserve(g, 24);
    EXPECT(ESUCCESS, fd_fdstat_get, 1, stat);
    CHECK_EQUAL(W2O_FILETYPE_CHARACTER_DEVICE, get8(g, stat));
    CHECK((get64(g, stat + 8) & RIGHT(FD_SEEK)) != 0);
    write_text(g, 1, "into the void");
    close(host);
}

static void rights_only_shrink(guest *g)
{
    host_file(g, "f", "content");
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0);
    int32_t stat = reserve(g, 24), iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 4);
    uint64_t fewer = READ_WRITE & ~(RIGHT(FD_READ) | RIGHT(FD_SEEK) | RIGHT(FD_TELL));
    EXPECT(ESUCCESS, fd_fdstat_set_rights, fd, (int64_t)fewer, 0);
    EXPECT(ESUCCESS, fd_fdstat_get, fd, stat);
    CHECK_EQUAL(fewer, get64(g, stat + 8));
    EXPECT(ENOTCAPABLE, fd_fdstat_set_rights, fd, (int64_t)READ_WRITE, 0);
    EXPECT(ENOTCAPABLE, fd_fdstat_set_rights, fd, (int64_t)fewer, 1);
    EXPECT(EBADF, fd_fdstat_set_rights, 99, 0, 0);
    EXPECT(ENOTCAPABLE, fd_read, fd, iovec, 1, size);
    EXPECT(ENOTCAPABLE, fd_pwrite, fd, iovec, 1, 0, size);
    EXPECT(ENOTCAPABLE, fd_seek, fd, 0, 0, stat);
    EXPECT(ENOTCAPABLE, fd_tell, fd, stat);
    EXPECT(ESUCCESS, fd_write, fd, iovec, 1, size);
}

/* Each function and the right without which it is not capable, on a directory and a file that lack it. */
static void each_right_is_asked_for(guest *g)
{
    host_file(g, "f", "x");
    host_directory(g, "d");
    int32_t f = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0), d = open_file(g, PREOPEN, "d", 2, RIGHT(FD_READDIR), 0);
    int32_t buffer = reserve(g, 64), iovec = put_iovec(g, buffer, 8), size = reserve(g, 8);
    EXPECT(ESUCCESS, fd_fdstat_set_rights, f, 0, 0);
    EXPECT(ESUCCESS, fd_fdstat_set_rights, d, 0, 0);
    EXPECT(ENOTCAPABLE, fd_advise, f, 0, 0, 0);
    EXPECT(ENOTCAPABLE, fd_allocate, f, 0, 1);
    EXPECT(ENOTCAPABLE, fd_datasync, f);
    EXPECT(ENOTCAPABLE, fd_sync, f);
    EXPECT(ENOTCAPABLE, fd_fdstat_set_flags, f, 0);
    EXPECT(ENOTCAPABLE, fd_filestat_get, f, buffer);
    EXPECT(ENOTCAPABLE, fd_filestat_set_size, f, 0);
    EXPECT(ENOTCAPABLE, fd_filestat_set_times, f, 0, 0, 0);
    EXPECT(ENOTCAPABLE, fd_read, f, iovec, 1, size);
    EXPECT(ENOTCAPABLE, fd_write, f, iovec, 1, size);
    EXPECT(ENOTCAPABLE, fd_pread, f, iovec, 1, 0, size);
    EXPECT(ENOTCAPABLE, fd_pwrite, f, iovec, 1, 0, size);
    EXPECT(ENOTCAPABLE, fd_seek, f, 0, 1, size);
    EXPECT(ENOTCAPABLE, fd_tell, f, size);
    EXPECT(ENOTCAPABLE, fd_readdir, d, buffer, 64, 0, size);
    EXPECT(ENOTCAPABLE, path_create_directory, d, PATH("n"));
    EXPECT(ENOTCAPABLE, path_filestat_get, d, 0, PATH("n"), buffer);
    EXPECT(ENOTCAPABLE, path_filestat_set_times, d, 0, PATH("n"), 0, 0, 0);
    EXPECT(ENOTCAPABLE, path_link, d, 0, PATH("n"), PREOPEN, PATH("m"));
    EXPECT(ENOTCAPABLE, path_link, PREOPEN, 0, PATH("f"), d, PATH("m"));
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("n"), 0, 0, 0, 0, size);
    EXPECT(ENOTCAPABLE, path_readlink, d, PATH("n"), buffer, 8, size);
    EXPECT(ENOTCAPABLE, path_remove_directory, d, PATH("n"));
    EXPECT(ENOTCAPABLE, path_rename, d, PATH("n"), PREOPEN, PATH("m"));
    EXPECT(ENOTCAPABLE, path_rename, PREOPEN, PATH("f"), d, PATH("m"));
    EXPECT(ENOTCAPABLE, path_symlink, PATH("n"), d, PATH("m"));
    EXPECT(ENOTCAPABLE, path_unlink_file, d, PATH("n"));
    EXPECT(ENOTCAPABLE, path_open, f, 0, PATH("n"), 0, 0, 0, 0, size);
    EXPECT(ESUCCESS, fd_close, f);
}

static void each_call_minds_closed_descriptors(guest *g)
{
    const int32_t no = 1000;
    int32_t buffer = reserve(g, 64), iovec = put_iovec(g, buffer, 8), size = reserve(g, 8);
    EXPECT(EBADF, fd_advise, no, 0, 0, 0);
    EXPECT(EBADF, fd_allocate, no, 0, 1);
    EXPECT(EBADF, fd_datasync, no);
    EXPECT(EBADF, fd_sync, no);
    EXPECT(EBADF, fd_filestat_get, no, buffer);
    EXPECT(EBADF, fd_filestat_set_size, no, 0);
    EXPECT(EBADF, fd_filestat_set_times, no, 0, 0, 0);
    EXPECT(EBADF, fd_read, no, iovec, 1, size);
    EXPECT(EBADF, fd_write, no, iovec, 1, size);
    EXPECT(EBADF, fd_pread, no, iovec, 1, 0, size);
    EXPECT(EBADF, fd_pwrite, no, iovec, 1, 0, size);
    EXPECT(EBADF, fd_seek, no, 0, 0, size);
    EXPECT(EBADF, fd_tell, no, size);
    EXPECT(EBADF, fd_readdir, no, buffer, 64, 0, size);
    EXPECT(EBADF, path_create_directory, no, PATH("n"));
    EXPECT(EBADF, path_filestat_get, no, 0, PATH("n"), buffer);
    EXPECT(EBADF, path_filestat_set_times, no, 0, PATH("n"), 0, 0, 0);
    EXPECT(EBADF, path_link, no, 0, PATH("n"), PREOPEN, PATH("m"));
    EXPECT(EBADF, path_open, no, 0, PATH("n"), 0, 0, 0, 0, size);
    EXPECT(EBADF, path_readlink, no, PATH("n"), buffer, 8, size);
    EXPECT(EBADF, path_remove_directory, no, PATH("n"));
    EXPECT(EBADF, path_rename, no, PATH("n"), PREOPEN, PATH("m"));
    EXPECT(EBADF, path_symlink, PATH("n"), no, PATH("m"));
    EXPECT(EBADF, path_unlink_file, no, PATH("n"));
    EXPECT(EBADF, sock_accept, no, 0, size);
    EXPECT(EBADF, sock_recv, no, iovec, 1, 0, size, size);
    EXPECT(EBADF, sock_send, no, iovec, 1, 0, size);
    EXPECT(EBADF, sock_shutdown, no, 1);
}

static void renumber(guest *g)
{
    host_file(g, "one", "one");
    host_file(g, "two", "two");
    int32_t one = open_file(g, PREOPEN, "one", 0, READ_WRITE, 0);
    int32_t two = open_file(g, PREOPEN, "two", 0, READ_WRITE, 0);
    char text[8];
    EXPECT(ESUCCESS, fd_renumber, one, two);
    EXPECT(EBADF, fd_close, one);
    read_text(g, two, text, sizeof text);
    CHECK(strcmp(text, "one") == 0);
    EXPECT(EBADF, fd_renumber, two, one);
    EXPECT(EBADF, fd_renumber, one, two);
    EXPECT(ESUCCESS, fd_renumber, two, two);
    EXPECT(ESUCCESS, fd_renumber, two, PREOPEN);
    EXPECT(ESUCCESS, fd_close, PREOPEN);
}

static void size_advice_allocation(guest *g)
{
    int32_t stat = reserve(g, 64);
    uint64_t rights = READ_WRITE | RIGHT(FD_FILESTAT_SET_SIZE) | RIGHT(FD_ALLOCATE) | RIGHT(FD_ADVISE) |
                      RIGHT(FD_SYNC) | RIGHT(FD_DATASYNC);
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT, rights, 0);
    EXPECT(ESUCCESS, fd_filestat_set_size, fd, 100);
    EXPECT(ESUCCESS, fd_filestat_get, fd, stat);
    CHECK_EQUAL(100, get64(g, stat + 32));
    EXPECT(EINVAL, fd_filestat_set_size, fd, -1);
    EXPECT(ESUCCESS, fd_allocate, fd, 90, 20);
    EXPECT(ESUCCESS, fd_allocate, fd, 10, 10);
    EXPECT(ESUCCESS, fd_filestat_get, fd, stat);
    CHECK_EQUAL(110, get64(g, stat + 32));
    EXPECT(EINVAL, fd_allocate, fd, 0, 0);
    EXPECT(EINVAL, fd_allocate, fd, -1, 5);
    EXPECT(EFBIG, fd_allocate, fd, INT64_MAX, 5);
    for (int advice = 0; advice <= 5; advice++) {
        EXPECT(ESUCCESS, fd_advise, fd, 0, 50, advice);
    }
    EXPECT(EINVAL, fd_advise, fd, 0, 50, 6);
    EXPECT(EINVAL, fd_advise, fd, -1, 50, 0);
    EXPECT(EINVAL, fd_advise, fd, 0, -50, 0);
    EXPECT(EBADF, fd_advise, PREOPEN, 0, 50, 0);
    EXPECT(ESUCCESS, fd_sync, fd);
    EXPECT(ESUCCESS, fd_datasync, fd);
    EXPECT(ESUCCESS, fd_sync, PREOPEN);
}

static void filestat(guest *g)
{
    host_file(g, "f", "12345");
    char full[512];
    host_path(g, "f", full);
    struct stat status;
    CHECK(stat(full, &status) == 0);
    int32_t stat = reserve(g, 64);
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0);
    EXPECT(ESUCCESS, fd_filestat_get, fd, stat);
    CHECK_EQUAL(status.st_dev, get64(g, stat));
    CHECK_EQUAL(status.st_ino, get64(g, stat + 8));
    CHECK_EQUAL(W2O_FILETYPE_REGULAR_FILE, get64(g, stat + 16));
    CHECK_EQUAL(1, get64(g, stat + 24));
    CHECK_EQUAL(5, get64(g, stat + 32));
    CHECK_EQUAL(status.st_mtime, get64(g, stat + 48) / 1000000000);
    CHECK_EQUAL(status.st_ctime, get64(g, stat + 56) / 1000000000);
    EXPECT(EFAULT, fd_filestat_get, fd, GUEST_MEMORY - 63);
}

/* WASI has no times before 1970. */
static void times_before_the_epoch(guest *g)
{
    host_file(g, "f", "");
    char full[512];
    host_path(g, "f", full);
    const struct timespec times[2] = {{-5, 5}, {7, 7}};
    CHECK(utimensat(AT_FDCWD, full, times, 0) == 0);
    int32_t stat = reserve(g, 64);
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("f"), stat);
    CHECK_EQUAL(0, get64(g, stat + 40));
    CHECK_EQUAL(7000000007, get64(g, stat + 48));
}

static void times_of_fd(guest *g)
{
    host_file(g, "f", "");
    int32_t stat = reserve(g, 64);
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE | RIGHT(FD_FILESTAT_SET_TIMES), 0);
    EXPECT(ESUCCESS, fd_filestat_set_times, fd, 1000000007, 2000000009, 1 | 4);
    EXPECT(ESUCCESS, fd_filestat_get, fd, stat);
    CHECK_EQUAL(1000000007, get64(g, stat + 40));
    CHECK_EQUAL(2000000009, get64(g, stat + 48));
    EXPECT(ESUCCESS, fd_filestat_set_times, fd, 5, 5, 0);
    EXPECT(ESUCCESS, fd_filestat_set_times, fd, 0, 3000000000, 2 | 4);
    EXPECT(ESUCCESS, fd_filestat_get, fd, stat);
    CHECK(get64(g, stat + 40) > UINT64_C(1600000000000000000));
    CHECK_EQUAL(3000000000, get64(g, stat + 48));
    EXPECT(EINVAL, fd_filestat_set_times, fd, 0, 0, 1 | 2);
    EXPECT(EINVAL, fd_filestat_set_times, fd, 0, 0, 4 | 8);
    EXPECT(EINVAL, fd_filestat_set_times, fd, 0, 0, 16);
}

static void table_is_limited(guest *g)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    w2o_wasi_preopen preopen = {.host_path = g->root, .guest_path = "/"};
    config.preopens = &preopen;
    config.preopen_count = 1;
    config.descriptor_limit = 6;
    make_context(g, &config);
    int32_t opened = reserve(g, 4);
    open_file(g, PREOPEN, "a", OPEN_CREAT, READ_WRITE, 0);
    open_file(g, PREOPEN, "b", OPEN_CREAT, READ_WRITE, 0);
    EXPECT(EMFILE, path_open, PREOPEN, 0, PATH("c"), OPEN_CREAT, 0, 0, 0, opened);
    EXPECT(ESUCCESS, fd_close, 4);
    CHECK_EQUAL(4, open_file(g, PREOPEN, "c", OPEN_CREAT, READ_WRITE, 0));

    config.descriptor_limit = 1024;
    make_context(g, &config);
    for (int i = 0; i < 40; i++) {
        CHECK_EQUAL(4 + i, open_file(g, PREOPEN, "c", 0, READ_WRITE, 0));
    }
}

static void several_preopens(guest *g)
{
    host_directory(g, "one");
    host_directory(g, "two");
    host_file(g, "two/f", "in two");
    char one[512], two[512], text[16];
    host_path(g, "one", one);
    host_path(g, "two", two);
    const w2o_wasi_preopen preopens[2] = {{.host_path = one, .guest_path = "/first"},
                                          {.host_path = two, .guest_path = "second"}};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.preopens = preopens;
    config.preopen_count = 2;
    config.standard_input.fd = -1;
    config.standard_output.fd = 250; /* closed on the host */
    make_context(g, &config);
    int32_t stat = reserve(g, 24), name = reserve(g, 8);
    EXPECT(EBADF, fd_fdstat_get, 0, stat);
    EXPECT(EBADF, fd_fdstat_get, 1, stat);
    EXPECT(ESUCCESS, fd_prestat_dir_name, 3, name, 6);
    CHECK(memcmp(at(g, name), "/first", 6) == 0);
    EXPECT(ESUCCESS, fd_prestat_dir_name, 4, name, 6);
    CHECK(memcmp(at(g, name), "second", 6) == 0);
    read_text(g, open_file(g, 4, "f", 0, READ_WRITE, 0), text, sizeof text);
    CHECK(strcmp(text, "in two") == 0);
    CHECK_EQUAL(W2O_WASI_ENOENT, open_error(g, 3, "f", 0, 0));
}

static void creation_fails_with_the_culprit(guest *g)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    w2o_wasi_preopen preopens[2] = {{.host_path = g->root, .guest_path = "/"}, {.host_path = "/no/such", .guest_path = "x"}};
    config.preopens = preopens;
    config.preopen_count = 2;
    w2o_wasi *wasi;
    const char *culprit = NULL;
    CHECK_EQUAL(ENOENT, w2o_wasi_create(&config, &wasi, &culprit));
    CHECK(wasi == NULL);
    CHECK(culprit != NULL && strcmp(culprit, "/no/such") == 0);
    char file[512];
    host_file(g, "f", "");
    host_path(g, "f", file);
    preopens[1].host_path = file;
    CHECK_EQUAL(ENOTDIR, w2o_wasi_create(&config, &wasi, NULL));
    config.preopen_count = 1;
    config.descriptor_limit = 3;
    CHECK_EQUAL(EMFILE, w2o_wasi_create(&config, &wasi, &culprit));
    w2o_wasi_free(NULL);
}

/* A directory as the host's standard input is not a way in. */
static void directory_as_standard_stream(guest *g)
{
    int host = open(g->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_input.fd = host;
    make_context(g, &config);
    int32_t stat = reserve(g, 64);
    host_file(g, "f", "");
    EXPECT(ENOTCAPABLE, path_open, 0, 0, PATH("f"), 0, 0, 0, 0, stat);
    EXPECT(ENOTCAPABLE, path_filestat_get, 0, 0, PATH("f"), stat);
    EXPECT(ESUCCESS, fd_filestat_get, 0, stat);
    close(host);
}

static void no_memory_bound(guest *g)
{
    w2o_wasi_set_memory(g->wasi, NULL);
    EXPECT(EFAULT, args_sizes_get, 0, 0);
    EXPECT(EFAULT, fd_fdstat_get, 0, 0);
    EXPECT(EFAULT, path_create_directory, PREOPEN, 0, 0);
}

const test_case fd_tests[] = {
    {"prestat", prestat, false},
    {"close forgets", close_forgets, false},
    {"lowest number is reused", lowest_number_is_reused, false},
    {"fdstat of file", fdstat_of_file, false},
    {"fdstat of directory", fdstat_of_directory, false},
    {"fdstat of device", fdstat_of_device, false},
    {"rights only shrink", rights_only_shrink, false},
    {"each right is asked for", each_right_is_asked_for, false},
    {"each call minds closed descriptors", each_call_minds_closed_descriptors, false},
    {"renumber", renumber, false},
    {"size, advice, allocation", size_advice_allocation, false},
    {"filestat", filestat, false},
    {"times of fd", times_of_fd, false},
    {"times before the epoch", times_before_the_epoch, false},
    {"table is limited", table_is_limited, false},
    {"several preopens", several_preopens, false},
    {"creation fails with the culprit", creation_fails_with_the_culprit, false},
    {"directory as standard stream", directory_as_standard_stream, false},
    {"no memory bound", no_memory_bound, false},
    {0},
};
