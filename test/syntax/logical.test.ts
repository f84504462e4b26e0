// `and`, `or` and `not` bodies: how they group, and what is refused.
import { describe, expect, test } from '@jest/globals';
import type { Body, Expr } from '../../engine/ast/nodes.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { printExpr, printTerm } from '../../engine/syntax/print.ts';

const IMPORTS = 'import future.keywords.and\nimport future.keywords.or\n';

function parse(text: string, not = true): { body?: Body; message?: string } {
  const source = `package a\n${IMPORTS}${not ? 'import future.keywords.not\n' : ''}p if {\n${text}\n}\n`;
  const { module, diagnostics } = parseModule(source, { file: 'a.rego' });
  return { body: module?.rules[0]?.body, message: diagnostics[0]?.message };
}

/** The tree of an expression: operators with their sides, bodies in braces. */
function shape(expr: Expr): string {
  const body = (exprs: Body, explicit: boolean | undefined): string =>
    explicit === true ? `{${exprs.map(shape).join('; ')}}` : exprs.map(shape).join('; ');
  const withs = expr.with.map((w) => ` with ${printTerm(w.value)}`).join('');
  switch (expr.kind) {
    case 'and':
    case 'or':
      return `${expr.kind}(${body(expr.left, expr.explicitLeft)}, ${body(expr.right, expr.explicitRight)})${withs}`;
    case 'not':
      return `not(${body(expr.body, expr.explicitBody)})${withs}`;
    case 'termexpr':
      return `${expr.negated ? '!' : ''}${printTerm(expr.term)}${withs}`;
    case 'callexpr':
      return `${expr.negated ? '!' : ''}${printExpr({ ...expr, negated: false, with: [] })}${withs}`;
    default:
      return expr.kind;
  }
}

describe('grouping', () => {
  test.each([
    ['x and y', 'and(x, y)'],
    ['x or y and z', 'or(x, and(y, z))'],
    ['x and y or z', 'or(and(x, y), z)'],
    ['x and y and z', 'and(and(x, y), z)'],
    ['x or y or z', 'or(or(x, y), z)'],
    ['not x and y', 'and(not(x), y)'],
    ['not {x or y}', 'not({or(x, y)})'],
    ['x or not y', 'or(x, not(y))'],
    ['{x; y} and z', 'and({x; y}, z)'],
    ['x or {y; z}', 'or(x, {y; z})'],
    ['{a; b} or {c; d}', 'or({a; b}, {c; d})'],
    ['{x or y} and z', 'and({or(x, y)}, z)'],
    ['a or { x; y } and z', 'or(a, and({x; y}, z))'],
    ['a or not { x; y } and z', 'or(a, and(not({x; y}), z))'],
    ['a and b with input as v', 'and(a, b) with v'],
    ['{a with input as v} and b', 'and({a with v}, b)'],
    ['a or b and c with input as v', 'or(a, and(b, c)) with v'],
    ['a and (b or c)', 'and(a, or(b, c))'],
    ['(a or b) and c', 'and(or(a, b), c)'],
    ['((a or b))', 'or(a, b)'],
    ['a or ((b))', 'or(a, b)'],
    ['(((((a or ((b)))) and c)))', 'and(or(a, b), c)'],
    ['(not a)', 'not(a)'],
    ['not (a)', 'not(a)'],
    ['(not a or b)', 'or(not(a), b)'],
    ['not (a or b) and c', 'and(not(or(a, b)), c)'],
    ['not ((a or b) and c)', 'not(and(or(a, b), c))'],
    ['(a == b) or (c == d)', 'or(a == b, c == d)'],
    ['{x; y} and (a or b)', 'and({x; y}, or(a, b))'],
    ['z and ({1, 2}) & input.s == set()', 'and(z, {1, 2} & input.s == set())'],
    ['({1, 2}) & input.s == set() and z', 'and({1, 2} & input.s == set(), z)'],
    ['z and (1 + 2) > 3', 'and(z, 1 + 2 > 3)'],
    ['not (1 + 2) > 3', 'not(1 + 2 > 3)'],
    ['({a}) and ({b})', 'and({a}, {b})'],
    ['a or ({})', 'or(a, {})'],
    ['{x} == input.y', '{x} == input.y'],
    ['{"a": 1}[_]', '{"a": 1}[_]'],
    ['(a with input as x) and (b with input as y)', 'and(a with x, b with y)'],
    ['(a and b with input as x) or c', 'or(and(a, b) with x, c)'],
    ['not (a or b) with input as x', 'not(or(a, b)) with x'],
    ['not (a with input as x)', 'not(a with x)'],
    ['not {x} and not {y}', 'and(not({x}), not({y}))'],
    ['a := 1; b or c', 'a := 1'],
    ['or({1}, {2})', 'or({1}, {2})'],
    ['x := and(a, or(b, c))', 'x := and(a, or(b, c))'],
    ['and(a, b) or x', 'or(and(a, b), x)'],
    ['x and(b)', 'and(x, b)'],
    ['{a} or(b)', 'or({a}, b)'],
    ['x.and or or.x', 'or(x.and, or.x)'],
    ['x == 1 or\n  y == 2', 'or(x == 1, y == 2)'],
  ])('%s', (text, want) => {
    const { body, message } = parse(text);
    expect(message).toBeUndefined();
    expect(shape(body![0]!)).toBe(want);
  });

  test('without the import of `not`, `not` negates', () => {
    expect(shape(parse('not {1} and z', false).body![0]!)).toBe('and(!{1}, z)');
    expect(shape(parse('not x or y', false).body![0]!)).toBe('or(!x, y)');
    expect(shape(parse('not ({true})', false).body![0]!)).toBe('!{true}');
  });

  test('printing keeps the tree', () => {
    for (const text of [
      'a and (b or c)',
      'a or (b or c)',
      '(a or b) or c',
      '{x; y} and not (a or b)',
      '(a with input as 1) and {b}',
    ]) {
      const tree = shape(parse(text).body![0]!);
      expect(shape(parse(printExpr(parse(text).body![0]!)).body![0]!)).toBe(tree);
    }
  });

  test('the words are names without their import', () => {
    const source = 'package a\nimport future.keywords.and\np if { or := 1; or == 1 }\n';
    expect(parseModule(source, { file: 'a.rego' }).diagnostics).toEqual([]);
    expect(parseModule('package a\np if { x and y }\n', { file: 'a.rego' }).module).toBeUndefined();
  });
});

