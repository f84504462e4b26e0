// Writes engine/wasm/unicode-tables.ts, which regular expressions in the module read: general categories, scripts and simple case
// folding of Unicode 15.0, the version that Go's regexp has. `node scripts/unicode-tables.ts FOLDER`, where FOLDER is an
// unpacked @unicode/unicode-15.0.0. Only needed when that version changes. The layout is drawn in engine/runtime/assembly/regex/unicode.ts.
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

type Range = readonly [number, number];

const folder = resolve(process.argv[2] ?? '.');

async function load(...path: readonly string[]): Promise<unknown> {
  return ((await import(pathToFileURL(join(folder, ...path)).href)) as { default: unknown }).default;
}

async function codePoints(...path: readonly string[]): Promise<readonly number[]> {
  return (await load(...path, 'code-points.mjs')) as readonly number[];
}

/** Sorted code points as ranges, both ends included. */
function toRanges(points: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const point of points) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === point) last[1] = point;
    else ranges.push([point, point]);
  }
  return ranges;
}

/** The short names of the categories that have no parts. */
const LEAVES: Readonly<Record<string, string>> = {
  Control: 'Cc',
  Format: 'Cf',
  Unassigned: 'Cn',
  Private_Use: 'Co',
  Surrogate: 'Cs',
  Lowercase_Letter: 'Ll',
  Modifier_Letter: 'Lm',
  Other_Letter: 'Lo',
  Titlecase_Letter: 'Lt',
  Uppercase_Letter: 'Lu',
  Spacing_Mark: 'Mc',
  Enclosing_Mark: 'Me',
  Nonspacing_Mark: 'Mn',
  Decimal_Number: 'Nd',
  Letter_Number: 'Nl',
  Other_Number: 'No',
  Connector_Punctuation: 'Pc',
  Dash_Punctuation: 'Pd',
  Close_Punctuation: 'Pe',
  Final_Punctuation: 'Pf',
  Initial_Punctuation: 'Pi',
  Other_Punctuation: 'Po',
  Open_Punctuation: 'Ps',
  Currency_Symbol: 'Sc',
  Modifier_Symbol: 'Sk',
  Math_Symbol: 'Sm',
  Other_Symbol: 'So',
  Line_Separator: 'Zl',
  Paragraph_Separator: 'Zp',
  Space_Separator: 'Zs',
};
/** Names for several categories, by what the short names of these begin with. */
const GROUPS: Readonly<Record<string, RegExp>> = {
  c: /^C/,
  other: /^C/,
  l: /^L/,
  letter: /^L/,
  lc: /^L[ltu]/,
  casedletter: /^L[ltu]/,
  m: /^M/,
  mark: /^M/,
  combiningmark: /^M/,
  n: /^N/,
  number: /^N/,
  p: /^P/,
  punct: /^P/,
  punctuation: /^P/,
  s: /^S/,
  symbol: /^S/,
  z: /^Z/,
  separator: /^Z/,
  cntrl: /^Cc/,
  digit: /^Nd/,
  any: /./,
  assigned: /^(?!Cn)/,
};

/** A name as it is looked up: lower case, without separators. */
const canonical = (name: string): string => name.toLowerCase().replaceAll('_', '');

async function readSets(): Promise<{ sets: Range[][]; names: Map<string, number[]> }> {
  const sets: Range[][] = [];
  const names = new Map<string, number[]>();
  const leaves = new Map<string, number>();
  for (const [long, short] of Object.entries(LEAVES)) {
    const index = sets.push(toRanges(await codePoints('General_Category', long))) - 1;
    leaves.set(short, index);
    names.set(canonical(short), [index]);
    names.set(canonical(long), [index]);
  }
  for (const [name, pattern] of Object.entries(GROUPS)) {
    names.set(
      name,
      [...leaves].filter(([short]) => pattern.test(short)).map(([, index]) => index),
    );
  }
  names.set('ascii', [sets.push([[0, 0x7f]]) - 1]);
  for (const script of readdirSync(join(folder, 'Script'))) {
    if (script.includes('.') || script === 'Unknown') continue;
    names.set(canonical(script), [sets.push(toRanges(await codePoints('Script', script))) - 1]);
  }
  return { sets, names };
}

