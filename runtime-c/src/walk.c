/*
 * Walking the frames of compiled code.
 *
 * The walk needs the program counter, the stack pointer and the frame pointer of a place in compiled
 * code, and from there only the frame tables: a frame's end is the stack pointer plus a fixed size, or
 * the frame pointer plus two words, and the return address lies below it. On AArch64 the frame pointer
 * leads from record to record; only a function that calls nothing may have none, and then its return
 * address is still in the link register. The walk ends at an entry thunk;
 * if that was called by a host function which compiled code had called, it goes on at the adapter of
 * that call, or at the runtime helper that called the host. Frames of C are never looked at.
 *
 * Where references are in a frame is a matter of its return address (docs/abi.md, Stack maps).
 */
#include "store.h"

/* ---- From frame to frame ---- */

#if defined(__x86_64__)
w2o_place w2o_place_of_exit(uintptr_t exit)
{
    if ((exit & W2O_EXIT_BY_RECORD) != 0) {
        const uintptr_t *record = (const uintptr_t *)(exit - W2O_EXIT_BY_RECORD);
        return (w2o_place){.pc = record[1], .sp = (uintptr_t)(record + 2), .fp = record[0], .is_return = true};
    }
    return (w2o_place){.pc = ((const uintptr_t *)exit)[-1], .sp = exit, .fp = 0, .is_return = true};
}

w2o_place w2o_caller(w2o_place place, uint32_t info)
{
    uintptr_t size = (uintptr_t)(info >> W2O_FRAME_SIZE_SHIFT) * 8;
    uintptr_t cfa = (info & W2O_FRAME_POINTER) != 0 ? place.fp + 16 : place.sp + size;
    const uintptr_t *end = (const uintptr_t *)cfa;
    uintptr_t fp = (info & W2O_FRAME_SAVES_FP) != 0 ? end[-2] : place.fp;
    /* A caller that passed nothing on the stack may have called what then tail called this. */
    uintptr_t parameters = (uintptr_t)(info >> W2O_FRAME_PARAMETERS_SHIFT & W2O_FRAME_PARAMETERS_MASK) * 16;
    return (w2o_place){.pc = end[-1], .sp = cfa + parameters, .fp = fp, .is_return = true};
}
#elif defined(__aarch64__)
/* `exit` is the adapter's frame record: what it says is the adapter's caller. */
w2o_place w2o_place_of_exit(uintptr_t exit)
{
    const uintptr_t *record = (const uintptr_t *)exit;
    return (w2o_place){.pc = w2o_unsigned(record[1]), .sp = 0, .fp = record[0], .is_return = true};
}

w2o_place w2o_caller(w2o_place place, uint32_t info)
{
    if ((info & W2O_FRAME_POINTER) == 0) {
        return (w2o_place){.pc = place.lr, .sp = 0, .fp = place.fp, .is_return = true};
    }
    return w2o_place_of_exit(place.fp);
}
#endif

/* ---- Stack maps ---- */

/* The lowest byte of a frame. */
static uintptr_t frame_low(w2o_place place, uint32_t info)
{
    uintptr_t size = (uintptr_t)(info >> W2O_FRAME_SIZE_SHIFT) * 8;
#if defined(__x86_64__)
    return (info & W2O_FRAME_POINTER) != 0 ? place.fp + 16 - size : place.sp;
#else
    return place.fp + 16 - size;
#endif
}

void w2o_visit_frames(w2o_store *store, w2o_slot_visitor *visit, void *env)
{
    const w2o_activation *activation = store->head.activation;
    if (activation == NULL) {
        return;
    }
    w2o_place place = w2o_place_of_exit(store->head.exit);
    w2o_site room;
    for (const w2o_site *site; (site = w2o_site_of(store, place.pc, &room)) != NULL;) {
        if ((site->info & W2O_FRAME_KIND_MASK) == W2O_FRAME_ENTRY) {
            if (activation->previous == NULL) {
                return;
            }
            place = w2o_place_of_exit(activation->exit);
            activation = activation->previous;
            continue;
        }
        if (site->map != NULL) {
            w2o_visit_map(site->map, (uint64_t *)frame_low(place, site->info), visit, env);
        }
        place = w2o_caller(place, site->info);
    }
}
