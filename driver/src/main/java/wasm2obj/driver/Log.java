package wasm2obj.driver;

import elf4j.Logger;

/**
 * What {@code -v} tells: each step, on the error stream. Silent and free otherwise: nothing of the logging library is loaded before
 * the first line is written.
 */
final class Log {
    private static volatile boolean verbose;

    private Log() {}

    /** Resolves the library when it is used first. */
    private static final class Lazy {
        static final Logger LOGGER = Logger.instance();
    }

    /** Turns the log on, for the whole process. */
    static void enable() {
        verbose = true;
    }

    /** Whether anybody listens; asked before a line is put together. */
    static boolean isEnabled() {
        return verbose;
    }

    /** Tells of a step. */
    static void step(String what) {
        if (verbose) {
            Lazy.LOGGER.info((Object) what);
        }
    }
}
