// The table of child fields: everything under a node is met once, and rewriting shares what stays the same.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Node } from '../../engine/ast/nodes.ts';
import { children, rewrite, walk } from '../../engine/ast/walk.ts';
import {
  compareTerms,
  equalTerms,
  sortedItems,
  termKey,
  uniqueEntries,
  uniqueItems,
} from '../../engine/ast/compare.ts';
import { parseModule, parseTerm } from '../../engine/syntax/parse.ts';
import { modules, terms } from './trees.ts';

describe('walking', () => {
  test('meets every node once, parents first', () => {
    fc.assert(
      fc.property(modules, (module) => {
        const met: Node[] = [];
        walk(module, (node) => {
          met.push(node);
        });
        const objects = new Set<unknown>();
        const collect = (value: unknown): void => {
          if (typeof value !== 'object' || value === null) return;
          if ('kind' in value) objects.add(value);
          for (const [name, item] of Object.entries(value)) if (name !== 'loc') collect(item);
        };
        collect(module);
        expect(new Set<unknown>(met)).toEqual(objects);
        expect(met[0]).toBe(module);
      }),
      { numRuns: 50 },
    );
  });

  test('leaves out what is under a node on request', () => {
    const { module } = parseModule('package a\np := [1, [2]]\n', { file: 'a' });
    const kinds: string[] = [];
    walk(module!, (node) => {
      kinds.push(node.kind);
      return node.kind !== 'array';
    });
    expect(kinds.filter((kind) => kind === 'array')).toHaveLength(1);
  });
});

describe('rewriting', () => {
  test('gives the same tree when nothing changes', () => {
    fc.assert(fc.property(modules, (module) => rewrite(module, (node) => node) === module));
  });

  test('replaces children before parents and shares the rest', () => {
    const { module } = parseModule('package a\np := {"k": [x, 1], "m": y}\nq := 2\n', { file: 'a' });
    const next = rewrite(module!, (node) => (node.kind === 'var' && node.name === 'x' ? { ...node, name: 'z' } : node));
    const vars: string[] = [];
    walk(next, (node) => {
      if (node.kind === 'var') vars.push(node.name);
    });
    expect(vars).toContain('z');
    expect(vars).not.toContain('x');
    expect(next.rules[1]).toBe(module!.rules[1]);
    expect(next.rules[0]).not.toBe(module!.rules[0]);
  });

  test('children of an entry are its key and its value', () => {
    const { term } = parseTerm('{"a": 1, b: 2}');
    expect(children(term!).map((node) => node.kind)).toEqual(['string', 'number', 'var', 'number']);
  });
});

describe('comparing', () => {
  test('is an order', () => {
    fc.assert(
      fc.property(terms, terms, terms, (a, b, c) => {
        expect(compareTerms(a, a)).toBe(0);
        expect(compareTerms(a, b) + compareTerms(b, a)).toBe(0);
        if (compareTerms(a, b) <= 0 && compareTerms(b, c) <= 0) expect(compareTerms(a, c)).toBeLessThanOrEqual(0);
        expect(equalTerms(a, b)).toBe(termKey(a) === termKey(b));
      }),
      { numRuns: 200 },
    );
  });

  test('goes by kind, then by content', () => {
    const { term } = parseTerm('{[1], "b", null, 10, 9, x, true, "a", {}, set(), input.x, 1.0, 1}');
    const sorted = sortedItems(term as Extract<typeof term, { kind: 'set' }>).map((item) => termKey(item));
    expect(sorted).toEqual([
      'null',
      'true',
      '1',
      '9',
      '10',
      '"a"',
      '"b"',
      'x',
      '(ref input ["x"])',
      '(array [1])',
      '{}',
      '<>',
    ]);
  });

  test('literals keep the first of equal items and the last of equal keys', () => {
    const list = parseTerm('[1, 2, 1.0, 2]').term as Extract<ReturnType<typeof parseTerm>['term'], { kind: 'array' }>;
    expect(uniqueItems(list.items).map((item) => termKey(item))).toEqual(['1', '2']);
    const [one, two] = list.items;
    const entries = uniqueEntries([
      { key: one!, value: one! },
      { key: two!, value: two! },
      { key: one!, value: two! },
    ]);
    expect(entries.map(({ key, value }) => `${termKey(key)}:${termKey(value)}`)).toEqual(['1:2', '2:2']);
  });
});
