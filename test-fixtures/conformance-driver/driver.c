/*
 * Runs the commands of one conformance script against modules that are linked into this program, and
 * prints a line for each command:
 *
 *     ok N            command N did what the script says
 *     fail N WHY      it did not
 *
 * The script is text, a command a line, of words separated by spaces; names are in hexadecimal, "-"
 * stands for none:
 *
 *     module N INDEX NAME            instantiate modules[INDEX]
 *     definition N INDEX NAME        only name it
 *     instance N NAME DEFINITION     instantiate a named definition
 *     register N NAME AS
 *     unlinkable N INDEX
 *     uninstantiable N INDEX TRAP
 *     invoke N EXPECT TRAP NAME FIELD ARGUMENTS VALUE... RESULTS PATTERN...
 *     get N EXPECT TRAP NAME FIELD 0 RESULTS PATTERN...
 *
 * EXPECT is return, trap, exception or action (nothing expected but success). A value is a type and
 * its bits; a pattern may also be nan:canonical, nan:arithmetic, null or any; v128 has its lane type
 * and lanes; "either K" precedes K patterns of which one must match.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wasm2obj.h"

extern const w2o_module *const conformance_modules[];

enum { MAX_INSTANCES = 512, MAX_WORDS = 16384, MAX_VALUES = 1024, MAX_HOST_REFS = 1024 };

typedef struct named {
    char *name;
    w2o_instance *instance;
} named;

static w2o_store *store;
static named names[MAX_INSTANCES], registered[MAX_INSTANCES];
static size_t name_count, registered_count;
static char *definition_names[MAX_INSTANCES];
static size_t definition_indices[MAX_INSTANCES], definition_count;
static w2o_instance *current;
static w2o_ref host_refs[MAX_HOST_REFS];

static char **word;
static int words_left;

static _Noreturn void give_up(const char *why)
{
    printf("broken %s\n", why);
    exit(3);
}

static char *next_word(void)
{
    if (words_left == 0) {
        give_up("script ends in the middle of a command");
    }
    words_left--;
    return *word++;
}

static uint64_t next_number(void)
{
    char *text = next_word();
    return *text == '-' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Decodes a name in place; its size goes to *size. NULL for none. */
static char *next_name(size_t *size)
{
    char *text = next_word();
    if (strcmp(text, "-") == 0) {
        return NULL;
    }
    size_t length = strlen(text + 1) / 2;
    for (size_t i = 0; i < length; i++) {
        text[i] = (char)(hex_digit(text[2 * i + 1]) * 16 + hex_digit(text[2 * i + 2]));
    }
    text[length] = 0;
    *size = length;
    return text;
}

static char *copy(const char *text)
{
    char *result = malloc(strlen(text) + 1);
    if (result == NULL) {
        give_up("out of memory");
    }
    return strcpy(result, text);
}

/* ---- the spectest module ---- */

static w2o_trap ignore(void *env)
{
    (void)env;
    return W2O_TRAP_NONE;
}

static w2o_trap ignore_i32(void *env, int32_t a)
{
    (void)env, (void)a;
    return W2O_TRAP_NONE;
}

static w2o_trap ignore_i64(void *env, int64_t a)
{
    (void)env, (void)a;
    return W2O_TRAP_NONE;
}

static w2o_trap ignore_f32(void *env, float a)
{
    (void)env, (void)a;
    return W2O_TRAP_NONE;
}

static w2o_trap ignore_f64(void *env, double a)
{
    (void)env, (void)a;
    return W2O_TRAP_NONE;
}

static w2o_trap ignore_i32_f32(void *env, int32_t a, float b)
{
    (void)env, (void)a, (void)b;
    return W2O_TRAP_NONE;
}

static w2o_trap ignore_f64_f64(void *env, double a, double b)
{
    (void)env, (void)a, (void)b;
    return W2O_TRAP_NONE;
}

typedef struct spectest_func {
    const char *name;
    w2o_host_code code;
    w2o_value_type parameters[2];
    size_t count;
    const w2o_func *func;
} spectest_func;

