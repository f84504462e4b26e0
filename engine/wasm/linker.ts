// Appends functions, globals, data and exports to the runtime library, and leaves out the library's functions that
// nothing reaches. What the functions do is the caller's business.
import { reachable, scanBody } from './encoder/call-graph.ts';
import type { ScannedBody } from './encoder/call-graph.ts';
import { ExternalKind, I32 } from './encoder/module.ts';
import type { Body, DataSegment, Export, FuncType, Global, Module } from './encoder/module.ts';
import { readModule } from './encoder/module-reader.ts';
import { constI32, globalI32, writeModule } from './encoder/module-writer.ts';

/** A function of the module being linked, as generated code calls it; `finish` gives out the final numbers. */
export type FuncRef = number & { readonly __brand: 'FuncRef' };
/** A global of the module being linked. */
export type GlobalRef = number & { readonly __brand: 'GlobalRef' };

/** The runtime library, read once: what it exports, and where its functions call others. */
export interface Library {
  readonly module: Module;
  /** The body of a function by its number; undefined for imports. */
  body(func: number): ScannedBody | undefined;
  /** The data that a module may need. */
  readonly data: readonly LibraryData[];
  /** The texts that a function mentions, by their places in `data`. */
  textsOf(func: number): readonly number[];
  /** Exported functions and imports, by name. */
  readonly funcs: ReadonlyMap<string, FuncRef>;
  readonly globals: ReadonlyMap<string, GlobalRef>;
  readonly imported: number;
}

/** Reads the runtime library's bytes. */
export function readLibrary(bytes: Uint8Array): Library {
  const module = readModule(bytes);
  const named = (kind: ExternalKind): [string, number][] =>
    module.exports.filter((item) => item.kind === kind).map((item) => [item.name, item.index]);
  const importedFuncs = module.imports.filter((item) => item.kind === ExternalKind.func);
  const imported = importedFuncs.length;
  const bodies: ScannedBody[] = [];
  const body = (func: number): ScannedBody | undefined => {
    const code = module.functions[func - imported];
    return code === undefined ? undefined : (bodies[func] ??= scanBody(code.body.bytes));
  };
  const data = libraryData(module.data);
  const texts: (readonly number[])[] = [];
  return {
    module,
    body,
    data,
    textsOf: (func) => (texts[func] ??= mentionedTexts(body(func)!.constants, data)),
    funcs: new Map([
      ...importedFuncs.map((item, index) => [item.name, index as FuncRef] as const),
      ...named(ExternalKind.func).map(([name, index]) => [name, index as FuncRef] as const),
    ]),
    globals: new Map(named(ExternalKind.global).map(([name, index]) => [name, index as GlobalRef])),
    imported,
  };
}

/** Collects what is to be added to the library, and writes the module at the end. */
export class Linker {
  readonly #library: Library;
  readonly #types: FuncType[];
  readonly #typeIndex = new Map<string, number>();
  /** Types by how many parameters and results they have. */
  readonly #ownTypes: number[][] = [];
  readonly #bodies: (Body | undefined)[] = [];
  readonly #bodyTypes: number[] = [];
  readonly #globals: Global[];
  readonly #exports: Export[] = [];
  readonly #roots: number[] = [];
  readonly #isRoot: boolean[] = [];
  readonly #table: FuncRef[] = [];
  #hasTable = false;

  constructor(library: Library) {
    this.#library = library;
    this.#types = [...library.module.types];
    this.#types.forEach((type, index) => this.#typeIndex.set(typeKey(type), index));
    this.#globals = [...library.module.globals];
  }

  /** A library function by its export name, or an import by its name; it and what it calls come into the module. */
  library(name: string): FuncRef {
    const func = this.#library.funcs.get(name);
    if (func === undefined) throw new Error(`the runtime library has no ${name}; run npm run build:runtime`);
    if (this.#isRoot[func] !== true) {
      this.#isRoot[func] = true;
      this.#roots.push(func);
    }
    return func;
  }

  has(name: string): boolean {
    return this.#library.funcs.has(name);
  }

