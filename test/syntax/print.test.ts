// Printing and parsing are inverse: any tree the parser can give survives the way through source text.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseModule, parseQuery, parseTerm } from '../../engine/syntax/parse.ts';
import { printBody, printModule, printTerm } from '../../engine/syntax/print.ts';
import { sameTree } from './same-tree.ts';
import { bodies, modules, terms } from './trees.ts';

test('terms', () => {
  fc.assert(
    fc.property(terms, (term) => {
      const text = printTerm(term);
      const { term: again, diagnostics } = parseTerm(text);
      expect([text, diagnostics]).toEqual([text, []]);
      expect(sameTree(again!)).toEqual(sameTree(term));
    }),
    { numRuns: 250 },
  );
});

test('bodies', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const text = printBody(body);
      const { body: again, diagnostics } = parseQuery(text, { file: 'q' });
      expect([text, diagnostics]).toEqual([text, []]);
      expect(again!.map(sameTree)).toEqual(body.map(sameTree));
    }),
    { numRuns: 80 },
  );
});

test('modules', () => {
  fc.assert(
    fc.property(modules, (module) => {
      const text = printModule(module);
      const { module: again, diagnostics } = parseModule(text, { file: 'x' });
      expect([text, diagnostics]).toEqual([text, []]);
      expect(sameTree(again!)).toEqual(sameTree(module));
    }),
    { numRuns: 50 },
  );
});
