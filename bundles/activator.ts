// What is done with bundles on the way to being in force: reading, holding, composing, by the thread, and loading what it made.
// When, and what becomes of it, is policy-source.ts.
import { EvaluationError } from '../engine/host/evaluation-error.ts';
import { PolicyLoadError } from '../engine/host/instantiate.ts';
import type { Payload } from './activation-protocol.ts';
import { ActivationThread } from './activation-thread.ts';
import { type ActivePolicy, openActivePolicy } from './active-policy.ts';
import { BundleError } from './bundle-error.ts';
import type { Delivery } from './feed.ts';
import type { PolicySourceConfig } from './source-config.ts';
import type { BundleVersion, TrackedBundle } from './tracked-bundle.ts';

/** A policy that is ready, and how it was made. */
export interface Composed {
  readonly policy: ActivePolicy;
  readonly isCompiled: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The id of no bundle. */
export const NOT_HELD = 0;

const DEFAULT_TIMEOUT_MS = 60_000;
/** Each is kept, and applied again when the thread is started anew. */
const MAX_DELTAS = 100;

type ActivatorConfig = Pick<PolicySourceConfig, 'limits' | 'evaluation' | 'activationTimeoutMs'>;

/** Turns payloads into versions, and versions into policies that may be put in force. */
export class Activator {
  readonly #config: ActivatorConfig;
  readonly #thread: ActivationThread;

  constructor(config: ActivatorConfig) {
    this.#config = config;
    this.#thread = new ActivationThread(config.activationTimeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  /** Reads and verifies what a source brought. Rejects with BundleError. */
  async read(bundle: TrackedBundle, { payload, etag, requestNs }: Delivery): Promise<BundleVersion> {
    const base = bundle.active;
    if (base !== undefined) await this.hold(bundle, base);
    const id = this.#thread.newId();
    const verifiedAt = Date.now() / 1000;
    const reply = await this.#thread.read({
      id,
      payload,
      baseId: bundle.active?.id,
      verification: { keys: [], ...bundle.config.verification, now: verifiedAt },
      limits: this.#config.limits ?? {},
    });
    bundle.status.downloaded(reply.type, reply.size, {
      ...(requestNs === undefined ? {} : { timer_bundle_request_ns: requestNs }),
      timer_rego_load_bundles_ns: reply.readNs,
    });
    const { digest, revision } = reply;
    let kept = payload;
    if (reply.bytes !== undefined) kept = { kind: 'archive', bytes: reply.bytes, deltas: [] };
    // A delta alone is nothing: it is kept behind what it changed.
    else if (reply.type === 'delta' && payload.kind === 'archive' && payload.deltas.length === 0)
      kept = withDelta(base!, payload.bytes);
    return { id, digest, revision: revision === '' ? digest : revision, payload: kept, etag, verifiedAt };
  }

  /** Makes sure that the thread has the version: it may have been started anew, or have let go of it. */
  async hold(bundle: TrackedBundle, version: BundleVersion): Promise<BundleVersion> {
    if (this.#thread.holds(version.id)) return version;
    const id = this.#thread.newId();
    const verifiedAt = version.verifiedAt ?? Date.now() / 1000;
    await this.#thread.read({
      id,
      payload: version.payload,
      baseId: undefined,
      verification: { keys: [], ...bundle.config.verification, now: verifiedAt },
      limits: this.#config.limits ?? {},
    });
    const again = { ...version, id, verifiedAt };
    bundle.replace(again);
    if (bundle.candidate === version) bundle.candidate = again;
    return again;
  }

  /** The policy of these versions, and of the active ones of other bundles. Throws BundleError. */
  async compose(all: readonly TrackedBundle[], chosen: ReadonlyMap<TrackedBundle, BundleVersion>): Promise<Composed> {
    const bundles: (BundleVersion & { readonly name: string })[] = [];
    for (const bundle of all) {
      const version = await this.hold(bundle, chosen.get(bundle) ?? bundle.active!);
      bundles.push({ name: bundle.name, ...version });
    }
    const evaluation = this.#config.evaluation ?? {};
    const parts = bundles.map(({ name, id }) => ({ name, id }));
    const { modules, data, isCompiled, compileNs, tryNs } = await this.#thread.compose({ bundles: parts, evaluation });
    const { maxMemoryPages, timeLimitMs, httpHosts, env, runtime } = evaluation;
    const options = { maxMemoryPages, timeLimitMs, httpHosts, env, runtime };
    try {
      const policy = await openActivePolicy(modules, data, bundles, options);
      return {
        policy,
        isCompiled,
        metrics: { timer_rego_module_compile_ns: compileNs, timer_smoke_evaluation_ns: tryNs },
      };
    } catch (error) {
      if (!(error instanceof PolicyLoadError || error instanceof EvaluationError)) throw error;
      throw new BundleError('entrypoint_invalid', error.message, { cause: error });
    }
  }

  /** Makes the active version of a directory an archive. Rejects with BundleError. */
  async pack(bundle: TrackedBundle): Promise<void> {
    const { active } = bundle;
    if (active?.payload.kind !== 'directory') return;
    const bytes = await this.#thread.pack(active.id);
    bundle.replace({ ...active, payload: { kind: 'archive', bytes, deltas: [] } });
  }

  /** Lets go of all bundles that are neither active nor waiting. */
  forgetAllBut(all: readonly TrackedBundle[]): void {
    this.#thread.keepOnly(new Set(all.flatMap(({ active, candidate }) => [active?.id ?? 0, candidate?.id ?? 0])));
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

function withDelta({ payload }: BundleVersion, delta: Uint8Array): Payload {
  if (payload.kind !== 'archive') throw new BundleError('patch_invalid', 'a delta bundle cannot change a directory');
  if (payload.deltas.length >= MAX_DELTAS)
    throw new BundleError('patch_invalid', `more than ${MAX_DELTAS} delta bundles in a row; a whole bundle is needed`);
  return { ...payload, deltas: [...payload.deltas, delta] };
}
