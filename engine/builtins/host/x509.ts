// crypto.x509.* and crypto.parse_private_keys: certificates, certification requests and keys as values, chains verified.
// Left to others: reading and printing the structures (x509/).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { objectOf } from '../../value/construct.ts';
import { RegoNumber, RegoObject, RegoSet } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { decodeBase64 } from './base64.ts';
import { base64UrlUint, integerOf } from './integers.ts';
import { objectOperand, stringOperand } from './operands.ts';
import { parseCertificateRequest } from './x509/certificate-request.ts';
import { parseCertificates } from './x509/certificate.ts';
import type { Certificate } from './x509/certificate.ts';
import { decodePem, pemBlocks } from './x509/pem.ts';
import { printCertificate, printCertificateRequest, printPrivateKey } from './x509/print.ts';
import { parsePrivateKeys } from './x509/private-key.ts';
import type { EcPrivateKey, PrivateKey, RsaPrivateKey } from './x509/private-key.ts';
import { parseKeyPair } from './x509/tls-key-pair.ts';
import { verifyChain } from './x509/verify.ts';
import type { VerifyOptions } from './x509/verify.ts';

/** Certificates in PEM, or in base64 of PEM or DER. */
function readCertificates(text: string): readonly Certificate[] {
  if (text.startsWith('-----BEGIN')) return readPemCertificates(text);
  const bytes = decodeBase64(text);
  const decoded = Buffer.from(bytes).toString('latin1');
  return decoded.startsWith('-----BEGIN') ? readPemCertificates(decoded) : parseCertificates(bytes);
}

function readPemCertificates(text: string): readonly Certificate[] {
  const ders: Uint8Array[] = [];
  for (const { type, bytes } of pemBlocks(text)) {
    if (type !== 'CERTIFICATE') throw new BuiltinError(`PEM block type is '${type}', expected CERTIFICATE`);
    ders.push(bytes);
  }
  return parseCertificates(Buffer.concat(ders));
}

/** `[true, chain]` with the leaf first, or `[false, []]`: also when the certificates cannot be read. */
function verifyCertificates(text: string, options: () => VerifyOptions, withUriStrings: boolean): Value {
  const certificates = attempt(() => readCertificates(text));
  if (certificates === undefined) return [false, []];
  const verifyOptions = options();
  const root = certificates[0];
  const leaf = certificates.at(-1);
  if (root === undefined || leaf === undefined || certificates.length < 2) return [false, []];
  const chain = verifyChain(root, certificates.slice(1, -1), leaf, verifyOptions);
  return chain === undefined ? [false, []] : [true, chain.map((item) => printCertificate(item, withUriStrings))];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof BuiltinError) return undefined;
    throw error;
  }
}

/** Names of the usages, with numbers of Go's ExtKeyUsage. */
const KEY_USAGES: ReadonlyMap<string, number> = new Map([
  ['KeyUsageAny', 0],
  ['KeyUsageServerAuth', 1],
  ['KeyUsageClientAuth', 2],
  ['KeyUsageCodeSigning', 3],
  ['KeyUsageEmailProtection', 4],
  ['KeyUsageIPSECEndSystem', 5],
  ['KeyUsageIPSECTunnel', 6],
  ['KeyUsageIPSECUser', 7],
  ['KeyUsageTimeStamping', 8],
  ['KeyUsageOCSPSigning', 9],
  ['KeyUsageMicrosoftServerGatedCrypto', 10],
  ['KeyUsageNetscapeServerGatedCrypto', 11],
  ['KeyUsageMicrosoftCommercialCodeSigning', 12],
  ['KeyUsageMicrosoftKernelCodeSigning', 13],
]);

function verifyOptionsOf(options: RegoObject, now: number): VerifyOptions {
  let verifyOptions: VerifyOptions = { time: now };
  for (const [key, value] of options.entries)
    if (typeof key === 'string') verifyOptions = { ...verifyOptions, ...verifyOption(key, value) };
  return verifyOptions;
}

function verifyOption(key: string, value: Value): Partial<VerifyOptions> {
  switch (key) {
    case 'DNSName':
      if (typeof value !== 'string') throw new BuiltinError("'DNSName' should be a string");
      return { dnsName: value.replace(/^"+|"+$/g, '') };
    case 'CurrentTime': {
      if (!isNumber(value)) throw new BuiltinError("'CurrentTime' should be a number");
      const nanoseconds = integerOf(value, 64);
      if (nanoseconds === undefined) throw new BuiltinError("'CurrentTime' should be a valid int64 number");
      // Go's zero time.Unix is a time like any other: no fallback to the clock.
      return { time: Number(nanoseconds / 1_000_000n) };
    }
    case 'MaxConstraintComparisons': {
      if (!isNumber(value)) throw new BuiltinError("'MaxConstraintComparisons' should be a number");
      if (integerOf(value, 64) === undefined)
        throw new BuiltinError("'MaxConstraintComparisons' should be a valid number");
      // Checked and not used, as in OPA: the comparisons have a limit of their own.
      return {};
    }
    case 'KeyUsages':
      return { keyUsages: keyUsagesOf(value) };
    default:
      throw new BuiltinError('invalid key option');
  }
}

