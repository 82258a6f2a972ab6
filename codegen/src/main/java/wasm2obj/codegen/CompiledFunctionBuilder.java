package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.SourcePositions;
import wasm2obj.unwind.UnwindOps;

/** Gathers the lists of a {@link CompiledFunction} in arrays that serve all of a thread's functions. */
final class CompiledFunctionBuilder {
    private static final int[] NO_INTS = {};
    private static final int[] NO_TABLES = {0};

    private int relocationCount;
    private int[] relocationOffsets = new int[64];
    private byte[] relocationKinds = new byte[64];
    private int[] relocationTargets = new int[64];
    private int[] relocationAddends = new int[64];

    private int trapCount;
    private int[] trapOffsets = new int[32];
    private byte[] trapKinds = new byte[32];

    private int sourceCount;
    private int[] sourceOffsets = new int[64];
    private int[] sources = new int[64];
    private int[] sourceFunctions = new int[64];

    private int placeCount;
    private int[] placeOffsets = new int[64];
    private int[] placeSources = new int[64];
    private int handlerCount;
    private int[] handlerOffsets = new int[16];
    private int[] handlerLabels = new int[16];

    private int mapCount;
    private int[] commonMapSlots = NO_INTS;
    private int[] mapOffsets = new int[16];
    private int[] mapStarts = new int[17];
    private int[] mapSlots = new int[64];

    private int tableCount;
    private int[] tableStarts = new int[8];
    private int[] tableBases = new int[8];
    private int targetCount;
    private int[] targets = new int[64];

    void reset() {
        relocationCount = 0;
        trapCount = 0;
        sourceCount = 0;
        placeCount = 0;
        handlerCount = 0;
        mapCount = 0;
        commonMapSlots = NO_INTS;
        tableCount = 0;
        targetCount = 0;
    }

    void addRelocation(int offset, int kind, int target, int addend) {
        if (relocationCount == relocationOffsets.length) {
            int size = 2 * relocationCount;
            relocationOffsets = Arrays.copyOf(relocationOffsets, size);
            relocationKinds = Arrays.copyOf(relocationKinds, size);
            relocationTargets = Arrays.copyOf(relocationTargets, size);
            relocationAddends = Arrays.copyOf(relocationAddends, size);
        }
        relocationOffsets[relocationCount] = offset;
        relocationKinds[relocationCount] = (byte) kind;
        relocationTargets[relocationCount] = target;
        relocationAddends[relocationCount] = addend;
        relocationCount++;
    }

    void addTrap(int offset, int kind) {
        if (trapCount == trapOffsets.length) {
            trapOffsets = Arrays.copyOf(trapOffsets, 2 * trapCount);
            trapKinds = Arrays.copyOf(trapKinds, 2 * trapCount);
        }
        trapOffsets[trapCount] = offset;
        trapKinds[trapCount] = (byte) kind;
        trapCount++;
    }

    /** Of two notes for one offset the first one stands. */
    void addSource(int offset, int position, SourcePositions positions) {
        if (sourceCount == 0 || sourceOffsets[sourceCount - 1] != offset) {
            addSources(offset, position, positions);
        }
    }

    /** Adds what the position is, behind the calls that it was inlined for. */
    private void addSources(int offset, int position, SourcePositions positions) {
        boolean isInlined = SourcePositions.isInlined(position);
        if (isInlined) {
            addSources(offset, positions.call(position), positions);
        }
        if (sourceCount == sourceOffsets.length) {
            sourceOffsets = Arrays.copyOf(sourceOffsets, 2 * sourceCount);
            sources = Arrays.copyOf(sources, 2 * sourceCount);
            sourceFunctions = Arrays.copyOf(sourceFunctions, 2 * sourceCount);
        }
        sourceOffsets[sourceCount] = offset;
        sources[sourceCount] = isInlined ? positions.offset(position) : position;
        sourceFunctions[sourceCount] = isInlined ? positions.function(position) : -1;
        sourceCount++;
    }

    /** Notes where the code of a source begins, unless it only goes on. */
    void addPlace(int offset, int source) {
        if (placeCount != 0 && placeSources[placeCount - 1] == source) {
            return;
        }
        if (placeCount != 0 && placeOffsets[placeCount - 1] == offset) {
            placeCount--; // There was no code.
        }
        if (placeCount == placeOffsets.length) {
            placeOffsets = Arrays.copyOf(placeOffsets, 2 * placeCount);
            placeSources = Arrays.copyOf(placeSources, 2 * placeCount);
        }
        placeOffsets[placeCount] = offset;
        placeSources[placeCount] = source;
        placeCount++;
    }

    void addHandler(int offset, int label) {
        if (handlerCount == handlerOffsets.length) {
            handlerOffsets = Arrays.copyOf(handlerOffsets, 2 * handlerCount);
            handlerLabels = Arrays.copyOf(handlerLabels, 2 * handlerCount);
        }
        handlerOffsets[handlerCount] = offset;
        handlerLabels[handlerCount++] = label;
    }

