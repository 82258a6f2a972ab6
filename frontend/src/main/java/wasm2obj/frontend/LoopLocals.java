package wasm2obj.frontend;

import java.util.Arrays;

/**
 * Which locals each loop assigns. They are known before the loop is translated, because its header needs a parameter for
 * each of them.
 *
 * <p>One scan serves an outermost loop and all loops inside of it; they are numbered in the order in which they start.
 * The scan keeps a log of assignments. A local is logged once for the innermost open loop: {@code latest} has the
 * position of its last entry, which is of that loop if it is not below the loop's start in the log. When a loop ends,
 * its entries are its list; those that are new to the loop around it stay in the log as entries of that one.
 *
 * <p>Lists of nested loops can have quadratic size together. So their total length has a bound, beyond which the scan
 * gives up; functions with such loops are translated in another way.
 */
final class LoopLocals extends InstructionScanner {
    private static final int NONE = -1;

    private static final boolean[] WANTED = wanted();

    private int localCount;
    private int[] latest = new int[64];
    private int logSize;
    private int[] logLocals = new int[64];
    private int[] logPrevious = new int[64];

    /** The open constructs: the loop's number, or NONE for others. */
    private int openCount;

    private int[] open = new int[32];

    private int loopCount;
    private int[] enclosing = new int[16];
    private int[] logStarts = new int[16];
    private int[] listStarts = new int[16];
    private int[] listCounts = new int[16];
    private int innermost;

    private int listSize;
    private int[] lists = new int[64];
    private int budget;

    LoopLocals(byte[] bytes) {
        super(bytes);
    }

    private static boolean[] wanted() {
        boolean[] wanted = new boolean[256];
        int[] opcodes = {
            Instructions.BLOCK,
            Instructions.LOOP,
            Instructions.IF,
            Instructions.TRY,
            Instructions.TRY_TABLE,
            Instructions.END,
            Instructions.DELEGATE,
            Instructions.LOCAL_SET,
            Instructions.LOCAL_TEE
        };
        for (int opcode : opcodes) {
            wanted[opcode] = true;
        }
        return wanted;
    }

    /** Prepares for the loops of a function with so many locals. */
    void reset(int locals) {
        localCount = locals;
        if (latest.length < locals) {
            latest = new int[Math.max(locals, 2 * latest.length)];
        }
        Arrays.fill(latest, 0, locals, NONE);
    }

    /**
     * Scans an outermost loop.
     *
     * @param from offset in the module behind the loop's block type
     * @param to where the function ends
     * @param limit how long the lists may be together
     * @return whether they are not longer
     */
    boolean scanLoop(int from, int to, int limit) {
        openCount = 0;
        loopCount = 0;
        logSize = 0;
        listSize = 0;
        innermost = NONE;
        budget = limit;
        openLoop();
        scan(from, to);
        boolean within = budget >= 0;
        forgetLog();
        return within;
    }

    /** Number of locals that loop number {@code loop} of the last scan assigns. */
    int count(int loop) {
        return loop < loopCount ? listCounts[loop] : 0;
    }

    /** One of these locals. */
    int local(int loop, int index) {
        return lists[listStarts[loop] + index];
    }

    @Override
    boolean[] isWanted() {
        return WANTED;
    }

    @Override
    boolean more() {
        return openCount > 0 && budget >= 0;
    }

    @Override
    void visit(int opcode, int immediate) {
        switch (opcode) {
            case Instructions.LOCAL_SET, Instructions.LOCAL_TEE -> assign(immediate);
            case Instructions.LOOP -> openLoop();
            case Instructions.END, Instructions.DELEGATE -> close();
            default -> push(NONE);
        }
    }

    @Override
    void visitMisc(int opcode, int first, int second) {}

    private void push(int loop) {
        if (openCount == open.length) {
            open = Arrays.copyOf(open, 2 * openCount);
        }
        open[openCount++] = loop;
    }

    private void openLoop() {
        if (loopCount == enclosing.length) {
            int size = 2 * loopCount;
            enclosing = Arrays.copyOf(enclosing, size);
            logStarts = Arrays.copyOf(logStarts, size);
            listStarts = Arrays.copyOf(listStarts, size);
            listCounts = Arrays.copyOf(listCounts, size);
        }
        int loop = loopCount++;
        enclosing[loop] = innermost;
        logStarts[loop] = logSize;
        listCounts[loop] = 0;
        innermost = loop;
        push(loop);
    }

    private void assign(int local) {
        if (Integer.compareUnsigned(local, localCount) >= 0) {
            budget = Integer.MAX_VALUE;
            openCount = 0;
            return;
        }
        int start = logStarts[innermost];
        if (latest[local] >= start) {
            return;
        }
        if (logSize == logLocals.length) {
            logLocals = Arrays.copyOf(logLocals, 2 * logSize);
            logPrevious = Arrays.copyOf(logPrevious, 2 * logSize);
        }
        logLocals[logSize] = local;
        logPrevious[logSize] = latest[local];
        latest[local] = logSize++;
    }

    private void close() {
        int loop = open[--openCount];
        if (loop == NONE) {
            return;
        }
        int start = logStarts[loop];
        int count = logSize - start;
        budget -= count;
        if (budget < 0) {
            return;
        }
        if (lists.length - listSize < count) {
            lists = Arrays.copyOf(lists, Math.max(2 * lists.length, listSize + count));
        }
        System.arraycopy(logLocals, start, lists, listSize, count);
        listStarts[loop] = listSize;
        listCounts[loop] = count;
        listSize += count;
        innermost = enclosing[loop];
        giveToEnclosing(start, innermost == NONE ? 0 : logStarts[innermost]);
    }

    /** Keeps of the entries from {@code start} on those that are the first for the loop that starts at {@code outer}. */
    private void giveToEnclosing(int start, int outer) {
        int kept = start;
        for (int i = start; i < logSize; i++) {
            int local = logLocals[i];
            int previous = logPrevious[i];
            if (previous >= outer) {
                latest[local] = previous;
            } else {
                logLocals[kept] = local;
                logPrevious[kept] = previous;
                latest[local] = kept++;
            }
        }
        logSize = kept;
    }

    private void forgetLog() {
        for (int i = 0; i < logSize; i++) {
            latest[logLocals[i]] = NONE;
        }
    }
}
