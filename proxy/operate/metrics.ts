// The gate's metrics in Prometheus' format. Labels are the names of configured connections and the codes of errors.ts: as many as there are
// in configuration and code, whatever callers send.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Denial, type GateError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const DECISION_SECONDS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1];

/** Counters and histograms of one gate, in a registry of its own. */
export class GateMetrics {
  readonly registry = new Registry();
  readonly #requests: Counter<'connection' | 'outcome' | 'code'>;
  readonly #seconds: Histogram<'connection'>;
  readonly #decisions: Histogram<'connection'>;
  #hasState = false;

  constructor() {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: 'regate_requests_total',
      help: 'Requests by how they ended: allowed, denied by policy, or refused (the code says why)',
      labelNames: ['connection', 'outcome', 'code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'regate_request_duration_seconds',
      help: 'From the request to the beginning of its answer',
      labelNames: ['connection'],
      buckets: REQUEST_SECONDS,
      registers,
    });
    this.#decisions = new Histogram({
      name: 'regate_decision_duration_seconds',
      help: 'Evaluation of the policy',
      labelNames: ['connection'],
      buckets: DECISION_SECONDS,
      registers,
    });
  }

  /** Counts an exchange whose answer is about to leave. */
  count(exchange: Exchange, error: GateError | undefined): void {
    const connection = exchange.connection?.name ?? 'none';
    const outcome = error === undefined ? 'allowed' : error instanceof Denial ? 'denied' : 'refused';
    this.#requests.inc({ connection, outcome, code: error?.code ?? 'none' });
    this.#seconds.observe({ connection }, (performance.now() - exchange.startedMs) / 1000);
    const evaluation = exchange.metrics.timer_rego_query_eval_ns;
    if (evaluation !== undefined) this.#decisions.observe({ connection }, evaluation / 1e9);
  }

  /** All metrics as text. What is a state, and not an event, is looked up now. */
  async text(gate: Gate): Promise<string> {
    if (!this.#hasState) {
      this.#hasState = true;
      collectDefaultMetrics({ register: this.registry });
      this.#addState(gate);
    }
    return this.registry.metrics();
  }

  #addState(gate: Gate): void {
    const gauge = (name: string, help: string, value: () => number): void => {
      const collect = function (this: Gauge): void {
        this.set(value());
      };
      new Gauge({ name, help, collect, registers: [this.registry] });
    };
    const counter = (name: string, help: string, value: () => number): void => {
      const collect = function (this: Counter): void {
        this.reset();
        this.inc(value());
      };
      new Counter({ name, help, collect, registers: [this.registry] });
    };
    gauge('regate_open_requests', 'Requests and streams under way', () => gate.openExchanges.size);
    gauge('regate_policy_active', '1 when there is a policy', () => (gate.policy.current === undefined ? 0 : 1));
    gauge(
      'regate_policy_activated_timestamp_seconds',
      'When the policy in force was activated',
      () => (gate.policy.current?.activatedAt.getTime() ?? 0) / 1000,
    );
    counter('regate_policy_failures_total', 'Bundles that could not be taken', () => gate.policy.failures);
    gauge('regate_draining', '1 while the gate is stopping', () => (gate.lifecycle.isDraining ? 1 : 0));
    gauge('regate_dry_run', '1 when decisions are not enforced', () => (gate.config.operations.dryRun ? 1 : 0));
    gauge('regate_log_writable', '1 unless the last decision could not be logged', () =>
      gate.log.state.isWritable ? 1 : 0,
    );
    counter('regate_log_events_total', 'Decisions logged to the file', () => gate.log.state.journal?.lines ?? 0);
    counter('regate_log_bytes_total', 'Bytes of them', () => gate.log.state.journal?.bytes ?? 0);
    counter('regate_log_commits_total', 'Writes they were put together in', () => gate.log.state.journal?.commits ?? 0);
    counter('regate_log_failures_total', 'Writes that failed', () => gate.log.state.journal?.failures ?? 0);
    counter('regate_log_dropped_total', 'Decisions the policy kept out of the log', () => gate.log.state.dropped);
    if (gate.approvals !== undefined) {
      const { store, waits } = gate.approvals;
      gauge('regate_held_requests', 'Requests that wait here for an approval', () => waits.size);
      gauge('regate_store_available', '1 unless the store was away when it was last needed', () =>
        store.isAvailable ? 1 : 0,
      );
    }
    if (gate.pins !== undefined)
      counter(
        'regate_tool_changes_total',
        'Pinned tools that became something else, or were themselves again',
        () => gate.pins!.changes,
      );
    if (gate.recorder !== undefined) {
      const { recorder } = gate;
      counter('regate_records_written_total', 'Records in the store', () => recorder.state.written);
      counter('regate_record_failures_total', 'Attempts to write records that failed', () => recorder.state.failures);
      gauge(
        'regate_record_backlog_bytes',
        'Bytes of records that wait for the store',
        () => recorder.state.backlogBytes,
      );
    }
    if (gate.log.state.shipper === undefined) return;
    gauge(
      'regate_log_backlog_bytes',
      'Bytes of the log not taken by the sink yet',
      () => gate.log.state.backlogBytes ?? 0,
    );
    counter('regate_log_shipped_total', 'Decisions taken by the sink', () => gate.log.state.shipper?.events ?? 0);
    counter('regate_log_ship_failures_total', 'Attempts that failed', () => gate.log.state.shipper?.failures ?? 0);
    counter('regate_log_set_aside_total', 'Decisions the sink refuses', () => gate.log.state.shipper?.setAside ?? 0);
  }
}
