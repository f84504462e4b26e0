// `node test/corpora/layouts.ts [--count N] [--seed S] [FOLDER…]`: the files of policy repositories in strange layouts (breaks,
// blanks and comments anywhere), formatted by ours and by the reference OPA: byte for byte the same. Skips without the reference.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { referenceOpa } from '../../bench/opa.ts';
import { formatSource } from '../../engine/syntax/format.ts';
import { meaningOf } from '../../engine/syntax/format/meaning.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import type { Module } from '../../engine/ast/nodes.ts';
import { lex } from '../../engine/syntax/lexer.ts';

const { values, positionals } = parseArgs({
  options: { count: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const opa = referenceOpa();
if (opa === undefined) {
  console.log('no reference OPA: skipped (set OPA to the path of its binary)');
  process.exit(0);
}

let state = Number(values.seed) >>> 0;
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** The text with some of the gaps between its tokens changed. */
function mutate(text: string): string {
  const tokens = tokenPlaces(text);
  const rate = 0.02 + random() * 0.1;
  let out = '';
  let end = 0;
  let depth = 0;
  for (const { start, stop } of tokens) {
    const gap = text.slice(end, start);
    const previous = text[end - 1] ?? '';
    out += random() < rate && end > 0 ? change(gap, previous, depth) : gap;
    const token = text.slice(start, stop);
    if (/^[[({]$/.test(token)) depth++;
    if (/^[\])}]$/.test(token)) depth--;
    out += token;
    end = stop;
  }
  return out + text.slice(end);
}

function change(gap: string, previous: string, depth: number): string {
  const choice = random();
  if (gap.includes('#')) return choice < 0.5 ? gap : gap.replace(/\n/g, '\n\n');
  if (gap.includes('\n')) {
    if (choice < 0.3) return `\n${gap}`;
    if (choice < 0.55) return ` # c${Math.floor(random() * 100)}${gap}`;
    if (choice < 0.8) return `${gap}# d${Math.floor(random() * 100)}\n`;
    return depth > 0 && /[,[({]/.test(previous) ? ' ' : gap;
  }
  if (/[,[({|]/.test(previous) && choice < 0.5) return '\n\t';
  if (/[,[({|]/.test(previous) && choice < 0.7) return ' # e\n';
  if (choice < 0.8) return gap === '' ? '' : `${gap}  `;
  return gap === '' ? '' : '\n';
}

/** Where tokens begin and end. */
function tokenPlaces(text: string): { start: number; stop: number }[] {
  const table = lex(text);
  return Array.from({ length: table.count }, (_, i) => ({ start: table.offset[i]!, stop: table.end[i]! })).filter(
    ({ start, stop }) => stop > start,
  );
}

/** Whether a formatted text has lost code or comments of the original, or is not stable. */
function isBroken(before: string, after: string, isV0: boolean): boolean {
  const version = isV0 ? 'v0' : 'v1';
  const [a, b] = [before, after].map((text) => parseModule(text, { file: '', version, annotations: false }).module);
  if (a === undefined || b === undefined) return true;
  const comments = ({ comments: list }: Module): string =>
    JSON.stringify(list.map(({ text }) => text.trim()).sort());
  // What changes when it is formatted again is no layout to keep to.
  if (formatSource(after, { version }).text !== after) return true;
  return meaningOf(a) !== meaningOf(b) || comments(a) !== comments(b);
}

interface Variant {
  readonly name: string;
  readonly text: string;
  readonly isV0: boolean;
}

function variants(folder: string): Variant[] {
  const isV0 = basename(folder).endsWith('-v0');
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.rego')).sort();
  return files.flatMap((file, i) =>
    Array.from({ length: Number(values.count) }, (_, k) => ({
      name: `${basename(folder)}-${i}-${k}.rego`,
      text: mutate(readFileSync(join(folder, file), 'utf8')),
      isV0,
    })),
  );
}

const here = import.meta.dirname;
const folders = (
  positionals.length > 0
    ? positionals
    : readdirSync(here, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(here, entry.name))
).map((each) => resolve(each));
const counts = { same: 0, rejected: 0, different: 0, broken: 0 };
for (const isV0 of [false, true]) {
  const place = mkdtempSync(join(tmpdir(), 'regate-layouts-'));
  const ours = new Map<string, string>();
  const originals = new Map<string, string>();
  for (const folder of folders)
    for (const each of variants(folder)) {
      if (each.isV0 !== isV0) continue;
      const { text } = formatSource(each.text, { file: each.name, version: isV0 ? 'v0' : 'v1' });
      if (text === undefined) {
        counts.rejected++;
        continue;
      }
      ours.set(each.name, text);
      originals.set(each.name, each.text);
    }
  for (;;) {
    // All of them anew: what is formatted twice is not always the same.
    for (const [name, text] of originals) if (ours.has(name)) writeFileSync(join(place, name), text);
    const { status, stderr } = spawnSync(opa, ['fmt', '-w', ...(isV0 ? ['--v0-compatible'] : []), place]);
    if (status === 0) break;
    const text = stderr.toString();
    const file = /([\w-]+\.rego)/.exec(text)?.[1];
    if (file === undefined || !ours.has(file)) throw new Error(text);
    // OPA reads its own result again.
    if (text.includes('the result is invalid')) counts.broken++;
    else {
      console.log(`only ours accepts ${file}: ${text.slice(0, 300)}`);
      counts.different++;
    }
    ours.delete(file);
    rmSync(join(place, file));
  }
  for (const [name, text] of ours) {
    const theirs = readFileSync(join(place, name), 'utf8');
    if (theirs === text) {
      counts.same++;
      continue;
    }
    if (isBroken(originals.get(name)!, theirs, isV0)) {
      counts.broken++;
      continue;
    }
    counts.different++;
    const [a, b] = [theirs.split('\n'), text.split('\n')];
    const at = a.findIndex((line, i) => line !== b[i]);
    console.log(`--- ${name}:${at + 1}`);
    for (const line of a.slice(Math.max(0, at - 1), at + 3)) console.log(`  opa    ${line}`);
    for (const line of b.slice(Math.max(0, at - 1), at + 3)) console.log(`  regate ${line}`);
    const kept = join(tmpdir(), `layouts-${name}`);
    writeFileSync(kept, originals.get(name)!);
  }
  rmSync(place, { recursive: true });
}
console.log(`${counts.same} the same, ${counts.different} different, ${counts.broken} that OPA breaks, takes comments from or would change again, ${counts.rejected} no longer Rego`);
process.exitCode = counts.different === 0 ? 0 : 1;
