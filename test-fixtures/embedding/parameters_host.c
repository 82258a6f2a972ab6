/* Passes more parameters than there are registers to a module, which passes them to a host function. */
#include "parameters.h"

int puts(const char *);

static int wrong;

static w2o_trap take(void *env, int32_t a1, int32_t a2, int32_t a3, int32_t a4, int32_t a5, int32_t a6, int32_t a7, int32_t a8, int64_t a9, int32_t a10,
                     float a11, float a12, float a13, float a14, float a15, float a16, float a17, float a18, float a19,
                     double a20, int32_t a21, int32_t *first, double *second)
{
    wrong += env != &wrong;
    wrong += a1 != -1 || a2 != 2 || a3 != -3 || a4 != 4 || a5 != -5 || a6 != 6 || a7 != -7 || a8 != 8;
    wrong += a9 != INT64_C(-9000000000) || a10 != 10;
    wrong += a11 != 11.5f || a12 != -12.5f || a13 != 13.5f || a14 != -14.5f || a15 != 15.5f || a16 != -16.5f || a17 != 17.5f || a18 != -18.5f || a19 != 19.5f;
    wrong += a20 != -20.25 || a21 != 21;
    *first = -77;
    *second = 0.125;
    return W2O_TRAP_NONE;
}

int main(void)
{
    w2o_store *store = w2o_store_new(NULL);
    parameters_imports imports = {.host_take = {.code = take, .env = &wrong}};
    parameters_instance *instance = NULL;
    int32_t first = 0;
    double second = 0;
    wrong += parameters_instantiate(store, &imports, &instance) != W2O_TRAP_NONE;
    wrong += parameters_pass(instance, -1, 2, -3, 4, -5, 6, -7, 8, INT64_C(-9000000000), 10, 11.5f, -12.5f, 13.5f,
                             -14.5f, 15.5f, -16.5f, 17.5f, -18.5f, 19.5f, -20.25, 21, &first, &second) != W2O_TRAP_NONE;
    wrong += first != -77 || second != 0.125;
    w2o_store_free(store);
    puts(wrong == 0 ? "passed" : "wrong");
    return wrong;
}
