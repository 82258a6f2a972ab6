/*
 * The functions that compiled code calls by the C convention, context first. The compiler's list of
 * them is wasm2obj.ir.RuntimeFunction.
 */
#ifndef W2O_HELPERS_H
#define W2O_HELPERS_H

#include "store.h"

int64_t w2o_memory_grow(w2o_instance *instance, uint32_t memory, uint64_t pages);
void w2o_memory_copy(w2o_instance *instance, uint32_t destination, uint32_t source, uint64_t to, uint64_t from,
                     uint64_t size);
void w2o_memory_fill(w2o_instance *instance, uint32_t memory, uint64_t to, uint32_t value, uint64_t size);
void w2o_memory_init(w2o_instance *instance, uint32_t memory, uint32_t segment, uint64_t to, uint32_t from,
                     uint32_t size);

/*
 * memory.atomic.wait and notify, for the bytes at address + offset. Waiting gives 0 if the thread was woken, 1 if
 * the bytes are not the expected ones, 2 if the timeout (in nanoseconds, none if it is negative) came first.
 */
uint32_t w2o_memory_wait32(w2o_instance *instance, uint32_t memory, uint64_t address, uint64_t offset,
                           uint32_t expected, int64_t timeout);
uint32_t w2o_memory_wait64(w2o_instance *instance, uint32_t memory, uint64_t address, uint64_t offset,
                           uint64_t expected, int64_t timeout);
uint32_t w2o_memory_notify(w2o_instance *instance, uint32_t memory, uint64_t address, uint64_t offset,
                           uint32_t count);
void w2o_data_drop(w2o_instance *instance, uint32_t segment);

int64_t w2o_table_grow(w2o_instance *instance, uint32_t table, uint64_t initial, uint64_t count);
void w2o_table_copy(w2o_instance *instance, uint32_t destination, uint32_t source, uint64_t to, uint64_t from,
                    uint64_t count);
void w2o_table_fill(w2o_instance *instance, uint32_t table, uint64_t to, uint64_t value, uint64_t count);
void w2o_table_init(w2o_instance *instance, uint32_t table, uint32_t segment, uint64_t to, uint32_t from,
                    uint32_t count);
void w2o_elem_drop(w2o_instance *instance, uint32_t segment);

/*
 * For thunks. An argument of a host function, and a result of compiled code, whose activation is linked: the
 * handle of a word. What comes from C: the word of a handle, which shall be of the function type's parameter, or
 * result behind those, number `index`. And the end of a scope: only `count` handles shall be left.
 */
w2o_ref w2o_to_handle(w2o_store *store, uint64_t word);
w2o_ref w2o_result_handle(w2o_store *store, uint64_t word);
uint64_t w2o_to_word(w2o_store *store, w2o_ref ref, w2o_type type, uint32_t index);
void w2o_end_scope(w2o_store *store, uint64_t count);

/* Traps unless `func` is a function of the module's type `type`, or of a subtype. */
void w2o_check_subtype(w2o_instance *instance, const w2o_func *func, uint32_t type);

/* Whether `func` is a function of the module's type `type`, or of a subtype. */
uint32_t w2o_gc_is_function(w2o_instance *instance, const w2o_func *func, uint32_t type);

/*
 * Counts of words, which may be none of counted references. Holding counts a word on behalf of the frames, until none
 * has it; retaining on behalf of a place where it is written; releasing gives up the count of a place. Holding and
 * releasing may call destructors.
 */
void w2o_hold(w2o_instance *instance, uint64_t word);
void w2o_retain(w2o_instance *instance, uint64_t word);
void w2o_release(w2o_instance *instance, uint64_t word);

struct w2o_exception;

/* A new exception with the tag, for the caller to fill in. */
struct w2o_exception *w2o_exception_new(w2o_instance *instance, uint32_t tag);
_Noreturn void w2o_exception_throw(w2o_instance *instance, struct w2o_exception *exception);
_Noreturn void w2o_exception_throw_ref(w2o_instance *instance, uint64_t exception);
_Noreturn void w2o_exception_rethrow(w2o_instance *instance);

/* What was thrown, at a handler's start; later either a reference to it is taken, or it is dropped, or rethrown. */
struct w2o_exception *w2o_exception_caught(w2o_instance *instance);
uint64_t w2o_exception_ref(w2o_instance *instance);
void w2o_exception_drop(w2o_instance *instance);

float w2o_ceil_f32(w2o_instance *instance, float value);
float w2o_floor_f32(w2o_instance *instance, float value);
float w2o_trunc_f32(w2o_instance *instance, float value);
float w2o_nearest_f32(w2o_instance *instance, float value);
double w2o_ceil_f64(w2o_instance *instance, double value);
double w2o_floor_f64(w2o_instance *instance, double value);
double w2o_trunc_f64(w2o_instance *instance, double value);
double w2o_nearest_f64(w2o_instance *instance, double value);

/* What thunks call: see docs/abi.md. w2o_attach is not a C function. */
void w2o_attach(void);
_Noreturn void w2o_raise_from_host(w2o_store *store, w2o_trap trap);
_Noreturn void w2o_overflow_on_entry(w2o_store *store);

#endif
