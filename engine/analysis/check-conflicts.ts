// Pass: rules that cannot stand beside each other: of two kinds or arities under one name, within another rule's value, in the place of a
// package or of base data, and more than one default.
import type { Module } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { type CoreRule, isGenerated, pathKey, type RuleTreeNode } from './core.ts';
import { packagePath } from './lower-rules.ts';
import { operandsText, pathText, refText, termText } from './message-text.ts';
import { forEachNode, hasGroundReference } from './rule-tree.ts';
import { isScalar } from './terms.ts';

/** A rule's absolute reference with the user's names. */
export function ruleText(rule: CoreRule, context: AnalysisContext): string {
  if (rule.suffix.length === 0) return pathText(rule.path);
  const names = context.namesOf(rule);
  return pathText(rule.path) + operandsText(rule.suffix, (name) => names.userName(name));
}

function checkNode(node: RuleTreeNode, context: AnalysisContext): void {
  const first = node.rules[0];
  if (first === undefined) return;
  let complete = 0;
  let partial = 0;
  let sets = 0;
  let inside = false;
  const arity = first.args.length;
  let arities = 1;
  const defaults: CoreRule[] = [];
  for (const rule of node.rules) {
    const ground = hasGroundReference(rule);
    if (rule.kind === 'set') sets++;
    if (rule.kind !== 'set' && ground) complete++;
    else partial++;
    if (ground && node.children.size > 0) inside = true;
    if (rule.args.length !== arity) arities = 2;
    if (rule.isDefault) defaults.push(rule);
  }
  const name = ruleText(node.rules.at(-1) ?? first, context);
  // A value holds no rules; what a dynamic reference makes may hold others, but no functions.
  const conflicts = inside ? outermostBelow(node, context) : partial > sets ? functionsBelow(node, context) : [];
  if (conflicts.length > 0) {
    const lines = conflicts.map((rule) => `\n  rule ${ruleText(rule, context)} at ${placeText(rule)}`);
    context.report('rego_type_error', first.loc, `rule ${name} conflicts with:${lines.join('')}`, {
      hint: 'a rule’s value cannot hold other rules: move one of them',
      related: conflicts.map((rule) => ({ message: 'the other rule', loc: rule.loc })),
    });
    return;
  }
  const mixed = (sets > 0 && sets < node.rules.length) || arities > 1 || (complete > 0 && partial > 0);
  if (mixed) {
    context.report('rego_type_error', first.loc, `conflicting rules ${name} found`, {
      hint: 'rules of one name must be of one kind and take the same number of arguments',
    });
    return;
  }
  const [kept] = defaults;
  if (defaults.length > 1 && kept !== undefined) {
    const places = defaults.map(placeText).join(', ');
    context.report('rego_type_error', kept.module.package.loc, `multiple default rules ${name} found at ${places}`);
  }
}

function placeText(rule: CoreRule): string {
  return `${rule.loc.file}:${rule.loc.row}`;
}

/** The rules below a node that are not within another of them, one of each reference, sorted. */
function outermostBelow(node: RuleTreeNode, context: AnalysisContext): readonly CoreRule[] {
  const found = new Map<string, CoreRule>();
  for (const child of node.children.values()) collectOutermost(child, context, found);
  return [...found.values()].sort(byReference);
}

function collectOutermost(node: RuleTreeNode, context: AnalysisContext, out: Map<string, CoreRule>): void {
  const whole = node.rules.find(hasGroundReference);
  if (whole !== undefined) {
    addRule(whole, context, out);
    return;
  }
  for (const rule of node.rules) addRule(rule, context, out);
  for (const child of node.children.values()) collectOutermost(child, context, out);
}

function functionsBelow(node: RuleTreeNode, context: AnalysisContext): readonly CoreRule[] {
  const found = new Map<string, CoreRule>();
  for (const child of node.children.values()) {
    forEachNode(child, (below) => {
      for (const rule of below.rules) if (rule.args.length > 0) addRule(rule, context, found);
    });
  }
  return [...found.values()].sort(byReference);
}

function addRule(rule: CoreRule, context: AnalysisContext, out: Map<string, CoreRule>): void {
  // Variables of two rules are two, whatever they are called.
  const text = rule.suffix.some((term) => term.kind === 'var' && isGenerated(term.name))
    ? String(rule.id)
    : ruleText(rule, context);
  if (!out.has(text)) out.set(text, rule);
}

/** Scalars that are no strings come before strings, strings before variables. */
function sortKey(rule: CoreRule): readonly string[] {
  const keys = rule.path.map((part) => `2${part}`);
  for (const term of rule.suffix)
    keys.push(term.kind === 'string' ? `2${term.value}` : `${isScalar(term) ? 1 : 3}${termText(term)}`);
  return keys;
}

function byReference(a: CoreRule, b: CoreRule): number {
  const left = sortKey(a);
  const right = sortKey(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] as string;
    const y = right[i] as string;
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

function checkPaths(
  node: RuleTreeNode,
  path: readonly string[],
  exists: (path: readonly string[]) => boolean,
  context: AnalysisContext,
): void {
  const first = node.rules[0];
  if (first !== undefined && exists(path)) {
    context.report('rego_compile_error', first.loc, `conflicting rule for data path ${path.join('/')} found`);
    return;
  }
  for (const child of node.children.values()) {
    if (child.key.startsWith('\0')) continue;
    checkPaths(child, [...path, child.key], exists, context);
  }
}

/** The packages' names as a tree: is there a module at a path? */
function packagesByPath(modules: readonly Module[]): ReadonlyMap<string, readonly Module[]> {
  const packages = new Map<string, Module[]>();
  for (const module of modules) {
    const key = packagePath(module).join('\0');
    const group = packages.get(key);
    if (group === undefined) packages.set(key, [module]);
    else group.push(module);
  }
  return packages;
}

function checkPackages(rules: readonly CoreRule[], modules: readonly Module[], context: AnalysisContext): void {
  const packages = packagesByPath(modules);
  if (packages.size < 2) return;
  for (const rule of rules) {
    if (rule.suffix.some((term) => pathKey(term) === undefined || term.kind !== 'string')) continue;
    for (const module of packages.get(rule.path.join('\0')) ?? []) {
      if (module === rule.module) continue;
      context.report(
        'rego_type_error',
        rule.module.package.loc,
        `package ${packageText(module)} conflicts with rule ${refText(rule.head.ref)} defined at ${placeText(rule)}`,
        { related: [{ message: 'the other package', loc: module.package.loc }] },
      );
    }
  }
}

function packageText(module: Module): string {
  const text = pathText(packagePath(module));
  return text.startsWith('data.') ? text.slice('data.'.length) : text;
}

/** Reports the conflicts among all rules, packages and base data. */
export function checkConflicts(rules: readonly CoreRule[], modules: readonly Module[], context: AnalysisContext): void {
  forEachNode(context.tree, (node) => checkNode(node, context));
  const exists = context.options.pathConflict;
  if (exists !== undefined) checkPaths(context.tree, [], exists, context);
  checkPackages(rules, modules, context);
}
