/* Clocks go forward, random numbers differ. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void show(const char *name, clockid_t clock)
{
    struct timespec resolution = {-1, -1}, first, second;
    int result = clock_getres(clock, &resolution);
    printf("%s: resolution %s", name, result == 0 && resolution.tv_sec == 0 && resolution.tv_nsec > 0 ? "fine" : "bad");
    result = clock_gettime(clock, &first) | clock_gettime(clock, &second);
    int forward = second.tv_sec > first.tv_sec || (second.tv_sec == first.tv_sec && second.tv_nsec >= first.tv_nsec);
    printf(", %s, %s\n", result == 0 ? "tells" : "does not tell", forward ? "forward" : "backward");
}

int main(void)
{
    show("realtime", CLOCK_REALTIME);
    show("monotonic", CLOCK_MONOTONIC);
    printf("time %s\n", time(NULL) > 1700000000 ? "plausible" : "implausible");
    unsigned char a[64] = {0}, b[64] = {0}, none[64] = {0};
    printf("getentropy: %d %d\n", getentropy(a, sizeof a), getentropy(b, sizeof b));
    printf("random numbers %s\n", memcmp(a, b, 64) != 0 && memcmp(a, none, 64) != 0 ? "differ" : "repeat");
    return 0;
}
