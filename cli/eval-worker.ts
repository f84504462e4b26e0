// The thread of an evaluation under a time limit: evaluates what it is started with, tells what came out, and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { loadBuiltins } from './compile-options.ts';
import { type EvalWorkerMessage, type QueryJob, runQuery } from './eval-run.ts';

const job = workerData as QueryJob;
const tell = (message: EvalWorkerMessage): void => parentPort!.postMessage(message);
try {
  const custom = job.builtinsModule === undefined ? undefined : await loadBuiltins(job.builtinsModule);
  const outcome = await runQuery(job, custom?.implementations ?? {}, (line) => tell({ kind: 'print', line }));
  tell({ kind: 'done', outcome });
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}
