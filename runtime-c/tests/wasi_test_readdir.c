/* Reading directories: entries, cookies, buffers of all sizes, changes while reading. */
#include "wasi_test.h"

#include <stdio.h>
#include <unistd.h>

enum { DIRENT = 24, MANY = 300 };

typedef struct listing {
    int count;
    struct {
        uint64_t next;
        uint64_t inode;
        uint8_t type;
        char name[64];
    } entries[MANY + 8];
} listing;

/* Appends the complete entries of one call; returns whether the directory's end was reached. */
static bool read_some(guest *g, int32_t fd, uint32_t size, uint64_t cookie, listing *listing)
{
    uint32_t top = g->top;
    int32_t buffer = reserve(g, size), used = reserve(g, 4);
    EXPECT(ESUCCESS, fd_readdir, fd, buffer, (int32_t)size, (int64_t)cookie, used);
    uint32_t left = get32(g, used);
    bool end = left < size;
    CHECK(left <= size);
    while (left >= DIRENT && listing->count < MANY + 8) {
        uint32_t name_size = get32(g, buffer + 16);
        if (left < DIRENT + name_size) {
            break;
        }
        CHECK(name_size < 64);
        listing->entries[listing->count].next = get64(g, buffer);
        listing->entries[listing->count].inode = get64(g, buffer + 8);
        listing->entries[listing->count].type = get8(g, buffer + 20);
        memcpy(listing->entries[listing->count].name, at(g, buffer + DIRENT), name_size);
        listing->entries[listing->count].name[name_size] = '\0';
        listing->count++;
        buffer += DIRENT + (int32_t)name_size;
        left -= DIRENT + name_size;
    }
    g->top = top;
    return end;
}

static void read_all(guest *g, int32_t fd, uint32_t size, listing *listing)
{
    uint64_t cookie = 0;
    listing->count = 0;
    while (!read_some(g, fd, size, cookie, listing)) {
        uint64_t next = listing->count == 0 ? 0 : listing->entries[listing->count - 1].next;
        if (next == cookie) {
            fail(__FILE__, __LINE__, "no progress with a buffer of %u", size);
            return;
        }
        cookie = next;
    }
}

static int find(const listing *listing, const char *name)
{
    int found = -1;
    for (int i = 0; i < listing->count; i++) {
        if (strcmp(listing->entries[i].name, name) == 0) {
            CHECK(found < 0); /* each once */
            found = i;
        }
    }
    return found;
}

static void entries(guest *g)
{
    host_file(g, "file", "");
    host_directory(g, "dir");
    host_symlink(g, "file", "link");
    char full[512];
    host_path(g, "fifo", full);
    CHECK(mkfifo(full, 0666) == 0);
    static listing listing;
    read_all(g, PREOPEN, 4096, &listing);
    CHECK_EQUAL(6, listing.count);
    struct stat status;
    host_path(g, "file", full);
    CHECK(lstat(full, &status) == 0);
    int i = find(&listing, "file");
    CHECK(i >= 0 && listing.entries[i].type == W2O_FILETYPE_REGULAR_FILE && listing.entries[i].inode == status.st_ino);
    i = find(&listing, "dir");
    CHECK(i >= 0 && listing.entries[i].type == W2O_FILETYPE_DIRECTORY);
    i = find(&listing, "link");
    CHECK(i >= 0 && listing.entries[i].type == W2O_FILETYPE_SYMBOLIC_LINK);
    CHECK(find(&listing, "fifo") >= 0);
    CHECK(stat(g->root, &status) == 0);
    i = find(&listing, ".");
    CHECK(i >= 0 && listing.entries[i].type == W2O_FILETYPE_DIRECTORY && listing.entries[i].inode == status.st_ino);
    i = find(&listing, "..");
    CHECK(i >= 0 && listing.entries[i].inode == status.st_ino); /* not what lies above */
}

static void make_many(guest *g)
{
    char name[64];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "%0*d", 1 + i % 40, i);
        host_file(g, name, "");
    }
}

static void any_buffer_size(guest *g)
{
    make_many(g);
    static listing listing;
    static const uint32_t SIZES[] = {64, 65, 100, 255, 1000, 4096, 20000};
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        read_all(g, PREOPEN, SIZES[i], &listing);
        CHECK_EQUAL(MANY + 2, listing.count);
        CHECK(find(&listing, "0") >= 0 && find(&listing, "..") >= 0);
    }
}

