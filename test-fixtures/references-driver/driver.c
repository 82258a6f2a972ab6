/*
 * Runs random programs that pass references around, and keeps book of each reference: it is destroyed once, not while it can
 * be reached, as soon as it cannot once the runtime is asked to look, and at the end none is left.
 *
 *     driver ROUNDS THREADS
 *
 * Each program runs in a store of its own, with three instances: of its first module, and two of its second. Threads take stores from a queue,
 * run some rounds, and put them back, so that a store is used by one thread after the other. A reference is a block of memory that its destructor
 * frees, so the address sanitizer, or valgrind, sees what is used too late or left over. Whether a reference can be reached is found
 * out where no compiled code runs: by reading all globals and tables, the exceptions in them, and what the host keeps. What
 * objects have is not searched; but when all that is emptied, nothing may be left.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "refs.h"
#include "wasm2obj.h"

typedef struct linked {
    const char *name;
    const w2o_module *first, *second;
    bool objects; /* the modules have objects: what only these hold is destroyed by a collection */
} linked;

extern const linked reference_programs[];

enum { KEPT = 8, FUEL = 60, DEPTH = 4, MAGIC = 0x5eed, MAX_ARGUMENTS = 16, INSTANCES = 3, ROUNDS_IN_TURN = 16, WORLDS_FOR_EACH = 4 };

typedef struct world {
    const linked *program;
    w2o_store *store;
    w2o_instance *instances[INSTANCES];
    w2o_global origin; /* an immutable one, which modules import */
    w2o_global passed; /* what was passed last of what is kept */
    w2o_ref kept[KEPT];
    uint64_t random;
    uint64_t made, destroyed;
    int rounds;     /* that are left */
    uint64_t visit; /* number of the last search of everything that can be reached */
    int depth;      /* of calls of compiled code */
    bool is_quiet;  /* destructors make no calls */
} world;

typedef struct thing {
    uint32_t magic;
    uint32_t number;
    uint64_t visit;
    world *world;
} thing;

static _Atomic uint64_t total_made, total_destroyed, total_calls, total_traps, total_thrown, failures;

static void fail(const world *world, const char *what)
{
    printf("FAILED %s: %s\n", world->program->name, what);
    failures++;
}

static uint32_t next(world *world, uint32_t bound)
{
    world->random = world->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((world->random >> 33) % bound);
}

/* ---- References ---- */

static void call_something(world *world, w2o_ref first, w2o_ref second);

static void destroy(void *payload)
{
    thing *thing = payload;
    world *world = thing->world;
    if (thing->magic != MAGIC) {
        fail(world, "destroyed twice");
        return;
    }
    thing->magic = 0;
    free(thing);
    world->destroyed++;
    /* A destructor may do anything. */
    if (!world->is_quiet && world->depth < DEPTH && next(world, 16) == 0) {
        w2o_scope scope = w2o_scope_begin(world->store);
        call_something(world, 0, 0);
        w2o_scope_end(world->store, scope);
    }
}

static w2o_ref make(world *world)
{
    thing *thing = malloc(sizeof *thing);
    thing->magic = MAGIC;
    thing->number = (uint32_t)world->made++;
    thing->visit = 0;
    thing->world = world;
    w2o_ref reference = w2o_ref_new(world->store, thing, destroy);
    if (reference == 0) {
        fail(world, "no memory");
        exit(3);
    }
    return reference;
}

static void check(world *world, w2o_ref reference)
{
    if (reference == 0) {
        return;
    }
    const thing *thing = w2o_ref_payload(world->store, reference);
    if (thing == NULL) {
        /* An object in the guise of an externref has no payload. */
        if (!world->program->objects) {
            fail(world, "a reference that is none");
        }
    } else if (thing->magic != MAGIC || thing->world != world) {
        fail(world, "a reference after its end");
    }
}

static void keep(world *world, w2o_ref reference)
{
    w2o_ref *place = &world->kept[next(world, KEPT)];
    w2o_ref old = *place;
    *place = reference == 0 ? 0 : w2o_ref_keep(world->store, reference);
    if (*place != reference) {
        fail(world, "a valid reference is not kept");
    }
    if (old != 0 && !w2o_ref_drop(world->store, old)) {
        fail(world, "what was kept is not");
    }
}

/*
 * A handle of the innermost scope to something that is kept. A kept one itself is not for passing: destructors run as
 * it is passed, and what they call may drop it. They may also change what is passed, and then it is that.
 */
static w2o_ref pick(world *world)
{
    w2o_value value = {.ref = world->kept[next(world, KEPT)]};
    if (!w2o_set_global(&world->passed, value)) {
        fail(world, "what is kept is no reference");
    }
    return w2o_get_global(&world->passed).ref;
}

