// An authorization server's metadata: OpenID Connect Discovery 1.0 and RFC 8414, in each place where a path may put them.
import { fetchJson } from './fetch-json.ts';

export interface ServerMetadata {
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly tokenEndpoint: string | undefined;
  readonly introspectionEndpoint: string | undefined;
}

/** How a server is reached. */
export interface ServerAccess {
  readonly ca?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where the metadata of an issuer may be, in the order in which they are tried. */
function metadataPlaces(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    ...new Set([
      `${origin}${path}/.well-known/openid-configuration`,
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
    ]),
  ];
}

/** Finds an issuer's metadata. Throws an Error when none are acceptable. */
export async function discover(issuer: string, access: ServerAccess = {}): Promise<ServerMetadata> {
  let fault = 'no metadata';
  for (const place of metadataPlaces(issuer)) {
    let answer: Awaited<ReturnType<typeof fetchJson>>;
    try {
      answer = await fetchJson(place, access);
    } catch (error) {
      fault = (error as Error).message;
      continue;
    }
    const { status, body } = answer;
    if (status !== 200) {
      fault = `status ${status}`;
      continue;
    }
    // OpenID Connect Discovery section 4.3: otherwise one issuer could speak for another.
    if (body.issuer !== issuer) throw new Error('the metadata name another issuer');
    return {
      issuer,
      jwksUri: readEndpoint(body, 'jwks_uri', issuer),
      tokenEndpoint: readEndpoint(body, 'token_endpoint', issuer),
      introspectionEndpoint: readEndpoint(body, 'introspection_endpoint', issuer),
    };
  }
  throw new Error(fault);
}

/** An endpoint out of an issuer's metadata; undefined when there is none. Throws an Error for one that must not be asked. */
export function readEndpoint(
  metadata: Readonly<Record<string, unknown>>,
  name: string,
  issuer: string,
): string | undefined {
  const value = metadata[name];
  if (value === undefined || value === null) return undefined;
  // An issuer elsewhere must not point the gate at something on this machine.
  const isAcceptable = typeof value === 'string' && isSafeUrl(value) && !(isHttps(issuer) && !isHttps(value));
  if (!isAcceptable) throw new Error(`no acceptable ${name}`);
  return value as string;
}

function isHttps(url: string): boolean {
  return new URL(url).protocol === 'https:';
}

/** `https`, or `http` on this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}
