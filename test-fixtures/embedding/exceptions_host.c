/*
 * Exceptions between C and two modules: thrown and caught on either side, through frames of both and of C, with payloads
 * of all types; what reaches the embedder; and what goes wrong. With a number as argument: throws so often, and the
 * memory that takes must stay the same.
 */
#include <stdlib.h>
#include <sys/resource.h>

#include "catcher.h"
#include "check.h"
#include "thrower.h"

enum { DEPTH = 50 };

enum { RETURN, THROW_HOST, THROW_OWN, PASS_ON, CATCH, REPLACE, THROUGH, TRAP, THROW_NOTHING, NEST, PASS_ON_LATER };

static w2o_store *store;
static const w2o_tag *host_tag;
static thrower_instance *thrower;
static catcher_instance *catcher;
static int levels;
static bool throws_again;
static const char vector[16] = {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0};

/* ---- The host's functions ---- */

static w2o_trap throw_own(int32_t n)
{
    w2o_value payload[7] = {{.i32 = n}, {.i64 = INT64_MIN}, {.f32 = 1.5f}, {.f64 = 2.5}};
    payload[5].ref = w2o_ref_new(store, &levels, NULL);
    return w2o_throw(store, thrower_own(thrower), payload);
}

static w2o_trap act(void *env, int32_t what, int32_t *result)
{
    (void)env;
    *result = 7;
    switch (what) {
    case THROW_HOST:
        return w2o_throw(store, host_tag, &(w2o_value){.i32 = 41});
    case THROW_OWN:
        return throw_own(-9);
    case PASS_ON:
        return thrower_throw_own(thrower, 33, w2o_ref_new(store, &thrower, NULL));
    case CATCH:
        CHECK(thrower_throw_host(thrower, 5) == W2O_TRAP_EXCEPTION);
        CHECK(w2o_caught_tag(store) == host_tag);
        *result = w2o_caught_payload(store)[0].i32 + 1;
        w2o_clear_exception(store);
        CHECK(w2o_caught_tag(store) == NULL && w2o_caught_payload(store) == NULL);
        return W2O_TRAP_NONE;
    case REPLACE:
        CHECK(thrower_throw_host(thrower, 5) == W2O_TRAP_EXCEPTION);
        return throw_own(w2o_caught_payload(store)[0].i32 + 70);
    case THROUGH:
        return catcher_through(catcher, PASS_ON, 20, result);
    case TRAP:
        return W2O_TRAP_HOST;
    case THROW_NOTHING:
        return W2O_TRAP_EXCEPTION;
    case NEST:
        return levels-- > 0 ? thrower_pass(thrower, NEST, result) : throw_own(levels);
    case PASS_ON_LATER: {
        /* What succeeds in between does not touch the exception. */
        w2o_trap trap = thrower_throw_own(thrower, 34, 0);
        CHECK(thrower_nothing(thrower) == W2O_TRAP_NONE);
        return trap;
    }
    default:
        return W2O_TRAP_NONE;
    }
}

static w2o_trap look(void *env, w2o_ref exception, int32_t *result)
{
    (void)env;
    *result = exception != 0;
    return throws_again ? w2o_throw_ref(store, exception) : W2O_TRAP_NONE;
}

/* ---- Cases ---- */

static void set_up(void)
{
    store = w2o_store_new(NULL);
    w2o_value_type i32 = W2O_I32;
    host_tag = w2o_tag_new(store, w2o_func_type(&i32, 1, NULL, 0));
    thrower_imports imports = {.host_tag = host_tag, .host_act = {.code = act}, .host_look = {.code = look}};
    CHECK(thrower_instantiate(store, &imports, &thrower) == W2O_TRAP_NONE);
    catcher_imports links = {.thrower_own = thrower_own(thrower)};
    w2o_extern pass;
    CHECK(w2o_export((w2o_instance *)thrower, "pass", 4, &pass));
    links.thrower_pass.func = pass.of.func;
    CHECK(catcher_instantiate(store, &links, &catcher) == W2O_TRAP_NONE);
}

