// Writes a `Module` as bytes. The same module always gives the same bytes.
import { ByteWriter, lengthOfU32 } from './bytes.ts';
import { ExternalKind, I32 } from './module.ts';
import type { Body, Limits, Module } from './module.ts';

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The module's bytes. `numberOf` gives the final number of a function that a body's `calls` name. */
export function writeModule(module: Module, numberOf: (func: number) => number = (func) => func): Uint8Array {
  const code = module.functions.reduce((sum, func) => sum + func.body.bytes.length + 5, 0);
  const size = module.data.reduce((sum, segment) => sum + segment.bytes.length + 12, code + 4096);
  const out = new ByteWriter(size);
  out.bytes(HEADER);
  section(out, 1, module.types, (w, type) => {
    w.byte(0x60);
    w.sized(Uint8Array.from(type.params));
    w.sized(Uint8Array.from(type.results));
  });
  section(out, 2, module.imports, (w, item) => {
    w.name(item.module);
    w.name(item.name);
    w.byte(item.kind);
    if (item.kind === ExternalKind.func) w.u32(item.type);
    else writeLimits(w, item.limits);
  });
  section(out, 3, module.functions, (w, func) => w.u32(func.type));
  const table = module.table;
  if (table !== undefined) {
    section(out, 4, [table], (w) => {
      w.byte(0x70);
      writeLimits(w, { min: table.length, max: table.length });
    });
  }
  section(out, 6, module.globals, (w, global) => {
    w.byte(global.type);
    w.byte(global.mutable ? 1 : 0);
    w.bytes(global.init);
  });
  section(out, 7, module.exports, (w, item) => {
    w.name(item.name);
    w.byte(item.kind);
    w.u32(item.index);
  });
  if (module.start !== undefined) {
    const start = new ByteWriter(8);
    start.u32(module.start);
    raw(out, 8, start.view());
  }
  if (table !== undefined) {
    section(out, 9, [table], (w) => {
      w.byte(0);
      w.bytes(constI32(0));
      w.u32(table.length);
      for (const func of table) w.u32(func);
    });
  }
  if (module.data.length > 0) {
    const count = new ByteWriter(8);
    count.u32(module.data.length);
    raw(out, 12, count.view());
  }
  section(out, 10, module.functions, (w, func) => writeBody(w, func.body, numberOf), code);
  section(out, 11, module.data, (w, segment) => {
    w.byte(segment.offset === undefined ? 1 : 0);
    if (segment.offset !== undefined) w.bytes(constI32(segment.offset));
    w.sized(segment.bytes);
  });
  return out.finish();
}

/** The constant expression `i32.const value`. */
export function constI32(value: number): Uint8Array {
  const out = new ByteWriter(8);
  out.byte(0x41);
  out.s32(value);
  out.byte(0x0b);
  return out.take();
}

/** A mutable or constant `i32` global. */
export function globalI32(value: number, mutable: boolean): { type: number; mutable: boolean; init: Uint8Array } {
  return { type: I32, mutable, init: constI32(value) };
}

/** A body with the functions it calls numbered anew, which may change its size. */
function writeBody(out: ByteWriter, body: Body, numberOf: (func: number) => number): void {
  const { bytes, calls } = body;
  let size = bytes.length;
  for (const { start, end, func } of calls) size += lengthOfU32(numberOf(func)) - (end - start);
  out.u32(size);
  let copied = 0;
  for (const { start, end, func } of calls) {
    out.range(bytes, copied, start);
    out.u32(numberOf(func));
    copied = end;
  }
  out.range(bytes, copied, bytes.length);
}

function section<T>(
  out: ByteWriter,
  id: number,
  items: readonly T[],
  write: (out: ByteWriter, item: T) => void,
  sizeHint = 1024,
): void {
  if (items.length === 0) return;
  const content = new ByteWriter(sizeHint);
  content.u32(items.length);
  for (const item of items) write(content, item);
  raw(out, id, content.view());
}

function raw(out: ByteWriter, id: number, content: Uint8Array): void {
  out.byte(id);
  out.sized(content);
}

function writeLimits(out: ByteWriter, limits: Limits): void {
  out.byte(limits.max === undefined ? 0 : 1);
  out.u32(limits.min);
  if (limits.max !== undefined) out.u32(limits.max);
}
