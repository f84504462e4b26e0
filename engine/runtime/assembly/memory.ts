// The bump-allocated heap: one pointer that only grows within an evaluation and goes back to its base after it.
// Leaves what lies in the heap to the files of the value kinds; texts under construction to text-builder.ts.
//
//   0      1024        runtime's own data       policy's static data        heap_pointer              end of memory
//   | unused | …………………………………………………… | (static-data.ts) ……………… | values, input text … | free ……… |
//
// Invariant: memory reaches at least SLACK bytes beyond heap_pointer and beyond any text handed in by the host, so
// that loops may read whole words past the end of what lies there.
import { opa_abort } from './env';

/** Bytes that may be read past the end of anything in the heap. */
const SLACK: usize = 16;

/** Patch point: first free byte. Whoever makes a module of the runtime sets it to the end of all static data (`runtimeHeapBase` of runtime.gen.ts at the least). */
export let heap_pointer: usize = 0;

/** Patch point: pages of 64 KiB that memory may grow to. Beyond, the evaluation ends in a clear abort. */
export let memory_limit_pages: u32 = 32768;

const ABORT_TEXT: i32 = 96;
const abortText = memory.data(ABORT_TEXT);

/** End of the memory at hand less SLACK; 0 until the first allocation, as the host decides how much there is at first. */
let memoryEnd: usize = 0;

/** Address of `bytes` bytes of any content, aligned to 8. */
export function allocate(bytes: usize): usize {
  const address = heap_pointer;
  const end = address + ((bytes + 7) & ~7);
  if (end > memoryEnd || end < address) grow(end);
  heap_pointer = end;
  return address;
}

/** Most elements a collection may be asked to have room for: below it, sizes in bytes do not wrap around. */
const MAX_CAPACITY: u32 = 1 << 27;

/** Ends the evaluation when no memory can hold a collection of `capacity` elements. */
export function checkCapacity(capacity: u32): void {
  if (capacity > MAX_CAPACITY) abortWith('memory limit exceeded');
}

/** Makes memory reach `end` and SLACK more, or ends the evaluation. */
export function reserve(end: usize): void {
  // An input's text ends at the heap, or a few bytes before it where that is aligned.
  if (end > memoryEnd) grow(max(end, heap_pointer));
}

function grow(end: usize): void {
  const pages = <u32>memory.size();
  const wanted = <u32>((end + SLACK + 0xffff) >> 16);
  // An end below the heap is one that has wrapped around.
  if (<i32>end < 0 || end < heap_pointer || wanted > memory_limit_pages) abortWith('memory limit exceeded');
  if (wanted > pages) {
    // Grows by a quarter of what is there so that big inputs don't grow page by page; falls back to what is needed.
    const generous = min(max(wanted, pages + (pages >> 2)), memory_limit_pages);
    if (memory.grow(generous - pages) < 0 && memory.grow(wanted - pages) < 0) abortWith('out of memory');
  }
  memoryEnd = ((<usize>memory.size()) << 16) - SLACK;
}

/** Ends the evaluation with `message` (ASCII). Writes at the end of the runtime's own scratch, so that it works without any memory left. */
export function abortWith(message: string): void {
  const length = min(message.length, ABORT_TEXT - 1);
  for (let i = 0; i < length; i++) store<u8>(abortText + i, <u8>message.charCodeAt(i));
  store<u8>(abortText + length, 0);
  opa_abort(abortText);
  unreachable();
}

/** Copies short runs in words (a call of memory.copy costs more than they do); may write up to 7 bytes past the end, which allocate's rounding owns. */
export function copyBytes(to: usize, from: usize, length: usize): void {
  if (length > 64) {
    memory.copy(to, from, length);
    return;
  }
  for (let i: usize = 0; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}

/** OPA's ABI: `size` bytes for the host. */
export function opa_malloc(size: usize): usize {
  return allocate(size);
}

/** OPA's ABI. The heap goes back as a whole; single blocks are not freed. */
export function opa_free(_address: usize): void {}

/** OPA's ABI: where the next allocation will lie. */
export function opa_heap_ptr_get(): usize {
  return heap_pointer;
}

/** Number of the evaluation: what lies in the heap is gone with the next one. */
export let evaluation: u32 = 0;

/** Frees everything from `address` on: for a function's own scratch. */
export function freeFrom(address: usize): void {
  heap_pointer = address;
}

/** OPA's ABI: frees everything from `address` on. Also where an evaluation begins, so what an aborted one left open is closed. */
export function opa_heap_ptr_set(address: usize): void {
  evaluation++;
  heap_pointer = (address + 7) & ~7;
  textCursor = 0;
  scratchEnd = 0;
  depth = 0;
}

/** OPA's ABI. There is no list of free blocks to put aside. */
export function opa_heap_blocks_stash(): void {}
export function opa_heap_blocks_restore(): void {}
export function opa_heap_stash_clear(): void {}

/** Where the text under construction goes on (text-builder.ts), 0 when there is none. */
let textCursor: usize = 0;

/** Levels of recursion in values at the moment. */
let depth: i32 = 0;

export function textPosition(): usize {
  return textCursor;
}

export function setTextPosition(position: usize): void {
  textCursor = position;
}

/**
 * Levels that compare, hash and the like descend in nested values before the evaluation ends in a clear abort instead of
 * an overflow of the host's stack, whose size the module cannot know.
 */
const MAX_DEPTH: i32 = 1500;

/** Enters a level of recursion; pair with `leave`. */
export function enter(): void {
  if (++depth > MAX_DEPTH) abortWith('nesting too deep');
}

export function leave(): void {
  depth--;
}

/** End of the scratch that is held; 0 when none is. */
let scratchEnd: usize = 0;

/** Address of `bytes` bytes that are free until the next allocation or the next byte put into a text. */
export function scratch(bytes: usize): usize {
  const address = (max(max(heap_pointer, textCursor), scratchEnd) + 7) & ~7;
  reserve(address + bytes);
  return address;
}

/** The same, and further scratch keeps clear of it until it is released. */
export function holdScratch(bytes: usize): usize {
  const address = scratch(bytes);
  scratchEnd = address + bytes;
  return address;
}

/** Releases the scratch held last. */
export function releaseScratch(address: usize): void {
  scratchEnd = address;
}

/** Where the runtime's own data end: read when the library is built, never called afterwards. */
export function heap_base(): usize {
  return (__heap_base + 7) & ~7;
}