/* The exception in the store, of the module's own tag. */
static void expect_own(int32_t n, int64_t wide, void *reference)
{
    CHECK(w2o_caught_tag(store) == thrower_own(thrower));
    const w2o_value *payload = w2o_caught_payload(store);
    CHECK(payload[0].i32 == n && payload[1].i64 == wide);
    CHECK(w2o_ref_payload(store, payload[5].ref) == reference);
    if (wide == -5000000000) {
        CHECK(payload[2].f32 == 0.5f && payload[3].f64 == -0.25);
        CHECK(memcmp(payload[4].v128, vector, sizeof vector) == 0);
        w2o_extern nothing;
        CHECK(w2o_export((w2o_instance *)thrower, "nothing", 7, &nothing));
        CHECK(payload[6].func == nothing.of.func);
    }
}

static void caught_in_the_module(void)
{
    int32_t result;
    CHECK_RESULT(7, thrower_catch_host(thrower, RETURN, &result));
    CHECK_RESULT(1041, thrower_catch_host(thrower, THROW_HOST, &result));
    CHECK_RESULT(-1, thrower_catch_host(thrower, THROW_OWN, &result));
    CHECK_RESULT(-1, thrower_catch_host(thrower, PASS_ON, &result));
    CHECK_RESULT(-1, thrower_catch_host(thrower, PASS_ON_LATER, &result));
    CHECK_RESULT(-1, thrower_catch_host(thrower, REPLACE, &result));
    CHECK_RESULT(-1, thrower_catch_host(thrower, THROUGH, &result));
    CHECK_RESULT(6, thrower_catch_host(thrower, CATCH, &result));
    CHECK(w2o_caught_tag(store) == NULL);
}

/* Through the frames of thrower, of C, and of catcher. */
static void caught_in_the_other_module(void)
{
    int32_t n;
    int64_t wide;
    float single;
    double number;
    w2o_ref reference;
    const w2o_func *func;
#define CATCH_OWN(what) catcher_catch_own(catcher, what, &n, &wide, &single, &number, &reference, &func)
    CHECK(CATCH_OWN(PASS_ON) == W2O_TRAP_NONE);
    CHECK(n == 33 && wide == -5000000000 && single == 0.5f && number == -0.25 && func != NULL);
    CHECK(w2o_ref_payload(store, reference) == &thrower);
    CHECK(CATCH_OWN(THROW_OWN) == W2O_TRAP_NONE);
    CHECK(n == -9 && wide == INT64_MIN && single == 1.5f && number == 2.5 && func == NULL);
    CHECK(w2o_ref_payload(store, reference) == &levels);
    CHECK(CATCH_OWN(THROUGH) == W2O_TRAP_NONE && n == 33);
    levels = DEPTH;
    CHECK(CATCH_OWN(NEST) == W2O_TRAP_NONE && n == -1);
    CHECK(CATCH_OWN(RETURN) == W2O_TRAP_NONE && n == 0);
    CHECK(CATCH_OWN(THROW_HOST) == W2O_TRAP_EXCEPTION && w2o_caught_tag(store) == host_tag);
    w2o_clear_exception(store);
}

static void uncaught(void)
{
    int32_t result = 3;
    CHECK(thrower_throw_own(thrower, 8, w2o_ref_new(store, store, NULL)) == W2O_TRAP_EXCEPTION);
    expect_own(8, -5000000000, store);
    CHECK(w2o_last_trap(store) == W2O_TRAP_EXCEPTION && w2o_frame_count(store) == 1);
    CHECK(thrower_throw_empty(thrower) == W2O_TRAP_EXCEPTION);
    CHECK(w2o_caught_tag(store) == thrower_empty(thrower));
    CHECK(thrower_throw_host(thrower, -6) == W2O_TRAP_EXCEPTION);
    CHECK(w2o_caught_tag(store) == host_tag && w2o_caught_payload(store)[0].i32 == -6);
    CHECK(thrower_pass(thrower, THROW_OWN, &result) == W2O_TRAP_EXCEPTION);
    expect_own(-9, INT64_MIN, &levels);
    CHECK(catcher_through(catcher, PASS_ON, 30, &result) == W2O_TRAP_EXCEPTION);
    expect_own(33, -5000000000, &thrower);
    CHECK(w2o_frame_count(store) == 1 + 1 + 31); /* throw_own, pass, through; $tail is gone */
    CHECK(catcher_through(catcher, REPLACE, 1, &result) == W2O_TRAP_EXCEPTION);
    expect_own(75, INT64_MIN, &levels);
    CHECK(result == 3); /* untouched */
    char text[100];
    CHECK(w2o_trap_text(store, text, sizeof text) > 0 && strncmp(text, "error: unhandled exception\n", 27) == 0);

    /* A call that succeeds leaves it where it is; a trap takes its place. */
    CHECK(thrower_nothing(thrower) == W2O_TRAP_NONE && w2o_caught_tag(store) == thrower_own(thrower));
    CHECK(thrower_pass(thrower, TRAP, &result) == W2O_TRAP_HOST);
    CHECK(w2o_caught_tag(store) == NULL);
}

