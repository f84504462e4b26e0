// Token kinds of Rego and the names OPA's messages give them.
// Which words are keywords in a file is the parser's business (`keywords.ts`).

/** A token kind; a number so that token tables stay flat. */
export type Token = number;

const KINDS = {
  illegal: 0,
  eof: 1,
  whitespace: 2,
  ident: 3,
  package: 4,
  import: 5,
  as: 6,
  default: 7,
  else: 8,
  not: 9,
  some: 10,
  with: 11,
  null: 12,
  true: 13,
  false: 14,
  number: 15,
  string: 16,
  rawString: 17,
  templatePart: 18,
  templateEnd: 19,
  rawTemplatePart: 20,
  rawTemplateEnd: 21,
  lbrack: 22,
  rbrack: 23,
  lbrace: 24,
  rbrace: 25,
  lparen: 26,
  rparen: 27,
  comma: 28,
  colon: 29,
  add: 30,
  sub: 31,
  mul: 32,
  quo: 33,
  rem: 34,
  and: 35,
  or: 36,
  unify: 37,
  equal: 38,
  assign: 39,
  neq: 40,
  gt: 41,
  lt: 42,
  gte: 43,
  lte: 44,
  dot: 45,
  semicolon: 46,
  in: 47,
  every: 48,
  contains: 49,
  if: 50,
  andKeyword: 51,
  orKeyword: 52,
} as const;

/** Token kinds by name: plain numbers for the type checker, since the cursor moves between two looks at it. */
export const T: { readonly [Name in keyof typeof KINDS]: Token } = KINDS;

const NAMES: readonly string[] = [
  'illegal',
  'eof',
  'whitespace',
  'identifier',
  'package',
  'import',
  'as',
  'default',
  'else',
  'not',
  'some',
  'with',
  'null',
  'true',
  'false',
  'number',
  'string',
  'string',
  'template-string-part',
  'template-string-end',
  'raw-template-string-part',
  'raw-template-string-end',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  ',',
  ':',
  'plus',
  'minus',
  'mul',
  'div',
  'rem',
  'and',
  'or',
  'eq',
  'equal',
  'assign',
  'neq',
  'gt',
  'lt',
  'gte',
  'lte',
  '.',
  ';',
  'in',
  'every',
  'contains',
  'if',
  'and',
  'or',
];

/** The name of a token in messages; for an operator also the built-in it stands for. */
export function tokenName(token: Token): string {
  return NAMES[token] ?? 'unknown';
}

/** Words to tokens: every word that is a keyword in some version of Rego. */
export const WORDS: ReadonlyMap<string, Token> = new Map<string, Token>([
  ['package', T.package],
  ['import', T.import],
  ['as', T.as],
  ['default', T.default],
  ['else', T.else],
  ['not', T.not],
  ['some', T.some],
  ['with', T.with],
  ['null', T.null],
  ['true', T.true],
  ['false', T.false],
  ['in', T.in],
  ['every', T.every],
  ['contains', T.contains],
  ['if', T.if],
  ['and', T.andKeyword],
  ['or', T.orKeyword],
]);

/** Keywords in every version, without an import. */
export function isBaseKeyword(token: Token): boolean {
  return token >= T.package && token <= T.false;
}

/** Keywords that v0 files must import (`future.keywords.…`) and v1 files have. */
export const V1_KEYWORDS: readonly string[] = ['contains', 'every', 'if', 'in'];

/** How operators are written, by token: for printing and for `infix` in the tree. */
export const OPERATOR_TEXT: ReadonlyMap<Token, string> = new Map<Token, string>([
  [T.add, '+'],
  [T.sub, '-'],
  [T.mul, '*'],
  [T.quo, '/'],
  [T.rem, '%'],
  [T.and, '&'],
  [T.or, '|'],
  [T.unify, '='],
  [T.equal, '=='],
  [T.assign, ':='],
  [T.neq, '!='],
  [T.gt, '>'],
  [T.lt, '<'],
  [T.gte, '>='],
  [T.lte, '<='],
  [T.in, 'in'],
]);
