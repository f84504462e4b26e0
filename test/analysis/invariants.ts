// Checks a core rule or query against the invariants in engine/analysis/core.ts; gives what is violated as text.
import type { CoreRule } from '../../engine/analysis/core.ts';
import { isGenerated } from '../../engine/analysis/core.ts';
import { termText } from '../../engine/analysis/message-text.ts';
import type { Body, Expr, RefTerm, Term } from '../../engine/ast/nodes.ts';

const isRoot = (name: string): boolean => name === 'data' || name === 'input';

class Checker {
  readonly violations: string[] = [];
  private readonly arity: (operator: RefTerm) => number;

  constructor(arity: (operator: RefTerm) => number) {
    this.arity = arity;
  }

  private expect(holds: boolean, what: string, term?: Term): void {
    if (!holds) this.violations.push(term === undefined ? what : `${what}: ${termText(term)}`);
  }

  /** A term whose variables are all bound unless it is a pattern. `dynamic` terms may be a reference or a comprehension. */
  private term(term: Term, bound: ReadonlySet<string>, dynamic: boolean, vars: Set<string>): void {
    switch (term.kind) {
      case 'var':
        this.expect(!isRoot(term.name), 'a document stands as a var', term);
        vars.add(term.name);
        return;
      case 'ref': {
        this.expect(dynamic, 'a reference is nested', term);
        const head = term.head;
        this.expect(head.kind === 'var', 'the head of a reference is no var', term);
        if (head.kind === 'var' && !isRoot(head.name))
          this.expect(bound.has(head.name), 'the head of a reference is not bound', term);
        for (const operand of term.operands) this.term(operand, bound, false, vars);
        return;
      }
      case 'array':
      case 'set':
        for (const item of term.items) this.term(item, bound, false, vars);
        return;
      case 'object':
        for (const entry of term.entries) {
          this.term(entry.key, bound, false, vars);
          this.term(entry.value, bound, false, vars);
        }
        return;
      case 'arraycomprehension':
      case 'setcomprehension': {
        this.expect(dynamic, 'a comprehension is nested', term);
        const inside = this.body(term.body, bound);
        this.head(term.term, inside);
        return;
      }
      case 'objectcomprehension': {
        this.expect(dynamic, 'a comprehension is nested', term);
        const inside = this.body(term.body, bound);
        this.head(term.key, inside);
        this.head(term.value, inside);
        return;
      }
      case 'call':
      case 'templatestring':
        this.expect(false, `a ${term.kind} is left`, term);
        return;
      default:
        return;
    }
  }

  head(term: Term, bound: ReadonlySet<string>): void {
    const vars = new Set<string>();
    this.term(term, bound, false, vars);
    for (const name of vars) this.expect(bound.has(name), `head variable ${name} is not bound`);
  }

  /** All variables of the term must be bound. */
  private closed(term: Term, bound: ReadonlySet<string>, dynamic: boolean): void {
    const vars = new Set<string>();
    this.term(term, bound, dynamic, vars);
    for (const name of vars) this.expect(bound.has(name), `variable ${name} is not bound`, term);
  }

  body(body: Body, before: ReadonlySet<string>): ReadonlySet<string> {
    const bound = new Set(before);
    this.expect(body.length > 0, 'an empty body');
    for (const expr of body) this.expr(expr, bound);
    return bound;
  }

  private expr(expr: Expr, bound: Set<string>): void {
    for (const modifier of expr.with) {
      this.expect(modifier.target.head.kind === 'var', 'the target of with is no name');
      if (modifier.value.kind !== 'ref') this.closed(modifier.value, bound, false);
    }
    switch (expr.kind) {
      case 'termexpr': {
        const vars = new Set<string>();
        this.term(expr.term, bound, true, vars);
        if (expr.negated || expr.term.kind !== 'ref') this.closed(expr.term, bound, true);
        for (const name of vars) bound.add(name);
        return;
      }
      case 'callexpr': {
        const head = expr.operator.head;
        const name = head.kind === 'var' ? head.name : '';
        this.expect(name !== 'assign' && name !== 'print' && name !== 'input', `operator ${name} is left`);
        if (name === 'eq') {
          this.expect(expr.args.length === 2, 'eq with other than two arguments');
          const vars = new Set<string>();
          for (const arg of expr.args) this.term(arg, bound, true, vars);
          if (expr.negated) for (const arg of expr.args) this.closed(arg, bound, true);
          for (const variable of vars) bound.add(variable);
          return;
        }
        const arity = this.arity(expr.operator);
        expr.args.forEach((arg, i) => {
          if (i < arity || expr.negated) this.closed(arg, bound, false);
        });
        const vars = new Set<string>();
        for (const arg of expr.args) this.term(arg, bound, false, vars);
        for (const variable of vars) bound.add(variable);
        return;
      }
      case 'every': {
        this.expect(expr.key !== undefined, 'every without key');
        this.expect(expr.domain.kind === 'var', 'the domain of every is no var', expr.domain);
        this.closed(expr.domain, bound, false);
        const inside = new Set(bound);
        for (const term of [expr.key, expr.value]) {
          if (term?.kind === 'var') inside.add(term.name);
          else this.expect(term === undefined, 'every over a pattern', term);
        }
        this.body(expr.body, inside);
        return;
      }
      case 'not':
        this.body(expr.body, bound);
        return;
      case 'and':
      case 'or':
        this.body(expr.left, bound);
        this.body(expr.right, bound);
        return;
      case 'some':
        this.expect(false, 'some is left');
        return;
    }
  }
}

/** What a rule (with its `else` branches) violates. */
export function violationsOfRule(rule: CoreRule, arity: (operator: RefTerm) => number): readonly string[] {
  const checker = new Checker(arity);
  for (let branch: CoreRule | undefined = rule; branch !== undefined; branch = branch.else) {
    const args = new Set<string>();
    for (const arg of branch.args) collect(arg, args);
    const bound = checker.body(branch.body, args);
    for (const term of branch.suffix) checker.head(term, bound);
    if (branch.key !== undefined) checker.head(branch.key, bound);
    if (branch.kind !== 'set') checker.head(branch.value, bound);
  }
  for (const generated of rule.locals.keys()) {
    if (!isGenerated(generated)) checker.violations.push(`${generated} is no generated name`);
  }
  return checker.violations;
}

/** What a query's body violates. */
export function violationsOfBody(body: Body, arity: (operator: RefTerm) => number): readonly string[] {
  const checker = new Checker(arity);
  checker.body(body, new Set());
  return checker.violations;
}

function collect(term: Term, out: Set<string>): void {
  if (term.kind === 'var') out.add(term.name);
  else if (term.kind === 'array' || term.kind === 'set') for (const item of term.items) collect(item, out);
  else if (term.kind === 'object') for (const entry of term.entries) collect(entry.value, out);
}
