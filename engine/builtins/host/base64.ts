// Base64 as Go's encoding/base64 decodes it: padded, newlines let pass, an error that names the first wrong byte.
// Encoding is Buffer's.
import { BuiltinError } from '../../host/builtin.ts';

const STANDARD = decodeMap('+/');
const URL_SAFE = decodeMap('-_');

function decodeMap(last: string): Int8Array {
  const map = new Int8Array(256).fill(-1);
  const alphabet = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`;
  for (let i = 0; i < 64; i++) map[alphabet.charCodeAt(i)] = i;
  return map;
}

/** The bytes of standard base64 (RFC 4648, section 4). Throws BuiltinError, `illegal base64 data at input byte 3`. */
export function decodeBase64(text: string): Uint8Array {
  return decode(text, STANDARD);
}

/** The bytes of URL-safe base64 (section 5), whose padding may be left out as a whole (RFC 7515, appendix C). */
export function decodeBase64Url(text: string): Uint8Array {
  const length = Buffer.byteLength(text);
  if (text.endsWith('=')) return decode(text, URL_SAFE);
  if (length % 4 === 1) throw new BuiltinError(`illegal base64url string: ${text}`);
  return decode(text + '='.repeat((4 - (length % 4)) % 4), URL_SAFE);
}

function decode(text: string, map: Int8Array): Uint8Array {
  const source = Buffer.from(text, 'utf8');
  const bytes = new Uint8Array(Math.ceil(source.length / 4) * 3);
  const fail = (offset: number): never => {
    throw new BuiltinError(`illegal base64 data at input byte ${offset}`);
  };
  const skipNewlines = (): void => {
    while (source[at] === 0x0a || source[at] === 0x0d) at++;
  };
  let at = 0;
  let length = 0;
  let bits = 0;
  let count = 0;
  for (;;) {
    skipNewlines();
    if (at === source.length) {
      if (count !== 0) fail(at - count);
      return bytes.subarray(0, length);
    }
    const unit = source[at++]!;
    const value = map[unit]!;
    if (value >= 0) {
      bits = (bits << 6) | value;
      if (++count < 4) continue;
      bytes[length++] = bits >> 16;
      bytes[length++] = bits >> 8;
      bytes[length++] = bits;
      bits = 0;
      count = 0;
      continue;
    }
    if (unit !== 0x3d || count < 2) fail(at - 1);
    if (count === 2) {
      skipNewlines();
      if (at === source.length) fail(at);
      if (source[at++] !== 0x3d) fail(at - 2);
    }
    skipNewlines();
    if (at < source.length) fail(at);
    bits <<= 6 * (4 - count);
    bytes[length++] = bits >> 16;
    if (count === 3) bytes[length++] = bits >> 8;
    return bytes.subarray(0, length);
  }
}
