/* Standard input to standard output, byte by byte and by lines. */
#include <ctype.h>
#include <stdio.h>

int main(void)
{
    int byte, lines = 0;
    while ((byte = getchar()) != EOF) {
        lines += byte == '\n';
        putchar(toupper(byte));
    }
    printf("%d lines, error %d\n", lines, ferror(stdin) != 0);
    return 0;
}
