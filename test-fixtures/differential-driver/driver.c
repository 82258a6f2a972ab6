/*
 * Runs the random modules that are linked into this program and prints what they do, as run.mjs does
 * it with the same modules; the two must be changed together. What is printed:
 *
 *     case NAME
 *      log i32 5                      a call of the host's
 *     MODULE EXPORT ROUND: RESULT...  a call of an export, or how else it ended
 *     MODULE EXPORT = VALUE           a global, a memory's or table's size and hash
 *
 * A case is some modules of which each may import from those before it, and runs in a process of its own.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instance.h"
#include "store.h"
#include "wasm2obj.h"

typedef struct linked {
    const char *case_name;
    const char *module_name;
    const w2o_module *module;
} linked;

extern const linked differential_modules[];

enum { MAX_INSTANCES = 4, MAX_VALUES = 1024, ROUNDS = 2, SUPPORT_CALLS = 200, SECONDS = 20, FUEL = 60, SMALL = 1 << 19 };

typedef struct named {
    const char *name;
    w2o_instance *instance;
} named;

static named instances[MAX_INSTANCES];
static size_t instance_count;
static w2o_store *store;
static const w2o_tag *host_tag, *error_tag;

/* ---- Types and values ---- */

static bool stays_inside(w2o_value_type type)
{
    return type == W2O_V128 || type == W2O_EXNREF;
}

/* Whether JavaScript could call it without having a function to pass. */
static bool is_callable(w2o_type type)
{
    for (size_t i = 0; i < w2o_parameter_count(type); i++) {
        w2o_value_type parameter = w2o_parameter(type, i);
        if (stays_inside(parameter) || (parameter & W2O_CODE_MASK) == W2O_CODE_REF) {
            return false;
        }
    }
    for (size_t i = 0; i < w2o_result_count(type); i++) {
        if (stays_inside(w2o_result(type, i))) {
            return false;
        }
    }
    return true;
}

static w2o_value argument(w2o_value_type type, uint32_t index, int round)
{
    w2o_value value = {.i64 = 0};
    switch (type) {
    case W2O_I32:
        value.i32 = round == 0 ? 7 * ((int32_t)index + 1) : -1 - (int32_t)index;
        break;
    case W2O_I64:
        value.i64 = round == 0 ? 1000003 * ((int64_t)index + 1) : INT64_MIN + index;
        break;
    case W2O_F32:
        value.f32 = round == 0 ? (float)index + 0.5f : -1e10f;
        break;
    case W2O_F64:
        value.f64 = round == 0 ? (double)index - 0.25 : 1e300;
        break;
    default:
        break;
    }
    return value;
}

static void print_f32(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        printf(" nan");
    } else {
        printf(" %08" PRIx32, bits);
    }
}

static void print_f64(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        printf(" nan");
    } else {
        printf(" %016" PRIx64, bits);
    }
}

static void print_value(w2o_value_type type, w2o_value value)
{
    switch (type) {
    case W2O_I32:
        printf(" %" PRId32, value.i32);
        break;
    case W2O_I64:
        printf(" %" PRId64, value.i64);
        break;
    case W2O_F32:
        print_f32(value.f32);
        break;
    case W2O_F64:
        print_f64(value.f64);
        break;
    default:
        printf(value.i64 == 0 ? " null" : " reference");
        break;
    }
}

/* ---- How calls end ---- */

static const char *trap_name(w2o_trap trap)
{
    switch (trap) {
    case W2O_TRAP_UNREACHABLE:
        return "unreachable";
    case W2O_TRAP_MEMORY_OUT_OF_BOUNDS:
        return "memory";
    case W2O_TRAP_TABLE_OUT_OF_BOUNDS:
        return "table";
    case W2O_TRAP_UNDEFINED_ELEMENT:
        return "undefined element";
    case W2O_TRAP_INDIRECT_CALL_TO_NULL:
        return "null function";
    case W2O_TRAP_BAD_SIGNATURE:
        return "signature";
    case W2O_TRAP_INTEGER_OVERFLOW:
        return "overflow";
    case W2O_TRAP_BAD_CONVERSION_TO_INTEGER:
        return "conversion";
    case W2O_TRAP_INTEGER_DIVIDE_BY_ZERO:
        return "zero";
    case W2O_TRAP_STACK_OVERFLOW:
        return "stack";
    case W2O_TRAP_NULL_REFERENCE:
        return "null";
    case W2O_TRAP_CAST_FAILURE:
        return "cast";
    case W2O_TRAP_ARRAY_OUT_OF_BOUNDS:
        return "array";
    case W2O_TRAP_ALLOCATION_TOO_LARGE:
        return "too large";
    case W2O_TRAP_UNALIGNED_ATOMIC:
        return "unaligned";
    case W2O_TRAP_EXPECTED_SHARED_MEMORY:
        return "not shared";
    default:
        return w2o_trap_name(trap);
    }
}

