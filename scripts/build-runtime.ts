// Compiles the runtime library (engine/runtime/assembly) to engine/runtime/build/runtime.wasm and engine/wasm/runtime.gen.ts.
// Does nothing when neither the sources nor the compiler have changed. The same sources give the same bytes.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = 'engine/runtime/assembly';
const wasmFile = 'engine/runtime/build/runtime.wasm';
const moduleFile = 'engine/wasm/runtime.gen.ts';

/** Bytes asc puts between the static data and its heap when told so; we have no such stack. */
const STACK_BYTES = 8;

const flags = [
  '-O3',
  ...['--runtime', `./${sources}/no-allocation`],
  '--importMemory',
  '--noExportMemory',
  '--zeroFilledMemory',
  ...['--use', 'abort='],
  '--noAssert',
  ...['--memoryBase', '1024'],
  ...['--stackSize', String(STACK_BYTES)],
];

interface FunctionType {
  readonly params: number;
  readonly results: number;
}

/** What the linker must know of the module, read from asc's text form, whose order is that of the binary. */
interface ModuleFacts {
  readonly functions: Record<string, { index: number } & FunctionType>;
  readonly globals: Record<string, { index: number; mutable: boolean; value: number }>;
  readonly heapBase: number;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourceFiles(path);
      return entry.name.endsWith('.ts') ? [path] : [];
    })
    .sort();
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const self = relative(root, fileURLToPath(import.meta.url));
  for (const path of [...sourceFiles(sources), self, 'node_modules/assemblyscript/package.json']) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}

/** Writes beside the file and renames, so that whoever reads at the same time sees the old or the new file whole. */
function writeWhole(path: string, content: string | Uint8Array): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.${process.pid}`, content);
  renameSync(`${target}.${process.pid}`, target);
}

function functionType(signature: string): FunctionType {
  const words = (keyword: string): number =>
    [...signature.matchAll(new RegExp(`\\(${keyword}((?: [$\\w]+)*)\\)`, 'g'))].reduce(
      // `(param $0 i32)` in definitions, `(param i32 i32)` in imports.
      (count, [, list = '']) =>
        count +
        list
          .trim()
          .split(' ')
          .filter((word) => !word.startsWith('$')).length,
      0,
    );
  return { params: words('param'), results: words('result') };
}

function readFacts(text: string): ModuleFacts {
  const byName = new Map<string, { index: number } & FunctionType>();
  const globalsByName = new Map<string, { index: number; mutable: boolean; value: number }>();
  const functions: ModuleFacts['functions'] = {};
  const globals: ModuleFacts['globals'] = {};
  // In the text, exports come before the definitions.
  const exportedFunctions: [string, string][] = [];
  let heapBase = 0;
  for (const line of text.split('\n')) {
    if (/^ \((start|table|elem) /.test(line)) throw new Error(`the runtime may not have ${line.trim()}`);
    const func = /^ (?:\(import "env" "\w+" )?\(func (\$\S+?)\)*( .*)?$/.exec(line);
    if (func) {
      byName.set(func[1]!, { index: byName.size, ...functionType(func[2] ?? '') });
      continue;
    }
    const global = /^ \(global (\$\S+) (i32|\(mut i32\)) \(i32\.const (-?\d+)\)\)$/.exec(line);
    if (global) {
      const [, name, type, value] = global;
      globalsByName.set(name!, { index: globalsByName.size, mutable: type !== 'i32', value: Number(value) });
      if (name === '$~lib/memory/__stack_pointer') heapBase = Number(value) - STACK_BYTES;
      continue;
    }
    if (line.startsWith(' (global')) throw new Error(`a global of an unexpected form: ${line.trim()}`);
    const exported = /^ \(export "(\w+)" \((func|global) (\$\S+)\)\)$/.exec(line);
    if (exported) {
      const [, name, kind, target] = exported;
      if (kind === 'func') exportedFunctions.push([name!, target!]);
      else globals[name!] = globalsByName.get(target!)!;
      continue;
    }
  }
  for (const [name, target] of exportedFunctions) functions[name] = byName.get(target)!;
  if (heapBase === 0) throw new Error('the end of the static data is not in the text form');
  return {
    functions,
    globals,
    heapBase: (heapBase + 7) & ~7,
  };
}

/** Checks the facts against the binary itself: exported functions are named by their index (WebAssembly JavaScript interface). */
function checkExports(wasm: Uint8Array<ArrayBuffer>, facts: ModuleFacts): void {
  const module = new WebAssembly.Module(wasm);
  const unused = (): void => {};
  const env: Record<string, WebAssembly.Memory | (() => void)> = { memory: new WebAssembly.Memory({ initial: 2 }) };
  for (const { name, kind } of WebAssembly.Module.imports(module)) if (kind === 'function') env[name] = unused;
  const { exports } = new WebAssembly.Instance(module, { env });
  const known = [...Object.keys(facts.functions), ...Object.keys(facts.globals)];
  if (Object.keys(exports).toSorted().join() !== known.toSorted().join())
    throw new Error('exports differ from the text');
  for (const [name, { index, params }] of Object.entries(facts.functions)) {
    if (name in env) continue;
    const found = exports[name] as (...args: number[]) => number;
    if (Number(found.name) !== index || found.length !== params) throw new Error(`${name} differs from the text`);
  }
}

function generatedModule(hash: string, wasm: Uint8Array, facts: ModuleFacts): string {
  return `// Made by scripts/build-runtime.ts from engine/runtime/assembly; not for editing. ${hash}

export interface RuntimeFunction {
  readonly index: number;
  readonly params: number;
  readonly results: number;
}

export interface RuntimeGlobal {
  readonly index: number;
  readonly mutable: boolean;
  readonly value: number;
}

/** Exported functions (among them the imports from \`env\`) by name. */
export const runtimeExports: Readonly<Record<string, RuntimeFunction>> = ${JSON.stringify(facts.functions, null, 1)};

/** Exported globals by name: the mutable ones are patch points. */
export const runtimeGlobals: Readonly<Record<string, RuntimeGlobal>> = ${JSON.stringify(facts.globals, null, 1)};

/** Where the runtime's static data end, aligned to 8: base of the policy's. */
export const runtimeHeapBase: number = ${facts.heapBase};

const base64 =
  '${Buffer.from(wasm).toString('base64')}';

/** The module's bytes. */
export function runtimeWasm(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
`;
}

async function build(): Promise<void> {
  const hash = fingerprint();
  const made = readIfThere(moduleFile).split('\n', 1)[0] ?? '';
  if (made.endsWith(` ${hash}`) && readIfThere(wasmFile) !== '') return;

  // Loaded only when there is something to compile: it takes half a second.
  const { main: compile } = await import('assemblyscript/asc');
  const output = new Map<string, string | Uint8Array>();
  const { error, stderr } = await compile(
    [`${sources}/index.ts`, ...flags, ...['--baseDir', root], ...['-o', 'runtime.wasm'], ...['-t', 'runtime.wat']],
    {
      writeFile: (name, contents) => void output.set(name, contents),
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const wasm = Uint8Array.from(output.get('runtime.wasm') as Uint8Array);
  const facts = readFacts(output.get('runtime.wat') as string);
  checkExports(wasm, facts);
  writeWhole(wasmFile, wasm);
  writeWhole(moduleFile, generatedModule(hash, wasm, facts));
}

await build();
