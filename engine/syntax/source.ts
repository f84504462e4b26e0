// Bytes to text. What is not UTF-8 stays visible to the lexer instead of being replaced quietly.
// A byte-order mark is kept: columns count it.

/** A lone surrogate: it can't come from valid UTF-8, so the lexer takes it for a bad byte. */
const BAD_BYTE = '\ud800';

/** The text of a source. Every byte that is not part of valid UTF-8 becomes a lone surrogate. */
export function decodeSource(source: string | Uint8Array): string {
  if (typeof source === 'string') return source;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
  } catch {
    return decodeLoosely(source);
  }
}

function decodeLoosely(bytes: Uint8Array): string {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += strict.decode(bytes.subarray(start, at)) + BAD_BYTE;
    at++;
    start = at;
  }
  return text + strict.decode(bytes.subarray(start));
}

/** Bytes of the valid UTF-8 sequence at `at`, or 0 (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  const second = bytes[at + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    const next = bytes[at + i] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}
