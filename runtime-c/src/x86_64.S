/*
 * w2o_attach, which entry thunks call when the stack is not the store's: rax is the store. Preserves
 * all registers but r10, r11 and flags, since the thunk's arguments are in them.
 */
#if defined(__x86_64__)
#if defined(__APPLE__)
#define SYMBOL(name) _##name
#define CALL(name) call _##name
#else
#define SYMBOL(name) name
#define CALL(name) call name
#endif

    .text
    .globl SYMBOL(w2o_attach)
#if defined(__ELF__)
    .type w2o_attach, @function
#endif
    .p2align 4
SYMBOL(w2o_attach):
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    andq $-16, %rsp
    subq $192, %rsp
    movq %rax, 128(%rsp)
    movq %rdi, 136(%rsp)
    movq %rsi, 144(%rsp)
    movq %rdx, 152(%rsp)
    movq %rcx, 160(%rsp)
    movq %r8, 168(%rsp)
    movq %r9, 176(%rsp)
    movaps %xmm0, (%rsp)
    movaps %xmm1, 16(%rsp)
    movaps %xmm2, 32(%rsp)
    movaps %xmm3, 48(%rsp)
    movaps %xmm4, 64(%rsp)
    movaps %xmm5, 80(%rsp)
    movaps %xmm6, 96(%rsp)
    movaps %xmm7, 112(%rsp)
    movq %rax, %rdi
    leaq 16(%rbp), %rsi
    CALL(w2o_attach_stack)
    movaps (%rsp), %xmm0
    movaps 16(%rsp), %xmm1
    movaps 32(%rsp), %xmm2
    movaps 48(%rsp), %xmm3
    movaps 64(%rsp), %xmm4
    movaps 80(%rsp), %xmm5
    movaps 96(%rsp), %xmm6
    movaps 112(%rsp), %xmm7
    movq 128(%rsp), %rax
    movq 136(%rsp), %rdi
    movq 144(%rsp), %rsi
    movq 152(%rsp), %rdx
    movq 160(%rsp), %rcx
    movq 168(%rsp), %r8
    movq 176(%rsp), %r9
    leave
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
#if defined(__ELF__)
    .size w2o_attach, . - w2o_attach
#endif
#endif

#if defined(__ELF__)
/* On every architecture: an object without it, even an empty one, asks for an executable stack. */
    .section .note.GNU-stack, "", %progbits
#endif
