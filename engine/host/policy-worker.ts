// The thread of a WorkerPolicy: loads the policy it is started with and answers one request after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { EvaluationError } from './evaluation-error.ts';
import { PolicyLoadError } from './instantiate.ts';
import { load } from './load-async.ts';
import type { Policy } from './policy.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-policy.ts';

const { module, options } = workerData as WorkerStart;

function reply(message: WorkerReply): void {
  parentPort!.postMessage(message);
}

function answer(policy: Policy, request: WorkerRequest): WorkerReply {
  try {
    if (request.kind === 'evaluate')
      return { kind: 'done', result: policy.evaluateJson(request.entrypoint, request.input) };
    policy.setData(request.data);
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const { code, text, location } = error;
    return { kind: 'failed', code, text, location };
  }
}

try {
  const policy = await load(module, options);
  parentPort!.on('message', (request: WorkerRequest) => reply(answer(policy, request)));
  reply({ kind: 'ready', entrypoints: policy.entrypoints });
} catch (error) {
  if (!(error instanceof PolicyLoadError)) throw error;
  reply({ kind: 'refused', code: error.code, message: error.message });
}
