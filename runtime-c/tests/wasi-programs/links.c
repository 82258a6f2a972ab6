/* Symbolic and hard links. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *what, long result)
{
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void show_type(const char *path)
{
    struct stat status;
    for (int follow = 0; follow <= 1; follow++) {
        int result = follow ? stat(path, &status) : lstat(path, &status);
        const char *type = result < 0                   ? strerror(errno)
                           : S_ISLNK(status.st_mode) ? "link"
                           : S_ISDIR(status.st_mode) ? "directory"
                                                     : "file";
        printf("%s %s: %s\n", follow ? "stat" : "lstat", path, type);
    }
}

static void show_open(const char *path, int flags)
{
    int fd = open(path, flags, 0666);
    printf("open %s: %s\n", path, fd < 0 ? strerror(errno) : "yes");
    if (fd >= 0) {
        close(fd);
    }
}

int main(void)
{
    mkdir("dir", 0777);
    close(open("dir/file", O_CREAT | O_WRONLY, 0666));
    show("symlink", symlink("dir/file", "to-file"));
    show("symlink", symlink("dir", "to-dir"));
    show("symlink", symlink("nowhere", "dangling"));
    show("symlink", symlink("loop", "loop"));
    show("symlink again", symlink("x", "loop"));
    show("symlink to the host's root", symlink("/", "root"));
    char target[64] = "";
    show("readlink", readlink("to-file", target, sizeof target - 1));
    printf("%s\n", target);
    show("readlink of a file", readlink("dir/file", target, sizeof target));
    show("readlink of nothing", readlink("none", target, sizeof target));
    show_type("to-file");
    show_type("to-dir");
    show_type("to-dir/file");
    show_type("dangling");
    show_type("dir/../to-dir/file");
    show_open("to-file", O_RDONLY);
    show_open("to-dir/file", O_RDONLY);
    show_open("loop", O_RDONLY);
    show_open("to-dir", O_RDONLY | O_DIRECTORY);
    show_open("to-file", O_RDONLY | O_DIRECTORY);
    show("link", link("dir/file", "hard"));
    struct stat a, b;
    stat("dir/file", &a);
    stat("hard", &b);
    printf("same file %d, links %d\n", a.st_ino == b.st_ino && a.st_dev == b.st_dev, (int)b.st_nlink);
    show("link again", link("dir/file", "hard"));
    show("link to nothing", link("none", "hard2"));
    show("unlink a link", unlink("to-file"));
    show_type("dir/file");
    show("unlink", unlink("hard"));
    stat("dir/file", &a);
    printf("links %d\n", (int)a.st_nlink);
    return 0;
}
