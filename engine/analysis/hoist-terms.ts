// Pass: dynamic terms are bound to variables before they are used. References nested in terms or in other references, and comprehensions in call
// arguments, become expressions of their own; a two-sided `==` of a rule becomes unification, which all its variables being bound makes the same.
import type { Body, CallExpr, Expr, Term, With } from '../ast/nodes.ts';
import type { AnalysisContext, LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { withBody } from './lower-rules.ts';
import { mapShared } from './rewriting.ts';
import { generatedEquality, isOperator, isScalar, rebuildCall, refTerm, varTerm } from './terms.ts';

class TermHoister {
  private readonly names: LocalNames;
  private readonly rewriteEqual: boolean;

  constructor(names: LocalNames, rewriteEqual: boolean) {
    this.names = names;
    this.rewriteEqual = rewriteEqual;
  }

  body(body: Body): Body {
    let out: Expr[] | undefined;
    let before: Expr[] = [];
    for (let i = 0; i < body.length; i++) {
      const expr = body[i] as Expr;
      if (before.length > 0) before = [];
      const rewritten = this.expr(expr, before);
      if (out === undefined && (rewritten !== expr || before.length > 0)) out = body.slice(0, i);
      if (out !== undefined) {
        for (const extra of before) out.push(extra);
        out.push(rewritten);
      }
    }
    return out ?? body;
  }

  private expr(expr: Expr, out: Expr[]): Expr {
    switch (expr.kind) {
      case 'termexpr': {
        const term = this.direct(expr.term, out, expr.with);
        return term === expr.term ? expr : { ...expr, term };
      }
      case 'callexpr':
        return this.call(expr, out);
      case 'every': {
        const domain = this.nested(expr.domain, out, expr.with);
        const body = this.body(expr.body);
        return domain === expr.domain && body === expr.body ? expr : { ...expr, domain, body };
      }
      case 'not': {
        const body = this.body(expr.body);
        return body === expr.body ? expr : { ...expr, body };
      }
      case 'and':
      case 'or': {
        const left = this.body(expr.left);
        const right = this.body(expr.right);
        return left === expr.left && right === expr.right ? expr : { ...expr, left, right };
      }
      case 'some':
        return expr;
    }
  }

  private call(expr: CallExpr, out: Expr[]): CallExpr {
    let operator = expr.operator;
    if (this.rewriteEqual && expr.args.length === 2 && isOperator(operator, 'equal')) {
      operator = refTerm(varTerm('eq', operator.loc), [], operator.loc);
    }
    const [left, right] = expr.args;
    if (left !== undefined && right !== undefined && isOperator(operator, 'eq')) {
      const a = this.direct(left, out, expr.with);
      const b = this.direct(right, out, expr.with);
      return operator === expr.operator && a === left && b === right
        ? expr
        : rebuildCall(expr, operator, [a, b], expr.with);
    }
    const args = this.nestedAll(expr.args, out, expr.with);
    return operator === expr.operator && args === expr.args ? expr : rebuildCall(expr, operator, args, expr.with);
  }

  /** A term that is a whole expression or one side of a unification: it may stay a reference or a comprehension. */
  private direct(term: Term, out: Expr[], modifiers: readonly With[]): Term {
    switch (term.kind) {
      case 'ref': {
        const operands = this.nestedAll(term.operands, out, modifiers);
        return operands === term.operands ? term : { kind: 'ref', head: term.head, operands, loc: term.loc };
      }
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension': {
        const body = this.body(term.body);
        return body === term.body ? term : { ...term, body };
      }
      default:
        return this.nested(term, out, modifiers);
    }
  }

  private nestedAll(terms: readonly Term[], out: Expr[], modifiers: readonly With[]): readonly Term[] {
    for (const term of terms) {
      if (term.kind !== 'var' && !isScalar(term)) {
        return mapShared(terms, (inner) => this.nested(inner, out, modifiers));
      }
    }
    return terms;
  }

  private nested(term: Term, out: Expr[], modifiers: readonly With[]): Term {
    switch (term.kind) {
      case 'ref':
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension': {
        const value = this.direct(term, out, modifiers);
        const local = this.names.freshVar(term.loc);
        out.push(generatedEquality(local, value, term.loc, modifiers));
        return local;
      }
      case 'array':
      case 'set': {
        const items = this.nestedAll(term.items, out, modifiers);
        return items === term.items ? term : { ...term, items };
      }
      case 'object': {
        const entries = mapShared(term.entries, (entry) => {
          const key = this.nested(entry.key, out, modifiers);
          const value = this.nested(entry.value, out, modifiers);
          return key === entry.key && value === entry.value ? entry : { key, value };
        });
        return entries === term.entries ? term : { ...term, entries };
      }
      default:
        return term;
    }
  }

  /** For test rules: both sides of unifications get variables, so that a report can show their values. */
  testBody(body: Body): Body {
    const out: Expr[] = [];
    for (const expr of body) {
      if (expr.kind === 'callexpr' && !expr.negated && expr.generated !== true && isOperator(expr.operator, 'eq')) {
        const args = mapShared(expr.args, (arg) => {
          if (arg.kind !== 'ref' && !arg.kind.endsWith('comprehension')) return arg;
          const local = this.names.freshVar(arg.loc);
          out.push(generatedEquality(local, arg, arg.loc, expr.with));
          return local;
        });
        out.push(args === expr.args ? expr : { ...expr, args });
      } else if (expr.kind === 'every' && !expr.negated) out.push({ ...expr, body: this.testBody(expr.body) });
      else out.push(expr);
    }
    return out;
  }
}

/** Hoists the dynamic terms of a rule. */
export function hoistTerms(rule: CoreRule, context: AnalysisContext): CoreRule {
  const hoister = new TermHoister(context.namesOf(rule), true);
  let body = hoister.body(rule.body);
  if (context.options.rewriteTestRules === true && isTestRule(rule)) body = hoister.testBody(body);
  return body === rule.body ? rule : withBody(rule, body);
}

function isTestRule(rule: CoreRule): boolean {
  const head = rule.head.ref.head;
  return head.kind === 'var' && head.name.startsWith('test_');
}

/** The same for a query, in which `==` keeps its result. */
export function hoistQueryTerms(body: Body, names: LocalNames): Body {
  return new TermHoister(names, false).body(body);
}
