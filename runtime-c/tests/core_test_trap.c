/* Traps of every origin, their backtraces, and signals that are nobody's. */
#define _GNU_SOURCE 1
#include "core_test.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

static w2o_store *store;
static w2o_instance *a;

static void set_up(w2o_trap (*host)(void *env, int32_t value, int32_t *result), const w2o_config *config)
{
    store = new_store(config);
    a = new_a(store, host, &a);
}

static void tear_down(void)
{
    CHECK_EQUAL(0, store->head.activation);
    w2o_store_free(store);
}

static void check_text(const char *expected)
{
    char text[1000];
    size_t size = w2o_trap_text(store, text, sizeof text);
    CHECK_EQUAL(strlen(text), size);
    if (strcmp(expected, text) != 0) {
        printf("%s", text);
        fail(__FILE__, __LINE__, "text", 0, 1);
    }
}

static void unreachable(void)
{
    set_up(add_one, NULL);
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, call(a, "unreachable", 0, 0, 0, NULL));
    check_text("wasm trap: unreachable\n  #0 0x0123 unreachable\n");
    int32_t result; /* and the store goes on */
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "add", 1, 2, 0, &result));
    CHECK_EQUAL(3, result);
    tear_down();
}

static void guard_page(void)
{
    set_up(add_one, NULL);
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "load", 65532, 0, 0, &result));
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", 65533, 0, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", -1, 0, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", INT32_MIN, 0, 0, NULL));
    check_text("wasm trap: out of bounds memory access\n  #0 0x0000 load\n");
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "grow", 1, 0, 0, &result));
    CHECK_EQUAL(1, result);
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "load", 65533, 0, 0, &result));
    tear_down();
}

static void division(void)
{
    set_up(add_one, NULL);
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "divide", 7, 2, 0, &result));
    CHECK_EQUAL(3, result);
    CHECK_EQUAL(W2O_TRAP_INTEGER_OVERFLOW, call(a, "divide", INT32_MIN, -1, 0, NULL));
    tear_down();
}

static void helper(void)
{
    set_up(add_one, NULL);
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "fill", 65536, 1, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "fill", 65530, 0x107, 6, NULL));
    CHECK_EQUAL(7, exported(a, "memory").of.memory->data[65535]);
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "fill", 65530, 1, 7, NULL));
    check_text("wasm trap: out of bounds memory access\n  #0 0x0000 function 6\n");
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "fill", -1, 1, -1, NULL));
    CHECK_EQUAL(W2O_TRAP_TABLE_OUT_OF_BOUNDS, call(a, "call_element", 4, 0, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_INDIRECT_CALL_TO_NULL, call(a, "call_element", 3, 0, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_BAD_SIGNATURE, call(a, "call_element", 0, 0, 0, NULL));
    check_text("wasm trap: indirect call type mismatch\n  #0 0x0000 function 8\n");
    tear_down();
}

static void frame_pointers(void)
{
    set_up(add_one, NULL);
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, call(a, "framed", 0, 0, 0, NULL));
    check_text("wasm trap: unreachable\n  #0 0x0123 unreachable\n  #1 0x0150 framed\n");
    tear_down();
}

static void stack_overflow(void)
{
    set_up(add_one, &(w2o_config){.max_stack = 1 << 20, .max_frames = 3});
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "recurse", 10000, 0, 0, &result));
    CHECK_EQUAL(10000, result);
    CHECK_EQUAL(W2O_TRAP_STACK_OVERFLOW, call(a, "recurse", 40000, 0, 0, NULL));
    check_text("wasm trap: call stack exhausted\n  #0 0x0000 recurse\n  #1 0x0000 recurse\n"
               "  #2 0x0000 recurse\n  ...\n");
    /* A frame that is larger than the stack may be. */
    CHECK_EQUAL(W2O_TRAP_STACK_OVERFLOW, call(a, "large", 0, 0, 0, NULL));
    check_text("wasm trap: call stack exhausted\n  #0 0x0000 function 11\n");
    tear_down();
    set_up(add_one, NULL);
    CHECK_EQUAL(W2O_TRAP_STACK_OVERFLOW, call(a, "recurse", INT32_MAX, 0, 0, NULL));
    CHECK_EQUAL(64, w2o_frame_count(store));
    tear_down();
}

