// Which rule reads which, and an order in which every rule comes after those it reads.
// The vertices are the branches and, for each node of the rule tree, its rules and its whole subtree: so the number of edges stays
// linear however many rules share a name.
import type { RefTerm, Term } from '../ast/nodes.ts';
import { type CoreRule, pathKey, type RuleGraph, type RuleTree, type RuleTreeNode } from './core.ts';
import { forEachBranch } from './lower-rules.ts';

/** A vertex that stands for several: the rules of a node, or everything at and below it. */
interface Group {
  readonly members: readonly CoreRule[];
  readonly groups: Group[];
}

class GraphBuilder {
  private readonly tree: RuleTree;
  private readonly ruleGroups = new Map<RuleTreeNode, Group>();
  private readonly subtrees = new Map<RuleTreeNode, Group>();
  private readonly inner = new Map<RuleTreeNode, Group>();

  constructor(tree: RuleTree) {
    this.tree = tree;
  }

  private rulesOf(node: RuleTreeNode): Group {
    let group = this.ruleGroups.get(node);
    if (group === undefined) {
      const members: CoreRule[] = [];
      forEachBranch(node.rules, (branch) => members.push(branch));
      group = { members, groups: [] };
      this.ruleGroups.set(node, group);
    }
    return group;
  }

  private subtreeOf(node: RuleTreeNode): Group {
    if (node.children.size === 0) return this.rulesOf(node);
    let group = this.subtrees.get(node);
    if (group === undefined) {
      group = { members: [], groups: [this.rulesOf(node)] };
      this.subtrees.set(node, group);
      for (const child of node.children.values()) group.groups.push(this.subtreeOf(child));
    }
    return group;
  }

  /** Everything below a node. */
  private belowOf(node: RuleTreeNode): Group {
    let group = this.inner.get(node);
    if (group === undefined) {
      group = { members: [], groups: [] };
      this.inner.set(node, group);
      for (const child of node.children.values()) group.groups.push(this.subtreeOf(child));
    }
    return group;
  }

  /** Adds the groups that a reference may read. */
  collect(ref: RefTerm, out: Set<Group>): void {
    this.descend(this.tree, ref.operands, 0, out);
  }

  private descend(node: RuleTreeNode, operands: readonly Term[], index: number, out: Set<Group>): void {
    const operand = operands[index];
    if (operand === undefined) {
      out.add(this.subtreeOf(node));
      return;
    }
    const key = pathKey(operand);
    if (key !== undefined) {
      const child = node.children.get(key);
      if (child === undefined) return;
      if (child.rules.length > 0) out.add(this.rulesOf(child));
      this.descend(child, operands, index + 1, out);
      return;
    }
    if (index === operands.length - 1) {
      if (node.children.size > 0) out.add(this.belowOf(node));
      return;
    }
    for (const child of node.children.values()) {
      if (child.rules.length > 0) out.add(this.rulesOf(child));
      this.descend(child, operands, index + 1, out);
    }
  }
}

function addMembers(group: Group, seen: Set<Group>, out: Set<CoreRule>): void {
  if (seen.has(group)) return;
  seen.add(group);
  for (const member of group.members) out.add(member);
  for (const inner of group.groups) addMembers(inner, seen, out);
}

/** The graph of these rules, which stand in this tree; `dataRefs` are the references below `data` in them, by rule id. */
export function buildRuleGraph(
  rules: readonly CoreRule[],
  tree: RuleTree,
  dataRefs: readonly (readonly RefTerm[])[],
): RuleGraph {
  const builder = new GraphBuilder(tree);
  const byId: CoreRule[] = [];
  const reads: (readonly Group[])[] = [];
  forEachBranch(rules, (branch) => {
    byId[branch.id] = branch;
    const refs = dataRefs[branch.id];
    if (refs === undefined || refs.length === 0) {
      reads[branch.id] = noGroups;
      return;
    }
    const groups = new Set<Group>();
    for (const ref of refs) builder.collect(ref, groups);
    reads[branch.id] = groups.size === 0 ? noGroups : [...groups];
  });
  let sorted: readonly CoreRule[] | undefined;
  return {
    rules: byId,
    dependencies(rule) {
      const out = new Set<CoreRule>();
      const seen = new Set<Group>();
      for (const group of reads[rule.id] ?? noGroups) addMembers(group, seen, out);
      return out;
    },
    get sorted() {
      sorted ??= sortRules(byId, reads);
      return sorted;
    },
    cyclic() {
      return cyclicRules(byId, reads);
    },
  };
}

