package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.List;

/** All functions of a module, found by their WebAssembly addresses. */
final class NativeCode {
    /** A stretch of a function's code, by offsets in it. */
    record Stretch(NativeFunction function, int start, int end) {}

    private final List<NativeFunction> functions;

    /** Functions in the order of their addresses. */
    NativeCode(List<NativeFunction> functions) {
        this.functions = functions;
    }

    /** The function whose body holds the address, or null. */
    NativeFunction at(long address) {
        int i = firstBehind(address);
        return i < functions.size() && functions.get(i).wasmStart() <= address
                ? functions.get(i)
                : null;
    }

    /** The number of functions whose bodies end at or before the address. */
    private int firstBehind(long address) {
        int low = 0;
        int high = functions.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (functions.get(middle).wasmEnd() <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Adds the stretches of code that came from the addresses; a whole body gives a whole function, prologue included. */
    void addStretches(long from, long to, List<Stretch> result) {
        for (int i = firstBehind(from); i < functions.size(); i++) {
            NativeFunction function = functions.get(i);
            if (function.wasmStart() >= to) {
                break;
            }
            if (from <= function.wasmStart() && to >= function.wasmEnd()) {
                result.add(new Stretch(function, 0, function.length()));
            } else {
                addParts(function, from, to, result);
            }
        }
    }

    private static void addParts(
            NativeFunction function, long from, long to, List<Stretch> result) {
        int start = -1;
        for (int i = 0; i < function.places().length; i++) {
            boolean inside = function.addresses()[i] >= from && function.addresses()[i] < to;
            if (inside && start < 0) {
                start = function.places()[i];
            } else if (!inside && start >= 0) {
                result.add(new Stretch(function, start, function.places()[i]));
                start = -1;
            }
        }
        if (start >= 0) {
            result.add(new Stretch(function, start, function.length()));
        }
    }

    /** The stretches of code of several ranges of addresses: start, end, start, end ... */
    List<Stretch> stretches(List<Long> ranges) {
        List<Stretch> result = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i += 2) {
            addStretches(ranges.get(i), ranges.get(i + 1), result);
        }
        return result;
    }
}
