// Asks a token endpoint for an access token of the gate's own: client credentials (RFC 6749 section 4.4) or token exchange (RFC 8693).
// Refresh tokens are never asked for, kept or used: none can be replayed after it was rotated.
import { authenticateClient, type OAuthClient } from './client-authentication.ts';
import { fetchJson, type JsonAnswer } from './fetch-json.ts';
import { discover } from './server-metadata.ts';

/** Where tokens come from, and for what. */
export interface TokenSource {
  /** By discovery, or with `tokenEndpoint` only what assertions are for. */
  readonly issuer: string | undefined;
  readonly tokenEndpoint: string | undefined;
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  /** RFC 8707. */
  readonly resource: string | undefined;
  readonly audience: string | undefined;
  /** Certificates of the server's authority, PEM. */
  readonly ca: string | undefined;
}

export interface AccessToken {
  readonly value: string;
  readonly lifeMs: number;
}

/** The server has said no, with one of its error codes. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** For a server that does not say how long a token lives. */
const UNKNOWN_LIFE_SECONDS = 60;
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** A new token for `grant`'s parameters. Throws TokenRefused, or an Error without an answer. */
export async function requestToken(source: TokenSource, grant: Readonly<Record<string, string>>): Promise<AccessToken> {
  const endpoint = source.tokenEndpoint ?? (await discoverEndpoint(source));
  const form = new URLSearchParams(grant);
  if (source.scopes.length > 0) form.set('scope', source.scopes.join(' '));
  if (source.resource !== undefined) form.set('resource', source.resource);
  if (source.audience !== undefined) form.set('audience', source.audience);
  const headers = await authenticateClient(source.client, form, source.issuer ?? endpoint);
  return readAnswer(await fetchJson(endpoint, { ca: source.ca, headers, form }));
}

function readAnswer({ status, body }: JsonAnswer): AccessToken {
  if (status >= 400 && status < 500 && typeof body.error === 'string' && /^[\x20-\x7e]{1,100}$/.test(body.error))
    throw new TokenRefused(body.error);
  if (status !== 200) throw new Error(`status ${status}`);
  const { access_token: value, token_type: type, expires_in: life = UNKNOWN_LIFE_SECONDS } = body;
  if (typeof value !== 'string' || !TOKEN.test(value)) throw new Error('no access token');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw new Error('a token that is no bearer token');
  // Some servers write it as a text.
  const seconds = Number(life);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new Error('a token that has ended');
  return { value, lifeMs: seconds * 1000 };
}

async function discoverEndpoint({ issuer, ca }: TokenSource): Promise<string> {
  const { tokenEndpoint } = await discover(issuer!, { ca });
  if (tokenEndpoint === undefined) throw new Error('no token_endpoint');
  return tokenEndpoint;
}
