// V8 through Node, as a peer:
//   node FLAGS v8.mjs compile MODULE
//   node FLAGS v8.mjs run MODULE TIMES ARG...
// `run` writes the user CPU seconds of the program alone, without compilation, into the file TIMES.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

process.removeAllListeners('warning'); // Node calls its WASI experimental

const [mode, file, times, ...rest] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
if (mode === 'run') {
  const { WASI } = await import('node:wasi');
  const wasi = new WASI({ version: 'preview1', args: [basename(file, '.wasm'), ...rest], returnOnExit: true });
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  const before = process.cpuUsage();
  process.exitCode = wasi.start(instance);
  writeFileSync(times, String(process.cpuUsage(before).user / 1e6));
}
