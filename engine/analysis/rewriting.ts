// Rewriting of the children of a node with structural sharing: a node none of whose children changed is returned as it is.
// Each pass decides which nodes to look into; these functions only rebuild.
import type { Body, Expr, ObjectEntry, Term, With } from '../ast/nodes.ts';

export type TermRewriter = (term: Term) => Term;

/** Maps an array, giving back the same array when no element changed. */
export function mapShared<T>(items: readonly T[], f: (item: T) => T): readonly T[] {
  let out: T[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const before = items[i] as T;
    const after = f(before);
    if (out !== undefined) out.push(after);
    else if (after !== before) {
      out = items.slice(0, i);
      out.push(after);
    }
  }
  return out ?? items;
}

export function mapEntries(entries: readonly ObjectEntry[], f: TermRewriter): readonly ObjectEntry[] {
  return mapShared(entries, (entry) => {
    const key = f(entry.key);
    const value = f(entry.value);
    return key === entry.key && value === entry.value ? entry : { key, value };
  });
}

/** Rewrites the direct children of a term; `body` is what becomes of a comprehension's body. */
export function mapTerm(term: Term, f: TermRewriter, body: (body: Body) => Body): Term {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return term;
    case 'ref': {
      const head = f(term.head);
      const operands = mapShared(term.operands, f);
      return head === term.head && operands === term.operands ? term : { ...term, head, operands };
    }
    case 'array':
    case 'set': {
      const items = mapShared(term.items, f);
      return items === term.items ? term : { ...term, items };
    }
    case 'object': {
      const entries = mapEntries(term.entries, f);
      return entries === term.entries ? term : { ...term, entries };
    }
    case 'call': {
      const args = mapShared(term.args, f);
      return args === term.args ? term : { ...term, args };
    }
    case 'arraycomprehension':
    case 'setcomprehension': {
      const inner = f(term.term);
      const rewritten = body(term.body);
      return inner === term.term && rewritten === term.body ? term : { ...term, term: inner, body: rewritten };
    }
    case 'objectcomprehension': {
      const key = f(term.key);
      const value = f(term.value);
      const rewritten = body(term.body);
      return key === term.key && value === term.value && rewritten === term.body
        ? term
        : { ...term, key, value, body: rewritten };
    }
    case 'templatestring': {
      const parts = mapShared(term.parts, (part) => (part.kind === 'string' ? part : mapExpr(part, f, body)));
      return parts === term.parts ? term : { ...term, parts };
    }
  }
}

export function mapWith(modifiers: readonly With[], f: TermRewriter): readonly With[] {
  if (modifiers.length === 0) return modifiers;
  return mapShared(modifiers, (modifier) => {
    const value = f(modifier.value);
    return value === modifier.value ? modifier : { ...modifier, value };
  });
}

/** Rewrites the terms that stand directly in an expression (a call's arguments, an `every`'s domain, `with` values) and the bodies in it. */
export function mapExpr<E extends Expr>(expr: E, f: TermRewriter, body: (body: Body) => Body): E;
export function mapExpr(expr: Expr, f: TermRewriter, body: (body: Body) => Body): Expr {
  const modifiers = mapWith(expr.with, f);
  const sameWith = modifiers === expr.with;
  switch (expr.kind) {
    case 'termexpr': {
      const term = f(expr.term);
      return sameWith && term === expr.term ? expr : { ...expr, term, with: modifiers };
    }
    case 'callexpr': {
      const args = mapShared(expr.args, f);
      return sameWith && args === expr.args ? expr : { ...expr, args, with: modifiers };
    }
    case 'some': {
      const symbols = mapShared(expr.symbols, f);
      return sameWith && symbols === expr.symbols ? expr : { ...expr, symbols, with: modifiers };
    }
    case 'every': {
      const domain = f(expr.domain);
      const inner = body(expr.body);
      return sameWith && domain === expr.domain && inner === expr.body
        ? expr
        : { ...expr, domain, body: inner, with: modifiers };
    }
    case 'not': {
      const inner = body(expr.body);
      return sameWith && inner === expr.body ? expr : { ...expr, body: inner, with: modifiers };
    }
    case 'and':
    case 'or': {
      const left = body(expr.left);
      const right = body(expr.right);
      return sameWith && left === expr.left && right === expr.right ? expr : { ...expr, left, right, with: modifiers };
    }
  }
}
