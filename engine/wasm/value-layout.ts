// Numbers shared with the runtime library: kinds, flags and the hash. Each stands in engine/runtime/assembly too, and
// test/runtime/static-data.test.ts holds the two together.

/** Kinds of values (assembly/value.ts). */
export const Kind = { null: 1, boolean: 2, number: 3, string: 4, array: 5, object: 6, set: 7 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** A string that is the module's constant: equal ones have its address. */
export const FLAG_CONSTANT = 0x100;
/** A collection that is in Rego's order already. */
export const FLAG_SORTED = 0x200;
/** A number kept as `i64`. */
export const FLAG_INTEGER = 0x800;
/** A number that keeps the text it was written with. */
export const FLAG_TEXT = 0x1000;

/** Most entries of an object or set without an index (assembly/table.ts). */
export const LINEAR_ENTRIES = 8;

/** Places that are searched for a key from its hash's place on (assembly/table.ts). */
export const MAX_PROBES = 128;

/** Hashes of the single values. */
export const HASH = { null: 0x6e756c6c, false: 0x66616c73, true: 0x74727565 } as const;

/** One step of every hash; 32 bits, signed. */
export function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Last step of every hash; never 0. */
export function finishHash(hash: number): number {
  let mixed = Math.imul(hash, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  return mixed === 0 ? 1 : mixed;
}

/** Hash of the bytes from `start` to `end`, four at a time. */
export function hashBytes(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = end - start;
  const whole = start + (hash & ~3);
  let i = start;
  for (; i < whole; i += 4)
    hash = mix(hash, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
  if (i < end) {
    const second = i + 1 < end ? bytes[i + 1]! : 0;
    const third = i + 2 < end ? bytes[i + 2]! : 0;
    hash = mix(hash, bytes[i]! | (second << 8) | (third << 16));
  }
  return finishHash(hash);
}