describe('faults', () => {
  const allowed = (name: string): string =>
    `\`with\` modifier is not allowed on operand of \`${name}\` (hint: Wrap the operand in \`(...)\` or \`{...}\` to scope, or move \`with\` after the \`${name}\` expression to apply it to the whole expression)`;
  const brace = (name: string, operand: string): string =>
    `operand of \`${name}\` cannot begin with \`{\` unless the braces hold a body (hint: wrap the operand to keep the value: \`(${operand}) ${name} ...\`)`;
  test.each([
    ['a with input as v and b', allowed('and')],
    ['a with input as v or b', allowed('or')],
    ['(a with input as v and b)', allowed('and')],
    ['not (a with input as v and b)', allowed('and')],
    ['a and b with input as v or c', 'unexpected or keyword'],
    ['x and', 'unexpected } token'],
    ['and y', 'unexpected and keyword'],
    ['x or or y', 'unexpected or keyword'],
    ['x or and y', 'unexpected and keyword'],
    ['f(x and y)', 'unexpected and keyword'],
    ['a[x or y]', 'unexpected or keyword'],
    ['[x and y | x]', 'unexpected and keyword'],
    ['{x: y or z | x}', 'unexpected or keyword'],
    ['every x in y and z {x}', 'unexpected and keyword'],
    ['some x in xs and y', 'unexpected and keyword'],
    ['every x in xs { x } or y', 'unexpected or keyword'],
    ['a or ()', 'empty parenthesized group'],
    ['not ()', 'empty parenthesized group'],
    ['() and a', 'unexpected ) token'],
    [
      'a and ({b or c})',
      '`(...)` in an operand position cannot contain a body (hint: drop the parens to keep the body: `{b or c}`)',
    ],
    ['a and (b or c', 'expected ) to close parenthesized group'],
    ['a or (x = 1)', 'non-terminated expression'],
    ['a and ( or b)', 'unexpected or keyword'],
    ['a or (some x in xs)', 'unexpected some keyword'],
    ['a and (x; y)', 'non-terminated expression'],
    ['(a or b) == c', 'unexpected equal token'],
    ['{"a": 1} and z', brace('and', '{"a": 1}')],
    ['z or {1, 2}', brace('or', '{1, 2}')],
    ['z and {k: v | v := input[k]}', brace('and', '{k: v | v := input[k]}')],
    ['{x} == input.y and z', brace('and', '{x} == input.y')],
    ['z and {x} == input.y', 'unexpected equal token'],
    ['{} and z', 'found empty body'],
    ['z or {}', 'found empty body'],
    ['z and not {}', 'found empty body'],
    ['{} == x and z', brace('and', '{} == x')],
    ['or (a, b)', 'unexpected or keyword'],
    ['x := or', 'unexpected or keyword'],
    ['and == x', 'unexpected and keyword'],
  ])('%s', (text, want) => {
    expect(parse(text).message).toContain(want);
  });

  test('they make no rules', () => {
    const source = `package a\n${IMPORTS}p := x and y\n`;
    expect(parseModule(source, { file: 'a.rego' }).diagnostics[0]?.message).toBe(
      'expression cannot be used for rule head',
    );
  });
});
