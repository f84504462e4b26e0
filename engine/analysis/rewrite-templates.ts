// Pass: template strings become calls of `internal.template_string` over an array of their parts. A part that may be undefined stands
// in a set, empty when it is; the built-in writes `<undefined>` for an empty set.
import type { Body, Expr, Term, TemplateString } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_TEMPLATE, type LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { refText } from './message-text.ts';
import { addBodyOutputs } from './outputs.ts';
import { captureInSet } from './rewrite-prints.ts';
import { mapExpr, mapShared, mapTerm } from './rewriting.ts';
import { builtinOperator, isGround, isScalar } from './terms.ts';
import { collectTerm, collectTerms, type KnownNames, knownInside, LayeredNames, SAFETY } from './variables.ts';

class TemplateRewriter {
  private readonly names: LocalNames;
  private readonly context: AnalysisContext;

  constructor(names: LocalNames, context: AnalysisContext) {
    this.names = names;
    this.context = context;
  }

  /** Rewrites a body; gives back what is known at its end, for the terms that see its variables. */
  body(body: Body, globals: KnownNames): { readonly body: Body; readonly known: KnownNames } {
    const known = new LayeredNames(globals);
    addBodyOutputs(body, known, this.context);
    return { body: mapShared(body, (expr) => this.expr(expr, known)), known };
  }

  private expr(expr: Expr, known: KnownNames): Expr {
    const inside = knownInside(expr, known);
    return mapExpr(
      expr,
      (term) => this.term(term, known),
      (body) => this.body(body, inside).body,
    );
  }

  term(term: Term, known: KnownNames): Term {
    switch (term.kind) {
      case 'templatestring':
        return this.template(term, known);
      case 'arraycomprehension':
      case 'setcomprehension': {
        const inner = this.body(term.body, known);
        return { ...term, term: this.term(term.term, inner.known), body: inner.body };
      }
      case 'objectcomprehension': {
        const inner = this.body(term.body, known);
        const key = this.term(term.key, inner.known);
        return { ...term, key, value: this.term(term.value, inner.known), body: inner.body };
      }
      default:
        return mapTerm(
          term,
          (inner) => this.term(inner, known),
          (body) => body,
        );
    }
  }

  private template(template: TemplateString, known: KnownNames): Term {
    const items: Term[] = [];
    if (template.parts.length === 0) items.push({ kind: 'string', value: '', loc: template.loc });
    for (const part of template.parts) {
      if (part.kind === 'string') items.push(part);
      else {
        const item = this.part(part, known);
        if (item !== undefined) items.push(item);
      }
    }
    return {
      kind: 'call',
      operator: builtinOperator('internal.template_string', template.loc),
      args: [{ kind: 'array', items, loc: template.loc }],
      loc: template.loc,
    };
  }

  private part(part: Expr, known: KnownNames): Term | undefined {
    let term: Term;
    if (part.kind === 'callexpr') {
      if (this.context.builtin(part.operator)?.relation === true) {
        this.context.report(
          'rego_compile_error',
          part.loc,
          `illegal call to relation built-in '${refText(part.operator)}' that may cause multiple outputs`,
        );
        return undefined;
      }
      term = { kind: 'call', operator: part.operator, args: part.args, infix: part.infix, loc: part.loc };
    } else if (part.kind === 'termexpr') term = part.term;
    else {
      this.context.report('rego_compile_error', part.loc, 'unexpected template-string expression type');
      return undefined;
    }
    if (part.with.length === 0 && (term.kind === 'var' || this.isAlwaysDefined(term))) {
      return { kind: 'set', items: [term], loc: term.loc };
    }
    const inPart = new Set<string>();
    // A template string within is checked part by part.
    if (term.kind !== 'templatestring') collectTerm(term, SAFETY, inPart);
    for (const name of inPart) {
      if (known.has(name) || name === 'input' || name === 'data') continue;
      this.context.report('rego_compile_error', term.loc, `var ${this.names.userName(name)} is undeclared`);
    }
    return captureInSet(this.term(term, known), this.names, part.with);
  }

  /** Whether the term is a reference to a rule that cannot be undefined. */
  private isAlwaysDefined(term: Term): boolean {
    if (term.kind !== 'ref' || term.operands.length === 0) return false;
    const rules = this.context.rulesAt(term)?.rules ?? [];
    const first = rules[0];
    if (first === undefined || first.args.length > 0) return false;
    if (first.isDefault || first.kind === 'set') return true;
    if (rules.length === 1) return isConstant(first);
    return rules.some((rule) => rule.isDefault);
  }
}

function isConstant(rule: CoreRule): boolean {
  const [only, more] = rule.body;
  if (more !== undefined || only?.kind !== 'termexpr' || only.negated || only.with.length > 0) return false;
  if (only.term.kind !== 'boolean' || !only.term.value) return false;
  const value = rule.value;
  return (
    isScalar(value) || ((value.kind === 'array' || value.kind === 'object' || value.kind === 'set') && isGround(value))
  );
}

/** Rewrites the template strings of a rule. */
export function rewriteTemplates(rule: CoreRule, context: AnalysisContext): CoreRule {
  const names = context.namesOf(rule);
  if ((names.features & HAS_TEMPLATE) === 0) return rule;
  const known = new Set<string>();
  collectTerms(rule.args, 0, known);
  const rewriter = new TemplateRewriter(names, context);
  const inner = rewriter.body(rule.body, known);
  return {
    ...rule,
    args: rule.args.map((arg) => rewriter.term(arg, inner.known)),
    key: rule.key === undefined ? undefined : rewriter.term(rule.key, inner.known),
    value: rewriter.term(rule.value, inner.known),
    suffix: rule.suffix.map((term) => rewriter.term(term, inner.known)),
    body: inner.body,
  };
}

/** The same for a query. */
export function rewriteQueryTemplates(body: Body, names: LocalNames, context: AnalysisContext): Body {
  if ((names.features & HAS_TEMPLATE) === 0) return body;
  return new TemplateRewriter(names, context).body(body, new Set()).body;
}
