// Pass: local variables get names of their own, unique within a rule and its `else` branches, which share the arguments.
// Comprehensions in a head are scopes of their own; other variables in it are those of the arguments and of the body.
import type { Body, Expr, RefTerm, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_CALL_TERM, HAS_CLOSURE, HAS_TEMPLATE, type LocalNames } from './context.ts';
import { type CoreRule, isWildcard } from './core.ts';
import { mapBranches, withBody, withParts } from './lower-rules.ts';
import { mapExpr, mapShared, mapTerm } from './rewriting.ts';
import { isScalar, rootDocument, varTerm } from './terms.ts';
import { collectTerm, variablesOf } from './variables.ts';
import { type Local, LocalRewriter, type Scope } from './local-rewriter.ts';

const noNames: ReadonlySet<string> = new Set();
const noScope: Scope = new Map();

/** The variables in a function's arguments, each with a name of its own. */
class ArgumentRewriter {
  private readonly names: LocalNames;
  private readonly context: AnalysisContext;
  readonly scope: Scope = new Map();
  readonly reads: RefTerm[] = [];

  constructor(names: LocalNames, context: AnalysisContext) {
    this.names = names;
    this.context = context;
  }

  readonly term = (term: Term): Term => {
    switch (term.kind) {
      case 'var': {
        let local = this.scope.get(term.name);
        if (local === undefined) {
          local = { name: this.names.rename(term.name), occurrence: 'argument', count: 1, plain: true };
          this.scope.set(term.name, local);
        } else {
          local.count++;
        }
        return varTerm(local.name, term.loc);
      }
      case 'array':
        return { ...term, items: mapShared(term.items, this.term) };
      case 'object':
        return {
          ...term,
          entries: mapShared(term.entries, (entry) => ({ key: entry.key, value: this.term(entry.value) })),
        };
      case 'ref': {
        const head =
          term.head.kind === 'var' && (term.head.name === 'data' || term.head.name === 'input')
            ? term.head
            : this.term(term.head);
        return { ...term, head, operands: mapShared(term.operands, this.term) };
      }
      case 'templatestring':
        this.names.features |= HAS_TEMPLATE | HAS_CALL_TERM | HAS_CLOSURE;
        return mapTerm(term, this.term, (body) => body);
      case 'call':
        this.context.report('rego_compile_error', term.loc, 'rule arguments cannot contain calls');
        return term;
      default:
        return term;
    }
  };
}

function copyScope(scope: Scope): Scope {
  const copy: Scope = new Map();
  for (const [name, local] of scope) copy.set(name, { ...local });
  return copy;
}

/** Renames the variables of a head that the body (or the arguments) declared. */
function renameInHead(term: Term, renamed: ReadonlyMap<string, Local>): Term {
  const inTerm = (inner: Term): Term => {
    switch (inner.kind) {
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
        return inner;
      case 'var': {
        const local = renamed.get(inner.name);
        return local === undefined || local.name === inner.name ? inner : varTerm(local.name, inner.loc);
      }
      default:
        return mapTermDeep(inner, inTerm);
    }
  };
  return inTerm(term);
}

function mapTermDeep(term: Term, f: (term: Term) => Term): Term {
  const body = (inner: Body): Body => mapShared(inner, (expr) => mapExprDeep(expr, f, body));
  const mapped = mapTerm(term, f, body);
  // A document that a local hides was a reference without operands.
  if (mapped.kind === 'ref' && mapped.operands.length === 0 && rootDocument(mapped) === undefined) return mapped.head;
  if (mapped.kind !== 'call') return mapped;
  const head = f(mapped.operator.head);
  return head === mapped.operator.head ? mapped : { ...mapped, operator: { ...mapped.operator, head } };
}

function mapExprDeep(expr: Expr, f: (term: Term) => Term, body: (body: Body) => Body): Expr {
  const mapped = mapExpr(expr, f, body);
  if (mapped.kind !== 'every') return mapped;
  const key = mapped.key === undefined ? undefined : f(mapped.key);
  const value = f(mapped.value);
  return key === mapped.key && value === mapped.value ? mapped : { ...mapped, key, value };
}

