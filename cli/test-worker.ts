// A thread that runs tests: loads the module it is started with and answers one request after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { loadBuiltins } from './compile-options.ts';
import { TestEvaluator } from './test-evaluate.ts';
import type { TestWorkerData, TestWorkerRequest } from './test-run.ts';

const start = workerData as TestWorkerData;
const custom = start.builtinsModule === undefined ? undefined : await loadBuiltins(start.builtinsModule);
const evaluator = new TestEvaluator(start.module, {
  data: start.data,
  builtins: custom?.implementations ?? {},
  runtime: start.runtime,
  coverPlaces: start.coverPlaces,
});
parentPort!.on('message', ({ entrypoint, isTable }: TestWorkerRequest) => {
  parentPort!.postMessage(evaluator.run(entrypoint, isTable));
});
parentPort!.postMessage('ready');
