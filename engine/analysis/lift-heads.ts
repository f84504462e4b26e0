// Pass: what has to be evaluated leaves heads. A reference or comprehension in the head of a comprehension, or in a rule's key, value or
// arguments, is bound to a variable at the end of the body.
import type { Body, Expr, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_CLOSURE, type LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { withParts } from './lower-rules.ts';
import { mapExpr, mapShared, mapTerm } from './rewriting.ts';
import { appendToBody, generatedEquality, requiresEvaluation } from './terms.ts';

function lift(term: Term, names: LocalNames, out: Expr[]): Term {
  if (!requiresEvaluation(term)) return term;
  const local = names.freshVar(term.loc);
  out.push(generatedEquality(local, term, term.loc));
  return local;
}

/** Lifts the heads of the comprehensions in a body. */
export function liftInBody(body: Body, names: LocalNames): Body {
  if ((names.features & HAS_CLOSURE) === 0) return body;
  const inBody = (inner: Body): Body => mapShared(inner, (expr) => mapExpr(expr, inTerm, inBody));
  const inTerm = (term: Term): Term => {
    const mapped = mapTerm(term, inTerm, inBody);
    switch (mapped.kind) {
      case 'arraycomprehension':
      case 'setcomprehension': {
        const extra: Expr[] = [];
        const inner = lift(mapped.term, names, extra);
        return extra.length === 0 ? mapped : { ...mapped, term: inner, body: appendToBody(mapped.body, extra) };
      }
      case 'objectcomprehension': {
        const extra: Expr[] = [];
        const key = lift(mapped.key, names, extra);
        const value = lift(mapped.value, names, extra);
        return extra.length === 0 ? mapped : { ...mapped, key, value, body: appendToBody(mapped.body, extra) };
      }
      default:
        return mapped;
    }
  };
  return inBody(body);
}

/** Lifts the heads of a rule and of the comprehensions in it. */
export function liftHeads(rule: CoreRule, context: AnalysisContext): CoreRule {
  const names = context.namesOf(rule);
  const extra: Expr[] = [];
  const key = rule.key === undefined ? undefined : lift(rule.key, names, extra);
  const value = lift(rule.value, names, extra);
  const args = mapShared(rule.args, (arg) => lift(arg, names, extra));
  const body = liftInBody(appendToBody(rule.body, extra), names);
  return extra.length === 0 && body === rule.body
    ? rule
    : withParts(rule, { args, key, value, suffix: rule.suffix, body });
}
