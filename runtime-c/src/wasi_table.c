/* The imports by name, for instantiation that resolves them at run time. Links all of WASI. */
#include "wasi_internal.h"

#define ENTRY(name, signature) {#name, signature, (w2o_host_code)w2o_wasi_##name}
#define UNSTABLE_ENTRY(name, signature) {#name, signature, (w2o_host_code)w2o_wasi_unstable_##name}

/* What both versions share, by name. */
#define SHARED_ENTRIES                          \
    ENTRY(args_get, "ii:i"),                          \
    ENTRY(args_sizes_get, "ii:i"),                    \
    ENTRY(environ_get, "ii:i"),                       \
    ENTRY(environ_sizes_get, "ii:i"),                 \
    ENTRY(clock_res_get, "ii:i"),                     \
    ENTRY(clock_time_get, "iIi:i"),                   \
    ENTRY(fd_advise, "iIIi:i"),                       \
    ENTRY(fd_allocate, "iII:i"),                      \
    ENTRY(fd_close, "i:i"),                           \
    ENTRY(fd_datasync, "i:i"),                        \
    ENTRY(fd_fdstat_get, "ii:i"),                     \
    ENTRY(fd_fdstat_set_flags, "ii:i"),               \
    ENTRY(fd_fdstat_set_rights, "iII:i"),             \
    ENTRY(fd_filestat_set_size, "iI:i"),              \
    ENTRY(fd_filestat_set_times, "iIIi:i"),           \
    ENTRY(fd_pread, "iiiIi:i"),                       \
    ENTRY(fd_prestat_get, "ii:i"),                    \
    ENTRY(fd_prestat_dir_name, "iii:i"),              \
    ENTRY(fd_pwrite, "iiiIi:i"),                      \
    ENTRY(fd_read, "iiii:i"),                         \
    ENTRY(fd_readdir, "iiiIi:i"),                     \
    ENTRY(fd_renumber, "ii:i"),                       \
    ENTRY(fd_sync, "i:i"),                            \
    ENTRY(fd_tell, "ii:i"),                           \
    ENTRY(fd_write, "iiii:i"),                        \
    ENTRY(path_create_directory, "iii:i"),            \
    ENTRY(path_filestat_set_times, "iiiiIIi:i"),      \
    ENTRY(path_link, "iiiiiii:i"),                    \
    ENTRY(path_open, "iiiiiIIii:i"),                  \
    ENTRY(path_readlink, "iiiiii:i"),                 \
    ENTRY(path_remove_directory, "iii:i"),            \
    ENTRY(path_rename, "iiiiii:i"),                   \
    ENTRY(path_symlink, "iiiii:i"),                   \
    ENTRY(path_unlink_file, "iii:i"),                 \
    ENTRY(proc_exit, "i:"),                           \
    ENTRY(proc_raise, "i:i"),                         \
    ENTRY(sched_yield, ":i"),                         \
    ENTRY(random_get, "ii:i"),                        \
    ENTRY(sock_recv, "iiiiii:i"),                     \
    ENTRY(sock_send, "iiiii:i"),                      \
    ENTRY(sock_shutdown, "ii:i")

const w2o_wasi_function w2o_wasi_functions[W2O_WASI_FUNCTION_COUNT] = {
    SHARED_ENTRIES,
    ENTRY(fd_filestat_get, "ii:i"),
    ENTRY(fd_seek, "iIii:i"),
    ENTRY(path_filestat_get, "iiiii:i"),
    ENTRY(poll_oneoff, "iiii:i"),
    ENTRY(sock_accept, "iii:i"),
};

const w2o_wasi_function w2o_wasi_unstable_functions[W2O_WASI_UNSTABLE_FUNCTION_COUNT] = {
    SHARED_ENTRIES,
    UNSTABLE_ENTRY(fd_filestat_get, "ii:i"),
    UNSTABLE_ENTRY(fd_seek, "iIii:i"),
    UNSTABLE_ENTRY(path_filestat_get, "iiiii:i"),
    UNSTABLE_ENTRY(poll_oneoff, "iiii:i"),
};
