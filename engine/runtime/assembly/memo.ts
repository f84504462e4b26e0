// Memo frames: words in which generated code keeps results of rules.
import { allocate } from './memory';

/** Address of `words` zeroed words. */
export function memo_new(words: u32): usize {
  const address = allocate((<usize>words) << 2);
  memory.fill(address, 0, (<usize>words) << 2);
  return address;
}
