// Compares native built-ins with the reference OPA on random arguments; prints every difference.
// Usage: node test/runtime/builtins/compare.ts PATH-OF-OPA [CALLS-PER-BUILT-IN] [SEED] [NAME …]
import { families } from './arguments.ts';
import { NativeBuiltins } from './native.ts';
import { askReference } from './reference.ts';
import type { Call, Outcome } from './reference.ts';
import { runtimeHeapBase, runtimeWasm } from '../../../engine/wasm/runtime.gen.ts';

const [opa, countText, seedText, ...only] = process.argv.slice(2);
if (opa === undefined) throw new Error('usage: compare.ts PATH-OF-OPA [CALLS-PER-BUILT-IN] [SEED] [NAME …]');
const count = Number(countText ?? 40);
let state = Number(seedText ?? 1) >>> 0;

/** Below `limit`; the same row for the same seed. */
function random(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * limit);
}

function pick<T>(items: readonly T[]): T {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const letters = [
  'a',
  'b',
  'aa',
  'ab',
  '.',
  ',',
  '/',
  '-',
  ' ',
  'é',
  '😀',
  'A',
  '1',
  '0',
  '~1',
  '*',
  '?',
  '[',
  ']',
  '{',
  '}',
  '!',
  '\\',
  '"',
  ':',
  '%',
  '=',
  '+',
  '_',
];

function randomString(alphabet: readonly string[] = letters): string {
  return JSON.stringify(Array.from({ length: random(9) }, () => pick(alphabet)).join(''));
}

/** Set for built-ins whose work grows with the numbers' size. */
let small = false;

function randomNumber(): string {
  const digits = (n: number): string => Array.from({ length: n }, () => String(random(10))).join('');
  const sign = random(3) === 0 ? '-' : '';
  const form = random(small ? 2 : 7);
  if (form < 2) return sign + String(random(10));
  if (form === 2) return sign + String(random(100000));
  if (form === 3) return `${sign}${1 + random(9)}${digits(10 + random(30))}`;
  if (form === 4) return `${sign}${random(1000)}.${digits(1 + random(4))}`;
  if (form === 5) return `${sign}${1 + random(9)}.${digits(1 + random(20))}e${pick(['', '-'])}${random(30)}`;
  return `${sign}${pick(['9223372036854775807', '9223372036854775808', '4294967296', '2147483648', '18446744073709551615', '1e20', '0.1', '0.5', '1.0'])}`;
}

function randomValue(depth: number): string {
  const form = random(depth > 0 ? 9 : 5);
  if (form === 0) return pick(['null', 'true', 'false']);
  if (form <= 2) return randomString(['a', 'b', 'c', '1', 'é']);
  if (form <= 4) return randomNumber();
  const items = Array.from({ length: random(4) }, () => randomValue(depth - 1));
  if (form === 5) return `[${items.join(', ')}]`;
  if (form === 6) return items.length === 0 ? 'set()' : `{${items.join(', ')}}`;
  return `{${[...new Set(items)].map((key, i) => `${i % 2 === 0 ? pick(['"a"', '"b"', '"c"', '"d"']) : key}: ${randomValue(depth - 1)}`).join(', ')}}`;
}

/** A string near one that is tried: a few code points taken out, put in or doubled, of those that such strings have. */
function mutated(value: string, list: readonly string[]): string {
  const points = [...(JSON.parse(value) as string)];
  const others = list.flatMap((item) => (item.startsWith('"') ? [...(JSON.parse(item) as string)] : []));
  for (let edits = 1 + random(4); edits > 0; edits--) {
    const at = random(points.length + 1);
    if (random(3) === 0) points.splice(at, 1);
    else if (others.length > 0) points.splice(at, random(2), pick(others));
  }
  return JSON.stringify(points.join(''));
}

/** A value of the kind of one that is tried. */
function like(value: string, list: readonly string[]): string {
  if (value.startsWith('"')) return random(4) === 0 ? randomString() : mutated(value, list);
  if (/^[-0-9]/.test(value)) return randomNumber();
  if (value.startsWith('[')) return `[${Array.from({ length: random(6) }, () => randomValue(2)).join(', ')}]`;
  if (value === 'set()' || !/^\{("([^"\\]|\\.)*"|[^"]*?):/.test(value)) return randomValue(3);
  return `{${['"a"', '"b"', '"c"'].map((key) => `${key}: ${randomValue(2)}`).join(', ')}}`;
}

/** Equal but for what one text may say in two ways: object keys given twice are a fault of the reference's compiler. */
function isFair(call: Call): boolean {
  return !call.args.some((arg) => /"op": "remove", "path": ""/.test(arg) || (small && /^-?\d{6,}/.test(arg)));
}

/** The outcomes; a call that the reference breaks down on is left out. */
function ask(calls: readonly Call[]): (Outcome | undefined)[] {
  try {
    return askReference(opa ?? '', calls);
  } catch (error) {
    if (calls.length === 1) {
      console.log(
        `left out: ${calls[0]?.name}(${calls[0]?.args.join(', ')}): ${String(error).split('\n')[1] ?? String(error)}`.slice(
          0,
          300,
        ),
      );
      return [undefined];
    }
    const half = calls.length >> 1;
    return [...ask(calls.slice(0, half)), ...ask(calls.slice(half))];
  }
}

const native = new NativeBuiltins(runtimeWasm(), runtimeHeapBase);
let compared = 0;
let differences = 0;
for (const builtins of Object.values(families)) {
  for (const [name, tried] of Object.entries(builtins)) {
    if (only.length > 0 && !only.includes(name)) continue;
    small = /^numbers\.range|sh$/.test(name);
    const calls: Call[] = [];
    while (calls.length < count) {
      const call = {
        name,
        args: tried.operands.map((list) =>
          random(3) === 0 ? pick(list) : random(8) === 0 ? randomValue(2) : like(pick(list), list),
        ),
      };
      if (isFair(call)) calls.push(call);
    }
    const outcomes = ask(calls);
    calls.forEach((call, i) => {
      const wanted = outcomes[i];
      if (wanted === undefined) return;
      compared++;
      let got: Outcome | undefined;
      try {
        got = native.differs(call, wanted);
      } catch (error) {
        got = String(error);
      }
      if (got === undefined) return;
      differences++;
      console.log(`${name}(${call.args.join(', ')})\n  reference ${wanted}\n  native    ${got}`);
    });
  }
}
console.log(`${compared} calls compared, ${differences} differences`);
