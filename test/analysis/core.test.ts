// The core AST: its invariants over policies that use the whole language, and what single passes make of a rule.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { analyzeQuery } from '../../engine/analysis/analyze.ts';
import { type CoreRule, operatorName, type RuleTreeNode } from '../../engine/analysis/core.ts';
import { annotatedEntrypoints } from '../../engine/analysis/entrypoints.ts';
import { bodyText, termText } from '../../engine/analysis/message-text.ts';
import type { RefTerm } from '../../engine/ast/nodes.ts';
import { parseQuery } from '../../engine/syntax/parse.ts';
import { violationsOfBody, violationsOfRule } from './invariants.ts';
import { lookUp, run } from './run.ts';

function arityIn(tree: RuleTreeNode): (operator: RefTerm) => number {
  return (operator) => {
    const builtin = lookUp(operatorName(operator));
    if (builtin !== undefined) return builtin.arity;
    let node: RuleTreeNode | undefined = tree;
    for (const part of operator.operands) node = part.kind === 'string' ? node?.children.get(part.value) : undefined;
    return node?.rules[0]?.args.length ?? 0;
  };
}

function rulesOf(source: string, options: Parameters<typeof run>[1] = {}): readonly CoreRule[] {
  const analyzed = run(`package t\n${source}`, options);
  expect(analyzed.diagnostics).toEqual([]);
  return analyzed.modules[0]?.rules ?? [];
}

/** A rule as text: its head's terms, then its body. */
function textOf(rule: CoreRule | undefined): string {
  if (rule === undefined) return '';
  const terms = [...rule.suffix, ...rule.args, ...(rule.key === undefined ? [] : [rule.key]), rule.value];
  return `${rule.path.join('.')} ${terms.map((term) => termText(term)).join(' ')} { ${bodyText(rule.body)} }`;
}

