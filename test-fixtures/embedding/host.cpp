// The headers from C++, a WASI reactor with a stream of the host's, and stack overflow in thunks.
#include <string>
#include <vector>

#include "check.h"
#include "counter.h"
#include "deep.h"
#include "reactor.h"

static int64_t append(void *state, const void *bytes, size_t size)
{
    static_cast<std::string *>(state)->append(static_cast<const char *>(bytes), size);
    return static_cast<int64_t>(size);
}

static void reactor()
{
    std::string output;
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    const char *arguments[] = {"reactor", "one", "two"};
    config.arguments = arguments;
    config.argument_count = 3;
    config.standard_output.write = append;
    config.standard_output.state = &output;
    w2o_wasi *wasi = nullptr;
    CHECK(w2o_wasi_create(&config, &wasi, nullptr) == 0);

    reactor_imports imports = {};
    reactor_use_wasi(&imports, wasi);
    reactor_instance *instance = nullptr;
    CHECK(reactor_instantiate(w2o_store_new(nullptr), &imports, &instance) == W2O_TRAP_NONE);
    w2o_wasi_set_memory(wasi, reactor_memory(instance));
    CHECK(reactor__initialize(instance) == W2O_TRAP_NONE);
    int32_t result = 0;
    CHECK_RESULT(1, reactor_greet(instance, &result));
    CHECK(output == "ready\nhello from the reactor\n");
    CHECK_RESULT(3, reactor_argument_count(instance, &result));
    CHECK(reactor_leave(instance, 7) == W2O_TRAP_EXIT);
    CHECK(w2o_wasi_exited(wasi) && w2o_wasi_exit_code(wasi) == 7);
    reactor_free(instance);
    w2o_wasi_free(wasi);
}

// ---- Frames of thunks ----

using wide_code = decltype(deep_imports::env_wide.code);

// The parameters of `wide`, by a type that repeats them.
template <size_t> using i64 = int64_t;
template <typename> struct wide_host;
template <typename... Parameters> struct wide_host<w2o_trap (*)(void *, Parameters...)> {
    static w2o_trap call(void *env, Parameters... parameters)
    {
        // All parameters as integers; the last one is where the result goes.
        std::vector<uint64_t> words = {(uint64_t)parameters...};
        for (size_t i = 0; i + 1 < words.size(); i++) {
            CHECK(words[i] == i);
        }
        ++*static_cast<int *>(env);
        *reinterpret_cast<int64_t *>(words.back()) = 0;
        return W2O_TRAP_NONE;
    }
};

static void deep()
{
    w2o_config config = {};
    config.max_stack = 1 << 20;
    int calls = 0;
    deep_imports imports = {};
    imports.env_wide.code = wide_host<wide_code>::call;
    imports.env_wide.env = &calls;
    deep_instance *instance = nullptr;
    CHECK(deep_instantiate(w2o_store_new(&config), &imports, &instance) == W2O_TRAP_NONE);
    int64_t result = 0;
    CHECK_RESULT(10, deep_deep(instance, 10, &result));
    CHECK(calls == 11);
    CHECK(deep_deep(instance, 1000000, &result) == W2O_TRAP_STACK_OVERFLOW);
    CHECK_RESULT(10, deep_deep(instance, 10, &result));
    deep_free(instance);
}

int main()
{
    reactor();
    deep();
    printf("%s\n", failures == 0 ? "passed" : "failed");
    return failures != 0;
}
