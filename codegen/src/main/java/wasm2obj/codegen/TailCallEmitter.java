package wasm2obj.codegen;

import wasm2obj.ir.TrapKind;
import wasm2obj.unwind.UnwindOps;

/**
 * Code of tail calls, for all ISAs: the frame is taken down, the return address and stack arguments are put where the callee looks for
 * them, and the callee is jumped to. Register arguments are in place. An ISA adds the instructions.
 *
 * <p><b>Stack arguments.</b> Their area ends where ours does, at CFA + our size, whatever their size is: so whoever pops last leaves the stack as our
 * caller expects. They may have to go where our frame, or the arguments that we were given, still are. So they are gathered below the
 * frame first and copied when everything has been read. A function that does so has a frame pointer.
 *
 * <p><b>Leaving the instance.</b> Our caller relies on its context. If the callee's is another one, a small frame between our caller
 * and the callee restores it: {@link #RESTORER_FRAME} bytes that end where our stack parameters do. If our return address is a restorer's
 * already, our caller relies on nothing and no such frame is needed: tail calls to and fro run in constant stack. A restorer is known by its
 * first instruction, which nothing else has.
 *
 * @param <A> the ISA's assembler
 */
public abstract class TailCallEmitter<A extends MachineAssembler> extends CodeSequences<A> {
    protected static final int RESTORER_FRAME = 32;

    private static final int CHUNK = 16;

    private final FrameEmitter<A> frame;
    private final StackArguments arguments = new StackArguments();
    protected UnwindOps unwind;

    /** Tail calls from functions with such a frame. */
    protected TailCallEmitter(A assembler, FrameEmitter<A> frame) {
        super(assembler);
        this.frame = frame;
    }

    @Override
    public final void begin(Emission newEmission) {
        super.begin(newEmission);
        unwind = emission.unwind;
        arguments.begin(code);
    }

    // ---- what the ISA adds ----

    /** Jumps to a function of the module. */
    protected abstract void jumpToFunction(int function);

    /** Puts the code of the table's entry where {@link #jumpToTarget} finds it. */
    protected abstract void loadTableTarget(int i, long imm);

    protected abstract void jumpToTarget();

    /** Goes to the label if the context of the record is this function's. Reading a null's faults. */
    protected abstract void jumpIfSameContext(int label);

    /** Goes to the label if the return address is a restorer's. */
    protected abstract void jumpIfRestored(int label);

    /** Loads the context, and jumps to the code, of the record. */
    protected abstract void jumpToRecord();

    /** Takes the frame down, and so many bytes of stack parameters with it. */
    protected abstract void leaveFrame(int incoming);

    /**
     * The same where stack arguments have been gathered at the stack pointer: they are copied, and the stack pointer is left in front of
     * them.
     *
     * @param below bytes from the stack pointer to the CFA
     * @param newCfa bytes from the stack pointer to the callee's CFA, where its arguments go
     * @param outgoing bytes of arguments
     */
    protected abstract void leaveFrame(int below, int newCfa, int outgoing);

    /** Makes a restorer's frame, and the restorer the return address; the frame has been taken down. */
    protected abstract void enterRestorer(int incoming);

    /**
     * Takes the frame down, and makes a restorer's, where stack arguments have been gathered.
     *
     * @param end bytes from the stack pointer to the end of the stack parameters
     */
    protected abstract void leaveBehindRestorer(int below, int end, int newCfa, int outgoing);

    /** Stores an argument at a place above the stack pointer. */
    protected abstract void storeArgument(int location, int vregClass, int place);

    /** Copies 16 bytes between places above the stack pointer. */
    protected abstract void copyChunk(int to, int from);

    // ---- for the emitter ----

    final void instruction(int i, int opcode) {
        switch (opcode) {
            case VCode.TAIL_CALL -> {
                unwind.rememberState(offset());
                leave(i);
                jumpToFunction((int) code.imms[i]);
                unwind.restoreState(offset());
            }
            case VCode.TAIL_CALL_TABLE -> {
                loadTableTarget(i, code.imms[i]);
                unwind.rememberState(offset());
                leave(i);
                jumpToTarget();
                unwind.restoreState(offset());
            }
            default -> tailCallRecord(i, code.auxs[i]);
        }
    }

    private void tailCallRecord(int i, int trapKind) {
        int direct = emission.buffer.newLabel();
        emission.noteTrap(TrapKind.of(trapKind));
        jumpIfSameContext(direct);
        jumpIfRestored(direct);
        unwind.rememberState(offset());
        leaveBehindRestorer(i);
        jumpToRecord();
        unwind.restoreState(offset());
        emission.buffer.bind(direct);
        unwind.rememberState(offset());
        leave(i);
        jumpToRecord();
        unwind.restoreState(offset());
    }

    private void leave(int i) {
        int incoming = code.incomingStackSize;
        int outgoing = arguments.size(i);
        if (outgoing == 0) {
            leaveFrame(incoming);
        } else {
            int below = gather(i, outgoing);
            leaveFrame(below, below + incoming - outgoing, outgoing);
        }
    }

    private void leaveBehindRestorer(int i) {
        int incoming = code.incomingStackSize;
        int outgoing = arguments.size(i);
        if (outgoing == 0) {
            leaveFrame(incoming);
            enterRestorer(incoming);
        } else {
            int below = gather(i, outgoing);
            int end = below + incoming;
            leaveBehindRestorer(below, end, end - RESTORER_FRAME - outgoing, outgoing);
        }
    }

    // ---- stack arguments ----

    /**
     * Stores the stack arguments below the frame, so far below that the callee's area does not reach them. The result is the distance from
     * the stack pointer to the CFA.
     */
    private int gather(int i, int outgoing) {
        int room = 2 * outgoing + RESTORER_FRAME + 16;
        frame.allocateArguments(room);
        int size = 0;
        for (int operand = 0; operand < emission.operandCount(i); operand++) {
            if (arguments.is(i, operand)) {
                int place = arguments.place(i, operand, size);
                int vregClass = arguments.vregClass(i, operand);
                storeArgument(emission.location(i, operand), vregClass, place);
                size = arguments.end(i, operand, place);
            }
        }
        frame.argumentsGone();
        return frame.size() + room;
    }

    /** Copies what was gathered at the stack pointer. */
    protected final void copy(int to, int bytes) {
        for (int at = 0; at < bytes; at += CHUNK) {
            copyChunk(to + at, at);
        }
    }
}
