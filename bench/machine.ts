// What a benchmark ran on, for the line above its table: figures without it say little.
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Processor, cores in use, memory, Node, and how busy the machine was already. */
export function machine(): string {
  const gb = (totalmem() / 1024 ** 3).toFixed(0);
  const load = loadavg()[0]!.toFixed(1);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${model}, ${availableParallelism()} cores, ${gb} GB, Node ${process.version}, load ${load} at the start`;
}
