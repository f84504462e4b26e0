// A gate put together from its configuration: issuers, policy, pools, log. What happens to a request is line.ts, the sockets are listen.ts.
import { createHmac, randomBytes } from 'node:crypto';
import type { Pool } from 'undici';
import type { Authenticator } from './identity/authenticate.ts';
import { DpopVerifier } from './identity/dpop.ts';
import { OpenExchanges } from './identity/open-exchanges.ts';
import { Rechecks } from './identity/rechecks.ts';
import { fileRevocations, memoryRevocations } from './identity/revocation-file.ts';
import { tableRevocations } from './identity/revocation-table.ts';
import { isRevokedBy, Revocations } from './identity/revocations.ts';
import { InvalidToken, TokenRevoked, UnknownConnection } from './errors.ts';
import type { Config } from './config/config.ts';
import type { ConfigChange } from './config/live.ts';
import type { ConnectionConfig } from './config/connections.ts';
import { DecisionLog } from './log/decision-log.ts';
import type { Issuer } from './identity/issuer.ts';
import { LiveParts } from './live-parts.ts';
import type { CredentialSource } from './upstream/credential-source.ts';
import type { PassThrough } from './upstream/pass-through.ts';
import { type GatePolicy, openGatePolicy } from './decision/policy.ts';
import { ToolPins } from './pinning/pins.ts';
import { Recorder } from './record/recorder.ts';
import { Approvals } from './hold/approvals.ts';
import { StoreUnavailable } from './errors.ts';
import { readSharedSecret } from './store/shared-secret.ts';
import { Lifecycle } from './operate/lifecycle.ts';
import { openLogger, type Report } from './operate/logger.ts';
import { GateMetrics } from './operate/metrics.ts';
import { RateLimiter } from './operate/rate-limit.ts';
import { Tracing } from './operate/tracing.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

export interface Gate {
  /** The configuration in force. */
  readonly config: Config;
  /** Takes over what a running gate can of another configuration, and cuts what it has no place for any more. */
  apply(config: Config): ConfigChange;
  /** Is told when `apply` has put another configuration in force. */
  onApply(listener: () => void): void;
  readonly authenticator: Authenticator;
  readonly revocations: Revocations;
  /** What a revocation cuts. */
  readonly openExchanges: OpenExchanges;
  /** What an issuer's word cuts. */
  readonly rechecks: Rechecks;
  readonly log: DecisionLog;
  readonly policy: GatePolicy;
  readonly issuers: readonly Issuer[];
  readonly limiter: RateLimiter;
  readonly metrics: GateMetrics;
  readonly tracing: Tracing;
  readonly lifecycle: Lifecycle;
  readonly sessionSecret: Buffer;
  /** Of the hashes that masks leave: the same on all replicas that share a session secret. */
  readonly maskKey: Buffer;
  /** Undefined when none is configured. */
  readonly store: Store | undefined;
  /** Undefined when nothing is recorded. */
  readonly recorder: Recorder | undefined;
  /** Undefined without a store. */
  readonly pins: ToolPins | undefined;
  /** Holds calls; undefined without a store. */
  readonly approvals: Approvals | undefined;
  poolOf(connection: ConnectionConfig): Pool;
  /** For connections with `inspection: headers`. */
  passThroughOf(connection: ConnectionConfig): PassThrough;
  credentialOf(connection: ConnectionConfig): CredentialSource;
  /** Says what operators should know, on standard error. */
  report: Report;
  close(): Promise<void>;
}

/** Builds a gate. Throws PolicyError, StoreRefused, or what opening the log throws. */
export async function openGate(config: Config, given?: Report): Promise<Gate> {
  const opened: (() => Promise<void>)[] = [];
  try {
    return await open(config, given ?? openLogger(config.operations.logLevel), opened);
  } catch (error) {
    // What is left open would keep the process from ending.
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

async function open(config: Config, report: Report, opened: (() => Promise<void>)[]): Promise<Gate> {
  const policy = await openGatePolicy(config.policy, config.limits, report);
  opened.push(() => policy.close());
  const store = config.store === undefined ? undefined : await openStore(config.store, report);
  if (store !== undefined) opened.push(() => store.close());
  const sessionSecret =
    config.sessionSecret === undefined ? await commonSecret(store, report) : Buffer.from(config.sessionSecret);
  const maskKey = createHmac('sha256', sessionSecret).update('mask').digest();
  const log = new DecisionLog(config.log, maskKey, report);
  opened.push(() => log.close());
  const approvals = store === undefined ? undefined : new Approvals(config.approvals, store, sessionSecret, report);
  const recorder = config.recording === undefined ? undefined : new Recorder(config.recording, store!, report);
  const pins = store === undefined ? undefined : new ToolPins(store, report);
  const { file: revocationFile } = config.revocations;
  const revocations = await Revocations.open(
    store !== undefined
      ? tableRevocations(store)
      : revocationFile === undefined
        ? memoryRevocations()
        : fileRevocations(revocationFile),
  );
  const openExchanges = new OpenExchanges();
  revocations.onAdded = (revocation) =>
    openExchanges.cut(
      ({ identity, tokenIssuedAt }) => isRevokedBy(revocation, identity!, tokenIssuedAt),
      new TokenRevoked(revocation.id),
    );
  const parts = new LiveParts(config, revocations, new DpopVerifier(sessionSecret));
  const tracing = new Tracing(config.operations.tracing);
  const applied: (() => void)[] = [];
  return {
    get issuers() {
      return parts.issuers;
    },
    limiter: new RateLimiter(),
    metrics: new GateMetrics(),
    tracing,
    lifecycle: new Lifecycle(),
    get config() {
      return parts.config;
    },
    get authenticator() {
      return parts.authenticator;
    },
    apply(next) {
      const change = parts.apply(next);
      const names = new Set(change.config.connections.map(({ name }) => name));
      const issuers = new Set(change.config.issuers.map(({ issuer }) => issuer));
      openExchanges.cut(({ connection }) => !names.has(connection!.name), new UnknownConnection());
      openExchanges.cut(({ identity }) => !issuers.has(identity!.issuer), new InvalidToken('the issuer has gone'));
      for (const listener of applied) listener();
      return change;
    },
    onApply: (listener) => void applied.push(listener),
    revocations,
    openExchanges,
    rechecks: new Rechecks(),
    log,
    policy,
    sessionSecret,
    maskKey,
    passThroughOf: (connection) => parts.passThroughOf(connection),
    credentialOf: (connection) => parts.credentialOf(connection),
    store,
    recorder,
    pins,
    approvals,
    poolOf: (connection) => parts.poolOf(connection),
    report,
    async close() {
      revocations.close();
      await policy.close();
      await parts.close();
      await log.close();
      approvals?.close();
      pins?.close();
      await tracing.close().catch((error: unknown) => report(`traces: ${String(error)}`, 'warn'));
      await recorder?.close();
      await store?.close();
    },
  };
}

/** The secret that the gates on one store share; without one, this process's own. */
async function commonSecret(store: Store | undefined, report: Report): Promise<Buffer> {
  if (store === undefined) return randomBytes(32);
  try {
    return await readSharedSecret(store, 'session');
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    report(
      "the store is away and no sessionSecret is configured: sessions and held calls are this gate's alone until it is started again",
      'warn',
    );
    return randomBytes(32);
  }
}
