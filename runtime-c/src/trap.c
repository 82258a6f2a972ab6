/* Traps: recording a backtrace, and leaving compiled code. walk.c says how frames are found. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "refs.h"

/* Forgets the trap before, and an exception that has been left to the host. */
static void note(w2o_store *store, w2o_trap trap)
{
    if (trap != W2O_TRAP_EXCEPTION) {
        w2o_drop_pending(store);
    }
    store->trap = trap;
    store->trap_exit = 0;
    store->frame_count = 0;
    store->frames_cut = false;
    store->message[0] = 0;
}

w2o_trap w2o_fail(w2o_store *store, w2o_trap trap, const char *format, ...)
{
    note(store, trap);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(store->message, sizeof store->message, format, arguments);
    va_end(arguments);
    return trap;
}

/* ---- Backtraces ---- */

static bool record_frame(w2o_store *store, w2o_code_place code)
{
    if (store->frame_count == store->config.max_frames) {
        store->frames_cut = true;
        return false;
    }
    store->frames[store->frame_count++] = code;
    return true;
}

/* Records frames from a place within the activation on. A return address belongs to the byte before it. */
static void record_backtrace(w2o_store *store, const w2o_activation *activation, w2o_place place)
{
    for (w2o_code_place code; w2o_find_code(place.pc - place.is_return, &code);) {
        code.offset += place.is_return;
        uint32_t info = code.module->frames[code.row].info;
        if ((info & W2O_FRAME_KIND_MASK) == W2O_FRAME_ENTRY) {
            if (activation->previous == NULL) {
                return;
            }
            place = w2o_place_of_exit(activation->exit);
            activation = activation->previous;
            continue;
        }
        if ((info & W2O_FRAME_KIND_MASK) == W2O_FRAME_FUNCTION && !record_frame(store, code)) {
            return;
        }
        place = w2o_caller(place, info);
    }
}

/* ---- Leaving ---- */

/* Restores what the entry thunk saved and returns from it with the trap's code. */
static __attribute__((noinline)) _Noreturn void leave(w2o_store *store, w2o_trap trap)
{
#if defined(__x86_64__)
    __asm__ volatile("movq (%0), %%rsp\n\t"
                     "popq (%0)\n\t"
                     "popq 8(%0)\n\t"
                     "popq %%r15\n\t"
                     "popq %%r14\n\t"
                     "popq %%r13\n\t"
                     "popq %%r12\n\t"
                     "popq %%rbx\n\t"
                     "popq %%rbp\n\t"
                     "ret"
                     :
                     : "D"(store), "a"(trap)
                     : "memory");
#elif defined(__aarch64__)
    register w2o_store *x1 __asm__("x1") = store;
    register uint64_t x0 __asm__("x0") = (uint32_t)trap;
    __asm__ volatile("ldr x2, [%0]\n\t"
                     "mov sp, x2\n\t"
                     "ldp x3, x4, [sp], #16\n\t"
                     "stp x3, x4, [%0]\n\t"
                     "ldp x19, x20, [sp], #16\n\t"
                     "ldp x21, x22, [sp], #16\n\t"
                     "ldp x23, x24, [sp], #16\n\t"
                     "ldp x25, x26, [sp], #16\n\t"
                     "ldp x27, x28, [sp], #16\n\t"
                     "ldp d8, d9, [sp], #16\n\t"
                     "ldp d10, d11, [sp], #16\n\t"
                     "ldp d12, d13, [sp], #16\n\t"
                     "ldp d14, d15, [sp], #16\n\t"
                     "ldp x29, x30, [sp], #16\n\t"
                     "mov x2, x30\n\t"
                     "hint #7\n\t" /* xpaclri: is it signed? */
                     "cmp x2, x30\n\t"
                     "b.eq 1f\n\t"
                     "mov x30, x2\n\t"
                     "hint #29\n" /* autiasp */
                     "1: ret"
                     :
                     : "r"(x1), "r"(x0)
                     : "memory");
#endif
    __builtin_unreachable();
}

/* The trap that was recorded concerns this activation's caller too, if that is a host function that returns it. */
static _Noreturn void pass_on(w2o_store *store, w2o_trap trap)
{
    const w2o_activation *activation = store->head.activation;
    store->trap_exit = activation->previous == NULL ? 0 : activation->exit;
    w2o_end_activation(store);
    leave(store, trap);
}

/* ---- Exceptions ---- */

