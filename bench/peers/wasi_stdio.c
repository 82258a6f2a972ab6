/* A host for programs made by wasm2c that only read and write their standard streams: main, and the calls of WASI preview 1
 * that this takes. Whatever else a program imports is answered with ENOSYS by the stubs that the benchmark generates.
 * program.h is wasm2c's header of a module that was given the name "program". */
#include <errno.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "program.h"
#include "wasm-rt-impl.h"

enum { SUCCESS = 0, BADF = 8, INVAL = 28, IO = 29, SPIPE = 70 };

struct Z_wasi_snapshot_preview1_instance_t {
  wasm_rt_memory_t *memory;
  int argc;
  char **argv;
};

typedef struct Z_wasi_snapshot_preview1_instance_t host;

#define WASI(name) Z_wasi_snapshot_preview1Z_##name

static void put32(host *h, u32 at, u32 value) { memcpy(h->memory->data + at, &value, 4); }

static void put64(host *h, u32 at, u64 value) { memcpy(h->memory->data + at, &value, 8); }

static u32 get32(host *h, u32 at) {
  u32 value;
  memcpy(&value, h->memory->data + at, 4);
  return value;
}

u32 WASI(args_sizes_get)(host *h, u32 count, u32 size) {
  u32 total = 0;
  for (int i = 0; i < h->argc; i++) total += (u32)strlen(h->argv[i]) + 1;
  put32(h, count, (u32)h->argc);
  put32(h, size, total);
  return SUCCESS;
}

u32 WASI(args_get)(host *h, u32 pointers, u32 bytes) {
  for (int i = 0; i < h->argc; i++) {
    u32 length = (u32)strlen(h->argv[i]) + 1;
    put32(h, pointers + 4 * (u32)i, bytes);
    memcpy(h->memory->data + bytes, h->argv[i], length);
    bytes += length;
  }
  return SUCCESS;
}

u32 WASI(environ_sizes_get)(host *h, u32 count, u32 size) {
  put32(h, count, 0);
  put32(h, size, 0);
  return SUCCESS;
}

u32 WASI(environ_get)(host *h, u32 pointers, u32 bytes) {
  (void)h, (void)pointers, (void)bytes;
  return SUCCESS;
}

u32 WASI(clock_time_get)(host *h, u32 clock, u64 precision, u32 result) {
  struct timespec now;
  (void)precision;
  if (clock_gettime(clock == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now) != 0) return INVAL;
  put64(h, result, (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec);
  return SUCCESS;
}

u32 WASI(fd_close)(host *h, u32 fd) {
  (void)h;
  return fd <= 2 ? SUCCESS : BADF;
}

/* Character devices with all rights: what a program asks for before it writes. */
u32 WASI(fd_fdstat_get)(host *h, u32 fd, u32 result) {
  if (fd > 2) return BADF;
  put64(h, result, isatty((int)fd) ? 2 : 4);
  put64(h, result + 8, ~(u64)0);
  put64(h, result + 16, ~(u64)0);
  return SUCCESS;
}

u32 WASI(fd_prestat_get)(host *h, u32 fd, u32 result) {
  (void)h, (void)fd, (void)result;
  return BADF;
}

u32 WASI(fd_seek)(host *h, u32 fd, u64 offset, u32 whence, u32 result) {
  static const int bases[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (fd > 2) return BADF;
  if (whence > 2) return INVAL;
  off_t at = lseek((int)fd, (off_t)offset, bases[whence]);
  if (at < 0) return errno == ESPIPE ? SPIPE : INVAL;
  put64(h, result, (u64)at);
  return SUCCESS;
}

static u32 transfer(host *h, u32 fd, u32 vectors, u32 count, u32 result, int writing) {
  u32 total = 0;
  if (fd > 2) return BADF;
  for (u32 i = 0; i < count; i++) {
    u8 *buffer = h->memory->data + get32(h, vectors + 8 * i);
    u32 length = get32(h, vectors + 8 * i + 4);
    ssize_t done = writing ? write((int)fd, buffer, length) : read((int)fd, buffer, length);
    if (done < 0) return IO;
    total += (u32)done;
    if ((u32)done < length) break;
  }
  put32(h, result, total);
  return SUCCESS;
}

u32 WASI(fd_read)(host *h, u32 fd, u32 vectors, u32 count, u32 result) {
  return transfer(h, fd, vectors, count, result, 0);
}

u32 WASI(fd_write)(host *h, u32 fd, u32 vectors, u32 count, u32 result) {
  return transfer(h, fd, vectors, count, result, 1);
}

void WASI(proc_exit)(host *h, u32 status) {
  (void)h;
  exit((int)status);
}

int main(int argc, char **argv) {
  static Z_program_instance_t program;
  host h = {.argc = argc, .argv = argv};
  wasm_rt_init();
  Z_program_init_module();
  Z_program_instantiate(&program, &h);
  h.memory = Z_programZ_memory(&program);
  if (wasm_rt_impl_try() == 0) Z_programZ__start(&program);
  return 0;
}
