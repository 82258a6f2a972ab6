/** What the allocators share: parallel moves, slot pools, liveness. */
package wasm2obj.regalloc.internal;
