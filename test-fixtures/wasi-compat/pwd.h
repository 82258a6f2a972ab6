/* WASI has no user database: every look-up finds nobody.  (Without this file
 * clang would pick up the host's <pwd.h>.) */
#ifndef WASI_COMPAT_PWD_H
#define WASI_COMPAT_PWD_H

#include <stddef.h>
#include <sys/types.h>

struct passwd {
  char *pw_name;
  char *pw_dir;
};

static inline struct passwd *getpwuid(uid_t user) {
  (void)user;
  return NULL;
}

#endif
