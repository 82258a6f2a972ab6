/*
 * w2o_attach, which entry thunks call when the stack is not the store's: x9 is the store. Preserves
 * all registers but x10 to x17, x30 and flags, since the thunk's arguments are in them.
 */
#if defined(__aarch64__)
#if defined(__APPLE__)
#define SYMBOL(name) _##name
#else
#define SYMBOL(name) name
#endif

    .text
    .globl SYMBOL(w2o_attach)
#if defined(__ELF__)
    .type w2o_attach, %function
#endif
    .p2align 4
SYMBOL(w2o_attach):
    .cfi_startproc
#if defined(__ARM_FEATURE_PAC_DEFAULT)
    hint #25 /* paciasp */
    .cfi_negate_ra_state
#elif defined(__ARM_FEATURE_BTI_DEFAULT)
    hint #34 /* bti c */
#endif
    stp x29, x30, [sp, #-224]!
    .cfi_def_cfa_offset 224
    .cfi_offset x29, -224
    .cfi_offset x30, -216
    mov x29, sp
    stp x0, x1, [sp, #16]
    stp x2, x3, [sp, #32]
    stp x4, x5, [sp, #48]
    stp x6, x7, [sp, #64]
    stp x8, x9, [sp, #80]
    stp q0, q1, [sp, #96]
    stp q2, q3, [sp, #128]
    stp q4, q5, [sp, #160]
    stp q6, q7, [sp, #192]
    mov x0, x9
    add x1, sp, #224
    bl SYMBOL(w2o_attach_stack)
    ldp q6, q7, [sp, #192]
    ldp q4, q5, [sp, #160]
    ldp q2, q3, [sp, #128]
    ldp q0, q1, [sp, #96]
    ldp x8, x9, [sp, #80]
    ldp x6, x7, [sp, #64]
    ldp x4, x5, [sp, #48]
    ldp x2, x3, [sp, #32]
    ldp x0, x1, [sp, #16]
    ldp x29, x30, [sp], #224
    .cfi_restore x29
    .cfi_restore x30
    .cfi_def_cfa_offset 0
#if defined(__ARM_FEATURE_PAC_DEFAULT)
    hint #29 /* autiasp */
    .cfi_negate_ra_state
#endif
    ret
    .cfi_endproc
#if defined(__ELF__)
    .size w2o_attach, . - w2o_attach
#if defined(__ARM_FEATURE_BTI_DEFAULT) || defined(__ARM_FEATURE_PAC_DEFAULT)
#if defined(__ARM_FEATURE_BTI_DEFAULT) && defined(__ARM_FEATURE_PAC_DEFAULT)
#define FEATURES 3
#elif defined(__ARM_FEATURE_PAC_DEFAULT)
#define FEATURES 2
#else
#define FEATURES 1
#endif
    .section .note.gnu.property, "a", %note
    .p2align 3
    .word 4, 16, 5
    .asciz "GNU"
    .word 0xc0000000, 4, FEATURES, 0
#endif
#endif
#endif

#if defined(__ELF__)
/* On every architecture: an object without it, even an empty one, asks for an executable stack. */
    .section .note.GNU-stack, "", %progbits
#endif
