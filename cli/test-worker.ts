// A thread that runs tests: loads the module it is given, runs tests one after the other, and sends their results in groups.
import { parentPort } from 'node:worker_threads';
import { type Evaluated, TestEvaluator } from './test-evaluate.ts';
import type { FromTestWorker, Progress, TestWorkerData, TestWorkerRequest, ToTestWorker } from './test-thread.ts';

/** Results are sent at least this often: what is not sent is lost when the thread is ended. */
const SEND_EVERY_MS = 20;

let evaluator: TestEvaluator | undefined;
let progress: Progress | undefined;

parentPort!.on('message', (message: ToTestWorker) => {
  if (message.kind === 'run') {
    run(message.tests);
    return;
  }
  progress = message.progress;
  void load(message.data);
});

/** What goes wrong here ends the thread with that error. */
async function load(data: TestWorkerData): Promise<void> {
  const custom =
    data.builtinsModule === undefined
      ? undefined
      : await (await import('./compile-options.ts')).loadBuiltins(data.builtinsModule);
  evaluator = await TestEvaluator.load(data.module, {
    data: data.data,
    builtins: custom?.implementations ?? {},
    runtime: data.runtime,
    coverPlaces: data.coverPlaces,
  });
  send({ kind: 'loaded' });
}

function run(tests: readonly TestWorkerRequest[]): void {
  let results: Evaluated[] = [];
  let sentMs = Date.now();
  tests.forEach(({ entrypoint, isTable }, i) => {
    const nowMs = Date.now();
    progress!.startedMs[0] = nowMs;
    Atomics.store(progress!.index, 0, i);
    if (nowMs - sentMs >= SEND_EVERY_MS) {
      send({ kind: 'results', first: i - results.length, results });
      results = [];
      sentMs = nowMs;
    }
    results.push(evaluator!.run(entrypoint, isTable));
  });
  progress!.startedMs[0] = Infinity;
  send({ kind: 'results', first: tests.length - results.length, results });
  send({ kind: 'done' });
}

function send(message: FromTestWorker): void {
  parentPort!.postMessage(message);
}
