// Whether two globs of `regex.globs_match` have a text in common: characters, `.`, `[a-z]`, each maybe with `+` or `*`.
// Left to others: the globs of glob.match, which are another language.
import { BuiltinError } from '../../host/builtin.ts';

type Flag = '' | '+' | '*';

/** One step of a glob: the code points it takes as sorted, disjoint ranges (undefined: any), and how often. */
interface Token {
  readonly set: boolean;
  readonly ranges: readonly (readonly [number, number])[] | undefined;
  readonly flag: Flag;
}

/**
 * Whether OPA finds that some text is matched by both globs. The reference decides greedily and answers "no" on a few
 * pairs that do intersect (`a*b*` and `b*a*`, or anything with the empty text); the same answers are given here, in time
 * that grows with the product of the lengths instead of exponentially. Throws BuiltinError on a malformed glob.
 */
export function globsIntersect(left: string, right: string): boolean {
  const trimmed = trim(simplify(tokenize(left)), simplify(tokenize(right)));
  return trimmed !== undefined && intersect(trimmed[0], trimmed[1]);
}

/** Drops equal numbers of unflagged tokens that match from both ends, all but one at each end; undefined on a mismatch. */
function trim(a: Token[], b: Token[]): [Token[], Token[]] | undefined {
  let start = 0;
  while (start < a.length && start < b.length && a[start]!.flag === '' && b[start]!.flag === '') {
    if (!overlap(a[start]!, b[start]!)) return undefined;
    start++;
  }
  if (start > 0) start--;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1]!.flag === '' && b[endB - 1]!.flag === '') {
    if (!overlap(a[endA - 1]!, b[endB - 1]!)) return undefined;
    endA--;
    endB--;
  }
  const kept = endA < a.length ? 1 : 0;
  return [a.slice(start, endA + kept), b.slice(start, endB + kept)];
}

/** `t+t*` and `t*t+` are `t+`; `t*t*` is `t*`. */
function simplify(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (const token of tokens) {
    const last = result.at(-1);
    if (last === undefined || last.flag === '' || token.flag === '' || !sameCharacters(last, token)) result.push(token);
    else if (token.flag === '+') result[result.length - 1] = { ...last, flag: '+' };
  }
  return result;
}

function sameCharacters(a: Token, b: Token): boolean {
  return a.set === b.set && JSON.stringify(a.ranges) === JSON.stringify(b.ranges);
}

/**
 * Filled from the ends of both globs; only two rows are kept:
 * - whole[j]: do a[i…] and b[j…] intersect;
 * - eatB[j]: the same when a[i] is repeated and has just taken a token of b;
 * - eatA[j]: the same with b[j] repeated.
 */
function intersect(a: readonly Token[], b: readonly Token[]): boolean {
  const width = b.length + 1;
  let whole = new Uint8Array(width);
  let eatA = new Uint8Array(width);
  for (let i = a.length; i >= 0; i--) {
    const nextWhole = whole;
    const nextEatA = eatA;
    whole = new Uint8Array(width);
    eatA = new Uint8Array(width);
    const eatB = new Uint8Array(width);
    const tokenA = a[i];
    for (let j = b.length; j >= 0; j--) {
      const tokenB = b[j];
      if (tokenA !== undefined) eatB[j] = eat(tokenA, a[i + 1], tokenB, nextWhole[j]!, eatB[j + 1] ?? 0);
      if (tokenB !== undefined) eatA[j] = eat(tokenB, b[j + 1], tokenA, whole[j + 1]!, nextEatA[j]!);
      whole[j] = decide(tokenA, tokenB, j);
    }
    function decide(left: Token | undefined, right: Token | undefined, j: number): number {
      if (left === undefined || right === undefined) return left === right ? 1 : 0;
      if (left.flag === '*') return eatB[j]!;
      if (left.flag === '+' && overlap(left, right)) return eatB[j + 1]! | (right.flag === '' ? 0 : nextWhole[j]!);
      if (left.flag === '+') return 0;
      if (right.flag === '*') return eatA[j]!;
      if (right.flag === '+') return overlap(left, right) ? nextEatA[j]! : 0;
      return overlap(left, right) ? nextWhole[j + 1]! : 0;
    }
  }
  return whole[0] === 1;
}

