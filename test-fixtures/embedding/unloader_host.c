/*
 * Loads a library that embeds modules and their runtime, uses it on two threads, and unloads it. After that nothing of
 * it is left: the signal handler from before is the one that is called, and the other thread ends without it.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include "check.h"

static int (*host_main)(void);
static pthread_barrier_t barrier;
static sigjmp_buf back;

static void leave(int number)
{
    siglongjmp(back, number);
}

static void *use_on_thread(void *argument)
{
    host_main();
    pthread_barrier_wait(&barrier); /* used */
    pthread_barrier_wait(&barrier); /* unloaded */
    return argument;
}

static int raised_by_null(void)
{
    int *volatile null = NULL;
    int number = sigsetjmp(back, 1);
    if (number == 0) {
        *null = 1;
    }
    return number;
}

int main(void)
{
    signal(SIGSEGV, leave);
    for (int round = 0; round < 2; round++) {
        void *library = dlopen("./libhost.so", RTLD_NOW);
        CHECK(library != NULL);
        *(void **)&host_main = dlsym(library, "host_main");
        pthread_t thread;
        pthread_barrier_init(&barrier, NULL, 2);
        pthread_create(&thread, NULL, use_on_thread, NULL);
        pthread_barrier_wait(&barrier);
        host_main();
        CHECK(raised_by_null() == SIGSEGV);
        CHECK(dlclose(library) == 0);
        CHECK(dlopen("./libhost.so", RTLD_NOW | RTLD_NOLOAD) == NULL);
        CHECK(raised_by_null() == SIGSEGV);
        pthread_barrier_wait(&barrier);
        pthread_join(thread, NULL);
    }
    puts("unloaded");
    return failures;
}
