/* Paths: opening, creating, removing, renaming, links, attributes, trailing slashes, read-only preopens. */
#include "wasi_test.h"

#include <stdio.h>
#include <unistd.h>

#define RIGHT(name) W2O_WASI_RIGHT_##name

static void open_flags(guest *g)
{
    int32_t opened = reserve(g, 4);
    char text[16];
    CHECK_EQUAL(W2O_WASI_ENOENT, open_error(g, PREOPEN, "f", 0, 0));
    int32_t fd = open_file(g, PREOPEN, "f", OPEN_CREAT | OPEN_EXCL, READ_WRITE, 0);
    write_text(g, fd, "content");
    CHECK_EQUAL(W2O_WASI_EEXIST, open_error(g, PREOPEN, "f", 0, OPEN_CREAT | OPEN_EXCL));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "f", 0, OPEN_DIRECTORY_ONLY));
    CHECK_EQUAL(W2O_WASI_EINVAL, open_error(g, PREOPEN, "d", 0, OPEN_CREAT | OPEN_DIRECTORY_ONLY));
    CHECK_EQUAL(W2O_WASI_EINVAL, open_error(g, PREOPEN, "f", 0, 16));
    CHECK_EQUAL(W2O_WASI_EINVAL, open_error(g, PREOPEN, "f", 2, 0));
    EXPECT(EINVAL, path_open, PREOPEN, 0, PATH("f"), 0, 0, 0, 32, opened);
    EXPECT(EFAULT, path_open, PREOPEN, 0, PATH("f"), 0, 0, 0, 0, GUEST_MEMORY - 3);
    fd = open_file(g, PREOPEN, "f", OPEN_TRUNC, READ_WRITE, 0);
    CHECK_EQUAL(0, read_text(g, fd, text, sizeof text));
    host_directory(g, "d");
    EXPECT(EISDIR, path_open, PREOPEN, 0, PATH("d"), OPEN_DIRECTORY_ONLY, (int64_t)READ_WRITE, 0, 0, opened);
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, PATH("d"), OPEN_DIRECTORY_ONLY, 0, 0, W2O_FDFLAG_NONBLOCK, opened);
}

static void access_follows_rights(guest *g)
{
    host_file(g, "f", "content");
    int32_t iovec = put_iovec(g, reserve(g, 4), 4), size = reserve(g, 4), stat = reserve(g, 24);
    int32_t reader = open_file(g, PREOPEN, "f", 0, RIGHT(FD_READ), 0);
    EXPECT(ESUCCESS, fd_read, reader, iovec, 1, size);
    EXPECT(ENOTCAPABLE, fd_write, reader, iovec, 1, size);
    int32_t writer = open_file(g, PREOPEN, "f", 0, RIGHT(FD_WRITE), 0);
    EXPECT(ENOTCAPABLE, fd_read, writer, iovec, 1, size);
    EXPECT(ESUCCESS, fd_write, writer, iovec, 1, size);
    EXPECT(ESUCCESS, fd_fdstat_get, writer, stat);
    CHECK_EQUAL(RIGHT(FD_WRITE), get64(g, stat + 8));
    /* A directory gets no right to seek, a file none for paths, whatever is asked for. */
    int32_t directory = open_file(g, PREOPEN, ".", OPEN_DIRECTORY_ONLY, RIGHT(FD_SEEK) | RIGHT(PATH_OPEN), 0);
    EXPECT(ESUCCESS, fd_fdstat_get, directory, stat);
    CHECK_EQUAL(RIGHT(PATH_OPEN), get64(g, stat + 8));
}

