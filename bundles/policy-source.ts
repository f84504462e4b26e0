// The policy in force, from one or more bundles that come and change while requests flow: download → unpack → verify → compile →
// try → swap. Whatever fails leaves the active policy as it is. Feeds bring bundles (feed.ts), a thread does the work (activation-thread.ts).
import { Activator, type Composed, NOT_HELD } from './activator.ts';
import type { ActivePolicy } from './active-policy.ts';
import { DEFAULT_ARCHIVE_LIMITS } from './archive.ts';
import { BundleError } from './bundle-error.ts';
import type { Delivery, Feed, FeedSink } from './feed.ts';
import { openHttpFeed } from './http-feed.ts';
import { checkSourceConfig, type PolicySourceConfig } from './source-config.ts';
import { StateDirectory } from './state-directory.ts';
import type { StatusEvent } from './status.ts';
import { type BundleVersion, TrackedBundle } from './tracked-bundle.ts';
import { openWatchFeed } from './watch-feed.ts';

export interface PolicySourceListener {
  /** OPA's status event, after every answer of a source and every activation. */
  onStatus?(event: StatusEvent): void;
  /** A new policy is in force; `replaced` is undefined at the first. */
  onActivated?(policy: ActivePolicy, replaced: ActivePolicy | undefined): void;
  /** A line for operators: what was activated (`info`), what is less than it should be (`warn`), what was refused and why (`error`). */
  report?(line: string, level: 'info' | 'warn' | 'error'): void;
}

export interface PolicySource {
  /** The policy in force; undefined until every bundle has been activated once: until then, deny. */
  readonly current: ActivePolicy | undefined;
  /**
   * The first policy in force. Rejects with BundleError when a bundle's first attempt fails and nothing older is kept on disk; the
   * sources go on trying, and `current` may come to be later.
   */
  readonly ready: Promise<ActivePolicy>;
  status(): StatusEvent;
  /** What can be rolled back to, the newest first. */
  versions(name: string): readonly { readonly revision: string; readonly digest: string; readonly isActive: boolean }[];
  /**
   * Activates an earlier version again: of that revision or digest, or the one before. What came after it is held back until the
   * source brings something else. Rejects with BundleError; then nothing has changed.
   */
  rollback(name: string, revision?: string): Promise<ActivePolicy>;
  /** Asks all sources, or one, at once; resolves when their answers have been dealt with. */
  refresh(name?: string): Promise<void>;
  /** Ends watching and polling. The snapshots that are in use stay usable. */
  close(): Promise<void>;
}

/**
 * Opens a policy source; it works until it is closed. Throws TypeError for a configuration that makes no sense.
 *
 * @example
 * const source = openPolicySource({ bundles: [{ name: 'authz', source: { kind: 'directory', directory: 'policies' } }] });
 * const policy = await source.ready;
 * policy.evaluateJson('authz/allow', new TextEncoder().encode('{"user": "ada"}'));
 */
export function openPolicySource(config: PolicySourceConfig, listener: PolicySourceListener = {}): PolicySource {
  checkSourceConfig(config);
  return new BundlePolicySource(config, listener);
}

const DEFAULT_KEEP = 5;
const DEFAULT_START_WAIT_MS = 5_000;

