// An issuer's keys (RFC 7517), cached. A token with a key that is not among them makes the set be fetched again: shared by all who wait,
// and not more often than once a second, so that nobody can make the gate hammer an issuer, and no new key waits longer than that.
import { createLocalJWKSet, errors as jose, type CryptoKey, type JSONWebKeySet } from 'jose';
import type { FlattenedJWSInput, JWSHeaderParameters, LocalJWKSet } from 'jose';

const REFETCH_INTERVAL_MS = 1_000;
/** A key id that was not there is not looked for again for this long. */
const MISSING_MS = 5_000;
const MISSING_LIMIT = 1_000;

/** A key set that may change at the issuer at any time. */
export class Jwks {
  readonly #load: () => Promise<JSONWebKeySet>;
  readonly #lifeMs: number;
  #local: LocalJWKSet | undefined;
  #text = '';
  #loadedAt = -Infinity;
  #startedAt = -Infinity;
  #pending: Promise<void> | undefined;
  readonly #missing = new Map<string, number>();
  /** Counts the changes of the set: what was verified with an earlier one has to be verified again. */
  generation = 0;

  /** `load` fetches the set; a set is not believed for longer than `lifeMs`. */
  constructor(load: () => Promise<JSONWebKeySet>, lifeMs: number) {
    this.#load = load;
    this.#lifeMs = lifeMs;
  }

  /** The key for a token, as `jwtVerify` asks for it. Throws jose's errors, or what `load` throws. */
  async key(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    if (this.#age() > this.#lifeMs) await this.#fetch();
    else this.#keepFresh();
    try {
      return await this.#local!(header, token);
    } catch (error) {
      if (!(error instanceof jose.JWKSNoMatchingKey)) throw error;
      const name = `${header.alg} ${header.kid}`;
      if ((this.#missing.get(name) ?? -Infinity) > performance.now() - MISSING_MS) throw error;
      const joined = this.#pending !== undefined;
      await this.#fetch();
      // What was on its way already may have left the issuer before the key was there.
      if (joined && !(await this.#has(header, token))) await this.#fetch();
      if (!(await this.#has(header, token))) this.#noteMissing(name);
      return this.#local!(header, token);
    }
  }

  /** Whether there ever was a set. */
  get hasLoaded(): boolean {
    return this.#local !== undefined;
  }

  /** Fetches the set for those who will come. Throws what `load` throws. */
  warm(): Promise<void> {
    return this.#fetch();
  }

  /** Whether what was verified in this generation still counts. */
  isCurrent(generation: number): boolean {
    this.#keepFresh();
    return generation === this.generation && this.#age() <= this.#lifeMs;
  }

  /** In the second half of its life a set is fetched again while it still serves. */
  #keepFresh(): void {
    const age = this.#age();
    if (age > this.#lifeMs / 2 && age <= this.#lifeMs) this.#fetch().catch(() => {});
  }

  #age(): number {
    return performance.now() - this.#loadedAt;
  }

  async #has(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<boolean> {
    return this.#local!(header, token).then(
      () => true,
      (error: unknown) => !(error instanceof jose.JWKSNoMatchingKey),
    );
  }

  #noteMissing(name: string): void {
    if (this.#missing.size >= MISSING_LIMIT) this.#missing.clear();
    this.#missing.set(name, performance.now());
  }

  #fetch(): Promise<void> {
    this.#pending ??= this.#run().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #run(): Promise<void> {
    const waitMs = this.#startedAt + REFETCH_INTERVAL_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#startedAt = performance.now();
    const set = await this.#load();
    const text = JSON.stringify(set);
    if (text !== this.#text) {
      this.#local = createLocalJWKSet(set);
      this.#text = text;
      this.#missing.clear();
      this.generation++;
    }
    this.#loadedAt = this.#startedAt;
  }
}
