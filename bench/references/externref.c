/* Calls externref.wat's function so many times, and prints the user CPU seconds that it took. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "externref.h"

static double seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

static int destroyed;

static void destroy(void *payload)
{
    destroyed += *(int *)payload;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000000;
    int payload = 1;
    w2o_store *store = w2o_store_new(NULL);
    externref_instance *instance;
    w2o_ref given = w2o_ref_new(store, &payload, destroy), got;
    if (externref_instantiate(store, &instance) != W2O_TRAP_NONE) {
        return 1;
    }
    double start = seconds();
    w2o_trap trap = externref_run(instance, given, count, &got);
    double took = seconds() - start;
    if (trap != W2O_TRAP_NONE || got != given || destroyed != 0) {
        return 1;
    }
    w2o_store_free(store);
    if (destroyed != 1) {
        return 1;
    }
    printf("%.3f\n", took);
    return 0;
}
