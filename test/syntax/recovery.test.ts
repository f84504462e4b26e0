// Several faults of one file, hints, details, and how findings are shown.
import { describe, expect, test } from '@jest/globals';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { renderDiagnostics, toOpaErrorText, toOpaText } from '../../engine/diagnostics/render.ts';
import { capDiagnostics } from '../../engine/diagnostics/cap.ts';
import { parseModule, parseQuery, parseTerm } from '../../engine/syntax/parse.ts';

function faults(source: string): readonly Diagnostic[] {
  return parseModule(source, { file: 'p.rego' }).diagnostics;
}

describe('recovery', () => {
  test('goes on at the next line that begins a statement', () => {
    const found = faults('package a\n\np := [1 2]\n\nq := 1\n\nr if {\n\tx := )\n}\n\ns := "abc\n');
    expect(found.map(({ loc }) => loc.row)).toEqual([3, 3, 8, 11, 11, 11]);
  });

  test('good statements after a fault raise none', () => {
    expect(faults('package a\n\np := [\n\nq := {"a": [x | some x in y]}\nr if { q }\n').length).toBe(2);
  });

  test('stops after some', () => {
    const found = faults(`package a\n${'p := )\n'.repeat(1000)}`);
    expect(found.length).toBeLessThanOrEqual(50);
  });
});

describe('hints', () => {
  test.each([
    ['p if { x && y }', 'each condition on a line of its own'],
    ['p if { !x }', 'negate with `not`'],
    ["p := 'x'", 'double quotes'],
    ['p { true }', 'write `if` before the body'],
    ['p if { true', 'close the body'],
    ['import foo.bar', 'import from `data` or `input`'],
  ])('%s', (text, hint) => {
    expect(faults(`package a\n${text}\n`)[0]?.hint).toContain(hint);
  });
});

describe('rendering', () => {
  const source = 'package a\n\n\tp := "é" + [1 2]\n';
  const [first] = faults(source);

  test('for people', () => {
    expect(renderDiagnostics([first!], { sourceOf: () => source })).toBe(
      [
        'error[rego_parse_error]: unexpected number token: expected "," or "]"',
        '  --> p.rego:3:16',
        '   |',
        ' 3 |  p := "é" + [1 2]',
        '   |                ^',
        '',
      ].join('\n'),
    );
  });

  test('without the source', () => {
    expect(renderDiagnostics([{ ...first!, details: undefined }])).toBe(
      'error[rego_parse_error]: unexpected number token: expected "," or "]"\n  --> p.rego:3:16\n',
    );
  });

  test('with hint, details and related places', () => {
    const loc = { file: 'p.rego', row: 1, col: 9, offset: 8, end: 9 };
    const diagnostic: Diagnostic = {
      code: 'rego_type_error',
      severity: 'warning',
      message: 'match error',
      loc,
      hint: 'do so',
      details: ['left : number'],
      related: [{ message: 'declared here', loc }],
    };
    const text = renderDiagnostics([diagnostic], { sourceOf: () => source, color: false });
    expect(text).toContain('warning[rego_type_error]: match error');
    expect(text).toContain(
      ' 1 | package a\n   |         ^\n   = left : number\n   = hint: do so\n   = declared here (p.rego:1:9)\n',
    );
    expect(renderDiagnostics([diagnostic], { sourceOf: () => source, color: true })).toContain('\u001b[33m');
  });

  test('of a place at the end of the file shows the last line', () => {
    const text = 'package a\np if {\n\n\n';
    expect(renderDiagnostics(faults(text), { sourceOf: () => text })).toContain(' 2 | p if {\n   |       ^\n');
  });

  test('in the words of OPA', () => {
    expect(toOpaText(first!)).toBe(
      'p.rego:3: rego_parse_error: unexpected number token: expected "," or "]"\n\tp := "é" + [1 2]\n\t              ^',
    );
    expect(toOpaErrorText([])).toBe('no error(s)');
    expect(toOpaErrorText([{ ...first!, details: [] }])).toMatch(/^1 error occurred: p\.rego:3: /);
    expect(toOpaErrorText([first!, first!], ' during loading')).toMatch(
      /^2 errors occurred during loading:\np\.rego:3: /,
    );
  });

  test('capped: errors come first, in the order they had', () => {
    const at = (file: string, row: number, severity: Diagnostic['severity'] = 'error'): Diagnostic => ({
      ...first!,
      severity,
      loc: { ...first!.loc, file, row },
    });
    const { shown, omitted } = capDiagnostics([at('a', 1, 'warning'), at('a', 2), at('b', 1)], 2);
    expect(shown.map(({ loc }) => `${loc.file}${loc.row}`)).toEqual(['a2', 'b1']);
    expect(omitted).toBe(1);
  });
});

describe('queries and terms', () => {
  test('a query is expressions by semicolons or lines', () => {
    expect(parseQuery('x := 1; y\nnot z', { file: '' }).body?.length).toBe(3);
    expect(parseQuery('data.a.p = x', { file: '' }).body?.[0]?.kind).toBe('callexpr');
  });

  test('imports before a query turn on keywords', () => {
    const { body, imports } = parseQuery('import future.keywords.not\nimport data.x as y\nnot { y }', { file: '' });
    expect(imports.map((i) => i.alias)).toEqual([undefined, 'y']);
    expect(body?.[0]?.kind).toBe('not');
  });

  test('a query is no rule', () => {
    expect(parseQuery('p if { x }', { file: '' }).diagnostics.length).toBeGreaterThan(0);
    expect(parseQuery('package a', { file: '' }).diagnostics[0]?.message).toBe('expected body but got *ast.Package');
    expect(parseQuery('x :=', { file: '' }).diagnostics[0]?.message).toBe('unexpected eof token');
  });

  test('terms', () => {
    expect(parseTerm('{"a": {1, 2}}').term?.kind).toBe('object');
    expect(parseTerm('1 + 2').term?.kind).toBe('call');
    for (const text of ['1; 2', 'x := 1', 'not x', 'x with input as 1', '']) {
      expect(parseTerm(text).term).toBeUndefined();
      expect(parseTerm(text).diagnostics.length).toBe(1);
    }
  });

  test('bytes that are not UTF-8 are a fault', () => {
    const [found] = parseModule(new Uint8Array([...new TextEncoder().encode('package a\np := "'), 0xff, 0x22]), {
      file: 'f',
    }).diagnostics;
    expect(found?.message).toBe('illegal utf-8 character');
    expect(found?.loc.col).toBe(6);
  });
});