/** A repeated token meets `other`: go on behind it when the token after it fits and leads to the end, else let it take `other`. */
function eat(
  repeated: Token,
  after: Token | undefined,
  other: Token | undefined,
  behind: number,
  rest: number,
): number {
  if (other === undefined) return after === undefined ? 1 : 0;
  if (after !== undefined && behind === 1 && overlap(other, after)) return 1;
  return overlap(other, repeated) ? rest : 0;
}

/** Whether two tokens have a character in common; `.` goes with everything, even an empty set. */
function overlap({ ranges: a }: Token, { ranges: b }: Token): boolean {
  if (a === undefined || b === undefined) return true;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i]![1] < b[j]![0]) i++;
    else if (b[j]![1] < a[i]![0]) j++;
    else return true;
  }
  return false;
}

/** Reads one glob. */
class GlobReader {
  readonly input: string;
  readonly characters: readonly string[];
  offset = 0;

  constructor(input: string) {
    this.input = input;
    this.characters = [...input];
  }

  fail(position: number, text: string): never {
    throw new BuiltinError(`input:${this.input}, pos:${position}, ${text}: the input provided is invalid`);
  }

  /** The next character; undefined at the end. */
  next(): { readonly character: string; readonly escaped: boolean } | undefined {
    const character = this.characters[this.offset++];
    if (character === undefined) return undefined;
    if (character !== '\\') return { character, escaped: false };
    const escaped = this.characters[this.offset++];
    if (escaped === undefined) this.fail(this.offset - 2, 'input ends with a \\ (escape) character');
    return { character: escaped, escaped: true };
  }

  flag(): Flag {
    const character = this.characters[this.offset];
    if (character !== '+' && character !== '*') return '';
    this.offset++;
    return character;
  }

  /** Ranges up to the closing bracket. */
  set(): [number, number][] {
    const ranges: [number, number][] = [];
    let previous: number | undefined;
    for (;;) {
      const next = this.next();
      if (next === undefined) this.fail(this.characters.length, 'found [ without matching ]');
      if (!next.escaped && next.character === ']') return mergeRanges(ranges);
      if (next.escaped || next.character !== '-') {
        previous = next.character.codePointAt(0)!;
        ranges.push([previous, previous]);
      } else {
        if (previous === undefined)
          this.fail(this.offset, "range character '-' must be preceded by a Unicode character");
        ranges.push([previous, this.rangeEnd(previous)]);
        previous = undefined;
      }
    }
  }

  rangeEnd(start: number): number {
    if (this.offset >= this.characters.length - 1) {
      this.fail(this.offset, "range character '-' must be followed by a Unicode character");
    }
    const end = this.next()!;
    if (!end.escaped && '-]'.includes(end.character)) {
      this.fail(this.offset, "range character '-' cannot be followed by a special symbol");
    }
    const code = end.character.codePointAt(0)!;
    if (code < start) {
      const from = String.fromCodePoint(start);
      this.fail(this.offset, `range is out of order: '${end.character}' comes before '${from}' in Unicode`);
    }
    return code;
  }
}

function mergeRanges(ranges: [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function tokenize(glob: string): Token[] {
  const reader = new GlobReader(glob);
  const tokens: Token[] = [];
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    const { character, escaped } = next;
    if (escaped || !'.[]+*'.includes(character)) {
      const code = character.codePointAt(0)!;
      tokens.push({ set: false, ranges: [[code, code]], flag: reader.flag() });
    } else if (character === '.') {
      tokens.push({ set: false, ranges: undefined, flag: reader.flag() });
    } else if (character === '[') {
      const ranges = reader.set();
      tokens.push({ set: true, ranges, flag: reader.flag() });
    } else if (character === ']') {
      reader.fail(reader.offset, "set-close ']' with no preceding '['");
    } else {
      reader.fail(reader.offset, `flag '${character}' must be preceded by a non-flag`);
    }
  }
  return tokens;
}