/* ---- Host functions ---- */

static w2o_trap fail_with(void *env, int32_t value, int32_t *result)
{
    (void)env;
    (void)result;
    return (w2o_trap)value;
}

static void host_failure(void)
{
    set_up(fail_with, NULL);
    CHECK_EQUAL(W2O_TRAP_HOST, call(a, "call_host", W2O_TRAP_HOST, 0, 0, NULL));
    check_text("error: host function failed\n  #0 0x0000 call_host\n");
    CHECK_EQUAL(W2O_TRAP_EXIT, call(a, "call_host", W2O_TRAP_EXIT, 0, 0, NULL));
    tear_down();
}

static w2o_trap go_on(void *env, int32_t value, int32_t *result)
{
    w2o_instance *instance = *(w2o_instance **)env;
    return value == 0 ? call(instance, "framed", 0, 0, 0, result)
                      : call(instance, "call_host", value - 1, 0, 0, result);
}

static w2o_trap swallow(void *env, int32_t value, int32_t *result)
{
    w2o_trap trap = go_on(env, value, result);
    *result = (int32_t)trap;
    return W2O_TRAP_NONE;
}

static w2o_trap translate(void *env, int32_t value, int32_t *result)
{
    go_on(env, value, result);
    return W2O_TRAP_HOST;
}

static void through_the_host(void)
{
    set_up(go_on, NULL);
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, call(a, "call_host", 2, 0, 0, NULL));
    check_text("wasm trap: unreachable\n  #0 0x0123 unreachable\n  #1 0x0150 framed\n  #2 0x0000 call_host\n"
               "  #3 0x0000 call_host\n  #4 0x0000 call_host\n");
    tear_down();
    set_up(swallow, NULL);
    int32_t result;
    CHECK_EQUAL(W2O_TRAP_NONE, call(a, "call_host", 0, 0, 0, &result));
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, result);
    tear_down();
    set_up(translate, NULL);
    CHECK_EQUAL(W2O_TRAP_HOST, call(a, "call_host", 0, 0, 0, NULL));
    check_text("error: host function failed\n  #0 0x0000 call_host\n");
    tear_down();
}

static void host_function_called_at_once(void)
{
    /* The import's own record: calling it leads through the adapter at once. */
    set_up(fail_with, NULL);
    w2o_value arguments[] = {{.i32 = W2O_TRAP_HOST}, {.i32 = 0}, {.i32 = 0}};
    w2o_value result;
    CHECK_EQUAL(W2O_TRAP_HOST, w2o_call(store, exported(a, "host").of.func, arguments, &result));
    CHECK_EQUAL(0, w2o_frame_count(store));
    tear_down();
}

/* ---- Code that the linker arranged ---- */