/* The name by which an instance exports the tag; NULL if none does. */
static const char *tag_name(const w2o_tag *tag)
{
    for (size_t i = 0; i < instance_count; i++) {
        const w2o_module *module = w2o_instance_module(instances[i].instance);
        for (size_t e = 0; e < w2o_module_export_count(module); e++) {
            w2o_extern export = w2o_nth_export(instances[i].instance, e);
            if (export.kind == W2O_TAG && export.of.tag == tag) {
                printf(" %s", instances[i].name);
                return w2o_module_export(module, e).name;
            }
        }
    }
    return NULL;
}

static void print_exception(void)
{
    const w2o_tag *tag = w2o_caught_tag(store);
    if (tag == error_tag) {
        printf(" error\n");
        return;
    }
    printf(" exception");
    const char *name = tag == host_tag ? "host" : tag_name(tag);
    printf(" %s", name != NULL ? name : "?");
    /* JavaScript cannot read the values of a tag that it cannot name. */
    const w2o_value *payload = w2o_caught_payload(store);
    size_t count = name != NULL ? w2o_parameter_count(tag->type) : 0;
    for (size_t i = 0; i < count; i++) {
        w2o_value_type type = w2o_parameter(tag->type, i);
        if (!stays_inside(type)) {
            print_value(type, payload[i]);
        }
    }
    printf("\n");
}

static void print_end(w2o_trap trap)
{
    if (trap == W2O_TRAP_EXCEPTION) {
        print_exception();
    } else if (trap < W2O_TRAP_EXIT) {
        printf(" trap %s\n", trap_name(trap));
    } else {
        printf(" %s: %s\n", w2o_trap_name(trap), w2o_message(store));
    }
}

static void set_fuel(void)
{
    for (size_t i = 0; i < instance_count; i++) {
        w2o_extern fuel;
        if (w2o_export(instances[i].instance, "fuel", 4, &fuel)) {
            w2o_set_global(&fuel.of.global, (w2o_value){.i32 = FUEL});
        }
    }
}

static w2o_trap call(const w2o_func *func, int round, w2o_value *results)
{
    w2o_value arguments[MAX_VALUES];
    for (uint32_t i = 0; i < w2o_parameter_count(func->type); i++) {
        arguments[i] = argument(w2o_parameter(func->type, i), i, round);
    }
    return w2o_call(store, func, arguments, results);
}

/* ---- The module "host" ---- */

static w2o_trap log_i32(void *env, int32_t value)
{
    (void)env;
    printf(" log i32 %" PRId32 "\n", value);
    return W2O_TRAP_NONE;
}

static w2o_trap log_i64(void *env, int64_t value)
{
    (void)env;
    printf(" log i64 %" PRId64 "\n", value);
    return W2O_TRAP_NONE;
}

static w2o_trap log_f32(void *env, float value)
{
    (void)env;
    printf(" log f32");
    print_f32(value);
    printf("\n");
    return W2O_TRAP_NONE;
}

static w2o_trap log_f64(void *env, double value)
{
    (void)env;
    printf(" log f64");
    print_f64(value);
    printf("\n");
    return W2O_TRAP_NONE;
}

static w2o_trap log_v128(void *env, const uint8_t *value)
{
    (void)env;
    uint64_t halves[2];
    memcpy(halves, value, sizeof halves);
    printf(" log v128 %" PRId64 " %" PRId64 "\n", (int64_t)halves[0], (int64_t)halves[1]);
    return W2O_TRAP_NONE;
}

static w2o_trap log_reference(void *env, w2o_ref value)
{
    (void)env;
    printf(" log %s\n", value == 0 ? "null" : "reference");
    return W2O_TRAP_NONE;
}

static w2o_trap log_function(void *env, const w2o_func *value)
{
    (void)env;
    printf(" log %s\n", value == NULL ? "null" : "reference");
    return W2O_TRAP_NONE;
}

