// The gate's own deny list: tokens, subjects and clients that are refused whatever their issuer says, until a time or for good. It is
// looked at on every request, and a new entry cuts the streams it concerns. Keeping it is a store's job.
import { RevocationsUnavailable } from '../errors.ts';
import type { Identity } from '../exchange.ts';

/** What a revocation names: a token by its id, a subject, or a client. */
export type RevocationKind = 'token' | 'subject' | 'client';

export interface Revocation {
  readonly id: string;
  readonly kind: RevocationKind;
  readonly issuer: string;
  /** The `jti`, subject or client id. */
  readonly value: string;
  /** Only tokens issued before this time; null: all. ISO 8601, as the others. */
  readonly issued_before: string | null;
  /** When it ends; null: never. */
  readonly expires_at: string | null;
  readonly reason: string | null;
  readonly created_at: string;
  /** Who has revoked: the subject and issuer of an administrator. */
  readonly created_by: { readonly issuer: string; readonly subject: string };
}

/** Where revocations outlive the process, and what replicas share. */
export interface RevocationStore {
  list(): Promise<readonly Revocation[]>;
  add(revocation: Revocation): Promise<void>;
  /** Whether it was there. */
  remove(id: string): Promise<boolean>;
  /**
   * For a list that other processes change too: calls back with it again and again, and with when it was asked for on the monotonic
   * clock; returns what ends that.
   */
  watch?(changed: (revocations: readonly Revocation[], askedAt: number) => void): () => void;
}

/** Others may have revoked somebody since: a list that is older than this refuses everybody. */
const STALE_MS = 30_000;

/** The list in memory, over a store. */
export class Revocations {
  readonly #store: RevocationStore;
  readonly #byId = new Map<string, Revocation>();
  /** By kind, issuer and value. */
  readonly #byKey = new Map<string, Revocation[]>();
  #unwatch: (() => void) | undefined;
  /** When the store was asked for the list that is in memory; undefined when nobody else changes it. */
  #askedAt: number | undefined;
  /** When this process has changed an entry; lists asked for before that do not know. */
  readonly #changedAt = new Map<string, number>();
  /** Called with each revocation that becomes known, to end what is open; returns how much that was. */
  onAdded: (revocation: Revocation) => number = () => 0;

  private constructor(store: RevocationStore) {
    this.#store = store;
  }

  /** Reads a store. Rejects when it cannot be read: a gate that does not know who is revoked must not start. */
  static async open(store: RevocationStore): Promise<Revocations> {
    const revocations = new Revocations(store);
    const askedAt = performance.now();
    for (const revocation of await store.list()) revocations.#insert(revocation);
    if (store.watch !== undefined) {
      revocations.#askedAt = askedAt;
      revocations.#unwatch = store.watch((list, listAskedAt) => revocations.#replace(list, listAskedAt));
    }
    return revocations;
  }

  /**
   * What refuses a token of this identity, issued at this time (in seconds since the epoch); undefined when nothing does. Throws
   * RevocationsUnavailable when that cannot be known.
   */
  find(identity: Identity, issuedAt: number | undefined): Revocation | undefined {
    if (this.#askedAt !== undefined && performance.now() - this.#askedAt > STALE_MS) throw new RevocationsUnavailable();
    if (this.#byId.size === 0) return undefined;
    const { issuer, subject, client_id: client, token_id: token } = identity;
    return (
      this.#match('subject', issuer, subject, issuedAt) ??
      (client === null ? undefined : this.#match('client', issuer, client, issuedAt)) ??
      (token === null ? undefined : this.#match('token', issuer, token, issuedAt))
    );
  }

  /** Those in force, in the order in which they were made. */
  list(): readonly Revocation[] {
    this.#dropExpired();
    return [...this.#byId.values()];
  }

  get(id: string): Revocation | undefined {
    const found = this.#byId.get(id);
    return found !== undefined && isInForce(found) ? found : undefined;
  }

  /**
   * Takes effect at once, and is kept when the promise resolves, with how many exchanges it has cut; when it rejects, it is in force in
   * this process only.
   */
  async add(revocation: Revocation): Promise<number> {
    this.#dropExpired();
    this.#changedAt.set(revocation.id, Infinity);
    this.#insert(revocation);
    const cut = this.onAdded(revocation);
    await this.#store.add(revocation);
    this.#noteChange(revocation.id);
    return cut;
  }

  /** Ends a revocation; false when there is none of this id. */
  async remove(id: string): Promise<boolean> {
    const isKept = await this.#store.remove(id);
    if (isKept) this.#noteChange(id);
    else this.#changedAt.delete(id);
    return this.#delete(id) || isKept;
  }

  close(): void {
    this.#unwatch?.();
  }

  #match(kind: RevocationKind, issuer: string, value: string, issuedAt: number | undefined): Revocation | undefined {
    return this.#byKey.get(keyOf(kind, issuer, value))?.find((each) => isInForce(each) && concerns(each, issuedAt));
  }

  #insert(revocation: Revocation): void {
    if (!isInForce(revocation) || this.#byId.has(revocation.id)) return;
    this.#byId.set(revocation.id, revocation);
    const key = keyOf(revocation.kind, revocation.issuer, revocation.value);
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), revocation]);
  }

  #delete(id: string): boolean {
    const revocation = this.#byId.get(id);
    if (revocation === undefined) return false;
    this.#byId.delete(id);
    const key = keyOf(revocation.kind, revocation.issuer, revocation.value);
    const others = this.#byKey.get(key)!.filter((each) => each.id !== id);
    if (others.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, others);
    return true;
  }

  #noteChange(id: string): void {
    if (this.#askedAt === undefined) this.#changedAt.delete(id);
    else this.#changedAt.set(id, performance.now());
  }

  #replace(list: readonly Revocation[], askedAt: number): void {
    if (askedAt < this.#askedAt!) return;
    this.#askedAt = askedAt;
    for (const [id, changedAt] of this.#changedAt) if (changedAt < askedAt) this.#changedAt.delete(id);
    const ids = new Set(list.map(({ id }) => id));
    for (const id of [...this.#byId.keys()]) if (!ids.has(id) && !this.#changedAt.has(id)) this.#delete(id);
    for (const revocation of list) {
      if (this.#byId.has(revocation.id) || this.#changedAt.has(revocation.id)) continue;
      this.#insert(revocation);
      this.onAdded(revocation);
    }
  }

  #dropExpired(): void {
    for (const revocation of [...this.#byId.values()]) if (!isInForce(revocation)) this.#delete(revocation.id);
  }
}

/** Whether a revocation refuses the tokens of an identity. */
export function isRevokedBy(revocation: Revocation, identity: Identity, issuedAt: number | undefined): boolean {
  const named = { subject: identity.subject, client: identity.client_id, token: identity.token_id }[revocation.kind];
  return (
    revocation.issuer === identity.issuer &&
    revocation.value === named &&
    isInForce(revocation) &&
    concerns(revocation, issuedAt)
  );
}

function isInForce({ expires_at: end }: Revocation): boolean {
  return end === null || Date.parse(end) > Date.now();
}

/** A token that does not say when it was issued may have been issued before. */
function concerns({ issued_before: before }: Revocation, issuedAt: number | undefined): boolean {
  return before === null || issuedAt === undefined || issuedAt * 1000 < Date.parse(before);
}

function keyOf(kind: RevocationKind, issuer: string, value: string): string {
  return `${kind} ${issuer} ${value}`;
}
