// A certificate chain with its private key, checked and printed as Go's tls.X509KeyPair does.
// Left to others: using it in TLS.
import { BuiltinError } from '../../../host/builtin.ts';
import { objectOf } from '../../../value/construct.ts';
import type { Value } from '../../../value/value.ts';
import { decodeBase64 } from '../base64.ts';
import { parseCertificate } from './certificate.ts';
import { pemBlocks } from './pem.ts';
import type { PemBlock } from './pem.ts';
import { printCertificate, printPrivateKey } from './print.ts';
import { parsePkcs1, parsePkcs8, parseSec1 } from './private-key.ts';
import type { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';

/** The pair as a value: certificates and key in PEM, or base64 of PEM or DER. Throws BuiltinError with Go's text. */
export function parseKeyPair(certificates: string, key: string): Value {
  const chain = certificateBlocks(blocksOf(certificates, 'CERTIFICATE'));
  const keyDer = privateKeyBlock(blocksOf(key, 'PRIVATE KEY'));
  const leaf = parseCertificate(chain[0]!);
  const privateKey = parsePrivateKey(keyDer);
  checkPair(leaf.publicKey.key, privateKey);
  return objectOf({
    Certificate: chain.map((der) => Buffer.from(der).toString('base64')),
    PrivateKey: printPrivateKey(privateKey),
    SupportedSignatureAlgorithms: null,
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    Leaf: printCertificate(leaf, false),
  });
}

function blocksOf(text: string, type: string): readonly PemBlock[] {
  if (text.startsWith('-----BEGIN ')) return [...pemBlocks(text)];
  const bytes = decodeBase64(text);
  const decoded = Buffer.from(bytes).toString('latin1');
  return decoded.startsWith('-----BEGIN ') ? [...pemBlocks(decoded)] : [{ type, bytes }];
}

function certificateBlocks(blocks: readonly PemBlock[]): readonly Uint8Array[] {
  const certificates = blocks.filter(({ type }) => type === 'CERTIFICATE').map(({ bytes }) => bytes);
  if (certificates.length > 0) return certificates;
  if (blocks.length === 0) throw new BuiltinError('tls: failed to find any PEM data in certificate input');
  if (blocks.length === 1 && blocks[0]!.type.endsWith('PRIVATE KEY'))
    throw new BuiltinError(
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    );
  throw new BuiltinError(
    `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${typesOf(blocks)}`,
  );
}

function privateKeyBlock(blocks: readonly PemBlock[]): Uint8Array {
  const key = blocks.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (key !== undefined) return key.bytes;
  if (blocks.length === 0) throw new BuiltinError('tls: failed to find any PEM data in key input');
  if (blocks.length === 1 && blocks[0]!.type === 'CERTIFICATE')
    throw new BuiltinError('tls: found a certificate rather than a key in the PEM for the private key');
  throw new BuiltinError(
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${typesOf(blocks)}`,
  );
}

function typesOf(blocks: readonly PemBlock[]): string {
  return `[${blocks.map(({ type }) => type).join(' ')}]`;
}

function parsePrivateKey(der: Uint8Array): PrivateKey {
  for (const parse of [parsePkcs1, parsePkcs8, parseSec1]) {
    try {
      const key = parse(der);
      if (key.kind === 'x25519') throw new WrongKind();
      return key;
    } catch (error) {
      if (error instanceof WrongKind) throw new BuiltinError('tls: found unknown private key type in PKCS#8 wrapping');
      if (!(error instanceof BuiltinError)) throw error;
    }
  }
  throw new BuiltinError('tls: failed to parse private key');
}

/** A key of a kind that TLS has no certificates for. */
class WrongKind extends Error {}

function checkPair(publicKey: PublicKey | undefined, privateKey: PrivateKey): void {
  if (publicKey === undefined || publicKey.kind === 'dsa' || publicKey.kind === 'x25519')
    throw new BuiltinError('tls: unknown public key algorithm');
  if (publicKey.kind !== privateKey.kind)
    throw new BuiltinError('tls: private key type does not match public key type');
  if (!belongTogether(publicKey, privateKey)) throw new BuiltinError('tls: private key does not match public key');
}

function belongTogether(publicKey: PublicKey, privateKey: PrivateKey): boolean {
  if (publicKey.kind === 'rsa') return privateKey.kind === 'rsa' && publicKey.n === privateKey.n;
  if (publicKey.kind === 'ec')
    return privateKey.kind === 'ec' && publicKey.x === privateKey.x && publicKey.y === privateKey.y;
  return (
    publicKey.kind === 'ed25519' &&
    privateKey.kind === 'ed25519' &&
    Buffer.compare(publicKey.bytes, privateKey.publicKey) === 0
  );
}
