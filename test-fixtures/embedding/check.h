/* Checks for the hosts here: a failure is printed, and the program's status in the end. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int failures;

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            failures++;                                                         \
            printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);      \
        }                                                                       \
    } while (0)

/* The call, whose last argument is &result, returns this. */
#define CHECK_RESULT(expected, call)                \
    do {                                            \
        CHECK((call) == W2O_TRAP_NONE);             \
        CHECK(result == (expected));                \
        result = -1;                                \
    } while (0)

#endif
