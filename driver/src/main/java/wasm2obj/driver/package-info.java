/**
 * The pipeline, its settings, the command line and the C header generator.
 *
 * <p>In: arguments or settings, and a module. Out: an object file and its C header, or a one-line error.
 *
 * <p>Never here: the work of a stage; this package only puts the stages in order.
 */
package wasm2obj.driver;
