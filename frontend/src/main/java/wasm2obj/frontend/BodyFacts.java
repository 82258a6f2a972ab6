package wasm2obj.frontend;

/**
 * What the function bodies of a module do to its entities, and never do: found by stepping over their instructions once,
 * before any of them is translated.
 */
public final class BodyFacts {
    private final WasmModule module;
    private final boolean[] globalWritten;
    private final boolean[] functionReferenced;
    private final boolean[] tableRead;
    private final boolean[] tableWritten;
    private final boolean[] tableGrown;
    private final boolean[] memoryGrown;
    private final CallGraph calls;
    private final int[] indirectCalls;
    private boolean objectsUsed;
    private final Scanner scanner;

    /** No body has been looked at yet. */
    public BodyFacts(WasmModule module) {
        this.module = module;
        globalWritten = new boolean[module.globalCount()];
        functionReferenced = new boolean[module.functionCount()];
        tableRead = new boolean[module.tableCount()];
        tableWritten = new boolean[module.tableCount()];
        tableGrown = new boolean[module.tableCount()];
        memoryGrown = new boolean[module.memoryCount()];
        calls = new CallGraph(module.importedFunctionCount(), module.functionCount());
        indirectCalls = new int[module.types().count()];
        scanner = new Scanner(module.bytes());
    }

    /** The facts of all bodies. */
    public static BodyFacts of(WasmModule module) {
        BodyFacts facts = new BodyFacts(module);
        facts.scan();
        return facts;
    }

    private void scan() {
        for (int function = module.importedFunctionCount();
                function < module.functionCount();
                function++) {
            calls.begin(function);
            scanner.scanBody(module.bodyStart(function), module.bodyEnd(function));
        }
    }

    /** Whether some body sets the global. */
    public boolean isGlobalWritten(int global) {
        return globalWritten[global];
    }

    /** Whether some body makes a reference to the function by {@code ref.func}. */
    public boolean isFunctionReferenced(int function) {
        return functionReferenced[function];
    }

    /** Whether some body reads elements of the table as values; indirect calls do not count. */
    public boolean isTableRead(int table) {
        return tableRead[table];
    }

    /** Whether some body may change elements of the table. */
    public boolean isTableWritten(int table) {
        return tableWritten[table];
    }

    /** Whether some body grows the table. */
    public boolean isTableGrown(int table) {
        return tableGrown[table];
    }

    /** Whether some body grows the memory. */
    public boolean isMemoryGrown(int memory) {
        return memoryGrown[memory];
    }

    /** Which functions call which. */
    public CallGraph calls() {
        return calls;
    }

    /** The number of indirect calls that name the type; tail calls do not count. */
    public int indirectCalls(int type) {
        return indirectCalls[type];
    }

    /** Whether instances need a heap: there are types of objects, or instructions on them. */
    public boolean usesObjects() {
        return objectsUsed || module.usesObjectConstants || module.types().hasObjects();
    }

    private final class Scanner extends InstructionScanner {
        private static final boolean[] WANTED = wanted();

        private static final int TABLE_INIT = 12;
        private static final int TABLE_COPY = 14;
        private static final int TABLE_GROW = 15;
        private static final int TABLE_FILL = 17;

        Scanner(byte[] bytes) {
            super(bytes);
        }

        private static boolean[] wanted() {
            boolean[] wanted = new boolean[256];
            wanted[Instructions.GLOBAL_SET] = true;
            wanted[Instructions.TABLE_GET] = true;
            wanted[Instructions.TABLE_SET] = true;
            wanted[Instructions.REF_FUNC] = true;
            wanted[Instructions.MEMORY_GROW] = true;
            wanted[Instructions.CALL] = true;
            wanted[Instructions.CALL_INDIRECT] = true;
            wanted[Instructions.CALL_REF] = true;
            wanted[Instructions.RETURN_CALL] = true;
            wanted[Instructions.RETURN_CALL_INDIRECT] = true;
            wanted[Instructions.RETURN_CALL_REF] = true;
            return wanted;
        }

        @Override
        boolean[] isWanted() {
            return WANTED;
        }

        @Override
        boolean more() {
            return true;
        }

        @Override
        void visit(int opcode, int immediate) {
            switch (opcode) {
                case Instructions.GLOBAL_SET -> note(globalWritten, immediate);
                case Instructions.REF_FUNC -> note(functionReferenced, immediate);
                case Instructions.TABLE_GET -> note(tableRead, immediate);
                case Instructions.TABLE_SET -> note(tableWritten, immediate);
                case Instructions.MEMORY_GROW -> note(memoryGrown, immediate);
                case Instructions.CALL -> calls.addCall(immediate);
                case Instructions.RETURN_CALL -> calls.addTailCall(immediate);
                case Instructions.CALL_REF -> calls.addUnknownCall();
                case Instructions.CALL_INDIRECT -> {
                    calls.addUnknownCall();
                    countCall(immediate);
                }
                default -> calls.addUnknownTailCall();
            }
        }

        @Override
        void visitObject() {
            objectsUsed = true;
        }

        @Override
        void visitMisc(int opcode, int first, int second) {
            switch (opcode) {
                case TABLE_INIT -> note(tableWritten, second);
                case TABLE_COPY -> {
                    note(tableWritten, first);
                    note(tableRead, second);
                }
                case TABLE_FILL -> note(tableWritten, first);
                case TABLE_GROW -> {
                    note(tableGrown, first);
                    note(tableWritten, first);
                }
                default -> {}
            }
        }

        private void countCall(int type) {
            if (type >= 0 && type < indirectCalls.length) {
                indirectCalls[type]++;
            }
        }

        /** Notes an entity; an index that does not exist is for the translator to complain about. */
        private void note(boolean[] facts, int index) {
            if (index >= 0 && index < facts.length) {
                facts[index] = true;
            }
        }
    }
}
