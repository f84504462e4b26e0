// What all values share: the header, the kinds, `null`, `true` and `false`, and the mixing steps of hashes.
// The kinds themselves are in string.ts, number.ts, array.ts, table.ts (objects and sets).
//
//   0      4      8
//   | word | hash | by kind …
//
//   word  kind in the low byte, flags above it
//   hash  0: not computed yet. Equal values have equal hashes. engine/wasm/static-data.ts computes the same ones.
//
// Every value is an address aligned to 8; 0 is undefined.

/** Kinds, in Rego's order. */
export const KIND_NULL: u32 = 1;
export const KIND_BOOLEAN: u32 = 2;
export const KIND_NUMBER: u32 = 3;
export const KIND_STRING: u32 = 4;
export const KIND_ARRAY: u32 = 5;
export const KIND_OBJECT: u32 = 6;
export const KIND_SET: u32 = 7;

/** The value is a constant of the module. For a string: the only string with these bytes. */
export const FLAG_CONSTANT: u32 = 0x100;
/** Objects and sets: the entries lie in Rego's order. */
export const FLAG_SORTED: u32 = 0x200;
/** Objects and sets: the index is an ordered tree, see table.ts. */
export const FLAG_TREE: u32 = 0x400;
/** Numbers: the value is the `i64` field. */
export const FLAG_INTEGER: u32 = 0x800;
/** Numbers: has a text of its own to print. */
export const FLAG_TEXT: u32 = 0x1000;

@unmanaged
export class Value {
  word: u32;
  hash: u32;
}

/** Kind of a value (KIND_…). */
export function kindOf(value: Value): u32 {
  return value.word & 0xff;
}

const HASH_NULL: u32 = 0x6e756c6c;
const HASH_FALSE: u32 = 0x66616c73;
const HASH_TRUE: u32 = 0x74727565;

/** Addresses of the only `null`, `false` and `true`. */
export const value_null: usize = memory.data<u32>([KIND_NULL, HASH_NULL], 8);
export const value_false: usize = memory.data<u32>([KIND_BOOLEAN, HASH_FALSE], 8);
export const value_true: usize = memory.data<u32>([KIND_BOOLEAN, HASH_TRUE], 8);

export function nullValue(): Value {
  return changetype<Value>(value_null);
}

export function booleanValue(truth: bool): Value {
  return changetype<Value>(truth ? value_true : value_false);
}

/** One step of every hash: mixes `word` into `hash`. */
export function mix(hash: u32, word: u32): u32 {
  hash = (hash ^ word) * 0x9e3779b1;
  return hash ^ (hash >> 15);
}

/** Last step of every hash: 0 stands for "not computed". */
export function finishHash(hash: u32): u32 {
  hash = hash * 0x85ebca6b;
  hash ^= hash >> 13;
  return hash == 0 ? 1 : hash;
}