static w2o_trap mix(void *env, int32_t a, int64_t b, double c, float d, int32_t e, int64_t *result)
{
    (void)env;
    printf(" mix %" PRId32 " %" PRId64, a, b);
    print_f64(c);
    print_f32(d);
    printf(" %" PRId32 "\n", e);
    *result = (int64_t)((uint64_t)b * 31 + (uint64_t)(int64_t)a + (uint64_t)(int64_t)e * 7);
    return W2O_TRAP_NONE;
}

static w2o_trap pair(void *env, int64_t value, int32_t *first, double *second)
{
    (void)env;
    *first = (int32_t)value;
    *second = (int32_t)value * 0.5;
    return W2O_TRAP_NONE;
}

static w2o_trap make_extern(void *env, int32_t value, w2o_ref *result)
{
    (void)env;
    *result = value % 3 == 0 ? 0 : w2o_ref_new(store, (void *)(intptr_t)value, NULL);
    return W2O_TRAP_NONE;
}

static w2o_trap read_extern(void *env, w2o_ref ref, int32_t *result)
{
    (void)env;
    *result = ref == 0 ? -1 : (int32_t)(intptr_t)w2o_ref_payload(store, ref);
    return W2O_TRAP_NONE;
}

/* Calls what has neither parameters nor results; 1 if that ended badly. */
static w2o_trap call_back(void *env, const w2o_func *func, int32_t value, int32_t *result)
{
    (void)env;
    if (func == NULL) {
        *result = -1;
    } else if (func->type != w2o_func_type(NULL, 0, NULL, 0)) {
        *result = value;
    } else {
        *result = w2o_call(store, func, NULL, NULL) != W2O_TRAP_NONE;
        w2o_clear_exception(store);
    }
    return W2O_TRAP_NONE;
}

/* ---- The module "fuzzing-support" ---- */

static w2o_trap throw_error(void)
{
    return w2o_throw(store, error_tag, &(w2o_value){.ref = w2o_ref_new(store, &store, NULL)});
}

static w2o_trap support_throw(void *env, int32_t which)
{
    (void)env;
    return which == 0 ? throw_error() : w2o_throw(store, host_tag, &(w2o_value){.i32 = which});
}

/* The newest instance; NULL if there is none yet, as when the first one's start function runs. */
static w2o_instance *support_instance(void)
{
    return instance_count > 0 ? instances[instance_count - 1].instance : NULL;
}

static w2o_table *support_table(void)
{
    w2o_extern table;
    w2o_instance *instance = support_instance();
    return instance != NULL && w2o_export(instance, "table", 5, &table) && table.kind == W2O_TABLE ? table.of.table : NULL;
}

static w2o_trap support_table_get(void *env, int32_t index, const w2o_func **result)
{
    (void)env;
    w2o_value value;
    w2o_table *table = support_table();
    if (table == NULL || !w2o_get_element(table, (uint32_t)index, &value)) {
        return throw_error();
    }
    *result = value.func;
    return W2O_TRAP_NONE;
}

static w2o_trap support_table_set(void *env, int32_t index, const w2o_func *func)
{
    (void)env;
    w2o_table *table = support_table();
    if (table == NULL || !w2o_set_element(table, (uint32_t)index, (w2o_value){.func = func})) {
        return throw_error();
    }
    return W2O_TRAP_NONE;
}

/*
 * How many calls the present one may yet make this way: functions that catch whatever calls of themselves end in, running
 * out of stack too, would go on for ever.
 */
static int support_calls;

static w2o_trap support_call(const w2o_func *func)
{
    if (support_calls-- <= 0 || func == NULL) {
        return throw_error();
    }
    w2o_value results[MAX_VALUES];
    return is_callable(func->type) ? call(func, 0, results) : throw_error();
}

/* The export with the number; if it is no function, calling it is an error. */
static const w2o_func *support_export(int32_t index)
{
    w2o_instance *instance = support_instance();
    if (instance == NULL || (uint32_t)index >= w2o_module_export_count(w2o_instance_module(instance))) {
        return NULL;
    }
    w2o_extern export = w2o_nth_export(instance, (uint32_t)index);
    return export.kind == W2O_FUNC ? export.of.func : NULL;
}

static w2o_trap support_call_export(void *env, int32_t index, int32_t flags)
{
    (void)env, (void)flags;
    return support_call(support_export(index));
}