const noGroups: readonly Group[] = [];

interface Frame {
  /** What comes after its successors: a rule, or a group. */
  readonly rule: CoreRule | undefined;
  readonly members: readonly CoreRule[];
  readonly groups: readonly Group[];
  next: number;
}

/** Depth first, without recursion: policies may chain many thousand rules. */
function sortRules(rules: readonly CoreRule[], reads: readonly (readonly Group[])[]): readonly CoreRule[] {
  const done = new Uint8Array(rules.length);
  const seen = new Set<Group>();
  const sorted: CoreRule[] = [];
  const stack: Frame[] = [];
  const enter = (rule: CoreRule): void => {
    if (done[rule.id] === 1) return;
    done[rule.id] = 1;
    stack.push({ rule, members: [], groups: reads[rule.id] ?? noGroups, next: 0 });
  };
  for (const root of rules) {
    enter(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const index = frame.next++;
      const member = frame.members[index];
      if (member !== undefined) {
        enter(member);
        continue;
      }
      const group = frame.groups[index - frame.members.length];
      if (group !== undefined) {
        if (!seen.has(group)) {
          seen.add(group);
          stack.push({ rule: undefined, members: group.members, groups: group.groups, next: 0 });
        }
        continue;
      }
      stack.pop();
      if (frame.rule !== undefined) sorted.push(frame.rule);
    }
  }
  return sorted;
}

/** The strongly connected components with more than one vertex, as sets of rules; Tarjan's algorithm over rules and groups. */
function cyclicRules(
  rules: readonly CoreRule[],
  reads: readonly (readonly Group[])[],
): readonly ReadonlySet<CoreRule>[] {
  interface Vertex {
    readonly rule: CoreRule | undefined;
    readonly members: readonly CoreRule[];
    readonly groups: readonly Group[];
    next: number;
    readonly index: number;
    low: number;
    onStack: boolean;
  }
  const ruleVertices: (Vertex | undefined)[] = new Array<Vertex | undefined>(rules.length);
  const groupVertices = new Map<Group, Vertex>();
  const found: ReadonlySet<CoreRule>[] = [];
  const path: Vertex[] = [];
  const open: Vertex[] = [];
  let counter = 0;
  const enter = (rule: CoreRule | undefined, members: readonly CoreRule[], groups: readonly Group[]): Vertex => {
    const vertex: Vertex = { rule, members, groups, next: 0, index: counter, low: counter, onStack: true };
    counter++;
    path.push(vertex);
    open.push(vertex);
    return vertex;
  };
  const enterRule = (rule: CoreRule): void => {
    ruleVertices[rule.id] = enter(rule, [], reads[rule.id] ?? noGroups);
  };
  /** A rule that reads no other is in no cycle. */
  const isLeaf = (rule: CoreRule): boolean => (reads[rule.id] ?? noGroups).length === 0;
  for (const root of rules) {
    if (isLeaf(root) || ruleVertices[root.id] !== undefined) continue;
    enterRule(root);
    for (let vertex = path.at(-1); vertex !== undefined; vertex = path.at(-1)) {
      const index = vertex.next++;
      const member = vertex.members[index];
      const group = member === undefined ? vertex.groups[index - vertex.members.length] : undefined;
      if (member !== undefined) {
        if (isLeaf(member)) continue;
        const other = ruleVertices[member.id];
        if (other === undefined) enterRule(member);
        else if (other.onStack) vertex.low = Math.min(vertex.low, other.index);
        continue;
      }
      if (group !== undefined) {
        const other = groupVertices.get(group);
        if (other === undefined) groupVertices.set(group, enter(undefined, group.members, group.groups));
        else if (other.onStack) vertex.low = Math.min(vertex.low, other.index);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.low = Math.min(parent.low, vertex.low);
      if (vertex.low !== vertex.index) continue;
      const component: Vertex[] = [];
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        member.onStack = false;
        component.push(member);
        if (member === vertex) break;
      }
      if (component.length < 2) continue;
      const inCycle = new Set<CoreRule>();
      for (const member of component) if (member.rule !== undefined) inCycle.add(member.rule);
      if (inCycle.size > 0) found.push(inCycle);
    }
  }
  return found;
}
