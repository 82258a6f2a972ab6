/*
 * Threads that work against each other: counters and compare-exchange loops of all widths, a mutex, queues, waiting and
 * notifying, growing memory, and the litmus tests of sequential consistency. Prints a line for each test, and says
 * which result was wrong. threads.wasm is made of it by
 *
 *     clang-19 --target=wasm32-wasi -O2 -matomics -mbulk-memory -ffreestanding -nostdlib -c threads.c
 *     wasm-ld-19 --shared-memory --import-memory --export-memory --max-memory=67108864 --stack-first
 *         --no-entry --strip-debug -o threads.wasm threads.o
 *
 *     threads            all tests
 *     threads emulated   the same without store buffering: qemu's ldar may be done before an older stlr, for whatever compiler
 *     threads exit       a thread ends the program, with status 7, while others run
 *     threads trap       a thread traps while others run
 *     threads return     the first thread returns while others run: status 0
 *     threads many       makes and joins many threads
 *
 * There is no libc here: Debian's is for one thread.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("wasi_snapshot_preview1", "fd_write") int32_t fd_write(int32_t fd, const void *vectors, int32_t count, int32_t *written);
IMPORT("wasi_snapshot_preview1", "proc_exit") _Noreturn void proc_exit(int32_t status);
IMPORT("wasi_snapshot_preview1", "args_sizes_get") int32_t args_sizes_get(int32_t *count, int32_t *size);
IMPORT("wasi_snapshot_preview1", "args_get") int32_t args_get(char **arguments, char *buffer);
IMPORT("wasi_snapshot_preview1", "sched_yield") int32_t sched_yield(void);
IMPORT("wasi", "thread-spawn") int32_t thread_spawn(void *argument);

enum { THREADS = 4, STACK = 64 * 1024, MOST_THREADS = 16 };

/* ---- Text ---- */

static void print(const char *text)
{
    size_t length = 0;
    while (text[length] != 0) {
        length++;
    }
    struct {
        const char *start;
        size_t size;
    } vector = {text, length};
    int32_t written;
    fd_write(1, &vector, 1, &written);
}

static void print_number(uint64_t value)
{
    char text[24];
    char *at = text + sizeof text - 1;
    *at = 0;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    print(at);
}

static void check(const char *what, uint64_t expected, uint64_t found)
{
    if (expected != found) {
        print("WRONG: ");
        print(what);
        print(": expected ");
        print_number(expected);
        print(", found ");
        print_number(found);
        print("\n");
        proc_exit(1);
    }
}

/* ---- Threads ---- */

typedef struct thread {
    char *stack_end;
    void (*run)(int number);
    int number;
    _Atomic int32_t done;
} thread;

static thread threads[MOST_THREADS];
static char stacks[MOST_THREADS][STACK] __attribute__((aligned(16)));

static int32_t wait32(_Atomic int32_t *at, int32_t expected, int64_t timeout)
{
    return __builtin_wasm_memory_atomic_wait32((int32_t *)at, expected, timeout);
}

static uint32_t notify(_Atomic int32_t *at, uint32_t count)
{
    return (uint32_t)__builtin_wasm_memory_atomic_notify((int32_t *)at, count);
}

static int32_t wait64(_Atomic int64_t *at, int64_t expected, int64_t timeout)
{
    return __builtin_wasm_memory_atomic_wait64((int64_t *)at, expected, timeout);
}

void run_thread(int32_t id, thread *self) __attribute__((used));
void run_thread(int32_t id, thread *self)
{
    check("a thread's number is positive", 1, id > 0 && id < 1 << 29);
    self->run(self->number);
    atomic_store(&self->done, 1);
    notify(&self->done, 1);
}

/* Takes the stack before anything uses it. */
__asm__(".globaltype __stack_pointer, i32\n"
        ".functype run_thread (i32, i32) -> ()\n"
        ".globl wasi_thread_start\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        "    .functype wasi_thread_start (i32, i32) -> ()\n"
        "    local.get 1\n"
        "    i32.load 0\n"
        "    global.set __stack_pointer\n"
        "    local.get 0\n"
        "    local.get 1\n"
        "    call run_thread\n"
        "    end_function\n");

