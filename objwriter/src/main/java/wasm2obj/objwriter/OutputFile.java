package wasm2obj.objwriter;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written from front to back through a window of native memory.
 *
 * <p>The bytes go to a temporary file in the same directory, which {@link #commit} renames into
 * place; {@link #close} without it leaves nothing behind. So a reader sees the old file or the
 * whole new one. What exists and is no regular file ({@code /dev/null}, a pipe) is written to
 * directly.
 *
 * <p>Structures are stored into the window at offsets that their layouts give. Writing the window
 * was measured against mapping the file: it takes the same time, pages of a mapped file count as
 * the process's memory until it is closed, and a full disk is an IOException here and a fault
 * there.
 */
final class OutputFile implements AutoCloseable {

    private static final int WINDOW = 1 << 16;

    private final Arena arena = Arena.ofConfined();
    private final ByteBuffer window =
            arena.allocate(WINDOW, Long.BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    private final FileChannel channel;
    private final Path target;

    /** Where the bytes go meanwhile; the target itself if that is no regular file. */
    private final Path written;

    /** How many bytes were written before the window's first. */
    private long flushed;

    private boolean committed;

    private OutputFile(FileChannel channel, Path target, Path written) {
        this.channel = channel;
        this.target = target;
        this.written = written;
    }

    static OutputFile open(Path file) throws IOException {
        boolean exists = Files.exists(file);
        if (exists && !Files.isRegularFile(file)) {
            return new OutputFile(FileChannel.open(file, StandardOpenOption.WRITE), file, file);
        }
        // Through a symbolic link the file that it names is replaced, not the link.
        Path target = exists ? file.toRealPath() : file.toAbsolutePath();
        while (true) {
            Path temporary = temporary(target);
            try {
                FileChannel channel =
                        FileChannel.open(
                                temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                // For the case that a signal ends the process.
                temporary.toFile().deleteOnExit();
                return new OutputFile(channel, target, temporary);
            } catch (FileAlreadyExistsException taken) {
                Thread.onSpinWait(); // Until the clock gives another name.
            }
        }
    }

    /** A name that nobody else should have chosen. Concatenated in the way that costs no start-up. */
    private static Path temporary(Path target) {
        String number = Long.toHexString(System.nanoTime());
        return target.resolveSibling(".object-".concat(number).concat(".tmp"));
    }

    /** The offset in the file of the byte that is written next. */
    long position() {
        return flushed + window.position();
    }

    /** The memory that {@link #reserve} gives room in. */
    ByteBuffer window() {
        return window;
    }

    /**
     * Appends a structure of {@code size} zero bytes, a multiple of eight and at most a few
     * hundred.
     *
     * @return its index in the window, where the caller sets its fields before it writes more
     */
    int reserve(int size) throws IOException {
        if (window.remaining() < size) {
            flush();
        }
        int at = window.position();
        for (int i = 0; i < size; i += Long.BYTES) {
            window.putLong(0);
        }
        return at;
    }

    /** Writes {@code bytes} from position to limit. */
    void write(ByteBuffer bytes) throws IOException {
        int at = bytes.position();
        int end = bytes.limit();
        while (at < end) {
            if (!window.hasRemaining()) {
                flush();
            }
            int n = Math.min(end - at, window.remaining());
            window.put(window.position(), bytes, at, n);
            window.position(window.position() + n);
            at += n;
        }
    }

    void write(ChunkedBytes bytes) throws IOException {
        for (int i = 0; i < bytes.chunkCount(); i++) {
            write(bytes.chunk(i));
        }
    }

    void writeInt(int value) throws IOException {
        if (window.remaining() < Integer.BYTES) {
            flush();
        }
        window.putInt(value);
    }

    /** Writes zeros up to {@code offset} in the file. */
    void padTo(long offset) throws IOException {
        if (offset < position()) {
            throw new IllegalStateException(
                    "file offset " + offset + " passed at " + position() + " in " + target);
        }
        while (position() < offset) {
            if (!window.hasRemaining()) {
                flush();
            }
            window.put((byte) 0);
        }
    }

    /** Writes what is still in the window and puts the file into place. */
    void commit() throws IOException {
        flush();
        channel.close();
        if (!written.equals(target)) {
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        }
        committed = true;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            arena.close();
            if (!committed && !written.equals(target)) {
                Files.deleteIfExists(written);
            }
        }
    }

    private void flush() throws IOException {
        window.flip();
        flushed += window.limit();
        while (window.hasRemaining()) {
            channel.write(window);
        }
        window.clear();
    }
}
