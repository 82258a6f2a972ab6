/* Arguments, environment, exit code. Run with the arguments and environment that compare gives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    printf("%d arguments\n", argc);
    for (int i = 1; i < argc; i++) {
        printf("%d: \"%s\"\n", i, argv[i]);
    }
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) {
        count++;
    }
    qsort(environ, count, sizeof *environ, by_text);
    for (size_t i = 0; i < count; i++) {
        printf("%s\n", environ[i]);
    }
    const char *a = getenv("A");
    printf("A is %s, C is %s\n", a == NULL ? "unset" : a, getenv("C") == NULL ? "unset" : "set");
    fprintf(stderr, "to standard error\n");
    fflush(stdout);
    exit(7);
}
