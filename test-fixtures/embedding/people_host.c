/* The walk-through of docs/references.md, with what it says checked. */
#include "check.h"
#include "people.h"

enum { STRING, PERSON, EMPLOYEE }; /* the module's types */

typedef struct thing {
    int greeted, destroyed;
    char last[32];
} thing;

static w2o_store *store;
static people_instance *people;
static thing listener, badge; /* what references are to */

static void destroy(void *payload)
{
    ((thing *)payload)->destroyed++;
}

static w2o_trap greet(void *env, w2o_ref who, w2o_ref name, int32_t *result)
{
    (void)env;
    thing *to = w2o_ref_payload(store, who);
    uint32_t length = 0;
    CHECK(w2o_array_length(store, name, &length) == W2O_TRAP_NONE);
    *result = (int32_t)length;
    if (to != NULL && length < sizeof to->last) {
        to->greeted++;
        to->last[length] = 0;
        return w2o_array_read(store, name, 0, length, to->last);
    }
    return W2O_TRAP_NONE;
}

static w2o_ref string(const char *text)
{
    w2o_ref made = 0;
    w2o_type type = w2o_instance_type((w2o_instance *)people, STRING);
    CHECK(w2o_array_new(store, type, (uint32_t)strlen(text), NULL, &made) == W2O_TRAP_NONE);
    CHECK(w2o_array_write(store, made, 0, (uint32_t)strlen(text), text) == W2O_TRAP_NONE);
    return made;
}

static void walk_through(void)
{
    w2o_scope scope = w2o_scope_begin(store);
    CHECK(people_listen(people, w2o_ref_new(store, &listener, destroy)) == W2O_TRAP_NONE);
    w2o_ref ada = 0;
    w2o_ref oldest = 0;
    w2o_value value;
    CHECK(people_add(people, string("Ada"), 36, &ada) == W2O_TRAP_NONE);
    CHECK(listener.greeted == 1 && strcmp(listener.last, "Ada") == 0);
    w2o_ref grace = 0;
    CHECK(people_add(people, string("Grace"), 85, &grace) == W2O_TRAP_NONE);
    CHECK(people_oldest(people, &oldest) == W2O_TRAP_NONE && w2o_ref_equals(store, oldest, grace));

    CHECK(w2o_struct_get(store, oldest, 1, &value) == W2O_TRAP_NONE && value.i32 == 85);
    CHECK(w2o_struct_set(store, ada, 1, (w2o_value){.i32 = 86}) == W2O_TRAP_NONE);
    CHECK(people_oldest(people, &oldest) == W2O_TRAP_NONE && w2o_ref_equals(store, oldest, ada));

    w2o_ref kept = w2o_ref_keep(store, ada);
    w2o_scope_end(store, scope);
    CHECK(w2o_struct_get(store, grace, 1, &value) == W2O_TRAP_MISUSE);
    w2o_collect(store);
    CHECK(w2o_struct_get(store, kept, 1, &value) == W2O_TRAP_NONE && value.i32 == 86);
    CHECK(w2o_ref_drop(store, kept));
    CHECK(listener.destroyed == 0);
    CHECK(people_forget(people) == W2O_TRAP_NONE);
    w2o_collect(store);
}

/* A reference of the host's that only an object has. */
static void badges(void)
{
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref made = 0;
    CHECK(people_hire(people, string("Edsger"), w2o_ref_new(store, &badge, destroy), &made) == W2O_TRAP_NONE);
    w2o_ref kept = w2o_ref_keep(store, made);
    w2o_scope_end(store, scope);
    CHECK(people_forget(people) == W2O_TRAP_NONE);
    w2o_collect(store);
    CHECK(badge.destroyed == 0);
    w2o_ref found = 0;
    scope = w2o_scope_begin(store);
    CHECK(people_badge(people, kept, &found) == W2O_TRAP_NONE && w2o_ref_payload(store, found) == &badge);
    w2o_type employee = w2o_instance_type((w2o_instance *)people, EMPLOYEE);
    w2o_type person = w2o_instance_type((w2o_instance *)people, PERSON);
    CHECK(w2o_ref_is(store, kept, w2o_ref_to(employee, false)) && w2o_ref_is(store, kept, w2o_ref_to(person, true)));
    w2o_scope_end(store, scope);
    CHECK(w2o_ref_drop(store, kept));
    w2o_collect(store);
}

/* What validation would refuse, from C. */
static void misuse(void)
{
    w2o_scope scope = w2o_scope_begin(store);
    w2o_ref ada = 0;
    w2o_ref ignored = 0;
    CHECK(people_add(people, string("Ada"), 36, &ada) == W2O_TRAP_NONE);
    CHECK(people_badge(people, ada, &ignored) == W2O_TRAP_MISUSE); /* not an employee */
    CHECK(people_add(people, ada, 1, &ignored) == W2O_TRAP_MISUSE);
    CHECK(people_add(people, 0, 1, &ignored) == W2O_TRAP_MISUSE);  /* null */
    CHECK(people_add(people, w2o_i31(1), 1, &ignored) == W2O_TRAP_MISUSE);
    w2o_scope_end(store, scope);
    CHECK(people_badge(people, ada, &ignored) == W2O_TRAP_MISUSE);
}

int main(void)
{
    store = w2o_store_new(&(w2o_config){.gc_stress = 1});
    people_imports imports = {.env_greet = {.code = greet}};
    CHECK(people_instantiate(store, &imports, &people) == W2O_TRAP_NONE);
    walk_through();
    badges();
    misuse();
    CHECK(listener.destroyed == 1 && badge.destroyed == 1); /* by the collections above */
    w2o_store_free(store);
    CHECK(listener.destroyed == 1 && badge.destroyed == 1);
    if (!failures)
        puts("passed");
    return failures != 0;
}
