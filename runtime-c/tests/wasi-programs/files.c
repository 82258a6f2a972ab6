/* Files through stdio and through descriptors: create, write, seek, read, append, truncate, positioned. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void show(const char *what, long result)
{
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void show_content(const char *path)
{
    char text[128];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    printf("%s: %zu bytes \"%s\"\n", path, size, text);
    fclose(file);
}

static void with_stdio(void)
{
    FILE *file = fopen("stdio.txt", "w+");
    fprintf(file, "line %d\nline %d\n", 1, 2);
    rewind(file);
    char line[32];
    while (fgets(line, sizeof line, file) != NULL) {
        printf("read %s", line);
    }
    printf("at %ld, end of file %d\n", ftell(file), feof(file) != 0);
    fseek(file, -3, SEEK_END);
    fputs("X", file);
    fclose(file);
    show_content("stdio.txt");
    file = fopen("stdio.txt", "a");
    fputs("appended", file);
    fclose(file);
    show_content("stdio.txt");
    show("remove", remove("stdio.txt"));
    show_content("stdio.txt");
}

static void with_descriptors(void)
{
    int fd = open("fd.txt", O_RDWR | O_CREAT | O_EXCL, 0666);
    show("write", write(fd, "0123456789", 10));
    show("seek", (long)lseek(fd, 4, SEEK_SET));
    char text[16] = "";
    show("read", read(fd, text, 3));
    printf("%s\n", text);
    show("seek", (long)lseek(fd, -20, SEEK_CUR));
    show("seek", (long)lseek(fd, 5, SEEK_END));
    show("write", write(fd, "!", 1));
    show("pwrite", pwrite(fd, "AB", 2, 1));
    show("pread", pread(fd, text, 3, 8));
    printf("%.3s\n", text);
    show("pread behind the end", pread(fd, text, 3, 100));
    show("ftruncate", ftruncate(fd, 6));
    struct iovec parts[3] = {{text, 2}, {text + 2, 0}, {text + 4, 8}};
    lseek(fd, 0, SEEK_SET);
    memset(text, 0, sizeof text);
    show("readv", readv(fd, parts, 3));
    printf("%s %s\n", text, text + 4);
    struct stat status;
    show("fstat", fstat(fd, &status));
    printf("size %lld, regular %d, links %d\n", (long long)status.st_size, S_ISREG(status.st_mode), (int)status.st_nlink);
    show("fsync", fsync(fd));
    show("fdatasync", fdatasync(fd));
    show("posix_fallocate", posix_fallocate(fd, 0, 20));
    fstat(fd, &status);
    printf("size %lld\n", (long long)status.st_size);
    show("close", close(fd));
    show("close again", close(fd));
}

static void open_errors(void)
{
    show("exclusive", open("fd.txt", O_RDWR | O_CREAT | O_EXCL, 0666));
    show("missing", open("none.txt", O_RDONLY));
    show("missing directory", open("none/none.txt", O_RDONLY | O_CREAT, 0666));
    show("as directory", open("fd.txt", O_RDONLY | O_DIRECTORY));
    show("below a file", open("fd.txt/x", O_RDONLY));
    show("empty", open("", O_RDONLY));
    int fd = open("fd.txt", O_RDONLY);
    char byte = 'x';
    show("write to what is open for reading", write(fd, &byte, 1));
    close(fd);
    fd = open("fd.txt", O_WRONLY | O_TRUNC);
    show("read what is open for writing", read(fd, &byte, 1));
    close(fd);
    show_content("fd.txt");
    fd = open("fd.txt", O_WRONLY | O_APPEND);
    printf("append flag %d\n", (fcntl(fd, F_GETFL) & O_APPEND) != 0);
    write(fd, "first", 5);
    lseek(fd, 0, SEEK_SET);
    write(fd, ", second", 8);
    show("clear flags", fcntl(fd, F_SETFL, 0));
    lseek(fd, 0, SEEK_SET);
    write(fd, "F", 1);
    close(fd);
    show_content("fd.txt");
    show("unlink", unlink("fd.txt"));
    show("unlink again", unlink("fd.txt"));
}

int main(void)
{
    with_stdio();
    with_descriptors();
    open_errors();
    return 0;
}
