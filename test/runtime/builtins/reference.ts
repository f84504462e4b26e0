// Asks the reference OPA what built-in calls give: hundreds of calls in one process, results and strict errors alike.
// The recorded answers are what the tests run on; this file only runs when they are recorded anew or compared at random.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A call: the built-in's name and its arguments as Rego value text. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

/** `= text` (a result as Rego value text), `undefined`, or `! code: message` (the error of a strict evaluation). */
export type Outcome = string;

/** How deep a result may be nested: the reference has no recursion to print values with. */
const DEPTH = 8;

/**
 * The rules that print a value as Rego text, sets and object keys of any type included. The number of the call goes along
 * because OPA gives equal arguments the same answer, and 1.0 equals 1.
 */
function printer(): string {
  const lines: string[] = [];
  for (let d = 0; d <= DEPTH; d++) {
    lines.push(`text${d}(i, x) := json.marshal(x) { not is_array(x); not is_set(x); not is_object(x) }`);
    if (d === DEPTH) continue;
    const inner = `text${d + 1}`;
    lines.push(
      `text${d}(i, x) := sprintf("[%s]", [concat(", ", [t | some e in x; t := ${inner}(i, e)])]) { is_array(x) }`,
      `text${d}(i, x) := "set()" { x == set() }`,
      `text${d}(i, x) := sprintf("{%s}", [concat(", ", [t | some e in x; t := ${inner}(i, e)])]) { is_set(x); count(x) > 0 }`,
      `text${d}(i, x) := sprintf("{%s}", [concat(", ", [t | some k, v in x; t := sprintf("%s: %s", [${inner}(i, k), ${inner}(i, v)])])]) { is_object(x) }`,
    );
  }
  return lines.join('\n');
}

interface Answer {
  readonly errors?: readonly {
    readonly message: string;
    readonly code: string;
    readonly location?: { readonly row: number };
  }[];
  readonly result?: readonly {
    readonly expressions: readonly { readonly value: Readonly<Record<string, string>> }[];
  }[];
}

/**
 * What the reference says to each call, in order. `object.get` hides the types of the arguments from its compiler, so that
 * wrong types reach the built-in. Throws when the reference can't run the calls at all.
 */
export function askReference(opa: string, calls: readonly Call[]): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'regate-reference-'));
  try {
    const path = join(folder, 'calls.rego');
    const head = ['package t', 'import future.keywords'];
    const rules = calls.map((call, i) => {
      const args = call.args.map((arg) => `object.get({}, 0, ${arg})`).join(', ');
      // `walk` is a relation: its results are collected.
      if (call.name === 'walk') return `r${i} := text0(${i}, [x | walk(${args}, x)])`;
      return `r${i} := text0(${i}, ${call.name}(${args}))`;
    });
    writeFileSync(path, [...head, ...rules, printer()].join('\n'));
    let output: string;
    try {
      output = execFileSync(
        opa,
        ['eval', '--v0-compatible', '--show-builtin-errors', '--format', 'json', '--data', path, 'data.t'],
        {
          encoding: 'utf8',
          maxBuffer: 1 << 30,
          timeout: 60_000,
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
    } catch (error) {
      const failed = error as { stdout?: string; stderr?: string };
      output = failed.stdout ?? '';
      if (output === '') throw new Error(`the reference broke down: ${(failed.stderr ?? '').split('\n', 1)[0] ?? ''}`);
    }
    const answer = JSON.parse(output) as Answer;
    const values = answer.result?.[0]?.expressions[0]?.value;
    if (values === undefined) {
      const lines = (answer.errors ?? []).map(
        (e) => `${rules[(e.location?.row ?? 0) - head.length - 1] ?? ''}: ${e.message}`,
      );
      throw new Error(`the reference can't run these calls:\n${lines.join('\n')}`);
    }
    const errors = new Map<number, string>();
    for (const error of answer.errors ?? []) {
      const index = (error.location?.row ?? 0) - head.length - 1;
      // A printing rule's own fault says nothing about the call.
      if (index >= 0 && index < rules.length && !errors.has(index))
        errors.set(index, `! ${error.code}: ${error.message}`);
    }
    return calls.map((_, i) => {
      const text = values[`r${i}`];
      if (text !== undefined) return `= ${text}`;
      return errors.get(i) ?? 'undefined';
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Splits `name(arg, arg)` into a call; commas inside brackets and strings do not count. */
export function parseCall(text: string): Call {
  const open = text.indexOf('(');
  const args: string[] = [];
  let depth = 0;
  let quoted = false;
  let arg = '';
  for (let i = open + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (quoted) {
      if (c === '\\') arg += text.charAt(i++);
      else if (c === '"') quoted = false;
      arg += text.charAt(i);
      continue;
    }
    if (c === '"') quoted = true;
    if (c === ')' && depth === 0) break;
    if (c === '(' || c === '[' || c === '{') depth++;
    if (c === ')' || c === ']' || c === '}') depth--;
    if (c === ',' && depth === 0) {
      args.push(arg.trim());
      arg = '';
    } else arg += c;
  }
  if (arg.trim() !== '') args.push(arg.trim());
  return { name: text.slice(0, open), args };
}
