// `node test/corpora/generate.ts FOLDER [--files N] [--seed S] [--v0]`: writes a policy repository of controls with their tests,
// in the many ways people write Rego, for `npm run corpora -- FOLDER`. The same seed gives the same files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: {
    files: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    v0: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined) throw new Error('a folder is needed');
const isV0 = values.v0;

/** Pseudo-random numbers (mulberry32). */
let state = Number(values.seed) >>> 0;
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
const chance = (p: number): boolean => random() < p;

const AREAS = ['mail', 'drive', 'identity', 'chat', 'network', 'storage', 'compute', 'audit'];
const FIELDS = ['enabled', 'public', 'mfa', 'retention_days', 'owner', 'domain', 'version', 'labels', 'rules'];
const WORDS = ['accounts', 'sharing', 'external', 'guests', 'logs', 'keys', 'devices', 'roles', 'tokens', 'links'];

/** `if` before a body and `contains` before a key, where the version has them. */
const IF = isV0 ? '' : 'if ';
const set = (name: string, key: string): string => (isV0 ? `${name}[${key}]` : `${name} contains ${key}`);

/** A condition over `item`, and items that meet it or do not. */
interface Condition {
  readonly lines: readonly string[];
  readonly good: object;
  readonly bad: object;
}

function condition(): Condition {
  const field = pick(FIELDS);
  const limit = 1 + below(90);
  const kinds: (() => Condition)[] = [
    () => ({ lines: [`item.${field} == true`], good: { [field]: true }, bad: { [field]: false } }),
    () => ({ lines: [`not item.${field}`], good: {}, bad: { [field]: 'x' } }),
    () => ({ lines: [`item["${field}"] > ${limit}`], good: { [field]: limit + 1 }, bad: { [field]: limit } }),
    () => ({
      lines: [`lower(item.${field}) == "${pick(WORDS)}"`].map((line) => line),
      good: { [field]: 'x' },
      bad: { [field]: 1 },
    }),
    () => ({
      lines: [`n := count([x | x := item.${field}[_]; x != ""])`, `n >= ${1 + (limit % 3)}`],
      good: { [field]: ['a', 'b', 'c', 'd'] },
      bad: { [field]: [''] },
    }),
    () => ({
      lines: [`re := \`^[a-z]+\\.example\\.(org|net)$\``, `regex.match(re, item.${field})`],
      good: { [field]: 'mail.example.org' },
      bad: { [field]: 'mail.example.com' },
    }),
    () => ({
      lines: [`startswith(object.get(item, "${field}", ""), "v")`, `not endswith(item.${field}, "-beta")`],
      good: { [field]: 'v1.2' },
      bad: { [field]: 'v1-beta' },
    }),
    () => ({
      lines: [`allowed := {"${pick(WORDS)}", "${pick(WORDS)}", "other"}`, `allowed[item.${field}]`],
      good: { [field]: 'other' },
      bad: { [field]: 'none' },
    }),
    () => ({
      lines: [`semver.compare(item.${field}, "1.${limit}.0") >= 0`],
      good: { [field]: '2.0.0' },
      bad: { [field]: '1.0.0' },
    }),
    () => ({
      lines: [`glob.match("*.example.${pick(['org', 'net'])}", ["."], item.${field})`],
      good: { [field]: 'a.example.org' },
      bad: { [field]: 'a.b.example.org' },
    }),
    () => ({
      lines: [`time.parse_rfc3339_ns(item.${field}) < ${1_600_000_000 + limit}000000000`],
      good: { [field]: '2019-01-01T00:00:00Z' },
      bad: { [field]: '2029-01-01T00:00:00Z' },
    }),
    () => ({
      lines: [
        `walk(item, [path, value])`,
        `path[count(path) - 1] == "${field}"`,
        `is_${pick(['string', 'number', 'boolean'])}(value)`,
      ],
      good: { deep: [{ [field]: 'x' }, { [field]: 1 }, { [field]: true }] },
      bad: { deep: [] },
    }),
  ];
  return pick(kinds)();
}

/** A condition's lines as a body: on lines, on one line, with comments between. */
function body(lines: readonly string[], indent = '\t'): string {
  if (chance(0.15)) return `{ ${lines.join('; ')} }`;
  const space = pick([indent, '  ', '    ']);
  const out: string[] = [];
  for (const line of lines) {
    if (chance(0.15)) out.push(`${space}# ${pick(WORDS)} of ${pick(AREAS)}`);
    if (chance(0.1)) out.push('');
    out.push(`${space}${line}${chance(0.1) ? ` # ${pick(WORDS)}` : ''}`);
  }
  return `{\n${out.join('\n')}\n}`;
}

function metadata(title: string, level: number): string {
  if (chance(0.4)) return '';
  const lines = ['# METADATA', `# title: ${title}`];
  if (chance(0.5)) lines.push('# description: |', `#   ${title} must hold.`, '#', `#   See ${pick(WORDS)}.`);
  if (chance(0.5)) lines.push('# custom:', `#   severity: ${pick(['HIGH', 'LOW', 'MEDIUM'])}`, `#   level: ${level}`);
  if (chance(0.2)) lines.push('# related_resources:', '# - ref: https://example.org/x', '#   description: more');
  return `${lines.join('\n')}\n`;
}

function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "');
}

