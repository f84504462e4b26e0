// What a policy source is configured with: bundles, where each comes from, how it is verified, what is evaluated.
// Plain readonly objects; reading them from a document is source-settings.ts.
import type { RegoVersion } from '../engine/ast/nodes.ts';
import type { ArchiveLimits } from './archive.ts';
import type { VerifyOptions } from './verify.ts';

/** A directory of Rego and data, compiled here: the author's loop. Files named `*_test.rego` and hidden ones stay out. */
export interface DirectorySource {
  readonly kind: 'directory';
  readonly directory: string;
  /** How long files must stay as they are before they are read; default: 30. */
  readonly quietMs?: number;
}

/** A `.tar.gz` file, read again when it changes. */
export interface FileSource {
  readonly kind: 'file';
  readonly file: string;
  /** How long the file must stay as it is before it is read; default: 30. */
  readonly quietMs?: number;
}

/** Who we are to the bundle server. Certificates and keys are PEM texts. */
export type SourceCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  /** Read again for every request: orchestrators rotate such files. */
  | { readonly kind: 'bearerFile'; readonly file: string }
  | { readonly kind: 'certificate'; readonly cert: string; readonly key: string };

/** A bundle server, asked again and again with the ETag of what is here. */
export interface HttpSource {
  readonly kind: 'http';
  readonly url: string;
  readonly credential?: SourceCredential;
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string;
  /** Requests other than long polls follow each other after a random time in between; default: 60,000 and 120,000. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Asks the server to hold the request until there is something new, as OPA does; default: it is not asked to. */
  readonly longPollTimeoutMs?: number;
  /** For one request with all its redirects, besides the time of a long poll; default: 30,000. */
  readonly timeoutMs?: number;
}

export type BundleSource = DirectorySource | FileSource | HttpSource;

export interface BundleConfig {
  /** Distinct; a name of letters, digits, `.`, `_`, `-` and `/`. */
  readonly name: string;
  readonly source: BundleSource;
  /** With keys, the bundle must be signed by one of them; without, it must be unsigned. */
  readonly verification?: Omit<VerifyOptions, 'now'>;
}

/** What the policy may do, and how its modules are built. Everything here must be fit to go to another thread. */
export interface EvaluationConfig {
  /** Documents that have to be there, as `pkg/rule`; default: those that annotations name, else every package. */
  readonly entrypoints?: readonly string[];
  /** Documents to evaluate too if a policy has them; only in effect with `entrypoints`. */
  readonly optionalEntrypoints?: readonly string[];
  /** Errors of built-ins end evaluations; default: true. Otherwise a failing built-in could undo a deny rule. */
  readonly strictBuiltinErrors?: boolean;
  /** Version of Rego whose bundle names none; default: v1. */
  readonly regoVersion?: RegoVersion;
  readonly maxMemoryPages?: number;
  /** For one evaluation of Rego; default: none. Modules that come compiled are not ended. */
  readonly timeLimitMs?: number;
  readonly httpHosts?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly runtime?: Readonly<Record<string, unknown>>;
}

export interface PolicySourceConfig {
  /** Not empty. All of them together are the policy: none is evaluated before all are there. */
  readonly bundles: readonly BundleConfig[];
  readonly evaluation?: EvaluationConfig;
  /** Where the last good bundles are kept for a start without their sources; default: nowhere. */
  readonly stateDirectory?: string;
  /** Revisions of each bundle to keep for a rollback, the active one among them; default: 5. */
  readonly keep?: number;
  readonly limits?: Partial<ArchiveLimits>;
  /** For reading, compiling and trying one bundle; default: 60,000. */
  readonly activationTimeoutMs?: number;
  /** How long to wait at the start for a source before what is kept on disk is used; default: 5,000. */
  readonly startWaitMs?: number;
  /** Labels of status events. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Throws TypeError for what no type can say. */
export function checkSourceConfig({ bundles, keep = 5 }: PolicySourceConfig): void {
  if (bundles.length === 0) throw new TypeError('a policy source needs a bundle at least');
  if (keep < 1) throw new TypeError('at least one revision has to be kept');
  const names = bundles.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    if (!isBundleName(name)) throw new TypeError(`${JSON.stringify(name)} is no name for a bundle`);
    if (names.indexOf(name) < i) throw new TypeError(`two bundles are named ${name}`);
    const { source } = bundles[i]!;
    if (source.kind === 'http' && !(URL.canParse(source.url) && /^https?:/.test(source.url)))
      throw new TypeError(`bundle ${name}: the URL is not one of http or https`);
  }
}

/** Whether a bundle may be called that: names stand in logs, metrics and the names of files. */
export function isBundleName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/.test(name) && name.length <= 120;
}
