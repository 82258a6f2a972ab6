// Runs random modules in V8 and prints what they do, as driver.c does it with the same modules; the two must be changed together.
//
//     node --experimental-wasm-type-reflection --wasm-allow-mixed-eh-for-testing run.mjs LIST COUNTS
//
// LIST has a line for each module: the case's name, the module's name and its file. What the modules' counters have come to goes
// to COUNTS: a line for each module with counters: case, module, and the counts.
import fs from 'node:fs';

const ROUNDS = 2;
const FUEL = 60;
const SUPPORT_CALLS = 200;
const SMALL = 1 << 19;

const [list, countsFile] = process.argv.slice(2);
const counts = fs.openSync(countsFile, 'w');
let output = [];
let instances;
let hostTag;

function print(text) {
  output.push(text);
}

// ---- types and values ----

const NUMBERS = ['i32', 'i64', 'f32', 'f64'];

function staysInside(type) {
  return type === 'v128' || type === 'exnref';
}

function isNonNull(type) {
  return type.startsWith('(ref ') && !type.startsWith('(ref null ');
}

// Whether there are arguments to call it with, and JavaScript can have the results.
function isCallable({ parameters, results }) {
  return !parameters.some((t) => staysInside(t) || isNonNull(t)) && !results.some(staysInside);
}

function argument(type, index, round) {
  switch (type) {
    case 'i32': return round === 0 ? 7 * (index + 1) : -1 - index;
    case 'i64': return round === 0 ? 1000003n * BigInt(index + 1) : -(1n << 63n) + BigInt(index);
    case 'f32': return round === 0 ? index + 0.5 : Math.fround(-1e10);
    case 'f64': return round === 0 ? index - 0.25 : 1e300;
    default: return null;
  }
}

const bits = new DataView(new ArrayBuffer(8));

function f32(value) {
  bits.setFloat32(0, value);
  return Number.isNaN(value) ? 'nan' : bits.getUint32(0).toString(16).padStart(8, '0');
}

function f64(value) {
  bits.setFloat64(0, value);
  return Number.isNaN(value) ? 'nan' : bits.getBigUint64(0).toString(16).padStart(16, '0');
}

function text(type, value) {
  switch (type) {
    case 'i32':
    case 'i64': return `${value}`;
    case 'f32': return f32(value);
    case 'f64': return f64(value);
    default: return value === null ? 'null' : 'reference';
  }
}

// ---- how calls end ----

// V8's messages. Of some traps that driver.c tells apart it has only one.
const TRAPS = [
  ['unreachable', 'unreachable'],
  ['memory access out of bounds', 'memory'],
  ['table index is out of bounds', 'table'],
  ['element segment out of bounds', 'table'],
  ['null function', 'signature'],
  ['function signature mismatch', 'signature'],
  ['divide result unrepresentable', 'conversion'],
  ['float unrepresentable in integer range', 'conversion'],
  ['divide by zero', 'zero'],
  ['remainder by zero', 'zero'],
  ['dereferencing a null pointer', 'null'],
  ['illegal cast', 'cast'],
  ['array element access out of bounds', 'array'],
  ['data segment out of bounds', 'memory'],
  ['requested new array is too large', 'too large'],
  ['rethrowing null value', 'null'],
  // Of an access that is both it is the bounds that V8 complains of, and we of the other.
  ['Atomics.wait cannot be called in this context', 'not shared'],
  ['operation does not support unaligned accesses', 'memory'],
];

function tagName(exception) {
  for (const { name, instance } of instances) {
    for (const [field, value] of Object.entries(instance.exports)) {
      if (value instanceof WebAssembly.Tag && exception.is(value)) {
        return [value, `${name} ${field}`];
      }
    }
  }
  return [null, '?'];
}

function end(error) {
  if (error instanceof WebAssembly.RuntimeError) {
    const known = TRAPS.find(([message]) => error.message.includes(message));
    return ` trap ${known ? known[1] : error.message}`;
  }
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return ' trap stack';
  }
  if (error instanceof WebAssembly.Exception) {
    const [tag, name] = error.is(hostTag) ? [hostTag, 'host'] : tagName(error);
    let result = ` exception ${name}`;
    (tag ? tag.type().parameters : []).forEach((type, i) => {
      if (!staysInside(type)) {
        result += ` ${text(type, error.getArg(tag, i))}`;
      }
    });
    return result;
  }
  if (error instanceof HostError) {
    return ' error';
  }
  return ` ${error}`;
}

