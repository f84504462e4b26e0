// The types of rules as a tree under `data`, and how rules at one path or under each other unite.
// Left to others: what the types are (check.ts), and references into `input`.
import { compareStrings } from '../value/compare.ts';
import type { Value } from '../value/value.ts';
import { selectKey, unionOf, valuesOf } from './type-algebra.ts';
import { anyType, objectType, setOf, stringType } from './type.ts';
import type { MaybeType, ObjectType, StaticProperty } from './type.ts';

/** One operand of a rule's reference. */
export interface PathStep {
  /** Unique text: a string stands for itself, all else has a prefix no string in a policy has. */
  readonly key: string;
  /** What it is, when it is a string, number or boolean. */
  readonly value: Value | undefined;
  readonly type: MaybeType;
}

/** Shared by the leaves, which are most nodes. */
const noChildren: ReadonlyMap<string, DocumentNode> = new Map();

/** A place in the tree. A leaf has a type of its own; it may have children too (`p[x] := 1` beside `p.q.r := 2`). */
export class DocumentNode {
  readonly step: PathStep | undefined;
  children: ReadonlyMap<string, DocumentNode> = noChildren;
  type: MaybeType;
  constructor(step: PathStep | undefined) {
    this.step = step;
  }
}

/** The tree of the types of rules under `data`, filled while rules are checked. */
export class DocumentTypes {
  readonly root = new DocumentNode(undefined);
  /** Undefined until the first rule is there: `data` then holds anything. */
  get empty(): boolean {
    return this.root.children.size === 0;
  }

  /** Puts a type in the place of what is known about the path. */
  put(path: readonly PathStep[], type: MaybeType): void {
    this.nodeAt(path).type = type;
  }

  /**
   * Unites a rule's type with what is known about its path. Object types on the way take the new type in; an object
   * takes in what is already known further down.
   */
  insert(path: readonly PathStep[], type: MaybeType): void {
    let node = this.root;
    for (let i = 0; i < path.length; i++) {
      node = childOf(node, path[i]!);
      if (i + 1 < path.length && node.type?.kind === 'object') {
        node.type = insertInto(node.type, path, i + 1, type);
      }
    }
    node.type = uniteRules(node.type, type);
    if (type?.kind === 'object' && node.children.size > 0) {
      for (const [below, leaf] of leaves(node, [])) {
        if (node.type?.kind === 'object') node.type = insertInto(node.type, below, 0, leaf);
      }
    }
  }

  private nodeAt(path: readonly PathStep[]): DocumentNode {
    let node = this.root;
    for (const step of path) node = childOf(node, step);
    return node;
  }
}

function childOf(node: DocumentNode, step: PathStep): DocumentNode {
  let child = node.children.get(step.key);
  if (child === undefined) {
    child = new DocumentNode(step);
    if (node.children === noChildren) node.children = new Map();
    (node.children as Map<string, DocumentNode>).set(step.key, child);
  }
  return child;
}

/** The type of the whole document at a node: rules below are static properties; base data may add any others. */
export function extentOf(node: DocumentNode): MaybeType {
  if (node.type !== undefined) return node.type;
  const properties: StaticProperty[] = [];
  for (const child of node.children.values()) {
    const type = extentOf(child);
    if (child.step?.value !== undefined) properties.push({ key: child.step.value, value: type });
  }
  return objectType(properties, { key: stringType, value: anyType });
}

/** The keys of the children in order, for messages. */
export function childKeys(node: DocumentNode): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (const child of node.children.values()) if (child.step !== undefined) steps.push(child.step);
  return steps.sort((a, b) => compareStrings(a.key, b.key));
}

function leaves(node: DocumentNode, path: readonly PathStep[]): [PathStep[], MaybeType][] {
  const found: [PathStep[], MaybeType][] = [];
  for (const child of node.children.values()) {
    const below = [...path, child.step!];
    if (child.type !== undefined) found.push([below, child.type]);
    else found.push(...leaves(child, below));
  }
  return found;
}

function insertInto(object: ObjectType, path: readonly PathStep[], from: number, type: MaybeType): ObjectType {
  if (from >= path.length) return object;
  const value = from + 1 === path.length ? type : insertInto(objectType([]), path, from + 1, type);
  const key = path[from]!.type;
  const { dynamic } = object;
  return {
    kind: 'object',
    static: object.static,
    dynamic:
      dynamic === undefined ? { key, value } : { key: unionOf(dynamic.key, key), value: unionOf(dynamic.value, value) },
  };
}

/** The type of several rules at one path: sets and partial objects grow together, all else unites. */
function uniteRules(a: MaybeType, b: MaybeType): MaybeType {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.kind === 'any' && b.kind !== 'any') return uniteRules(b, a);
  if (a.kind === 'set' && b.kind === 'set') return setOf(unionOf(a.of, b.of));
  if (a.kind === 'object' && a.static.length === 0 && a.dynamic !== undefined) {
    const { dynamic } = a;
    if (b.kind === 'object' && b.static.length === 0 && b.dynamic !== undefined) {
      const key = unionOf(dynamic.key, b.dynamic.key);
      return { kind: 'object', static: [], dynamic: { key, value: uniteRules(dynamic.value, b.dynamic.value) } };
    }
    if (b.kind === 'any') {
      // The partial object joins the one that is already a member of the union.
      const at = b.of.findIndex((member) => member.kind === 'object' && member.static.length === 0);
      const member = b.of[at];
      if (member?.kind === 'object' && member.dynamic !== undefined) {
        const key = unionOf(member.dynamic.key, dynamic.key);
        const value = unionOf(member.dynamic.value, dynamic.value);
        return { kind: 'any', of: b.of.with(at, { kind: 'object', static: [], dynamic: { key, value } }) };
      }
    }
  }
  return unionOf(a, b);
}

/** What a reference's remaining operands select from a type: by constant (`key`), or any of the values (undefined). */
export function selectOperand(type: MaybeType, key: Value | undefined): MaybeType {
  return key === undefined ? valuesOf(type) : selectKey(type, key);
}