static spectest_func spectest_funcs[] = {
    {"print", (w2o_host_code)ignore, {0, 0}, 0, NULL},
    {"print_i32", (w2o_host_code)ignore_i32, {W2O_I32, 0}, 1, NULL},
    {"print_i64", (w2o_host_code)ignore_i64, {W2O_I64, 0}, 1, NULL},
    {"print_f32", (w2o_host_code)ignore_f32, {W2O_F32, 0}, 1, NULL},
    {"print_f64", (w2o_host_code)ignore_f64, {W2O_F64, 0}, 1, NULL},
    {"print_i32_f32", (w2o_host_code)ignore_i32_f32, {W2O_I32, W2O_F32}, 2, NULL},
    {"print_f64_f64", (w2o_host_code)ignore_f64_f64, {W2O_F64, W2O_F64}, 2, NULL},
};

static w2o_global spectest_globals[4];
static w2o_table *spectest_table, *spectest_table64;
static w2o_memory *spectest_memory, *spectest_shared_memory;

static void make_spectest(void)
{
    for (size_t i = 0; i < sizeof spectest_funcs / sizeof *spectest_funcs; i++) {
        spectest_func *f = &spectest_funcs[i];
        f->func = w2o_func_new(store, w2o_func_type(f->parameters, f->count, NULL, 0), f->code, NULL);
    }
    w2o_value value = {.i32 = 666};
    w2o_global_new(store, W2O_I32, false, value, &spectest_globals[0]);
    value.i64 = 666;
    w2o_global_new(store, W2O_I64, false, value, &spectest_globals[1]);
    value.f32 = 666.6f;
    w2o_global_new(store, W2O_F32, false, value, &spectest_globals[2]);
    value.f64 = 666.6;
    w2o_global_new(store, W2O_F64, false, value, &spectest_globals[3]);
    w2o_table_type table = {{10, 20, true}, W2O_FUNCREF, false};
    w2o_value null = {.i64 = 0};
    spectest_table = w2o_table_new(store, &table, null);
    table.is_64 = true;
    spectest_table64 = w2o_table_new(store, &table, null);
    w2o_memory_type memory = {.limits = {1, 2, true}, .page_shift = 16};
    spectest_memory = w2o_memory_new(store, &memory);
    memory.is_shared = true;
    spectest_shared_memory = w2o_memory_new(store, &memory);
}

static bool find_spectest(const char *name, w2o_extern *result)
{
    static const char *const global_names[] = {"global_i32", "global_i64", "global_f32", "global_f64"};
    for (size_t i = 0; i < sizeof spectest_funcs / sizeof *spectest_funcs; i++) {
        if (strcmp(name, spectest_funcs[i].name) == 0) {
            result->kind = W2O_FUNC;
            result->of.func = spectest_funcs[i].func;
            return true;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(name, global_names[i]) == 0) {
            result->kind = W2O_GLOBAL;
            result->of.global = spectest_globals[i];
            return true;
        }
    }
    if (strcmp(name, "table") == 0 || strcmp(name, "table64") == 0) {
        result->kind = W2O_TABLE;
        result->of.table = name[5] == 0 ? spectest_table : spectest_table64;
        return true;
    }
    if (strcmp(name, "memory") == 0 || strcmp(name, "shared_memory") == 0) {
        result->kind = W2O_MEMORY;
        result->of.memory = name[0] == 'm' ? spectest_memory : spectest_shared_memory;
        return true;
    }
    return false;
}

/* ---- instances ---- */

static w2o_instance *find(const named *list, size_t count, const char *name, size_t size)
{
    for (size_t i = count; i > 0; i--) {
        if (strlen(list[i - 1].name) == size && memcmp(list[i - 1].name, name, size) == 0) {
            return list[i - 1].instance;
        }
    }
    return NULL;
}

static bool find_import(w2o_item item, w2o_extern *result)
{
    w2o_instance *from = find(registered, registered_count, item.module, item.module_size);
    if (from != NULL) {
        return w2o_export(from, item.name, item.name_size, result);
    }
    return item.module_size == 8 && memcmp(item.module, "spectest", 8) == 0 && find_spectest(item.name, result);
}

