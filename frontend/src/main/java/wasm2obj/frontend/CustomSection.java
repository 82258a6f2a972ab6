package wasm2obj.frontend;

/**
 * A custom section.
 *
 * @param name its name
 * @param start offset in the module of the first byte of its contents
 * @param end offset in the module behind the last one
 */
public record CustomSection(String name, int start, int end) {}
