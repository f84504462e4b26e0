// Writes engine/runtime/assembly/builtins/case-mapping.ts from what the reference OPA makes of every code point.
// Usage: node test/runtime/builtins/record-case-mapping.ts PATH-OF-OPA
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const opa = process.argv[2];
if (opa === undefined) throw new Error('usage: record-case-mapping.ts PATH-OF-OPA');

/** Code points in a row, `stride` apart, that map to the code point `delta` further. */
interface Run {
  readonly start: number;
  end: number;
  stride: 1 | 2;
  readonly delta: number;
}

const points: number[] = [];
for (let point = 1; point < 0x110000; point++) if (point < 0xd800 || point > 0xdfff) points.push(point);

function mapped(path: string, name: string): Run[] {
  const answer = execFileSync(
    path,
    ['eval', '--format', 'json', '--stdin-input', `[x | some s in input; x := ${name}(s)]`],
    {
      input: JSON.stringify(points.map((point) => String.fromCodePoint(point))),
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    },
  );
  const parsed = JSON.parse(answer) as { result: { expressions: { value: string[] }[] }[] };
  const texts = parsed.result[0]?.expressions[0]?.value ?? [];
  const runs: Run[] = [];
  points.forEach((point, i) => {
    const delta = (texts[i]?.codePointAt(0) ?? point) - point;
    if (delta === 0 || point < 0x80) return;
    const last = runs.at(-1);
    const step = last === undefined ? 0 : point - last.end;
    if (last?.delta === delta && (step === last.stride || (last.start === last.end && step <= 2))) {
      last.stride = step as 1 | 2;
      last.end = point;
    } else runs.push({ start: point, end: point, stride: 1, delta });
  });
  return runs;
}

/** `start` in bits 0–20, `end - start` in 21–32, `stride - 1` in 33, `delta` above. */
function pack(run: Run): bigint {
  return (
    (BigInt(run.delta) << 34n) |
    (BigInt(run.stride - 1) << 33n) |
    (BigInt(run.end - run.start) << 21n) |
    BigInt(run.start)
  );
}

function table(name: string, count: string, runs: readonly Run[]): string {
  const cases = runs.map((run, i) => `    case ${i}:\n      return ${pack(run)};`);
  return [
    `export const ${count}: u32 = ${runs.length};`,
    '',
    `/** Run number \`index\` of the code points that \`${name}\` changes. */`,
    `export function ${name}Run(index: u32): i64 {`,
    '  switch (index) {',
    ...cases,
    '    default:',
    '      return 0;',
    '  }',
    '}',
  ].join('\n');
}

const text = `// Written by test/runtime/builtins/record-case-mapping.ts: how code points beyond ASCII change case, one to one.
// Runs in order: first code point in bits 0–20, length less one in 21–32, stride less one in 33, distance above.
// Tables lie in code rather than in data, so that they go with the built-ins when a policy calls neither.

${table('upper', 'UPPER_RUNS', mapped(opa, 'upper'))}

${table('lower', 'LOWER_RUNS', mapped(opa, 'lower'))}
`;
const folder = dirname(fileURLToPath(import.meta.url));
writeFileSync(join(folder, '../../../engine/runtime/assembly/builtins/case-mapping.ts'), text);