static w2o_trap instantiate(size_t index, w2o_instance **instance)
{
    const w2o_module *module = conformance_modules[index];
    size_t count = w2o_module_import_count(module);
    w2o_extern *imports = calloc(count + 1, sizeof *imports);
    if (imports == NULL) {
        give_up("out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        if (!find_import(w2o_module_import(module, i), &imports[i])) {
            free(imports);
            return W2O_TRAP_UNLINKABLE;
        }
    }
    w2o_trap trap = w2o_instantiate(store, module, imports, count, instance);
    free(imports);
    return trap;
}

static void add(named *list, size_t *count, const char *name, w2o_instance *instance)
{
    if (*count == MAX_INSTANCES) {
        give_up("too many instances");
    }
    list[*count].name = copy(name);
    list[(*count)++].instance = instance;
}

static w2o_instance *next_instance(void)
{
    size_t size;
    char *name = next_name(&size);
    return name == NULL ? current : find(names, name_count, name, size);
}

/* ---- values ---- */

static w2o_ref host_ref(uint64_t number)
{
    if (number >= MAX_HOST_REFS) {
        give_up("host reference too large");
    }
    if (host_refs[number] == 0) {
        host_refs[number] = w2o_ref_new(store, (void *)(uintptr_t)(number + 1), NULL);
    }
    return host_refs[number];
}

static int lane_bytes(const char *type)
{
    return strcmp(type, "i8") == 0 ? 1 : strcmp(type, "i16") == 0 ? 2 : strstr(type, "32") != NULL ? 4 : 8;
}

static w2o_value next_value(void)
{
    w2o_value value;
    memset(&value, 0, sizeof value);
    char *type = next_word();
    if (strcmp(type, "v128") == 0) {
        int bytes = lane_bytes(next_word());
        for (int at = 0; at < 16; at += bytes) {
            uint64_t lane = next_number();
            memcpy(value.v128 + at, &lane, (size_t)bytes);
        }
        return value;
    }
    char *bits = word[0];
    if (type[0] == 'i' || type[0] == 'f') {
        if (strncmp(type, "func", 4) != 0) {
            uint64_t number = next_number();
            memcpy(&value, &number, strstr(type, "32") != NULL ? 4 : 8);
            return value;
        }
    }
    if (strcmp(bits, "null") == 0) {
        next_word();
    } else {
        value.ref = host_ref(next_number());
    }
    return value;
}

static bool matches_bits(const char *type, const char *pattern, uint64_t bits)
{
    bool is32 = strstr(type, "32") != NULL;
    uint64_t quiet = is32 ? UINT64_C(0x7fc00000) : UINT64_C(0x7ff8000000000000);
    uint64_t sign = is32 ? UINT64_C(0x80000000) : UINT64_C(0x8000000000000000);
    if (strcmp(pattern, "nan:canonical") == 0) {
        return (bits & ~sign) == quiet;
    }
    if (strcmp(pattern, "nan:arithmetic") == 0) {
        return (bits & quiet) == quiet;
    }
    uint64_t expected = *pattern == '-' ? (uint64_t)strtoll(pattern, NULL, 10) : strtoull(pattern, NULL, 10);
    int bytes = lane_bytes(type);
    uint64_t mask = bytes == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * bytes)) - 1;
    return ((expected ^ bits) & mask) == 0;
}

static bool matches_reference(const char *type, const char *pattern, const w2o_value *actual)
{
    bool is_null = actual->ref == 0;
    if (strcmp(pattern, "any") == 0) {
        bool null_type = strncmp(type, "null", 4) == 0 || strcmp(type, "refnull") == 0;
        return null_type ? is_null : !is_null;
    }
    if (strcmp(pattern, "null") == 0) {
        return is_null;
    }
    void *payload = w2o_ref_payload(store, actual->ref);
    return !is_null && (uintptr_t)payload == strtoull(pattern, NULL, 10) + 1;
}

