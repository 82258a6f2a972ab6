/* What another instance's function gets from tail calls, against the same sum in C. */
#include "check.h"
#include "leaver.h"
#include "mixer.h"

enum { COUNT = 10 };

static int64_t mix(const int64_t *values)
{
    uint64_t sum = 0;
    for (int i = 0; i < COUNT; i++)
        sum = sum * 31 + (uint64_t)values[i];
    return (int64_t)sum;
}

int main(void)
{
    w2o_store *store = w2o_store_new(NULL);
    mixer_instance *mixer;
    CHECK(mixer_instantiate(store, &mixer) == W2O_TRAP_NONE);
    w2o_extern found;
    CHECK(w2o_export((w2o_instance *)mixer, "mix", 3, &found));
    leaver_imports imports = {.mixer_mix.func = found.of.func};
    leaver_instance *leaver;
    CHECK(leaver_instantiate(store, &imports, &leaver) == W2O_TRAP_NONE);

    int64_t v[COUNT], result;
    for (int i = 0; i < COUNT; i++)
        v[i] = 0x1122334455660000 + i * 7;
    CHECK_RESULT(mix(v), leaver_constants(leaver, &result));
    for (int i = 0; i < COUNT; i++)
        v[i] = i + 1;
    CHECK_RESULT(mix(v), leaver_small(leaver, &result));
    CHECK_RESULT(mix(v), leaver_turned(leaver, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, &result));
    for (int i = 0; i < COUNT; i++)
        v[i] = (i % 2 ? 5000000000 : -3) + i;
    CHECK_RESULT(mix(v), leaver_some(leaver, -3, 5000000000, &result));
    for (int i = 0; i < COUNT; i++)
        v[i] = 100 - i * i;
    CHECK_RESULT(mix(v), leaver_by_reference(leaver, found.of.func, &result));
    for (int i = 0; i < COUNT; i++)
        v[i] = (9 - i) * (9 - i);
    CHECK_RESULT(mix(v), leaver_twice(leaver, &result));
    w2o_store_free(store);
    if (!failures)
        puts("passed");
    return failures != 0;
}
