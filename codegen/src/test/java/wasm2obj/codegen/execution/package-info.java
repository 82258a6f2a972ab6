/** Tests that run compiled functions natively, for all ISAs: an ISA's tests extend the suites here. */
package wasm2obj.codegen.execution;
