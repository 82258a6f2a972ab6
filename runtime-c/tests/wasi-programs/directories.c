/* Directories: make, list, change into names with "..", remove. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *what, int result)
{
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void touch(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0666);
    if (fd < 0) {
        show(path, fd);
    }
    close(fd);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *type_name(int type)
{
    return type == DT_DIR ? "directory" : type == DT_REG ? "file" : type == DT_LNK ? "link" : "other";
}

/* Lists in order, without "." and "..", which not every host reports. */
static void list(const char *path)
{
    char *lines[600];
    size_t count = 0;
    DIR *directory = opendir(path);
    if (directory == NULL) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char line[300];
        snprintf(line, sizeof line, "%s (%s)", entry->d_name, type_name(entry->d_type));
        lines[count++] = strdup(line);
    }
    closedir(directory);
    qsort(lines, count, sizeof *lines, by_text);
    printf("%s: %zu entries\n", path, count);
    for (size_t i = 0; i < count && count < 20; i++) {
        printf("  %s\n", lines[i]);
        free(lines[i]);
    }
}

static void many(void)
{
    char path[64];
    show("mkdir", mkdir("many", 0777));
    for (int i = 0; i < 500; i++) {
        snprintf(path, sizeof path, "many/%0*d", 1 + i % 50, i);
        touch(path);
    }
    list("many");
    DIR *directory = opendir("many");
    long places[3] = {0, 0, 0};
    char names[3][256];
    struct dirent *entry;
    int seen = 0;
    while ((entry = readdir(directory)) != NULL) {
        seen++;
        if (seen == 100 || seen == 200 || seen == 300) {
            places[seen / 100 - 1] = telldir(directory);
        } else if (seen == 101 || seen == 201 || seen == 301) {
            strcpy(names[seen / 100 - 1], entry->d_name);
        }
    }
    for (int i = 2; i >= 0; i--) {
        seekdir(directory, places[i]);
        entry = readdir(directory);
        printf("back at place %d: %s\n", i, entry != NULL && strcmp(entry->d_name, names[i]) == 0 ? "same" : "other");
    }
    rewinddir(directory);
    int again = 0;
    while (readdir(directory) != NULL) {
        again++;
    }
    printf("rewound: %s\n", again == seen ? "all again" : "not all");
    closedir(directory);
}

int main(void)
{
    show("mkdir", mkdir("d", 0777));
    show("mkdir again", mkdir("d", 0777));
    show("mkdir below none", mkdir("none/x", 0777));
    show("mkdir", mkdir("d/e", 0777));
    touch("d/file");
    touch("d/e/deep");
    list("d");
    list("d/e/..");
    list("d/./e//");
    list("d/file");
    list("none");
    show("rmdir full", rmdir("d"));
    show("rmdir file", rmdir("d/file"));
    show("unlink directory", unlink("d/e"));
    show("unlink", unlink("d/e/deep"));
    show("rmdir", rmdir("d/e"));
    show("unlink", unlink("d/file"));
    show("rmdir", rmdir("d"));
    list("d");
    many();
    return 0;
}
