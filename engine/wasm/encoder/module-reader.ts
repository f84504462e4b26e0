// Reads a WebAssembly module into `Module`. Meant for our own runtime library: what it never has is refused, not skipped.
import { ByteReader } from './bytes.ts';
import { ExternalKind } from './module.ts';
import type { DataSegment, Export, FuncType, Global, Import, Limits, Module } from './module.ts';

/** A module this reader does not handle; `npm run build:runtime` has to be looked at. */
export class UnsupportedModuleError extends Error {}

/** The sections of a module's bytes; calls in bodies are not looked for (call-graph.ts). Throws UnsupportedModuleError on tables, element segments, start functions and imported globals. */
export function readModule(bytes: Uint8Array): Module {
  const reader = new ByteReader(bytes);
  const header = reader.take(8);
  if (String.fromCharCode(...header.subarray(0, 4)) !== '\0asm' || header[4] !== 1)
    throw new UnsupportedModuleError('not a WebAssembly module of version 1');
  let types: FuncType[] = [];
  let imports: Import[] = [];
  let functionTypes: number[] = [];
  let globals: Global[] = [];
  let exports: Export[] = [];
  let bodies: Uint8Array[] = [];
  let data: DataSegment[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const size = reader.u32();
    const section = new ByteReader(reader.bytes, reader.offset, reader.offset + size);
    reader.skip(size);
    switch (id) {
      case 0: // custom sections (names, producers) do not survive linking
      case 12: // the count of data segments is written anew
        break;
      case 1:
        types = vector(section, readFuncType);
        break;
      case 2:
        imports = vector(section, readImport);
        break;
      case 3:
        functionTypes = vector(section, (r) => r.u32());
        break;
      case 6:
        globals = vector(section, readGlobal);
        break;
      case 7:
        exports = vector(section, (r) => ({ name: r.name(), kind: r.byte() as ExternalKind, index: r.u32() }));
        break;
      case 10:
        bodies = vector(section, (r) => r.take(r.u32()));
        break;
      case 11:
        data = vector(section, readData);
        break;
      default:
        throw new UnsupportedModuleError(`section ${id} in the runtime library`);
    }
  }
  const functions = functionTypes.map((type, index) => ({ type, body: { bytes: bodies[index]!, calls: [] } }));
  return { types, imports, functions, globals, exports, data };
}

function vector<T>(reader: ByteReader, item: (reader: ByteReader) => T): T[] {
  const count = reader.u32();
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(item(reader));
  return items;
}

function readFuncType(reader: ByteReader): FuncType {
  if (reader.byte() !== 0x60) throw new UnsupportedModuleError('a type that is no function type');
  return { params: vector(reader, (r) => r.byte()), results: vector(reader, (r) => r.byte()) };
}

function readImport(reader: ByteReader): Import {
  const module = reader.name();
  const name = reader.name();
  const kind = reader.byte();
  if (kind === ExternalKind.func) return { module, name, kind, type: reader.u32() };
  if (kind === ExternalKind.memory) return { module, name, kind, limits: readLimits(reader) };
  throw new UnsupportedModuleError(`import ${module}.${name} is neither function nor memory`);
}

function readLimits(reader: ByteReader): Limits {
  const flags = reader.byte();
  if (flags > 1) throw new UnsupportedModuleError('shared or 64-bit memory');
  const min = reader.u32();
  return flags === 1 ? { min, max: reader.u32() } : { min };
}

function readGlobal(reader: ByteReader): Global {
  const type = reader.byte();
  const mutable = reader.byte() === 1;
  return { type, mutable, init: readConstantExpression(reader) };
}

/** One constant and `end`: all that a module without imported globals can have. */
function readConstantExpression(reader: ByteReader): Uint8Array {
  const start = reader.offset;
  const opcode = reader.byte();
  if (opcode === 0x41 || opcode === 0x42) reader.skipLeb();
  else if (opcode === 0x43) reader.skip(4);
  else if (opcode === 0x44) reader.skip(8);
  else throw new UnsupportedModuleError(`opcode ${opcode} in a constant expression`);
  if (reader.byte() !== 0x0b) throw new UnsupportedModuleError('constant expression of more than one instruction');
  return reader.bytes.subarray(start, reader.offset);
}

function readData(reader: ByteReader): DataSegment {
  const flags = reader.u32();
  if (flags === 1) return { bytes: reader.take(reader.u32()) };
  if (flags !== 0) throw new UnsupportedModuleError('data segment of a second memory');
  const init = new ByteReader(readConstantExpression(reader));
  if (init.byte() !== 0x41) throw new UnsupportedModuleError('data segment at an address that is no i32 constant');
  const offset = init.s32() >>> 0;
  return { offset, bytes: reader.take(reader.u32()) };
}