static void rights_are_handed_on(guest *g)
{
    host_directory(g, "d");
    host_file(g, "d/f", "content");
    int32_t opened = reserve(g, 4), fd = reserve(g, 4);
    uint64_t base = RIGHT(PATH_OPEN) | RIGHT(FD_FDSTAT_SET_FLAGS);
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, PATH("d"), 2, (int64_t)base, (int64_t)(base | RIGHT(FD_READ)), 0, fd);
    int32_t d = (int32_t)get32(g, fd);
    EXPECT(ESUCCESS, path_open, d, 0, PATH("f"), 0, (int64_t)RIGHT(FD_READ), 0, 0, opened);
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("f"), 0, (int64_t)RIGHT(FD_WRITE), 0, 0, opened);
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("f"), 0, 0, (int64_t)RIGHT(FD_WRITE), 0, opened);
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("f"), OPEN_TRUNC, 0, 0, 0, opened);
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("n"), OPEN_CREAT, 0, 0, 0, opened);
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("f"), 0, 0, 0, W2O_FDFLAG_SYNC, opened);
    EXPECT(ENOTCAPABLE, path_open, d, 0, PATH("f"), 0, 0, 0, W2O_FDFLAG_DSYNC, opened);
    EXPECT(ESUCCESS, path_open, d, 0, PATH("f"), 0, 0, 0, W2O_FDFLAG_APPEND, opened);
    /* Truncating is a right to the path, not to the file. */
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, PATH("d/f"), OPEN_TRUNC, 0, 0, 0, opened);
    int32_t stat = reserve(g, 64);
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("d/f"), stat);
    CHECK_EQUAL(0, get64(g, stat + 32));
}

static void preopen_with_fewer_rights(guest *g)
{
    make_default_context(g, false, RIGHT(PATH_OPEN), RIGHT(FD_READ));
    host_file(g, "f", "");
    int32_t opened = reserve(g, 4);
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, PATH("f"), 0, (int64_t)RIGHT(FD_READ), 0, 0, opened);
    EXPECT(ENOTCAPABLE, path_open, PREOPEN, 0, PATH("f"), 0, (int64_t)RIGHT(FD_WRITE), 0, 0, opened);
    EXPECT(ENOTCAPABLE, path_unlink_file, PREOPEN, PATH("f"));
}

static void interesting_paths(guest *g)
{
    host_directory(g, "dir");
    host_directory(g, "dir/nested");
    host_file(g, "dir/nested/file", "");
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dir/.//nested/../../dir/nested/../nested///./file", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "dir/nested/file/", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "dir/nested/file///", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "dir/nested/file/.", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "dir/nested/file/..", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "dir/nested/file/more", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOENT, open_error(g, PREOPEN, "dir/none/../nested", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dir/nested/", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dir/nested///", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dir/nested/..", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dir/..", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, ".", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "./", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOENT, open_error(g, PREOPEN, "", 0, 0));
    CHECK_EQUAL(W2O_WASI_EISDIR, open_error(g, PREOPEN, "new/", 0, OPEN_CREAT));
    CHECK(!host_exists(g, "new"));

    int32_t opened = reserve(g, 4), path = reserve(g, 16);
    memcpy(at(g, path), "dir/nested/file", 16);
    EXPECT(EINVAL, path_open, PREOPEN, 0, path, 16, 0, 0, 0, 0, opened); /* with its NUL */
    EXPECT(EFAULT, path_open, PREOPEN, 0, GUEST_MEMORY - 1, 2, 0, 0, 0, 0, opened);
    EXPECT(EFAULT, path_open, PREOPEN, 0, path, -1, 0, 0, 0, 0, opened);
    EXPECT(ENAMETOOLONG, path_open, PREOPEN, 0, path, W2O_PATH_LIMIT + 1, 0, 0, 0, 0, opened);

    int32_t name = reserve(g, 300);
    memset(at(g, name), 'n', 300);
    EXPECT(ENAMETOOLONG, path_open, PREOPEN, 0, name, 300, OPEN_CREAT, 0, 0, 0, opened);
}