static void any_cookie(guest *g)
{
    make_many(g);
    static listing all, rest;
    read_all(g, PREOPEN, 20000, &all);
    static const int PLACES[] = {0, 250, 3, 299, 150, 149, 151};
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        int place = PLACES[i];
        CHECK(all.entries[place].next <= INT32_MAX); /* fits a guest's long */
        rest.count = 0;
        CHECK(read_some(g, PREOPEN, 20000, all.entries[place].next, &rest));
        CHECK_EQUAL(all.count - place - 1, rest.count);
        CHECK(rest.count == 0 || strcmp(rest.entries[0].name, all.entries[place + 1].name) == 0);
    }
    rest.count = 0;
    CHECK(read_some(g, PREOPEN, 20000, UINT64_MAX, &rest));
    CHECK_EQUAL(0, rest.count);
    CHECK(read_some(g, PREOPEN, 20000, (uint64_t)all.count + 7, &rest));
    CHECK_EQUAL(0, rest.count);

    /* A cookie from before starting afresh. */
    read_some(g, PREOPEN, 64, 0, &rest);
    rest.count = 0;
    CHECK(read_some(g, PREOPEN, 20000, all.entries[199].next, &rest));
    CHECK_EQUAL(all.count - 200, rest.count);
}

/* As rm -r does: read a part, remove it, read on. Nothing may be skipped. */
static void removing_while_reading(guest *g)
{
    make_many(g);
    static listing listing;
    uint64_t cookie = 0;
    int removed = 0;
    bool end = false;
    while (!end) {
        listing.count = 0;
        end = read_some(g, PREOPEN, 512, cookie, &listing);
        for (int i = 0; i < listing.count; i++) {
            cookie = listing.entries[i].next;
            if (listing.entries[i].name[0] != '.') {
                EXPECT(ESUCCESS, path_unlink_file, PREOPEN, PATH(listing.entries[i].name));
                removed++;
            }
        }
        g->top = 1024;
    }
    CHECK_EQUAL(MANY, removed);
    read_all(g, PREOPEN, 512, &listing);
    CHECK_EQUAL(2, listing.count);
}

static void starting_afresh_sees_changes(guest *g)
{
    static listing listing;
    read_all(g, PREOPEN, 4096, &listing);
    CHECK_EQUAL(2, listing.count);
    host_file(g, "new", "");
    read_all(g, PREOPEN, 4096, &listing);
    CHECK_EQUAL(3, listing.count);
}

static void truncated_entries(guest *g)
{
    int32_t buffer = reserve(g, 64), used = reserve(g, 4);
    host_file(g, "name", "");
    for (int32_t size = 0; size <= 26; size++) {
        EXPECT(ESUCCESS, fd_readdir, PREOPEN, buffer, size, 0, used);
        CHECK_EQUAL(size < 25 ? size : (int32_t)get32(g, used), get32(g, used));
        CHECK_EQUAL(0, get8(g, buffer + size));
    }
}

static void errors(guest *g)
{
    int32_t buffer = reserve(g, 64), used = reserve(g, 4);
    host_file(g, "f", "");
    int32_t file = open_file(g, PREOPEN, "f", 0, READ_WRITE, 0);
    EXPECT(ENOTCAPABLE, fd_readdir, file, buffer, 64, 0, used);
    EXPECT(EFAULT, fd_readdir, PREOPEN, GUEST_MEMORY - 63, 64, 0, used);
    EXPECT(EFAULT, fd_readdir, PREOPEN, buffer, -1, 0, used);
    EXPECT(EFAULT, fd_readdir, PREOPEN, buffer, 64, 0, GUEST_MEMORY - 3);
}

static void removed_directory(guest *g)
{
    host_directory(g, "d");
    int32_t d = open_file(g, PREOPEN, "d", OPEN_DIRECTORY_ONLY, W2O_WASI_RIGHT_FD_READDIR, 0);
    static listing listing;
    EXPECT(ESUCCESS, path_remove_directory, PREOPEN, PATH("d"));
    listing.count = 0;
    CHECK(read_some(g, d, 256, 0, &listing));
    CHECK(listing.count <= 2);
}

const test_case readdir_tests[] = {
    {"entries", entries, false},
    {"any buffer size", any_buffer_size, false},
    {"any cookie", any_cookie, false},
    {"removing while reading", removing_while_reading, false},
    {"starting afresh sees changes", starting_afresh_sees_changes, false},
    {"truncated entries", truncated_entries, false},
    {"errors of readdir", errors, false},
    {"removed directory", removed_directory, false},
    {0},
};
