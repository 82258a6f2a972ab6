package wasm2obj.isel.x64.instruction;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Runs single instructions on the machine's own processor, from a given state of registers, flags and memory.
 *
 * <p>One mapping holds code, the state before, the state after, and the memory that operands may touch. A state is bytes:
 * sixteen general registers, flags, padding, sixteen xmm registers, {@link #MEMORY_SIZE} bytes of memory. rsp stays what
 * it is.
 */
final class Processor {
    static final int GENERAL = 0;
    static final int FLAGS = 16 * 8;
    static final int VECTORS = FLAGS + 16;
    static final int MEMORY = VECTORS + 16 * 16;
    static final int MEMORY_SIZE = 64;
    static final int STATE_SIZE = MEMORY + MEMORY_SIZE;

    /** Carry, parity, adjust, zero, sign, overflow. */
    static final int STATUS_FLAGS = 0x8D5;

    private static final int PAGES = 2 * 4096;
    private static final int BEFORE = 4096;
    private static final int AFTER = BEFORE + 1024;

    /** Where an instruction's memory is: behind {@code AFTER}'s other parts. */
    private static final int OPERAND = AFTER + MEMORY;

    private static final int[] SAVED = {
        Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15
    };

    private final MemorySegment pages;
    private final MethodHandle call;
    private final Set<String> features;
    private final byte[] code = new byte[BEFORE];
    private int end;

    private Processor(MemorySegment pages, MethodHandle call, Set<String> features) {
        this.pages = pages;
        this.call = call;
        this.features = features;
    }

    /** The processor, if this is x86-64 Linux and memory can be made executable. */
    @SuppressWarnings("restricted")
    static Optional<Processor> open() throws Throwable {
        if (!System.getProperty("os.arch").equals("amd64")
                || !System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle mmap =
                linker.downcallHandle(
                        linker.defaultLookup().find("mmap").orElseThrow(),
                        FunctionDescriptor.of(
                                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                                JAVA_LONG));
        // PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS
        MemorySegment pages =
                (MemorySegment) mmap.invokeExact(MemorySegment.NULL, (long) PAGES, 7, 0x22, -1, 0L);
        if (pages.address() == -1) {
            return Optional.empty();
        }
        MethodHandle call = linker.downcallHandle(pages, FunctionDescriptor.ofVoid());
        return Optional.of(
                new Processor(pages.reinterpret(PAGES, Arena.global(), null), call, features()));
    }

    private static Set<String> features() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("flags")) {
                String flags = line.substring(line.indexOf(':') + 1);
                return new HashSet<>(Arrays.asList(flags.strip().split(" ", -1)));
            }
        }
        return Set.of();
    }

    /** Whether it has one of {@link Feature}'s features. */
    boolean has(int feature) {
        return switch (feature) {
            case Feature.BASELINE -> true;
            case Feature.CX16 -> features.contains("cx16");
            case Feature.POPCNT -> features.contains("popcnt");
            case Feature.SSE3 -> features.contains("pni");
            case Feature.SSSE3 -> features.contains("ssse3");
            case Feature.SSE41 -> features.contains("sse4_1");
            case Feature.SSE42 -> features.contains("sse4_2");
            case Feature.LZCNT -> features.contains("abm");
            case Feature.BMI1 -> features.contains("bmi1");
            case Feature.BMI2 -> features.contains("bmi2");
            case Feature.MOVBE -> features.contains("movbe");
            case Feature.AVX -> features.contains("avx");
            case Feature.AVX2 -> features.contains("avx2");
            case Feature.FMA -> features.contains("fma");
            default -> false;
        };
    }

    /** The address at which an instruction finds the state's memory. */
    long memoryAddress() {
        return pages.address() + OPERAND;
    }

    /** Makes {@code instruction} the one that {@link #run} runs. */
    void load(byte[] instruction) {
        end = 0;
        for (int register : SAVED) {
            end = Encoder.encode(code, end, X64.PUSH_R64, 0, 0, register, 0);
        }
        for (int i = 0; i < 16; i++) {
            memory(X64.MOVUPS, i, BEFORE + VECTORS + 16 * i);
        }
        memory(X64.PUSH_RM64, 0, BEFORE + FLAGS);
        code[end++] = (byte) 0x9D; // popfq
        for (int i = 0; i < 16; i++) {
            if (i != Register.RSP) {
                memory(X64.MOV_R64_RM64, i, BEFORE + GENERAL + 8 * i);
            }
        }
        System.arraycopy(instruction, 0, code, end, instruction.length);
        end += instruction.length;
        for (int i = 0; i < 16; i++) {
            if (i != Register.RSP) {
                memory(X64.MOV_RM64_R64, i, AFTER + GENERAL + 8 * i);
            }
        }
        code[end++] = (byte) 0x9C; // pushfq
        memory(X64.POP_RM64, 0, AFTER + FLAGS);
        for (int i = 0; i < 16; i++) {
            memory(X64.MOVUPS_M128_XMM, i, AFTER + VECTORS + 16 * i);
        }
        for (int i = SAVED.length - 1; i >= 0; i--) {
            end = Encoder.encode(code, end, X64.POP_R64, 0, 0, SAVED[i], 0);
        }
        end = Encoder.encode(code, end, X64.RET);
        MemorySegment.copy(code, 0, pages, JAVA_BYTE, 0, end);
    }

    /** Appends a row with a place in the mapping as its memory operand. */
    private void memory(int row, int reg, int place) {
        int length =
                Encoder.encodeMemory(code, end, row, reg, 0, Register.RIP, Register.NONE, 0, 0, 0)
                        - end;
        int displacement = place - (end + length);
        end =
                Encoder.encodeMemory(
                        code, end, row, reg, 0, Register.RIP, Register.NONE, 0, displacement, 0);
    }

    /** Runs the loaded instruction in the state {@code before}; the state after it goes to {@code after}. */
    void run(byte[] before, byte[] after) throws Throwable {
        MemorySegment.copy(before, 0, pages, JAVA_BYTE, BEFORE, MEMORY);
        MemorySegment.copy(before, MEMORY, pages, JAVA_BYTE, OPERAND, MEMORY_SIZE);
        call.invokeExact();
        MemorySegment.copy(pages, JAVA_BYTE, AFTER, after, 0, STATE_SIZE);
        System.arraycopy(before, 8 * Register.RSP, after, 8 * Register.RSP, 8);
    }
}
