// The issuers section of the configuration: whose tokens count, and how they are verified. Verifying is identity/.
import { isSafeUrl } from '../identity/issuer.ts';
import type { ObjectReader } from './reader.ts';

export interface IssuerConfig {
  readonly issuer: string;
  /** The audiences that are us. */
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  /** The header's `typ`; null for issuers that write none. */
  readonly typ: string | null;
  readonly groupsClaim: string;
  /** Instead of discovery. */
  readonly jwksUri: string | undefined;
}

/** Asymmetric ones only: a shared secret would let every holder mint tokens. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Reads an entry of `issuers`. */
export function readIssuer(issuer: ObjectReader): IssuerConfig {
  const config: IssuerConfig = {
    issuer: issuer.url('issuer', isSafeUrl, 'has to be an https URL, or http on this machine'),
    audience: issuer.texts('audience'),
    algorithms: issuer.texts(
      'algorithms',
      ['RS256', 'ES256'],
      [(name) => ALGORITHMS.includes(name), `has to be one of ${ALGORITHMS.join(', ')}`],
    ),
    typ: issuer.nullableText('typ', 'at+jwt'),
    groupsClaim: issuer.text('groupsClaim', 'groups'),
    jwksUri: issuer.has('jwksUri')
      ? issuer.url('jwksUri', isSafeUrl, 'has to be an https URL, or http on this machine')
      : undefined,
  };
  if (config.audience.length === 0) issuer.fault('audience', 'has to name an audience at least');
  if (config.algorithms.length === 0) issuer.fault('algorithms', 'has to name an algorithm at least');
  issuer.end();
  return config;
}