/* Deep and long, but within the limit: 2,048 components. */
static void long_paths(guest *g)
{
    int32_t path = reserve(g, W2O_PATH_LIMIT), opened = reserve(g, 4);
    host_directory(g, "d");
    for (int32_t i = 0; i < W2O_PATH_LIMIT; i += 2) {
        memcpy(at(g, path + i), i % 4 == 0 ? "./" : "//", 2);
    }
    memcpy(at(g, path + W2O_PATH_LIMIT - 2), "/d", 2);
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, path, W2O_PATH_LIMIT, 0, 0, 0, 0, opened);
    for (int32_t i = 0; i + 5 <= W2O_PATH_LIMIT; i += 5) {
        memcpy(at(g, path + i), "d/../", 5);
    }
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, path, W2O_PATH_LIMIT - 1, 0, 0, 0, 0, opened);
}

static void directories(guest *g)
{
    EXPECT(ESUCCESS, path_create_directory, PREOPEN, PATH("d"));
    EXPECT(EEXIST, path_create_directory, PREOPEN, PATH("d"));
    EXPECT(EEXIST, path_create_directory, PREOPEN, PATH("d/"));
    EXPECT(EEXIST, path_create_directory, PREOPEN, PATH("."));
    EXPECT(EEXIST, path_create_directory, PREOPEN, PATH("d/.."));
    EXPECT(ESUCCESS, path_create_directory, PREOPEN, PATH("d/e/"));
    EXPECT(ENOENT, path_create_directory, PREOPEN, PATH("x/y"));
    EXPECT(ENOTEMPTY, path_remove_directory, PREOPEN, PATH("d"));
    EXPECT(EINVAL, path_remove_directory, PREOPEN, PATH("d/e/."));
    EXPECT(ESUCCESS, path_remove_directory, PREOPEN, PATH("d/e"));
    EXPECT(ESUCCESS, path_remove_directory, PREOPEN, PATH("d//"));
    EXPECT(ENOENT, path_remove_directory, PREOPEN, PATH("d"));
    EXPECT(ENOENT, path_remove_directory, PREOPEN, PATH("d/"));
    host_file(g, "f", "");
    EXPECT(ENOTDIR, path_remove_directory, PREOPEN, PATH("f"));
    EXPECT(ENOTDIR, path_remove_directory, PREOPEN, PATH("f/"));
    EXPECT(EFAULT, path_create_directory, PREOPEN, GUEST_MEMORY, 1);
    EXPECT(EFAULT, path_remove_directory, PREOPEN, GUEST_MEMORY, 1);
}

static void unlink_file(guest *g)
{
    host_file(g, "f", "");
    host_directory(g, "d");
    EXPECT(ENOTDIR, path_unlink_file, PREOPEN, PATH("f/"));
    EXPECT(ESUCCESS, path_unlink_file, PREOPEN, PATH("f"));
    EXPECT(ENOENT, path_unlink_file, PREOPEN, PATH("f"));
    int32_t error = ERROR_OF(path_unlink_file, PREOPEN, PATH("d"));
    CHECK(error == W2O_WASI_EISDIR || error == W2O_WASI_EPERM); /* POSIX leaves it open */
    error = ERROR_OF(path_unlink_file, PREOPEN, PATH("d/"));
    CHECK(error == W2O_WASI_EISDIR || error == W2O_WASI_EPERM);
    CHECK(host_exists(g, "d"));
    host_symlink(g, "d", "link");
    EXPECT(ENOTDIR, path_unlink_file, PREOPEN, PATH("link/"));
    EXPECT(ESUCCESS, path_unlink_file, PREOPEN, PATH("link"));
    EXPECT(EFAULT, path_unlink_file, PREOPEN, GUEST_MEMORY, 1);
}

