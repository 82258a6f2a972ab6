/* Ways out of a preopen, none of which may lead anywhere. */
#include "wasi_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#endif

static const char *const WAYS_OUT[] = {
    "..",
    "../",
    "../outside/secret",
    "d/../../outside/secret",
    "./d/.././../outside/secret",
    "/etc/passwd",
    "//etc/passwd",
    "/",
    "up/outside/secret",
    "up",
    "up/",
    "up/.",
    "d/up2/outside/secret",
    "d/up2/../root/../outside/secret",
    "direct",
    "direct/secret",
    "absolute/secret",
    "absolute",
    "indirect/secret",
    "d/d/d/../../../../outside/secret",
    "d/secretlink",
    "proc/self/root/etc/passwd",
};

enum { WAY_COUNT = sizeof WAYS_OUT / sizeof WAYS_OUT[0] };

static void make_ways(guest *g)
{
    host_directory(g, "d");
    host_directory(g, "d/d");
    host_directory(g, "d/d/d");
    host_symlink(g, "..", "up");
    host_symlink(g, "../..", "d/up2");
    host_symlink(g, "../outside", "direct");
    host_symlink(g, g->outside, "absolute");
    host_symlink(g, "d/../direct", "indirect");
    host_symlink(g, "../../outside/secret", "d/secretlink");
    host_symlink(g, "/proc", "proc");
}

static bool is_refusal(int32_t error)
{
    return error == W2O_WASI_ENOTCAPABLE;
}

static void check_refused(int32_t error, const char *call, const char *path)
{
    if (!is_refusal(error)) {
        fail(__FILE__, __LINE__, "%s of %s: %d", call, path, error);
    }
}

static void reading_calls(guest *g)
{
    make_ways(g);
    int32_t stat = reserve(g, 64), used = reserve(g, 4);
    for (int i = 0; i < WAY_COUNT; i++) {
        const char *way = WAYS_OUT[i];
        g->top = 1024;
        int32_t path = put_string(g, way), size = (int32_t)strlen(way);
        check_refused(open_error(g, PREOPEN, way, 1, 0), "open", way);
        check_refused(ERROR_OF(path_filestat_get, PREOPEN, 1, path, size, stat), "filestat", way);
        check_refused(ERROR_OF(path_link, PREOPEN, 1, path, size, PREOPEN, PATH("l")), "link", way);
        check_refused(ERROR_OF(path_filestat_set_times, PREOPEN, 1, path, size, 0, 0, 4), "set times", way);
        int32_t error = open_error(g, PREOPEN, way, 0, 0);
        CHECK(is_refusal(error) || error == W2O_WASI_ELOOP);
        error = ERROR_OF(path_readlink, PREOPEN, path, size, stat, 64, used);
        CHECK(is_refusal(error) || (error == W2O_WASI_ESUCCESS && get32(g, used) > 0));
    }
}

static void changing_calls(guest *g)
{
    make_ways(g);
    char outside[300];
    snprintf(outside, sizeof outside, "%s/victim", g->outside);
    CHECK(mkdir(outside, 0777) == 0);
    host_file(g, "f", "");
    static const char *const NEW_NAMES[] = {
        "../new", "up/new", "direct/new", "absolute/new", "d/../../new", "/tmp/new", "indirect/new", "d/up2/outside/new",
    };
    for (size_t i = 0; i < sizeof NEW_NAMES / sizeof NEW_NAMES[0]; i++) {
        const char *name = NEW_NAMES[i];
        int32_t path = put_string(g, name), size = (int32_t)strlen(name);
        check_refused(open_error(g, PREOPEN, name, 1, OPEN_CREAT), "create", name);
        check_refused(ERROR_OF(path_create_directory, PREOPEN, path, size), "mkdir", name);
        check_refused(ERROR_OF(path_symlink, PATH("x"), PREOPEN, path, size), "symlink", name);
        check_refused(ERROR_OF(path_link, PREOPEN, 0, PATH("f"), PREOPEN, path, size), "link", name);
        check_refused(ERROR_OF(path_rename, PREOPEN, PATH("f"), PREOPEN, path, size), "rename", name);
    }
    static const char *const OLD_NAMES[] = {"../outside/victim", "up/outside/victim", "direct/victim", "absolute/victim"};
    for (size_t i = 0; i < sizeof OLD_NAMES / sizeof OLD_NAMES[0]; i++) {
        const char *name = OLD_NAMES[i];
        int32_t path = put_string(g, name), size = (int32_t)strlen(name);
        check_refused(ERROR_OF(path_remove_directory, PREOPEN, path, size), "rmdir", name);
        check_refused(ERROR_OF(path_unlink_file, PREOPEN, path, size), "unlink", name);
        check_refused(ERROR_OF(path_rename, PREOPEN, path, size, PREOPEN, PATH("y")), "rename", name);
    }
    struct stat status;
    CHECK(stat(outside, &status) == 0);
    CHECK(!host_exists(g, "../outside/new") && !host_exists(g, "../new"));
}

