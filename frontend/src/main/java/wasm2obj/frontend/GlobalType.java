package wasm2obj.frontend;

/**
 * A global.
 *
 * @param type of its value
 * @param mutable whether it may change
 * @param initial what it is at first; null if it is imported
 */
public record GlobalType(int type, boolean mutable, ConstantExpression initial) {}
