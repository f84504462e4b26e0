// Arbitrary trees for property tests: what the parser can give, without locations that mean anything.
// Sets and objects come without repetitions, as the parser makes them.
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { uniqueEntries, uniqueItems } from '../../engine/ast/compare.ts';
import type {
  Body,
  CallTerm,
  Expr,
  Head,
  Loc,
  Module,
  RefTerm,
  Rule,
  StringTerm,
  Term,
  VarTerm,
  With,
} from '../../engine/ast/nodes.ts';

const LOC: Loc = { file: 'x', row: 1, col: 1, offset: 0, end: 0 };

const names = fc.constantFrom('a', 'b', 'x', 'y', 'foo', 'input_1', '_x', 'X9', 'café'.slice(0, 3));
const strings = fc.oneof(
  fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed()),
  fc.constantFrom(
    '',
    'a b',
    'if',
    'x',
    '"',
    '\\',
    '`',
    '\n\t',
    '{',
    '}',
    '\\{',
    '$',
    '\u{1f600}',
    '\ufeff',
    '\0',
    'data',
  ),
);
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom('0', '-1', '1.5', '1e3', '-2.50', '12345678901234567890123', '1E-7', '-0', '0.10'),
);

const varTerm: Arbitrary<VarTerm> = names.map((name) => ({ kind: 'var', name, loc: LOC }));
const stringTerm: Arbitrary<StringTerm> = fc
  .tuple(strings, fc.boolean())
  .map(([value, raw]) => ({ kind: 'string', value, ...(raw && { raw }), loc: LOC }));

const scalar: Arbitrary<Term> = fc.oneof(
  fc.constant<Term>({ kind: 'null', loc: LOC }),
  fc.boolean().map<Term>((value) => ({ kind: 'boolean', value, loc: LOC })),
  numbers.map<Term>((text) => ({ kind: 'number', text, loc: LOC })),
  stringTerm,
);

function ref(head: Term, operands: readonly Term[]): RefTerm {
  return { kind: 'ref', head, operands, loc: LOC };
}

