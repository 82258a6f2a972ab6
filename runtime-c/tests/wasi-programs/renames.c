/* Renaming files and directories onto what exists and what does not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char *from, const char *to)
{
    int result = rename(from, to);
    printf("%s to %s: %s\n", from, to, result < 0 ? strerror(errno) : "yes");
}

static void make(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");
    fputs(content, file);
    fclose(file);
}

static void show_content(const char *path)
{
    char text[32] = "";
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        fgets(text, sizeof text, file);
        fclose(file);
    }
    printf("%s: %s\n", path, file == NULL ? strerror(errno) : text);
}

int main(void)
{
    make("a", "a");
    make("b", "b");
    mkdir("empty", 0777);
    mkdir("full", 0777);
    mkdir("other", 0777);
    make("full/x", "x");
    show("a", "c");
    show_content("a");
    show_content("c");
    show("c", "b");
    show_content("b");
    show("none", "d");
    show("b", "empty");
    show("empty", "b");
    show("empty", "full");
    show("full", "empty");
    show_content("empty/x");
    show("empty", "empty/inside");
    show("other", "moved");
    show("b", "moved/../moved/b");
    show_content("moved/b");
    int fd = open("moved/b", O_RDONLY);
    show("moved", "again");
    char byte = '?';
    printf("open descriptor still reads %zd bytes\n", read(fd, &byte, 1));
    show("again/b", "again/b");
    show_content("again/b");
    return 0;
}