function call(func, type, round) {
  return func(...type.parameters.map((t, i) => argument(t, i, round)));
}

// ---- the modules "host" and "fuzzing-support" ----

class HostError extends Error {}

// Vectors do not get to JavaScript: this function passes its two halves.
//   (func (export "") (param v128) (call 0 (i64x2.extract_lane 0 (local.get 0)) (i64x2.extract_lane 1 (local.get 0))))
const logVector = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 10, 2, 0x60, 2, 0x7e, 0x7e, 0, 0x60, 1, 0x7b, 0, 2, 5, 1, 0, 0, 0, 0, 3, 2, 1, 1,
  7, 4, 1, 0, 0, 1, 10, 16, 1, 14, 0, 0x20, 0, 0xfd, 0x1d, 0, 0x20, 0, 0xfd, 0x1d, 1, 0x10, 0, 0x0b,
])), { '': { '': (low, high) => print(` log v128 ${low} ${high}`) } }).exports[''];

function logReference(value) {
  print(` log ${value === null ? 'null' : 'reference'}`);
}

function isNullary(type) {
  return type.parameters.length === 0 && type.results.length === 0;
}

// Of the newest instance; a start function runs before there is one.
function supportExports() {
  return instances.at(-1)?.instance.exports ?? {};
}

function supportTable() {
  const { table } = supportExports();
  if (!(table instanceof WebAssembly.Table)) {
    throw new HostError();
  }
  return table;
}

// An index as the table wants it.
function tableIndex(table, index) {
  const unsigned = index >>> 0;
  if (unsigned >= Number(table.length)) {
    throw new HostError();
  }
  return table.type().address === 'i64' ? BigInt(unsigned) : unsigned;
}

// How many calls the present one may yet make this way: functions that catch whatever calls of themselves end in, running out of
// stack too, would go on for ever.
let supportCalls = 0;

function supportCall(func) {
  if (supportCalls-- <= 0 || typeof func !== 'function' || !isCallable(func.type())) {
    throw new HostError();
  }
  call(func, func.type(), 0);
}

function supportExport(index) {
  return Object.values(supportExports())[index >>> 0];
}

function caught(action) {
  try {
    action();
    return 0;
  } catch {
    return 1;
  }
}

const host = {
  'log-i32': (value) => print(` log i32 ${value}`),
  'log-i64': (value) => print(` log i64 ${value}`),
  'log-f32': (value) => print(` log f32 ${f32(value)}`),
  'log-f64': (value) => print(` log f64 ${f64(value)}`),
  'log-v128': logVector,
  'log-anyref': logReference,
  'log-funcref': logReference,
  'log-externref': logReference,
  mix(a, b, c, d, e) {
    print(` mix ${a} ${b} ${f64(c)} ${f32(d)} ${e}`);
    return BigInt.asIntN(64, b * 31n + BigInt(a) + BigInt(e) * 7n);
  },
  pair: (value) => [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value)) * 0.5],
  extern: (value) => (value % 3 === 0 ? null : { value }),
  intern: (object) => (object === null ? -1 : object.value),
  call(func, value) {
    if (func === null) {
      return -1;
    }
    return isNullary(func.type()) ? caught(func) : value;
  },
  throw(which) {
    throw which === 0 ? new HostError() : new WebAssembly.Exception(hostTag, [which]);
  },
  'table-get': (index) => supportTable().get(tableIndex(supportTable(), index)),
  'table-set': (index, func) => supportTable().set(tableIndex(supportTable(), index), func),
  'call-export': (index) => supportCall(supportExport(index)),
  'call-export-catch': (index) => caught(() => supportCall(supportExport(index))),
  'call-ref': supportCall,
  'call-ref-catch': (func) => caught(() => supportCall(func)),
  sleep: (time, id) => id,
};

