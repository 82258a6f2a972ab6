package wasm2obj.driver;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Deals ranges of consecutive items out to threads, in order. Ranges hold about the same amount of work.
 *
 * <p>When an item fails, no further range is dealt out, but ranges before it are finished, so that the failure that is
 * reported is that of the first item that fails, whatever the threads do.
 */
final class WorkQueue {
    /** Works on items; serves one thread. */
    interface Worker {
        void work(int item);
    }

    /** Makes a worker for a thread. */
    interface WorkerFactory {
        Worker make();
    }

    private record Failure(int item, Throwable cause) {}

    private final int[] starts;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Failure> failure = new AtomicReference<>();

    /** A queue of ranges: range i has the items from {@code starts[i]} up to {@code starts[i + 1]}. */
    WorkQueue(int[] starts) {
        this.starts = starts;
    }

    /** Number of ranges dealt out so far, for reports on progress. */
    int dealt() {
        return Math.min(next.get(), ranges());
    }

    /** Number of ranges. */
    int ranges() {
        return starts.length - 1;
    }

    /** Works on all items with up to {@code threads} threads, this one among them; throws the first item's failure. */
    void run(int threads, WorkerFactory factory) {
        int helpers = Math.min(threads, ranges()) - 1;
        Thread[] others = new Thread[Math.max(helpers, 0)];
        for (int t = 0; t < others.length; t++) {
            others[t] = new Thread(() -> drain(factory), "worker-" + t);
            others[t].start();
        }
        drain(factory);
        for (Thread other : others) {
            join(other);
        }
        Failure first = failure.get();
        if (first != null) {
            rethrow(first.cause);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(Throwable cause) {
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        throw (Error) cause;
    }

    private void drain(WorkerFactory factory) {
        int item = 0;
        try {
            Worker worker = null;
            while (failure.get() == null) {
                int range = next.getAndIncrement();
                if (range >= ranges()) {
                    return;
                }
                if (worker == null) {
                    worker = factory.make();
                }
                for (item = starts[range]; item < starts[range + 1]; item++) {
                    worker.work(item);
                }
            }
        } catch (RuntimeException | Error e) {
            noteFailure(new Failure(item, e));
        }
    }

    private void noteFailure(Failure mine) {
        Failure seen = failure.get();
        while ((seen == null || mine.item < seen.item) && !failure.compareAndSet(seen, mine)) {
            seen = failure.get();
        }
    }
}
