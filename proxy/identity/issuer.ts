// A configured issuer as it is reached: its metadata, its keys, and its word on single tokens (RFC 7662). Verifying tokens with them is
// verify-token.ts.
import { readFileSync } from 'node:fs';
import type { JSONWebKeySet } from 'jose';
import type { IssuerConfig } from '../config/issuers.ts';
import { IssuerUnavailable } from '../errors.ts';
import { fetchJson } from '../oauth/fetch-json.ts';
import { discover, type ServerAccess, type ServerMetadata } from '../oauth/server-metadata.ts';
import { Introspection } from './introspection.ts';
import { Jwks } from './jwks.ts';

/** After a failed discovery, requests fail at once for this long: an issuer that is down is not hammered. */
const RETRY_AFTER_MS = 2_000;
const METADATA_LIFE_MS = 60 * 60_000;

/** One configured issuer. Discovery happens when the first token asks for it, and is shared. */
export class Issuer {
  readonly config: IssuerConfig;
  readonly keys: Jwks;
  readonly introspection: Introspection | undefined;
  #metadata: Promise<ServerMetadata> | undefined;
  #discoveredAt = -Infinity;
  #hasBeenDiscovered = false;

  constructor(config: IssuerConfig) {
    this.config = config;
    this.keys = new Jwks(() => this.#loadKeys(), config.jwksCacheSeconds * 1000);
    this.introspection =
      config.introspection === undefined
        ? undefined
        : new Introspection(config.introspection, {
            ca: config.ca,
            audience: config.issuer,
            endpoint: async () => {
              const { introspectionEndpoint } = await this.#discover();
              return this.#some(introspectionEndpoint, 'introspection_endpoint');
            },
          });
  }

  /** Whether it has answered once since the start. */
  get hasBeenReached(): boolean {
    return this.keys.hasLoaded || this.#hasBeenDiscovered;
  }

  /** Asks it in the background for what the first token will need. */
  reach(): void {
    const asked = this.introspection === undefined ? this.keys.warm() : this.#discover();
    asked.then(
      () => (this.#hasBeenDiscovered = true),
      () => {},
    );
  }

  async #loadKeys(): Promise<JSONWebKeySet> {
    const { jwksUri: configured } = this.config;
    const jwksUri = configured ?? this.#some((await this.#discover()).jwksUri, 'jwks_uri');
    try {
      const { status, body } = await fetchJson(jwksUri, this.#access());
      if (status !== 200) throw new Error(`status ${status}`);
      if (!Array.isArray(body.keys)) throw new Error('no key set');
      return body as unknown as JSONWebKeySet;
    } catch (error) {
      // They may have moved.
      this.#metadata = undefined;
      throw this.#unavailable('keys', error);
    }
  }

  #discover(): Promise<ServerMetadata> {
    if (performance.now() - this.#discoveredAt > METADATA_LIFE_MS) this.#metadata = undefined;
    if (this.#metadata === undefined) {
      this.#discoveredAt = performance.now();
      const found = discover(this.config.issuer, this.#access()).catch((error: unknown) => {
        setTimeout(() => {
          if (this.#metadata === found) this.#metadata = undefined;
        }, RETRY_AFTER_MS).unref();
        throw this.#unavailable('discovery', error);
      });
      this.#metadata = found;
    }
    return this.#metadata;
  }

  /** Read anew each time: projected tokens change. */
  #access(): ServerAccess {
    const { ca, tokenFile } = this.config;
    if (tokenFile === undefined) return { ca };
    try {
      return { ca, headers: { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` } };
    } catch (error) {
      throw this.#unavailable('token for discovery', error);
    }
  }

  #some(value: string | undefined, name: string): string {
    if (value === undefined) throw this.#unavailable('discovery', new Error(`no ${name}`));
    return value;
  }

  #unavailable(what: string, error: unknown): IssuerUnavailable {
    if (error instanceof IssuerUnavailable) return error;
    return new IssuerUnavailable(
      `${what} of ${this.config.issuer}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