interface Written {
  readonly policy: string;
  readonly test: string;
}

function control(index: number): Written {
  const area = pick(AREAS);
  const pkg = `controls.${area}.c${index}`;
  const policy: string[] = [];
  const tests: string[] = [];
  policy.push(`${chance(0.3) ? `# ${area}: ${pick(WORDS)}\n` : ''}package ${pkg}\n`);
  if (isV0 && chance(0.3)) policy.push('import future.keywords.in\n');
  if (!isV0 && chance(0.4)) policy.push('import rego.v1\n');
  if (chance(0.5)) policy.push('import data.lib.report\n');
  else policy.push('import data.lib.report as report\n');
  const rules = 1 + below(4);
  const assign = isV0 && chance(0.5) ? '=' : ':=';
  policy.push(`default compliant ${assign} false\n`);
  tests.push(`package ${pkg}${chance(0.5) ? '_test' : ''}\n`, `import data.${pkg} as control\n`);
  for (let rule = 0; rule < rules; rule++) {
    const { lines, good, bad } = condition();
    const name = pick(['deny', 'violation', `${pick(WORDS)}_${rule}`]) + (chance(0.5) ? `_${rule}` : `${rule}`);
    const each = isV0 || chance(0.3) ? 'item := input.items[_]' : 'some item in input.items';
    const message = pick([
      `msg := sprintf("%v: ${pick(WORDS)} of %v is %v", [item.name, "${area}", object.get(item, "${pick(FIELDS)}", null)])`,
      `msg := report.message(item, "${name}")`,
      `msg := concat(": ", [item.name, "${name}"])`,
    ]);
    policy.push(`${metadata(`${area} ${name}`, rule)}${set(name, 'msg')} ${IF}${body([each, ...lines, message])}\n`);
    if (chance(0.3))
      policy.push(
        `level_${rule} ${assign} "many" ${IF}{ count(${name}) > 1 } else ${assign} "one" ${IF}{\n\tcount(${name}) == 1\n} else ${assign} "none"\n`,
      );
    const withInput = (item: object): string => {
      const input = literal({ items: [{ name: `n${rule}`, ...item }] });
      return chance(0.2) ? ` with input as ${input}\n\t\twith data.config as {}` : ` with input as ${input}`;
    };
    tests.push(`test_${name}_found ${IF}{\n\tcount(control.${name}) == 1${withInput(good)}\n}\n`);
    tests.push(`test_${name}_none ${IF}{ count(control.${name}) == 0${withInput(bad)} }\n`);
    if (chance(0.3))
      tests.push(
        `test_${name}_message ${IF}{\n\tmsgs := control.${name}${withInput(good)}\n\tprint("messages", msgs)\n\t${isV0 ? 'msgs[_] == msg' : 'some msg in msgs'}\n\tcontains(msg, "n${rule}")\n}\n`.replace(
          'msgs[_] == msg',
          'msg := msgs[_]',
        ),
      );
    if (!isV0 && chance(0.3))
      tests.push(
        `test_${name}_table[note] if {\n\tsome note, tc in {\n\t\t"good": {"item": ${literal(good)}, "want": 1},\n\t\t"bad": {"item": ${literal(bad)}, "want": 0},\n\t}\n\tgot := control.${name} with input.items as [object.union({"name": note}, tc.item)]\n\tcount(got) == tc.want\n}\n`,
      );
    if (rule === 0)
      policy.push(`compliant ${IF}{ count(${name}) == 0 }\n`) &&
        tests.push(`test_compliant ${IF}{ control.compliant${withInput(bad)} }\n`);
  }
  if (chance(0.1)) tests.push(`todo_test_later ${IF}{ false }\n`);
  if (chance(0.1)) tests.push(`test_wrong_count ${IF}{ count(control.nothing) == 1 }\n`);
  if (chance(0.1)) tests.push(`test_wrong_value ${IF}{ control.compliant == true with input as {} }\n`);
  return { policy: policy.join('\n'), test: tests.join('\n') };
}

const library = `package lib.report

message(item, rule) = text ${IF}{
	text := sprintf("%s %v", [rule, item.name])
	count(item.name) > 0
}

# the name is missing
message(item, rule) = "unnamed" ${IF}{
	not item.name
}
`.replaceAll(') =', isV0 ? ') =' : ') :=');

mkdirSync(join(folder, 'lib'), { recursive: true });
writeFileSync(join(folder, 'lib', 'report.rego'), library);
for (let i = 0; i < Number(values.files); i++) {
  const { policy, test } = control(i);
  const place = join(folder, `g${i % 7}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `c${i}.rego`), policy);
  writeFileSync(join(place, `c${i}_test.rego`), test);
}