/** Every cased code point with the next of those it folds together with, in order and around. */
async function readOrbits(): Promise<readonly Range[]> {
  const orbits = new Map<number, number[]>();
  for (const status of ['C', 'S']) {
    for (const [from, to] of (await load('Case_Folding', status, 'code-points.mjs')) as ReadonlyMap<number, number>) {
      orbits.set(to, [...(orbits.get(to) ?? [to]), from]);
    }
  }
  return [...orbits.values()]
    .flatMap((orbit) => {
      const sorted = orbit.toSorted((a, b) => a - b);
      return sorted.map((point, i): Range => [point, sorted[(i + 1) % sorted.length]!]);
    })
    .sort(([a], [b]) => a - b);
}

const EVEN_ODD = 0x7ffffffe;
const ODD_EVEN = 0x7fffffff;

/** Runs of neighbours with one way to the next: a distance, or pairs of which the even or the odd come first. */
function toRuns(orbits: readonly Range[]): (readonly [number, number, number])[] {
  const runs: [number, number, number][] = [];
  const step = ([point, next]: Range): number =>
    next === point + 1 ? (point % 2 === 0 ? EVEN_ODD : ODD_EVEN) : next - point;
  for (const orbit of orbits) {
    const [point, next] = orbit;
    const last = runs.at(-1);
    const isBack = next === point - 1 && last !== undefined && last[2] === (point % 2 === 0 ? ODD_EVEN : EVEN_ODD);
    const kind = isBack ? last[2] : step(orbit);
    if (last !== undefined && last[1] + 1 === point && last[2] === kind) last[1] = point;
    else runs.push([point, point, kind]);
  }
  return runs;
}

/** Gaps and lengths in a row, seven bits a byte, the lowest first. */
function packRanges(ranges: readonly Range[]): number[] {
  const bytes: number[] = [];
  const put = (value: number): void => {
    for (let rest = value; ; rest >>>= 7) {
      if (rest < 0x80) {
        bytes.push(rest);
        return;
      }
      bytes.push((rest & 0x7f) | 0x80);
    }
  };
  let at = 0;
  for (const [low, high] of ranges) {
    put(low - at);
    put(high - low);
    at = high;
  }
  return bytes;
}

async function pack(): Promise<Uint8Array> {
  const { sets, names } = await readSets();
  const runs = toRuns(await readOrbits());
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.reduce((sum, [, indices]) => sum + indices.length, 0);
  const headWords = 2 + runs.length * 3 + sorted.length * 4 + parts * 2;
  const head = new Int32Array(headWords);
  const tail: number[] = [];
  const append = (bytes: readonly number[]): number => {
    const at = headWords * 4 + tail.length;
    tail.push(...bytes);
    return at;
  };
  let word = 0;
  head[word++] = runs.length;
  for (const run of runs) for (const value of run) head[word++] = value;
  head[word++] = sorted.length;
  const places = sets.map((ranges) => append(packRanges(ranges)));
  let part = word + sorted.length * 4;
  for (const [name, indices] of sorted) {
    head[word++] = append([...Buffer.from(name)]);
    head[word++] = name.length;
    head[word++] = part * 4;
    head[word++] = indices.length;
    for (const index of indices) {
      head[part++] = places[index]!;
      head[part++] = sets[index]!.length;
    }
  }
  return Buffer.concat([new Uint8Array(head.buffer), Uint8Array.from(tail)]);
}

const bytes = await pack();
writeFileSync(
  new URL('../engine/wasm/unicode-tables.ts', import.meta.url),
  `// Made by scripts/unicode-tables.ts from Unicode 15.0; not for editing.

const base64 =
  '${Buffer.from(bytes).toString('base64')}';

let tables: Uint8Array | undefined;

/** The tables that regular expressions in the module read (engine/runtime/assembly/regex/unicode.ts). */
export function unicodeTables(): Uint8Array {
  tables ??= Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return tables;
}
`,
);
process.stdout.write(`${bytes.length} bytes\n`);