/* ---- Functions of the host ---- */

/* Has the frames looked through, at times, and objects: what compiled code has forgotten to hold, or a stack map to name, ends here. */
static void look(world *world)
{
    switch (next(world, 12)) {
    case 0:
        w2o_collect(world->store);
        break;
    case 1:
    case 2:
    case 3:
        w2o_sweep(world->store);
        w2o_drain(world->store);
        break;
    default:
        break;
    }
}

static w2o_trap host_make(world *world, int32_t hint, w2o_ref *result)
{
    *result = make(world);
    if (hint % 5 == 0) {
        keep(world, *result);
    }
    if (hint % 7 == 0) {
        make(world); /* nobody wants it */
    }
    look(world);
    return W2O_TRAP_NONE;
}

static w2o_trap host_check(world *world, w2o_ref reference)
{
    look(world);
    check(world, reference);
    return W2O_TRAP_NONE;
}

static w2o_trap host_visit(world *world, w2o_ref first, int32_t number, w2o_ref second, w2o_ref *result)
{
    look(world);
    check(world, first);
    check(world, second);
    if (number % 3 == 0) {
        keep(world, first);
    }
    if (world->depth < DEPTH) {
        call_something(world, second, first);
    }
    check(world, first);
    check(world, second);
    *result = number % 4 == 0 ? second : number % 4 == 1 ? pick(world) : number % 4 == 2 ? make(world) : first;
    return W2O_TRAP_NONE;
}

static const w2o_tag *tag_of(const world *world)
{
    w2o_extern tag;
    return w2o_export(world->instances[0], "tag", 3, &tag) ? tag.of.tag : NULL;
}

static w2o_trap host_fail(world *world, w2o_ref reference, int32_t number)
{
    look(world);
    check(world, reference);
    if (number % 23 == 0) {
        return W2O_TRAP_HOST;
    }
    const w2o_tag *tag = world->instances[0] == NULL ? NULL : tag_of(world);
    if (number % 5 == 0 && tag != NULL) {
        w2o_value payload[3] = {{.ref = reference}, {.ref = make(world)}, {.i32 = number}};
        return w2o_throw(world->store, tag, payload);
    }
    return W2O_TRAP_NONE;
}

/* ---- Calls ---- */

static uint32_t parameters_of(const w2o_func *func)
{
    return (uint32_t)w2o_parameter_count(func->type);
}

/* Calls a random function of a random instance; what comes of it does not matter. */
static void call_something(world *world, w2o_ref first, w2o_ref second)
{
    w2o_instance *instance = world->instances[next(world, INSTANCES)];
    if (instance == NULL) {
        return;
    }
    size_t count = w2o_module_export_count(w2o_instance_module(instance));
    w2o_extern item = w2o_nth_export(instance, next(world, (uint32_t)count));
    if (item.kind != W2O_FUNC) {
        return;
    }
    w2o_value arguments[MAX_ARGUMENTS] = {0}, results[MAX_ARGUMENTS] = {0};
    uint32_t parameters = parameters_of(item.of.func);
    for (uint32_t i = 0; i + 1 < parameters; i++) {
        uint32_t choice = next(world, 4);
        arguments[i].ref = choice == 0 ? first : choice == 1 ? second : choice == 2 ? make(world) : 0;
        if (arguments[i].ref == 0) {
            arguments[i].ref = pick(world);
        }
    }
    arguments[parameters - 1].i32 = (int32_t)next(world, 1000);
    world->depth++;
    w2o_trap trap = w2o_call(world->store, item.of.func, arguments, results);
    world->depth--;
    total_calls++;
    if (trap == W2O_TRAP_NONE) {
        check(world, results[0].ref);
        if (next(world, 4) == 0) {
            keep(world, results[0].ref);
        }
    } else if (trap == W2O_TRAP_EXCEPTION) {
        total_thrown++;
        const w2o_value *payload = w2o_caught_payload(world->store);
        if (payload != NULL) {
            check(world, payload[0].ref);
            check(world, payload[1].ref);
        }
        w2o_clear_exception(world->store);
    } else if (trap == W2O_TRAP_MISUSE || trap == W2O_TRAP_NO_MEMORY || trap == W2O_TRAP_UNLINKABLE) {
        fail(world, w2o_trap_name(trap));
    } else {
        total_traps++;
    }
}

static void set_fuel(const world *world)
{
    w2o_extern fuel;
    if (world->instances[0] != NULL && w2o_export(world->instances[0], "fuel", 4, &fuel)) {
        w2o_set_global(&fuel.of.global, (w2o_value){.i32 = FUEL});
    }
}