function resolve({ module, name, kind, type }) {
  const other = instances.find((i) => i.name === module);
  if (other) {
    return other.instance.exports[name];
  }
  switch (kind) {
    case 'tag': return name === 'jstag' ? WebAssembly.JSTag : hostTag;
    case 'global': return isNonNull(type.value) ? {} : null;
    default: return host[name];
  }
}

function instantiate(name, file) {
  const module = new WebAssembly.Module(fs.readFileSync(file));
  const imports = {};
  for (const item of WebAssembly.Module.imports(module)) {
    (imports[item.module] ??= {})[item.name] = resolve(item);
  }
  instances.push({ name, instance: new WebAssembly.Instance(module, imports) });
}

// ---- state ----

function memoryText(memory, all) {
  const bytes = memory.buffer;
  if (!all && bytes.byteLength > SMALL) {
    return `${bytes.byteLength}`;
  }
  let hash = 2166136261 | 0;
  for (const word of new Uint32Array(bytes)) {
    hash = Math.imul(hash ^ word, 16777619);
  }
  return `${bytes.byteLength} ${(hash >>> 0).toString(16).padStart(8, '0')}`;
}

function tableText(table) {
  const { element, address } = table.type();
  if (element === 'exnref') {
    return `${table.length}`;
  }
  let hash = 2166136261 | 0;
  for (let i = 0; i < Number(table.length); i++) {
    const value = table.get(address === 'i64' ? BigInt(i) : i);
    hash = Math.imul(hash ^ (value === null ? 1 : 0), 16777619);
  }
  return `${table.length} ${(hash >>> 0).toString(16).padStart(8, '0')}`;
}

function printState(all) {
  for (const { name, instance } of instances) {
    for (const [field, value] of Object.entries(instance.exports)) {
      if (field === 'counters') {
        continue;
      }
      if (value instanceof WebAssembly.Memory) {
        print(`${name} ${field} = ${memoryText(value, all)}`);
      } else if (value instanceof WebAssembly.Table) {
        print(`${name} ${field} = ${tableText(value)}`);
      } else if (value instanceof WebAssembly.Global && !staysInside(value.type().value)) {
        print(`${name} ${field} = ${text(value.type().value, value.value)}`);
      }
    }
  }
}

function setFuel() {
  for (const { instance } of instances) {
    if (instance.exports.fuel) {
      instance.exports.fuel.value = FUEL;
    }
  }
}

function callExports({ name, instance }, round) {
  for (const [field, func] of Object.entries(instance.exports)) {
    if (typeof func !== 'function' || !isCallable(func.type())) {
      continue;
    }
    const type = func.type();
    setFuel();
    supportCalls = SUPPORT_CALLS;
    let result = '';
    try {
      const value = call(func, type, round);
      const values = type.results.length === 1 ? [value] : value ?? [];
      type.results.forEach((t, i) => { result += ` ${text(t, values[i])}`; });
    } catch (error) {
      result = end(error);
    }
    print(`${name} ${field} ${round}:${result}`);
    printState(false);
  }
}

function runCase(modules) {
  instances = [];
  supportCalls = SUPPORT_CALLS;
  hostTag = new WebAssembly.Tag({ parameters: ['i32'] });
  for (const [, name, file] of modules) {
    try {
      instantiate(name, file);
    } catch (error) {
      print(`${name}:${end(error)}`);
      return;
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    instances.forEach((instance) => callExports(instance, round));
  }
  printState(true);
  for (const { name, instance } of instances) {
    if (instance.exports.counters) {
      const values = new BigUint64Array(instance.exports.counters.buffer);
      fs.writeSync(counts, `${modules[0][0]} ${name} ${values.join(' ')}\n`);
    }
  }
}

const rows = fs.readFileSync(list, 'utf8').split('\n').filter((line) => line).map((line) => line.split(' '));
for (let i = 0; i < rows.length;) {
  let next = i;
  while (next < rows.length && rows[next][0] === rows[i][0]) {
    next++;
  }
  print(`case ${rows[i][0]}`);
  runCase(rows.slice(i, next));
  i = next;
  fs.writeSync(1, output.join('\n') + '\n');
  output = [];
}
