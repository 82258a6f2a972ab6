/* This wasi-libc has no setjmp: programs that include this must not use it. */
#ifndef WASI_COMPAT_SETJMP_H
#define WASI_COMPAT_SETJMP_H
#endif
