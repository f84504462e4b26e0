// Strings as the bytes they hold, and back (engine/value/stray-bytes.ts says how).
import { mapPieces, strayByte } from '../value/stray-bytes.ts';

/** The bytes of a string. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  return Buffer.concat(
    mapPieces<Buffer>(
      text,
      (piece) => Buffer.from(piece, 'utf8'),
      (byte) => Buffer.of(byte),
    ),
  );
}

/** The string of bytes. */
export function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let result = '';
  let start = 0;
  for (let i = 0; i < buffer.length;) {
    const length = characterLength(buffer, i);
    if (length === 0) {
      result += buffer.toString('utf8', start, i) + strayByte(buffer[i]!);
      start = i + 1;
    }
    i += length || 1;
  }
  return result + buffer.toString('utf8', start);
}

/** Bytes of the character at `at`, or 0 when there is none (RFC 3629, section 4). */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if ((first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90)) return 0;
  if ((first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f)) return 0;
  return length;
}
