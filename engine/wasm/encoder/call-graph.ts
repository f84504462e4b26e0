// Where function bodies call functions: found by reading them, for the library; noted while writing, for generated code.
// From that follows what a set of roots needs.
// Calls through a table are not followed: the runtime library has none (module-reader.ts refuses them).
import { ByteReader } from './bytes.ts';
import type { Body, CallSite } from './module.ts';
import { UnsupportedModuleError } from './module-reader.ts';

/** A body that was read. */
export interface ScannedBody extends Body {
  /** Every number that may be an address: i32 constants, and offsets of loads and stores. */
  readonly constants: readonly number[];
}

/** Functions reachable from `roots`, roots included. `body` is undefined for imports. */
export function reachable(roots: Iterable<number>, body: (func: number) => Body | undefined): Set<number> {
  const seen = new Set<number>(roots);
  // A set also iterates what is added meanwhile.
  for (const func of seen) for (const call of body(func)?.calls ?? []) seen.add(call.func);
  return seen;
}

/** Reads the calls and constants out of a body. */
export function scanBody(bytes: Uint8Array): ScannedBody {
  const reader = new ByteReader(bytes);
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.skipLeb();
    reader.skip(1);
  }
  const calls: CallSite[] = [];
  const constants: number[] = [];
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode === CALL) {
      const start = reader.offset;
      const func = reader.u32();
      calls.push({ start, end: reader.offset, func });
    } else if (opcode === I32_CONST) constants.push(reader.s32() >>> 0);
    else if (opcode >= FIRST_ACCESS && opcode <= LAST_ACCESS) {
      reader.skipLeb(); // alignment
      constants.push(reader.u32());
    } else skipImmediates(reader, opcode);
  }
  return { bytes, calls, constants };
}

const CALL = 0x10;
const I32_CONST = 0x41;
const FIRST_ACCESS = 0x28;
const LAST_ACCESS = 0x3e;

function skipImmediates(reader: ByteReader, opcode: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return; // arithmetic, comparison, conversion
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
