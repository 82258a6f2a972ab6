/* Stores: made, configured, freed. */
#include <stdlib.h>

#include "gc.h"
#include "refs.h"

const char w2o_abi_v3 = 1;

#define DEFAULT_HEAP (UINT64_C(1) << 30)

enum { DEFAULT_HOST_STACK = 64 * 1024, DEFAULT_ELEMENTS = 1 << 27, DEFAULT_FRAMES = 64 };

static w2o_config with_defaults(const w2o_config *config)
{
    w2o_config result = {0};
    if (config != NULL) {
        result = *config;
    }
    if (result.host_stack == 0) {
        result.host_stack = DEFAULT_HOST_STACK;
    }
    if (result.host_stack < W2O_LEAST_HOST_STACK) {
        result.host_stack = W2O_LEAST_HOST_STACK;
    }
    if (result.max_memory == 0) {
        result.max_memory = UINT64_MAX;
    }
    if (result.max_elements == 0) {
        result.max_elements = DEFAULT_ELEMENTS;
    }
    if (result.max_heap == 0) {
        result.max_heap = DEFAULT_HEAP;
    }
    if (result.max_frames == 0) {
        result.max_frames = DEFAULT_FRAMES;
    }
    return result;
}

/* Far from those of the stores before. */
static uint32_t next_generation(void)
{
    static _Atomic uint32_t count;
    return (atomic_fetch_add(&count, 1) + 1) * UINT32_C(2654435769);
}

w2o_store *w2o_store_new(const w2o_config *config)
{
    w2o_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return NULL;
    }
    store->config = with_defaults(config);
    store->generation = next_generation();
    w2o_make_held(store);
    store->frames = calloc(store->config.max_frames, sizeof *store->frames);
    if (store->frames == NULL || !w2o_make_budget(store)) {
        free(store->frames);
        free(store);
        return NULL;
    }
    w2o_install_handlers();
    return store;
}

const uint8_t *w2o_heap_base(const w2o_store *store)
{
    return store->heap->base;
}

void w2o_collect_heap(w2o_store *store)
{
    if (store->heap != NULL && store->heap->collector->collect != NULL) {
        store->heap->collector->collect(store->heap, true);
    }
}

void w2o_collect_uncounted(w2o_store *store)
{
    if (store->heap != NULL && store->uncounted_count > store->heap->uncounted_limit) {
        w2o_collect_heap(store);
    }
}

/* Before memories are freed: an instance may lie in the reservation of one. */
static void free_instances(w2o_store *store)
{
    w2o_instance *next;
    for (w2o_instance *instance = store->instances; instance != NULL; instance = next) {
        w2o_context *context = w2o_context_of(instance);
        next = context->next;
        for (uint32_t i = 0; context->segments != NULL && i < context->module->element_count; i++) {
            free(context->segments[i]);
        }
        free(context->segments);
        w2o_release_module(context->module);
        free(context->dropped);
        free(context->allocation); /* the context with it, unless it is in a reservation */
    }
}

void w2o_store_free(w2o_store *store)
{
    if (store == NULL) {
        return;
    }
    w2o_free_references(store);
    w2o_detach(store);
    w2o_free_tables(store);
    free_instances(store);
    w2o_free_memories(store);
    w2o_cell *next_cell;
    for (w2o_cell *cell = store->cells; cell != NULL; cell = next_cell) {
        next_cell = cell->next;
        free(cell);
    }
    w2o_host_func *next_func;
    for (w2o_host_func *func = store->host_funcs; func != NULL; func = next_func) {
        next_func = func->next;
        free(func);
    }
    if (store->heap != NULL) {
        store->heap->collector->destroy(store);
    }
    w2o_free_exceptions(store);
    free(store->caught);
    free(store->frames);
    free(store->sites);
    free(store);
}
