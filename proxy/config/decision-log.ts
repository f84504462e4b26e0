// The decisionLog section of the configuration. Writing the log is log/.
import type { ObjectReader } from './reader.ts';

export interface LogFileConfig {
  /** Appended to. */
  readonly file: string;
  /** What an acknowledged line outlives: the process, or a loss of power too. */
  readonly durability: 'process' | 'disk';
  /** When the file is put away and a new one begun. */
  readonly rotation: { readonly bytes: number; readonly hours: number };
  /** What is kept of the files put away; undefined keeps all. */
  readonly retention: { readonly files: number | undefined; readonly days: number | undefined };
}

/** An OPA-compatible sink. */
export interface ShipConfig {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a batch, before it is compressed. */
  readonly batchBytes: number;
  /** How long an event may wait for others. */
  readonly delayMs: number;
  readonly timeoutMs: number;
}

export interface LogConfig {
  /** Undefined for standard output. */
  readonly file: LogFileConfig | undefined;
  readonly ship: ShipConfig | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** JSON pointers to erase from events. */
  readonly mask: readonly string[];
}

/** Reads `decisionLog`. */
export function readLog(log: ObjectReader): LogConfig {
  const hasFile = log.has('file');
  const isStdout = log.isTrue('stdout');
  if (hasFile === isStdout) log.fault('', 'needs either file or stdout');
  const file = hasFile ? readFile(log) : undefined;
  const ship = log.has('ship') ? readShip(log.object('ship')) : undefined;
  if (ship !== undefined && file === undefined) log.fault('ship', 'needs file: the file is the queue');
  const labels: Record<string, string> = {};
  for (const label of log.has('labels')
    ? log.texts('labels', [], [(text) => /^[^=]+=.+$/.test(text), 'has to be NAME=VALUE'])
    : []) {
    const at = label.indexOf('=');
    labels[label.slice(0, at)] = label.slice(at + 1);
  }
  const mask = log.texts(
    'mask',
    [],
    [(pointer) => /^\/(?:input|result)(?:\/|$)/.test(pointer), 'has to be a JSON pointer below /input or /result'],
  );
  log.end();
  return { file, ship, labels, mask };
}

function readFile(log: ObjectReader): LogFileConfig {
  const rotation = log.optionalObject('rotation');
  const retention = log.optionalObject('retention');
  const mib = 1024 * 1024;
  const optional = (key: string): number | undefined =>
    retention.has(key) ? retention.integer(key, undefined, 1, 100_000) : undefined;
  const config: LogFileConfig = {
    file: log.file('file'),
    durability: log.oneOf('durability', ['process', 'disk'], 'process'),
    rotation: {
      bytes: rotation.integer('bytes', 256 * mib, 1024, 1024 * 1024 * mib),
      hours: rotation.integer('hours', 24, 1, 24 * 366),
    },
    retention: { files: optional('files'), days: optional('days') },
  };
  rotation.end();
  retention.end();
  return config;
}

function readShip(ship: ObjectReader): ShipConfig {
  const url = ship.url(
    'url',
    (text) => /^https?:$/.test(new URL(text).protocol) && !/[?#]/.test(text) && new URL(text).username === '',
    'has to be an http or https URL without user, query and fragment',
  );
  const resource = ship.text('resource', '/logs', [/^\/[\w\-./~%]*$/, 'has to be a path like /logs']);
  const token = ship.has('token') ? ship.secret('token') : undefined;
  const config: ShipConfig = {
    url: `${url.replace(/\/$/, '')}${resource}`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    batchBytes: ship.integer('batchBytes', 1024 * 1024, 1024, 64 * 1024 * 1024),
    delayMs: ship.integer('delayMs', 1_000, 0, 600_000),
    timeoutMs: ship.integer('timeoutMs', 10_000, 10, 600_000),
  };
  ship.end();
  return config;
}
