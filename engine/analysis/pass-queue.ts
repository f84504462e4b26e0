// The order in which expressions are tried again when their variables have become known: as if all that are left were tried in turn, pass
// after pass, without trying those for which nothing has changed.

/** Indices below `size` with the pass they are due in; the smallest pass, and in it the smallest index, comes out first. */
export class PassQueue {
  private readonly size: number;
  /** A binary heap of `pass * size + index`. */
  private readonly heap: number[] = [];
  private readonly queued: Uint8Array;

  constructor(size: number) {
    this.size = size;
    this.queued = new Uint8Array(size);
  }

  /** Adds an index unless it is in the queue already; `after` is the position (as `pop` gave it) whose success made it due. */
  add(index: number, after: number): void {
    if (this.queued[index] === 1) return;
    this.queued[index] = 1;
    const pass = Math.floor(after / this.size);
    const due = index > after % this.size ? pass : pass + 1;
    this.push(due * this.size + index);
  }

  /** The next position, `pass * size + index`, or undefined when nothing is due. */
  pop(): number | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return undefined;
    if (heap.length > 0) {
      heap[0] = last;
      this.sink();
    }
    this.queued[top % this.size] = 0;
    return top;
  }

  private push(key: number): void {
    const { heap } = this;
    let child = heap.length;
    heap.push(key);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= key) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = key;
  }

  private sink(): void {
    const { heap } = this;
    const key = heap[0] as number;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
      const below = heap[child] as number;
      if (below >= key) break;
      heap[parent] = below;
      parent = child;
    }
    heap[parent] = key;
  }
}