static void rename_files_and_directories(guest *g)
{
    host_file(g, "f", "f");
    host_file(g, "g", "g");
    host_directory(g, "d");
    host_directory(g, "full");
    host_file(g, "full/x", "");
    EXPECT(ESUCCESS, path_rename, PREOPEN, PATH("f"), PREOPEN, PATH("g"));
    CHECK(!host_exists(g, "f"));
    EXPECT(ENOENT, path_rename, PREOPEN, PATH("f"), PREOPEN, PATH("h"));
    EXPECT(EISDIR, path_rename, PREOPEN, PATH("g"), PREOPEN, PATH("d"));
    EXPECT(ENOTDIR, path_rename, PREOPEN, PATH("d"), PREOPEN, PATH("g"));
    EXPECT(ENOTEMPTY, path_rename, PREOPEN, PATH("d"), PREOPEN, PATH("full"));
    EXPECT(EINVAL, path_rename, PREOPEN, PATH("d"), PREOPEN, PATH("d/e"));
    EXPECT(ENOTDIR, path_rename, PREOPEN, PATH("g"), PREOPEN, PATH("h/"));
    EXPECT(ENOTDIR, path_rename, PREOPEN, PATH("g/"), PREOPEN, PATH("h"));
    EXPECT(ESUCCESS, path_rename, PREOPEN, PATH("d/"), PREOPEN, PATH("e"));
    EXPECT(ESUCCESS, path_rename, PREOPEN, PATH("e"), PREOPEN, PATH("d/"));
    EXPECT(ESUCCESS, path_rename, PREOPEN, PATH("full/x"), PREOPEN, PATH("d/../d/y"));
    CHECK(host_exists(g, "d/y"));
    EXPECT(EBUSY, path_rename, PREOPEN, PATH("."), PREOPEN, PATH("d/z"));
    EXPECT(EFAULT, path_rename, PREOPEN, GUEST_MEMORY, 1, PREOPEN, PATH("h"));
    EXPECT(EFAULT, path_rename, PREOPEN, PATH("d"), PREOPEN, GUEST_MEMORY, 1);
    EXPECT(EBADF, path_rename, PREOPEN, PATH("d"), 77, PATH("e"));
}

static void hard_links(guest *g)
{
    host_file(g, "f", "f");
    host_directory(g, "d");
    int32_t stat = reserve(g, 64);
    EXPECT(ESUCCESS, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("d/l"));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("d/l"), stat);
    CHECK_EQUAL(2, get64(g, stat + 24));
    EXPECT(EEXIST, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("d/l"));
    EXPECT(EEXIST, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("f"));
    EXPECT(EEXIST, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("d"));
    EXPECT(EPERM, path_link, PREOPEN, 0, PATH("d"), PREOPEN, PATH("e"));
    EXPECT(ENOENT, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("l/"));
    EXPECT(ENOTDIR, path_link, PREOPEN, 0, PATH("f/"), PREOPEN, PATH("l"));
    EXPECT(ENOENT, path_link, PREOPEN, 0, PATH("none"), PREOPEN, PATH("l"));
    EXPECT(EINVAL, path_link, PREOPEN, 2, PATH("f"), PREOPEN, PATH("l"));
    /* A symbolic link itself, or what it names. */
    host_symlink(g, "f", "s");
    EXPECT(ESUCCESS, path_link, PREOPEN, 0, PATH("s"), PREOPEN, PATH("l1"));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("l1"), stat);
    CHECK_EQUAL(W2O_FILETYPE_SYMBOLIC_LINK, get8(g, stat + 16));
    EXPECT(ESUCCESS, path_link, PREOPEN, 1, PATH("s"), PREOPEN, PATH("l2"));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("l2"), stat);
    CHECK_EQUAL(W2O_FILETYPE_REGULAR_FILE, get8(g, stat + 16));
    host_symlink(g, "nowhere", "dangling");
    EXPECT(ENOENT, path_link, PREOPEN, 1, PATH("dangling"), PREOPEN, PATH("l3"));
    EXPECT(EEXIST, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("dangling"));
    EXPECT(EBADF, path_link, PREOPEN, 0, PATH("f"), 77, PATH("l4"));
    EXPECT(EFAULT, path_link, PREOPEN, 0, GUEST_MEMORY, 1, PREOPEN, PATH("l4"));
}

