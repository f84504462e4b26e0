// How references and terms are written in messages: OPA's way of printing them, with the user's names.
// The formatter's printing of whole modules is in engine/syntax.
import type { Expr, Import, RefTerm, Term } from '../ast/nodes.ts';
import { sortedEntries, sortedItems } from '../ast/compare.ts';
import { isWildcard } from './core.ts';

export type Rename = (name: string) => string;

const asWritten: Rename = (name) => (isWildcard(name) ? '_' : name);

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Words that are written in brackets in a reference. */
const keywords: ReadonlySet<string> = new Set(
  'as contains default else every false if import in not null package some true with'.split(' '),
);

function isPlainName(text: string): boolean {
  return identifier.test(text) && !keywords.has(text);
}

export function refText(ref: RefTerm, rename: Rename = asWritten): string {
  return termText(ref.head, rename) + operandsText(ref.operands, rename);
}

/** The operands of a reference: `.name` where a string is an identifier, else in brackets. */
export function operandsText(operands: readonly Term[], rename: Rename = asWritten): string {
  let text = '';
  for (const operand of operands) {
    if (operand.kind === 'string' && isPlainName(operand.value)) text += `.${operand.value}`;
    else text += `[${termText(operand, rename)}]`;
  }
  return text;
}

/** A path below `data` as a reference. */
export function pathText(path: readonly string[]): string {
  let text = 'data';
  for (const part of path) text += isPlainName(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  return text;
}

export function termText(term: Term, rename: Rename = asWritten): string {
  const list = (items: readonly Term[]): string => items.map((item) => termText(item, rename)).join(', ');
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number':
      return term.text;
    case 'string':
      return JSON.stringify(term.value);
    case 'var':
      return rename(term.name);
    case 'ref':
      return refText(term, rename);
    case 'array':
      return `[${list(term.items)}]`;
    case 'set':
      return term.items.length === 0 ? 'set()' : `{${list(sortedItems(term))}}`;
    case 'object':
      return `{${sortedEntries(term)
        .map((entry) => `${termText(entry.key, rename)}: ${termText(entry.value, rename)}`)
        .join(', ')}}`;
    case 'call':
      return `${refText(term.operator, rename)}(${list(term.args)})`;
    case 'arraycomprehension':
      return `[${termText(term.term, rename)} | ${bodyText(term.body, rename)}]`;
    case 'setcomprehension':
      return `{${termText(term.term, rename)} | ${bodyText(term.body, rename)}}`;
    case 'objectcomprehension':
      return `{${termText(term.key, rename)}: ${termText(term.value, rename)} | ${bodyText(term.body, rename)}}`;
    case 'templatestring':
      return `$"${term.parts.map((part) => (part.kind === 'string' ? part.value : `{${exprText(part, rename)}}`)).join('')}"`;
  }
}

const infixOperators = new Map([
  ['eq', '='],
  ['assign', ':='],
  ['equal', '=='],
  ['neq', '!='],
  ['lt', '<'],
  ['lte', '<='],
  ['gt', '>'],
  ['gte', '>='],
  ['plus', '+'],
  ['minus', '-'],
  ['mul', '*'],
  ['div', '/'],
  ['rem', '%'],
  ['and', '&'],
  ['or', '|'],
]);

function exprText(expr: Expr, rename: Rename): string {
  const modifiers = expr.with
    .map((modifier) => ` with ${termText(modifier.target, rename)} as ${termText(modifier.value, rename)}`)
    .join('');
  switch (expr.kind) {
    case 'termexpr':
      return `${expr.negated ? 'not ' : ''}${termText(expr.term, rename)}${modifiers}`;
    case 'callexpr': {
      const name = refText(expr.operator, rename);
      const infix = infixOperators.get(name);
      const args = expr.args.map((arg) => termText(arg, rename));
      const call =
        infix !== undefined && args.length === 2 ? `${args[0]} ${infix} ${args[1]}` : `${name}(${args.join(', ')})`;
      return `${expr.negated ? 'not ' : ''}${call}${modifiers}`;
    }
    case 'some':
      return `some ${expr.symbols.map((symbol) => termText(symbol, rename)).join(', ')}${modifiers}`;
    case 'every': {
      const key = expr.key === undefined ? '' : `${termText(expr.key, rename)}, `;
      return `every ${key}${termText(expr.value, rename)} in ${termText(expr.domain, rename)} { ${bodyText(expr.body, rename)} }${modifiers}`;
    }
    case 'not':
      return `not { ${bodyText(expr.body, rename)} }${modifiers}`;
    case 'and':
    case 'or':
      return `${bodyText(expr.left, rename)} ${expr.kind} ${bodyText(expr.right, rename)}${modifiers}`;
  }
}

/** The expressions of a body, joined by `; `. */
export function bodyText(body: readonly Expr[], rename: Rename = asWritten): string {
  return body.map((expr) => exprText(expr, rename)).join('; ');
}

export function importText(item: Import): string {
  const alias = item.alias === undefined ? '' : ` as ${item.alias}`;
  return `import ${refText(item.path)}${alias}`;
}

/** What OPA calls a kind of term in messages. */
export function kindText(term: Term): string {
  return term.kind;
}
