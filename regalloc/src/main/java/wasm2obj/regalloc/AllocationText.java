package wasm2obj.regalloc;

import java.util.Arrays;

/**
 * The text form of an allocator's input and result: for tests, dumps and reports of failures.
 *
 * <pre>
 *   b0: 1                                    block and frequency
 *       v0:r0, q1:x0 = op                    definitions, here in fixed registers
 *       v2:~1 = op v0, v1:any                v2 reuses the register of operand 1, which is v0
 *       op v2:r7, v1:stack !clobber r0 r1 !safepoint
 *       jump -&gt; b1(v2, v0)                   the successor's arguments
 *   b1(v3, v4): 10
 *       v5.early = op v3, v4.late            positions other than the usual ones
 *       br v3 -&gt; b2, b1
 * </pre>
 *
 * <p>A virtual register's letter is its class: {@code v} integer, {@code f} float, {@code q} vector, {@code p} reference. A
 * register of the machine is {@code r0}-{@code r31} or {@code x0}-{@code x31}, a spill slot {@code s0} and on. The name of an
 * instruction means nothing. A result is printed as {@code @location} behind each operand and as lines
 * {@code location <- location} for the moves; it is not parsed.
 */
public final class AllocationText {
    private static final String CLASS_LETTERS = "vfqp";

    /** What instructions are called. */
    public interface Names {
        /** Appends the name of an instruction. */
        void append(StringBuilder out, int instruction);
    }

    private final AllocationInput input;
    private final Allocation result;
    private final Names names;
    private final StringBuilder out = new StringBuilder();
    private int nextMove;
    private int nextMap;

    private AllocationText(AllocationInput input, Allocation result, Names names) {
        this.input = input;
        this.result = result;
        this.names = names;
    }

    /** The text of an input. */
    public static String print(AllocationInput input) {
        return print(input, null);
    }

    /** The text of an input and its result; null for none. */
    public static String print(AllocationInput input, Allocation result) {
        return print(input, result, null);
    }

    /** The same with names of instructions; null for none. */
    public static String print(AllocationInput input, Allocation result, Names names) {
        AllocationText text = new AllocationText(input, result, names);
        for (int b = 0; b < input.blockCount; b++) {
            text.printBlock(b);
        }
        return text.out.toString();
    }

    /** The text of one instruction, on one line. */
    public static String printInstruction(AllocationInput input, Allocation result, int i) {
        AllocationText text = new AllocationText(input, result, null);
        int b = Arrays.binarySearch(input.blockStarts, 0, input.blockCount + 1, i);
        text.printInstruction(b >= 0 ? b : -b - 2, i);
        return text.out.toString();
    }

    /** The name of a location, see {@link Allocation}. */
    public static String location(int location) {
        if (location < 0) {
            return "none";
        }
        if (location >= Allocation.REMATERIALIZE) {
            return "remat(" + (location - Allocation.REMATERIALIZE) + ")";
        }
        if (location >= Allocation.SLOT) {
            return "s" + (location - Allocation.SLOT);
        }
        int vector = location - RegisterFile.FIRST_VECTOR;
        return vector >= 0 ? "x" + vector : "r" + location;
    }