  /** The type of functions with that many i32 parameters and results. */
  type(params: number, results: number): number {
    const row = (this.#ownTypes[params] ??= []);
    return (row[results] ??= this.#findType(params, results));
  }

  #findType(params: number, results: number): number {
    const type: FuncType = { params: Array<number>(params).fill(I32), results: Array<number>(results).fill(I32) };
    const key = typeKey(type);
    let index = this.#typeIndex.get(key);
    if (index === undefined) {
      index = this.#types.push(type) - 1;
      this.#typeIndex.set(key, index);
    }
    return index;
  }

  /** A new function whose body comes later. */
  declare(params: number, results: number): FuncRef {
    this.#bodyTypes.push(this.type(params, results));
    this.#bodies.push(undefined);
    return (this.#library.imported + this.#library.module.functions.length + this.#bodies.length - 1) as FuncRef;
  }

  /** Gives a declared function its body. */
  define(func: FuncRef, body: Body): void {
    this.#bodies[func - this.#library.imported - this.#library.module.functions.length] = body;
  }

  /** A new global of type i32. */
  global(initial: number, mutable = true): GlobalRef {
    return (this.#globals.push(globalI32(initial, mutable)) - 1) as GlobalRef;
  }

  /** Changes where a library's global starts. A name it does not have is our mistake and throws. */
  patchGlobal(name: string, initial: number): void {
    const index = this.#library.globals.get(name);
    const global = index === undefined ? undefined : this.#globals[index];
    if (index === undefined || global === undefined) throw new Error(`the runtime library has no global ${name}`);
    this.#globals[index] = { ...global, init: constI32(initial) };
  }

  /** Puts functions in a row into the table; the place of the first. */
  tableRow(funcs: readonly FuncRef[]): number {
    this.#hasTable = true;
    const first = this.#table.length;
    this.#table.push(...funcs);
    return first;
  }

  export(name: string, kind: ExternalKind, index: number): void {
    this.#exports.push({ name, kind, index });
  }

  /** Exports a library function under its own name. */
  exportLibrary(name: string): void {
    this.export(name, ExternalKind.func, this.library(name));
  }

  /** The linked module. `start` runs when it is instantiated; `passive` is data segment PASSIVE_SEGMENT. */
  finish(passive: Uint8Array, start: FuncRef): Uint8Array {
    const { module, imported } = this.#library;
    const own = imported + module.functions.length;
    const used = reachable(this.#roots, (func) => this.#library.body(func));
    const kept = module.functions.map((_, index) => imported + index).filter((func) => used.has(func));
    const numbers: number[] = [];
    kept.forEach((func, index) => (numbers[func] = imported + index));
    const numberOf = (func: number): number => {
      if (func < imported) return func;
      if (func >= own) return func - own + imported + kept.length;
      return numbers[func]!;
    };
    const library = kept.map((func) => ({
      type: module.functions[func - imported]!.type,
      body: this.#library.body(func)!,
    }));
    const added = this.#bodies.map((body, index) => {
      if (body === undefined) throw new Error('a generated function has no body');
      return { type: this.#bodyTypes[index]!, body };
    });
    return writeModule(
      {
        types: this.#types,
        imports: module.imports.map((item) =>
          item.kind === ExternalKind.memory ? { ...item, limits: { min: libraryPages(module) } } : item,
        ),
        functions: [...library, ...added],
        table: this.#hasTable ? this.#table.map(numberOf) : undefined,
        globals: this.#globals,
        exports: this.#exports.map((item) =>
          item.kind === ExternalKind.func ? { ...item, index: numberOf(item.index) } : item,
        ),
        start: numberOf(start),
        data: [{ bytes: passive }, ...usedData(this.#library, kept)],
      },
      numberOf,
    );
  }
}

/** The number of the data segment with the policy's constants: the first, as how many the library keeps is known last. */
export const PASSIVE_SEGMENT = 0;

/** Bytes of an AssemblyScript string before its text: a size in a segment of its own, class and length in the one of the text. */
const STRING_CLASS = 2;
const STRING_PREFIX = 12;

/** A data segment of the library. A text is left out where nothing mentions an address from its `offset` to its `end`. */
interface LibraryData {
  readonly segment: DataSegment;
  readonly text?: { readonly offset: number; readonly end: number };
}

/**
 * The library's data without the sizes before texts, which only freeing them would read. Texts (mostly of error messages) alone may be
 * dropped, as code refers to them by their address; into a table it may well reckon from somewhere outside.
 */
function libraryData(data: readonly DataSegment[]): LibraryData[] {
  return data.flatMap((segment, i): LibraryData[] => {
    if (isText(segment, data[i + 1])) return [];
    const { offset, bytes } = segment;
    if (offset === undefined || !isText(data[i - 1], segment)) return [{ segment }];
    return [{ segment, text: { offset, end: offset + bytes.length + 1 } }];
  });
}

/** The places of the texts that hold one of the addresses; `data` stands in the order of the memory. */
function mentionedTexts(addresses: readonly number[], data: readonly LibraryData[]): number[] {
  const places = new Set<number>();
  for (const address of addresses) {
    const place = lastUpTo(data, address);
    const text = data[place]?.text;
    if (text !== undefined && address < text.end) places.add(place);
  }
  return [...places];
}

/** The library's data without the texts that only functions left out mention. */
function usedData(library: Library, kept: readonly number[]): DataSegment[] {
  const isMentioned: boolean[] = [];
  for (const func of kept) for (const place of library.textsOf(func)) isMentioned[place] = true;
  return library.data
    .filter(({ text }, place) => text === undefined || isMentioned[place] === true)
    .map(({ segment }) => segment);
}

/** Whether two segments are an AssemblyScript string: asc splits its zero bytes out. */
function isText(size: DataSegment | undefined, text: DataSegment | undefined): boolean {
  if (size?.offset === undefined || text?.offset === undefined) return false;
  const [first, ...rest] = text.bytes.subarray(0, 4);
  return text.offset === size.offset + STRING_PREFIX && first === STRING_CLASS && rest.every((byte) => byte === 0);
}

/** The place of the last segment that begins at an address or before it; -1 when there is none. */
function lastUpTo(data: readonly LibraryData[], address: number): number {
  let low = -1;
  let high = data.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((data[middle]!.segment.offset ?? 0) <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Pages that the library's own data needs: the declared minimum. The static segment makes its own room. */
function libraryPages(module: Module): number {
  const end = module.data.reduce((max, segment) => Math.max(max, (segment.offset ?? 0) + segment.bytes.length), 1);
  return Math.ceil(end / 65536);
}

function typeKey(type: FuncType): string {
  return `${type.params.join()}>${type.results.join()}`;
}
