package wasm2obj.ir;

/** How much work is spent on better code. */
public enum OptimizationLevel {
    /** None: what the builder folds. */
    O0,
    /** What is cheap and always pays. */
    O1,
    /** What pays for most programs. */
    O2,
    /** What pays for some. */
    O3,
    /** What pays and makes code no larger. */
    OS
}
