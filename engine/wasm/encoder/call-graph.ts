// Which functions a function calls, found by reading its body; and from that what a set of roots needs.
// Calls through a table are not followed: the runtime library has none (module-reader.ts refuses them).
import { ByteReader } from './bytes.ts';
import { UnsupportedModuleError } from './module-reader.ts';
import { ExternalKind } from './module.ts';
import type { Module } from './module.ts';

/** Function indices reachable from `roots`, roots included. */
export function reachable(graph: CallGraph, roots: Iterable<number>): Set<number> {
  const seen = new Set<number>(roots);
  // A set also iterates what is added meanwhile.
  for (const func of seen) for (const callee of graph(func)) seen.add(callee);
  return seen;
}

/** Callees of a function, by function index. */
export type CallGraph = (func: number) => readonly number[];

/** The call graph of a module; bodies are read when first asked for, and remembered. */
export function callGraph(module: Module): CallGraph {
  const imported = module.imports.filter((item) => item.kind === ExternalKind.func).length;
  const callees = new Map<number, readonly number[]>();
  return (func) => {
    const body = module.functions[func - imported]?.body;
    if (body === undefined) return [];
    let known = callees.get(func);
    if (known === undefined) callees.set(func, (known = calls(body)));
    return known;
  };
}

function calls(body: Uint8Array): number[] {
  const reader = new ByteReader(body);
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.skipLeb();
    reader.skip(1);
  }
  const found = new Set<number>();
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode === 0x10 || opcode === 0x12) found.add(reader.u32());
    else skipImmediates(reader, opcode);
  }
  return [...found];
}

function skipImmediates(reader: ByteReader, opcode: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return; // arithmetic, comparison, conversion
  if (opcode >= 0x28 && opcode <= 0x3e) {
    reader.skipLeb(); // alignment
    reader.skipLeb(); // offset
    return;
  }
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
      reader.skipLeb();
      return;
    case 0x0e: // br_table
      for (let labels = reader.u32(); labels >= 0; labels--) reader.skipLeb();
      return;
    case 0x1c: // select with types
      reader.skip(reader.u32());
      return;
    case 0x43: // f32.const
      reader.skip(4);
      return;
    case 0x44: // f64.const
      reader.skip(8);
      return;
    case 0xfc:
      skipBulkImmediates(reader);
      return;
    default:
      throw new UnsupportedModuleError(`opcode 0x${opcode.toString(16)} in the runtime library`);
  }
}

function skipBulkImmediates(reader: ByteReader): void {
  const operation = reader.u32();
  if (operation <= 7) return; // saturating conversions
  if (operation === 10)
    reader.skip(2); // memory.copy
  else if (operation === 11)
    reader.skip(1); // memory.fill
  else throw new UnsupportedModuleError(`opcode 0xfc ${operation} in the runtime library`);
}
