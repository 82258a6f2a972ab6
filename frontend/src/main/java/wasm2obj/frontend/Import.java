package wasm2obj.frontend;

/**
 * An import.
 *
 * @param module the module's name
 * @param name the name in that module
 * @param kind what is imported
 * @param index its index in the index space of its kind
 */
public record Import(String module, String name, ExternKind kind, int index) {}
