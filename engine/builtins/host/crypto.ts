// Hashes and message authentication codes: crypto.md5, sha1, sha256 and hmac.*.
// Left to others: certificates and keys (x509.ts), tokens (jwt.ts).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { bytesOf } from '../../host/bytes.ts';
import type { HostBuiltin, HostBuiltins } from '../../host/builtin.ts';
import { stringOperand } from './operands.ts';

function hash(algorithm: string): HostBuiltin {
  return (_context, text) =>
    createHash(algorithm)
      .update(bytesOf(stringOperand(text!, 1)))
      .digest('hex');
}

function hmac(algorithm: string): HostBuiltin {
  return (_context, text, key) => {
    const message = bytesOf(stringOperand(text!, 1));
    return createHmac(algorithm, bytesOf(stringOperand(key!, 2)))
      .update(message)
      .digest('hex');
  };
}

/** Whether two byte strings are equal, in a time that depends on their lengths alone. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The built-ins for hashes and MACs. */
export const CRYPTO_BUILTINS: HostBuiltins = {
  'crypto.md5': hash('md5'),
  'crypto.sha1': hash('sha1'),
  'crypto.sha256': hash('sha256'),
  'crypto.hmac.md5': hmac('md5'),
  'crypto.hmac.sha1': hmac('sha1'),
  'crypto.hmac.sha256': hmac('sha256'),
  'crypto.hmac.sha512': hmac('sha512'),
  'crypto.hmac.equal': (_context, a, b) => {
    const first = stringOperand(a!, 1);
    return constantTimeEqual(bytesOf(first), bytesOf(stringOperand(b!, 2)));
  },
};
