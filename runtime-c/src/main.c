/*
 * The program that `wasm2obj build` makes of a WASI command. All arguments and the whole environment
 * go to the guest, as they would to a native program. It sees the directories that were named when it
 * was built, and those in the environment variable W2O_DIRS, "HOST::GUEST" each, separated by ';'.
 *
 * Exit status: the guest's; 134 after a trap, as if abort had been called; 1 if it could not start.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_wasi(const w2o_item *item)
{
    static const char preview1[] = "wasi_snapshot_preview1";
    static const char unstable[] = "wasi_unstable";
    return (item->module_size == sizeof preview1 - 1 && memcmp(item->module, preview1, sizeof preview1 - 1) == 0)
           || (item->module_size == sizeof unstable - 1
               && memcmp(item->module, unstable, sizeof unstable - 1) == 0);
}

/* Every function is bound by the object; WASI's get the context of WASI, others the instance. */
static w2o_trap instantiate(w2o_store *store, w2o_wasi *wasi, w2o_instance **instance)
{
    const w2o_module *module = w2o_program.module;
    size_t count = w2o_module_import_count(module);
    w2o_extern *imports = calloc(count + 1, sizeof *imports);
    if (imports == NULL) {
        return w2o_fail(store, W2O_TRAP_NO_MEMORY, "%s", "");
    }
    for (size_t i = 0; i < count; i++) {
        w2o_item item = w2o_module_import(module, i);
        imports[i].kind = W2O_HOST_FUNC;
        imports[i].of.host.env = is_wasi(&item) ? wasi : NULL;
    }
    w2o_trap trap = w2o_instantiate(store, module, imports, count, instance);
    free(imports);
    return trap;
}

static bool find(w2o_instance *instance, const char *name, w2o_kind kind, w2o_extern *found)
{
    return w2o_export(instance, name, strlen(name), found) && found->kind == kind;
}

static w2o_trap run(w2o_store *store, w2o_wasi *wasi)
{
    w2o_instance *instance;
    w2o_trap trap = instantiate(store, wasi, &instance);
    if (trap != W2O_TRAP_NONE) {
        return trap;
    }
    w2o_extern found;
    if (find(instance, "memory", W2O_MEMORY, &found)) {
        w2o_wasi_set_memory(wasi, found.of.memory);
    }
    if (!find(instance, "_start", W2O_FUNC, &found)) {
        return w2o_fail(store, W2O_TRAP_UNLINKABLE, "the module exports no function _start");
    }
    return w2o_call(store, found.of.func, NULL, NULL);
}

int main(int argc, char **argv)
{
    w2o_wasi *wasi = make_wasi(argc, argv);
    w2o_config config = {
        .max_stack = w2o_program.max_stack,
        .max_memory = w2o_program.max_memory,
    };
    w2o_store *store = w2o_store_new(&config);
    if (store == NULL) {
        die(argv[0], "out of memory", "");
    }
    w2o_trap trap = run(store, wasi);
    int status = 0;
    if (trap == W2O_TRAP_EXIT) {
        status = (int)w2o_wasi_exit_code(wasi);
    } else if (trap != W2O_TRAP_NONE) {
        char text[8192];
        w2o_trap_text(store, text, sizeof text);
        fprintf(stderr, "%s: %s", argv[0], text);
        status = trap < W2O_TRAP_UNLINKABLE || trap == W2O_TRAP_EXCEPTION ? TRAPPED : 1;
    }
    w2o_store_free(store);
    w2o_wasi_free(wasi);
    return status;
}
