// `check --format sarif` against the parts of the SARIF 2.1.0 schema (OASIS) that it uses: what is required, what may stand there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { load } from '../../engine/host/load-async.ts';

const START = new URL('./start.ts', import.meta.url).pathname;
const place = mkdtempSync(join(tmpdir(), 'regate-sarif-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** An object that has nothing but what the schema names. */
function object(required: readonly string[], properties: object): object {
  return { type: 'object', required, properties, additionalProperties: false };
}

const text = { type: 'string' };
const positive = { type: 'integer', minimum: 1 };
const SCHEMA = object(['version', 'runs'], {
  $schema: text,
  version: { enum: ['2.1.0'] },
  runs: {
    type: 'array',
    minItems: 1,
    items: object(['tool', 'results'], {
      tool: object(['driver'], {
        driver: object(['name'], {
          name: { type: 'string', minLength: 1 },
          version: text,
          informationUri: text,
          rules: { type: 'array', uniqueItems: true, items: object(['id'], { id: text }) },
        }),
      }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      results: {
        type: 'array',
        items: object(['message'], {
          ruleId: text,
          level: { enum: ['none', 'note', 'warning', 'error'] },
          message: object(['text'], { text: { type: 'string', minLength: 1 } }),
          locations: {
            type: 'array',
            minItems: 1,
            items: object([], {
              physicalLocation: object(['artifactLocation'], {
                artifactLocation: object([], { uri: { type: 'string', pattern: '^[A-Za-z0-9._~%/-]+$' } }),
                region: object([], { startLine: positive, startColumn: positive }),
              }),
            }),
          },
        }),
      },
    }),
  },
});

function sarifOf(args: readonly string[]): unknown {
  const command = ['--disable-warning=ExperimentalWarning', START, 'check', '--format', 'sarif', ...args];
  try {
    return JSON.parse(execFileSync(process.execPath, command, { cwd: place, encoding: 'utf8', stdio: 'pipe' }));
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout);
  }
}

test('has the shape of SARIF 2.1.0, and each result names a rule of the run', async () => {
  const { wasm } = compile([{ file: 'v.rego', text: 'package v\n\nr := json.match_schema(input, data.schema)\n' }], {
    entrypoints: ['v/r'],
  });
  const policy = await load(wasm!);
  policy.setData({ schema: SCHEMA });
  writeFileSync(join(place, 'ü nsafe#1.rego'), 'package p\n\nx := y\nz := count(1)\n');
  writeFileSync(join(place, 'syntax.rego'), 'package p\n\nx := {\n');
  writeFileSync(join(place, 'good.rego'), 'package q\n\nx := 1\n');
  writeFileSync(join(place, 'unused.rego'), 'package r\n\nimport data.q\n\nx := 1\n');
  for (const [args, count] of [
    [['ü nsafe#1.rego'], 1],
    [['syntax.rego'], 1],
    [['good.rego'], 0],
    [['--strict', 'unused.rego'], 1],
  ] as const) {
    const sarif = sarifOf(args);
    expect(policy.evaluate('v/r', sarif)).toEqual([true, []]);
    const [run] = (
      sarif as { runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string }[] }[] }
    ).runs;
    expect(run!.results.length).toBeGreaterThanOrEqual(count);
    const ids = run!.tool.driver.rules.map(({ id }) => id);
    for (const { ruleId } of run!.results) expect(ids).toContain(ruleId);
  }
});
