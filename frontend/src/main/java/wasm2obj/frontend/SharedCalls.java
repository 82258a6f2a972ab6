package wasm2obj.frontend;

/** Which indirect calls through tables that may change are one instruction of the IR, whose checks are shared by many calls. */
public interface SharedCalls {
    /** None of them. */
    SharedCalls NONE = (table, type, isInLoop) -> false;

    /** Whether a call through the table, with the canonical type, which has no subtypes, is such a one. */
    boolean contains(int table, int type, boolean isInLoop);
}