static void symbolic_links(guest *g)
{
    int32_t buffer = reserve(g, 16), used = reserve(g, 4);
    EXPECT(ESUCCESS, path_symlink, PATH("target"), PREOPEN, PATH("s"));
    EXPECT(EEXIST, path_symlink, PATH("target"), PREOPEN, PATH("s"));
    EXPECT(ESUCCESS, path_readlink, PREOPEN, PATH("s"), buffer, 16, used);
    CHECK_EQUAL(6, get32(g, used));
    CHECK(memcmp(at(g, buffer), "target\0", 7) == 0);
    EXPECT(ESUCCESS, path_readlink, PREOPEN, PATH("s"), buffer, 4, used);
    CHECK_EQUAL(4, get32(g, used));
    EXPECT(ESUCCESS, path_readlink, PREOPEN, PATH("s"), buffer, 0, used);
    CHECK_EQUAL(0, get32(g, used));
    EXPECT(EFAULT, path_readlink, PREOPEN, PATH("s"), GUEST_MEMORY - 3, 16, used);
    EXPECT(EFAULT, path_readlink, PREOPEN, PATH("s"), buffer, 16, GUEST_MEMORY);
    host_file(g, "f", "");
    EXPECT(EINVAL, path_readlink, PREOPEN, PATH("f"), buffer, 16, used);
    EXPECT(ENOENT, path_readlink, PREOPEN, PATH("none"), buffer, 16, used);
    EXPECT(EPERM, path_symlink, PATH("/etc"), PREOPEN, PATH("t"));
    EXPECT(ENOENT, path_symlink, PATH("x"), PREOPEN, PATH("t/"));
    EXPECT(ENOENT, path_symlink, PATH(""), PREOPEN, PATH("t"));
    EXPECT(ENOTDIR, path_symlink, PATH("x"), PREOPEN, PATH("f/"));
    EXPECT(EFAULT, path_symlink, GUEST_MEMORY, 1, PREOPEN, PATH("t"));
    EXPECT(EFAULT, path_symlink, PATH("x"), PREOPEN, GUEST_MEMORY, 1);
    host_directory(g, "d");
    EXPECT(EEXIST, path_symlink, PATH("x"), PREOPEN, PATH("d/"));
}

static void following(guest *g)
{
    host_directory(g, "d");
    host_file(g, "d/f", "");
    host_symlink(g, "d", "dlink");
    host_symlink(g, "d/f", "flink");
    host_symlink(g, "none", "dangling");
    host_symlink(g, "../d/../flink", "d/back");
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "flink", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "flink", 1, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "d/back", 1, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dlink/f", 0, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dlink/../dlink/back", 1, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dlink", 1, OPEN_DIRECTORY_ONLY));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "flink", 1, OPEN_DIRECTORY_ONLY));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "flink/", 1, 0));
    CHECK_EQUAL(W2O_WASI_ENOTDIR, open_error(g, PREOPEN, "flink/f", 1, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dlink/", 0, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "dangling", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOENT, open_error(g, PREOPEN, "dangling", 1, 0));
    CHECK_EQUAL(W2O_WASI_ENOENT, open_error(g, PREOPEN, "dangling/x", 1, 0));
    CHECK_EQUAL(W2O_WASI_EEXIST, open_error(g, PREOPEN, "dangling", 1, OPEN_CREAT | OPEN_EXCL));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "dangling", 1, OPEN_CREAT));
    CHECK(host_exists(g, "none"));
    int32_t error = open_error(g, PREOPEN, "dlink", 0, OPEN_DIRECTORY_ONLY);
    CHECK(error == W2O_WASI_ELOOP || error == W2O_WASI_ENOTDIR);
    /* Names to remove or rename are never looked through. */
    EXPECT(ENOTDIR, path_remove_directory, PREOPEN, PATH("dlink"));
    EXPECT(ENOTDIR, path_remove_directory, PREOPEN, PATH("dlink/"));
    EXPECT(EEXIST, path_create_directory, PREOPEN, PATH("dlink"));
    EXPECT(ENOTDIR, path_rename, PREOPEN, PATH("dlink/"), PREOPEN, PATH("x"));
    EXPECT(ESUCCESS, path_rename, PREOPEN, PATH("dlink"), PREOPEN, PATH("moved"));
    CHECK(host_exists(g, "moved"));
}

