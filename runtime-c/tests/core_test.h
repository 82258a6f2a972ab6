/* What the core's tests share: checks, and two modules made by hand. */
#ifndef CORE_TEST_H
#define CORE_TEST_H

#include <stdio.h>
#include <string.h>

#include "../src/helpers.h"

/*
 * Module a. Memory 0 is its own, pinned and guarded, of 1 to 4 pages; "hello" is at 16. Table 0, of
 * funcref: add, host, load, null. Global 0: i32, mutable, 42. Imports "env" "host" (i32) -> (i32).
 * Exports what is listed in core_fixture.c.
 *
 * Module b. Imports from "a": load, memory (at least 1 page), table, global g. Exports load_and_add.
 */
/*
 * Module r. Imports "env" "host" (i32) -> (i32). Exports keep and framed (externref) -> (externref), which call host with 7
 * and return their argument: a word, as no thunk translates it; table, of 4 externrefs; g, a mutable externref.
 */
extern w2o_module a_module, b_module, r_module;

w2o_trap a_add(w2o_instance *instance, int32_t a, int32_t b, int32_t *result);

typedef struct test_case {
    const char *name;
    void (*run)(void);
} test_case;

extern const test_case instance_tests[], trap_tests[], type_tests[], entity_tests[], thread_tests[], reference_tests[], gc_tests[];

/* Notes a failure of the running case, which goes on. */
void fail(const char *file, int line, const char *what, long long expected, long long actual);

#define CHECK(condition) CHECK_EQUAL(1, (condition) ? 1 : 0)
#define CHECK_EQUAL(expected, actual)                                        \
    do {                                                                     \
        long long expected_ = (long long)(expected);                         \
        long long actual_ = (long long)(actual);                             \
        if (expected_ != actual_) {                                          \
            fail(__FILE__, __LINE__, #actual, expected_, actual_);           \
        }                                                                    \
    } while (0)
#define CHECK_TEXT(expected, actual) CHECK(strcmp(expected, actual) == 0)

/* A store, or the end of the tests. */
w2o_store *new_store(const w2o_config *config);

/* An instance of a whose host function is `host`. */
w2o_instance *new_a(w2o_store *store, w2o_trap (*host)(void *env, int32_t value, int32_t *result), void *env);

/* Something that is exported under the name. */
w2o_extern exported(w2o_instance *instance, const char *name);

/* Calls an exported function of up to three i32; the result goes to *result unless that is NULL. */
w2o_trap call(w2o_instance *instance, const char *name, int32_t a, int32_t b, int32_t c, int32_t *result);

/* A host function: the argument plus one. */
w2o_trap add_one(void *env, int32_t value, int32_t *result);

#endif
