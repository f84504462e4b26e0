// Revocations: refuses a token, a subject or a client from now on, and ends what he has open.
import { randomUUID } from 'node:crypto';
import { InvalidAdminRequest, NotFound } from '../../errors.ts';
import type { Identity } from '../../exchange.ts';
import type { Revocation, RevocationKind } from '../../identity/revocations.ts';
import { isObject, type Json } from '../../request/strict-json.ts';
import type { Route } from '../route.ts';

const KEYS = ['token', 'subject', 'client', 'issuer', 'issued_before', 'expires_in', 'expires_at', 'reason'];
const TEXT_LIMIT = 1024;
const LIFE_LIMIT_SECONDS = 10 * 366 * 86_400;

/** The deny list: what is on it, adding, taking off. */
export const revocationRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/revocations',
    access: 'admin',
    handle: async ({ gate, body }, admin) => {
      const revocation = readRevocation(
        body,
        admin,
        gate.config.issuers.map(({ issuer }) => issuer),
      );
      const cut = await gate.revocations.add(revocation);
      return { status: 201, json: { revocation, cut } };
    },
  },
  {
    method: 'GET',
    path: '/v1/revocations',
    access: 'admin',
    handle: async ({ gate }) => ({ status: 200, json: { revocations: gate.revocations.list() } }),
  },
  {
    method: 'GET',
    path: '/v1/revocations/:id',
    access: 'admin',
    handle: async ({ gate, params }) => {
      const revocation = gate.revocations.get(params.id!);
      if (revocation === undefined) throw new NotFound();
      return { status: 200, json: { revocation } };
    },
  },
  {
    method: 'DELETE',
    path: '/v1/revocations/:id',
    access: 'admin',
    handle: async ({ gate, params }) => {
      if (!(await gate.revocations.remove(params.id!))) throw new NotFound();
      return { status: 200, json: { removed: params.id } };
    },
  },
];

/** Throws InvalidAdminRequest. */
function readRevocation(body: Json | undefined, admin: Identity, issuers: readonly string[]): Revocation {
  if (!isObject(body)) throw new InvalidAdminRequest('The body has to be an object.');
  const unknown = Object.keys(body).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new InvalidAdminRequest(`${unknown} is no field of a revocation.`);
  const text = (key: string): string | null => {
    const value = body[key] ?? null;
    if (value !== null && (typeof value !== 'string' || value === '' || value.length > TEXT_LIMIT))
      throw new InvalidAdminRequest(`${key} has to be a text of at most ${TEXT_LIMIT} characters.`);
    return value as string | null;
  };
  const named = (['token', 'subject', 'client'] as const).filter((kind) => body[kind] !== undefined);
  const kind: RevocationKind | undefined = named[0];
  const value = kind === undefined ? null : text(kind);
  if (kind === undefined || named.length > 1 || value === null)
    throw new InvalidAdminRequest('A revocation names one of token (its jti), subject and client.');
  const issuer = text('issuer') ?? (issuers.length === 1 ? issuers[0]! : null);
  if (issuer === null || !issuers.includes(issuer))
    throw new InvalidAdminRequest('issuer has to be one of the configured issuers.');
  const now = new Date();
  return {
    id: randomUUID(),
    kind,
    issuer,
    value,
    issued_before: readTime(text('issued_before'), 'issued_before'),
    expires_at: readEnd(body.expires_in, text('expires_at'), now),
    reason: text('reason'),
    created_at: now.toISOString(),
    created_by: { issuer: admin.issuer, subject: admin.subject },
  };
}

function readEnd(seconds: Json | undefined, at: string | null, now: Date): string | null {
  if (seconds === undefined || seconds === null) {
    const end = readTime(at, 'expires_at');
    if (end !== null && Date.parse(end) <= now.getTime()) throw new InvalidAdminRequest('expires_at is in the past.');
    return end;
  }
  if (at !== null) throw new InvalidAdminRequest('expires_in and expires_at exclude each other.');
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > LIFE_LIMIT_SECONDS)
    throw new InvalidAdminRequest('expires_in has to be a number of seconds.');
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

function readTime(text: string | null, key: string): string | null {
  if (text === null) return null;
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidAdminRequest(`${key} has to be a time like 2026-01-31T12:00:00Z.`);
  return new Date(text).toISOString();
}
