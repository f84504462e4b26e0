// Pass: the targets of `with` are checked, and values that have to be evaluated get a variable of their own before the expression.
// A function put in another's place stays a reference.
import type { Body, Expr, Term, With } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_WITH, type LocalNames } from './context.ts';
import { type CoreRule, operatorName, pathKey } from './core.ts';
import { refText } from './message-text.ts';
import { mapExpr, mapShared, mapTerm } from './rewriting.ts';
import { generatedEquality, refTerm, requiresEvaluation } from './terms.ts';

class ModifierRewriter {
  private readonly names: LocalNames;
  private readonly context: AnalysisContext;

  constructor(names: LocalNames, context: AnalysisContext) {
    this.names = names;
    this.context = context;
  }

  /** A body is left at its first fault. */
  readonly body = (body: Body): Body => {
    const out: Expr[] = [];
    const before = this.context.diagnostics.length;
    for (const expr of body) {
      if (expr.with.length === 0) out.push(expr);
      else out.push({ ...expr, with: expr.with.map((modifier) => this.modifier(modifier, out)) });
      if (this.context.diagnostics.length > before) return body;
    }
    return mapShared(out, (expr) => mapExpr(expr, this.term, this.body));
  };

  private readonly term = (term: Term): Term => mapTerm(term, this.term, this.body);

  private modifier(modifier: With, out: Expr[]): With {
    let value = modifier.value;
    if (value.kind === 'var' && this.context.options.builtins(value.name) !== undefined) {
      value = refTerm(value, [], value.loc);
    }
    const verdict = this.check(modifier, value);
    if (verdict === 'evaluate' && requiresEvaluation(value)) {
      const local = this.names.freshVar(value.loc);
      out.push(generatedEquality(local, value, value.loc));
      value = local;
    }
    return value === modifier.value ? modifier : { ...modifier, value };
  }

  private fault(modifier: With, message: string): 'keep' {
    this.context.report('rego_compile_error', modifier.target.loc, message);
    return 'keep';
  }

  /** Whether the value is evaluated, or kept as the name of a function. */
  private check(modifier: With, value: Term): 'evaluate' | 'keep' {
    const head = modifier.target.head;
    const root = head.kind === 'var' ? head.name : '';
    if (root === 'data') return this.checkDocument(modifier, value);
    if (root === 'input') return 'evaluate';
    return this.checkBuiltin(modifier, value);
  }

  private checkDocument(modifier: With, value: Term): 'evaluate' | 'keep' {
    const { operands } = modifier.target;
    let node = this.context.tree;
    for (let i = 0; i < operands.length; i++) {
      const key = pathKey(operands[i] as Term);
      const child = key === undefined ? undefined : node.children.get(key);
      if (child === undefined) break;
      if (i === operands.length - 1) {
        if (child.rules.some((rule) => rule.args.length > 0) && this.isFunction(value)) return 'keep';
      } else if (child.rules.length > 0) {
        return this.fault(modifier, 'with keyword cannot partially replace virtual document(s)');
      }
      node = child;
    }
    if (value.kind === 'ref' && this.context.rulesAt(value)?.rules.some((rule) => rule.args.length > 0) === true) {
      return 'keep';
    }
    return 'evaluate';
  }

  private checkBuiltin(modifier: With, value: Term): 'evaluate' | 'keep' {
    const { target } = modifier;
    const name = operatorName(target);
    if (this.context.options.unsafeBuiltins?.has(name) === true) {
      return this.fault(
        modifier,
        `with keyword replacing built-in function: target must not be unsafe: ${JSON.stringify(name)}`,
      );
    }
    const builtin = this.context.builtin(target);
    if (builtin === undefined) {
      this.context.report(
        'rego_type_error',
        target.loc,
        'with keyword target must reference existing input, data, or a function',
      );
      return 'keep';
    }
    const replacing = 'with keyword replacing built-in function: ';
    if (name === 'eq' || name === 'rego.metadata.chain' || name === 'rego.metadata.rule') {
      return this.fault(modifier, `${replacing}replacement of ${JSON.stringify(name)} invalid`);
    }
    if (name === 'internal' || name.startsWith('internal.')) {
      return this.fault(
        modifier,
        `${replacing}replacement of internal function ${JSON.stringify(refText(target))} invalid`,
      );
    }
    if (builtin.relation === true) return this.fault(modifier, `${replacing}target must not be a relation`);
    if (builtin.void === true) return this.fault(modifier, `${replacing}target must not be a void function`);
    return this.isFunction(value) ? 'keep' : 'evaluate';
  }

  /** Whether a value names a rule, a function or a built-in, which then takes the target's place as it is. */
  private isFunction(value: Term): boolean {
    if (value.kind !== 'ref') return false;
    if (value.head.kind === 'var' && value.head.name === 'data') return this.context.rulesAt(value) !== undefined;
    return this.context.builtin(value) !== undefined;
  }
}

/** Checks and rewrites the modifiers of a rule. */
export function rewriteModifiers(rule: CoreRule, context: AnalysisContext): CoreRule {
  const names = context.namesOf(rule);
  if ((names.features & HAS_WITH) === 0) return rule;
  return { ...rule, body: new ModifierRewriter(names, context).body(rule.body) };
}

/** The same for a query. */
export function rewriteQueryModifiers(body: Body, names: LocalNames, context: AnalysisContext): Body {
  if ((names.features & HAS_WITH) === 0) return body;
  return new ModifierRewriter(names, context).body(body);
}
