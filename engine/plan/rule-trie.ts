// The tree of virtual documents: packages and rules by path, rules grouped as the functions they become.
// Which expressions reach a node is the planner's business.
import type { Loc, Term } from '../ast/nodes.ts';
import { RegoNumber, type Value } from '../value/value.ts';
import { constantKey } from './builder.ts';
import { groundValue } from './ground.ts';
import type { SlotIndex } from './ir.ts';
import type { CoreModule, CoreRule } from '../analysis/core.ts';

/** A rule within the group of a node, with what is left of its reference below that node. */
export interface GroupedRule {
  readonly rule: CoreRule;
  readonly suffix: readonly Term[];
}

export interface TrieNode {
  /** Path below `data`: scalars, nearly always strings. */
  readonly path: readonly Value[];
  /** By `stepKey` of the last step. */
  children: Map<string, TrieNode>;
  /** Rules whose document (or function) this node is; empty for a package or an inner node. */
  readonly rules: GroupedRule[];
  /** Set when some `with` replaces exactly this document: the slot that says so. */
  replacedSlot: SlotIndex | undefined;
}

function newNode(path: readonly Value[]): TrieNode {
  return { path, children: noChildren, rules: [], replacedSlot: undefined };
}

/** Shared by the leaves, which are most nodes. */
const noChildren = new Map<string, TrieNode>();

/** A step's key among the children of a node: strings, which nearly all are, stand for themselves. */
export function stepKey(step: Value): string {
  if (typeof step !== 'string') return `\0${constantKey(step)}`;
  return step.charCodeAt(0) === 0 ? `\0${constantKey(step)}` : step;
}

export function isFunctionNode(node: TrieNode): boolean {
  return node.rules[0]?.rule.kind === 'function';
}

/** A node with a document of its own: rules other than functions. */
export function isRuleNode(node: TrieNode): boolean {
  return node.rules.length > 0 && !isFunctionNode(node);
}

/** The tree for all modules. A rule below one with a dynamic reference joins the latter's group: `p[x]` and `p.q.r` are one document `p`. */
export function buildTrie(modules: readonly CoreModule[]): TrieNode {
  const root = newNode([]);
  for (const module of modules) {
    descend(root, module.path);
    for (const rule of module.rules) {
      const ground = groundSteps(rule.suffix);
      const path = ground.length === 0 ? rule.path : [...rule.path, ...ground];
      const suffix = ground.length === 0 ? rule.suffix : rule.suffix.slice(ground.length);
      descend(root, path).rules.push({ rule, suffix });
    }
  }
  fold(root);
  return root;
}

/** The leading scalars of a reference's rest: `p[1].q` is a document like `p.q`. A rule with a value keeps its place there. */
function groundSteps(suffix: readonly Term[]): Value[] {
  const steps: Value[] = [];
  for (const term of suffix) {
    const value = isScalarTerm(term) ? groundValue(term) : undefined;
    if (value === undefined) break;
    steps.push(value);
  }
  return steps;
}

function isScalarTerm(term: Term): boolean {
  return term.kind === 'string' || term.kind === 'number' || term.kind === 'boolean' || term.kind === 'null';
}

/** The node at `path`, made when it is not there. */
function descend(root: TrieNode, path: readonly Value[]): TrieNode {
  let node = root;
  for (let i = 0; i < path.length; i++) {
    const key = stepKey(path[i]!);
    let child = node.children.get(key);
    if (child === undefined) {
      child = newNode(path.slice(0, i + 1));
      if (node.children === noChildren) node.children = new Map();
      node.children.set(key, child);
    }
    node = child;
  }
  return node;
}

export function findNode(root: TrieNode, path: readonly Value[]): TrieNode | undefined {
  let node: TrieNode | undefined = root;
  for (const key of path) node = node?.children.get(stepKey(key));
  return node;
}

function fold(node: TrieNode): void {
  if (node.rules.some((grouped) => grouped.suffix.length > 0)) {
    for (const child of [...node.children.values()])
      if (foldInto(node, child)) node.children.delete(stepKey(child.path.at(-1)!));
  } else {
    for (const child of node.children.values()) fold(child);
  }
}

/** Moves the documents below `child` into `target`'s group; functions stay. True when nothing stays. */
function foldInto(target: TrieNode, child: TrieNode): boolean {
  let empty = true;
  if (isFunctionNode(child)) {
    empty = false;
  } else {
    for (const { rule, suffix } of child.rules) {
      const between = child.path.slice(target.path.length);
      const terms = between.map((value) => scalarTerm(value, rule.loc));
      target.rules.push({ rule, suffix: [...terms, ...suffix] });
    }
    child.rules.length = 0;
  }
  for (const grandchild of [...child.children.values()]) {
    if (foldInto(target, grandchild)) child.children.delete(stepKey(grandchild.path.at(-1)!));
    else empty = false;
  }
  return empty;
}

function scalarTerm(value: Value, loc: Loc): Term {
  if (value === null) return { kind: 'null', loc };
  if (typeof value === 'boolean') return { kind: 'boolean', value, loc };
  if (typeof value === 'number') return { kind: 'number', text: String(value), loc };
  if (value instanceof RegoNumber) return { kind: 'number', text: value.text, loc };
  return { kind: 'string', value: String(value), loc };
}
