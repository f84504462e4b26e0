// The tree of rules by their references' ground beginnings. Packages without rules have a node too.
import type { Module } from '../ast/nodes.ts';
import { type CoreRule, pathKey, type RuleTree, type RuleTreeNode } from './core.ts';
import { packagePath } from './lower-rules.ts';

interface Growing extends RuleTreeNode {
  readonly rules: CoreRule[];
  children: Map<string, Growing>;
}

/** Shared by the leaves, which are most nodes. */
const noChildren = new Map<string, Growing>();

function growing(key: string): Growing {
  return { key, rules: [], children: noChildren };
}

function descend(node: Growing, key: string): Growing {
  let child = node.children.get(key);
  if (child === undefined) {
    child = growing(key);
    if (node.children === noChildren) node.children = new Map();
    node.children.set(key, child);
  }
  return child;
}

/** Whether the whole reference of a rule is ground. */
export function hasGroundReference(rule: CoreRule): boolean {
  return rule.suffix.every((term) => pathKey(term) !== undefined);
}

/** The tree of these rules; `else` branches stand under their rule only. */
export function buildRuleTree(rules: readonly CoreRule[], modules: readonly Module[]): RuleTree {
  const root = growing('data');
  for (const module of modules) {
    if (module.rules.length > 0) continue;
    let node = root;
    for (const part of packagePath(module)) node = descend(node, part);
  }
  for (const rule of rules) {
    let node = root;
    for (const part of rule.path) node = descend(node, part);
    for (const term of rule.suffix) {
      const key = pathKey(term);
      if (key === undefined) break;
      node = descend(node, key);
    }
    node.rules.push(rule);
  }
  return root;
}

/** Puts rules in the places of those they were rewritten from, which have the same ids; their references must not have changed. */
export function renewRuleTree(tree: RuleTree, rules: readonly CoreRule[]): void {
  const byId: CoreRule[] = [];
  for (const rule of rules) byId[rule.id] = rule;
  forEachNode(tree, (node) => {
    const list = node.rules as CoreRule[];
    for (let i = 0; i < list.length; i++) list[i] = byId[list[i]!.id]!;
  });
}

/** Calls `f` with every node, parents first. */
export function forEachNode(node: RuleTreeNode, f: (node: RuleTreeNode) => void): void {
  // By a list of its own: references may have any number of parts.
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    f(next);
    if (next.children.size > 0) for (const child of [...next.children.values()].reverse()) open.push(child);
  }
}
