/*
 * Prints for each kernel how many objects' bytes an iteration allocates: the distance that the heap's allocation pointer has
 * moved (docs/abi.md: the heap's base is at context - 136, the pointer 16 bytes below it). Sums are checked against C.
 */
#include "kernels.h"
#include "check.h"

enum { TIMES = 1000 };

static uint32_t allocation_pointer(const kernels_instance *instance)
{
    const char *heap;
    uint32_t pointer;
    memcpy(&heap, (const char *)instance - 136, sizeof heap);
    memcpy(&pointer, heap - 16, sizeof pointer);
    return pointer;
}

typedef w2o_trap kernel(kernels_instance *instance, int32_t n, int32_t *result);

static int32_t sum(void)
{
    int32_t total = 0;
    for (int32_t n = TIMES; n > 0; n--)
        total += n;
    return total;
}

static int32_t branch(void)
{
    int32_t total = 0;
    for (int32_t n = TIMES; n > 0; n--)
        total = n % 2 != 0 ? total + n : total - 1;
    return total;
}

static int32_t mutable(void)
{
    int32_t total = 0;
    for (int32_t n = TIMES; n > 0; n--)
        total += 7 + 3 * n;
    return total;
}

static int32_t packed(void)
{
    int32_t total = 0;
    for (int32_t n = TIMES; n > 0; n--)
        total += (int8_t)(uint8_t)(n & 0xff) + (n & 0xffff);
    return total;
}

static void count(kernels_instance *instance, const char *name, kernel *run, int32_t expected)
{
    int32_t result = 0;
    uint32_t before = allocation_pointer(instance);
    CHECK_RESULT(expected, run(instance, TIMES, &result));
    printf("%s %u\n", name, (unsigned)((allocation_pointer(instance) - before) / TIMES));
}

int main(void)
{
    w2o_store *store = w2o_store_new(NULL);
    kernels_instance *instance = NULL;
    CHECK(kernels_instantiate(store, &instance) == W2O_TRAP_NONE);
    count(instance, "pair", kernels_pair, sum());
    count(instance, "branch", kernels_branch, branch());
    count(instance, "nested", kernels_nested, sum());
    count(instance, "boxed", kernels_boxed, sum());
    count(instance, "mutable", kernels_mutable, mutable());
    count(instance, "packed", kernels_packed, packed());
    count(instance, "constructor", kernels_constructor, sum());
    count(instance, "escape", kernels_escape, sum());
    w2o_store_free(store);
    return failures != 0;
}
