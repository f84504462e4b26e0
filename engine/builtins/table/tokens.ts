// Cryptography: hashes, certificates, JSON Web Tokens.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, object, string, tuple } from './notation.ts';

const certificates = array(object(string, any));
const fields = object(string, any);

export const tokensBuiltins: readonly BuiltinDecl[] = [
  declare('crypto.hmac.equal', { mac1: string, mac2: string }, { result: boolean }),
  declare('crypto.hmac.md5', { x: string, key: string }, { y: string }),
  declare('crypto.hmac.sha1', { x: string, key: string }, { y: string }),
  declare('crypto.hmac.sha256', { x: string, key: string }, { y: string }),
  declare('crypto.hmac.sha512', { x: string, key: string }, { y: string }),
  declare('crypto.md5', { x: string }, { y: string }),
  declare('crypto.parse_private_keys', { keys: string }, { output: certificates }),
  declare('crypto.sha1', { x: string }, { y: string }),
  declare('crypto.sha256', { x: string }, { y: string }),
  declare('crypto.x509.parse_and_verify_certificates', { certs: string }, { output: tuple(boolean, certificates) }),
  declare(
    'crypto.x509.parse_and_verify_certificates_with_options',
    { certs: string, options: fields },
    { output: tuple(boolean, certificates) },
  ),
  declare('crypto.x509.parse_certificate_request', { csr: string }, { output: fields }),
  declare('crypto.x509.parse_certificates', { certs: string }, { output: certificates }),
  declare('crypto.x509.parse_keypair', { cert: string, pem: string }, { output: fields }),
  declare('crypto.x509.parse_rsa_private_key', { pem: string }, { output: fields }),
  declare(
    'io.jwt.decode',
    { jwt: string },
    { output: tuple(object(any, any), object(any, any), string) },
    { categories: ['tokens'] },
  ),
  declare(
    'io.jwt.decode_verify',
    { jwt: string, constraints: fields },
    { output: tuple(boolean, object(any, any), object(any, any)) },
    { nondeterministic: true, categories: ['tokens'] },
  ),
  declare(
    'io.jwt.encode_sign',
    { headers: fields, payload: fields, key: fields },
    { output: string },
    { nondeterministic: true, categories: ['tokensign'] },
  ),
  declare(
    'io.jwt.encode_sign_raw',
    { headers: string, payload: string, key: string },
    { output: string },
    { nondeterministic: true, categories: ['tokensign'] },
  ),
  declare('io.jwt.verify_eddsa', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_es256', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_es384', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_es512', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_hs256', { jwt: string, secret: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_hs384', { jwt: string, secret: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_hs512', { jwt: string, secret: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_ps256', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_ps384', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_ps512', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_rs256', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_rs384', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
  declare('io.jwt.verify_rs512', { jwt: string, certificate: string }, { result: boolean }, { categories: ['tokens'] }),
];
