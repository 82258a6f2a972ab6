package wasm2obj.ir;

import java.util.HashMap;
import java.util.Map;

/**
 * Checks that a function is what the IR demands. This list is the IR's specification; {@link TypeRules} adds what each
 * opcode demands of its operands.
 *
 * <p><b>Blocks.</b>
 *
 * <ul>
 *   <li>The entry is block 0 and comes first in the layout; no edge leads to it; its parameters have the types of the
 *       signature's parameters.
 *   <li>A block ends with a terminator and has no other.
 *   <li>PARAMs come first in a block; their positions count from 0 on; the block knows their number.
 *   <li>The links of blocks and instructions agree in both directions.
 *   <li>A RESULT follows its call, or an earlier RESULT of it, directly; results count from 1 on and are all there;
 *       each has the type that the signature says.
 * </ul>
 *
 * <p><b>Edges.</b>
 *
 * <ul>
 *   <li>A JUMP has one edge, a BRANCH and an INVOKE two, a SWITCH at least one, other terminators none.
 *   <li>An INVOKE follows a call, or the last RESULT of one, directly.
 *   <li>An edge knows its source, and leads to a block of the layout that has it in its list of incoming edges.
 *   <li>An edge has one argument for each parameter of its target, of the same type.
 * </ul>
 *
 * <p><b>Values.</b>
 *
 * <ul>
 *   <li>An operand is an instruction with a result, in a block of the layout; fields that the opcode does not use for
 *       operands are NONE.
 *   <li>A definition dominates its uses. An edge's arguments are uses at the end of its source. What cannot be reached
 *       from the entry is exempt.
 *   <li>Operands and results have the types that the opcode demands; immediates are in range.
 * </ul>
 *
 * <p><b>Sandbox.</b>
 *
 * <ul>
 *   <li>A displacement is below 2^31: larger ones would count as negative on some machines.
 *   <li>The index of an access to a memory with 32-bit addresses is an i32, whose upper half is zero in a register by
 *       definition, or an i64 that is seen to be below 2^32.
 *   <li>An access without a base is one to the pinned memory.
 * </ul>
 *
 * <p><b>References.</b>
 *
 * <ul>
 *   <li>Nothing that is computed from where an object is (REF_OFFSET, REF_ADDRESS) is used behind a safepoint that follows
 *       these, or passed to a block.
 * </ul>
 *
 * <p>Without a module, what depends on it is not checked. An object may be used for many functions.
 */
public final class Verifier {
    private static final int NONE = Function.NONE;

    private final ControlFlow flow = new ControlFlow();
    private final Dominators dominators = new Dominators();
    private final TypeRules types = new TypeRules(this);
    private final DerivedValues derived = new DerivedValues(this);
    private final Map<Integer, String> blockErrors = new HashMap<>();
    private final Map<Integer, String> instructionErrors = new HashMap<>();
    private String functionErrors;
    private Function function;
    private Module module;
    private boolean[] inLayout = new boolean[64];
    private boolean[] listed = new boolean[64];
    private int[] order = new int[64];

    /** Checks the function; whether it is right. {@code module} may be null. */
    public boolean verify(Function function, Module module) {
        this.function = function;
        this.module = module;
        functionErrors = null;
        blockErrors.clear();
        instructionErrors.clear();
        if (checkLayout()) {
            checkBlocks();
            if (isRight()) {
                checkUses();
            }
            if (isRight()) {
                derived.check(function, dominators);
            }
        }
        return isRight();
    }

    /** Checks the function and throws with the annotated text if it is wrong. */
    public static void check(Function function, Module module, String when) {
        Verifier verifier = new Verifier();
        if (!verifier.verify(function, module)) {
            throw new IllegalStateException(when + ":\n" + verifier.report());
        }
    }

    private boolean isRight() {
        return functionErrors == null && blockErrors.isEmpty() && instructionErrors.isEmpty();
    }

    /** The function's text with the errors of the last {@link #verify} in the lines they are about. */
    public String report() {
        return new Printer(function)
                .notes(
                        new Printer.Notes() {
                            @Override
                            public String onFunction() {
                                return functionErrors;
                            }

                            @Override
                            public String onBlock(int block) {
                                return blockErrors.get(block);
                            }

                            @Override
                            public String onInstruction(int instruction) {
                                return instructionErrors.get(instruction);
                            }
                        })
                .print();
    }

    // ---- errors ----

    private void functionError(String message) {
        functionErrors = joined(functionErrors, message);
    }

    private void blockError(int block, String message) {
        blockErrors.put(block, joined(blockErrors.get(block), message));
    }

