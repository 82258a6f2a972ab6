// What the debugger's test looks at; its line numbers are in DebugInfoTest.
#include <stdio.h>

struct square {
    int id;
    int side;
};

int total = 5;
const char *names[2] = {"one", "two"};
__attribute__((noinline)) static int area(const struct square *s)
{
    return s->side * s->side + s->id;
}

static int twice(int x) { return x * 2; }

__attribute__((noinline)) static void add(const struct square *s)
{
    total += twice(area(s));
    puts("added");
}

int main(void)
{
    volatile struct square square = {0, 3};
    add((const struct square *)&square);
    return total == 23 && names[1] != NULL ? 0 : 1;
}