static void start(int number, void (*run)(int number))
{
    thread *t = &threads[number];
    t->stack_end = stacks[number] + STACK;
    t->run = run;
    t->number = number;
    atomic_store(&t->done, 0);
    check("a thread starts", 1, thread_spawn(t) > 0);
}

static void join(int number)
{
    while (atomic_load(&threads[number].done) == 0) {
        wait32(&threads[number].done, 0, -1);
    }
}

static void run_all(const char *name, int count, void (*run)(int number))
{
    for (int i = 0; i < count; i++) {
        start(i, run);
    }
    for (int i = 0; i < count; i++) {
        join(i);
    }
    print(name);
    print("\n");
}

/* One turn of a loop that waits without sleeping: there may be fewer processors than threads. */
static void spin(uint32_t *turns)
{
    if (++*turns % 64 == 0) {
        sched_yield();
    }
}

#define SPIN_WHILE(condition)      \
    for (uint32_t turns = 0; (condition);) { \
        spin(&turns);              \
    }

/* A barrier for two or more, which spins: so they leave it at about the same time. */
static _Atomic int32_t arrived;

static void meet(int32_t round, int32_t count)
{
    atomic_fetch_add(&arrived, 1);
    SPIN_WHILE(atomic_load(&arrived) < round * count)
}

/* ---- Arithmetic of all widths ---- */

enum { ROUNDS = 20000 };

