// Writes the file tree a @yowasp package carries in its resources-*.js to a folder:
//   node unpack-yowasp.mjs PACKAGE/gen/resources-NAME.js OUTDIR
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [source, target] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: unpack-yowasp.mjs RESOURCES.js OUTDIR');
  process.exit(2);
}

function write(tree, directory) {
  mkdirSync(directory, { recursive: true });
  for (const [name, entry] of Object.entries(tree)) {
    const path = join(directory, name);
    if (entry instanceof URL) copyFileSync(fileURLToPath(entry), path);
    else if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry);
    else write(entry, path);
  }
}

const { filesystem } = await import(pathToFileURL(resolve(source)));
write(filesystem, target);
