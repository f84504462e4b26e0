// A module's tree for people, one node a line, as `opa parse` prints it.
import { sortedEntries, sortedItems } from '../engine/ast/compare.ts';
import type { Body, Expr, Module, RefTerm, Rule, Term, With } from '../engine/ast/nodes.ts';
import { printTerm } from '../engine/syntax/print.ts';

/** The tree's text. */
export function printTree(module: Module): string {
  const tree = new Tree();
  tree.module(module);
  return tree.lines.join('\n');
}

class Tree {
  readonly lines: string[] = [];
  #depth = 0;

  module(module: Module): void {
    this.#node('module', () => {
      this.#node('package', () => this.#ref(module.package.path));
      for (const { path, alias } of module.imports)
        this.#node('import', () => {
          this.#ref(path);
          this.#line(alias ?? '');
        });
      for (const rule of module.rules) this.#rule(rule);
      // What they say is not shown.
      for (const { kind } of [...module.annotations, ...module.comments]) this.#line(kind);
    });
  }

  #line(text: string): void {
    this.lines.push(' '.repeat(this.#depth) + text);
  }

  #node(name: string, inside: () => void): void {
    this.#line(name);
    this.#depth++;
    inside();
    this.#depth--;
  }

  #rule(rule: Rule): void {
    const { head } = rule;
    this.#node('rule', () => {
      this.#node('head', () => {
        this.#ref(head.ref);
        if (head.args !== undefined) this.#node('args', () => this.#terms(head.args!));
        if (head.value !== undefined) this.#term(head.value);
        else if (head.key === undefined) this.#line('true');
      });
      this.#body(rule.body);
      if (rule.else !== undefined) this.#rule(rule.else);
    });
  }

  #body(body: Body): void {
    this.#node('body', () => body.forEach((expr, i) => this.#expr(expr, i)));
  }

  #expr(expr: Expr, index: number): void {
    const negated = 'negated' in expr && expr.negated ? 'negated ' : '';
    this.#node(`expr ${negated}index=${index}`, () => {
      switch (expr.kind) {
        case 'termexpr':
          this.#term(expr.term);
          break;
        case 'callexpr':
          this.#ref(expr.operator);
          this.#terms(expr.args);
          break;
        case 'some':
          this.#node('somedecl', () => this.#terms(expr.symbols));
          break;
        case 'every':
          this.#node('every', () => {
            if (expr.key !== undefined) this.#term(expr.key);
            this.#term(expr.value);
            this.#term(expr.domain);
            this.#body(expr.body);
          });
          break;
        case 'not':
          this.#node('not', () => this.#body(expr.body));
          break;
        case 'and':
        case 'or':
          this.#node(expr.kind, () => {
            this.#body(expr.left);
            this.#body(expr.right);
          });
      }
      for (const item of expr.with) this.#with(item);
    });
  }

  #with({ target, value }: With): void {
    this.#node('with', () => {
      this.#ref(target);
      this.#term(value);
    });
  }

  #terms(terms: readonly Term[]): void {
    for (const term of terms) this.#term(term);
  }

  #ref(ref: RefTerm): void {
    this.#node('ref', () => {
      this.#term(ref.head);
      this.#terms(ref.operands);
    });
  }

  #term(term: Term): void {
    switch (term.kind) {
      case 'ref':
        return this.#ref(term);
      case 'array':
        return this.#node(term.kind, () => this.#terms(term.items));
      case 'set':
        return this.#node(term.kind, () => this.#terms(sortedItems(term)));
      case 'object':
        return this.#node('object', () => {
          for (const { key, value } of sortedEntries(term)) this.#terms([key, value]);
        });
      case 'arraycomprehension':
      case 'setcomprehension':
        return this.#node(term.kind, () => {
          this.#term(term.term);
          this.#body(term.body);
        });
      case 'objectcomprehension':
        return this.#node(term.kind, () => {
          this.#terms([term.key, term.value]);
          this.#body(term.body);
        });
      case 'call':
        return this.#node('call', () => {
          this.#ref(term.operator);
          this.#terms(term.args);
        });
      case 'templatestring':
        return this.#line('templatestring');
      case 'var':
        return this.#line(term.name.startsWith('$') ? '_' : term.name);
      default:
        return this.#line(printTerm(term));
    }
  }
}
