/*
 * The program that `wasm2obj build` makes of a WASI command. All arguments and the whole environment
 * go to the guest, as they would to a native program. It sees the directories that were named when it
 * was built, and those in the environment variable W2O_DIRS, "HOST::GUEST" each, separated by ';'.
 *
 * A module may import a shared memory, which is made for it, and make threads ("wasi" "thread-spawn"). The program ends
 * when its first thread does, and with the first trap or exit on any thread.
 *
 * Exit status: the guest's; 134 after a trap, as if abort had been called; 1 if it could not start.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program.h"
#include "store.h"
#include "wasm2obj_wasi.h"

extern char **environ;

enum { TRAPPED = 134, DIRECTORIES = 64 };

typedef struct options {
    w2o_wasi_preopen preopens[DIRECTORIES];
    size_t preopen_count;
    const char **environment;
    size_t environment_count;
} options;

static _Noreturn void die(const char *program, const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s%s%s\n", program, what, detail[0] == 0 ? "" : ": ", detail);
    exit(1);
}

/* ---- Configuration ---- */

/* "HOST::GUEST", or "DIR" for both. The strings stay for the life of the program. */
static void add_directory(options *options, const char *program, const char *text, size_t size)
{
    char *host = strndup(text, size);
    if (host == NULL || options->preopen_count == DIRECTORIES) {
        die(program, "too many directories", "");
    }
    char *separator = strstr(host, "::");
    char *guest = host;
    if (separator != NULL) {
        *separator = 0;
        guest = separator + 2;
    }
    options->preopens[options->preopen_count++] = (w2o_wasi_preopen){.host_path = host, .guest_path = guest};
}

static void add_directories(options *options, const char *program)
{
    const char *const *built_in = w2o_program.directories;
    for (size_t i = 0; built_in != NULL && built_in[i] != NULL; i++) {
        add_directory(options, program, built_in[i], strlen(built_in[i]));
    }
    const char *rest = getenv("W2O_DIRS");
    while (rest != NULL && *rest != 0) {
        size_t size = strcspn(rest, ";");
        if (size != 0) {
            add_directory(options, program, rest, size);
        }
        rest += size + (rest[size] != 0);
    }
}

static void add_environment(options *options, const char *program)
{
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    options->environment = malloc((count + 1) * sizeof *options->environment);
    if (options->environment == NULL) {
        die(program, "out of memory", "");
    }
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], "W2O_DIRS=", strlen("W2O_DIRS=")) != 0) {
            options->environment[options->environment_count++] = environ[i];
        }
    }
}

static w2o_wasi *make_wasi(int argc, char **argv)
{
    options options = {.preopen_count = 0};
    add_directories(&options, argv[0]);
    add_environment(&options, argv[0]);
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.arguments = (const char *const *)argv;
    config.argument_count = (size_t)argc;
    config.environment = options.environment;
    config.environment_count = options.environment_count;
    config.preopens = options.preopens;
    config.preopen_count = options.preopen_count;
    w2o_wasi *wasi;
    const char *culprit = NULL;
    int error = w2o_wasi_create(&config, &wasi, &culprit);
    if (error != 0) {
        die(argv[0], culprit == NULL ? "WASI" : culprit, strerror(error));
    }
    free(options.environment);
    return wasi;
}

/* ---- The instance ---- */

/* What all threads have in common. */
typedef struct program {
    const char *name;
    w2o_wasi *wasi;
    w2o_wasi_threads *threads;
    w2o_config config;
    w2o_extern *imports;
    size_t import_count;
    w2o_memory *memory; /* imported; NULL if none is */
} program;

static bool is_from(const w2o_item *item, const char *module)
{
    return item->module_size == strlen(module) && memcmp(item->module, module, item->module_size) == 0;
}

static void *env_of(const program *program, const w2o_item *item)
{
    if (is_from(item, "wasi_snapshot_preview1") || is_from(item, "wasi_unstable")) {
        return program->wasi;
    }
    return is_from(item, "wasi") ? program->threads : NULL;
}

