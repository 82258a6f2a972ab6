/* Supplies the few POSIX names that Unix command-line programs use and that
 * wasi-libc leaves out: WASI preview 1 has no users, no permission bits, no
 * record locks and no child processes, so each function does nothing or fails.
 * The builds for wasm32-wasi pass it with -include; native builds don't. */
#ifndef WASI_COMPAT_H
#define WASI_COMPAT_H

#ifndef __wasi__
#error "wasi-compat.h is for wasm32-wasi only"
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>

#define WASI_COMPAT static inline __attribute__((unused))

/* Some sysroots declare some of these, but no library defines them. */
WASI_COMPAT uid_t wasi_compat_getuid(void) { return 0; }
WASI_COMPAT uid_t wasi_compat_geteuid(void) { return 0; }
WASI_COMPAT mode_t wasi_compat_umask(mode_t mask) { (void)mask; return 022; }

WASI_COMPAT int wasi_compat_chmod(const char *path, mode_t mode) {
  (void)path; (void)mode;
  return 0;
}

WASI_COMPAT int wasi_compat_fchmod(int fd, mode_t mode) {
  (void)fd; (void)mode;
  return 0;
}

WASI_COMPAT int wasi_compat_chown(const char *path, uid_t user, gid_t group) {
  (void)path; (void)user; (void)group;
  return 0;
}

WASI_COMPAT int wasi_compat_fchown(int fd, uid_t user, gid_t group) {
  (void)fd; (void)user; (void)group;
  return 0;
}

WASI_COMPAT int wasi_compat_getpagesize(void) { return 65536; }

WASI_COMPAT int wasi_compat_system(const char *command) {
  if (command == NULL) return 0; /* "no command processor" */
  errno = ENOSYS;
  return -1;
}

WASI_COMPAT char *wasi_compat_tmpnam(char *buffer) {
  (void)buffer;
  return NULL;
}

WASI_COMPAT FILE *wasi_compat_tmpfile(void) {
  errno = ENOSYS;
  return NULL;
}

#define getuid wasi_compat_getuid
#define geteuid wasi_compat_geteuid
#define umask wasi_compat_umask
#define chmod wasi_compat_chmod
#define fchmod wasi_compat_fchmod
#define chown wasi_compat_chown
#define fchown wasi_compat_fchown
#define getpagesize wasi_compat_getpagesize
#define system wasi_compat_system
#define tmpnam wasi_compat_tmpnam
#undef L_tmpnam
#define L_tmpnam 20
#define tmpfile wasi_compat_tmpfile

/* fcntl() of wasi-libc answers EINVAL to these. */
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

#endif
