// Prints modules as text with binaryen, whose wasm-dis has the same printer, many in one process.
//
//     node print-binaryen.mjs NODE_MODULES < LIST
//
// Each line of LIST is a module and the file for its text, with a tab between. Prints the modules that it could read.
import fs from "fs";
import path from "path";
import { pathToFileURL } from "url";

const { default: binaryen } = await import(pathToFileURL(path.join(process.argv[2], "binaryen/index.js")));

for (const line of fs.readFileSync(0, "utf8").split("\n")) {
    const [input, output] = line.split("\t");
    if (!output) {
        continue;
    }
    try {
        const module = binaryen.readBinary(fs.readFileSync(input));
        fs.writeFileSync(output, module.emitText());
        module.dispose();
        console.log(input);
    } catch {
        // It refuses what is invalid, and some of what is not.
    }
}