static void symlink_loops(guest *g)
{
    host_symlink(g, "self", "self");
    host_symlink(g, "b", "a");
    host_symlink(g, "a", "b");
    host_symlink(g, "./grow/x", "grow");
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "self", 0, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "self", 1, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "self/x", 0, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "a", 1, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "a/b/", 1, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "grow", 1, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "grow/x", 1, 0));
    /* A chain that ends is followed, one that is longer than any sensible is not. */
    host_file(g, "end", "");
    char name[16], target[16] = "end";
    for (int i = 0; i < 45; i++) {
        snprintf(name, sizeof name, "c%d", i);
        host_symlink(g, target, name);
        memcpy(target, name, sizeof name);
    }
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "c30", 1, 0));
    CHECK_EQUAL(W2O_WASI_ELOOP, open_error(g, PREOPEN, "c44", 1, 0));
}

/* Each time that the link is followed the path grows, till it is longer than a path may be. */
static void growing_symlinks(guest *g)
{
    char target[1001] = "l/";
    for (size_t i = 2; i < sizeof target - 1; i += 2) {
        memcpy(target + i, "y/", 2);
    }
    host_symlink(g, target, "l");
    int32_t error = open_error(g, PREOPEN, "l", 1, 0);
    CHECK(error == W2O_WASI_ELOOP || error == W2O_WASI_ENAMETOOLONG);
    error = open_error(g, PREOPEN, "l/x", 1, 0);
    CHECK(error == W2O_WASI_ELOOP || error == W2O_WASI_ENAMETOOLONG);
}

static void filestat_of_paths(guest *g)
{
    host_file(g, "f", "1234");
    host_directory(g, "d");
    host_symlink(g, "f", "s");
    host_symlink(g, "d", "ds");
    int32_t stat = reserve(g, 64);
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("f"), stat);
    CHECK_EQUAL(W2O_FILETYPE_REGULAR_FILE, get8(g, stat + 16));
    CHECK_EQUAL(4, get64(g, stat + 32));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("s"), stat);
    CHECK_EQUAL(W2O_FILETYPE_SYMBOLIC_LINK, get8(g, stat + 16));
    CHECK_EQUAL(1, get64(g, stat + 32));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 1, PATH("s"), stat);
    CHECK_EQUAL(W2O_FILETYPE_REGULAR_FILE, get8(g, stat + 16));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("ds/"), stat);
    CHECK_EQUAL(W2O_FILETYPE_DIRECTORY, get8(g, stat + 16));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("."), stat);
    CHECK_EQUAL(W2O_FILETYPE_DIRECTORY, get8(g, stat + 16));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("d/.."), stat);
    EXPECT(ENOTDIR, path_filestat_get, PREOPEN, 0, PATH("f/"), stat);
    EXPECT(ENOTDIR, path_filestat_get, PREOPEN, 0, PATH("s/"), stat);
    EXPECT(ENOENT, path_filestat_get, PREOPEN, 0, PATH("none"), stat);
    EXPECT(EINVAL, path_filestat_get, PREOPEN, 2, PATH("f"), stat);
    EXPECT(EFAULT, path_filestat_get, PREOPEN, 0, PATH("f"), GUEST_MEMORY - 63);
    EXPECT(EFAULT, path_filestat_get, PREOPEN, 0, GUEST_MEMORY, 1, stat);
}

