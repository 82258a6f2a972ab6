// Runs a WASI preview1 command under Node's own WASI:
//   node runwasi.mjs FILE.wasm [--dir HOST::GUEST | --dir DIR]... [--env NAME=VALUE]... [--argv0 NAME] [-- ARG...]
// Exits with the program's exit code; a trap (or any other failure of the
// engine) prints its message on stderr and exits with 134.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

process.removeAllListeners('warning'); // WASI is "experimental" in Node
const { WASI } = await import('node:wasi');

function usage(problem) {
  console.error(`runwasi: ${problem}`);
  console.error('usage: runwasi.mjs FILE.wasm [--dir HOST::GUEST]... [--env N=V]... [--argv0 NAME] [-- ARG...]');
  process.exit(2);
}

const words = process.argv.slice(2);
let file, argv0;
let guestArgs = [];
const preopens = {};
const env = {};
while (words.length > 0) {
  const word = words.shift();
  if (word === '--') {
    guestArgs = words.splice(0);
  } else if (word === '--dir' || word === '--env' || word === '--argv0') {
    const value = words.shift();
    if (value === undefined) usage(`${word} needs a value`);
    if (word === '--argv0') {
      argv0 = value;
    } else if (word === '--env') {
      const equals = value.indexOf('=');
      if (equals < 0) usage(`--env ${value}: no '='`);
      env[value.slice(0, equals)] = value.slice(equals + 1);
    } else {
      const colons = value.indexOf('::');
      const host = colons < 0 ? value : value.slice(0, colons);
      preopens[colons < 0 ? value : value.slice(colons + 2)] = host;
    }
  } else if (file === undefined && !word.startsWith('-')) {
    file = word;
  } else {
    usage(`unexpected ${word}`);
  }
}
if (file === undefined) usage('no wasm file given');

const wasi = new WASI({
  version: 'preview1',
  args: [argv0 ?? basename(file), ...guestArgs],
  env,
  preopens,
  // Node would end with an exception of JavaScript's, which the module's catch_all catches.
  returnOnExit: false,
});

try {
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  process.exitCode = wasi.start(instance);
} catch (error) {
  console.error(`runwasi: ${error instanceof WebAssembly.RuntimeError ? 'trap: ' + error.message : error.stack}`);
  process.exitCode = 134;
}