static void scattered_code(void)
{
    enum { ROWS = 14, FUNCTIONS = 11 };
    static w2o_frame_row frames[ROWS];
    static uint32_t sizes[ROWS];
    static w2o_module_state state;
    w2o_type_row types[4];
    memcpy(types, a_module.types, sizeof types);
    CHECK_EQUAL(ROWS, a_module.frame_count);
    for (uint32_t row = 0; row < ROWS; row++) {
        /* Thunks in the opposite order. */
        uint32_t from = row < FUNCTIONS ? row : FUNCTIONS + ROWS - 1 - row;
        uint32_t end = from + 1 < ROWS ? a_module.frames[from + 1].start : a_module.text_size;
        uintptr_t start = (uintptr_t)a_module.text + a_module.frames[from].start;
        frames[row] = (w2o_frame_row){(uint32_t)(start - (uintptr_t)&frames[row].start), a_module.frames[from].info};
        sizes[row] = end - a_module.frames[from].start;
    }
    for (int i = 0; i < 4; i++) {
        types[i].enter = ROWS;
        types[i].adapter = types[i].adapter == 0 ? 0 : ROWS - 1;
    }
    w2o_module module = a_module;
    module.flags = W2O_SCATTERED;
    module.text = NULL;
    module.text_size = 0;
    module.frames = frames;
    module.frame_sizes = sizes;
    module.types = types;
    module.state = &state;

    store = new_store(NULL);
    w2o_extern import = {.kind = W2O_HOST_FUNC, .of.host = {(w2o_host_code)go_on, &a}};
    CHECK_EQUAL(W2O_TRAP_NONE, w2o_instantiate(store, &module, &import, 1, &a));
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, call(a, "call_host", 1, 0, 0, NULL));
    check_text("wasm trap: unreachable\n  #0 0x0123 unreachable\n  #1 0x0150 framed\n  #2 0x0000 call_host\n"
               "  #3 0x0000 call_host\n");
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", -1, 0, 0, NULL));
    CHECK_EQUAL(W2O_TRAP_INTEGER_OVERFLOW, call(a, "divide", INT32_MIN, -1, 0, NULL));
    w2o_code_place place;
    CHECK(!w2o_find_code(state.low - 1, &place));
    CHECK(!w2o_find_code(state.low + state.size, &place));
    sizes[0] -= 1; /* a byte of somebody else's */
    CHECK(w2o_find_code(state.low + 1, &place) && place.row == 0 && place.offset == 1);
    CHECK(!w2o_find_code(state.low + sizes[0], &place));
    tear_down();
}

/* ---- Text ---- */

static void short_buffers(void)
{
    set_up(add_one, NULL);
    CHECK_EQUAL(W2O_TRAP_UNREACHABLE, call(a, "unreachable", 0, 0, 0, NULL));
    char text[20];
    memset(text, 'x', sizeof text);
    size_t whole = w2o_trap_text(store, NULL, 0);
    CHECK_EQUAL(whole, w2o_trap_text(store, text, 12));
    CHECK_TEXT("wasm trap: ", text);
    CHECK_EQUAL('x', text[12]);
    CHECK_TEXT("unknown trap", w2o_trap_name((w2o_trap)77));
    CHECK_TEXT("unknown trap", w2o_trap_name((w2o_trap)-1));
    tear_down();
}

/* ---- Other people's signals ---- */

static sigjmp_buf escape;
static volatile sig_atomic_t seen;

static void expect_signal(int number)
{
    seen = number;
    siglongjmp(escape, 1);
}


static void chained_signals(void)
{
    set_up(add_one, NULL);
    volatile int *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sigsetjmp(escape, 1) == 0) {
        *forbidden = 1;
    }
    CHECK_EQUAL(SIGSEGV, seen);
    seen = 0;
    if (sigsetjmp(escape, 1) == 0) {
        raise(SIGSEGV);
    }
    CHECK_EQUAL(SIGSEGV, seen);
    /* Outside of compiled code the guard is no trap either. */
    seen = 0;
    volatile uint8_t *data = exported(a, "memory").of.memory->data;
    if (sigsetjmp(escape, 1) == 0) {
        (void)data[65536];
    }
    CHECK_EQUAL(SIGSEGV, seen);
    CHECK_EQUAL(W2O_TRAP_MEMORY_OUT_OF_BOUNDS, call(a, "load", 65533, 0, 0, NULL));
    munmap((void *)(uintptr_t)forbidden, 4096);
    tear_down();
}

/* Runs before main, when no handler of the runtime's is installed yet. */
__attribute__((constructor)) static void install_first(void)
{
    signal(SIGSEGV, expect_signal);
}

const test_case trap_tests[] = {
    {"unreachable", unreachable},
    {"guard page", guard_page},
    {"division", division},
    {"helper", helper},
    {"frame pointers", frame_pointers},
    {"stack overflow", stack_overflow},
    {"host failure", host_failure},
    {"through the host", through_the_host},
    {"host function called at once", host_function_called_at_once},
    {"scattered code", scattered_code},
    {"short buffers", short_buffers},
    {"chained signals", chained_signals},
    {NULL, NULL},
};
