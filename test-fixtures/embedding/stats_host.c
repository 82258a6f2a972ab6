/* A program that embeds the plug-in stats.c: gives it a function, calls it, and survives its trap. */
#include <stdio.h>
#include <string.h>

#include "stats.h"

static w2o_trap report(void *env, int32_t sum)
{
    printf("%s %d\n", (const char *)env, sum);
    return W2O_TRAP_NONE;
}

int main(void)
{
    const int32_t values[] = {1, 10, 100};
    w2o_store *store = w2o_store_new(NULL);
    stats_imports imports = {.host_report = {.code = report, .env = "sum:"}};
    stats_instance *stats;
    int32_t address, average;

    w2o_trap trap = stats_instantiate(store, &imports, &stats);
    if (trap == W2O_TRAP_NONE) {
        trap = stats_allocate(stats, sizeof values, &address);
    }
    if (trap == W2O_TRAP_NONE) {
        memcpy(w2o_memory_at(stats_memory(stats), (uint32_t)address, sizeof values), values, sizeof values);
        trap = stats_average(stats, address, 3, &average);
    }
    if (trap != W2O_TRAP_NONE) {
        fprintf(stderr, "%s: %s\n", w2o_trap_name(trap), w2o_message(store));
        w2o_store_free(store);
        return 1;
    }
    printf("average: %d\n", average);

    trap = stats_average(stats, address, 0, &average);
    if (trap == W2O_TRAP_INTEGER_DIVIDE_BY_ZERO) {
        char text[500];
        w2o_trap_text(store, text, sizeof text);
        printf("%s", text);
    }
    stats_free(stats);
    return 0;
}