    void error(int instruction, String message) {
        if (function.opcode(instruction) == Opcode.PARAM) {
            blockError(function.block(instruction), message);
        } else {
            String before = instructionErrors.get(instruction);
            instructionErrors.put(instruction, joined(before, message));
        }
    }

    private static String joined(String before, String message) {
        return before == null ? "error: " + message : before + "; " + message;
    }

    // ---- layout ----

    private boolean checkLayout() {
        inLayout = IntArrays.cleared(inLayout, function.blockCount());
        int count = 0;
        int previous = NONE;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            if (++count > function.blockCount() || function.previousBlock(b) != previous) {
                functionError("links of the layout disagree at block " + b);
                return false;
            }
            inLayout[b] = true;
            previous = b;
        }
        if (count == 0 || function.firstBlock() != 0) {
            functionError("the entry, block 0, does not come first");
            return false;
        }
        if (function.firstIncoming(0) != NONE) {
            blockError(0, "an edge leads to the entry");
        }
        checkEntryParams();
        return true;
    }

    private void checkEntryParams() {
        Signature signature = function.signature();
        if (function.paramCount(0) != signature.parameterCount()) {
            blockError(0, "the signature has " + signature.parameterCount() + " parameters");
            return;
        }
        int p = function.first(0);
        for (int k = 0; k < signature.parameterCount() && p != NONE; k++, p = function.next(p)) {
            if (function.type(p) != signature.parameter(k)) {
                blockError(0, "parameter " + k + " is " + expected(p, signature.parameter(k)));
            }
        }
    }

    /** "i64, expected i32". */
    String expected(int value, Type type) {
        return Printer.name(function.type(value)) + ", expected " + Printer.name(type);
    }

    // ---- blocks ----

    private void checkBlocks() {
        order = IntArrays.filled(order, function.instructionCount(), NONE);
        listed = IntArrays.cleared(listed, function.edgeCount());
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            checkInstructions(b);
            listIncoming(b);
        }
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            checkEdges(b);
        }
    }

    private void checkInstructions(int block) {
        int params = 0;
        int count = 0;
        int previous = NONE;
        for (int i = function.first(block); i != NONE; i = function.next(i)) {
            if (order[i] != NONE || function.block(i) != block) {
                blockError(block, "instruction " + i + " does not know its block");
                return;
            }
            order[i] = count++;
            if (function.previous(i) != previous) {
                blockError(block, "links of the instructions disagree at instruction " + i);
            }
            if (function.opcode(i) == Opcode.PARAM) {
                checkParam(i, params++, count);
            }
            if (function.opcode(i) == Opcode.RESULT) {
                checkResult(i, previous);
            }
            if (function.opcode(i) == Opcode.INVOKE && !isCallOrResult(previous)) {
                error(i, "invoke does not follow a call");
            }
            if (function.opcode(i).isTerminator() && i != function.last(block)) {
                error(i, "terminator inside a block");
            }
            previous = i;
        }
        if (previous != function.last(block)) {
            blockError(block, "links of the instructions disagree at the end");
        }
        if (previous == NONE || !function.opcode(previous).isTerminator()) {
            blockError(block, "the block has no terminator");
        }
        if (params != function.paramCount(block)) {
            blockError(block, "the block has " + function.paramCount(block) + " parameters");
        }
    }

    private boolean isCallOrResult(int i) {
        return i != NONE && (function.opcode(i).isCall() || function.opcode(i) == Opcode.RESULT);
    }

    private void checkParam(int param, int position, int count) {
        if (position != count - 1) {
            error(param, "parameter behind other instructions");
        } else if (function.imm(param) != position) {
            error(param, "parameter " + position + " says it is " + function.imm(param));
        }
        if (function.type(param) == Type.VOID) {
            error(param, "parameter of type void");
        }
    }

    private void checkResult(int result, int previous) {
        boolean first = previous != NONE && previous == function.a(result);
        boolean later =
                previous != NONE
                        && function.opcode(previous) == Opcode.RESULT
                        && function.a(previous) == function.a(result);
        long expected = later ? function.imm(previous) + 1 : 1;
        if (!first && !later) {
            error(result, "result does not follow its call");
        } else if (function.imm(result) != expected) {
            error(result, "result " + function.imm(result) + ", expected " + expected);
        }
    }

    // ---- edges ----

    private void listIncoming(int block) {
        int count = 0;
        for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
            if (++count > function.edgeCount()) {
                blockError(block, "the list of incoming edges has no end");
                return;
            }
            boolean right =
                    function.edgeTarget(e) == block
                            && !listed[e]
                            && inLayout[function.edgeSource(e)];
            if (!right) {
                blockError(block, "edge " + e + " is wrong among the incoming edges");
                return;
            }
            listed[e] = true;
        }
    }

    private void checkEdges(int block) {
        int terminator = function.last(block);
        int edges = function.edgeCount(block);
        if (terminator == NONE) {
            return;
        }
        int minimum = 0;
        int maximum = 0;
        switch (function.opcode(terminator)) {
            case JUMP -> minimum = maximum = 1;
            case BRANCH, INVOKE -> minimum = maximum = 2;
            case SWITCH -> {
                minimum = 1;
                maximum = Integer.MAX_VALUE;
            }
            default -> {}
        }
        if (edges < minimum || edges > maximum) {
            error(terminator, "has " + edges + " edges, expected " + minimum);
        }
        for (int k = 0; k < edges; k++) {
            checkEdge(terminator, block, function.firstEdge(block) + k, k);
        }
    }

    private void checkEdge(int terminator, int block, int edge, int number) {
        if (function.edgeSource(edge) != block || !listed[edge]) {
            error(terminator, "edge " + number + " is not linked");
            return;
        }
        int target = function.edgeTarget(edge);
        int count = function.edgeArgumentCount(edge);
        if (!inLayout[target]) {
            error(terminator, "edge " + number + " leads to a block that is not in the layout");
            return;
        }
        if (count != function.paramCount(target)) {
            error(
                    terminator,
                    "edge "
                            + number
                            + " has "
                            + count
                            + " arguments, expected "
                            + function.paramCount(target));
            return;
        }
        int param = function.first(target);
        for (int k = 0; k < count; k++, param = function.next(param)) {
            int argument = function.edgeArgument(edge, k);
            if (!isValue(argument)) {
                error(terminator, "argument " + k + " of edge " + number + " is no value");
            } else if (function.type(argument) != function.type(param)) {
                String types = expected(argument, function.type(param));
                error(terminator, "argument " + k + " of edge " + number + " is " + types);
            }
        }
    }

    private boolean isValue(int value) {
        return value >= 0
                && value < function.instructionCount()
                && order[value] != NONE
                && function.type(value) != Type.VOID;
    }

    // ---- uses ----

    private void checkUses() {
        flow.compute(function);
        dominators.compute(function, flow);
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (checkOperands(i)) {
                    types.check(function, module, i);
                }
            }
            int last = function.last(b);
            for (int k = 0; k < function.edgeCount(b); k++) {
                int edge = function.firstEdge(b) + k;
                for (int n = 0; n < function.edgeArgumentCount(edge); n++) {
                    if (!dominates(function.edgeArgument(edge, n), last)) {
                        error(
                                last,
                                "argument " + n + " of edge " + k + " does not dominate its use");
                    }
                }
            }
        }
    }

    /** Checks that the operands are values that dominate the instruction. */
    private boolean checkOperands(int i) {
        Opcode.Form form = function.opcode(i).form();
        int a = function.a(i);
        int b = function.b(i);
        int c = function.c(i);
        return switch (form) {
            case NONE -> unused(i, 1, a) && unused(i, 2, b) && unused(i, 3, c);
            case UNARY -> operand(i, 1, a) && unused(i, 2, b) && unused(i, 3, c);
            case BINARY -> operand(i, 1, a) && operand(i, 2, b) && unused(i, 3, c);
            case TERNARY -> operand(i, 1, a) && operand(i, 2, b) && operand(i, 3, c);
            case LOAD -> operand(i, 1, a) && (b == NONE || operand(i, 2, b)) && unused(i, 3, c);
            case STORE -> operand(i, 1, a) && (b == NONE || operand(i, 2, b)) && operand(i, 3, c);
            case CALL -> poolOperands(i, a, b) && unused(i, 3, c);
        };
    }

    private boolean poolOperands(int i, int start, int count) {
        boolean right = true;
        for (int k = 0; k < count; k++) {
            right &= operand(i, k + 1, function.pool(start + k));
        }
        return right;
    }

    private boolean operand(int i, int number, int value) {
        if (!isValue(value)) {
            error(i, "operand " + number + " is no value");
            return false;
        }
        if (!dominates(value, i)) {
            error(i, "operand " + number + " does not dominate its use");
            return false;
        }
        return true;
    }

    private boolean unused(int i, int number, int value) {
        if (value != NONE) {
            error(i, "operand " + number + " is set, but not used");
        }
        return value == NONE;
    }

    private boolean dominates(int value, int use) {
        int from = function.block(value);
        int to = function.block(use);
        if (!flow.isReachable(to)) {
            return true;
        }
        if (from == to) {
            return order[value] < order[use];
        }
        return flow.isReachable(from) && dominators.dominates(from, to);
    }
}
