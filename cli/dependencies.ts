// What a rule or a query reads: references to documents, through its local variables. The command's output is commands/deps.ts.
import type { CoreRule, RuleTreeNode } from '../engine/analysis/core.ts';
import { pathKey } from '../engine/analysis/core.ts';
import { isGround, isOperator, refTerm } from '../engine/analysis/terms.ts';
import { compareTerms, termKey } from '../engine/ast/compare.ts';
import type { Body, Expr, Node, RefTerm, Term } from '../engine/ast/nodes.ts';
import { children } from '../engine/ast/walk.ts';

/** What is read, directly and through rules; a document is `data` or `input`, then ground terms. */
export class Dependencies {
  readonly #base = new Map<string, RefTerm>();
  readonly #virtual = new Map<string, RefTerm>();
  readonly #tree: RuleTreeNode;
  readonly #seen = new Set<CoreRule>();

  constructor(tree: RuleTreeNode) {
    this.#tree = tree;
  }

  /** Documents that no rule makes, sorted. */
  get base(): readonly RefTerm[] {
    return [...this.#base.values()].sort(compareTerms);
  }

  /** Documents that rules make, sorted. */
  get virtual(): readonly RefTerm[] {
    return [...this.#virtual.values()].sort(compareTerms);
  }

  /** Adds what a query reads. */
  ofQuery(body: Body): void {
    for (const ref of new BodyReferences(body, undefined).minimal()) this.#document(ref);
  }

  #ofRule(rule: CoreRule): void {
    for (let branch: CoreRule | undefined = rule; branch !== undefined; branch = branch.else) {
      if (this.#seen.has(branch)) return;
      this.#seen.add(branch);
      const { value, key, suffix, args } = branch;
      const head = [...args, ...suffix, ...(key === undefined ? [] : [key]), value];
      for (const ref of new BodyReferences(branch.body, head).minimal()) this.#document(ref);
    }
  }

  /** A reference counts up to the first operand that is not ground. */
  #document(ref: RefTerm): void {
    const end = ref.operands.findIndex((operand) => !isGround(operand));
    const path = end < 0 ? ref.operands : ref.operands.slice(0, end);
    const document = refTerm(ref.head, path, ref.loc);
    if (!isDocument(ref.head, 'data')) return this.#addBase(document);
    let node: RuleTreeNode | undefined = this.#tree;
    const found = new Set<CoreRule>();
    for (const operand of path) {
      const key = pathKey(operand);
      node = key === undefined ? undefined : node.children.get(key);
      if (node === undefined) break;
      // A rule makes what is below it.
      if (found.size === 0) for (const rule of node.rules) found.add(rule);
    }
    if (node !== undefined) addBelow(node, found);
    if (found.size === 0) this.#addBase(document);
    for (const rule of found) this.#rule(rule, ref);
  }

  #rule(rule: CoreRule, { head, loc }: RefTerm): void {
    const keys = rule.path.map((value): Term => ({ kind: 'string', value, loc }));
    const end = rule.suffix.findIndex((term) => !isGround(term));
    const made = refTerm(head, [...keys, ...(end < 0 ? rule.suffix : rule.suffix.slice(0, end))], loc);
    this.#virtual.set(termKey(made), made);
    this.#ofRule(rule);
  }

  #addBase(document: RefTerm): void {
    this.#base.set(termKey(document), document);
  }
}

/** The rules at a node of the tree and below it. */
function addBelow(node: RuleTreeNode, rules: Set<CoreRule>): void {
  for (const rule of node.rules) rules.add(rule);
  for (const child of node.children.values()) addBelow(child, rules);
}

function isDocument(term: Term, name?: 'data' | 'input'): boolean {
  return (
    term.kind === 'var' && (name === undefined ? term.name === 'data' || term.name === 'input' : term.name === name)
  );
}

/** A reference to a document or to what a variable holds; `input` alone is one too. */
function asRef(term: Term): RefTerm | undefined {
  if (term.kind === 'ref') return term;
  return isDocument(term) ? refTerm(term, [], term.loc) : undefined;
}

