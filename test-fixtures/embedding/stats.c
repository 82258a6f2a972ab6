/*
 * A plug-in that needs no C library. stats.wasm is made of it by
 *
 *     clang-19 --target=wasm32 -O2 -nostdlib -Wl,--no-entry -o stats.wasm stats.c
 */
__attribute__((import_module("host"), import_name("report"))) void report(int sum);

extern unsigned char __heap_base;
static unsigned char *next = &__heap_base;

/* Room for what the host wants to hand over. */
__attribute__((export_name("allocate"))) void *allocate(int bytes)
{
    unsigned char *result = next;
    next += (bytes + 15) & ~15;
    return result;
}

/* Traps when there is nothing to take the average of. */
__attribute__((export_name("average"))) int average(const int *values, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
    }
    report(sum);
    return sum / count;
}
