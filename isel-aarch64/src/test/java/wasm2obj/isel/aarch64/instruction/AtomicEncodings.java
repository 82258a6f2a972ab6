package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Encodings.REGISTERS;
import static wasm2obj.isel.aarch64.instruction.Encodings.list;
import static wasm2obj.isel.aarch64.instruction.Encodings.r;
import static wasm2obj.isel.aarch64.instruction.Encodings.xsp;

import wasm2obj.isel.aarch64.instruction.Encodings.Operation;

/** Families of {@link A64Atomics}. */
final class AtomicEncodings {
    private static final String[] SUFFIXES = {"b", "h", "", ""};

    private final Encodings out;

    AtomicEncodings(Encodings out) {
        this.out = out;
    }

    void addAll() {
        for (int rt : REGISTERS) {
            for (int rn : REGISTERS) {
                for (int size = 0; size < 4; size++) {
                    single(size, rt, rn);
                    for (int rs : REGISTERS) {
                        exclusiveStores(size, rs, rt, rn);
                        atomics(size, rs, rt, rn);
                    }
                }
                pairs(rt, rn);
            }
        }
        out.add(A64Atomics.clearExclusive(), "clrex");
    }

    private static String address(int rn) {
        return "[" + xsp(rn) + "]";
    }

    private static String order(int acquire, int release) {
        return (acquire == 1 ? "a" : "") + (release == 1 ? "l" : "");
    }

    private void single(int size, int rt, int rn) {
        String operands = list(SUFFIXES[size], r(size / 3, rt), address(rn));
        out.add(A64Atomics.loadAcquire(size, rt, rn), "ldar" + operands);
        out.add(A64Atomics.loadAcquireWeak(size, rt, rn), "ldapr" + operands);
        out.add(A64Atomics.storeRelease(size, rt, rn), "stlr" + operands);
        out.add(A64Atomics.loadExclusive(size, 0, rt, rn), "ldxr" + operands);
        out.add(A64Atomics.loadExclusive(size, 1, rt, rn), "ldaxr" + operands);
    }

    /** The status register must be another one. */
    private void exclusiveStores(int size, int rs, int rt, int rn) {
        if (rs == rt || rs == rn) {
            return;
        }
        String operands = list(SUFFIXES[size], r(0, rs), r(size / 3, rt), address(rn));
        out.add(A64Atomics.storeExclusive(size, 0, rs, rt, rn), "stxr" + operands);
        out.add(A64Atomics.storeExclusive(size, 1, rs, rt, rn), "stlxr" + operands);
    }

    private void atomics(int size, int rs, int rt, int rn) {
        String operands = list(SUFFIXES[size], r(size / 3, rs), r(size / 3, rt), address(rn));
        String names = "LDADD LDCLR LDEOR LDSET LDSMAX LDSMIN LDUMAX LDUMIN SWP";
        for (int acquire = 0; acquire < 2; acquire++) {
            for (int release = 0; release < 2; release++) {
                String order = order(acquire, release);
                for (Operation op : out.operations(A64Atomics.class, names)) {
                    out.add(
                            A64Atomics.atomic(op.op(), size, acquire, release, rs, rt, rn),
                            op.name() + order + operands);
                }
                out.add(
                        A64Atomics.compareAndSwap(size, acquire, release, rs, rt, rn),
                        "cas" + order + operands);
            }
        }
    }

    private void pairs(int rt, int rn) {
        for (int sf = 0; sf < 2; sf++) {
            for (int rt2 : REGISTERS) {
                if (rt == rt2) {
                    continue;
                }
                String operands = list("", r(sf, rt), r(sf, rt2), address(rn));
                out.add(A64Atomics.loadExclusivePair(sf, 0, rt, rt2, rn), "ldxp" + operands);
                out.add(A64Atomics.loadExclusivePair(sf, 1, rt, rt2, rn), "ldaxp" + operands);
                for (int rs : new int[] {3, 28}) {
                    String all = list("", r(0, rs), r(sf, rt), r(sf, rt2), address(rn));
                    out.add(A64Atomics.storeExclusivePair(sf, 0, rs, rt, rt2, rn), "stxp" + all);
                    out.add(A64Atomics.storeExclusivePair(sf, 1, rs, rt, rt2, rn), "stlxp" + all);
                }
            }
            for (int even : new int[] {0, 10, 20, 28}) {
                swapPairs(sf, even, rt & 30, rn);
            }
        }
    }

    private void swapPairs(int sf, int rs, int rt, int rn) {
        if (rt == 30) {
            return;
        }
        String operands = list("", r(sf, rs), r(sf, rs + 1), r(sf, rt), r(sf, rt + 1), address(rn));
        for (int acquire = 0; acquire < 2; acquire++) {
            for (int release = 0; release < 2; release++) {
                out.add(
                        A64Atomics.compareAndSwapPair(sf, acquire, release, rs, rt, rn),
                        "casp" + order(acquire, release) + operands);
            }
        }
    }
}