static void thrown_again(void)
{
    int32_t result;
    CHECK(thrower_again(thrower, PASS_ON, &result) == W2O_TRAP_EXCEPTION);
    expect_own(33, -5000000000, &thrower);
    CHECK_RESULT(7, thrower_again(thrower, RETURN, &result));
    CHECK_RESULT(1, thrower_look(thrower, 12, &result));
    CHECK_RESULT(0, thrower_look(thrower, 0, &result));
    throws_again = true;
    CHECK(thrower_look(thrower, 12, &result) == W2O_TRAP_EXCEPTION);
    CHECK(w2o_caught_tag(store) == host_tag && w2o_caught_payload(store)[0].i32 == 12);
    CHECK(thrower_look(thrower, 0, &result) == W2O_TRAP_NULL_REFERENCE);
    throws_again = false;
}

/* Traps are no exceptions, and what is not in the store cannot be thrown. */
static void nothing_to_catch(void)
{
    int32_t result;
    w2o_clear_exception(store);
    CHECK(thrower_catch_host(thrower, TRAP, &result) == W2O_TRAP_HOST);
    CHECK(thrower_catch_host(thrower, THROW_NOTHING, &result) == W2O_TRAP_MISUSE);
    CHECK(catcher_through(catcher, THROW_NOTHING, 3, &result) == W2O_TRAP_MISUSE);
    CHECK_RESULT(1041, thrower_catch_host(thrower, THROW_HOST, &result));
}

static void tags_that_do_not_link(void)
{
    thrower_imports imports = {.host_act = {.code = act}, .host_look = {.code = look}};
    thrower_instance *made = NULL;
    CHECK(thrower_instantiate(store, &imports, &made) == W2O_TRAP_UNLINKABLE && made == NULL);
    CHECK(strcmp(w2o_message(store), "import \"host\" \"tag\" is missing") == 0);
    imports.host_tag = thrower_empty(thrower);
    CHECK(thrower_instantiate(store, &imports, &made) == W2O_TRAP_UNLINKABLE && made == NULL);
    CHECK(strcmp(w2o_message(store), "import \"host\" \"tag\" is a tag of another type") == 0);
}

/* ---- Many ---- */

static long peak(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void often(long times)
{
    enum { AT_ONCE = 1000000, ALLOWED = 256 };
    int32_t result;
    CHECK_RESULT(5000, thrower_often(thrower, 10000, &result));
    long before = peak();
    for (; times > 0; times -= AT_ONCE)
        CHECK_RESULT(AT_ONCE / 2, thrower_often(thrower, AT_ONCE, &result));
    CHECK(peak() - before <= ALLOWED);
    if (peak() - before > ALLOWED)
        printf("%ld KiB before, %ld after\n", before, peak());
}

int main(int count, char **arguments)
{
    set_up();
    if (count > 1) {
        often(atol(arguments[1]));
    } else {
        caught_in_the_module();
        caught_in_the_other_module();
        uncaught();
        thrown_again();
        nothing_to_catch();
        tags_that_do_not_link();
        CHECK(thrower_throw_own(thrower, 1, 0) == W2O_TRAP_EXCEPTION); /* that the store is freed with */
    }
    w2o_store_free(store);
    if (!failures)
        puts("passed");
    return failures != 0;
}
