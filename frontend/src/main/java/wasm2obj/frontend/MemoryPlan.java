package wasm2obj.frontend;

/** How accesses to memories are kept inside of them. */
public enum MemoryPlan {
    /** Memories that allow it lie in a reservation so large that no access needs a check. */
    GUARD,
    /** Every access is checked. */
    EXPLICIT
}
