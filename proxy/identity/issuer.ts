// An issuer's keys: OpenID Connect Discovery or RFC 8414, then its JWKS, cached and refetched on unknown keys.
// Verifying tokens with them is authenticate.ts.
import { createRemoteJWKSet, errors as jose, type JWTVerifyGetKey } from 'jose';
import type { IssuerConfig } from '../config/issuers.ts';
import { IssuerUnavailable } from '../errors.ts';

const TIMEOUT_MS = 5_000;
/** After a failed discovery, requests fail at once for this long: an issuer that is down is not hammered. */
const RETRY_AFTER_MS = 2_000;
const JWKS_CACHE_MS = 10 * 60_000;
const JWKS_COOLDOWN_MS = 30_000;
const METADATA_LIMIT = 256 * 1024;

/** One configured issuer. Discovery happens when the first token asks for it, and is shared. */
export class Issuer {
  readonly config: IssuerConfig;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(config: IssuerConfig) {
    this.config = config;
  }

  /** The key look-up for `jwtVerify`. Throws IssuerUnavailable. */
  async keys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover().catch((error: unknown) => {
      setTimeout(() => (this.#keys = undefined), RETRY_AFTER_MS).unref();
      throw new IssuerUnavailable(`discovery of ${this.config.issuer}: ${text(error)}`);
    });
    return this.#keys;
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const jwksUri = this.config.jwksUri ?? (await this.#jwksUri());
    const remote = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: TIMEOUT_MS,
      cacheMaxAge: JWKS_CACHE_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
    });
    return (header, token) =>
      remote(header, token).catch((error: unknown) => {
        const isTokens =
          error instanceof jose.JWKSNoMatchingKey ||
          error instanceof jose.JWKSMultipleMatchingKeys ||
          error instanceof jose.JOSENotSupported;
        throw isTokens ? error : new IssuerUnavailable(`keys of ${this.config.issuer}: ${text(error)}`);
      });
  }

  async #jwksUri(): Promise<string> {
    const { issuer } = this.config;
    const url = new URL(issuer);
    const path = url.pathname.replace(/\/$/, '');
    const places = [
      `${url.origin}${path}/.well-known/openid-configuration`,
      `${url.origin}/.well-known/oauth-authorization-server${path}`,
    ];
    let fault = 'no metadata';
    for (const place of places) {
      const answer = await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
      const body = await answer.text();
      if (!answer.ok || body.length > METADATA_LIMIT) {
        fault = `status ${answer.status}`;
        continue;
      }
      const metadata = JSON.parse(body) as { issuer?: unknown; jwks_uri?: unknown };
      // OpenID Connect Discovery section 4.3: otherwise one issuer could speak for another.
      if (metadata.issuer !== issuer) throw new Error('the metadata name another issuer');
      if (typeof metadata.jwks_uri !== 'string' || !isSafeUrl(metadata.jwks_uri))
        throw new Error('no acceptable jwks_uri');
      return metadata.jwks_uri;
    }
    throw new Error(fault);
  }
}

/** `https`, or `http` on this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