static void times_of_paths(guest *g)
{
    host_file(g, "f", "");
    host_symlink(g, "f", "s");
    int32_t stat = reserve(g, 64);
    EXPECT(ESUCCESS, path_filestat_set_times, PREOPEN, 0, PATH("f"), 1000000001, 2000000002, 1 | 4);
    EXPECT(ESUCCESS, path_filestat_set_times, PREOPEN, 0, PATH("s"), 0, 3000000003, 4);
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("f"), stat);
    CHECK_EQUAL(1000000001, get64(g, stat + 40));
    CHECK_EQUAL(2000000002, get64(g, stat + 48));
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("s"), stat);
    CHECK_EQUAL(3000000003, get64(g, stat + 48));
    EXPECT(ESUCCESS, path_filestat_set_times, PREOPEN, 1, PATH("s"), 0, 4000000004, 4);
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("f"), stat);
    CHECK_EQUAL(4000000004, get64(g, stat + 48));
    EXPECT(ESUCCESS, path_filestat_set_times, PREOPEN, 0, PATH("f"), 0, 0, 2 | 8);
    EXPECT(ESUCCESS, path_filestat_set_times, PREOPEN, 0, PATH("."), 0, 0, 2 | 8);
    EXPECT(EINVAL, path_filestat_set_times, PREOPEN, 0, PATH("f"), 0, 0, 4 | 8);
    EXPECT(EINVAL, path_filestat_set_times, PREOPEN, 0, PATH("f"), 0, 0, 1 | 2);
    EXPECT(EINVAL, path_filestat_set_times, PREOPEN, 0, PATH("f"), 0, 0, 32);
    EXPECT(EINVAL, path_filestat_set_times, PREOPEN, 4, PATH("f"), 0, 0, 4);
    EXPECT(ENOENT, path_filestat_set_times, PREOPEN, 0, PATH("none"), 0, 0, 4);
    EXPECT(ENOTDIR, path_filestat_set_times, PREOPEN, 0, PATH("f/"), 0, 0, 4);
    EXPECT(EFAULT, path_filestat_set_times, PREOPEN, 0, GUEST_MEMORY, 1, 0, 0, 4);
}

static void read_only_preopen(guest *g)
{
    host_file(g, "f", "content");
    host_directory(g, "d");
    host_symlink(g, "f", "s");
    make_default_context(g, true, 0, 0);
    int32_t opened = reserve(g, 4), stat = reserve(g, 64);
    const int64_t reading = (int64_t)(RIGHT(FD_READ) | RIGHT(FD_FILESTAT_SET_TIMES) | RIGHT(FD_SEEK));
    EXPECT(ESUCCESS, path_open, PREOPEN, 1, PATH("s"), 0, reading, 0, 0, opened);
    int32_t fd = (int32_t)get32(g, opened);
    EXPECT(EROFS, fd_filestat_set_times, fd, 0, 0, 4);
    EXPECT(EROFS, path_open, PREOPEN, 0, PATH("f"), 0, (int64_t)RIGHT(FD_WRITE), 0, 0, opened);
    EXPECT(EROFS, path_open, PREOPEN, 0, PATH("f"), OPEN_TRUNC, 0, 0, 0, opened);
    EXPECT(EROFS, path_open, PREOPEN, 0, PATH("n"), OPEN_CREAT, 0, 0, 0, opened);
    EXPECT(EROFS, path_open, PREOPEN, 0, PATH("f"), OPEN_CREAT | OPEN_EXCL, 0, 0, 0, opened);
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, PATH("f"), OPEN_CREAT, reading, 0, 0, opened);
    EXPECT(EROFS, path_create_directory, PREOPEN, PATH("n"));
    EXPECT(EROFS, path_remove_directory, PREOPEN, PATH("d"));
    EXPECT(EROFS, path_unlink_file, PREOPEN, PATH("f"));
    EXPECT(EROFS, path_rename, PREOPEN, PATH("f"), PREOPEN, PATH("n"));
    EXPECT(EROFS, path_link, PREOPEN, 0, PATH("f"), PREOPEN, PATH("n"));
    EXPECT(EROFS, path_symlink, PATH("f"), PREOPEN, PATH("n"));
    EXPECT(EROFS, path_filestat_set_times, PREOPEN, 0, PATH("f"), 0, 0, 4);
    EXPECT(ESUCCESS, path_filestat_get, PREOPEN, 0, PATH("f"), stat);
    /* What is opened through it is read-only too. */
    EXPECT(ESUCCESS, path_open, PREOPEN, 0, PATH("d"), 2, (int64_t)RIGHT(PATH_CREATE_DIRECTORY), 0, 0, opened);
    EXPECT(EROFS, path_create_directory, (int32_t)get32(g, opened), PATH("n"));
    CHECK(!host_exists(g, "n") && !host_exists(g, "d/n"));
}

