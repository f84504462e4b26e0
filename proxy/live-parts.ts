// The parts of a gate that follow its configuration while it runs: issuers with their keys, and what connections reach their upstreams by.
// What has not changed is kept, with its caches and sockets.
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'undici';
import type { Config } from './config/config.ts';
import type { ConnectionConfig } from './config/connections.ts';
import { type ConfigChange, mergeLive } from './config/live.ts';
import { Authenticator } from './identity/authenticate.ts';
import type { DpopVerifier } from './identity/dpop.ts';
import { Issuer } from './identity/issuer.ts';
import type { Revocations } from './identity/revocations.ts';
import { type CredentialSource, openCredential } from './upstream/credential-source.ts';
import { openPool } from './upstream/forward.ts';
import { PassThrough } from './upstream/pass-through.ts';

interface Upstream {
  readonly pool: Pool;
  readonly credential: CredentialSource;
  /** Where bodies are opaque. */
  readonly passThrough: PassThrough | undefined;
}

/** The parts in force. */
export class LiveParts {
  readonly #revocations: Revocations;
  readonly #dpop: DpopVerifier;
  #config: Config;
  #issuers: readonly Issuer[];
  #authenticator: Authenticator;
  /** By the connection as it was when its request came: one that is under way ends as it has begun. */
  readonly #upstreams = new WeakMap<ConnectionConfig, Upstream>();

  constructor(config: Config, revocations: Revocations, dpop: DpopVerifier) {
    this.#revocations = revocations;
    this.#dpop = dpop;
    this.#config = config;
    this.#issuers = config.issuers.map((issuer) => new Issuer(issuer));
    this.#authenticator = new Authenticator(this.#issuers, revocations, dpop);
    for (const connection of config.connections) this.#upstreams.set(connection, this.#open(connection));
  }

  get config(): Config {
    return this.#config;
  }

  get issuers(): readonly Issuer[] {
    return this.#issuers;
  }

  get authenticator(): Authenticator {
    return this.#authenticator;
  }

  poolOf(connection: ConnectionConfig): Pool {
    return this.#upstreams.get(connection)!.pool;
  }

  passThroughOf(connection: ConnectionConfig): PassThrough {
    return this.#upstreams.get(connection)!.passThrough!;
  }

  credentialOf(connection: ConnectionConfig): CredentialSource {
    return this.#upstreams.get(connection)!.credential;
  }

  /** Takes over what can be taken over of another configuration. */
  apply(next: Config): ConfigChange {
    const before = this.#config;
    const change = mergeLive(before, next);
    this.#config = change.config;
    if (change.changed.includes('issuers')) {
      const kept = this.#issuers;
      this.#issuers = change.config.issuers.map(
        (config) => kept.find((each) => isDeepStrictEqual(each.config, config)) ?? new Issuer(config),
      );
      this.#authenticator = new Authenticator(this.#issuers, this.#revocations, this.#dpop);
    }
    for (const connection of change.config.connections) {
      if (this.#upstreams.has(connection)) continue;
      const old = before.connections.find(({ name }) => name === connection.name);
      this.#upstreams.set(connection, this.#open(connection, old));
    }
    return change;
  }

  /** Ends all sockets to upstreams. */
  async close(): Promise<void> {
    for (const connection of this.#config.connections) this.#upstreams.get(connection)!.passThrough?.close();
    await Promise.all(this.#config.connections.map((connection) => this.poolOf(connection).destroy()));
  }

  #open(connection: ConnectionConfig, old?: ConnectionConfig): Upstream {
    const kept = old === undefined ? undefined : this.#upstreams.get(old);
    const isSame = (...keys: readonly (keyof ConnectionConfig)[]): boolean =>
      keys.every((key) => isDeepStrictEqual(old?.[key], connection[key]));
    const isReached = isSame('upstream', 'tls', 'timeouts');
    const isOpaque = connection.inspection === 'headers';
    return {
      pool: kept !== undefined && isReached ? kept.pool : openPool(connection, this.#config.limits),
      passThrough: !isOpaque
        ? undefined
        : isReached && isSame('inspection', 'kind')
          ? kept?.passThrough
          : new PassThrough(connection),
      credential: kept !== undefined && isSame('credential') ? kept.credential : openCredential(connection.credential),
    };
  }
}
