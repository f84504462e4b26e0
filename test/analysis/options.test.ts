// What the options of analysis change: built-ins, base data, versions, strictness, and the types checked between the passes.
import { describe, expect, test } from '@jest/globals';
import { analyze } from '../../engine/analysis/analyze.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { lookUp, parseAll, run } from './run.ts';

const texts = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ loc, message }) => `${loc.row}:${loc.col} ${message}`);

describe('built-ins', () => {
  const unsafeBuiltins = new Set(['http.send', 'count']);

  test('that are forbidden', () => {
    const source = 'package t\np := http.send({})\nq if count([1]) == 1 with input.x as 1\nr := [x | x := count([])]';
    expect(texts(run(source, { unsafeBuiltins }).diagnostics)).toEqual([
      '2:6 unsafe built-in function calls in expression: http.send',
      '3:6 unsafe built-in function calls in expression: count',
      '4:16 unsafe built-in function calls in expression: count',
    ]);
  });

  test('that are forbidden and replaced', () => {
    const source = 'package t\np if sum([1]) == 1 with count as sum';
    expect(texts(run(source, { unsafeBuiltins }).diagnostics)).toEqual([
      '2:25 with keyword replacing built-in function: target must not be unsafe: "count"',
    ]);
  });

  test('that a build does not have', () => {
    const builtins = (name: string) => (name === 'count' ? undefined : lookUp(name));
    expect(texts(run('package t\np := count([1])', { builtins }).diagnostics)).toEqual([
      '2:6 undefined function count',
    ]);
  });
});

describe('base data', () => {
  test('in a rule’s place', () => {
    const exists = new Set(['a/b/p', 'a/b']);
    const { diagnostics } = run('package a.b\np := 1\nq := 2\nr.s[x] := 3 if x := "t"', {
      pathConflict: (path) => exists.has(path.join('/')),
    });
    expect(texts(diagnostics)).toEqual(['2:1 conflicting rule for data path a/b/p found']);
  });
});

describe('versions', () => {
  const old = 'package t\np { input := 1; input == 1; any([true]) }';

  test('of one compilation may differ', () => {
    const modules = [
      ...parseAll([{ file: 'a.rego', source: old }], 'v0'),
      ...parseAll([{ file: 'b.rego', source: 'package u\nimport data.t\nq if t.p' }]),
    ];
    expect(analyze(modules, { builtins: lookUp }).diagnostics).toEqual([]);
  });

  test('the rules of v1 hold in v0 when strict, and with import rego.v1', () => {
    expect(texts(run(old, { version: 'v0', strict: true }).diagnostics)).toEqual([
      '2:5 variables must not shadow input (use a different variable name)',
    ]);
    const imported = 'package t\nimport rego.v1\np if { input := 1; input == 1 }';
    expect(texts(run(imported, { version: 'v0' }).diagnostics)).toEqual([
      '3:8 variables must not shadow input (use a different variable name)',
    ]);
  });
});

describe('types', () => {
  const fault: Diagnostic = {
    code: 'rego_type_error',
    severity: 'error',
    message: 'match error',
    loc: { file: 'a.rego', row: 2, col: 1, offset: 0, end: 0 },
  };

  test('are checked when nothing else is wrong, before deprecated built-ins', () => {
    const checkTypes = () => [fault];
    expect(texts(run('package t\np if any([true])', { checkTypes }).diagnostics)).toEqual(['2:1 match error']);
    expect(texts(run('package t\np if x', { checkTypes }).diagnostics)).toEqual(['2:6 var x is unsafe']);
    expect(texts(run('package t\np if any([true])', { checkTypes: () => [] }).diagnostics)).toEqual([
      '2:6 deprecated built-in function calls in expression: any',
    ]);
  });

  test('of the arguments when their number is wrong', () => {
    const arityFault = () => fault;
    expect(texts(run('package t\np if count(1, 2, 3)', { arityFault }).diagnostics)).toEqual(['2:1 match error']);
    expect(texts(run('package t\np := count()', { arityFault }).diagnostics)).toEqual(['2:1 match error']);
  });
});

describe('diagnostics', () => {
  test('are sorted by place, over files', () => {
    const { diagnostics } = run([
      { file: 'b.rego', source: 'package t\nq if y\nr if z' },
      { file: 'a.rego', source: 'package t\n\n\np if x' },
    ]);
    expect(diagnostics.map(({ loc, message }) => `${loc.file}:${loc.row} ${message}`)).toEqual([
      'a.rego:4 var x is unsafe',
      'b.rego:2 var y is unsafe',
      'b.rego:3 var z is unsafe',
    ]);
  });

  test('come from one stage only', () => {
    const source = 'package t\np if x\nq if { y := 1; y := 2 }\nr if z';
    expect(texts(run(source).diagnostics)).toEqual(['3:16 var y assigned above']);
  });

  test('say what to write instead', () => {
    expect(run('package t\np if { x := 1; x := 2 }').diagnostics[0]?.hint).toContain('==');
  });

  test('long bodies take no more than their share of time', () => {
    const backwards = Array.from({ length: 3000 }, (_, i) => `x${i} = x${i + 1}`).join('\n\t');
    const { module } = parseModule(`package t\np if {\n\t${backwards}\n\tx3000 = 1\n}`, { file: 'a.rego' });
    expect(analyze(module === undefined ? [] : [module], { builtins: lookUp }).diagnostics).toEqual([]);
  });
});
