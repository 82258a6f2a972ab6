package wasm2obj.codegen;

import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;

/**
 * Where a signature's parameters and results are, for calls between WebAssembly functions. The context is not among them: it
 * stays in its register.
 *
 * <p>Parameters take the registers of their class in order, then stack words from the CFA up, in order, 8 bytes each (16,
 * aligned, for vectors). The <em>callee</em> removes them. Results take registers of their class in order; those that find none
 * are stored in a buffer of the caller's, 8 bytes each (16, aligned, for vectors), whose address is an extra first integer
 * parameter.
 *
 * <p>A location is a physical register (0-63, numbered as in {@link wasm2obj.regalloc.RegisterFile}) or {@link #STACK} plus an
 * offset. Filled by {@link #assign} and reused.
 */
public final class CallingConvention {
    /** Location of offset 0 on the stack (parameters) or in the result buffer (results). */
    public static final int STACK = 64;

    private final int[] integerParameters;
    private final int[] vectorParameters;
    private final int[] integerResults;
    private final int[] vectorResults;

    private int[] parameters = new int[16];
    private int[] results = new int[16];
    private int stackSize;
    private int bufferSize;

    /** A convention with the given registers, each list in order of use. */
    public CallingConvention(
            int[] integerParameters,
            int[] vectorParameters,
            int[] integerResults,
            int[] vectorResults) {
        this.integerParameters = integerParameters;
        this.vectorParameters = vectorParameters;
        this.integerResults = integerResults;
        this.vectorResults = vectorResults;
    }

    /** Computes all locations for a signature. */
    public void assign(Signature signature) {
        assignResults(signature);
        assignParameters(signature);
    }

    private void assignResults(Signature signature) {
        int count = signature.resultCount();
        if (results.length < count) {
            results = new int[2 * count];
        }
        int integers = 0;
        int vectors = 0;
        int buffer = 0;
        for (int i = 0; i < count; i++) {
            Type type = signature.result(i);
            if (type.inVectorRegister() && vectors < vectorResults.length) {
                results[i] = vectorResults[vectors++];
            } else if (!type.inVectorRegister() && integers < integerResults.length) {
                results[i] = integerResults[integers++];
            } else {
                buffer = aligned(buffer, type);
                results[i] = STACK + buffer;
                buffer += stackBytes(type);
            }
        }
        bufferSize = (buffer + 15) & -16;
    }

    private void assignParameters(Signature signature) {
        int count = signature.parameterCount();
        if (parameters.length < count) {
            parameters = new int[2 * count];
        }
        int integers = bufferSize == 0 ? 0 : 1;
        int vectors = 0;
        int stack = 0;
        for (int i = 0; i < count; i++) {
            Type type = signature.parameter(i);
            if (type.inVectorRegister() && vectors < vectorParameters.length) {
                parameters[i] = vectorParameters[vectors++];
            } else if (!type.inVectorRegister() && integers < integerParameters.length) {
                parameters[i] = integerParameters[integers++];
            } else {
                stack = aligned(stack, type);
                parameters[i] = STACK + stack;
                stack += stackBytes(type);
            }
        }
        stackSize = (stack + 15) & -16;
    }

    private static int stackBytes(Type type) {
        return type == Type.V128 ? 16 : 8;
    }

    private static int aligned(int offset, Type type) {
        return type == Type.V128 ? (offset + 15) & -16 : offset;
    }

    /** Location of a parameter. */
    public int parameter(int index) {
        return parameters[index];
    }

    /** Location of a result. */
    public int result(int index) {
        return results[index];
    }

    /** Bytes of stack parameters, a multiple of 16. */
    public int stackSize() {
        return stackSize;
    }

    /** Bytes of the result buffer, a multiple of 16; 0 if there is none. */
    public int bufferSize() {
        return bufferSize;
    }

    /** The register with the result buffer's address, if there is one. */
    public int bufferParameter() {
        return integerParameters[0];
    }

    public static boolean isRegister(int location) {
        return location < STACK;
    }

    /** Offset of a location on the stack or in the buffer. */
    public static int offset(int location) {
        return location - STACK;
    }
}
