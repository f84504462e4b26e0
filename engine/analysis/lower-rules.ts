// Pass: parsed rules become core rules: absolute path and suffix, kind, implied value. Terms of a head's reference that are
// neither scalars nor vars move into the body, bound to a var.
import type { Body, Expr, Module, Rule, Term } from '../ast/nodes.ts';
import type { AnalysisContext, LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { appendToBody, generatedEquality, isScalar, rootDocument } from './terms.ts';

const noTerms: readonly Term[] = [];

/** The strings of a package's path, without `data`. */
export function packagePath(module: Module): readonly string[] {
  const path: string[] = [];
  for (const operand of module.package.path.operands) if (operand.kind === 'string') path.push(operand.value);
  return path;
}

/** The core rules of all modules, in order, without their `else` branches (which hang on them). */
export function lowerRules(modules: readonly Module[], context: AnalysisContext): readonly CoreRule[] {
  const rules: CoreRule[] = [];
  let nextId = 0;
  for (const module of modules) {
    const path = packagePath(module);
    for (const rule of module.rules) {
      const names = context.newNames(nextId);
      const firstId = nextId;
      for (let branch: Rule | undefined = rule; branch !== undefined; branch = branch.else) {
        context.names[nextId++] = names;
      }
      rules.push(lowerRule(rule, module, path, names, firstId));
    }
  }
  return rules;
}

function lowerRule(
  rule: Rule,
  module: Module,
  packageOf: readonly string[],
  names: LocalNames,
  id: number,
  args: readonly Term[] = rule.head.args ?? noTerms,
): CoreRule {
  const { head } = rule;
  const path = [...packageOf];
  if (head.ref.head.kind === 'var') path.push(head.ref.head.name);
  let suffix: Term[] | undefined;
  let extra: Expr[] | undefined;
  for (const operand of head.ref.operands) {
    if (suffix === undefined && operand.kind === 'string') {
      path.push(operand.value);
      continue;
    }
    suffix ??= [];
    if ((operand.kind === 'var' && rootDocument(operand) === undefined) || isScalar(operand)) {
      suffix.push(operand);
      continue;
    }
    const local = names.freshVar(operand.loc);
    (extra ??= []).push(generatedEquality(local, operand, operand.loc));
    suffix.push(local);
  }
  const body: Body = extra === undefined ? rule.body : appendToBody(rule.body, extra);
  return {
    kind: args.length > 0 ? 'function' : head.key !== undefined && head.value === undefined ? 'set' : 'complete',
    id,
    path,
    suffix: suffix ?? noTerms,
    args,
    key: head.key,
    value: head.value ?? { kind: 'boolean', value: true, loc: head.loc },
    body,
    isDefault: rule.isDefault,
    else: rule.else === undefined ? undefined : lowerRule(rule.else, module, packageOf, names, id + 1, args),
    annotations: rule.annotations,
    head,
    loc: rule.loc,
    module,
    locals: names.locals,
  };
}

/** The parts of a rule that passes rewrite. */
export interface RuleParts {
  readonly args: readonly Term[];
  readonly key: Term | undefined;
  readonly value: Term;
  readonly suffix: readonly Term[];
  readonly body: Body;
}

/** A rule with other parts; written out because it is made several times for every rule. */
export function withParts(rule: CoreRule, parts: RuleParts): CoreRule {
  return {
    kind: rule.kind,
    id: rule.id,
    path: rule.path,
    suffix: parts.suffix,
    args: parts.args,
    key: parts.key,
    value: parts.value,
    body: parts.body,
    isDefault: rule.isDefault,
    else: rule.else,
    annotations: rule.annotations,
    head: rule.head,
    loc: rule.loc,
    module: rule.module,
    locals: rule.locals,
  };
}

/** A rule with another body. */
export function withBody(rule: CoreRule, body: Body): CoreRule {
  return {
    kind: rule.kind,
    id: rule.id,
    path: rule.path,
    suffix: rule.suffix,
    args: rule.args,
    key: rule.key,
    value: rule.value,
    body,
    isDefault: rule.isDefault,
    else: rule.else,
    annotations: rule.annotations,
    head: rule.head,
    loc: rule.loc,
    module: rule.module,
    locals: rule.locals,
  };
}

/** Applies a rewriting to a rule and to its `else` branches. */
export function mapBranches<C>(rule: CoreRule, f: (branch: CoreRule, context: C) => CoreRule, context: C): CoreRule {
  const mapped = f(rule, context);
  if (rule.else === undefined) return mapped;
  const otherwise = mapBranches(rule.else, f, context);
  return otherwise === mapped.else ? mapped : { ...mapped, else: otherwise };
}

/** Calls `f` with every rule and every `else` branch. */
export function forEachBranch(rules: readonly CoreRule[], f: (branch: CoreRule) => void): void {
  for (const rule of rules) {
    for (let branch: CoreRule | undefined = rule; branch !== undefined; branch = branch.else) f(branch);
  }
}