    private void printBlock(int b) {
        out.append('b').append(b);
        printList(input.params, input.paramStarts[b], input.paramStarts[b + 1]);
        float frequency = input.frequencies[b];
        out.append(": ");
        if (frequency == (long) frequency) {
            out.append((long) frequency);
        } else {
            out.append(frequency);
        }
        out.append('\n');
        for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
            printMoves(i);
            out.append("    ");
            printInstruction(b, i);
            printStackMap(i);
            out.append('\n');
        }
    }

    private void printMoves(int place) {
        if (result == null) {
            return;
        }
        for (; nextMove < result.moveCount && result.movePlaces[nextMove] <= place; nextMove++) {
            out.append("        ").append(location(result.moveTargets[nextMove]));
            out.append(" <- ").append(location(result.moveSources[nextMove])).append('\n');
        }
    }

    private void printStackMap(int i) {
        if (result == null) {
            return;
        }
        for (;
                nextMap < result.stackMapCount && result.stackMapInstructions[nextMap] <= i;
                nextMap++) {
            out.append(" !map");
            for (int k = result.stackMapStarts[nextMap];
                    k < result.stackMapStarts[nextMap + 1];
                    k++) {
                out.append(" s").append(result.stackMapSlots[k]);
            }
        }
    }

    private void printInstruction(int b, int i) {
        int start = input.operandStarts[i];
        int end = input.operandStarts[i + 1];
        int definitions = 0;
        for (int o = start; o < end; o++) {
            if (Operand.isDefinition(input.operands[o])) {
                out.append(definitions++ == 0 ? "" : ", ");
                printOperand(o);
            }
        }
        out.append(definitions == 0 ? "" : " = ");
        boolean last = i == input.blockStarts[b + 1] - 1;
        int successors = input.successorStarts[b + 1] - input.successorStarts[b];
        if (names != null) {
            names.append(out, i);
        } else {
            out.append(last && successors == 1 ? "jump" : last && successors > 1 ? "br" : "op");
        }
        String separator = " ";
        for (int o = start; o < end; o++) {
            if (!Operand.isDefinition(input.operands[o])) {
                out.append(separator);
                separator = ", ";
                printOperand(o);
            }
        }
        if (last) {
            printSuccessors(b);
        }
        printAttributes(i);
    }

    private void printSuccessors(int b) {
        for (int s = input.successorStarts[b]; s < input.successorStarts[b + 1]; s++) {
            out.append(s == input.successorStarts[b] ? " -> b" : ", b").append(input.successors[s]);
            printList(input.arguments, input.argumentStarts[b], input.argumentStarts[b + 1]);
        }
    }

    private void printAttributes(int i) {
        if (input.clobbers[i] != 0) {
            out.append(" !clobber");
            for (int r = 0; r < 64; r++) {
                if ((input.clobbers[i] >>> r & 1) != 0) {
                    out.append(' ').append(location(r));
                }
            }
        }
        out.append((input.flags[i] & AllocationInput.MOVE) != 0 ? " !move" : "");
        out.append((input.flags[i] & AllocationInput.SAFEPOINT) != 0 ? " !safepoint" : "");
        out.append((input.flags[i] & AllocationInput.REMATERIALIZABLE) != 0 ? " !remat" : "");
    }

    private void printList(int[] vregs, int start, int end) {
        for (int k = start; k < end; k++) {
            out.append(k == start ? "(" : ", ");
            printVreg(vregs[k]);
        }
        out.append(start < end ? ")" : "");
    }

    private void printVreg(int vreg) {
        out.append(CLASS_LETTERS.charAt(input.vregClass(vreg))).append(vreg);
    }

    private void printOperand(int o) {
        long operand = input.operands[o];
        printVreg(Operand.vreg(operand));
        switch (Operand.constraint(operand)) {
            case Operand.ANY -> out.append(":any");
            case Operand.FIXED -> out.append(':').append(location(Operand.number(operand)));
            case Operand.REUSE -> out.append(":~").append(Operand.number(operand));
            case Operand.STACK -> out.append(":stack");
            default -> {}
        }
        if (Operand.isLate(operand) != Operand.isDefinition(operand)) {
            out.append(Operand.isLate(operand) ? ".late" : ".early");
        }
        if (result != null) {
            out.append('@').append(location(result.locations[o]));
        }
    }

    /** Reads the text form into {@code input}. The number in a virtual register's name is its number. */
    public static void parse(String text, AllocationInput input) {
        input.reset();
        Parser parser = new Parser(input);
        for (String line : text.split("\n", -1)) {
            int comment = line.indexOf(';');
            String code = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!code.isEmpty()) {
                parser.line(code);
            }
        }
        parser.endBlock();
        input.finish();
    }

    /** Reads line by line. */
    private static final class Parser {
        private final AllocationInput input;
        private float frequency = -1;

        Parser(AllocationInput input) {
            this.input = input;
        }

        void line(String line) {
            if (line.charAt(0) == 'b'
                    && line.indexOf(':') > 0
                    && Character.isDigit(line.charAt(1))) {
                endBlock();
                int colon = line.lastIndexOf(':');
                for (String param : list(line.substring(0, colon))) {
                    input.addParam(vreg(param));
                }
                frequency = Float.parseFloat(line.substring(colon + 1).strip());
            } else {
                instruction(line);
            }
        }

        void endBlock() {
            if (frequency >= 0) {
                input.endBlock(frequency);
            }
        }

        private void instruction(String line) {
            String[] parts = line.split("!", -1);
            String body = parts[0].strip();
            int arrow = body.indexOf("->");
            if (arrow >= 0) {
                successors(body.substring(arrow + 2));
                body = body.substring(0, arrow).strip();
            }
            int equals = body.indexOf('=');
            if (equals >= 0) {
                for (String definition : body.substring(0, equals).split(",", -1)) {
                    operand(definition.strip(), true);
                }
                body = body.substring(equals + 1).strip();
            }
            int space = body.indexOf(' ');
            if (space >= 0) {
                for (String use : body.substring(space + 1).split(",", -1)) {
                    operand(use.strip(), false);
                }
            }
            int flags = 0;
            long clobbers = 0;
            for (int i = 1; i < parts.length; i++) {
                String[] words = parts[i].strip().split(" ", -1);
                switch (words[0]) {
                    case "move" -> flags |= AllocationInput.MOVE;
                    case "safepoint" -> flags |= AllocationInput.SAFEPOINT;
                    case "remat" -> flags |= AllocationInput.REMATERIALIZABLE;
                    case "clobber" -> clobbers = registers(words);
                    default -> throw new IllegalArgumentException("unknown attribute: " + line);
                }
            }
            input.endInstruction(flags, clobbers);
        }

        private static long registers(String[] words) {
            long set = 0;
            for (int w = 1; w < words.length; w++) {
                set |= 1L << register(words[w]);
            }
            return set;
        }

        private void successors(String text) {
            int at = 0;
            while (at < text.length()) {
                int open = text.indexOf('(', at);
                int comma = text.indexOf(',', at);
                int end = comma < 0 ? text.length() : comma;
                if (open >= 0 && open < end) {
                    end = text.indexOf(')', at) + 1;
                }
                String successor = text.substring(at, end).strip();
                String name =
                        open >= 0 && open < end ? text.substring(at, open).strip() : successor;
                input.addSuccessor(Integer.parseInt(name.substring(1)));
                for (String argument : list(successor)) {
                    input.addArgument(vreg(argument));
                }
                at = text.indexOf(',', end) < 0 ? text.length() : text.indexOf(',', end) + 1;
            }
        }

        private static String[] list(String text) {
            int open = text.indexOf('(');
            return open < 0
                    ? new String[0]
                    : text.substring(open + 1, text.indexOf(')')).split(",", -1);
        }

        private void operand(String text, boolean definition) {
            boolean other = text.endsWith(".early") || text.endsWith(".late");
            String body = other ? text.substring(0, text.lastIndexOf('.')) : text;
            int colon = body.indexOf(':');
            int constraint = Operand.REGISTER;
            int number = 0;
            if (colon >= 0) {
                String word = body.substring(colon + 1);
                body = body.substring(0, colon);
                if (word.equals("any")) {
                    constraint = Operand.ANY;
                } else if (word.equals("stack")) {
                    constraint = Operand.STACK;
                } else if (word.charAt(0) == '~') {
                    constraint = Operand.REUSE;
                    number = Integer.parseInt(word.substring(1));
                } else {
                    constraint = Operand.FIXED;
                    number = register(word);
                }
            }
            int vreg = vreg(body);
            input.addOperand(
                    definition
                            ? other
                                    ? Operand.earlyDefinition(vreg, constraint, number)
                                    : Operand.definition(vreg, constraint, number)
                            : other
                                    ? Operand.lateUse(vreg, constraint, number)
                                    : Operand.use(vreg, constraint, number));
        }

        private static int register(String name) {
            int number = Integer.parseInt(name.substring(1));
            return name.charAt(0) == 'x' ? RegisterFile.FIRST_VECTOR + number : number;
        }

        private int vreg(String name) {
            String key = name.strip();
            int vregClass = CLASS_LETTERS.indexOf(key.charAt(0));
            if (vregClass < 0) {
                throw new IllegalArgumentException("not a virtual register: " + key);
            }
            int vreg = Integer.parseInt(key.substring(1));
            while (input.vregCount <= vreg) {
                input.addVreg(RegisterFile.INTEGER);
            }
            input.vregClasses[vreg] = (byte) vregClass;
            return vreg;
        }
    }
}
