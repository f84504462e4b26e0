// Reads the configuration of a policy source from a document. How single values are read, and where faults are collected, is the
// reader's business: this folder knows no configuration file.
import { readFileSync } from 'node:fs';
import { BundleError } from './bundle-error.ts';
import { SIGNATURE_ALGORITHMS, verificationKeys, type VerificationKey } from './keys.ts';
import {
  type BundleConfig,
  type BundleSource,
  type HttpSource,
  isBundleName,
  type PolicySourceConfig,
  type SourceCredential,
} from './source-config.ts';

/** One object of a document; the gate's `ObjectReader` is one. Faults are noted, and reading goes on with a stand-in. */
export interface SettingsReader {
  has(key: string): boolean;
  text(key: string, fallback?: string, rule?: readonly [RegExp, string]): string;
  optionalText(key: string): string | undefined;
  texts(key: string, fallback?: readonly string[]): readonly string[];
  oneOf<T extends string>(key: string, values: readonly T[], fallback?: T): T;
  integer(key: string, fallback: number | undefined, least: number, most: number): number;
  url(key: string, isAccepted: (url: string) => boolean, rule: string, fallback?: string): string;
  /** An absolute path. */
  file(key: string): string;
  /** The secret that the document refers to. */
  secret(key: string): string;
  object(key: string): SettingsReader;
  optionalObject(key: string): SettingsReader;
  objects(key: string): readonly SettingsReader[];
  fault(key: string, text: string): void;
  end(): void;
}

const HOUR_MS = 3_600_000;

/**
 * The settings of a policy source: either `directory` alone, the author's short form, or `bundles`, and what holds for all of them.
 * The caller adds what is evaluated and calls `end`.
 */
export function readPolicySource(reader: SettingsReader): Omit<PolicySourceConfig, 'evaluation'> {
  const bundles = reader.has('directory') ? [shortForm(reader)] : reader.objects('bundles').map(readBundleConfig);
  if (reader.has('directory') && reader.has('bundles')) reader.fault('directory', 'cannot stand beside bundles');
  bundles.forEach(({ name }, i) => {
    if (bundles.findIndex((each) => each.name === name) < i) reader.fault(`bundles[${i}].name`, 'is there already');
  });
  return {
    bundles,
    ...(reader.has('stateDirectory') ? { stateDirectory: reader.file('stateDirectory') } : {}),
    keep: reader.integer('keep', 5, 1, 100),
    startWaitMs: reader.integer('startWaitMs', 5_000, 0, HOUR_MS),
    activationTimeoutMs: reader.integer('activationTimeoutMs', 60_000, 100, HOUR_MS),
  };
}

function shortForm(reader: SettingsReader): BundleConfig {
  return { name: 'policy', source: { kind: 'directory', directory: reader.file('directory') } };
}

function readBundleConfig(reader: SettingsReader): BundleConfig {
  const name = reader.text('name', 'policy');
  if (!isBundleName(name)) reader.fault('name', 'has to be a name of letters, digits, . _ - and /');
  const source = readSource(reader);
  const verification = reader.has('verify') ? readVerification(reader.object('verify')) : undefined;
  reader.end();
  return { name, source, ...(verification && { verification }) };
}

function readSource(reader: SettingsReader): BundleSource {
  const kinds = ['directory', 'file', 'url'].filter((key) => reader.has(key));
  if (kinds.length !== 1) reader.fault('', 'needs one of directory, file and url');
  const quiet = (): { quietMs?: number } =>
    reader.has('quietMs') ? { quietMs: reader.integer('quietMs', undefined, 10, 60_000) } : {};
  if (kinds[0] === 'directory') return { kind: 'directory', directory: reader.file('directory'), ...quiet() };
  if (kinds[0] === 'file') return { kind: 'file', file: reader.file('file'), ...quiet() };
  return readHttpSource(reader);
}

function readHttpSource(reader: SettingsReader): HttpSource {
  const url = reader.url('url', isBundleUrl, 'has to be an https URL, or http on this machine, without a user');
  const polling = reader.optionalObject('polling');
  const minDelayMs = polling.integer('minDelayMs', 60_000, 100, 24 * HOUR_MS);
  const maxDelayMs = polling.integer('maxDelayMs', Math.max(120_000, minDelayMs), 100, 24 * HOUR_MS);
  if (maxDelayMs < minDelayMs) polling.fault('maxDelayMs', 'is less than minDelayMs');
  const longPoll = polling.has('longPollTimeoutMs')
    ? { longPollTimeoutMs: polling.integer('longPollTimeoutMs', undefined, 1_000, HOUR_MS) }
    : {};
  polling.end();
  return {
    kind: 'http',
    url,
    credential: reader.has('credential') ? readCredential(reader.object('credential')) : { kind: 'none' },
    ...(reader.has('ca') ? { ca: readText(reader, 'ca') } : {}),
    minDelayMs,
    maxDelayMs,
    ...longPoll,
    timeoutMs: reader.integer('timeoutMs', 30_000, 100, HOUR_MS),
  };
}

function readCredential(reader: SettingsReader): SourceCredential {
  const read = (): SourceCredential => {
    const kind = reader.oneOf('kind', ['none', 'bearer', 'certificate']);
    if (kind === 'none') return { kind };
    if (kind === 'certificate') return { kind, cert: readText(reader, 'cert'), key: readText(reader, 'key') };
    if (reader.has('tokenFile')) return { kind: 'bearerFile', file: reader.file('tokenFile') };
    return { kind, token: reader.secret('token') };
  };
  const credential = read();
  reader.end();
  return credential;
}

function readVerification(reader: SettingsReader): NonNullable<BundleConfig['verification']> {
  const keys = reader.objects('keys').flatMap(readKey);
  if (new Set(keys.map(({ id }) => id)).size < keys.length) reader.fault('keys', 'has two keys with one id');
  const keyId = reader.optionalText('keyId');
  if (keyId !== undefined && !keys.some(({ id }) => id === keyId)) reader.fault('keyId', 'is the id of no key');
  const scope = reader.optionalText('scope');
  const exclude = reader.texts('exclude', []);
  reader.end();
  return { keys, exclude, ...(keyId !== undefined && { keyId }), ...(scope !== undefined && { scope }) };
}

/** PEM, JWK or JWKS in a file, or an HMAC secret by env or file. */
function readKey(reader: SettingsReader): readonly VerificationKey[] {
  const algorithm = reader.oneOf('algorithm', SIGNATURE_ALGORITHMS, 'RS256');
  const id = reader.text('id', 'default');
  const scope = reader.optionalText('scope');
  const text = reader.has('secret') ? reader.secret('secret') : readText(reader, 'file');
  reader.end();
  if (text === '') return [];
  try {
    return verificationKeys(text, { id, algorithm, ...(scope !== undefined && { scope }) });
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    reader.fault('', error.message);
    return [];
  }
}

function readText(reader: SettingsReader, key: string): string {
  const path = reader.file(key);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (reader.has(key)) reader.fault(key, `cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return '';
  }
}

/** Credentials belong in `credential`: a URL stands in logs. Plain http lets anyone on the way choose the policy. */
function isBundleUrl(text: string): boolean {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
  );
}
