/* Attributes and times, in whole seconds, as not every host keeps more. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void show_times(const char *path)
{
    struct stat status;
    if (lstat(path, &status) < 0) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    printf("%s: %lld bytes, accessed %lld, modified %lld\n", path, (long long)status.st_size,
           (long long)status.st_atim.tv_sec, (long long)status.st_mtim.tv_sec);
}

static void show(const char *what, int result)
{
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "yes");
}

int main(void)
{
    int fd = open("f", O_CREAT | O_RDWR, 0666);
    write(fd, "12345", 5);
    const struct timespec both[2] = {{1000000000, 0}, {1200000000, 0}};
    show("futimens", futimens(fd, both));
    show_times("f");
    const struct timespec second[2] = {{0, UTIME_OMIT}, {1300000000, 0}};
    show("futimens, one", futimens(fd, second));
    show_times("f");
    const struct timespec first[2] = {{1400000000, 0}, {0, UTIME_OMIT}};
    show("utimensat", utimensat(AT_FDCWD, "f", first, 0));
    show_times("f");
    symlink("f", "link");
    show("utimensat of a link", utimensat(AT_FDCWD, "link", both, AT_SYMLINK_NOFOLLOW));
    struct stat status;
    lstat("link", &status);
    printf("link: modified %lld\n", (long long)status.st_mtim.tv_sec);
    show_times("f");
    show("utimensat of nothing", utimensat(AT_FDCWD, "none", both, 0));
    show("truncate to more", ftruncate(fd, 50));
    fstat(fd, &status);
    printf("%lld bytes\n", (long long)status.st_size);
    struct stat directory;
    show("stat", stat(".", &directory));
    printf("directory %d, same device %d\n", S_ISDIR(directory.st_mode), directory.st_dev == status.st_dev);
    show("access", access("f", R_OK | W_OK));
    show("access to nothing", access("none", F_OK));
    return 0;
}