/* ---- What can be reached ---- */

/* Notes that a thing is alive; returns whether it was not known yet. */
static uint64_t reach(world *world, w2o_ref reference)
{
    check(world, reference);
    thing *thing = w2o_ref_payload(world->store, reference);
    if (thing == NULL || thing->visit == world->visit) {
        return 0;
    }
    thing->visit = world->visit;
    return 1;
}

/* The same for what an exception carries. */
static uint64_t reach_exception(world *world, w2o_ref reference)
{
    if (reference == 0) {
        return 0;
    }
    uint64_t count = 0;
    if (w2o_throw_ref(world->store, reference) != W2O_TRAP_EXCEPTION) {
        fail(world, "an exception that is none");
        return 0;
    }
    if (w2o_caught_tag(world->store) == tag_of(world)) {
        const w2o_value *payload = w2o_caught_payload(world->store);
        count = reach(world, payload[0].ref) + reach(world, payload[1].ref);
    }
    w2o_clear_exception(world->store);
    return count;
}

static uint64_t reach_value(world *world, w2o_value_type type, w2o_ref reference)
{
    return type == W2O_EXNREF      ? reach_exception(world, reference)
           : type == W2O_EXTERNREF ? reach(world, reference)
                                   : 0;
}

static uint64_t reach_all(world *world)
{
    uint64_t count = 0;
    world->visit++;
    w2o_scope outer = w2o_scope_begin(world->store);
    count += reach(world, w2o_get_global(&world->origin).ref);
    count += reach(world, w2o_get_global(&world->passed).ref);
    w2o_scope_end(world->store, outer);
    for (int i = 0; i < KEPT; i++) {
        count += reach(world, world->kept[i]);
    }
    for (int i = 0; i < INSTANCES; i++) {
        w2o_instance *instance = world->instances[i];
        size_t exports = instance == NULL ? 0 : w2o_module_export_count(w2o_instance_module(instance));
        for (size_t e = 0; e < exports; e++) {
            w2o_extern item = w2o_nth_export(instance, e);
            w2o_scope scope = w2o_scope_begin(world->store);
            if (item.kind == W2O_GLOBAL) {
                count += reach_value(world, item.of.global.type, w2o_get_global(&item.of.global).ref);
            } else if (item.kind == W2O_TABLE) {
                w2o_value_type type = w2o_table_get_type(item.of.table).element;
                w2o_value value;
                for (uint64_t k = 0; w2o_get_element(item.of.table, k, &value); k++) {
                    count += reach_value(world, type, value.ref);
                }
            }
            w2o_scope_end(world->store, scope);
        }
    }
    return count;
}

/* Where no compiled code runs: what cannot be reached is destroyed when the runtime looks for it, and nothing else. */
static void settle(world *world)
{
    world->is_quiet = true;
    w2o_sweep(world->store);
    w2o_drain(world->store);
    world->is_quiet = false;
    uint64_t reached = reach_all(world);
    uint64_t alive = world->made - world->destroyed;
    if (alive < reached || (alive > reached && !world->program->objects)) {
        char text[80];
        snprintf(text, sizeof text, "%llu can be reached, %llu are alive", (unsigned long long)reached,
                 (unsigned long long)alive);
        fail(world, text);
    }
}

/* ---- One program ---- */

#define CODE(function) w2o_import_func(NULL, (w2o_host_code)(function), world)

static bool import(world *world, w2o_item item, w2o_extern *into)
{
    if (item.module_size == 1 && item.module[0] == 'a') {
        return w2o_export(world->instances[0], item.name, item.name_size, into);
    }
    switch (item.name[0]) {
    case 'm':
        *into = CODE(host_make);
        break;
    case 'c':
        *into = CODE(host_check);
        break;
    case 'v':
        *into = CODE(host_visit);
        break;
    case 'f':
        *into = CODE(host_fail);
        break;
    default:
        *into = w2o_import_global(world->origin);
        break;
    }
    return true;
}

static void instantiate(world *world, int which, const w2o_module *module)
{
    w2o_extern imports[32];
    size_t count = w2o_module_import_count(module);
    for (size_t i = 0; i < count; i++) {
        if (!import(world, w2o_module_import(module, i), &imports[i])) {
            fail(world, "an import that is not there");
        }
    }
    if (w2o_instantiate(world->store, module, imports, count, &world->instances[which]) != W2O_TRAP_NONE) {
        fail(world, w2o_message(world->store));
    }
}

