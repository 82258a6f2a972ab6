package wasm2obj.ir;

import java.util.Arrays;

/**
 * Parameter and result types of a function, as machine code sees them.
 *
 * <p>Two WebAssembly types that differ in their reference types may share one signature; which calls are allowed is
 * decided by type identity, never by signature.
 */
public final class Signature {
    private final Type[] parameters;
    private final Type[] results;

    /** Takes ownership of both arrays. */
    public Signature(Type[] parameters, Type[] results) {
        this.parameters = parameters;
        this.results = results;
    }

    public int parameterCount() {
        return parameters.length;
    }

    public Type parameter(int index) {
        return parameters[index];
    }

    public int resultCount() {
        return results.length;
    }

    public Type result(int index) {
        return results[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Signature that
                && Arrays.equals(parameters, that.parameters)
                && Arrays.equals(results, that.results);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(parameters) + Arrays.hashCode(results);
    }

    /** The text form, for example {@code (i32, i64) -> (f32)}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        appendList(text, parameters);
        text.append(" -> ");
        appendList(text, results);
        return text.toString();
    }

    private static void appendList(StringBuilder text, Type[] types) {
        text.append('(');
        for (int i = 0; i < types.length; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(types[i].name().toLowerCase(java.util.Locale.ROOT));
        }
        text.append(')');
    }
}
