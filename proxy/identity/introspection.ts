// Asks an issuer about a token (RFC 7662), on every request or once in n seconds. No answer, or one that is not understood, is no "active".
import type { IntrospectionConfig } from '../config/issuers.ts';
import { InvalidToken, IssuerUnavailable } from '../errors.ts';
import { authenticateClient } from '../oauth/client-authentication.ts';
import { fetchJson } from '../oauth/fetch-json.ts';
import type { Claims } from './claims.ts';

const CACHE_SIZE = 10_000;

interface Access {
  readonly ca: string | undefined;
  /** What the gate's own assertions are for, when the configuration does not say. */
  readonly audience: string;
  endpoint(): Promise<string>;
}

interface Word {
  /** Undefined: not active. */
  readonly claims: Claims | undefined;
  readonly until: number;
}

/** One issuer's introspection endpoint. */
export class Introspection {
  readonly config: IntrospectionConfig;
  readonly #access: Access;
  readonly #words = new Map<string, Word>();
  readonly #asked = new Map<string, Promise<Claims | undefined>>();

  constructor(config: IntrospectionConfig, access: Access) {
    this.config = config;
    this.#access = access;
  }

  /** What the issuer says of an active token, `hash` its digest. Throws InvalidToken for another, IssuerUnavailable without an answer. */
  async ask(token: string, hash: string): Promise<Claims> {
    const { cacheSeconds } = this.config;
    const claims = cacheSeconds === 0 ? await this.#fetch(token) : await this.#remembered(token, hash);
    if (claims === undefined) throw new InvalidToken('introspected: not active');
    return claims;
  }

  /** The same, whatever is remembered. */
  async askAnew(token: string, hash: string): Promise<Claims> {
    const claims = await this.#askOnce(token, hash);
    if (claims === undefined) throw new InvalidToken('introspected: not active any more');
    return claims;
  }

  async #remembered(token: string, hash: string): Promise<Claims | undefined> {
    const word = this.#words.get(hash);
    return word !== undefined && word.until > Date.now() ? word.claims : this.#askOnce(token, hash);
  }

  /** One question for all who ask at once. */
  async #askOnce(token: string, hash: string): Promise<Claims | undefined> {
    let asked = this.#asked.get(hash);
    if (asked === undefined) {
      asked = this.#fetch(token).finally(() => this.#asked.delete(hash));
      this.#asked.set(hash, asked);
    }
    const claims = await asked;
    if (this.config.cacheSeconds === 0) return claims;
    if (this.#words.size >= CACHE_SIZE) this.#words.delete(this.#words.keys().next().value!);
    this.#words.delete(hash);
    this.#words.set(hash, { claims, until: Date.now() + this.config.cacheSeconds * 1000 });
    return claims;
  }

  async #fetch(token: string): Promise<Claims | undefined> {
    try {
      const endpoint = this.config.endpoint ?? (await this.#access.endpoint());
      const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
      const headers = await authenticateClient(this.config.client, form, this.#access.audience);
      const { status, body } = await fetchJson(endpoint, { ca: this.#access.ca, headers, form });
      if (status !== 200) throw new Error(`status ${status}`);
      if (typeof body.active !== 'boolean') throw new Error('no word on whether it is active');
      return body.active ? body : undefined;
    } catch (error) {
      if (error instanceof IssuerUnavailable) throw error;
      throw new IssuerUnavailable(`introspection: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