static void start(world *world)
{
    world->store = w2o_store_new(NULL);
    w2o_scope scope = w2o_scope_begin(world->store);
    w2o_global_new(world->store, W2O_EXTERNREF, false, (w2o_value){.ref = make(world)}, &world->origin);
    w2o_global_new(world->store, W2O_EXTERNREF, true, (w2o_value){0}, &world->passed);
    instantiate(world, 0, world->program->first);
    for (int i = 1; i < INSTANCES; i++) {
        instantiate(world, i, world->program->second);
    }
    w2o_scope_end(world->store, scope);
}

static void play(world *world)
{
    for (int i = 0; i < ROUNDS_IN_TURN && world->rounds > 0 && failures == 0; i++) {
        w2o_scope scope = w2o_scope_begin(world->store);
        set_fuel(world);
        call_something(world, 0, make(world));
        w2o_scope_end(world->store, scope);
        if (--world->rounds % 4 == 0) {
            settle(world);
        }
    }
}

/* Empties all places that can be written; what is left is what immutable ones have. */
static void empty(world *world)
{
    for (int i = 0; i < KEPT; i++) {
        w2o_ref_drop(world->store, world->kept[i]);
    }
    w2o_set_global(&world->passed, (w2o_value){0});
    for (int i = 0; i < INSTANCES; i++) {
        size_t exports = w2o_module_export_count(w2o_instance_module(world->instances[i]));
        for (size_t e = 0; e < exports; e++) {
            w2o_extern item = w2o_nth_export(world->instances[i], e);
            if (item.kind == W2O_GLOBAL) {
                w2o_set_global(&item.of.global, (w2o_value){0});
            } else if (item.kind == W2O_TABLE) {
                for (uint64_t k = 0; w2o_set_element(item.of.table, k, (w2o_value){0}); k++) {
                }
            }
        }
    }
}

static void end(world *world)
{
    world->is_quiet = true;
    empty(world);
    w2o_collect(world->store);
    if (world->made - world->destroyed != 1) {
        fail(world, "more or less than one is left when all places but one are empty");
    }
    w2o_store_free(world->store);
    if (world->made != world->destroyed) {
        fail(world, "not all were destroyed at the end");
    }
    total_made += world->made;
    total_destroyed += world->destroyed;
}

/* ---- All of them ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static world *worlds;
static world **queue; /* a ring of those that nobody plays at present */
static size_t first, waiting, added, world_count;

/* The first world in the queue, which becomes the caller's; NULL if there is none. */
static world *take(void)
{
    world *taken = NULL;
    pthread_mutex_lock(&lock);
    if (waiting != 0) {
        taken = queue[first];
        first = (first + 1) % world_count;
        waiting--;
    }
    pthread_mutex_unlock(&lock);
    return taken;
}

static void put_back(world *world)
{
    pthread_mutex_lock(&lock);
    queue[(first + waiting++) % world_count] = world;
    pthread_mutex_unlock(&lock);
}

/* Another world comes into play, if there is one; not all at once, for memory's sake. */
static void add_one(void)
{
    pthread_mutex_lock(&lock);
    world *next = added < world_count ? &worlds[added++] : NULL;
    pthread_mutex_unlock(&lock);
    if (next != NULL) {
        put_back(next);
    }
}

static void *work(void *unused)
{
    (void)unused;
    for (world *world = take(); world != NULL; world = take()) {
        if (world->store == NULL) {
            start(world);
        }
        play(world);
        if (world->rounds > 0 && failures == 0) {
            put_back(world);
        } else {
            end(world);
            add_one();
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 100;
    int threads = argc > 2 ? atoi(argv[2]) : 1;
    while (reference_programs[world_count].name != NULL) {
        world_count++;
    }
    worlds = calloc(world_count, sizeof *worlds);
    queue = malloc(world_count * sizeof(world *));
    for (size_t i = 0; i < world_count; i++) {
        worlds[i] = (world){.program = &reference_programs[i], .random = i * 2654435761u + 12345, .rounds = rounds};
    }
    for (int i = 0; i < WORLDS_FOR_EACH * threads; i++) {
        add_one();
    }
    pthread_t workers[16];
    for (int t = 0; t < threads; t++) {
        pthread_create(&workers[t], NULL, work, NULL);
    }
    for (int t = 0; t < threads; t++) {
        pthread_join(workers[t], NULL);
    }
    free(queue);
    free(worlds);
    printf("%llu references made, %llu destroyed; %llu calls, %llu of them trapped, %llu threw\n",
           (unsigned long long)total_made, (unsigned long long)total_destroyed, (unsigned long long)total_calls,
           (unsigned long long)total_traps, (unsigned long long)total_thrown);
    return failures == 0 ? 0 : 1;
}
