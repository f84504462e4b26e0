// The settings of running a gate: what it tells of itself, how it stops, whether it enforces. Doing it is operate/.
import type { ObjectReader } from './reader.ts';

export interface TracingConfig {
  /** Of an OTLP/HTTP collector, `/v1/traces` included. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of 100 traces that begin here, how many are exported; those begun elsewhere say so themselves. */
  readonly samplePercent: number;
}

export interface OperationsConfig {
  /** Decisions are logged and not enforced. */
  readonly dryRun: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Whether metrics need no token on the admin listener. */
  readonly openMetrics: boolean;
  readonly tracing: TracingConfig | undefined;
  readonly drain: {
    /** How long the gate still takes requests after it has said that it is not ready. */
    readonly delayMs: number;
    /** How long requests and streams under way may then take. */
    readonly timeoutMs: number;
  };
}

/** Reads `dryRun`, `logging`, `metrics`, `tracing` and `drain` of the root. */
export function readOperations(root: ObjectReader): OperationsConfig {
  const logging = root.optionalObject('logging');
  const logLevel = logging.oneOf('level', ['debug', 'info', 'warn', 'error'], 'info');
  logging.end();
  const metrics = root.optionalObject('metrics');
  const openMetrics = metrics.isTrue('open');
  metrics.end();
  const drain = root.optionalObject('drain');
  const delayMs = drain.integer('delayMs', 0, 0, 600_000);
  const timeoutMs = drain.integer('timeoutMs', 30_000, 0, 3_600_000);
  drain.end();
  return {
    dryRun: root.isTrue('dryRun'),
    logLevel,
    openMetrics,
    tracing: root.has('tracing') ? readTracing(root.object('tracing')) : undefined,
    drain: { delayMs, timeoutMs },
  };
}

function readTracing(tracing: ObjectReader): TracingConfig {
  const token = tracing.has('token') ? tracing.secret('token') : undefined;
  const config: TracingConfig = {
    url: tracing.url('url', isCollector, 'has to be an http or https URL without user, query and fragment'),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    samplePercent: tracing.integer('samplePercent', 100, 0, 100),
  };
  tracing.end();
  return config;
}

function isCollector(text: string): boolean {
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && !/[?#]/.test(text);
}