/* A slash behind the name of a link must not make the host follow it. */
static void slash_behind_link(guest *g)
{
    host_symlink(g, "../outside/empty", "link");
    char outside[300];
    snprintf(outside, sizeof outside, "%s/empty", g->outside);
    CHECK(mkdir(outside, 0777) == 0);
    int32_t stat = reserve(g, 64);
    EXPECT(ENOTDIR, path_remove_directory, PREOPEN, PATH("link/"));
    EXPECT(ENOTDIR, path_unlink_file, PREOPEN, PATH("link/"));
    EXPECT(ENOTDIR, path_rename, PREOPEN, PATH("link/"), PREOPEN, PATH("x"));
    EXPECT(EEXIST, path_create_directory, PREOPEN, PATH("link/"));
    EXPECT(ENOTCAPABLE, path_filestat_get, PREOPEN, 0, PATH("link/"), stat);
    CHECK_EQUAL(W2O_WASI_ENOTCAPABLE, open_error(g, PREOPEN, "link/", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTCAPABLE, open_error(g, PREOPEN, "link/.", 0, 0));
    struct stat status;
    CHECK(lstat(outside, &status) == 0);
}

/* A directory that was opened is a root of its own. */
static void opened_directory_is_a_root(guest *g)
{
    host_directory(g, "d");
    host_file(g, "f", "");
    host_symlink(g, "../f", "d/up");
    int32_t d = open_file(g, PREOPEN, "d", OPEN_DIRECTORY_ONLY, W2O_WASI_RIGHT_PATH_OPEN | W2O_WASI_RIGHT_FD_READ, 0);
    CHECK_EQUAL(W2O_WASI_ENOTCAPABLE, open_error(g, d, "../f", 0, 0));
    CHECK_EQUAL(W2O_WASI_ENOTCAPABLE, open_error(g, d, "up", 1, 0));
    CHECK_EQUAL(W2O_WASI_ESUCCESS, open_error(g, PREOPEN, "d/up", 1, 0));
}

/* ---- a host that forbids openat2 ------------------------------------------------------------------- */

#ifdef __linux__

/* From here on openat2 fails with this error in this process. */
static bool forbid_openat2(int error)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 437, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

enum { FELL_BACK = 10, NO_SECCOMP = 11, DID_NOT = 12 };

static int outcome_without_openat2(guest *g, int error)
{
    if (!forbid_openat2(error)) {
        return NO_SECCOMP;
    }
    bool opened = open_error(g, PREOPEN, "d/f", 0, 0) == W2O_WASI_ESUCCESS;
    bool refused = open_error(g, PREOPEN, "d/../../outside/secret", 0, 0) == W2O_WASI_ENOTCAPABLE;
    return opened && refused && atomic_load(&g->wasi->walk_paths) ? FELL_BACK : DID_NOT;
}

static void without_openat2(guest *g)
{
    static const int ERRORS[] = {ENOSYS, EPERM};
    host_directory(g, "d");
    host_file(g, "d/f", "");
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(outcome_without_openat2(g, ERRORS[i]));
        }
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
        if (WEXITSTATUS(status) == NO_SECCOMP) {
            skip("the host has no seccomp");
        }
        CHECK_EQUAL(FELL_BACK, WEXITSTATUS(status));
    }
}

#else

static void without_openat2(guest *g)
{
    (void)g;
    skip("openat2 is Linux's");
}

#endif

/* ---- races --------------------------------------------------------------------------------------- */

enum { ROUNDS = 4000 };

typedef struct racer {
    char paths[4][512];
    void (*move)(struct racer *racer);
    atomic_bool stop;
    pthread_t thread;
} racer;

static void *race(void *argument)
{
    racer *racer = argument;
    while (!atomic_load(&racer->stop)) {
        racer->move(racer);
    }
    return NULL;
}

static void start(racer *racer, void (*move)(struct racer *))
{
    racer->move = move;
    atomic_init(&racer->stop, false);
    pthread_create(&racer->thread, NULL, race, racer);
}

static void stop(racer *racer)
{
    atomic_store(&racer->stop, true);
    pthread_join(racer->thread, NULL);
}