#define WIDTH(bits)                                                                              \
    static _Atomic uint##bits##_t added##bits, taken##bits, swapped##bits, looped##bits;         \
    static _Atomic uint##bits##_t ones##bits, zeros##bits, flipped##bits;                        \
    static _Atomic uint32_t exchanges##bits;                                                     \
    static void arithmetic##bits(int number)                                                     \
    {                                                                                            \
        uint##bits##_t kept = (uint##bits##_t)(number + 1);                                      \
        uint##bits##_t bit = (uint##bits##_t)(1u << number);                                     \
        for (int i = 0; i < ROUNDS; i++) {                                                       \
            atomic_fetch_add(&added##bits, 3);                                                   \
            atomic_fetch_sub(&taken##bits, (uint##bits##_t)(i & 7));                             \
            kept = atomic_exchange(&swapped##bits, kept);                                        \
            uint##bits##_t seen = atomic_load(&looped##bits);                                    \
            while (!atomic_compare_exchange_weak(&looped##bits, &seen, (uint##bits##_t)(seen * 5 + 1))) { \
            }                                                                                    \
            /* Nobody else touches the thread's bit. */                                          \
            check("or", 0, atomic_fetch_or(&ones##bits, bit) & bit);                             \
            check("and", bit, atomic_fetch_and(&ones##bits, (uint##bits##_t)~bit) & bit);        \
            check("xor", (i & 1) != 0 ? bit : 0, atomic_fetch_xor(&flipped##bits, bit) & bit);   \
            atomic_fetch_or(&zeros##bits, bit);                                                  \
            atomic_fetch_and(&zeros##bits, (uint##bits##_t)~bit);                                \
        }                                                                                        \
        atomic_fetch_add(&exchanges##bits, kept);                                                \
    }                                                                                            \
    static void check_arithmetic##bits(void)                                                     \
    {                                                                                            \
        uint##bits##_t added = 0, taken = 0, looped = 0;                                         \
        for (int t = 0; t < THREADS; t++) {                                                      \
            for (int i = 0; i < ROUNDS; i++) {                                                   \
                added += 3;                                                                      \
                taken -= (uint##bits##_t)(i & 7);                                                \
                looped = (uint##bits##_t)(looped * 5 + 1);                                       \
            }                                                                                    \
        }                                                                                        \
        check("sum", added, added##bits);                                                        \
        check("difference", taken, taken##bits);                                                 \
        check("compare-exchange loop", looped, looped##bits);                                    \
        check("exchanged values", 1 + 2 + 3 + 4, exchanges##bits + swapped##bits);               \
        check("bits left", 0, (uint64_t)(ones##bits | zeros##bits | flipped##bits));             \
    }

WIDTH(8)
WIDTH(16)
WIDTH(32)
WIDTH(64)

/* ---- Mutexes: free, taken, taken and waited for ---- */

static void lock(_Atomic int32_t *mutex)
{
    int32_t state = 0;
    if (atomic_compare_exchange_strong(mutex, &state, 1)) {
        return;
    }
    if (state != 2) {
        state = atomic_exchange(mutex, 2);
    }
    while (state != 0) {
        wait32(mutex, 2, -1);
        state = atomic_exchange(mutex, 2);
    }
}

static void unlock(_Atomic int32_t *mutex)
{
    if (atomic_exchange(mutex, 0) == 2) {
        notify(mutex, 1);
    }
}

static _Atomic int32_t mutex;
static uint64_t guarded[3];

static void count_under_lock(int number)
{
    for (int i = 0; i < ROUNDS; i++) {
        lock(&mutex);
        guarded[0]++;
        guarded[1] += (uint64_t)(number + i);
        guarded[2] = guarded[0] ^ guarded[1];
        unlock(&mutex);
    }
}

/* ---- A queue for one producer and one consumer ---- */

enum { SLOTS = 64, ITEMS = 200000 };

static uint32_t ring[SLOTS];
static _Atomic uint32_t head, tail;
static uint64_t received;

static void pass_on(int number)
{
    for (uint32_t i = 0; i < ITEMS; i++) {
        if (number == 0) {
            SPIN_WHILE(i - atomic_load(&tail) == SLOTS)
            ring[i % SLOTS] = i * 2654435761u;
            atomic_store(&head, i + 1);
        } else {
            SPIN_WHILE(atomic_load(&head) == i)
            check("item", i * 2654435761u, ring[i % SLOTS]);
            received++;
            atomic_store(&tail, i + 1);
        }
    }
}

/* ---- A bounded queue for many (Vyukov): each slot says whose turn it is ---- */

typedef struct cell {
    _Atomic uint32_t turn;
    uint32_t value;
} cell;

static cell cells[16];
static _Atomic uint32_t put_at, take_at;
static _Atomic uint64_t put_sum, taken_sum;

static void put(uint32_t value)
{
    uint32_t at = atomic_load(&put_at);
    for (uint32_t turns = 0;; spin(&turns)) {
        cell *c = &cells[at % 16];
        int32_t turn = (int32_t)(atomic_load(&c->turn) - at);
        if (turn == 0 && atomic_compare_exchange_weak(&put_at, &at, at + 1)) {
            c->value = value;
            atomic_store(&c->turn, at + 1);
            return;
        }
        at = atomic_load(&put_at);
    }
}

static uint32_t take(void)
{
    uint32_t at = atomic_load(&take_at);
    for (uint32_t turns = 0;; spin(&turns)) {
        cell *c = &cells[at % 16];
        int32_t turn = (int32_t)(atomic_load(&c->turn) - at - 1);
        if (turn == 0 && atomic_compare_exchange_weak(&take_at, &at, at + 1)) {
            uint32_t value = c->value;
            atomic_store(&c->turn, at + 16);
            return value;
        }
        at = atomic_load(&take_at);
    }
}

static void use_queue(int number)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        if (number % 2 == 0) {
            uint32_t value = i * 7919 + (uint32_t)number;
            put(value);
            sum += value;
        } else {
            sum += take();
        }
    }
    atomic_fetch_add(number % 2 == 0 ? &put_sum : &taken_sum, sum);
}

/* ---- Waiting ---- */

static _Atomic int32_t ball;
static _Atomic int64_t wide_ball;

static void ping_pong(int number)
{
    for (int32_t i = 0; i < 5000; i++) {
        int32_t mine = 2 * i + number;
        for (int32_t seen; (seen = atomic_load(&ball)) != mine;) {
            wait32(&ball, seen, -1);
        }
        atomic_store(&ball, mine + 1);
        notify(&ball, 1);
    }
    for (int64_t i = 0; i < 5000; i++) {
        int64_t mine = (2 * i + number) << 32; /* the lower half says nothing */
        for (int64_t seen; (seen = atomic_load(&wide_ball)) != mine;) {
            wait64(&wide_ball, seen, 1000000000);
        }
        atomic_store(&wide_ball, mine + ((int64_t)1 << 32));
        notify((_Atomic int32_t *)&wide_ball, 1);
    }
}

static _Atomic int32_t gate, at_gate;
static _Atomic uint32_t let_through;

static void stand_at_gate(int number)
{
    if (number != 0) {
        atomic_fetch_add(&at_gate, 1);
        check("woken", 0, (uint32_t)wait32(&gate, 0, -1));
        return;
    }
    SPIN_WHILE(atomic_load(&at_gate) != THREADS - 1)
    check("other value", 1, (uint32_t)wait32(&gate, 1, -1));
    check("timeout", 2, (uint32_t)wait32(&gate, 0, 1000000));
    check("no time at all", 2, (uint32_t)wait32(&gate, 0, 0));
    uint32_t woken = 0;
    while (woken < THREADS - 2) {
        uint32_t count = notify(&gate, THREADS - 2 - woken);
        check("no more than asked for", 1, count <= THREADS - 2 - woken);
        woken += count;
    }
    while (woken < THREADS - 1) {
        woken += notify(&gate, UINT32_MAX);
    }
    check("nobody is left", 0, notify(&gate, UINT32_MAX));
}

/* ---- Growing: each page belongs to the thread that got it ---- */

enum { GROWN_PAGES = 40 };

static _Atomic uint32_t pages_got;

static void grow(int number)
{
    for (int i = 0; i < GROWN_PAGES; i++) {
        uint32_t page = (uint32_t)__builtin_wasm_memory_grow(0, 1);
        check("memory grows", 1, page != UINT32_MAX);
        uint32_t *words = (uint32_t *)(page * 65536);
        check("the size has room for it", 1, __builtin_wasm_memory_size(0) > page);
        for (int w = 0; w < 16384; w += 512) {
            check("a new page is empty", 0, words[w]);
            words[w] = page + (uint32_t)number;
        }
        for (int w = 0; w < 16384; w += 512) {
            check("a page is nobody else's", page + (uint32_t)number, words[w]);
        }
        atomic_fetch_add(&pages_got, 1);
    }
}

/* ---- Litmus tests. Plain accesses are volatile, so that clang keeps all of them. ---- */

enum { LITMUS = 20000 };

static volatile uint32_t data[2];
static _Atomic uint32_t flag[2];
static uint32_t found[2][LITMUS];

/* What was written before the flag is seen after it. */
static void message(int number)
{
    for (uint32_t i = 1; i <= LITMUS; i++) {
        if (number == 0) {
            data[0] = i;
            data[1] = ~i;
            atomic_store(&flag[0], i);
            SPIN_WHILE(atomic_load(&flag[1]) != i)
        } else {
            SPIN_WHILE(atomic_load(&flag[0]) != i)
            check("message", i, data[0]);
            check("message's end", ~i, data[1]);
            atomic_store(&flag[1], i);
        }
    }
}

/* Each stores and then reads the other's: at least one sees the other's store. */
static void store_buffering(int number)
{
    for (uint32_t i = 0; i < LITMUS; i++) {
        meet((int32_t)i + 1, 2);
        atomic_store(&flag[number], i + 1);
        found[number][i] = atomic_load(&flag[1 - number]);
    }
}

/* The same with plain accesses and a fence. */
static void fenced_store_buffering(int number)
{
    for (uint32_t i = 0; i < LITMUS; i++) {
        meet((int32_t)i + 1, 2);
        data[number] = i + 1;
        atomic_thread_fence(memory_order_seq_cst);
        found[number][i] = data[1 - number];
    }
}

/* The same with an exchange in the place of the store. */
static void exchanged_store_buffering(int number)
{
    for (uint32_t i = 0; i < LITMUS; i++) {
        meet((int32_t)i + 1, 2);
        atomic_exchange(&flag[number], i + 1);
        found[number][i] = atomic_load(&flag[1 - number]);
    }
}

/* Two write, two read in opposite orders: they agree about which came first. */
static void independent_reads(int number)
{
    for (uint32_t i = 0; i < LITMUS / 8; i++) {
        meet((int32_t)i + 1, 4);
        if (number < 2) {
            atomic_store(&flag[number], i + 1);
        } else {
            uint32_t first = atomic_load(&flag[number - 2]);
            uint32_t second = atomic_load(&flag[3 - number]);
            found[number - 2][i] = first == i + 1 && second != i + 1;
        }
    }
}

static void litmus(const char *name, int count, void (*run)(int number), bool is_store_buffering)
{
    arrived = 0;
    for (int i = 0; i < 2; i++) {
        data[i] = 0;
        flag[i] = 0;
        for (int k = 0; k < LITMUS; k++) {
            found[i][k] = is_store_buffering ? UINT32_MAX : 0;
        }
    }
    run_all(name, count, run);
    uint32_t wrong = 0;
    for (uint32_t k = 0; k < LITMUS; k++) {
        wrong += is_store_buffering ? found[0][k] < k + 1 && found[1][k] < k + 1 : found[0][k] && found[1][k];
    }
    check(name, 0, wrong);
}

/* ---- The end of the program ---- */

static _Atomic int32_t going;

static void go_on(int number)
{
    atomic_fetch_add(&going, 1);
    while (number != 1) {
        if (number == 2) {
            wait32(&gate, 0, -1);
        }
    }
    SPIN_WHILE(atomic_load(&going) != 3)
}

static void go_on_then_exit(int number)
{
    go_on(number);
    proc_exit(7);
}

static void go_on_then_trap(int number)
{
    go_on(number);
    __builtin_trap();
}

static void nothing(int number)
{
    atomic_fetch_add(&let_through, (uint32_t)number);
}

static void end_by(const char *how)
{
    void (*run)(int) = how[0] == 'e' ? go_on_then_exit : how[0] == 't' ? go_on_then_trap : go_on;
    for (int i = 0; i < 3; i++) {
        start(i, run);
    }
    SPIN_WHILE(atomic_load(&going) != 3)
    if (how[0] != 'r') {
        wait32(&gate, 0, -1);
    }
}

static void make_many(void)
{
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < MOST_THREADS; i++) {
            start(i, nothing);
        }
        for (int i = 0; i < MOST_THREADS; i++) {
            join(i);
        }
    }
    check("threads that ran", 50 * 120, let_through);
    print("many threads\n");
}

static void run_tests(bool emulated)
{
    run_all("arithmetic of 8 bits", THREADS, arithmetic8);
    check_arithmetic8();
    run_all("arithmetic of 16 bits", THREADS, arithmetic16);
    check_arithmetic16();
    run_all("arithmetic of 32 bits", THREADS, arithmetic32);
    check_arithmetic32();
    run_all("arithmetic of 64 bits", THREADS, arithmetic64);
    check_arithmetic64();
    run_all("mutex", THREADS, count_under_lock);
    check("counted under the lock", THREADS * ROUNDS, guarded[0]);
    check("all of it", guarded[0] ^ guarded[1], guarded[2]);
    run_all("queue for two", 2, pass_on);
    check("items received", ITEMS, received);
    for (uint32_t i = 0; i < 16; i++) {
        cells[i].turn = i;
    }
    run_all("queue for many", THREADS, use_queue);
    check("what was put was taken", put_sum, taken_sum);
    run_all("ping-pong", 2, ping_pong);
    run_all("gate", THREADS, stand_at_gate);
    run_all("growing", THREADS, grow);
    check("pages", THREADS * GROWN_PAGES, pages_got);
    litmus("message passing", 2, message, false);
    if (!emulated) {
        litmus("store buffering", 2, store_buffering, true);
    }
    litmus("store buffering with fences", 2, fenced_store_buffering, true);
    litmus("store buffering with exchanges", 2, exchanged_store_buffering, true);
    litmus("independent reads of independent writes", 4, independent_reads, false);
}

EXPORT("_start") void _start(void)
{
    static char *arguments[8];
    static char buffer[4096];
    int32_t count, size;
    args_sizes_get(&count, &size);
    check("arguments fit", 1, count <= 8 && size <= 4096);
    args_get(arguments, buffer);
    if (count == 1) {
        run_tests(false);
    } else if (arguments[1][1] == 'm') {
        run_tests(true);
    } else if (arguments[1][0] == 'm') {
        make_many();
    } else {
        end_by(arguments[1]);
    }
}