class BundlePolicySource implements PolicySource {
  readonly ready: Promise<ActivePolicy>;
  readonly #config: PolicySourceConfig;
  readonly #listener: PolicySourceListener;
  readonly #activator: Activator;
  readonly #bundles: ReadonlyMap<string, TrackedBundle>;
  readonly #feeds = new Map<string, Feed>();
  readonly #ready = Promise.withResolvers<ActivePolicy>();
  readonly #state: StateDirectory | undefined;
  readonly #started: Promise<void>;
  /** Names of bundles whose kept versions were tried. */
  readonly #fallBacks = new Set<string>();
  #startTimer: NodeJS.Timeout | undefined;
  #current: ActivePolicy | undefined;
  /** Activations come one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #keeping: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(config: PolicySourceConfig, listener: PolicySourceListener) {
    this.#config = config;
    this.#listener = listener;
    this.ready = this.#ready.promise;
    // Whoever does not wait for it hears of faults by the listener.
    this.ready.catch(() => {});
    this.#activator = new Activator(config);
    this.#bundles = new Map(config.bundles.map((each) => [each.name, new TrackedBundle(each)]));
    this.#state = config.stateDirectory === undefined ? undefined : new StateDirectory(config.stateDirectory);
    this.#started = this.#start();
  }

  /** Loads what is kept, then turns to the sources. */
  async #start(): Promise<void> {
    for (const bundle of this.#bundles.values()) await this.#loadKept(bundle);
    if (this.#isClosed) return;
    for (const bundle of this.#bundles.values()) this.#feeds.set(bundle.name, this.#openFeed(bundle));
    const waitMs = this.#config.startWaitMs ?? DEFAULT_START_WAIT_MS;
    const silent = (): TrackedBundle[] =>
      [...this.#bundles.values()].filter(({ candidate }) => candidate === undefined);
    this.#startTimer = setTimeout(() => void this.#inTurn(() => this.#fallBack(silent())), waitMs).unref();
  }

  get current(): ActivePolicy | undefined {
    return this.#current;
  }

  status(): StatusEvent {
    const bundles = [...this.#bundles.values()].map(({ name, status }) => [name, status.value] as const);
    return { labels: this.#config.labels ?? {}, bundles: Object.fromEntries(bundles) };
  }

  versions(name: string): readonly { revision: string; digest: string; isActive: boolean }[] {
    const bundle = this.#find(name);
    return bundle.versions.map(({ revision, digest }) => ({
      revision,
      digest,
      isActive: digest === bundle.active?.digest,
    }));
  }

  async rollback(name: string, revision?: string): Promise<ActivePolicy> {
    const bundle = this.#find(name);
    return this.#inTurn(async () => {
      const { digest } = bundle.target(revision);
      const composed = await this.#activator.compose(
        [...this.#bundles.values()],
        new Map([[bundle, await this.#activator.hold(bundle, bundle.target(digest))]]),
      );
      bundle.goBack({ ...bundle.target(digest), isRestored: false });
      this.#swap(composed, [bundle], 'is active by rollback');
      await this.#keepAll([bundle]);
      return composed.policy;
    });
  }

  async refresh(name?: string): Promise<void> {
    const names = name === undefined ? [...this.#bundles.keys()] : [this.#find(name).name];
    await this.#started;
    await Promise.all(names.map((each) => this.#feeds.get(each)?.refresh()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#startTimer);
    this.#ready.reject(new BundleError('not_available', 'the policy source is closed'));
    // An activation under way is given up, but what was activated is kept.
    await this.#keeping;
    await this.#activator.close();
    await this.#started;
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
    await this.#last;
  }

  #find(name: string): TrackedBundle {
    const bundle = this.#bundles.get(name);
    if (bundle === undefined) throw new BundleError('not_available', `there is no bundle ${name}`);
    return bundle;
  }

  #openFeed(bundle: TrackedBundle): Feed {
    const { source } = bundle.config;
    const sink: FeedSink = {
      requested: () => bundle.status.requested(),
      unchanged: () => this.#inTurn(() => this.#unchanged(bundle)),
      deliver: (delivery) => this.#deliver(bundle, delivery),
      failed: (error) => this.#inTurn(() => this.#failed(bundle, error)),
    };
    if (source.kind !== 'http') return openWatchFeed(source, sink);
    return openHttpFeed(source, sink, {
      maxBytes: this.#config.limits?.maxCompressedBytes ?? DEFAULT_ARCHIVE_LIMITS.maxCompressedBytes,
      // What was rolled back is still what the source had last.
      etag: bundle.versions[0]?.etag,
      isSigned: (bundle.config.verification?.keys.length ?? 0) > 0,
    });
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => {});
    return result;
  }

  async #unchanged(bundle: TrackedBundle): Promise<boolean> {
    bundle.status.answered();
    if (bundle.active === undefined && bundle.candidate === undefined) await this.#fallBack([bundle]);
    const isInForce = bundle.active !== undefined && bundle.candidate === undefined;
    if (isInForce) bundle.status.cleared();
    this.#emitStatus();
    return isInForce;
  }

  async #failed(bundle: TrackedBundle, error: BundleError): Promise<void> {
    if (this.#isClosed) return;
    if (bundle.status.failed(error)) {
      const { active } = bundle;
      const then = active === undefined ? 'there is none yet' : `revision ${active.revision} stays active`;
      this.#report(`bundle ${bundle.name}: ${error.code}: ${error.message}; ${then}`, 'error');
    }
    this.#emitStatus();
    if (this.#current === undefined) await this.#fallBack([bundle]);
    if (this.#current === undefined) await this.#fallBack([...this.#bundles.values()]);
    if (this.#current === undefined && bundle.candidate?.isRestored !== true) this.#ready.reject(error);
  }

  async #loadKept(bundle: TrackedBundle): Promise<void> {
    const report = (fault: string): void => this.#report(`bundle ${bundle.name}: ${fault}`, 'warn');
    try {
      const kept = await this.#state?.load(bundle.name, report);
      if (kept === undefined) return;
      bundle.versions = kept.versions.map((version) => ({ ...version, id: NOT_HELD }));
      bundle.kept = kept.active;
    } catch (error) {
      report((error as Error).message);
    }
  }

  /** Activates what is kept of these bundles from before the start, for want of anything newer that works. Tried once. */
  async #fallBack(bundles: readonly TrackedBundle[]): Promise<void> {
    const wanted = bundles.filter(({ active, kept }) => active === undefined && kept !== undefined);
    const key = wanted.map(({ name }) => name).join();
    if (wanted.length === 0 || this.#isClosed || this.#fallBacks.has(key)) return;
    this.#fallBacks.add(key);
    const before = wanted.map(({ candidate }) => candidate);
    try {
      for (const bundle of wanted) {
        const version = await this.#activator.hold(bundle, bundle.target(bundle.kept));
        bundle.candidate = { ...version, isRestored: true };
        this.#report(`bundle ${bundle.name}: revision ${version.revision}, kept from before, is taken`, 'warn');
      }
      await this.#activate(wanted[0]!);
    } catch (error) {
      wanted.forEach((bundle, i) => (bundle.candidate = before[i]));
      this.#report(`bundle ${key}: what is kept is of no use: ${(error as Error).message}`, 'error');
    }
  }

  /** Whether what came is in force now, waits for other bundles, or is not wanted. */
  async #deliver(bundle: TrackedBundle, delivery: Delivery): Promise<boolean> {
    try {
      return await this.#inTurn(() => this.#take(bundle, delivery));
    } catch (error) {
      if (this.#isClosed || (await delivery.isStaleSoon?.())) return false;
      // Whatever it is, the feed goes on, and what is in force stays.
      const fault =
        error instanceof BundleError ? error : new BundleError('internal_error', String(error), { cause: error });
      await this.#inTurn(() => this.#failed(bundle, fault));
      return false;
    }
  }

  async #take(bundle: TrackedBundle, delivery: Delivery): Promise<boolean> {
    try {
      const version = await this.#activator.read(bundle, delivery);
      if (await delivery.isStale?.()) return false;
      if (bundle.active === undefined && bundle.isHeldBack(version.digest)) await this.#fallBack([bundle]);
      const isActive = version.digest === bundle.active?.digest;
      if (isActive) bundle.replace({ ...bundle.active!, etag: version.etag });
      if (isActive || bundle.isHeldBack(version.digest)) {
        if (bundle.active !== undefined) bundle.candidate = undefined;
        bundle.status.cleared();
        if (!isActive)
          this.#report(`bundle ${bundle.name}: revision ${version.revision} is held back since a rollback`);
        this.#emitStatus();
        return true;
      }
      bundle.candidate = version;
      await this.#activate(bundle);
      return true;
    } finally {
      this.#activator.forgetAllBut([...this.#bundles.values()]);
    }
  }

  /** Puts the bundle's candidate in force, with the other bundles as they are; if that fails, with what waits of them. */
  async #activate(bundle: TrackedBundle): Promise<void> {
    const others = [...this.#bundles.values()].filter((each) => each !== bundle);
    const missing = others.filter(({ active, candidate }) => active === undefined && candidate === undefined);
    if (missing.length > 0) {
      bundle.status.cleared();
      this.#report(`bundle ${bundle.name}: waits for ${missing.map(({ name }) => name).join(', ')}`);
      this.#emitStatus();
      return;
    }
    const waiting = others.filter(({ active, candidate }) => active === undefined || candidate !== undefined);
    const isFirst = this.#current === undefined;
    const taken = [bundle, ...(isFirst ? waiting : [])];
    let composed: Composed;
    try {
      composed = await this.#activator.compose([...this.#bundles.values()], candidatesOf(taken));
    } catch (error) {
      if (isFirst || waiting.length === 0) throw error;
      taken.push(...waiting);
      // The first error tells more about this bundle.
      composed = await this.#activator.compose([...this.#bundles.values()], candidatesOf(taken)).catch(() => {
        throw error;
      });
    }
    for (const each of taken) each.activate(this.#config.keep ?? DEFAULT_KEEP);
    this.#swap(composed, taken, 'is active');
    await this.#keepAll(taken);
  }

  #swap({ policy, isCompiled, metrics }: Composed, changed: readonly TrackedBundle[], what: string): void {
    const replaced = this.#current;
    this.#current = policy;
    const how = isCompiled ? 'compiled' : 'nothing to compile';
    for (const { name, active, status } of changed) {
      status.activated(active!.revision, metrics);
      // What comes from disk does not mend what is wrong with the source.
      if (active!.isRestored !== true) status.cleared();
      this.#report(`bundle ${name}: revision ${active!.revision} ${what} (${how})`);
    }
    this.#tell(() => this.#listener.onActivated?.(policy, replaced));
    this.#emitStatus();
    this.#ready.resolve(policy);
  }

  #keepAll(bundles: readonly TrackedBundle[]): Promise<void> {
    this.#keeping = (async () => {
      for (const bundle of bundles) {
        await this.#keep(bundle);
      }
    })();
    return this.#keeping;
  }

  /** Keeps a directory as the archive it would be, there is no going back to it otherwise; and all on disk, where there is a place. */
  async #keep(bundle: TrackedBundle): Promise<void> {
    const { name } = bundle;
    try {
      await this.#activator.pack(bundle);
      const { versions, active } = bundle;
      await this.#state?.save(name, { versions, active: active!.digest });
    } catch (error) {
      if (!this.#isClosed) this.#report(`bundle ${name}: cannot be kept: ${(error as Error).message}`, 'warn');
    }
  }

  #emitStatus(): void {
    if (!this.#isClosed) this.#tell(() => this.#listener.onStatus?.(this.status()));
  }

  #report(line: string, level: 'info' | 'warn' | 'error' = 'info'): void {
    this.#tell(() => this.#listener.report?.(line, level));
  }

  /** A fault of a listener must not look like one of the bundle. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

function candidatesOf(bundles: readonly TrackedBundle[]): ReadonlyMap<TrackedBundle, BundleVersion> {
  return new Map(bundles.map((bundle) => [bundle, bundle.candidate!]));
}