/*
 * Goes on in compiled code. It has nothing whose address is taken, and is not inlined: before a call that does not return,
 * the address sanitizer forgets the frames that are left, but knows nothing of an end of this sort.
 */
static __attribute__((noinline)) _Noreturn void go_on(uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
#if defined(__x86_64__)
    __asm__ volatile("movq %0, %%rsp\n\t"
                     "movq %1, %%rbp\n\t"
                     "jmp *%2"
                     :
                     : "c"(sp), "d"(fp), "a"(pc)
                     : "memory");
#elif defined(__aarch64__)
    __asm__ volatile("mov sp, %0\n\t"
                     "mov x29, %1\n\t"
                     "br %2"
                     :
                     : "r"(sp), "r"(fp), "r"(pc)
                     : "memory");
#endif
    __builtin_unreachable();
}

/* Goes on at a landing, in the frame that the place is in, as it is in its function's body. */
static _Noreturn void land(w2o_code_place code, uint32_t landing, w2o_place place)
{
    uint32_t info = code.module->frames[code.row].info;
    uintptr_t size = (uintptr_t)(info >> W2O_FRAME_SIZE_SHIFT) * 8;
#if defined(__x86_64__)
    uintptr_t cfa = (info & W2O_FRAME_POINTER) != 0 ? place.fp + 16 : place.sp + size;
#elif defined(__aarch64__)
    uintptr_t cfa = place.fp + 16;
#endif
    go_on(w2o_frame_start(code.module, code.row) + landing, cfa - size, place.fp);
}

/* Walks the frames of the innermost activation up to one with a handler, and notes them for the backtrace. */
void w2o_unwind(w2o_store *store, w2o_place place, bool again)
{
    bool is_noted = again;
    w2o_site room;
    for (const w2o_site *site; (site = w2o_site_of(store, place.pc, &room)) != NULL;) {
        uint32_t kind = site->info & W2O_FRAME_KIND_MASK;
        if (kind == W2O_FRAME_ENTRY) {
            pass_on(store, W2O_TRAP_EXCEPTION);
        }
        if (kind == W2O_FRAME_FUNCTION) {
            if (!is_noted && !store->frames_cut) {
                record_frame(store, site->code);
            }
            is_noted = false;
            if (site->landing != UINT32_MAX) {
                land(site->code, site->landing, place);
            }
        }
        place = w2o_caller(place, site->info);
    }
    fputs("wasm2obj: an exception outside compiled code\n", stderr);
    abort();
}

void w2o_begin_throw(w2o_store *store)
{
    note(store, W2O_TRAP_EXCEPTION);
}

/* ---- Traps ---- */

void w2o_raise(w2o_store *store, w2o_trap trap, w2o_place place)
{
    if (store->head.activation == NULL) {
        fputs("wasm2obj: a trap outside compiled code\n", stderr);
        abort();
    }
    note(store, trap);
    record_backtrace(store, store->head.activation, place);
    pass_on(store, trap);
}

/*
 * A trap that went through an inner activation has a backtrace of all frames already. When the host
 * function in between returns it, that backtrace stands.
 */
void w2o_raise_from_host(w2o_store *store, w2o_trap trap)
{
    bool is_known = trap == store->trap && store->trap_exit == store->head.exit;
    if (trap == W2O_TRAP_EXCEPTION && store->pending != NULL) {
        if (!is_known) {
            note(store, trap);
        }
        w2o_unwind(store, w2o_place_of_exit(store->head.exit), false);
    }
    if (trap == W2O_TRAP_EXCEPTION) {
        trap = W2O_TRAP_MISUSE; /* there is none to throw */
        is_known = false;
    }
    if (is_known) {
        pass_on(store, trap);
    }
    w2o_raise(store, trap, w2o_place_of_exit(store->head.exit));
}

/* Of an activation that has no frame of compiled code yet. */
void w2o_overflow_on_entry(w2o_store *store)
{
    const w2o_activation *activation = store->head.activation;
    note(store, W2O_TRAP_STACK_OVERFLOW);
    if (activation->previous != NULL) {
        record_backtrace(store, activation->previous, w2o_place_of_exit(activation->exit));
    }
    pass_on(store, W2O_TRAP_STACK_OVERFLOW);
}

/* ---- What is known of the last trap ---- */

w2o_trap w2o_last_trap(const w2o_store *store)
{
    return store->trap;
}

const char *w2o_message(const w2o_store *store)
{
    return store->message;
}
