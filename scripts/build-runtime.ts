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

const flags = [
  '-O3',
  // No slower than without, and a fifth smaller.
  ...['--shrinkLevel', '1'],
  ...['--runtime', 'stub'],
  '--importMemory',
  '--noExportMemory',
  '--zeroFilledMemory',
  ...['--use', 'abort='],
  '--noAssert',
  ...['--memoryBase', '1024'],
];

/** What the runtime imports from `env` (engine/runtime/assembly/env.ts). */
const imports = ['opa_abort', 'opa_println', ...[0, 1, 2, 3, 4].map((count) => `opa_builtin${count}`)];

/** What the linker and tests must know of the module. */
interface ModuleFacts {
  readonly functions: Record<string, { index: number; params: number }>;
  readonly globals: Record<string, number>;
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

/** Fails when the sources allocate a managed object (`new`, array literals, string concatenation): its allocator is then in the module. */
function refuseManaged(text: string): void {
  const allocator = /\$~lib\/rt\/\S+/.exec(text);
  if (allocator) throw new Error(`the runtime allocates managed objects: ${allocator[0]} is in the module`);
}

/** Reads the facts off an instance: exported functions are named by their index (WebAssembly JavaScript interface). */
function readFacts(wasm: Uint8Array<ArrayBuffer>): ModuleFacts {
  const unused = (): void => {};
  const env: Record<string, WebAssembly.Memory | (() => void)> = { memory: new WebAssembly.Memory({ initial: 2 }) };
  for (const name of imports) env[name] = unused;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env });
  const functions: ModuleFacts['functions'] = {};
  const globals: ModuleFacts['globals'] = {};
  let heapBase = 0;
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === 'function') {
      functions[name] = { index: Number(value.name), params: value.length };
      if (name === 'heap_base') heapBase = value();
    } else if (value instanceof WebAssembly.Global) {
      globals[name] = value.value;
    }
  }
  return { functions, globals, heapBase };
}

function generatedModule(hash: string, wasm: Uint8Array, facts: ModuleFacts): string {
  return `// Made by scripts/build-runtime.ts from engine/runtime/assembly; not for editing. ${hash}

/** Exported functions (among them the imports from \`env\`) by name. */
export const runtimeExports: Readonly<Record<string, { readonly index: number; readonly params: number }>> =
  ${JSON.stringify(facts.functions)};

/** Exported globals by name, with the value they start with: addresses and patch points. */
export const runtimeGlobals: Readonly<Record<string, number>> =
  ${JSON.stringify(facts.globals)};

/** Where the runtime's static data end, aligned to 8: base of the policy's. */
export const runtimeHeapBase: number = ${facts.heapBase};

const base64 =
  '${Buffer.from(wasm).toString('base64')}';

/** The module's bytes. */
export function runtimeWasm(): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
`;
}

/** What is used of the AssemblyScript compiler. Its own declarations replace Node's `console` in the whole program. */
interface Compiler {
  main(
    args: readonly string[],
    host: { readonly writeFile: (name: string, contents: string | Uint8Array) => void },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

const compilerModule: string = 'assemblyscript/asc';

async function build(): Promise<void> {
  const hash = fingerprint();
  const made = readIfThere(moduleFile).split('\n', 1)[0] ?? '';
  if (made.endsWith(` ${hash}`) && readIfThere(wasmFile) !== '') return;

  // Loaded only when there is something to compile: it takes half a second.
  const { main: compile } = (await import(compilerModule)) as Compiler;
  const output = new Map<string, string | Uint8Array>();
  const { error, stderr } = await compile(
    [`${sources}/index.ts`, ...flags, ...['--baseDir', root], ...['-o', 'runtime.wasm'], ...['-t', 'runtime.wat']],
    {
      writeFile: (name, contents) => void output.set(name, contents),
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  refuseManaged(output.get('runtime.wat') as string);
  const wasm = Uint8Array.from(output.get('runtime.wasm') as Uint8Array);
  const facts = readFacts(wasm);
  writeWhole(wasmFile, wasm);
  writeWhole(moduleFile, generatedModule(hash, wasm, facts));
}

await build();
