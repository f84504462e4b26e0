// The issuers section of the configuration: whose tokens count, and how they are verified. Verifying is identity/.
import { ASYMMETRIC_ALGORITHMS } from '../../engine/builtins/host/jose/algorithms.ts';
import type { OAuthClient } from '../oauth/client-authentication.ts';
import { isSafeUrl } from '../oauth/server-metadata.ts';
import { readOAuthClient } from './oauth-client.ts';
import type { ObjectReader } from './reader.ts';

/** Where claims say what: for each the names in the order in which they are looked for, or JSON pointers to what is inside others. */
export interface ClaimNames {
  readonly subject: readonly string[];
  readonly clientId: readonly string[];
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
  readonly tokenId: readonly string[];
}

export interface IntrospectionConfig {
  /** Undefined: what discovery says. */
  readonly endpoint: string | undefined;
  readonly client: OAuthClient;
  /** For how long an answer is believed; 0: every request asks. */
  readonly cacheSeconds: number;
  /** How often the tokens of what is open are asked about again; 0: never. */
  readonly recheckSeconds: number;
  /** For how long after that what is open may go on while the issuer does not answer. */
  readonly graceSeconds: number;
  /** Whether JWTs are introspected too, after they have been verified. */
  readonly tokens: 'all' | 'opaque';
}

export interface IssuerConfig {
  readonly issuer: string;
  /** The audiences that are us. */
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  /** What the header's `typ` may be; null: absent. */
  readonly typ: readonly (string | null)[];
  readonly clockToleranceSeconds: number;
  readonly claims: ClaimNames;
  /** Claims that have to have one of the values; `*` at a value's end stands for whatever follows. */
  readonly requiredClaims: Readonly<Record<string, readonly string[]>>;
  /** Clients whose tokens count; empty: all. */
  readonly clients: readonly string[];
  /** Instead of discovery. */
  readonly jwksUri: string | undefined;
  /** For how long keys are believed without asking again. */
  readonly jwksCacheSeconds: number;
  /** Certificates of the issuer's authority, PEM. */
  readonly ca: string | undefined;
  /** A file with the token that discovery and keys ask for, as Kubernetes does. */
  readonly tokenFile: string | undefined;
  readonly introspection: IntrospectionConfig | undefined;
  /** Whether clients are not told of it: they get their tokens elsewhere than at an OAuth endpoint, as workloads do. */
  readonly isUnlisted: boolean;
}

/** Asymmetric ones only: a shared secret would let every holder mint tokens. */
const ALGORITHMS: readonly string[] = [...ASYMMETRIC_ALGORITHMS, 'Ed25519'];
const URL_RULE = 'has to be an https URL, or http on this machine';

/** Reads an entry of `issuers`. */
export function readIssuer(issuer: ObjectReader): IssuerConfig {
  const optionalUrl = (reader: ObjectReader, key: string): string | undefined =>
    reader.has(key) ? reader.url(key, isSafeUrl, URL_RULE) : undefined;
  const config: IssuerConfig = {
    issuer: issuer.url('issuer', isSafeUrl, URL_RULE),
    audience: issuer.texts('audience'),
    algorithms: issuer.texts(
      'algorithms',
      ['RS256', 'ES256'],
      [(name) => ALGORITHMS.includes(name), `has to be one of ${ALGORITHMS.join(', ')}`],
    ),
    typ: issuer.nullableTexts('typ', ['at+jwt']),
    clockToleranceSeconds: issuer.integer('clockToleranceSeconds', 5, 0, 300),
    claims: readClaimNames(issuer.optionalObject('claims')),
    requiredClaims: issuer.textLists('requiredClaims'),
    clients: issuer.texts('clients', []),
    jwksUri: optionalUrl(issuer, 'jwksUri'),
    jwksCacheSeconds: issuer.integer('jwksCacheSeconds', 600, 2, 86_400),
    ca: issuer.optionalPem('ca'),
    tokenFile: issuer.has('tokenFile') ? issuer.file('tokenFile') : undefined,
    introspection: issuer.has('introspection') ? readIntrospection(issuer.object('introspection')) : undefined,
    isUnlisted: issuer.isTrue('unlisted'),
  };
  if (config.audience.length === 0) issuer.fault('audience', 'has to name an audience at least');
  if (config.algorithms.length === 0) issuer.fault('algorithms', 'has to name an algorithm at least');
  if (config.typ.length === 0) issuer.fault('typ', 'has to name a type at least; null stands for none');
  issuer.end();
  return config;

  function readIntrospection(introspection: ObjectReader): IntrospectionConfig {
    const read: IntrospectionConfig = {
      endpoint: optionalUrl(introspection, 'endpoint'),
      client: readOAuthClient(introspection.object('client')),
      cacheSeconds: introspection.integer('cacheSeconds', 0, 0, 3600),
      recheckSeconds: introspection.integer('recheckSeconds', 60, 0, 3600),
      graceSeconds: introspection.integer('graceSeconds', 30, 0, 3600),
      tokens: introspection.oneOf('tokens', ['all', 'opaque'], 'all'),
    };
    introspection.end();
    return read;
  }
}

/** The defaults find what RFC 9068, OpenID Connect, Okta (`cid`, `scp`) and Entra ID (`azp`, `scp`) write. */
function readClaimNames(claims: ObjectReader): ClaimNames {
  const names: ClaimNames = {
    subject: claims.texts('subject', ['sub']),
    clientId: claims.texts('clientId', ['client_id', 'azp', 'cid']),
    scopes: claims.texts('scopes', ['scope', 'scp']),
    groups: claims.texts('groups', ['groups']),
    tokenId: claims.texts('tokenId', ['jti']),
  };
  claims.end();
  return names;
}
