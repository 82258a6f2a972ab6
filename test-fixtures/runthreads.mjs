// Runs a program with threads (wasi-threads: an imported shared memory, and thread-spawn) in V8, a Worker for each thread:
//   node runthreads.mjs FILE.wasm [ARG]...
// Of WASI there is what a program needs to print, to see its arguments, and to end. Exits with 1 when a thread fails.
import { readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

// Everything that a thread of the program starts from.
const { module, memory, nextThread, words, thread } = isMainThread ? begin() : workerData;

function begin() {
  const [file, ...rest] = process.argv.slice(2);
  const compiled = new WebAssembly.Module(readFileSync(file));
  const wanted = WebAssembly.Module.imports(compiled).find((item) => item.kind === 'memory');
  const { minimum, maximum } = wanted.type;
  return {
    module: compiled,
    memory: new WebAssembly.Memory({ initial: minimum, maximum, shared: true }),
    nextThread: new Int32Array(new SharedArrayBuffer(4)).fill(1),
    words: [basename(file), ...rest].map((word) => Buffer.from(`${word}\0`)),
  };
}

// The main thread waits in WebAssembly and hears no messages, so this is the one way to end all threads.
function fail(error) {
  writeSync(2, `runthreads: ${error instanceof Error ? error.stack : error}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const view = () => new DataView(memory.buffer);

const wasi = {
  fd_write(fd, vectors, count, written) {
    let size = 0;
    for (let i = 0; i < count; i++) {
      const start = view().getUint32(vectors + 8 * i, true);
      const length = view().getUint32(vectors + 8 * i + 4, true);
      size += writeSync(fd, Uint8Array.from(new Uint8Array(memory.buffer, start, length)));
    }
    view().setUint32(written, size, true);
    return 0;
  },
  args_sizes_get(count, size) {
    view().setUint32(count, words.length, true);
    view().setUint32(size, words.reduce((sum, word) => sum + word.length, 0), true);
    return 0;
  },
  args_get(pointers, buffer) {
    for (const word of words) {
      new Uint8Array(memory.buffer).set(word, buffer);
      view().setUint32(pointers, buffer, true);
      pointers += 4;
      buffer += word.length;
    }
    return 0;
  },
  sched_yield: () => 0,
  proc_exit: (status) => (isMainThread && status === 0 ? process.exit(0) : fail(`exit status ${status}`)),
};

function spawn(argument) {
  const number = Atomics.add(nextThread, 0, 1);
  const data = { module, memory, nextThread, words, thread: { number, argument } };
  new Worker(fileURLToPath(import.meta.url), { workerData: data });
  return number;
}

try {
  const imports = { env: { memory }, wasi_snapshot_preview1: wasi, wasi: { 'thread-spawn': spawn } };
  const { exports } = new WebAssembly.Instance(module, imports);
  if (isMainThread) {
    exports._start();
    process.exit(0);
  }
  exports.wasi_thread_start(thread.number, thread.argument);
} catch (error) {
  fail(error);
}