/* Linking or moving a file of a read-only directory into a writable one would make it writable. */
static void read_only_is_no_source(guest *g)
{
    host_directory(g, "ro");
    host_directory(g, "rw");
    host_file(g, "ro/f", "content");
    char ro[512], rw[512];
    host_path(g, "ro", ro);
    host_path(g, "rw", rw);
    const w2o_wasi_preopen preopens[2] = {{.host_path = ro, .guest_path = "ro", .read_only = true},
                                          {.host_path = rw, .guest_path = "rw"}};
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.preopens = preopens;
    config.preopen_count = 2;
    make_context(g, &config);
    EXPECT(EROFS, path_link, 3, 0, PATH("f"), 4, PATH("f"));
    EXPECT(EROFS, path_rename, 3, PATH("f"), 4, PATH("f"));
    host_file(g, "rw/f", "");
    EXPECT(EROFS, path_link, 4, 0, PATH("f"), 3, PATH("h"));
    EXPECT(EROFS, path_rename, 4, PATH("f"), 3, PATH("h"));
}

static int count_inheritable(void)
{
    int count = 0;
    for (int host = 0; host < 256; host++) {
        int flags = fcntl(host, F_GETFD);
        count += flags >= 0 && (flags & FD_CLOEXEC) == 0;
    }
    return count;
}

static void no_host_descriptor_is_inherited(guest *g)
{
    host_directory(g, "d");
    int32_t used = reserve(g, 4), buffer = reserve(g, 256);
    open_file(g, PREOPEN, "d/f", OPEN_CREAT, READ_WRITE, 0);
    EXPECT(ESUCCESS, fd_readdir, PREOPEN, buffer, 256, 0, used);
    int with_context = count_inheritable();
    w2o_wasi_free(g->wasi);
    g->wasi = NULL;
    CHECK_EQUAL(count_inheritable(), with_context);
}

const test_case path_tests[] = {
    {"open flags", open_flags, true},
    {"access follows rights", access_follows_rights, true},
    {"rights are handed on", rights_are_handed_on, true},
    {"preopen with fewer rights", preopen_with_fewer_rights, true},
    {"interesting paths", interesting_paths, true},
    {"long paths", long_paths, true},
    {"directories", directories, true},
    {"unlink file", unlink_file, true},
    {"rename files and directories", rename_files_and_directories, true},
    {"hard links", hard_links, true},
    {"symbolic links", symbolic_links, true},
    {"following", following, true},
    {"symlink loops", symlink_loops, true},
    {"growing symlinks", growing_symlinks, true},
    {"filestat of paths", filestat_of_paths, true},
    {"times of paths", times_of_paths, true},
    {"read-only preopen", read_only_preopen, true},
    {"read-only is no source", read_only_is_no_source, true},
    {"no host descriptor is inherited", no_host_descriptor_is_inherited, true},
    {0},
};