describe('what a rule becomes', () => {
  test.each([
    ['plain', 'p if input.x == 1', 't.p true { input.x = 1 }'],
    [
      'assignment',
      'p := y if { x := 1; y := x + 1 }',
      't.p __local1__ { __local0__ = 1; plus(__local0__, 1, __local2__); __local1__ = __local2__ }',
    ],
    ['undeclared variables keep their names', 'p if { x = input.a; x > 1 }', 't.p true { x = input.a; x > 1 }'],
    [
      'nested calls',
      'p if count(trim(input.x, " ")) > 1',
      't.p true { __local2__ = input.x; trim(__local2__, " ", __local0__); count(__local0__, __local1__); __local1__ > 1 }',
    ],
    ['order', 'p if { not x == 1; x = input.y }', 't.p true { x = input.y; not x = 1 }'],
    ['some', 'p contains x if { some x; input.xs[x] }', 't.p __local0__ true { input.xs[__local0__] }'],
    ['some in', 'p contains x if { some x in input.xs }', 't.p __local2__ true { __local2__ = input.xs[__local0__] }'],
    [
      'some key in',
      'p[k] := v if { some k, v in input.xs }',
      't.p __local0__ __local1__ { __local1__ = input.xs[__local0__] }',
    ],
    ['in', 'p if 1 in input.xs', 't.p true { __local0__ = input.xs; internal.member_2(1, __local0__) }'],
    ['head reference', 'p[input.x].q := 1', 't.p __local0__ "q" 1 { __local0__ = input.x }'],
    ['head value', 'p := {"a": input.x}', 't.p __local0__ { __local1__ = input.x; __local0__ = {"a": __local1__} }'],
    ['head call', 'p := count(input.x)', 't.p __local0__ { __local1__ = input.x; count(__local1__, __local0__) }'],
    [
      'nested references',
      'p := input[data.x[input.y]]',
      't.p __local0__ { __local1__ = input.y; __local2__ = data.x[__local1__]; __local0__ = input[__local2__] }',
    ],
    [
      'comprehension term',
      'p := [x.y | some x in input]',
      't.p __local3__ { __local3__ = [__local4__ | __local2__ = input[__local0__]; __local4__ = __local2__.y] }',
    ],
    [
      'subject of a reference',
      'p := [1, 2][i] if i := 0',
      't.p __local2__ { __local0__ = 0; __local1__ = [1, 2]; __local2__ = __local1__[__local0__] }',
    ],
    [
      'every',
      'p if every x in input.xs { x > 1 }',
      't.p true { __local2__ = input.xs; every __local0__, __local1__ in __local2__ { __local1__ > 1 } }',
    ],
    [
      'print',
      'p if print(input.x)',
      't.p true { __local1__ = {__local0__ | __local0__ = input.x}; internal.print([__local1__]) }',
    ],
    [
      'template',
      'p := $"a{input.x}b"',
      't.p __local1__ { __local2__ = {__local0__ | __local0__ = input.x}; internal.template_string(["a", __local2__, "b"], __local1__) }',
    ],
    ['with', 'p if input.x with input as data.y', 't.p true { __local0__ = data.y; input.x with input as __local0__ }'],
    [
      'with a function',
      'p if count(1) == 2 with count as f\nf(x) := x',
      't.p true { count(1, __local0__) with count as data.t.f; __local0__ = 2 with count as data.t.f }',
    ],
    ['package rule', 'q := 1\np := q', 't.q 1 { true }'],
    ['function', 'f(x, [y, x]) := y', 't.f __local0__ [__local1__, __local0__] __local1__ { true }'],
    [
      'negated call',
      'p if not count(input.x) == 1',
      't.p true { __local1__ = input.x; count(__local1__, __local0__); not __local0__ = 1 }',
    ],
    ['object pattern', 'p := x if {"a": x} := input.y', 't.p __local0__ { {"a": __local0__} = input.y }'],
  ])('%s', (_name, source, expected) => {
    expect(textOf(rulesOf(source)[0])).toBe(expected);
  });

  test('print is erased', () => {
    expect(textOf(rulesOf('p if { print(1); x := [y | print(2); y := 1]; print(x) }', { enablePrint: false })[0])).toBe(
      't.p true { __local1__ = [__local0__ | __local0__ = 1] }',
    );
    expect(textOf(rulesOf('p if print(1)', { enablePrint: false })[0])).toBe('t.p true { true }');
  });

  test('the branches of a rule share names and arguments', () => {
    const [rule] = rulesOf('f(x) := 1 if x == 1\nelse := y if { y := x }');
    expect(textOf(rule?.else)).toBe('t.f __local0__ __local1__ { __local1__ = __local0__ }');
    expect([...(rule?.locals ?? [])]).toEqual([
      ['__local0__', 'x'],
      ['__local1__', 'y'],
    ]);
    expect(rule?.else?.id).toBe((rule?.id ?? 0) + 1);
  });

  test('imports are resolved, and hidden by declarations', () => {
    const [p, q] = rulesOf('import data.a.b\nimport input.u as v\np := b.c + v\nq := b if b := 1').slice(-2);
    expect(textOf(p)).toContain('__local1__ = data.a.b.c; __local2__ = input.u');
    expect(textOf(q)).toBe('t.q __local0__ { __local0__ = 1 }');
  });

  test('kinds', () => {
    const kinds = rulesOf('p := 1\nq contains 1\nr[x] := 1 if x := 2\nf(x) := x\ns[x] contains 1 if x := 2').map(
      ({ kind, path, suffix }) => [kind, path.join('.'), suffix.length],
    );
    expect(kinds).toEqual([
      ['complete', 't.p', 0],
      ['set', 't.q', 0],
      ['complete', 't.r', 1],
      ['function', 't.f', 0],
      ['set', 't.s', 1],
    ]);
  });

  test('generated names avoid those of the user', () => {
    const [rule] = rulesOf('p := y if { __local0__ = 1; y := __local0__ }');
    expect(textOf(rule)).toBe('t.p __local1__ { __local0__ = 1; __local1__ = __local0__ }');
  });

  test('metadata calls become constants', () => {
    const analyzed = run(
      '# METADATA\n# title: T\npackage t\n\n# METADATA\n# description: d\np := rego.metadata.chain()\n\nq := rego.metadata.rule()\n',
    );
    expect(analyzed.diagnostics).toEqual([]);
    const [p, q] = analyzed.modules[0]?.rules ?? [];
    expect(textOf(p)).toContain('"path": ["t", "p"]');
    expect(textOf(p)).toContain('"title": "T"');
    expect(textOf(q)).toContain('{}');
  });

  test('annotated entry points', () => {
    const { modules } = run(
      '# METADATA\n# entrypoint: true\npackage t\n\n# METADATA\n# entrypoint: true\np.q := 1\n\n# METADATA\n# title: r\nr := 1\n',
    );
    expect(annotatedEntrypoints(modules).map(({ path, loc }) => [path, loc.row])).toEqual([
      ['t', 1],
      ['t/p/q', 5],
    ]);
  });

  test('test rules keep what they compare, when asked', () => {
    const [rule] = rulesOf('test_p if data.x == input.y', { rewriteTestRules: true });
    expect(textOf(rule)).toBe('t.test_p true { __local0__ = data.x; __local1__ = input.y; __local0__ = __local1__ }');
  });
});

