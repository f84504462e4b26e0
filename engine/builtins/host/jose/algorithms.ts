// The names of JSON Web Algorithms for signatures (RFC 7518 section 3.1, RFC 8037), for all who have to choose among them. `none` is not one.

/** With a key pair. */
export const ASYMMETRIC_ALGORITHMS = [
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
] as const;

/** With a secret that both sides have. */
export const SYMMETRIC_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