static bool next_pattern_matches(const w2o_value *actual)
{
    char *type = next_word();
    if (strcmp(type, "either") == 0) {
        bool any = false;
        for (uint64_t n = next_number(); n > 0; n--) {
            any |= next_pattern_matches(actual);
        }
        return any;
    }
    if (strcmp(type, "v128") == 0) {
        char *lane_type = next_word();
        int bytes = lane_bytes(lane_type);
        bool all = true;
        for (int at = 0; at < 16; at += bytes) {
            uint64_t lane = 0;
            memcpy(&lane, actual->v128 + at, (size_t)bytes);
            all &= matches_bits(lane_type, next_word(), lane);
        }
        return all;
    }
    char *pattern = next_word();
    if (strcmp(type, "i32") == 0 || strcmp(type, "f32") == 0) {
        return matches_bits(type, pattern, (uint32_t)actual->i32);
    }
    if (strcmp(type, "i64") == 0 || strcmp(type, "f64") == 0) {
        return matches_bits(type, pattern, (uint64_t)actual->i64);
    }
    return matches_reference(type, pattern, actual);
}

/* ---- commands ---- */

static void report(uint64_t number, bool ok, const char *why, w2o_trap trap)
{
    if (ok) {
        printf("ok %" PRIu64 "\n", number);
    } else {
        printf("fail %" PRIu64 " %s (status: %s%s%s)\n", number, why, w2o_trap_name(trap), *w2o_message(store) ? ": " : "",
               w2o_message(store));
    }
    fflush(stdout);
}

/* Whether a pattern of this type is one for such values: a number's must be the same, references' say more than the type. */
static bool is_pattern_of(const char *pattern_type, w2o_value_type type)
{
    static const struct {
        const char *name;
        w2o_value_type type;
    } numbers[] = {{"i32", W2O_I32}, {"i64", W2O_I64}, {"f32", W2O_F32}, {"f64", W2O_F64}, {"v128", W2O_V128}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        bool is_named = strcmp(pattern_type, numbers[i].name) == 0;
        if (is_named || type == numbers[i].type) {
            return is_named && type == numbers[i].type;
        }
    }
    return true;
}

static void check_results(uint64_t number, const w2o_value *results, const w2o_value_type *types, uint64_t count)
{
    char text[128];
    snprintf(text, sizeof text, "wrong result 0x%" PRIx64, (uint64_t)results[0].i64);
    bool ok = next_number() == count;
    for (uint64_t i = 0; ok && i < count; i++) {
        ok = (strcmp(word[0], "either") == 0 || is_pattern_of(word[0], types[i])) && next_pattern_matches(&results[i]);
    }
    report(number, ok, text, W2O_TRAP_NONE);
}

static void get(uint64_t number, w2o_instance *instance)
{
    static w2o_value results[1];
    size_t size;
    char *field = next_name(&size);
    next_word();
    w2o_extern found;
    if (instance == NULL || !w2o_export(instance, field, size, &found) || found.kind != W2O_GLOBAL) {
        report(number, false, "no such global", W2O_TRAP_NONE);
        return;
    }
    results[0] = w2o_get_global(&found.of.global);
    check_results(number, results, &found.of.global.type, 1);
}

static void invoke(uint64_t number, const char *expect, w2o_trap expected, w2o_instance *instance)
{
    static w2o_value arguments[MAX_VALUES], results[MAX_VALUES];
    size_t size;
    char *field = next_name(&size);
    uint64_t count = next_number();
    for (uint64_t i = 0; i < count; i++) {
        arguments[i] = next_value();
    }
    w2o_extern found;
    if (instance == NULL || !w2o_export(instance, field, size, &found) || found.kind != W2O_FUNC) {
        report(number, false, "no such function", W2O_TRAP_NONE);
        return;
    }
    memset(results, 0, sizeof results);
    w2o_trap trap = w2o_call(store, found.of.func, arguments, results);
    if (strcmp(expect, "trap") == 0) {
        report(number, trap == expected, "another status than the trap expected", trap);
    } else if (strcmp(expect, "exception") == 0) {
        report(number, trap == W2O_TRAP_EXCEPTION, "another status than an exception", trap);
        w2o_clear_exception(store);
    } else if (trap != W2O_TRAP_NONE) {
        report(number, false, "trapped", trap);
    } else if (strcmp(expect, "return") == 0) {
        static w2o_value_type types[MAX_VALUES];
        size_t result_count = w2o_result_count(found.of.func->type);
        for (size_t i = 0; i < result_count; i++) {
            types[i] = w2o_result(found.of.func->type, i);
        }
        check_results(number, results, types, result_count);
    } else {
        report(number, strcmp(expect, "action") == 0, "returned, but should not have", trap);
    }
}

