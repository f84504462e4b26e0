// Pass: calls leave terms. Each becomes an expression of its own before the one it stood in, with its result in a generated variable
// as one more argument. The subjects of references that are no variables get a variable too, as do the domains of `every`.
// The other fault found here: a call of a function without result (`print`) used as a value.
import type { Body, Expr, Term, With } from '../ast/nodes.ts';
import { trimmed } from '../ast/trimmed.ts';
import { type AnalysisContext, HAS_CALL_TERM, HAS_CLOSURE, type LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { withParts } from './lower-rules.ts';
import { termText } from './message-text.ts';
import { mapShared } from './rewriting.ts';
import { appendToBody, generatedEquality, isScalar } from './terms.ts';

const noWith: readonly With[] = [];

class CallExpander {
  private readonly names: LocalNames;
  private readonly context: AnalysisContext;

  constructor(names: LocalNames, context: AnalysisContext) {
    this.names = names;
    this.context = context;
  }

  /** Expands a term; the expressions that compute its calls are added to `out` with the modifiers given. */
  term(term: Term, out: Expr[], modifiers: readonly With[]): Term {
    switch (term.kind) {
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
      case 'var':
        return term;
      case 'call': {
        if (this.context.builtin(term.operator)?.void === true) {
          this.context.report(
            'rego_type_error',
            term.loc,
            `${termText(term, (name) => this.names.userName(name))} used as value`,
          );
        }
        const args = mapShared(term.args, (arg) => this.term(arg, out, modifiers));
        const result = this.names.freshVar(term.loc);
        out.push({
          kind: 'callexpr',
          negated: false,
          operator: term.operator,
          args: [...args, result],
          infix: term.infix,
          with: modifiers,
          generated: true,
          loc: term.loc,
        });
        return result;
      }
      case 'ref': {
        let head = this.term(term.head, out, modifiers);
        const operands = isFlat(term.operands)
          ? term.operands
          : mapShared(term.operands, (operand) => this.term(operand, out, modifiers));
        if (head.kind !== 'var') {
          const subject = this.names.freshVar(head.loc);
          out.push(generatedEquality(subject, head, head.loc, modifiers));
          head = subject;
        }
        return head === term.head && operands === term.operands ? term : { ...term, head, operands };
      }
      case 'array':
      case 'set': {
        const items = mapShared(term.items, (item) => this.term(item, out, modifiers));
        return items === term.items ? term : { ...term, items };
      }
      case 'object': {
        const entries = mapShared(term.entries, (entry) => {
          const key = this.term(entry.key, out, modifiers);
          const value = this.term(entry.value, out, modifiers);
          return key === entry.key && value === entry.value ? entry : { key, value };
        });
        return entries === term.entries ? term : { ...term, entries };
      }
      case 'arraycomprehension':
      case 'setcomprehension': {
        const extra: Expr[] = [];
        const inner = this.term(term.term, extra, noWith);
        return { ...term, term: inner, body: appendToBody(this.body(term.body), extra) };
      }
      case 'objectcomprehension': {
        const extra: Expr[] = [];
        const key = this.term(term.key, extra, noWith);
        const value = this.term(term.value, extra, noWith);
        return { ...term, key, value, body: appendToBody(this.body(term.body), extra) };
      }
      case 'templatestring':
        return term;
    }
  }

  body(body: Body): Body {
    const out: Expr[] = [];
    for (const expr of body) this.expr(expr, out);
    return trimmed(out);
  }

  private expr(expr: Expr, out: Expr[]): void {
    // The values of modifiers are computed outside of them.
    let modifiers = expr.with;
    if (modifiers.length > 0) {
      modifiers = mapShared(modifiers, (modifier) => {
        const value = this.term(modifier.value, out, noWith);
        return value === modifier.value ? modifier : { ...modifier, value };
      });
    }
    const sameWith = modifiers === expr.with;
    switch (expr.kind) {
      case 'termexpr': {
        const term = this.term(expr.term, out, modifiers);
        out.push(sameWith && term === expr.term ? expr : { ...expr, term, with: modifiers });
        return;
      }
      case 'callexpr': {
        const args = isFlat(expr.args) ? expr.args : mapShared(expr.args, (arg) => this.term(arg, out, modifiers));
        out.push(sameWith && args === expr.args ? expr : { ...expr, args, with: modifiers });
        return;
      }
      case 'every': {
        const domain = this.names.freshVar(expr.domain.loc);
        const value = this.term(expr.domain, out, modifiers);
        out.push(generatedEquality(domain, value, expr.domain.loc, modifiers));
        out.push({ ...expr, domain, body: this.body(expr.body), with: modifiers });
        return;
      }
      case 'not':
        out.push({ ...expr, body: this.body(expr.body), with: modifiers });
        return;
      case 'and':
      case 'or':
        out.push({ ...expr, left: this.body(expr.left), right: this.body(expr.right), with: modifiers });
        return;
      case 'some':
        out.push(expr);
        return;
    }
  }
}

/** Whether the terms are variables and scalars, with no calls in them. */
function isFlat(terms: readonly Term[]): boolean {
  for (const term of terms) if (term.kind !== 'var' && !isScalar(term)) return false;
  return true;
}

/** Expands the calls in a rule; those of the head go to the end of the body. */
export function expandCalls(rule: CoreRule, context: AnalysisContext): CoreRule {
  const names = context.namesOf(rule);
  if ((names.features & (HAS_CALL_TERM | HAS_CLOSURE)) === 0) return rule;
  const expander = new CallExpander(names, context);
  const extra: Expr[] = [];
  const args = mapShared(rule.args, (arg) => expander.term(arg, extra, noWith));
  const key = rule.key === undefined ? undefined : expander.term(rule.key, extra, noWith);
  const value = expander.term(rule.value, extra, noWith);
  const body = appendToBody(expander.body(rule.body), extra);
  return withParts(rule, { args, key, value, suffix: rule.suffix, body });
}

/** The same for a query. */
export function expandQueryCalls(body: Body, names: LocalNames, context: AnalysisContext): Body {
  if ((names.features & (HAS_CALL_TERM | HAS_CLOSURE)) === 0) return body;
  return new CallExpander(names, context).body(body);
}
