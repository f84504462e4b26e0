// Pass: dynamic terms are bound to variables before they are used. References nested in terms or in other references, and comprehensions in call
// arguments, become expressions of their own; a two-sided `==` of a rule becomes unification, which all its variables being bound makes the same.
import type { Body, CallExpr, Expr, Term, With } from '../ast/nodes.ts';
import { trimmed } from '../ast/trimmed.ts';
import type { AnalysisContext, LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { withBody } from './lower-rules.ts';
import { mapShared } from './rewriting.ts';
import { generatedEquality, isOperator, isScalar, rebuildCall, refTerm, varTerm } from './terms.ts';

const noTerms: readonly Term[] = [];

class TermHoister {
  private readonly names: LocalNames;
  private readonly rewriteEqual: boolean;
  /** The new body, from the first expression on that became another one or needs others before it. */
  private out: Expr[] | undefined;
  /** The body at hand, and how much of it is done. */
  private source: Body = [];
  private done = 0;

  constructor(names: LocalNames, rewriteEqual: boolean) {
    this.names = names;
    this.rewriteEqual = rewriteEqual;
  }

  body(body: Body): Body {
    const { out, source, done } = this;
    this.out = undefined;
    this.source = body;
    for (let i = 0; i < body.length; i++) {
      const expr = body[i] as Expr;
      this.done = i;
      const rewritten = this.expr(expr);
      if (this.out !== undefined || rewritten !== expr) this.emit(rewritten);
    }
    const made = this.out as Expr[] | undefined;
    const result = made === undefined ? body : trimmed(made);
    this.out = out;
    this.source = source;
    this.done = done;
    return result;
  }

  /** Adds an expression to the new body: before the one at hand, or in its place. */
  private emit(expr: Expr): void {
    this.out ??= this.source.slice(0, this.done);
    this.out.push(expr);
  }

  private expr(expr: Expr): Expr {
    switch (expr.kind) {
      case 'termexpr': {
        const term = this.direct(expr.term, expr.with);
        return term === expr.term ? expr : { ...expr, term };
      }
      case 'callexpr':
        return this.call(expr);
      case 'every': {
        const domain = this.nested(expr.domain, expr.with);
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

  private call(expr: CallExpr): CallExpr {
    let operator = expr.operator;
    if (this.rewriteEqual && expr.args.length === 2 && isOperator(operator, 'equal')) {
      operator = refTerm(varTerm('eq', operator.loc), noTerms, operator.loc);
    }
    const [left, right] = expr.args;
    if (left !== undefined && right !== undefined && isOperator(operator, 'eq')) {
      const a = this.direct(left, expr.with);
      const b = this.direct(right, expr.with);
      return operator === expr.operator && a === left && b === right
        ? expr
        : rebuildCall(expr, operator, [a, b], expr.with);
    }
    const args = this.nestedAll(expr.args, expr.with);
    return operator === expr.operator && args === expr.args ? expr : rebuildCall(expr, operator, args, expr.with);
  }

  /** A term that is a whole expression or one side of a unification: it may stay a reference or a comprehension. */
  private direct(term: Term, modifiers: readonly With[]): Term {
    switch (term.kind) {
      case 'ref': {
        const operands = this.nestedAll(term.operands, modifiers);
        return operands === term.operands ? term : { kind: 'ref', head: term.head, operands, loc: term.loc };
      }
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension': {
        const body = this.body(term.body);
        return body === term.body ? term : { ...term, body };
      }
      default:
        return this.nested(term, modifiers);
    }
  }

  private nestedAll(terms: readonly Term[], modifiers: readonly With[]): readonly Term[] {
    for (const term of terms) {
      if (term.kind !== 'var' && !isScalar(term)) {
        return mapShared(terms, (inner) => this.nested(inner, modifiers));
      }
    }
    return terms;
  }

  private nested(term: Term, modifiers: readonly With[]): Term {
    switch (term.kind) {
      case 'ref':
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension': {
        const value = this.direct(term, modifiers);
        const local = this.names.freshVar(term.loc);
        this.emit(generatedEquality(local, value, term.loc, modifiers));
        return local;
      }
      case 'array':
      case 'set': {
        const items = this.nestedAll(term.items, modifiers);
        return items === term.items ? term : { ...term, items };
      }
      case 'object': {
        const entries = mapShared(term.entries, (entry) => {
          const key = this.nested(entry.key, modifiers);
          const value = this.nested(entry.value, modifiers);
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
