// Pass: `print(a, b)` becomes `internal.print([{x | x = a}, {x | x = b}])`, so that an undefined argument does not end evaluation;
// or every call of `print` is erased.
import type { Body, CallExpr, Expr, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_CLOSURE, HAS_PRINT, type LocalNames } from './context.ts';
import { type CoreRule, isGenerated } from './core.ts';
import { addOutputs } from './outputs.ts';
import { mapExpr, mapShared, mapTerm } from './rewriting.ts';
import { builtinOperator, generatedEquality, isOperator, trueExpr } from './terms.ts';
import {
  collectExpr,
  collectTerm,
  collectTerms,
  type KnownNames,
  knownInside,
  LayeredNames,
  NameList,
  SAFETY,
} from './variables.ts';

function isPrint(expr: Expr): expr is CallExpr {
  return expr.kind === 'callexpr' && isOperator(expr.operator, 'print');
}

/** `{x | x = term}` with a generated x: empty when the term is undefined. */
export function captureInSet(term: Term, names: LocalNames, modifiers: Expr['with'] = []): Term {
  const local = names.freshVar(term.loc);
  const capture: Expr = { ...generatedEquality(local, term, term.loc, modifiers), generated: false };
  names.features |= HAS_CLOSURE;
  return { kind: 'setcomprehension', term: local, body: [capture], loc: term.loc };
}

class PrintRewriter {
  private readonly names: LocalNames;
  private readonly context: AnalysisContext;

  constructor(names: LocalNames, context: AnalysisContext) {
    this.names = names;
    this.context = context;
  }

  body(body: Body, globals: KnownNames): Body {
    const known = new LayeredNames(globals);
    // Generated variables count as known from where they first stand.
    const generated = new Set<string>();
    return mapShared(body, (expr) => {
      const nested = this.nested(expr, known);
      const rewritten = isPrint(nested) ? this.print(nested, known, generated) : nested;
      addOutputs(expr, known, this.context);
      const names = new NameList();
      collectExpr(expr, 0, names);
      for (const name of names.names) if (isGenerated(name)) generated.add(name);
      return rewritten;
    });
  }

  /** Rewrites in the comprehensions and bodies within an expression. */
  private nested(expr: Expr, known: KnownNames): Expr {
    const inside = knownInside(expr, known);
    return mapExpr(
      expr,
      (term) => this.term(term, known),
      (body) => this.body(body, inside),
    );
  }

  term(term: Term, known: KnownNames): Term {
    return mapTerm(
      term,
      (inner) => this.term(inner, known),
      (body) => this.body(body, known),
    );
  }

  private print(expr: CallExpr, known: KnownNames, generated: ReadonlySet<string>): Expr {
    let faulty = false;
    for (const arg of expr.args) {
      const inArg = new Set<string>();
      collectTerm(arg, SAFETY, inArg);
      for (const name of [...inArg].sort()) {
        if (known.has(name) || generated.has(name) || name === 'input' || name === 'data') continue;
        faulty = true;
        this.context.report('rego_compile_error', arg.loc, `var ${this.names.userName(name)} is undeclared`);
      }
    }
    if (faulty) return expr;
    const captured = expr.args.map((arg) => captureInSet(arg, this.names));
    return {
      ...expr,
      negated: false,
      operator: builtinOperator('internal.print', expr.loc),
      args: [{ kind: 'array', items: captured, loc: expr.loc }],
      with: [],
    };
  }
}

function eraseInBody(body: Body): Body {
  const inTerm = (term: Term): Term => mapTerm(term, inTerm, eraseInBody);
  const out = body.filter((expr) => !isPrint(expr)).map((expr) => mapExpr(expr, inTerm, eraseInBody));
  const first = body[0];
  return out.length === 0 && first !== undefined ? [trueExpr(first.loc)] : out;
}

/** Rewrites or erases the calls of `print` in a rule. */
export function rewritePrints(rule: CoreRule, context: AnalysisContext): CoreRule {
  const names = context.namesOf(rule);
  if ((names.features & HAS_PRINT) === 0 || names.isCalledVariable('print')) return rule;
  if (context.options.enablePrint === false) {
    const inTerm = (term: Term): Term => mapTerm(term, inTerm, eraseInBody);
    return {
      ...rule,
      key: rule.key === undefined ? undefined : inTerm(rule.key),
      value: inTerm(rule.value),
      body: eraseInBody(rule.body),
    };
  }
  const known = new Set<string>();
  collectTerms(rule.args, 0, known);
  const rewriter = new PrintRewriter(names, context);
  return {
    ...rule,
    key: rule.key === undefined ? undefined : rewriter.term(rule.key, known),
    value: rewriter.term(rule.value, known),
    body: rewriter.body(rule.body, known),
  };
}

/** The same for a query. */
export function rewriteQueryPrints(body: Body, names: LocalNames, context: AnalysisContext): Body {
  if ((names.features & HAS_PRINT) === 0 || names.isCalledVariable('print')) return body;
  if (context.options.enablePrint === false) return eraseInBody(body);
  return new PrintRewriter(names, context).body(body, new Set());
}
