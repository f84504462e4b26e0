// A collection, in no order, of what comes and goes with every request.

interface Entry<T> {
  readonly item: T;
  /** Where it is; -1: nowhere any more. */
  place: number;
}

/**
 * Like a Set, but nothing stays in memory for its sake: V8 lets each table that a Set has outgrown point to the next one, and a dead
 * one that is old keeps all after it, and what was in them, until a full collection.
 */
export class Members<T> {
  readonly #entries: Entry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Takes something in; the function takes it out again, and does nothing the second time. */
  add(item: T): () => void {
    const entry: Entry<T> = { item, place: this.#entries.length };
    this.#entries.push(entry);
    return () => this.#remove(entry);
  }

  /** All of them, in a list of their own. */
  items(): readonly T[] {
    return this.#entries.map(({ item }) => item);
  }

  #remove(entry: Entry<T>): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#entries.pop()!;
    if (last === entry) return;
    this.#entries[place] = last;
    last.place = place;
  }
}
