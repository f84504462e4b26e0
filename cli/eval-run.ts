// Evaluates a compiled query: in this thread or, under a time limit, in one of its own that can be ended.
import { Worker } from 'node:worker_threads';
import type { HostBuiltins } from '../engine/host/builtin.ts';
import { EvaluationError, type EvaluationErrorCode, type EvaluationLocation } from '../engine/host/evaluation-error.ts';
import { load } from '../engine/host/load-async.ts';
import type { Value } from '../engine/value/value.ts';
import { CliError } from './errors.ts';
import { type ReachedPlace, reachedPlace } from './trace.ts';

/** What is evaluated. */
export interface QueryJob {
  readonly module: Uint8Array;
  readonly data: Uint8Array;
  readonly input: Uint8Array | undefined;
  /** How often; the last one's answer counts. */
  readonly count: number;
  /** Number of the plan's covered places; 0 without coverage. */
  readonly coverPlaces: number;
  readonly builtinsModule: string | undefined;
  readonly runtime: Readonly<Record<string, unknown>>;
  /** Whether errors of built-ins are told and do not end the evaluation; the module is that of a strict build then. */
  readonly allBuiltinErrors: boolean;
}

/** An EvaluationError in plain data. */
export interface QueryFault {
  readonly code: EvaluationErrorCode;
  readonly text: string;
  readonly location?: EvaluationLocation;
}

/** What came out, in plain data that goes from thread to thread. */
export interface QueryOutcome {
  /** The result set as JSON. */
  readonly text?: string;
  readonly error?: QueryFault;
  /** Of the last evaluation, when they do not end it. */
  readonly builtinErrors: readonly QueryFault[];
  readonly covered: Uint8Array;
  /** Places that a traced module told, of the last evaluation. */
  readonly reached: readonly ReachedPlace[];
  readonly endNs: bigint;
}

/** Evaluates in this thread. Throws PolicyLoadError. */
export async function runQuery(
  job: QueryJob,
  custom: HostBuiltins,
  print: (line: string) => void,
): Promise<QueryOutcome> {
  let reached: ReachedPlace[] = [];
  let builtinErrors: QueryFault[] = [];
  const policy = await load(job.module, {
    print,
    runtime: job.runtime,
    env: process.env as Record<string, string>,
    ...(job.allBuiltinErrors && { onBuiltinError: (error) => void builtinErrors.push(faultOf(error)) }),
    builtins: {
      ...custom,
      'internal.trace': (_, place, notes) => {
        reached.push(reachedPlace(place as number, notes as readonly Value[]));
        return true;
      },
    },
  });
  const outcome = (): Omit<QueryOutcome, 'text' | 'error'> => ({
    covered: policy.coverage(job.coverPlaces),
    reached,
    builtinErrors,
    endNs: process.hrtime.bigint(),
  });
  try {
    policy.setData(job.data);
    let text = '';
    for (let i = 0; i < Math.max(1, job.count); i++) {
      reached = [];
      builtinErrors = [];
      text = policy.evaluateText('', job.input);
    }
    return { ...outcome(), text };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { ...outcome(), error: faultOf(error) };
  }
}

function faultOf({ code, text, location }: EvaluationError): QueryFault {
  return { code, text, ...(location && { location }) };
}

export type EvalWorkerMessage =
  | { readonly kind: 'print'; readonly line: string }
  | { readonly kind: 'done'; readonly outcome: QueryOutcome }
  | { readonly kind: 'failed'; readonly message: string };

/** Evaluates in a thread that is ended when the time is up. Throws CliError when it does not start. */
export function runQueryWithin(job: QueryJob, timeoutMs: number, print: (line: string) => void): Promise<QueryOutcome> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./eval-worker.${extension}`, import.meta.url), {
    workerData: job,
    execArgv: [],
    stdin: false,
  });
  return new Promise<QueryOutcome>((resolve, reject) => {
    const error = { code: 'eval_cancel_error' as const, text: 'context deadline exceeded' };
    const nothingYet = { covered: new Uint8Array(job.coverPlaces), reached: [], builtinErrors: [] };
    const timer = setTimeout(
      () => resolve({ ...nothingYet, error, endNs: process.hrtime.bigint() }),
      Math.min(timeoutMs, 2 ** 31 - 1),
    );
    worker.on('message', (message: EvalWorkerMessage) => {
      if (message.kind === 'print') return print(message.line);
      clearTimeout(timer);
      if (message.kind === 'done') resolve(message.outcome);
      else reject(new CliError(message.message));
      return undefined;
    });
    worker.on('error', (fault) => {
      clearTimeout(timer);
      reject(new CliError(fault.message));
    });
  }).finally(() => worker.terminate());
}
