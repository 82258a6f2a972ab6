/*
 * Prints the words that the given files use most, or those of standard input. words.wasm is made of it by
 *
 *     clang-19 --target=wasm32-wasi -O2 -c words.c
 *     clang-19 --target=wasm32-wasi -Wl,--strip-debug,--stack-first -o words.wasm words.o
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 5, LONGEST = 63 };

typedef struct word {
    struct word *next;
    unsigned count;
    char text[];
} word;

static word **buckets;
static unsigned bucket_count, word_count;

static unsigned hash(const char *text)
{
    unsigned h = 2166136261u;
    while (*text != 0) {
        h = (h ^ (unsigned char)*text++) * 16777619u;
    }
    return h;
}

static void *checked(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "words: out of memory\n");
        exit(1);
    }
    return memory;
}

static void grow(void)
{
    unsigned new_count = bucket_count == 0 ? 64 : bucket_count * 2;
    word **grown = checked(calloc(new_count, sizeof *grown));
    for (unsigned b = 0; b < bucket_count; b++) {
        for (word *w = buckets[b], *next; w != NULL; w = next) {
            next = w->next;
            word **bucket = &grown[hash(w->text) % new_count];
            w->next = *bucket;
            *bucket = w;
        }
    }
    free(buckets);
    buckets = grown;
    bucket_count = new_count;
}

static void count(const char *text)
{
    if (word_count >= bucket_count) {
        grow();
    }
    word **bucket = &buckets[hash(text) % bucket_count];
    for (word *w = *bucket; w != NULL; w = w->next) {
        if (strcmp(w->text, text) == 0) {
            w->count++;
            return;
        }
    }
    word *added = checked(malloc(sizeof *added + strlen(text) + 1));
    strcpy(added->text, text);
    added->count = 1;
    added->next = *bucket;
    *bucket = added;
    word_count++;
}

static void read_words(FILE *file)
{
    char text[LONGEST + 1];
    size_t length = 0;
    int c;
    do {
        c = getc(file);
        if (c != EOF && isalpha(c)) {
            if (length < LONGEST) {
                text[length++] = (char)tolower(c);
            }
        } else if (length > 0) {
            text[length] = 0;
            count(text);
            length = 0;
        }
    } while (c != EOF);
}

static int by_count(const void *a, const void *b)
{
    const word *x = *(word *const *)a, *y = *(word *const *)b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->text, y->text);
}

static void print(void)
{
    word **all = checked(malloc((word_count + 1) * sizeof *all));
    unsigned n = 0, sum = 0;
    for (unsigned b = 0; b < bucket_count; b++) {
        for (word *w = buckets[b]; w != NULL; w = w->next) {
            all[n++] = w;
            sum += w->count;
        }
    }
    qsort(all, n, sizeof *all, by_count);
    printf("%u words, %u different\n", sum, n);
    for (unsigned i = 0; i < n && i < SHOWN; i++) {
        printf("%6u  %s (%.1f%%)\n", all[i]->count, all[i]->text, 100.0 * all[i]->count / sum);
    }
    free(all);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        if (file == NULL) {
            fprintf(stderr, "words: %s: %s\n", argv[i], strerror(errno));
            return 1;
        }
        read_words(file);
        fclose(file);
    }
    if (argc == 1) {
        read_words(stdin);
    }
    print();
    return 0;
}
