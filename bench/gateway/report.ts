// Tells the benchmark, when it asks, what its process has used; and ends with it.

export interface Usage {
  readonly rss: number;
  readonly heapUsed: number;
  /** Processor time so far, in microseconds. */
  readonly cpu: number;
}

/** Answers every message with a Usage. */
export function report(): void {
  process.on('message', (wanted) => {
    if (wanted === 'memory') (globalThis as { gc?: () => void }).gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const usage: Usage = { rss, heapUsed, cpu: user + system };
    process.send!(usage);
  });
  process.on('disconnect', () => process.exit());
}
