// The gate's configuration: one YAML file, read and validated whole. A file for each section beside this one; reading single values and
// collecting faults is reader.ts.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { readPolicySource } from '../../bundles/source-settings.ts';
import type { PolicySourceConfig } from '../../bundles/source-config.ts';
import { isSafeUrl } from '../oauth/server-metadata.ts';
import { type AdminConfig, readAdmin } from './admin.ts';
import { readConnection, type ConnectionConfig } from './connections.ts';
import { type RecordingConfig, readRecording } from './recording.ts';
import { describe, type JsonSchema } from './describe.ts';
import { lineOf } from './lines.ts';
import { readLog, type LogConfig } from './decision-log.ts';
import { readIssuer, type IssuerConfig } from './issuers.ts';
import { type OperationsConfig, readOperations } from './operations.ts';
import { type ListenConfig, readListen, urlOf } from './listen.ts';
import { readLimits, type Limits } from './limits.ts';
import { type GateRateLimit, readGateRateLimit } from './rate-limit.ts';
import { ConfigError, ObjectReader } from './reader.ts';
import { readApprovals, type ApprovalsConfig } from './approvals.ts';
import { readStore, type StoreConfig } from './store.ts';

export interface Config {
  readonly listen: ListenConfig;
  /** Undefined: nothing listens for administration. */
  readonly admin: AdminConfig | undefined;
  /** What clients call the gate; undefined: the address it listens on. */
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
  /** Names of the gate, lower case: that of `publicUrl`, and those it is called by inside. */
  readonly allowedHosts: readonly string[];
  readonly issuers: readonly IssuerConfig[];
  /** Where the deny list is kept; undefined: in memory. */
  readonly revocations: { readonly file: string | undefined };
  /** Where the policy comes from. */
  readonly policy: Omit<PolicySourceConfig, 'evaluation'>;
  readonly connections: readonly ConnectionConfig[];
  readonly limits: Limits;
  readonly rateLimit: GateRateLimit;
  readonly log: LogConfig;
  readonly operations: OperationsConfig;
  /** Signs session ids; undefined: random for each process. */
  readonly sessionSecret: string | undefined;
  /** The files it was read from: itself, and those with its secrets and certificates. */
  readonly sources: readonly string[];
  /** Undefined: what needs a store is denied. */
  readonly store: StoreConfig | undefined;
  /** Undefined: nothing is recorded. Needs a store. */
  readonly recording: RecordingConfig | undefined;
  readonly approvals: ApprovalsConfig;
}

/** Reads a configuration file. Throws ConfigError with every fault. */
export function readConfig(file: string, env: Readonly<Record<string, string | undefined>> = process.env): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ConfigError(file, [isMissing ? 'there is no such file' : String((error as Error).message)]);
  }
  return parseConfig(text, file, env);
}

/** The same for a text; `file` names it and roots its paths. */
export function parseConfig(text: string, file: string, env: Readonly<Record<string, string | undefined>>): Config {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2', lineCounter });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map(({ message }) => message.split('\n')[0]!.replace(/:$/, '')),
    );
  const faults: string[] = [];
  const sources = [resolve(file)];
  const root = new ObjectReader(document.toJS({ maxAliasCount: 100 }), '', {
    faults,
    directory: dirname(resolve(file)),
    env,
    sources,
  });
  const config = readRoot(root, faults, sources);
  if (faults.length > 0) throw new ConfigError(file, faults, (path) => lineOf(document, lineCounter, path));
  return config;
}

/** The JSON schema of configuration files, for editors. It admits all that is valid; some faults only reading finds. */
export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:regate:config:1',
    title: "Configuration of Regate's gate",
    ...describe((root) => readRoot(root, [], [])),
  };
}

function readRoot(root: ObjectReader, faults: string[], sources: readonly string[]): Config {
  const listen = readListen(root);
  const publicUrl = root
    .url('publicUrl', isBareOrigin, 'has to be an origin, https or on this machine', urlOf(listen))
    .replace(/\/$/, '');
  const policy = root.object('policy');
  const policySource = readPolicySource(policy);
  policy.end();
  const revocations = root.optionalObject('revocations');
  const revocationFile = revocations.has('file') ? revocations.file('file') : undefined;
  revocations.end();
  const limits = readLimits(root.optionalObject('limits'));
  const connections = root.objects('connections').map((each) => readConnection(each, publicUrl, limits));
  const admin = readAdmin(root, isBareOrigin);
  if (admin !== undefined && admin.port !== 0 && admin.port === listen.port && admin.host === listen.host)
    faults.push('admin.port: is the port of listen; administration has one of its own');
  const config: Config = {
    sources,
    listen,
    admin,
    publicUrl,
    allowedOrigins: root.texts('allowedOrigins', []),
    allowedHosts: [
      URL.canParse(publicUrl) ? new URL(publicUrl).hostname : '',
      ...connections.flatMap(({ host: name }) => name ?? []),
      ...root.texts('allowedHosts', [], [(name) => /^[a-z0-9.-]+$/.test(name), 'is no host name in lower case']),
    ],
    issuers: root.objects('issuers').map(readIssuer),
    revocations: { file: revocationFile },
    policy: policySource,
    connections,
    limits,
    rateLimit: readGateRateLimit(root.optionalObject('rateLimit')),
    log: readLog(root.object('decisionLog')),
    operations: readOperations(root),
    sessionSecret: root.has('sessionSecret') ? root.secret('sessionSecret') : undefined,
    store: root.has('store') ? readStore(root.object('store')) : undefined,
    recording: root.has('recording') ? readRecording(root.object('recording')) : undefined,
    approvals: readApprovals(root.optionalObject('approvals')),
  };
  root.end();
  for (const { name, pinning } of config.connections)
    if (pinning !== 'off' && config.store === undefined)
      root.fault('connections', `the pinning of ${name} needs a store`);
  if (config.recording !== undefined && config.store === undefined) root.fault('recording', 'needs a store');
  rejectTwins(
    config.connections.map(({ name }) => name),
    'connections',
    'name',
    faults,
  );
  rejectTwins(
    config.connections.map(({ host, path }) => `${host ?? ''}${path}`),
    'connections',
    'path',
    faults,
  );
  config.connections.forEach(({ host: name }, i) => {
    if (name !== undefined && name === config.allowedHosts[0])
      faults.push(`connections[${i}].host: is the gate's own; leave it out`);
  });
  if (config.store !== undefined && config.revocations.file !== undefined)
    faults.push('revocations.file: is not used where there is a store');
  const opaque = config.issuers.flatMap(({ introspection }, i) => (introspection === undefined ? [] : [i]));
  // An opaque token does not say whose it is, and must not be shown to one issuer after the other.
  for (const i of opaque.slice(1)) faults.push(`issuers[${i}].introspection: only one issuer can have it`);
  rejectTwins(
    config.issuers.map(({ issuer }) => issuer),
    'issuers',
    'issuer',
    faults,
  );
  return config;
}

function isBareOrigin(text: string): boolean {
  const url = new URL(text);
  return isSafeUrl(text) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}

function rejectTwins(values: readonly string[], list: string, key: string, faults: string[]): void {
  values.forEach((value, i) => {
    if (values.indexOf(value) < i) faults.push(`${list}[${i}].${key}: is there already`);
  });
}
