// The order in which go-yaml writes keys: runs of digits count as numbers, letters come after everything else.
// Left to others: writing (emit.ts).

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/** Orders keys as `a9`, `a10`. */
export function compareKeys(a: string, b: string): number {
  return isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0;
}

function isLess(a: string, b: string): boolean {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i]!;
    const y = right[i]!;
    if (x === y) continue;
    const xLetter = LETTER.test(x);
    const yLetter = LETTER.test(y);
    if (xLetter && yLetter) return x.codePointAt(0)! < y.codePointAt(0)!;
    if (xLetter || yLetter) return yLetter;
    // Numbers that begin before this place and differ only by zeros from here on.
    let start = 0n;
    if (x === '0' || y === '0') {
      for (let j = i - 1; j >= 0 && DIGIT.test(left[j]!); j--) {
        if (left[j] !== '0') start = 1n;
        if (start === 1n) break;
      }
    }
    const xNumber = numberAt(left, i, start);
    const yNumber = numberAt(right, i, start);
    if (xNumber.value !== yNumber.value) return xNumber.value < yNumber.value;
    if (xNumber.end !== yNumber.end) return xNumber.end < yNumber.end;
    return x.codePointAt(0)! < y.codePointAt(0)!;
  }
  return left.length < right.length;
}

/** The number at a place, in 64 bits that wrap. */
function numberAt(characters: readonly string[], from: number, start: bigint): { value: bigint; end: number } {
  let value = start;
  let end = from;
  for (; end < characters.length && DIGIT.test(characters[end]!); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(characters[end]!.codePointAt(0)! - 48));
  }
  return { value, end };
}
