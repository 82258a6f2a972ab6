package wasm2obj.ir;

/**
 * What a call's replacement by the callee's body costs: about the machine instructions by which a caller grows. Constants, moves
 * of control and parameters count as nothing, operations on objects as what they are expanded to; the call itself, its arguments
 * and results are saved. Below zero the caller shrinks. What never returns stays a call: it runs once.
 */
final class InliningCost {
    /** Of what is never put in the place of a call. */
    static final int IMPOSSIBLE = Integer.MAX_VALUE;

    private static final int NONE = Function.NONE;

    /** The call, and the registers that are free before it and not behind it. */
    private static final int CALL = 3;

    private InliningCost() {}

    /** The cost of a function as callee, IMPOSSIBLE as soon as it is above {@code limit}. */
    static int of(Function callee, int limit) {
        if (callee.slotCount() != 0 || callee.firstIncoming(callee.firstBlock()) != NONE) {
            return IMPOSSIBLE;
        }
        Signature signature = callee.signature();
        int cost = -CALL - signature.parameterCount() - signature.resultCount();
        boolean returns = false;
        for (int b = callee.firstBlock(); b != NONE; b = callee.nextBlock(b)) {
            for (int i = callee.first(b); i != NONE; i = callee.next(i)) {
                int one = weight(callee, i);
                returns |= callee.opcode(i) == Opcode.RETURN;
                if (one > limit - cost) {
                    return IMPOSSIBLE;
                }
                cost += one;
            }
        }
        return returns ? cost : IMPOSSIBLE;
    }

    private static int weight(Function function, int instruction) {
        return switch (function.opcode(instruction)) {
            case PARAM, RESULT, CONST, JUMP, RETURN, HEAP_BASE -> 0;
            case REF_TEST, BARRIER, ELEMENT_BARRIER -> 3;
            case CHECK_SIGNATURE -> 4;
            case NEW_STRUCT, NEW_ARRAY -> 8;
            case CALL, CALL_RUNTIME, CALL_REF -> CALL + function.b(instruction);
            case CALL_INDIRECT -> 2 * CALL + function.b(instruction);
            // They end the frame or, with a handler, have a place in the caller's own blocks.
            case INVOKE, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> IMPOSSIBLE;
            default -> 1;
        };
    }
}