/* The names `d` (a directory) and `l` (a link out of the root) change places, through `t`. */
static void swap_directory_and_link(racer *racer)
{
    const char *d = racer->paths[0], *l = racer->paths[1], *t = racer->paths[2];
    if (rename(d, t) < 0 || rename(l, d) < 0 || rename(t, l) < 0) {
        abort();
    }
}

static void link_in_place_of_directory(guest *g)
{
    static racer racer;
    host_directory(g, "d");
    host_file(g, "d/harmless", "");
    host_symlink(g, "../outside", "l");
    host_path(g, "d", racer.paths[0]);
    host_path(g, "l", racer.paths[1]);
    host_path(g, "t", racer.paths[2]);
    start(&racer, swap_directory_and_link);
    int32_t stat = reserve(g, 64), refused = 0, passed = 0;
    uint32_t top = g->top;
    for (int i = 0; i < ROUNDS; i++, g->top = top) {
        CHECK(open_error(g, PREOPEN, "d/secret", 1, 0) != W2O_WASI_ESUCCESS);
        CHECK(ERROR_OF(path_filestat_get, PREOPEN, 1, PATH("d/secret"), stat) != W2O_WASI_ESUCCESS);
        CHECK(ERROR_OF(path_unlink_file, PREOPEN, PATH("d/secret")) != W2O_WASI_ESUCCESS);
        int32_t error = open_error(g, PREOPEN, "d/harmless", 1, 0);
        passed += error == W2O_WASI_ESUCCESS;
        refused += error == W2O_WASI_ENOTCAPABLE;
    }
    stop(&racer);
    CHECK(passed + refused > 0);
    CHECK(host_exists(g, "../outside/secret"));
}

/* A file and a link to a file outside change places: the last component of a path that is opened. */
static void link_in_place_of_file(guest *g)
{
    static racer racer;
    host_file(g, "f", "harmless");
    host_symlink(g, "../outside/secret", "l");
    host_path(g, "f", racer.paths[0]);
    host_path(g, "l", racer.paths[1]);
    host_path(g, "t", racer.paths[2]);
    start(&racer, swap_directory_and_link);
    uint32_t top = g->top;
    for (int i = 0; i < ROUNDS; i++, g->top = top) {
        int32_t opened = reserve(g, 4);
        int32_t error =
            ERROR_OF(path_open, PREOPEN, i % 2, PATH("f"), 0, (int64_t)W2O_WASI_RIGHT_FD_READ, 0, 0, opened);
        if (error == W2O_WASI_ESUCCESS) {
            char text[16];
            int32_t fd = (int32_t)get32(g, opened);
            read_text(g, fd, text, sizeof text);
            CHECK(strcmp(text, "harmless") == 0);
            EXPECT(ESUCCESS, fd_close, fd);
        }
    }
    stop(&racer);
}

/* The directory `x/y` moves out of the root and back: its ".." is then outside. */
static void move_out_and_back(racer *racer)
{
    if (rename(racer->paths[0], racer->paths[1]) < 0 || rename(racer->paths[1], racer->paths[0]) < 0) {
        abort();
    }
}

static void directory_moves_away(guest *g)
{
    static racer racer;
    host_directory(g, "x");
    host_directory(g, "x/y");
    host_directory(g, "x/y/z");
    host_path(g, "x/y", racer.paths[0]);
    host_path(g, "../outside/y", racer.paths[1]);
    start(&racer, move_out_and_back);
    int32_t stat = reserve(g, 64);
    uint32_t top = g->top;
    for (int i = 0; i < ROUNDS; i++, g->top = top) {
        CHECK(open_error(g, PREOPEN, "x/y/../secret", 1, 0) != W2O_WASI_ESUCCESS);
        CHECK(open_error(g, PREOPEN, "x/y/z/../../secret", 1, 0) != W2O_WASI_ESUCCESS);
        CHECK(ERROR_OF(path_filestat_get, PREOPEN, 0, PATH("x/y/z/../../secret"), stat) != W2O_WASI_ESUCCESS);
        CHECK(open_error(g, PREOPEN, "x/y/z/../../../outside/secret", 1, 0) != W2O_WASI_ESUCCESS);
    }
    stop(&racer);
}

const test_case escape_tests[] = {
    {"reading calls stay inside", reading_calls, true},
    {"changing calls stay inside", changing_calls, true},
    {"slash behind link", slash_behind_link, true},
    {"opened directory is a root", opened_directory_is_a_root, true},
    {"without openat2", without_openat2, false},
    {"race: link in place of directory", link_in_place_of_directory, true},
    {"race: link in place of file", link_in_place_of_file, true},
    {"race: directory moves away", directory_moves_away, true},
    {0},
};