static w2o_memory *make_memory(w2o_store *store, const w2o_memory_row *row)
{
    w2o_memory_type type = {
        .limits = {row->minimum, row->maximum, (row->flags & W2O_HAS_MAXIMUM) != 0},
        .is_64 = (row->flags & W2O_IS_64) != 0,
        .page_shift = (uint8_t)row->page_shift,
        .is_shared = true, /* the compiler has seen to it */
    };
    return w2o_memory_new(store, &type);
}

/* Every function is bound by the object; WASI's get the context of WASI, others the instance. */
static bool fill_imports(program *program, w2o_store *store)
{
    const w2o_module *module = w2o_program.module;
    for (size_t i = 0; i < program->import_count; i++) {
        w2o_item item = w2o_module_import(module, i);
        w2o_extern *import = &program->imports[i];
        if (item.kind != W2O_MEMORY) {
            *import = (w2o_extern){.kind = W2O_HOST_FUNC, .of.host = {NULL, env_of(program, &item)}};
            continue;
        }
        program->memory = make_memory(store, &module->memories[module->imports[i].index]);
        *import = w2o_import_memory(program->memory);
        if (program->memory == NULL) {
            return false;
        }
    }
    return true;
}

static _Noreturn void end(int status)
{
    fflush(NULL);
    _exit(status); /* other threads may be running: nothing is taken away from them */
}

/* Says what there is to say of a trap; returns the status to exit with. */
static int status_of(const program *program, w2o_store *store, w2o_trap trap)
{
    if (trap == W2O_TRAP_NONE || trap == W2O_TRAP_EXIT) {
        return trap == W2O_TRAP_NONE ? 0 : (int)w2o_wasi_exit_code(program->wasi);
    }
    char text[8192];
    w2o_trap_text(store, text, sizeof text);
    fprintf(stderr, "%s: %s", program->name, text);
    return trap < W2O_TRAP_UNLINKABLE || trap == W2O_TRAP_EXCEPTION ? TRAPPED : 1;
}

static void end_by_trap(void *state, w2o_store *store, w2o_trap trap)
{
    end(status_of(state, store, trap));
}

static bool find(w2o_instance *instance, const char *name, w2o_kind kind, w2o_extern *found)
{
    return w2o_export(instance, name, strlen(name), found) && found->kind == kind;
}

static bool prepare(program *program, w2o_store *store)
{
    program->import_count = w2o_module_import_count(w2o_program.module);
    program->imports = calloc(program->import_count + 1, sizeof *program->imports);
    program->threads = w2o_wasi_threads_new(&(w2o_wasi_threads_config){
        .module = w2o_program.module,
        .imports = program->imports,
        .import_count = program->import_count,
        .store = &program->config,
        .trapped = end_by_trap,
        .state = program,
    });
    return program->imports != NULL && program->threads != NULL && fill_imports(program, store);
}

static w2o_trap run(program *program, w2o_store *store)
{
    w2o_instance *instance;
    if (!prepare(program, store)) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "no memory for what the module imports");
    }
    w2o_wasi_set_memory(program->wasi, program->memory); /* the start function may use it */
    w2o_trap trap =
        w2o_instantiate(store, w2o_program.module, program->imports, program->import_count, &instance);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    w2o_extern found;
    if (find(instance, "memory", W2O_MEMORY, &found)) {
        w2o_wasi_set_memory(program->wasi, found.of.memory);
    }
    if (!find(instance, "_start", W2O_FUNC, &found)) {
        return w2o_fail(store, W2O_TRAP_UNLINKABLE, "the module exports no function _start");
    }
    return w2o_call(store, found.of.func, NULL, NULL);
}

int main(int argc, char **argv)
{
    program program = {
        .name = argv[0],
        .wasi = make_wasi(argc, argv),
        .config = {.max_stack = w2o_program.max_stack, .max_memory = w2o_program.max_memory,
                   .max_heap = w2o_program.max_heap},
    };
    w2o_store *store = w2o_store_new(&program.config);
    if (store == NULL) {
        die(argv[0], "out of memory", "");
    }
    int status = status_of(&program, store, run(&program, store));
    if (program.threads != NULL && w2o_wasi_threads_count(program.threads) != 0) {
        end(status);
    }
    w2o_wasi_threads_free(program.threads);
    w2o_store_free(store);
    free(program.imports);
    w2o_wasi_free(program.wasi);
    return status;
}