function isNumber(value: Value): value is number | RegoNumber {
  return typeof value === 'number' || value instanceof RegoNumber;
}

function keyUsagesOf(value: Value): readonly number[] {
  const items = value instanceof RegoSet ? value.items : value;
  if (!Array.isArray(items)) throw new BuiltinError("'KeyUsages' should be an Array or Set");
  const names = (items as readonly Value[])
    .filter((item) => typeof item === 'string')
    .map((name) => name.replace(/^"+|"+$/g, ''));
  const invalid = names.filter((name) => !KEY_USAGES.has(name));
  if (invalid.length > 0) throw new BuiltinError(`invalid entries for 'KeyUsages' found: [${invalid.join(' ')}]`);
  return names.map((name) => KEY_USAGES.get(name)!);
}

function parseRequest(text: string): Value {
  const bytes = text.startsWith('-----BEGIN CERTIFICATE REQUEST-----') ? Buffer.from(text) : decodeBase64(text);
  const { block } = decodePem(Buffer.from(bytes).toString('latin1'));
  if (block !== undefined && block.type !== 'CERTIFICATE REQUEST')
    throw new BuiltinError('invalid PEM-encoded certificate signing request');
  return printCertificateRequest(parseCertificateRequest(block?.bytes ?? bytes));
}

/** The first private key as a JWK; null when there is none. */
function jwkOfPrivateKey(text: string): Value {
  if (text === '') throw new BuiltinError('input PEM data was empty');
  const pem = text.startsWith('-----BEGIN') ? text : Buffer.from(decodeBase64(text)).toString('utf8');
  const key = parsePrivateKeys(pem)[0];
  return key === undefined ? null : printJwk(key);
}

function printJwk(key: PrivateKey): Value {
  switch (key.kind) {
    case 'rsa':
      return printRsaJwk(key);
    case 'ec':
      return printEcJwk(key);
    case 'ed25519':
    case 'x25519':
      return objectOf({
        kty: 'OKP',
        crv: key.kind === 'ed25519' ? 'Ed25519' : 'X25519',
        x: Buffer.from(key.publicKey).toString('base64url'),
        d: Buffer.from(key.seed).toString('base64url'),
      });
  }
}

function printRsaJwk({ n, e, d, primes, dp, dq, qinv }: RsaPrivateKey): Value {
  if (primes.length > 2)
    throw new BuiltinError(
      `failed to initialize *jwk.rsaPrivateKey from *rsa.PrivateKey: invalid number of primes in rsa.PrivateKey: need 0 to 2, but got ${primes.length}`,
    );
  return objectOf({
    kty: 'RSA',
    n: base64UrlUint(n),
    e: base64UrlUint(e),
    d: base64UrlUint(d),
    p: base64UrlUint(primes[0]!),
    q: base64UrlUint(primes[1]!),
    dp: base64UrlUint(dp),
    dq: base64UrlUint(dq),
    qi: base64UrlUint(qinv),
  });
}

function printEcJwk({ curve, size, d, x, y }: EcPrivateKey): Value {
  if (curve === 'P-224')
    throw new BuiltinError(
      'failed to initialize *jwk.ecdsaPrivateKey from *ecdsa.PrivateKey: jwk: failed to get algorithm for converting ECDSA private key to JWK: unknown elliptic curve: P-224',
    );
  return objectOf({
    kty: 'EC',
    crv: curve,
    x: base64UrlUint(x, size),
    y: base64UrlUint(y, size),
    d: base64UrlUint(d, size),
  });
}

/** The built-ins for certificates and keys. */
export const X509_BUILTINS: HostBuiltins = {
  'crypto.x509.parse_certificates': (_context, certificates) =>
    readCertificates(stringOperand(certificates!, 1)).map((item) => printCertificate(item, true)),
  'crypto.x509.parse_and_verify_certificates': (context, certificates) =>
    verifyCertificates(stringOperand(certificates!, 1), () => ({ time: clock(context.nowNs) }), true),
  'crypto.x509.parse_and_verify_certificates_with_options': (context, certificates, options) => {
    const text = stringOperand(certificates!, 1);
    const object = objectOperand(options!, 2);
    return verifyCertificates(text, () => verifyOptionsOf(object, clock(context.nowNs)), false);
  },
  'crypto.x509.parse_certificate_request': (_context, request) => parseRequest(stringOperand(request!, 1)),
  'crypto.x509.parse_rsa_private_key': (_context, key) => jwkOfPrivateKey(stringOperand(key!, 1)),
  // Both operands are counted as the first, as OPA does.
  'crypto.x509.parse_keypair': (_context, certificates, key) =>
    parseKeyPair(stringOperand(certificates!, 1), stringOperand(key!, 1)),
  'crypto.parse_private_keys': (_context, keys) => {
    const text = stringOperand(keys!, 1);
    return text === '' ? null : parsePrivateKeys(text).map(printPrivateKey);
  },
};

function clock(nowNs: bigint): number {
  return Number(nowNs / 1_000_000n);
}