    /** Sets what all stack maps have in common. */
    void setCommonMapSlots(int[] slots) {
        commonMapSlots = slots;
    }

    /** Begins the stack map of a return address; its slots are added next, in order. */
    void beginStackMap(int offset) {
        if (mapCount == mapOffsets.length) {
            mapOffsets = Arrays.copyOf(mapOffsets, 2 * mapCount);
            mapStarts = Arrays.copyOf(mapStarts, 2 * mapCount + 1);
        }
        mapOffsets[mapCount++] = offset;
        mapStarts[mapCount] = mapStarts[mapCount - 1];
    }

    /** Adds a slot to the stack map that was begun last. */
    void addStackMapSlot(int slot) {
        int at = mapStarts[mapCount]++;
        if (at == mapSlots.length) {
            mapSlots = Arrays.copyOf(mapSlots, 2 * at);
        }
        mapSlots[at] = slot;
    }

    int beginJumpTable(int base) {
        if (tableCount + 1 >= tableStarts.length) {
            tableStarts = Arrays.copyOf(tableStarts, 2 * tableStarts.length);
            tableBases = Arrays.copyOf(tableBases, 2 * tableBases.length);
        }
        tableBases[tableCount] = base;
        tableStarts[tableCount] = targetCount;
        return tableCount++;
    }

    void addJumpTarget(int label) {
        if (targetCount == targets.length) {
            targets = Arrays.copyOf(targets, 2 * targetCount);
        }
        targets[targetCount++] = label;
    }

    /** Makes the result. The buffer has been finished; all offsets are mapped to the final code here. */
    CompiledFunction build(
            int index,
            CodeBuffer buffer,
            ConstantPool constants,
            UnwindOps unwind,
            int frameSize,
            int parameterSize,
            boolean framePointer) {
        buffer.mapOffsets(relocationOffsets, relocationCount);
        buffer.mapOffsets(trapOffsets, trapCount);
        buffer.mapOffsets(sourceOffsets, sourceCount);
        buffer.mapOffsets(placeOffsets, placeCount);
        buffer.mapOffsets(handlerOffsets, handlerCount);
        buffer.mapOffsets(mapOffsets, mapCount);
        int[] landings = copy(handlerLabels, handlerCount);
        for (int i = 0; i < handlerCount; i++) {
            landings[i] = buffer.labelOffset(landings[i]);
        }
        int[] tables = NO_TABLES;
        int[] bases = copy(tableBases, tableCount);
        if (tableCount != 0) {
            tableStarts[tableCount] = targetCount;
            tables = Arrays.copyOf(tableStarts, tableCount + 1);
            for (int table = 0; table < tableCount; table++) {
                int base = buffer.labelOffset(tableBases[table]);
                bases[table] = base;
                for (int i = tableStarts[table]; i < tableStarts[table + 1]; i++) {
                    targets[i] = buffer.labelOffset(targets[i]) - base;
                }
            }
        }
        return new CompiledFunction(
                index,
                Arrays.copyOf(buffer.bytes, buffer.size),
                relocations(),
                constants.toArray(),
                copy(targets, targetCount),
                tables,
                bases,
                copy(trapOffsets, trapCount),
                Arrays.copyOf(trapKinds, trapCount),
                copy(sourceOffsets, sourceCount),
                copy(sources, sourceCount),
                copy(sourceFunctions, sourceCount),
                copy(placeOffsets, placeCount),
                copy(placeSources, placeCount),
                copy(handlerOffsets, handlerCount),
                landings,
                stackMaps(),
                frameSize,
                parameterSize,
                framePointer,
                finalUnwind(buffer, unwind));
    }

    private CompiledFunction.Relocations relocations() {
        return new CompiledFunction.Relocations(
                copy(relocationOffsets, relocationCount),
                Arrays.copyOf(relocationKinds, relocationCount),
                copy(relocationTargets, relocationCount),
                copy(relocationAddends, relocationCount));
    }

    private CompiledFunction.StackMaps stackMaps() {
        return mapCount == 0
                ? CompiledFunction.StackMaps.NONE
                : new CompiledFunction.StackMaps(
                        copy(mapOffsets, mapCount),
                        copy(mapStarts, mapCount + 1),
                        copy(mapSlots, mapStarts[mapCount]),
                        commonMapSlots);
    }

    private static int[] copy(int[] list, int count) {
        return count == 0 ? NO_INTS : Arrays.copyOf(list, count);
    }

    private static UnwindOps finalUnwind(CodeBuffer buffer, UnwindOps unwind) {
        UnwindOps result = unwind.copy();
        result.remap(buffer::finalOffset);
        return result;
    }
}
