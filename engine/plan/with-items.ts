// Every `with` of a policy, wherever it stands: what may be replaced must be known before bodies are planned.
import type { Body, Expr, Term, With } from '../ast/nodes.ts';
import type { CoreModule, CoreRule } from '../analysis/core.ts';

export function withItems(modules: readonly CoreModule[], queries: readonly { readonly body: Body }[]): With[] {
  const found: With[] = [];
  for (const module of modules) {
    // Most modules have none: their text says so at once.
    if (!/\bwith\b/.test(module.source.source)) continue;
    for (const rule of module.rules)
      for (let each: CoreRule | undefined = rule; each !== undefined; each = each.else) {
        inBody(each.body, found);
        if (each.key !== undefined) inTerm(each.key, found);
        inTerm(each.value, found);
      }
  }
  for (const query of queries) inBody(query.body, found);
  return found;
}

function inBody(body: Body, found: With[]): void {
  for (const expr of body) inExpr(expr, found);
}

function inExpr(expr: Expr, found: With[]): void {
  for (const item of expr.with) {
    found.push(item);
    inTerm(item.value, found);
  }
  switch (expr.kind) {
    case 'termexpr':
      return inTerm(expr.term, found);
    case 'callexpr':
      for (const arg of expr.args) inTerm(arg, found);
      return;
    case 'every':
      inTerm(expr.domain, found);
      return inBody(expr.body, found);
    case 'not':
      return inBody(expr.body, found);
    case 'and':
    case 'or':
      inBody(expr.left, found);
      return inBody(expr.right, found);
    case 'some':
      return;
  }
}

function inTerm(term: Term, found: With[]): void {
  switch (term.kind) {
    case 'ref':
      inTerm(term.head, found);
      for (const operand of term.operands) inTerm(operand, found);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) inTerm(item, found);
      return;
    case 'object':
      for (const entry of term.entries) {
        inTerm(entry.key, found);
        inTerm(entry.value, found);
      }
      return;
    case 'arraycomprehension':
    case 'setcomprehension':
      inTerm(term.term, found);
      return inBody(term.body, found);
    case 'objectcomprehension':
      inTerm(term.key, found);
      inTerm(term.value, found);
      return inBody(term.body, found);
    default:
      return;
  }
}