describe('the graph', () => {
  test('rules come after those they read', () => {
    const { graph } = run([
      { file: 'a.rego', source: 'package t\np if q\nq if { x = "r"; data.u[x] }\ns if f(1)\nf(x) := x if data.u.r\n' },
      { file: 'b.rego', source: 'package u\nr := 1 if a\nelse := b.c\na := 1\nb.c := 2\n' },
    ]);
    const at = new Map(graph.sorted.map((rule, i) => [rule, i]));
    for (const rule of graph.rules) {
      for (const other of graph.dependencies(rule)) expect(at.get(other)).toBeLessThanOrEqual(at.get(rule) ?? -1);
    }
    expect(graph.sorted).toHaveLength(graph.rules.length);
  });

  test('thousands of rules in a chain, and of one name', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `p${i} if p${i + 1}`).join('\n');
    const wide = Array.from(
      { length: 2000 },
      (_, i) => `q contains ${i} if data.t.r[${i}]\nr contains ${i} if input.x`,
    ).join('\n');
    expect(run(`package t\n${chain}\np5000 := 1\n${wide}`).diagnostics).toEqual([]);
  });
});

describe('queries', () => {
  const modules = run('package t\np := 1\nf(x) := x');
  const ask = (text: string, pkg?: string) => {
    const { body, imports } = parseQuery(text, { file: 'query' });
    const context = pkg === undefined ? {} : { package: modules.sources[0]?.package };
    return analyzeQuery(body ?? [], { modules, imports, ...context }, { builtins: lookUp });
  };

  test('variables in order of appearance', () => {
    const { vars, body, diagnostics } = ask('y := data.t.p; x = y + 1; some z in [1]; _ = [w | w := 1]');
    expect(diagnostics).toEqual([]);
    expect(vars.map(({ name }) => name)).toEqual(['y', 'x', 'z']);
    expect(violationsOfBody(body, arityIn(modules.ruleTree))).toEqual([]);
    for (const { name, rewritten } of vars) expect(rewritten === name).toBe(name === 'x');
  });

  test('names of a package', () => {
    expect(bodyText(ask('f(p, x)', 't').body)).toBe('__localq0__ = data.t.p; data.t.f(__localq0__, x)');
  });

  test('== keeps its result', () => {
    expect(bodyText(ask('1 == 2').body)).toBe('1 == 2');
  });

  test('faults', () => {
    expect(ask('x == 1').diagnostics[0]?.message).toBe('var x is unsafe');
    expect(ask('g(1)').diagnostics[0]?.message).toBe('undefined function g');
    expect(ask('x := 1; x := 2').diagnostics[0]?.message).toBe('var x assigned above');
  });
});

const shared = process.env['REGATE_SHARED'] ?? '../shared';
const conformance = join(shared, 'conformance/cases');

interface ConformanceCase {
  readonly note: string;
  readonly query: string;
  readonly modules?: readonly string[];
}

(existsSync(conformance) ? describe : describe.skip)(`invariants over the cases in ${conformance}`, () => {
  test.each(existsSync(conformance) ? readdirSync(conformance) : [])('%s', (file) => {
    const { cases } = JSON.parse(readFileSync(join(conformance, file), 'utf8')) as {
      cases: readonly ConformanceCase[];
    };
    const found: string[] = [];
    for (const { note, query, modules = [] } of cases) {
      const analyzed = run(modules.map((source, i) => ({ file: `${i}.rego`, source })));
      const arity = arityIn(analyzed.ruleTree);
      for (const { message } of analyzed.diagnostics) found.push(`${note}: ${message}`);
      for (const module of analyzed.modules) {
        for (const rule of module.rules)
          for (const text of violationsOfRule(rule, arity)) found.push(`${note}: ${text}`);
      }
      const { body, diagnostics } = analyzeQuery(
        parseQuery(query, { file: 'query' }).body ?? [],
        { modules: analyzed },
        { builtins: lookUp },
      );
      for (const { message } of diagnostics) found.push(`${note}: ${message}`);
      for (const text of violationsOfBody(body, arity)) found.push(`${note}: ${text}`);
    }
    expect(found).toEqual([]);
  });
});
