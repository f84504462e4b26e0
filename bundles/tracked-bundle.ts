// One bundle of a policy source: what is active, what waits, what can be rolled back to, and its status.
// Reading and activating are policy-source.ts.
import type { Payload } from './activation-protocol.ts';
import { BundleError } from './bundle-error.ts';
import type { BundleConfig } from './source-config.ts';
import { StatusRecord } from './status.ts';

/** A bundle that was read and verified. */
export interface BundleVersion {
  /** Under which the activation thread holds it. */
  readonly id: number;
  readonly digest: string;
  /** The manifest's, or the digest where it has none. */
  readonly revision: string;
  readonly payload: Payload;
  readonly etag: string | undefined;
  /** Seconds since 1970: what was good then stays so while it is in use, though its signature may expire. */
  readonly verifiedAt?: number;
  /** Taken from disk for want of anything newer: where it stands among the versions stays as it was. */
  readonly isRestored?: boolean;
}

/** The state of one configured bundle. */
export class TrackedBundle {
  readonly config: BundleConfig;
  readonly status: StatusRecord;
  active: BundleVersion | undefined;
  /** The newest one that was read, while it is not active: other bundles are missing, or it was refused. */
  candidate: BundleVersion | undefined;
  /** What was active, the newest first. What stands before the active one was rolled back. */
  versions: readonly BundleVersion[] = [];
  /** Digest of the version to begin with when the source brings none: the one that was active before the start. */
  kept: string | undefined;

  constructor(config: BundleConfig) {
    this.config = config;
    this.status = new StatusRecord(config.name);
  }

  get name(): string {
    return this.config.name;
  }

  /** Whether the bundle was rolled back, and its source has brought nothing else since. */
  isHeldBack(digest: string): boolean {
    const restored = this.candidate?.isRestored === true ? this.candidate.digest : this.kept;
    const active = this.active?.digest ?? restored;
    const at = this.versions.findIndex((version) => version.digest === digest);
    return at >= 0 && at < this.versions.findIndex((version) => version.digest === active);
  }

  /** Makes the candidate the active one. */
  activate(keep: number): void {
    const version = this.candidate!;
    if (version.isRestored === true) return this.goBack(version);
    const others = this.versions.filter(({ digest }) => digest !== version.digest);
    this.versions = [version, ...others].slice(0, keep);
    this.active = version;
    this.candidate = undefined;
  }

  /** Makes a version that is kept the active one; what came after it is held back. */
  goBack(version: BundleVersion): void {
    this.active = version;
    this.candidate = undefined;
    this.replace(version);
  }

  /** Replaces a version by one of the same content. */
  replace(version: BundleVersion): void {
    this.versions = this.versions.map((each) => (each.digest === version.digest ? version : each));
    if (this.active?.digest === version.digest) this.active = version;
  }

  /** The version to roll back to: the one of that revision or digest, or the one before the active one. Throws BundleError. */
  target(revision: string | undefined): BundleVersion {
    const at = this.versions.findIndex(({ digest }) => digest === this.active?.digest);
    const found =
      revision === undefined
        ? this.versions[at + 1]
        : this.versions.find((version) => version.revision === revision || version.digest === revision);
    if (found !== undefined) return found;
    const what = revision === undefined ? 'nothing older' : `no revision ${JSON.stringify(revision)}`;
    throw new BundleError('not_available', `bundle ${this.name}: ${what} is kept`);
  }
}
