/** Other people's assemblers, which the back ends' tests of encodings believe. */
package wasm2obj.codegen.assembler;
