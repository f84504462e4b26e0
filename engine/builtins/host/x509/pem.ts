// PEM (RFC 7468, with the headers of RFC 1421), with the leniencies of Go's encoding/pem: text around blocks is skipped.
// Left to others: what the blocks hold.
import { BuiltinError } from '../../../host/builtin.ts';
import { decodeBase64 } from '../base64.ts';

/** One block: what stands after BEGIN, and its bytes. */
export interface PemBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const END = '\n-----END ';
const BEGIN = '-----BEGIN ';

/** The first well-formed block and the text after it; no block: undefined and the whole text. */
export function decodePem(text: string): { readonly block: PemBlock | undefined; readonly rest: string } {
  let from = 0;
  for (;;) {
    // The block ends at the first END line; its beginning is the last BEGIN line before that.
    const end = text.indexOf(END, from);
    if (end < 0) return { block: undefined, rest: text };
    const begin = text.lastIndexOf(BEGIN, end);
    const isAtLineStart = begin === from || text[begin - 1] === '\n';
    const next = end + END.length;
    const found = begin >= from && isAtLineStart ? readBlock(text, begin, end) : undefined;
    if (found !== undefined) return found;
    from = next;
  }
}

function readBlock(text: string, begin: number, end: number): { block: PemBlock; rest: string } | undefined {
  const typeEnd = lineEnd(text, begin);
  const typeLine = text.slice(begin + BEGIN.length, typeEnd).trimEnd();
  if (!typeLine.endsWith('-----')) return undefined;
  const type = typeLine.slice(0, -5);
  const trailerEnd = lineEnd(text, end + 1);
  if (text.slice(end + END.length, trailerEnd).trimEnd() !== `${type}-----`) return undefined;
  const rest = text.slice(Math.min(trailerEnd + 1, text.length));
  let at = typeEnd + 1;
  for (
    let lineStop = lineEnd(text, at);
    at < end && text.slice(at, lineStop).includes(':');
    lineStop = lineEnd(text, at)
  )
    at = lineStop + 1;
  try {
    const body = at < end ? text.slice(at, end).replace(/[ \t]/g, '') : '';
    return { block: { type, bytes: decodeBase64(body) }, rest };
  } catch (error) {
    if (error instanceof BuiltinError) return undefined;
    throw error;
  }
}

/** Offset of the line feed that ends the line at `at`. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Every block of the text, in order. */
export function* pemBlocks(text: string): Generator<PemBlock> {
  for (let rest = text; ;) {
    const decoded = decodePem(rest);
    if (decoded.block === undefined) return;
    yield decoded.block;
    rest = decoded.rest;
  }
}