static int32_t caught(w2o_trap trap)
{
    w2o_clear_exception(store);
    return trap != W2O_TRAP_NONE;
}

static w2o_trap support_call_export_catch(void *env, int32_t index, int32_t *result)
{
    (void)env;
    *result = caught(support_call(support_export(index)));
    return W2O_TRAP_NONE;
}

static w2o_trap support_call_ref(void *env, const w2o_func *func, int32_t flags)
{
    (void)env, (void)flags;
    return support_call(func);
}

static w2o_trap support_call_ref_catch(void *env, const w2o_func *func, int32_t *result)
{
    (void)env;
    *result = caught(support_call(func));
    return W2O_TRAP_NONE;
}

static w2o_trap support_sleep(void *env, int32_t time, int32_t id, int32_t *result)
{
    (void)env, (void)time;
    *result = id;
    return W2O_TRAP_NONE;
}

typedef struct host_func {
    const char *name;
    w2o_host_code code;
} host_func;

static const host_func host_funcs[] = {
    {"log-i32", (w2o_host_code)log_i32},
    {"log-i64", (w2o_host_code)log_i64},
    {"log-f32", (w2o_host_code)log_f32},
    {"log-f64", (w2o_host_code)log_f64},
    {"log-v128", (w2o_host_code)log_v128},
    {"log-anyref", (w2o_host_code)log_reference},
    {"log-externref", (w2o_host_code)log_reference},
    {"log-funcref", (w2o_host_code)log_function},
    {"mix", (w2o_host_code)mix},
    {"pair", (w2o_host_code)pair},
    {"extern", (w2o_host_code)make_extern},
    {"intern", (w2o_host_code)read_extern},
    {"call", (w2o_host_code)call_back},
    {"throw", (w2o_host_code)support_throw},
    {"table-get", (w2o_host_code)support_table_get},
    {"table-set", (w2o_host_code)support_table_set},
    {"call-export", (w2o_host_code)support_call_export},
    {"call-export-catch", (w2o_host_code)support_call_export_catch},
    {"call-ref", (w2o_host_code)support_call_ref},
    {"call-ref-catch", (w2o_host_code)support_call_ref_catch},
    {"sleep", (w2o_host_code)support_sleep},
    {NULL, NULL},
};

/* ---- Instances ---- */

/* Something to import; a global of the type, null only if the type has it. */
static w2o_extern import(w2o_item item, w2o_value_type global_type)
{
    for (size_t i = 0; i < instance_count; i++) {
        w2o_extern found;
        if (strcmp(instances[i].name, item.module) == 0
            && w2o_export(instances[i].instance, item.name, item.name_size, &found)) {
            return found;
        }
    }
    if (item.kind == W2O_TAG) {
        return w2o_import_tag(strcmp(item.name, "jstag") == 0 ? error_tag : host_tag);
    }
    if (item.kind == W2O_GLOBAL) {
        w2o_global global;
        bool is_null = (global_type & W2O_CODE_MASK) == W2O_CODE_REF_NULL;
        w2o_value value = {.ref = is_null ? 0 : w2o_ref_new(store, &store, NULL)};
        if (w2o_global_new(store, global_type, false, value, &global)) {
            return w2o_import_global(global);
        }
    }
    for (const host_func *func = host_funcs; func->name != NULL; func++) {
        if (item.kind == W2O_FUNC && strcmp(func->name, item.name) == 0) {
            return w2o_import_func(NULL, func->code, NULL);
        }
    }
    printf("no import %s %s\n", item.module, item.name);
    exit(3);
}

static bool instantiate(const linked *row)
{
    static w2o_extern imports[MAX_VALUES];
    size_t count = w2o_module_import_count(row->module);
    for (size_t i = 0; i < count; i++) {
        w2o_item item = w2o_module_import(row->module, i);
        uint32_t index = row->module->imports[i].index;
        imports[i] = import(item, item.kind == W2O_GLOBAL ? row->module->globals[index].type : W2O_I32);
    }
    w2o_instance *instance;
    w2o_trap trap = w2o_instantiate(store, row->module, imports, count, &instance);
    if (trap != W2O_TRAP_NONE) {
        printf("%s:", row->module_name);
        print_end(trap);
        return false;
    }
    instances[instance_count++] = (named){row->module_name, instance};
    return true;
}

/* ---- State ---- */

