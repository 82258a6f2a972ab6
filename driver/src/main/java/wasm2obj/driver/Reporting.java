package wasm2obj.driver;

/**
 * How a compilation is done and what is told about it; none of it changes the output.
 *
 * @param threads number of worker threads
 * @param verify whether the IR is verified between passes and allocations are checked
 * @param timePasses whether times are printed at the end
 * @param verbose whether steps are printed
 */
public record Reporting(int threads, boolean verify, boolean timePasses, boolean verbose) {}
