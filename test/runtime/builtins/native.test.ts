// Every native built-in gives what the reference OPA gave when its answers were recorded, errors word for word.
import { describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimeWasm, runtimeHeapBase } from '../../../engine/wasm/runtime.gen.ts';
import { exceptions } from './exceptions.ts';
import { NativeBuiltins } from './native.ts';
import type { Call } from './reference.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'cases');
const native = new NativeBuiltins(runtimeWasm(), runtimeHeapBase);

const key = (call: Call): string => JSON.stringify([call.name, ...call.args]);
const excepted = new Map(exceptions.map((exception) => [key(exception), exception]));

describe.each(readdirSync(folder).sort())('%s', (file) => {
  const recorded = JSON.parse(readFileSync(join(folder, file), 'utf8')) as string[][];
  const byName = new Map<string, string[][]>();
  for (const line of recorded) byName.set(line[0] ?? '', [...(byName.get(line[0] ?? '') ?? []), line]);

  test.each([...byName])('%s', (name, lines) => {
    const faults: object[] = [];
    for (const line of lines) {
      const call = { name, args: line.slice(1, -1) };
      const wanted = excepted.get(key(call))?.outcome ?? line.at(-1) ?? '';
      const got = native.differs(call, wanted);
      if (got !== undefined) faults.push({ args: call.args.join(', '), wanted, got });
    }
    expect(faults).toEqual([]);
  });
});

test.each(exceptions)('the reference still differs: $name $args', (exception) => {
  const lines = readdirSync(folder).flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as string[][],
  );
  const line = lines.find(
    (candidate) => key({ name: candidate[0] ?? '', args: candidate.slice(1, -1) }) === key(exception),
  );
  expect(line).toBeDefined();
  expect(line?.at(-1)).not.toBe(exception.outcome);
});
