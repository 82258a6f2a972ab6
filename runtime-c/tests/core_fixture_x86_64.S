/*
 * Two modules as the compiler would make them, by hand: the functions that core_fixture.c describes.
 * `mark` places a label for the descriptors; functions take their arguments in rsi, rdx, rcx.
 */
#if defined(__x86_64__)

#define STACK_LIMIT -8
#define A_TABLE -280
#define A_HOST -320
#define B_OWN_GLOBAL -56
#define B_LOAD -304
#define R_HOST -288

.macro mark name
    .globl \name
    .hidden \name
\name:
.endm

/* Leaves compiled code with the activation's registers; rbx is the store. */
.macro leave_activation
    popq (%rbx)
    popq 8(%rbx)
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    xorl %eax, %eax
    ret
.endm

/* Array call of up to three integers to one. */
.macro array_call name
mark \name
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq 8(%rdi)
    pushq (%rdi)
    movq %rsp, (%rdi)
    subq $8, %rsp
    movq %rdi, %rbx
    movq %rcx, %r12
    movq 8(%rsi), %r15
    movq (%rsi), %rax
    movq %rdx, %r10
    xorl %esi, %esi
    xorl %edx, %edx
    xorl %ecx, %ecx
    testq %r10, %r10
    jz 1f
    movl (%r10), %esi
    movl 16(%r10), %edx
    movl 32(%r10), %ecx
1:  callq *%rax
    testq %r12, %r12
    jz 2f
    movl %eax, (%r12)
2:  addq $8, %rsp
    leave_activation
.endm

/* Host functions (i32) -> (i32). */
.macro adapter name
mark \name
    pushq %rbp
    subq $16, %rsp
    movq 16(%r15), %rax
    movq %rsp, 8(%rax)
    movq 8(%r15), %rdi
    movq %rsp, %rdx
    callq *(%r15)
    testl %eax, %eax
    jnz 1f
    movl (%rsp), %eax
    addq $16, %rsp
    popq %rbp
    ret
1:  movq 16(%r15), %rdi
    movl %eax, %esi
    callq w2o_raise_from_host@PLT
.endm

    .text
    .p2align 4
mark fixture_a_text
mark fixture_a_add
    leal (%rsi,%rdx), %eax
    ret

mark fixture_a_load
    movl (%r15,%rsi), %eax
    ret

mark fixture_a_unreachable
mark fixture_a_unreachable_trap
    ud2

mark fixture_a_recurse
    subq $24, %rsp
    cmpq STACK_LIMIT(%r15), %rsp
    jb fixture_a_recurse_trap
    xorl %eax, %eax
    testl %esi, %esi
    jz 1f
    decl %esi
    call fixture_a_recurse
mark fixture_a_recurse_return
    incl %eax
1:  addq $24, %rsp
    ret
mark fixture_a_recurse_trap
    ud2

mark fixture_a_call_host
    subq $24, %rsp
    movq %r15, 8(%rsp)
    movq A_HOST(%r15), %rax
    movq A_HOST+8(%r15), %r15
    callq *%rax
mark fixture_a_call_host_return
    movq 8(%rsp), %r15
    addq $24, %rsp
    ret

mark fixture_a_fill
    subq $8, %rsp
    movl %ecx, %r8d
    movl %edx, %ecx
    movl %esi, %edx
    xorl %esi, %esi
    movq %r15, %rdi
    callq w2o_memory_fill@PLT
mark fixture_a_fill_return
    addq $8, %rsp
    ret

mark fixture_a_divide
    movl %edx, %ecx
    movl %esi, %eax
    cltd
mark fixture_a_divide_trap
    idivl %ecx
    ret

/* Calls an element of the table with 16, whatever its type within (i32) -> (i32) is. */
mark fixture_a_call_element
    subq $24, %rsp
    movq %r15, 8(%rsp)
    movl %esi, %eax
    cmpq A_TABLE+8(%r15), %rax
    jae fixture_a_call_element_trap
    movq A_TABLE(%r15), %rcx
    movq (%rcx,%rax,8), %rsi
    movq %rsi, (%rsp)
    movq %r15, %rdi
    movl $1, %edx
    callq w2o_check_subtype@PLT
    movq (%rsp), %rax
    movq 8(%rax), %r15
    movl $16, %esi
    callq *(%rax)
mark fixture_a_call_element_return
    movq 8(%rsp), %r15
    addq $24, %rsp
    ret
mark fixture_a_call_element_trap
    ud2

/* A frame that is found by its frame pointer, because of 16 bytes of arguments below it. */
mark fixture_a_framed
    pushq %rbp
    movq %rsp, %rbp
    pushq $1
    pushq $2
    call fixture_a_unreachable
mark fixture_a_framed_return
    ud2

mark fixture_a_grow
    subq $8, %rsp
    movl %esi, %edx
    xorl %esi, %esi
    movq %r15, %rdi
    callq w2o_memory_grow@PLT
    movl %eax, %eax
    addq $8, %rsp
    ret

/* The largest frame that a row can tell of: 2 MiB, almost. */
mark fixture_a_large
    subq $0x1fffe8, %rsp
    cmpq STACK_LIMIT(%r15), %rsp
    jb fixture_a_large_trap
    addq $0x1fffe8, %rsp
    ret
mark fixture_a_large_trap
    ud2

array_call fixture_a_enter
adapter fixture_a_adapter

/* The C function a_add. */
mark fixture_a_export_add
    .globl a_add
a_add:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rdi, %r15
    movq -16(%r15), %rax
    movq %rsp, %r10
    subq 16(%rax), %r10
    cmpq 24(%rax), %r10
    jae 1f
2:  pushq 8(%rax)
    pushq (%rax)
    movq %rsp, (%rax)
    subq $8, %rsp
    movq %rax, %rbx
    movq %rcx, %r12
    movl %esi, %esi
    movl %edx, %edx
    call fixture_a_add
    movl %eax, (%r12)
    addq $8, %rsp
    leave_activation
1:  call w2o_attach@PLT
    jmp 2b
mark fixture_a_end

    .p2align 4
mark fixture_b_text
/* load, which is another instance's, plus the own global: right only if the context is restored. */
mark fixture_b_load_and_add
    subq $24, %rsp
    movq %r15, 8(%rsp)
    movq B_LOAD(%r15), %rax
    movq B_LOAD+8(%r15), %r15
    callq *%rax
mark fixture_b_load_and_add_return
    movq 8(%rsp), %r15
    addl B_OWN_GLOBAL(%r15), %eax
    addq $24, %rsp
    ret
array_call fixture_b_enter
adapter fixture_b_adapter
mark fixture_b_end

    .p2align 4
mark fixture_r_text
/* Keeps a reference in its frame while it calls the host with 7, and returns it. */
mark fixture_r_keep
    subq $24, %rsp
    movq %rsi, (%rsp)
    movq %r15, 8(%rsp)
    movl $7, %esi
    movq R_HOST(%r15), %rax
    movq R_HOST+8(%r15), %r15
    callq *%rax
mark fixture_r_keep_return
    movq 8(%rsp), %r15
    movq (%rsp), %rax
    addq $24, %rsp
    ret
/* The same; found by its frame pointer, with the reference in the third slot. */
mark fixture_r_framed
    pushq %rbp
    movq %rsp, %rbp
    subq $16, %rsp
    movq %rsi, (%rsp)
    call fixture_r_keep
mark fixture_r_framed_return
    movq (%rsp), %rax
    leave
    ret
array_call fixture_r_enter
adapter fixture_r_adapter
mark fixture_r_end

    .section .note.GNU-stack, "", @progbits
#endif
