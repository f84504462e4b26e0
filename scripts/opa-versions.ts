// Writes cli/opa-versions.gen.ts: the capabilities of OPA's releases, as its binary prints them. `OPA=path/to/opa node scripts/opa-versions.ts`.
// Only needed for a new release. A built-in that a release has as this engine has it is written by its name alone.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinToJson } from '../engine/builtins/capabilities.ts';
import { undocumented } from '../cli/opa-versions.ts';
import { builtins } from '../engine/builtins/table.ts';

const opa = process.env['OPA'] ?? 'opa';
const ask = (...args: readonly string[]): string =>
  execFileSync(opa, ['capabilities', ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });

interface Span {
  readonly first: number;
  last: number;
}

/** Of each text the releases that have it, which are neighbours. */
class Spans {
  readonly #spans = new Map<string, Span>();

  add(text: string, release: number): void {
    const span = this.#spans.get(text);
    if (span === undefined) this.#spans.set(text, { first: release, last: release });
    else if (span.last === release - 1) span.last = release;
    else throw new Error(`release ${release} has again what others before it had not: ${text}`);
  }

  get entries(): readonly (readonly [string, Span])[] {
    return [...this.#spans];
  }
}

const releases = ask().trim().split('\n');
const declared = new Spans();
const rest = new Spans();
releases.forEach((name, i) => {
  const { builtins: list, ...others } = JSON.parse(ask('--version', name)) as { builtins: { name: string }[] };
  for (const builtin of list) declared.add(JSON.stringify(builtin), i);
  rest.add(JSON.stringify(others), i);
});

/** What releases print leaves out documentation: names of arguments and categories. */
const known = new Set(builtins.map((builtin) => JSON.stringify(builtinToJson(undocumented(builtin)))));

const line = ([text, { first, last }]: readonly [string, Span]): string => {
  const entry = known.has(text) ? `'${(JSON.parse(text) as { name: string }).name}'` : text;
  return `  [${first}, ${last}, ${entry}],`;
};
const text = `// Made by scripts/opa-versions.ts.
import type { Span } from './opa-versions.ts';

// prettier-ignore
export const releases = '${releases.join(' ')}';

/** Built-ins, by the first and the last release that has them so: a name where that is this engine's own declaration. */
// prettier-ignore
export const declarations: readonly Span<string | object>[] = [
${declared.entries.map(line).join('\n')}
];

/** Everything else in the file. */
// prettier-ignore
export const others: readonly Span<object>[] = [
${rest.entries.map(line).join('\n')}
];
`;
writeFileSync(join(import.meta.dirname, '..', 'cli', 'opa-versions.gen.ts'), text);
