/* poll on files and with timeouts; sleeping. Not every host waits to the last millisecond. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(void)
{
    double start = now();
    struct timespec wait = {0, 20000000};
    printf("nanosleep: %d, slept %s\n", nanosleep(&wait, NULL), now() - start >= 0.015 ? "long enough" : "too short");
    start = now();
    printf("usleep: %d, slept %s\n", usleep(10000), now() - start >= 0.005 ? "long enough" : "too short");
    start = now();
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 10000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    printf("clock_nanosleep: %d, slept %s\n", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL),
           now() - start >= 0.005 ? "long enough" : "too short");
    struct pollfd output = {.fd = 1, .events = POLLOUT};
    printf("standard output: %d", poll(&output, 1, 10000));
    printf(", writable %d\n", (output.revents & POLLOUT) != 0);
    start = now();
    printf("nothing: %d, waited %s\n", poll(NULL, 0, 15), now() - start >= 0.01 ? "long enough" : "too short");
    return 0;
}