function mayHaveVariables(rule: CoreRule): boolean {
  return (
    !rule.args.every(isScalar) ||
    (rule.key !== undefined && !isScalar(rule.key)) ||
    !isScalar(rule.value) ||
    !rule.suffix.every(isScalar)
  );
}

function rewriteBranch(
  rule: CoreRule,
  args: readonly Term[],
  argScope: Scope,
  argReads: readonly RefTerm[],
  unusedArgs: Set<string> | undefined,
  context: AnalysisContext,
): CoreRule {
  const names = context.namesOf(rule);
  const withVariables = args.length > 0 || mayHaveVariables(rule);
  let { key, value } = rule;
  let used: ReadonlySet<string> = noNames;
  const reads: RefTerm[] = [...argReads];
  context.reads[rule.id] = reads;
  if (withVariables) {
    // Comprehensions in a head are scopes of their own: what the body declares is not seen in their declarations.
    key = key === undefined ? undefined : renameClosures(key, names, context, reads);
    value = renameClosures(value, names, context, reads);
    const inHead = new Set<string>();
    for (const term of rule.suffix) collectTerm(term, 0, inHead);
    if (rule.key !== undefined) collectTerm(rule.key, 0, inHead);
    if (unusedArgs !== undefined) {
      const inValue = variablesOf(rule.value, 0);
      for (const name of inValue) unusedArgs.delete(name);
    }
    collectTerm(rule.value, 0, inHead);
    used = inHead;
  }
  const rewriter = new LocalRewriter(names, context, rule.args.length === 0 ? new Map() : copyScope(argScope), reads);
  const body = rewriter.body(rule.body, used);
  if (unusedArgs !== undefined) {
    for (const name of unusedArgs) if ((rewriter.renamed.get(name)?.count ?? 0) > 1) unusedArgs.delete(name);
  }
  if (!withVariables) return body === rule.body ? rule : withBody(rule, body);
  const renamed = rewriter.renamed;
  return withParts(rule, {
    args,
    key: key === undefined ? undefined : renameInHead(key, renamed),
    value: renameInHead(value, renamed),
    suffix: mapShared(rule.suffix, (term) => renameInHead(term, renamed)),
    body,
  });
}

/** Normalises a head term and renames what its comprehensions declare; free variables keep their names for `renameInHead`. */
function renameClosures(term: Term, names: LocalNames, context: AnalysisContext, reads: RefTerm[]): Term {
  if (isScalar(term) || (term.kind === 'var' && rootDocument(term) === undefined)) return term;
  return new LocalRewriter(names, context, new Map(), reads).term(term);
}

/** Renames the locals of a rule and of its `else` branches. */
export function rewriteLocals(rule: CoreRule, context: AnalysisContext): CoreRule {
  let args = rule.args;
  let argScope: Scope = noScope;
  let argReads: readonly RefTerm[] = [];
  let unusedArgs: Set<string> | undefined;
  if (args.length > 0) {
    const rewriter = new ArgumentRewriter(context.namesOf(rule), context);
    if (context.options.strict === true) {
      unusedArgs = new Set();
      for (const arg of args) collectTerm(arg, 0, unusedArgs);
    }
    args = mapShared(args, rewriter.term);
    argScope = rewriter.scope;
    argReads = rewriter.reads;
  }
  const rewrite = (branch: CoreRule): CoreRule => rewriteBranch(branch, args, argScope, argReads, unusedArgs, context);
  const rewritten = mapBranches(rule, rewrite, context);
  if (unusedArgs !== undefined) {
    for (const name of unusedArgs) {
      if (isWildcard(name)) continue;
      context.report(
        'rego_compile_error',
        rule.head.loc,
        `unused argument ${name}. (hint: use _ (wildcard variable) instead)`,
      );
    }
  }
  return rewritten;
}

/** Renames the locals of a query. */
export function rewriteQueryLocals(body: Body, names: LocalNames, context: AnalysisContext): Body {
  return new LocalRewriter(names, context, new Map(), []).body(body, noNames);
}
