/* Descriptors by WASI's own calls: attributes, rights, renumbering, preopens. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

static const char *name_of(__wasi_errno_t error)
{
    switch (error) {
    case __WASI_ERRNO_SUCCESS:
        return "success";
    case __WASI_ERRNO_BADF:
        return "badf";
    case __WASI_ERRNO_INVAL:
        return "inval";
    case __WASI_ERRNO_NOTCAPABLE:
        return "notcapable";
    default:
        return "other";
    }
}

static void show(const char *what, __wasi_errno_t error)
{
    printf("%s: %s\n", what, name_of(error));
}

static __wasi_fd_t make(const char *path, __wasi_rights_t rights)
{
    __wasi_fd_t fd = 0;
    show(path, __wasi_path_open(3, 0, path, __WASI_OFLAGS_CREAT, rights, 0, 0, &fd));
    return fd;
}

int main(void)
{
    __wasi_prestat_t prestat;
    char name[8] = "";
    show("prestat", __wasi_fd_prestat_get(3, &prestat));
    show("name", __wasi_fd_prestat_dir_name(3, (uint8_t *)name, prestat.u.dir.pr_name_len));
    printf("preopen %s\n", name);
    const __wasi_rights_t rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK |
                                   __WASI_RIGHTS_FD_TELL | __WASI_RIGHTS_FD_FILESTAT_GET;
    __wasi_fd_t one = make("one", rights), two = make("two", rights);
    printf("numbers %d %d\n", one, two);
    __wasi_fdstat_t status;
    show("fdstat", __wasi_fd_fdstat_get(one, &status));
    printf("type %d, rights as asked %d, to hand on %llx\n", status.fs_filetype, status.fs_rights_base == rights,
           (unsigned long long)status.fs_rights_inheriting);
    show("fewer rights", __wasi_fd_fdstat_set_rights(one, __WASI_RIGHTS_FD_READ, 0));
    show("more rights", __wasi_fd_fdstat_set_rights(one, rights, 0));
    const __wasi_ciovec_t bytes = {(const uint8_t *)"text", 4};
    __wasi_size_t size = 0;
    show("write", __wasi_fd_write(one, &bytes, 1, &size));
    show("write", __wasi_fd_write(two, &bytes, 1, &size));
    printf("%u bytes\n", (unsigned)size);
    show("write nothing", __wasi_fd_write(two, &bytes, 0, &size));
    printf("%u bytes\n", (unsigned)size);
    __wasi_filesize_t position = 0;
    show("tell", __wasi_fd_tell(two, &position));
    printf("at %llu\n", (unsigned long long)position);
    show("bad whence", __wasi_fd_seek(two, 0, 9, &position));
    show("seek without the right", __wasi_fd_seek(one, 0, __WASI_WHENCE_SET, &position));
    show("read a directory", __wasi_fd_read(3, (const __wasi_iovec_t *)&bytes, 1, &size));
    show("renumber", __wasi_fd_renumber(two, one));
    show("fdstat of the old number", __wasi_fd_fdstat_get(two, &status));
    show("fdstat of the new number", __wasi_fd_fdstat_get(one, &status));
    printf("rights moved along %d\n", status.fs_rights_base == rights);
    show("renumber from nowhere", __wasi_fd_renumber(two, one));
    show("times that exclude each other",
         __wasi_fd_filestat_set_times(one, 0, 0, __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW));
    show("close", __wasi_fd_close(one));
    show("close again", __wasi_fd_close(one));
    show("advise a bad advice", __wasi_fd_advise(3, 0, 0, 77));
    show("yield", __wasi_sched_yield());
    printf("terminal %d\n", isatty(0));
    return 0;
}
