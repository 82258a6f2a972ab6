/* Ways out of the directory, none of which may work. How each fails is the host's choice. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

/* Below the first preopen, past libc's own handling of "..". */
static void try(const char *path)
{
    __wasi_fd_t fd;
    __wasi_filestat_t status;
    __wasi_errno_t opened =
        __wasi_path_open(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, path, 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd);
    __wasi_errno_t seen = __wasi_path_filestat_get(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, path, &status);
    printf("%s: %s, %s\n", path, opened == 0 ? "OPENED" : "not opened", seen == 0 ? "SEEN" : "not seen");
}

int main(void)
{
    mkdir("d", 0777);
    close(open("d/file", O_CREAT | O_WRONLY, 0666));
    symlink("..", "up");
    symlink("../../..", "d/up");
    symlink("../d/../..", "d/twisted");
    try("../etc/passwd");
    try("../../../../../../etc/passwd");
    try("d/../../etc/passwd");
    try("/etc/passwd");
    try("up/etc");
    try("up/etc/passwd");
    try("d/up/etc/passwd");
    try("d/twisted/etc/passwd");
    return 0;
}
