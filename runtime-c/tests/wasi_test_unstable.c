/* What preview0 defines differently. */
#include "wasi_test.h"

#include <unistd.h>

static void whence(guest *g)
{
    host_file(g, "f", "0123456789");
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0), position = reserve(g, 8);
    EXPECT(ESUCCESS, unstable_fd_seek, fd, 4, 2, position); /* set */
    CHECK_EQUAL(4, get64(g, position));
    EXPECT(ESUCCESS, unstable_fd_seek, fd, 1, 0, position); /* current */
    CHECK_EQUAL(5, get64(g, position));
    EXPECT(ESUCCESS, unstable_fd_seek, fd, -1, 1, position); /* end */
    CHECK_EQUAL(9, get64(g, position));
    EXPECT(EINVAL, unstable_fd_seek, fd, 0, 3, position);
}

static void filestat(guest *g)
{
    host_file(g, "f", "12345");
    char a[512], b[512];
    host_path(g, "f", a);
    host_path(g, "g", b);
    CHECK(link(a, b) == 0);
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0), stat = reserve(g, 64), newer = reserve(g, 64);
    EXPECT(ESUCCESS, fd_filestat_get, fd, newer);
    for (int i = 0; i < 2; i++) {
        memset(at(g, stat), 0xff, 64);
        if (i == 0) {
            EXPECT(ESUCCESS, unstable_fd_filestat_get, fd, stat);
        } else {
            EXPECT(ESUCCESS, unstable_path_filestat_get, PREOPEN, 0, PATH("f"), stat);
        }
        CHECK_EQUAL(get64(g, newer), get64(g, stat));
        CHECK_EQUAL(get64(g, newer + 8), get64(g, stat + 8));
        CHECK_EQUAL(W2O_FILETYPE_REGULAR_FILE, get32(g, stat + 16));
        CHECK_EQUAL(2, get32(g, stat + 20));
        CHECK_EQUAL(5, get64(g, stat + 24));
        CHECK_EQUAL(get64(g, newer + 40), get64(g, stat + 32));
        CHECK_EQUAL(get64(g, newer + 48), get64(g, stat + 40));
        CHECK_EQUAL(get64(g, newer + 56), get64(g, stat + 48));
        CHECK_EQUAL(UINT64_MAX, get64(g, stat + 56));
    }
    EXPECT(ESUCCESS, unstable_fd_filestat_get, fd, GUEST_MEMORY - 56);
    EXPECT(EFAULT, unstable_fd_filestat_get, fd, GUEST_MEMORY - 55);
}

static void poll(guest *g)
{
    host_file(g, "f", "12345");
    int32_t fd = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0);
    int32_t in = reserve(g, 112), out = reserve(g, 64), count = reserve(g, 4);
    w2o_store64(at(g, in), 1);
    w2o_store64(at(g, in + 16), 999); /* the clock's identifier, of no use */
    w2o_store32(at(g, in + 24), 1);
    w2o_store64(at(g, in + 32), 1000);
    w2o_store64(at(g, in + 56), 2);
    *at(g, in + 64) = 1;
    w2o_store32(at(g, in + 72), (uint32_t)fd);
    EXPECT(ESUCCESS, unstable_poll_oneoff, in, out, 1, count);
    CHECK_EQUAL(1, get32(g, count));
    CHECK_EQUAL(1, get64(g, out));
    EXPECT(ESUCCESS, unstable_poll_oneoff, in + 56, out, 1, count);
    CHECK_EQUAL(2, get64(g, out));
    CHECK_EQUAL(5, get64(g, out + 16));
}

const test_case unstable_tests[] = {
    {"unstable: whence", whence, false},
    {"unstable: filestat", filestat, false},
    {"unstable: poll", poll, false},
    {0},
};