static void command_module(uint64_t number)
{
    size_t index = next_number(), size;
    char *name = next_name(&size);
    w2o_instance *instance = NULL;
    w2o_trap trap = instantiate(index, &instance);
    current = trap == W2O_TRAP_NONE ? instance : NULL;
    if (name != NULL) {
        add(names, &name_count, name, current);
    }
    report(number, trap == W2O_TRAP_NONE, "cannot be instantiated", trap);
}

static void command_definition(uint64_t number)
{
    size_t index = next_number(), size;
    char *name = next_name(&size);
    definition_names[definition_count] = copy(name == NULL ? "" : name);
    definition_indices[definition_count++] = index;
    report(number, true, "", W2O_TRAP_NONE);
}

static void command_instance(uint64_t number)
{
    size_t size, definition_size;
    char *name = next_name(&size);
    char *definition = next_name(&definition_size);
    w2o_instance *instance = NULL;
    w2o_trap trap = W2O_TRAP_UNLINKABLE;
    for (size_t i = definition_count; i > 0; i--) {
        if (definition == NULL || strcmp(definition_names[i - 1], definition) == 0) {
            trap = instantiate(definition_indices[i - 1], &instance);
            break;
        }
    }
    current = instance;
    if (name != NULL) {
        add(names, &name_count, name, instance);
    }
    report(number, trap == W2O_TRAP_NONE, "cannot be instantiated", trap);
}

static void command_register(uint64_t number)
{
    w2o_instance *instance = next_instance();
    size_t size;
    char *as = next_name(&size);
    if (instance != NULL) {
        add(registered, &registered_count, as == NULL ? "" : as, instance);
    }
    report(number, instance != NULL, "no such instance", W2O_TRAP_NONE);
}

static void command_fails(uint64_t number, bool unlinkable)
{
    size_t index = next_number();
    w2o_instance *instance = NULL;
    w2o_trap expected = unlinkable ? W2O_TRAP_UNLINKABLE : (w2o_trap)next_number();
    w2o_trap trap = instantiate(index, &instance);
    report(number, trap == expected, "another status than expected", trap);
}

static void execute(void)
{
    char *command = next_word();
    uint64_t number = next_number();
    if (strcmp(command, "module") == 0) {
        command_module(number);
    } else if (strcmp(command, "definition") == 0) {
        command_definition(number);
    } else if (strcmp(command, "instance") == 0) {
        command_instance(number);
    } else if (strcmp(command, "register") == 0) {
        command_register(number);
    } else if (strcmp(command, "unlinkable") == 0 || strcmp(command, "uninstantiable") == 0) {
        command_fails(number, command[2] == 'l');
    } else if (strcmp(command, "invoke") == 0 || strcmp(command, "get") == 0) {
        char *expect = next_word();
        w2o_trap trap = (w2o_trap)next_number();
        w2o_instance *instance = next_instance();
        if (command[0] == 'g') {
            get(number, instance);
        } else {
            invoke(number, expect, trap, instance);
        }
    } else {
        give_up("unknown command");
    }
}

int main(int argc, char **argv)
{
    static char *words[MAX_WORDS];
    FILE *script = argc == 2 ? fopen(argv[1], "r") : NULL;
    store = w2o_store_new(NULL);
    if (script == NULL || store == NULL) {
        give_up("cannot start");
    }
    make_spectest();
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, script) > 0) {
        int count = 0;
        for (char *token = strtok(line, " \n"); token != NULL && count < MAX_WORDS; token = strtok(NULL, " \n")) {
            words[count++] = token;
        }
        word = words;
        words_left = count;
        execute();
    }
    free(line);
    fclose(script);
    w2o_store_free(store);
    return 0;
}