static void print_memory(const w2o_memory *memory, bool all)
{
    printf(" %" PRIu64, memory->size);
    if (all || memory->size <= SMALL) {
        uint32_t hash = 2166136261u;
        for (uint64_t i = 0; i < memory->size; i += 4) {
            uint32_t word;
            memcpy(&word, memory->data + i, sizeof word);
            hash = (hash ^ word) * 16777619u;
        }
        printf(" %08" PRIx32, hash);
    }
}

static void print_table(const w2o_table *table)
{
    printf(" %" PRIu64, table->size);
    if (w2o_table_get_type(table).element != W2O_EXNREF) {
        uint32_t hash = 2166136261u;
        for (uint64_t i = 0; i < table->size; i++) {
            w2o_value value;
            w2o_get_element(table, i, &value);
            hash = (hash ^ (value.i64 == 0)) * 16777619u;
        }
        printf(" %08" PRIx32, hash);
    }
}

static void print_state(bool all)
{
    for (size_t i = 0; i < instance_count; i++) {
        const w2o_module *module = w2o_instance_module(instances[i].instance);
        for (size_t e = 0; e < w2o_module_export_count(module); e++) {
            w2o_extern export = w2o_nth_export(instances[i].instance, e);
            bool hidden = export.kind == W2O_GLOBAL && stays_inside(export.of.global.type);
            if (export.kind == W2O_FUNC || export.kind == W2O_TAG || hidden) {
                continue;
            }
            printf("%s %s =", instances[i].name, w2o_module_export(module, e).name);
            if (export.kind == W2O_MEMORY) {
                print_memory(export.of.memory, all);
            } else if (export.kind == W2O_TABLE) {
                print_table(export.of.table);
            } else {
                print_value(export.of.global.type, w2o_get_global(&export.of.global));
            }
            printf("\n");
        }
    }
}

static void call_exports(const named *named, int round)
{
    const w2o_module *module = w2o_instance_module(named->instance);
    for (size_t e = 0; e < w2o_module_export_count(module); e++) {
        w2o_extern export = w2o_nth_export(named->instance, e);
        if (export.kind != W2O_FUNC) {
            continue;
        }
        w2o_type type = export.of.func->type;
        if (!is_callable(type)) {
            continue;
        }
        set_fuel();
        support_calls = SUPPORT_CALLS;
        w2o_value results[MAX_VALUES];
        w2o_trap trap = call(export.of.func, round, results);
        printf("%s %s %d:", named->name, w2o_module_export(module, e).name, round);
        if (trap != W2O_TRAP_NONE) {
            print_end(trap);
            w2o_clear_exception(store);
        } else {
            for (size_t i = 0; i < w2o_result_count(type); i++) {
                print_value(w2o_result(type, i), results[i]);
            }
            printf("\n");
        }
        print_state(false);
    }
}

/* Ends a case that takes too long: by processor time, since others may be using the machine; and ten times as much in all, for one that waits. */
static void limit_time(void)
{
    const struct itimerval limit = {.it_value = {.tv_sec = SECONDS}};
    setitimer(ITIMER_PROF, &limit, NULL);
    alarm(10 * SECONDS);
}

static void run_case(const linked *row)
{
    limit_time();
    support_calls = SUPPORT_CALLS;
    store = w2o_store_new(NULL);
    const w2o_value_type parameters[] = {W2O_I32, W2O_EXTERNREF};
    host_tag = w2o_tag_new(store, w2o_func_type(&parameters[0], 1, NULL, 0));
    error_tag = w2o_tag_new(store, w2o_func_type(&parameters[1], 1, NULL, 0));
    for (const linked *next = row; next->module != NULL && strcmp(next->case_name, row->case_name) == 0; next++) {
        if (!instantiate(next)) {
            return;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < instance_count; i++) {
            call_exports(&instances[i], round);
        }
    }
    print_state(true);
    w2o_store_free(store);
}

int main(void)
{
    const linked *row = differential_modules;
    while (row->module != NULL) {
        printf("case %s\n", row->case_name);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            run_case(row);
            fflush(stdout);
            _exit(0);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) < 0) {
            return 3;
        }
        if (WIFSIGNALED(status)) {
            printf("ended by signal %d\n", WTERMSIG(status));
        } else if (WEXITSTATUS(status) != 0) {
            printf("ended with status %d\n", WEXITSTATUS(status));
        }
        const char *name = row->case_name;
        while (row->module != NULL && strcmp(row->case_name, name) == 0) {
            row++;
        }
    }
    return 0;
}
