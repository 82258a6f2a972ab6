package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * Values of 32 bits of whose registers only the lower half counts, on an ISA whose instructions can read half a register.
 *
 * <p>A <em>loose</em> value's upper half may be anything: so come parameters and results where the convention says so, and what is
 * passed between blocks. Who needs it to be zero clears it.
 *
 * <p>A pointer that memory is accessed at with displacements may be <em>held as the address</em> that it stands for, if addresses in memory
 * have their index as their lower half. The address is made once, behind the definition of the value, and from there on takes its place, so
 * that it costs no register. A block's parameter arrives as an address if all that is passed to it is held as one.
 *
 * <p>What is said of values is said before anything is lowered; nothing is held or loose of which nothing is said.
 */
public final class HalfRegisters {
    private static final int NONE = Function.NONE;

    /** In place of the register with an address: it shall have one, but nobody has asked for it yet. */
    private static final int WANTED = -2;

    private final LoweringContext context;
    private Function function;

    /** By value: the register with the address that it stands for, NONE or WANTED. */
    private int[] addresses = new int[1024];

    /** By value: whether its own register has that address. */
    private boolean[] arrives = new boolean[1024];

    private boolean[] loose = new boolean[1024];

    /** A number that grows with each call and block. */
    private int[] stretches = new int[1024];

    private int stretch;

    HalfRegisters(LoweringContext context) {
        this.context = context;
    }

    // ---- preparation ----

    void begin(Function newFunction) {
        function = newFunction;
        int count = function.instructionCount();
        if (addresses.length < count) {
            int size = Math.max(count, 2 * addresses.length);
            addresses = new int[size];
            arrives = new boolean[size];
            loose = new boolean[size];
            stretches = new int[size];
        }
        Arrays.fill(addresses, 0, count, NONE);
        Arrays.fill(arrives, 0, count, false);
        Arrays.fill(loose, 0, count, false);
        stretch = 0;
    }

    /** The instructions of another block are noted from now on. */
    void beginStretch() {
        stretch++;
    }

    /** Notes the next instruction. */
    void note(int instruction) {
        if (function.opcode(instruction).isCall()) {
            stretch++;
        }
        stretches[instruction] = stretch;
    }

    /** Says that the upper half of the i32's register may be anything. */
    public void setLoose(int value) {
        loose[value] = true;
    }

    /** Says that the value, an i32, is held as the address that it stands for. */
    public void holdAsAddress(int value) {
        if (!context.isConstant(value) && !isOfInvoke(value)) {
            addresses[value] = WANTED;
        }
    }

    /** A result of a call with a handler exists in another block only. */
    private boolean isOfInvoke(int value) {
        int call = function.opcode(value) == Opcode.RESULT ? function.a(value) : value;
        int last = function.last(function.block(value));
        return function.opcode(last) == Opcode.INVOKE && context.invokedCall(last) == call;
    }

    /** Says that all is said of what is held: finds out which parameters arrive as addresses. */
    public void passAddresses() {
        int block = function.nextBlock(function.firstBlock());
        for (; block != NONE; block = function.nextBlock(block)) {
            int position = 0;
            for (int i = function.first(block);
                    function.opcode(i) == Opcode.PARAM;
                    i = function.next(i)) {
                arrives[i] = isHeldAsAddress(i) && getsAddresses(block, position);
                loose[i] |= arrives[i];
                position++;
            }
        }
    }

    private boolean getsAddresses(int block, int position) {
        int edge = function.firstIncoming(block);
        for (; edge != NONE; edge = function.nextIncoming(edge)) {
            if (!isHeldAsAddress(function.edgeArgument(edge, position))) {
                return false;
            }
        }
        return true;
    }

    // ---- uses ----

    /** Whether the value is held as an address. */
    public boolean isHeldAsAddress(int value) {
        return addresses[value] != NONE;
    }

    /** The register with the address that the value, which is held as one, stands for. */
    public int address(int value) {
        int register = context.registerOf(value);
        if (arrives[value]) {
            return register;
        }
        if (addresses[value] == WANTED) {
            addresses[value] = context.newVreg(Type.I64);
        }
        return addresses[value];
    }

    /** A register of which the lower half is the value, which is no constant. */
    public int lowHalf(int value) {
        return isHeldAsAddress(value) ? address(value) : context.registerOf(value);
    }

    /** The same for who may overwrite it: near the definition of a value that is held as an address that is the value itself. */
    public int passed(int value) {
        boolean isItself = isHeldAsAddress(value) && !arrives[value] && isNear(value);
        return isItself ? context.registerOf(value) : lowHalf(value);
    }

    /** Whether the value's own register is to be read, and all of it is the value. */
    boolean isWhole(int value) {
        return !loose[value] && (!isHeldAsAddress(value) || isNear(value));
    }

    /** A new register with the value. */
    int zeroExtended(int value) {
        int register = context.newVreg(function.type(value));
        context.selector().zeroExtend(register, lowHalf(value));
        return register;
    }

    /** Whether the parameter is an address as it comes into its block. */
    boolean arrives(int param) {
        return arrives[param];
    }

    /** The register to pass to a block's parameter. */
    int passed(int value, int param) {
        if (arrives[param]) {
            return address(value);
        }
        return loose[param] && !context.isConstant(value) ? passed(value) : context.reg(value);
    }

    /** Whether there is no call between the value's definition and the current instruction, in the same block. */
    private boolean isNear(int value) {
        int current = context.current();
        int here = stretches[current] - (function.opcode(current).isCall() ? 1 : 0);
        return stretches[value] == here;
    }

    // ---- definitions ----

    /** Makes the addresses of what the instruction has defined. */
    void define(int instruction) {
        makeAddress(instruction);
        if (function.opcode(instruction).isCall()) {
            for (int i = function.next(instruction);
                    function.opcode(i) == Opcode.RESULT;
                    i = function.next(i)) {
                makeAddress(i);
            }
        }
    }

    /** Makes the addresses of a block's parameters. */
    void defineParams(int block) {
        for (int i = function.first(block);
                function.opcode(i) == Opcode.PARAM;
                i = function.next(i)) {
            makeAddress(i);
        }
    }

    private void makeAddress(int value) {
        if (addresses[value] >= 0) {
            context.selector().address(addresses[value], context.result(value));
        }
    }
}
