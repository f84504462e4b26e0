// Fuzz targets: each makes its input from a seed and throws when the engine breaks a promise.
// Run in jest for a moment (fuzz.test.ts), by hand as long as one likes (fuzz.ts).
import { compile } from '../../engine/compile.ts';
import { EvaluationError, load, loadSync, type Policy, PolicyLoadError } from '../../engine/host/load.ts';
import { parseModule, parseQuery, parseTerm } from '../../engine/syntax/parse.ts';
import { generate, type Generated } from '../differential/generate.ts';

/** One try. Rejects or throws when a promise is broken. */
export type Target = (seed: number) => Promise<void> | void;

/** A small generator of numbers (mulberry32): the same seed gives the same input on every machine. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2654435761;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

const WORDS = [
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ' not ',
  ' if ',
  ' with input as 1',
  '_',
  '|',
  ':=',
  '=',
  'x',
  'data.',
  ';',
].concat(['\n', '"', '`', '$"', '1e9', ' else := 1 ', 'every x in y {', 'some x in ', 'contains ', '\0', '#', ' in ']);

/** Text with a few cuts and insertions. */
function mutateText(random: Random, text: string): string {
  let changed = text;
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(changed.length + 1);
    changed =
      changed.slice(0, at) + (random.below(3) > 0 ? random.pick(WORDS) : '') + changed.slice(at + random.below(6));
  }
  return changed;
}

function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  for (let n = 1 + random.below(4); n > 0; n--) changed[random.below(changed.length)] = random.below(256);
  return random.below(4) === 0 ? changed.subarray(0, random.below(changed.length)) : changed;
}

const ENCODER = new TextEncoder();

/** The answer as text, or the code of the EvaluationError. */
function ask(policy: Policy, entrypoint: string, input: unknown): string {
  try {
    return policy.evaluateText(entrypoint, input === undefined ? undefined : ENCODER.encode(JSON.stringify(input)));
  } catch (error) {
    if (error instanceof EvaluationError && error.kind !== 'internal') return error.code;
    throw error;
  }
}

function syntax(seed: number): void {
  const random = new Random(seed);
  const text = mutateText(random, generate(seed).module);
  const { module, diagnostics } = parseModule(text, { file: 'f' });
  if ((module === undefined) !== diagnostics.length > 0) throw new Error('neither a module nor a fault');
  parseQuery(text, { file: 'f' });
  parseTerm(text);
}

let echo: Policy | undefined;

function echoPolicy(): Policy {
  echo ??= loadSync(compile([{ file: 'f', text: 'package a\np := input' }], { entrypoints: ['a/p'] }).wasm!);
  return echo;
}

/** Like JSON.stringify of what JSON.parse gives, for text whose numbers are small integers. */
function json(seed: number): void {
  const random = new Random(seed);
  const good = ENCODER.encode(JSON.stringify(generate(seed).input ?? { a: [1, 'é', null, { b: true }] }));
  const bytes = random.below(4) === 0 ? good : mutateBytes(random, good);
  const policy = echoPolicy();
  let expected: unknown;
  let valid = true;
  try {
    expected = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    valid = false;
  }
  let actual: unknown;
  try {
    actual = policy.evaluate('a/p', undefined);
    const text = policy.evaluateJson('a/p', bytes);
    actual = text && JSON.parse(Buffer.from(text).toString());
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.kind === 'internal') throw error;
    if (valid && error.kind === 'input') throw new Error('valid JSON is refused');
  }
  if (valid && actual !== undefined && sorted(actual) !== sorted(expected)) throw new Error('another value');
  try {
    policy.evaluateValue('a/p', bytes);
  } catch (error) {
    if (!(error instanceof EvaluationError) || error.kind === 'internal') throw error;
  }
  if (policy.evaluate('a/p', seed) !== seed) throw new Error('the policy is not usable any more');
}

/** JSON text with sorted keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function policyOf(one: Generated, text: string): Policy | undefined {
  const { wasm, diagnostics } = compile([{ file: 'f', text }], { entrypoints: ['test'] });
  if (wasm === undefined) {
    if (diagnostics.length === 0) throw new Error('neither a module nor a fault');
    return undefined;
  }
  const policy = loadSync(wasm, { maxMemoryPages: 1000 });
  policy.setData(one.data);
  return policy;
}

function policies(seed: number): void {
  const one = generate(seed);
  const policy = policyOf(one, mutateText(new Random(seed), one.module));
  if (policy !== undefined) ask(policy, 'test', one.input);
}

const loadable = new Map<number, Uint8Array>();

async function modules(seed: number): Promise<void> {
  const random = new Random(seed);
  const which = seed % 8;
  let good = loadable.get(which);
  if (good === undefined) {
    good =
      compile([{ file: 'f', text: generate(which + 1).module }], { entrypoints: ['test'] }).wasm ?? new Uint8Array(8);
    loadable.set(which, good);
  }
  await load(mutateBytes(random, good), { maxMemoryPages: 100 }).catch((error: unknown) => {
    if (!(error instanceof PolicyLoadError)) throw error;
  });
}

/** Interleaved evaluations, failing ones among them, against a fresh instance for each. */
function state(seed: number): void {
  const one = generate(seed);
  const { wasm } = compile([{ file: 'f', text: one.module }], { entrypoints: ['test'] });
  if (wasm === undefined) return;
  const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  const shared = loadSync(module);
  shared.setData(one.data);
  const inputs = [one.input, undefined, {}, generate(seed + 1).input, [1], generate(seed + 2).input, one.input];
  for (const input of inputs) {
    const fresh = loadSync(module);
    fresh.setData(one.data);
    const want = ask(fresh, 'test', input);
    try {
      shared.evaluateJson('test', ENCODER.encode('{"a":'));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
    if (ask(shared, 'test', input) !== want) throw new Error('what was asked before changes the answer');
  }
}

export const TARGETS: Readonly<Record<string, Target>> = { syntax, json, policies, modules, state };