const OPERATORS: readonly (readonly [infix: string, name: string])[] = [
  ['+', 'plus'],
  ['-', 'minus'],
  ['*', 'mul'],
  ['/', 'div'],
  ['%', 'rem'],
  ['|', 'or'],
  ['&', 'and'],
  ['==', 'equal'],
  ['!=', 'neq'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['>', 'gt'],
  ['>=', 'gte'],
];
const member = (name: string): RefTerm =>
  ref({ kind: 'var', name: 'internal', loc: LOC }, [{ kind: 'string', value: name, loc: LOC }]);

const roots: Arbitrary<Term> = fc.constantFrom('input', 'data').map((name) => ref({ kind: 'var', name, loc: LOC }, []));

// A type, not an interface: `letrec` wants one with an index.
type Trees = {
  term: Term;
  ref: RefTerm;
  call: CallTerm;
  expr: Expr;
  body: Body;
  with: With;
};

const trees = fc.letrec<Trees>((tie) => {
  const term = tie('term');
  const body = tie('body');
  const items = fc.array(term, { maxLength: 3 });
  const withs = fc.array(tie('with'), { maxLength: 2 });
  const collection: Arbitrary<Term> = fc.oneof(
    items.map<Term>((list) => ({ kind: 'array', items: list, loc: LOC })),
    items.map<Term>((list) => ({ kind: 'set', items: uniqueItems(list), loc: LOC })),
    fc.array(fc.record({ key: term, value: term }), { maxLength: 3 }).map<Term>((entries) => ({
      kind: 'object',
      entries: uniqueEntries(entries),
      loc: LOC,
    })),
  );
  const comprehension: Arbitrary<Term> = fc.oneof(
    fc
      .tuple(fc.constantFrom('arraycomprehension' as const, 'setcomprehension' as const), term, body)
      .map<Term>(([kind, head, exprs]) => ({ kind, term: head, body: exprs, loc: LOC })),
    fc
      .tuple(term, term, body)
      .map<Term>(([key, value, exprs]) => ({ kind: 'objectcomprehension', key, value, body: exprs, loc: LOC })),
  );
  const template: Arbitrary<Term> = fc
    .tuple(fc.array(fc.oneof(strings, tie('expr').filter(fitsTemplate)), { maxLength: 3 }), fc.boolean())
    .map<Term>(([parts, raw]) => {
      const kept: (StringTerm | Expr)[] = [];
      for (const part of parts) {
        if (typeof part !== 'string') kept.push(part);
        else if (part !== '' && kept.at(-1)?.kind !== 'string') kept.push({ kind: 'string', value: part, loc: LOC });
      }
      // Back-quotes and characters that need an escape can't stand in a raw template, nor a backslash before a brace.
      const fits = kept.every((p) => p.kind !== 'string' || !/[`\0\ufeff]|\\$/.test(p.value));
      return { kind: 'templatestring', parts: kept, multiLine: raw && fits, loc: LOC };
    });
  return {
    term: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      scalar,
      varTerm,
      roots,
      tie('ref'),
      tie('call'),
      collection,
      comprehension,
      template,
    ),
    ref: fc
      .tuple(
        fc.oneof({ maxDepth: 3 }, varTerm, tie('call'), collection, comprehension),
        fc.array(term, { minLength: 1, maxLength: 3 }),
      )
      .map<RefTerm>(([head, operands]) => ref(head, operands)),
    call: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(fc.array(names, { minLength: 1, maxLength: 3 }), items)
        .filter(([path]) => path.join() !== 'set')
        .map<CallTerm>(([[head = 'f', ...path], args]) => ({
          kind: 'call' as const,
          operator: ref(
            { kind: 'var', name: head, loc: LOC },
            path.map((value) => ({ kind: 'string', value, loc: LOC })),
          ),
          args,
          loc: LOC,
        })),
      fc.tuple(fc.constantFrom(...OPERATORS), term, term).map<CallTerm>(([[infix, name], left, right]) => ({
        kind: 'call' as const,
        operator: ref({ kind: 'var', name, loc: LOC }, []),
        args: [left, right],
        infix,
        loc: LOC,
      })),
      fc.array(term, { minLength: 2, maxLength: 3 }).map<CallTerm>((args) => ({
        kind: 'call' as const,
        operator: member(`member_${args.length}`),
        args,
        infix: 'in',
        loc: LOC,
      })),
    ),
    with: fc
      .tuple(
        fc.oneof(
          roots as Arbitrary<RefTerm>,
          varTerm.map((v) => ref(v, [{ kind: 'string', value: 'y', loc: LOC }])),
        ),
        term,
      )
      .map<With>(([target, value]) => ({ kind: 'with', target, value, loc: LOC })),
    body: fc.array(tie('expr'), { minLength: 1, maxLength: 3, depthIdentifier: 'body' }),
    expr: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(fc.boolean(), term, withs)
        .filter(([, t]) => t.kind !== 'call')
        .map<Expr>(([negated, t, w]) => ({ kind: 'termexpr', negated, term: t, with: w, loc: LOC })),
      fc.tuple(fc.boolean(), tie('call'), withs).map<Expr>(([negated, { operator, args, infix }, w]) => ({
        kind: 'callexpr',
        negated,
        operator,
        args,
        ...(infix !== undefined && { infix }),
        with: w,
        loc: LOC,
      })),
      fc.tuple(fc.constantFrom('=', ':='), term, term, withs).map<Expr>(([infix, left, right, w]) => ({
        kind: 'callexpr',
        negated: false,
        operator: ref({ kind: 'var', name: infix === '=' ? 'eq' : 'assign', loc: LOC }, []),
        args: [left, right],
        infix,
        with: w,
        loc: LOC,
      })),
      fc
        .array(varTerm, { minLength: 1, maxLength: 3 })
        .map<Expr>((symbols) => ({ kind: 'some', symbols, with: [], loc: LOC })),
      fc.tuple(fc.array(term, { minLength: 2, maxLength: 3 }), withs).map<Expr>(([args, w]) => ({
        kind: 'some',
        symbols: [{ kind: 'call', operator: member(`member_${args.length}`), args, infix: 'in', loc: LOC }],
        with: w,
        loc: LOC,
      })),
      fc
        .tuple(fc.option(varTerm, { nil: undefined }), varTerm, term, body, withs)
        .map<Expr>(([key, value, domain, exprs, w]) => ({
          kind: 'every',
          negated: false,
          ...(key && { key }),
          value,
          domain,
          body: exprs,
          with: w,
          loc: LOC,
        })),
    ),
  };
});

/** What may stand between the braces of a template string. */
function fitsTemplate(expr: Expr): boolean {
  if (expr.kind === 'termexpr') return !expr.negated;
  return expr.kind === 'callexpr' && !expr.negated && expr.infix !== '=' && expr.infix !== ':=';
}

/** Any term. */
export const terms: Arbitrary<Term> = trees.term;

/** Any body. */
export const bodies: Arbitrary<Body> = trees.body;

const TRUE: Body = [
  {
    kind: 'termexpr',
    negated: false,
    term: { kind: 'boolean', value: true, loc: LOC },
    with: [],
    generated: true,
    loc: LOC,
  },
];

const operands = fc.array(
  fc.oneof(
    varTerm,
    stringTerm,
    numbers.map<Term>((text) => ({ kind: 'number', text, loc: LOC })),
  ),
  { maxLength: 3 },
);

const heads: Arbitrary<Head> = fc
  .tuple(
    names,
    operands,
    fc.constantFrom('value', 'set', 'function', 'true'),
    fc.array(trees.term, { minLength: 1, maxLength: 3 }),
    trees.term,
    fc.boolean(),
  )
  .map(([name, path, form, args, term, assign]) => ({
    kind: 'head',
    ref: ref({ kind: 'var', name, loc: LOC }, path),
    ...(form === 'function' && { args }),
    ...(form === 'set' && { key: term }),
    ...((form === 'value' || form === 'function') && { value: term }),
    assign: assign && (form === 'value' || form === 'function'),
    loc: LOC,
  }));

const rules: Arbitrary<Rule> = fc.tuple(heads, trees.body, fc.boolean()).map(([head, body, bare]) => {
  const implied = bare && (head.value !== undefined || head.key !== undefined);
  return {
    kind: 'rule',
    isDefault: false,
    head,
    body: implied ? TRUE : body,
    bodyImplied: implied,
    ...(!implied && { usesIf: true }),
    annotations: [],
    loc: LOC,
  };
});

/** A module of any rules. */
export const modules: Arbitrary<Module> = fc.array(rules, { minLength: 1, maxLength: 3 }).map((list) => ({
  kind: 'module',
  package: {
    kind: 'package',
    path: ref({ kind: 'var', name: 'data', loc: LOC }, [{ kind: 'string', value: 'p', loc: LOC }]),
    loc: LOC,
  },
  imports: [],
  rules: list,
  annotations: [],
  comments: [],
  version: 'v1',
  file: 'x',
  source: '',
  loc: LOC,
}));
