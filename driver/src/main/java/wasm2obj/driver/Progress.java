package wasm2obj.driver;

import java.io.PrintStream;

/** Shows on a terminal how far a long compilation is; silent for short ones and anywhere else. */
final class Progress {
    private static final int FIRST_MILLISECONDS = 2000;
    private static final int NEXT_MILLISECONDS = 200;

    private final Thread thread;

    private Progress(Thread thread) {
        this.thread = thread;
    }

    /** Starts to watch the queue. */
    static Progress start(WorkQueue queue, PrintStream err) {
        if (!Boolean.getBoolean("wasm2obj.terminal")) {
            return new Progress(null);
        }
        Thread thread = new Thread(() -> show(queue, err), "progress");
        thread.setDaemon(true);
        thread.start();
        return new Progress(thread);
    }

    private static void show(WorkQueue queue, PrintStream err) {
        boolean shown = false;
        try {
            Thread.sleep(FIRST_MILLISECONDS);
            while (true) {
                err.print(
                        "\rcompiling " + 100L * queue.dealt() / Math.max(queue.ranges(), 1) + "%");
                shown = true;
                Thread.sleep(NEXT_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            if (shown) {
                err.print("\r               \r");
            }
        }
    }

    /** Ends the show. */
    void stop() {
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
