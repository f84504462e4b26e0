// What of a changed configuration can take effect in a running gate, and what has to wait for its next start. Doing it is live-parts.ts.
import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';
import type { ListenConfig } from './listen.ts';

/** Sections that a running gate takes over; all others wait, a new one too until it is listed here. */
const LIVE: ReadonlySet<keyof Config> = new Set([
  'admin',
  'allowedHosts',
  'allowedOrigins',
  'connections',
  'issuers',
  'limits',
  'listen',
  'publicUrl',
  'rateLimit',
]);

export interface ConfigChange {
  /** The configuration in force from now on. */
  readonly config: Config;
  /** The sections that are different now. */
  readonly changed: readonly string[];
  /** What is different in the file, and waits for the next start. */
  readonly waiting: readonly string[];
}

/** The current configuration with whatever of the next can be taken over. */
export function mergeLive(current: Config, next: Config): ConfigChange {
  const merged: Record<string, unknown> = { ...current, sources: next.sources };
  const changed: string[] = [];
  const waiting: string[] = [];
  for (const key of Object.keys(next) as (keyof Config)[]) {
    if (key === 'sources' || isDeepStrictEqual(current[key], next[key])) continue;
    const value = LIVE.has(key) ? takeOver(key, current, next, waiting) : current[key];
    if (!LIVE.has(key)) waiting.push(key);
    if (!isDeepStrictEqual(current[key], value)) changed.push(key);
    merged[key] = value;
  }
  return { config: merged as unknown as Config, changed, waiting };
}

function takeOver(key: keyof Config, current: Config, next: Config, waiting: string[]): unknown {
  const keep = <T extends object>(section: string, old: T, value: T, names: readonly (keyof T & string)[]): T => {
    const kept = Object.fromEntries(names.map((name) => [name, old[name]])) as Partial<T>;
    waiting.push(
      ...names.filter((name) => !isDeepStrictEqual(old[name], value[name])).map((name) => `${section}.${name}`),
    );
    return { ...value, ...kept };
  };
  // The sockets have them, and the compiled policy its memory and its time.
  if (key === 'limits')
    return keep('limits', current.limits, next.limits, ['headerBytes', 'policyMemoryPages', 'policyTimeoutMs']);
  if (key === 'listen') return keep('listen', current.listen, next.listen, socketsOf(current.listen, next.listen));
  if (key !== 'admin') return next[key];
  if (current.admin === undefined || next.admin === undefined) {
    waiting.push('admin');
    return current.admin;
  }
  return keep('admin', current.admin, next.admin, socketsOf(current.admin, next.admin));
}

/** What of a listener is settled once it listens: where, and whether it speaks TLS. Its certificates may change. */
function socketsOf(current: ListenConfig, next: ListenConfig): readonly (keyof ListenConfig)[] {
  const speaksAlike =
    (current.tls === undefined) === (next.tls === undefined) &&
    (current.tls?.clientCa === undefined) === (next.tls?.clientCa === undefined);
  return speaksAlike ? ['host', 'port'] : ['host', 'port', 'tls'];
}
