/* A bytecode interpreter for a little stack machine, dispatched by a switch in
 * a loop (a jump table), running a program of nested loops, calls and memory
 * accesses: the sum of the lengths of the Collatz sequences of 1..n, kept in a
 * histogram. */
#include <stdio.h>

#include "kernel.h"

enum opcode {
  PUSH,     /* value: push it */
  LOAD,     /* slot: push the local */
  STORE,    /* slot: pop into the local */
  ADD,      /* pop b, a: push a + b */
  MULTIPLY, /* pop b, a: push a * b */
  HALVE,    /* pop a: push a >> 1, unsigned */
  ODD,      /* pop a: push its lowest bit */
  LESS,     /* pop b, a: push a < b, unsigned */
  EQUAL,    /* pop b, a: push a == b */
  BUMP,     /* pop a: add one to memory[a % MEMORY] */
  JUMP,     /* target: go there */
  JUMP_IF,  /* target: pop a, go there if it isn't 0 */
  CALL,     /* target: push the return address on the call stack, go there */
  RETURN,   /* go back */
  HALT      /* stop */
};

#define MEMORY 1024

static uint32_t memory[MEMORY];

/* Runs the program; local 0 is the argument before and the result after. */
static uint32_t run(const uint32_t *program, uint32_t argument) {
  uint32_t stack[64], calls[16], locals[8] = {argument};
  uint32_t *top = stack; /* the first free place */
  uint32_t pc = 0, depth = 0;
  for (;;) {
    switch (program[pc++]) {
      case PUSH: *top++ = program[pc++]; break;
      case LOAD: *top++ = locals[program[pc++]]; break;
      case STORE: locals[program[pc++]] = *--top; break;
      case ADD: top--; top[-1] += top[0]; break;
      case MULTIPLY: top--; top[-1] *= top[0]; break;
      case HALVE: top[-1] >>= 1; break;
      case ODD: top[-1] &= 1; break;
      case LESS: top--; top[-1] = top[-1] < top[0]; break;
      case EQUAL: top--; top[-1] = top[-1] == top[0]; break;
      case BUMP: top--; memory[*top % MEMORY]++; break;
      case JUMP: pc = program[pc]; break;
      case JUMP_IF: pc = *--top != 0 ? program[pc] : pc + 1; break;
      case CALL: calls[depth++] = pc + 1; pc = program[pc]; break;
      case RETURN: pc = calls[--depth]; break;
      case HALT: return locals[0];
    }
  }
}

/* Locals: 0 the limit and then the result, 1 the start, 2 the total, 3 the
 * current number, 4 the length so far.  The numbers left are addresses. */
static const uint32_t collatz[] = {
    /*  0 */ PUSH, 1, STORE, 1, PUSH, 0, STORE, 2,
    /*  8 next start: */ LOAD, 1, LOAD, 0, LESS, JUMP_IF, 20, LOAD, 2, STORE, 0, HALT,
    /* 20 */ LOAD, 1, STORE, 3, CALL, 45,
    /* 26 */ LOAD, 2, LOAD, 4, ADD, STORE, 2,
    /* 33 */ LOAD, 4, BUMP,
    /* 36 */ LOAD, 1, PUSH, 1, ADD, STORE, 1, JUMP, 8,
    /* 45 sequence: */ PUSH, 0, STORE, 4,
    /* 49 next number: */ LOAD, 3, PUSH, 1, EQUAL, JUMP_IF, 87,
    /* 56 */ LOAD, 4, PUSH, 1, ADD, STORE, 4,
    /* 63 */ LOAD, 3, ODD, JUMP_IF, 75,
    /* 68 even: */ LOAD, 3, HALVE, STORE, 3, JUMP, 49,
    /* 75 odd: */ LOAD, 3, PUSH, 3, MULTIPLY, PUSH, 1, ADD, STORE, 3, JUMP, 49,
    /* 87 end of sequence: */ RETURN};

int main(int argc, char **argv) {
  int limit = kernel_size(argc, argv, 300000);
  uint32_t total = run(collatz, (uint32_t)limit);
  uint32_t checksum = CHECKSUM_START;
  for (int i = 0; i < MEMORY; i++) checksum = checksum_add(checksum, memory[i]);
  printf("interpreter %d %u %08x\n", limit, total, checksum);
  return 0;
}