/**
 * The references of one body. `x := input.a; x.b == 1` reads `input.a.b`: a variable that stands for a reference is followed, and the
 * reference itself counts only where the variable is used in other ways, or not at all.
 */
class BodyReferences {
  /** What variables are made equal to. */
  readonly #equal = new Map<string, RefTerm[]>();
  readonly #found = new Map<string, RefTerm>();
  readonly #used = new Set<string>();
  readonly #followed = new Set<string>();

  /** `head`: terms whose variables leave the body; all variables of a query do (undefined). */
  constructor(body: Body, head: readonly Term[] | undefined) {
    const others = body.filter((expr) => !this.#takeEquality(expr));
    for (const node of [...others, ...(head ?? [])]) this.#visit(node);
    for (const [name, refs] of this.#equal) {
      for (const ref of refs) {
        if (ref.head.kind === 'var') this.#followed.add(ref.head.name);
        else this.#visit(ref.head);
        for (const operand of ref.operands) this.#visit(operand);
      }
      if (head === undefined) this.#used.add(name);
    }
    for (const name of this.#equal.keys()) {
      const refs = this.#documentsOf(name, new Set());
      if (refs.length > 1 || this.#used.has(name) || !this.#followed.has(name)) for (const ref of refs) this.#add(ref);
    }
  }

  /** Without those of which a prefix is there, sorted. */
  minimal(): readonly RefTerm[] {
    const kept: RefTerm[] = [];
    for (const ref of [...this.#found.values()].sort(compareTerms)) {
      const last = kept.at(-1);
      if (last === undefined || !isPrefix(last, ref)) kept.push(ref);
    }
    return kept;
  }

  /** Notes `x = ref`; false for any other expression. */
  #takeEquality(expr: Expr): boolean {
    if (expr.kind !== 'callexpr' || expr.negated || expr.args.length !== 2) return false;
    if (!isOperator(expr.operator, 'eq') && !isOperator(expr.operator, 'assign')) return false;
    for (const [one, other] of [expr.args, expr.args.toReversed()]) {
      const ref = asRef(other!);
      if (one!.kind !== 'var' || isDocument(one!) || ref === undefined) continue;
      const refs = this.#equal.get(one!.name);
      if (refs === undefined) this.#equal.set(one!.name, [ref]);
      else refs.push(ref);
      // What stands in a document's place is read, the document is not.
      for (const { value } of expr.with) this.#visit(value);
      return true;
    }
    return false;
  }

  #visit(node: Node): void {
    const ref = node.kind === 'ref' || node.kind === 'var' ? asRef(node) : undefined;
    if (ref === undefined) {
      if (node.kind === 'var') this.#used.add(node.name);
      else for (const child of children(node)) this.#visit(child);
      return;
    }
    if (isDocument(ref.head)) this.#add(ref);
    else if (ref.head.kind === 'var') {
      this.#followed.add(ref.head.name);
      for (const document of this.#documentsOf(ref.head.name, new Set())) this.#add(extended(document, ref));
    } else this.#visit(ref.head);
    for (const operand of ref.operands) this.#visit(operand);
  }

  /** The documents that a variable stands for, by the equalities of the body. */
  #documentsOf(name: string, under: Set<string>): readonly RefTerm[] {
    if (under.has(name)) return [];
    under.add(name);
    const found = (this.#equal.get(name) ?? []).flatMap((ref) => {
      if (isDocument(ref.head)) return [ref];
      if (ref.head.kind !== 'var') return [];
      return this.#documentsOf(ref.head.name, under).map((document) => extended(document, ref));
    });
    under.delete(name);
    return found;
  }

  #add(ref: RefTerm): void {
    this.#found.set(termKey(ref), ref);
  }
}

function extended(document: RefTerm, { operands }: RefTerm): RefTerm {
  return refTerm(document.head, [...document.operands, ...operands], document.loc);
}

function isPrefix(short: RefTerm, long: RefTerm): boolean {
  return (
    compareTerms(short.head, long.head) === 0 &&
    short.operands.length <= long.operands.length &&
    short.operands.every((operand, i) => compareTerms(operand, long.operands[i]!) === 0)
  );
}
