// Renaming the local variables of one body and of the bodies in it, scope by scope. `:=` becomes unification, `some` declarations go,
// `some … in` becomes unification with a reference; uses before declaration, redeclarations and unused variables are found.
// Heads, arguments and `else` branches are rewrite-locals.ts's.
import type {
  Body,
  CallExpr,
  CallTerm,
  EveryExpr,
  Expr,
  RefTerm,
  SomeExpr,
  StringTerm,
  Term,
  VarTerm,
  With,
} from '../ast/nodes.ts';
import { trimmed } from '../ast/trimmed.ts';
import {
  type AnalysisContext,
  HAS_CALL_TERM,
  HAS_CLOSURE,
  HAS_DOUBTFUL_BUILTIN,
  HAS_METADATA,
  HAS_PRINT,
  HAS_TEMPLATE,
  HAS_DOUBTFUL_CALL,
  HAS_WITH,
  type LocalNames,
} from './context.ts';
import { isGenerated, isWildcard } from './core.ts';
import { kindText, refText } from './message-text.ts';
import { collectPattern } from './outputs.ts';
import { declaredBy, isAssign } from './resolve-references.ts';
import { mapEntries, mapShared } from './rewriting.ts';
import { isOperator, rebuildCall, refTerm, rootDocument, trueExpr, varTerm } from './terms.ts';
import { collectExpr, collectTerm, variablesOf } from './variables.ts';

type Occurrence = 'argument' | 'seen' | 'assigned' | 'declared';

/** A variable of a scope. */
export interface Local {
  /** The name it is rewritten to; its own while it is only seen. */
  readonly name: string;
  readonly occurrence: Occurrence;
  /** How often it occurs, its declaration included. */
  count: number;
  /** Whether it occurs otherwise than as the name of a called function. */
  plain: boolean;
}

/** The variables of one body. */
export type Scope = Map<string, Local>;

const noNames: ReadonlySet<string> = new Set();
const noTerms: readonly Term[] = [];

/** Rewrites bodies and terms; what it finds it reports, and what they contain it notes in `names.features`. */
export class LocalRewriter {
  private readonly names: LocalNames;
  private readonly context: AnalysisContext;
  private readonly scopes: Scope[];
  /** Faults of this rule so far: unused variables are not reported on top of others. */
  private faults = 0;
  /** Whether anything was declared by `some` or `every`. */
  private declares = false;
  private readonly strict: boolean;
  private readonly calls: (CallTerm | CallExpr)[] = [];
  /** Gets the references below `data`. */
  private readonly reads: RefTerm[];

  constructor(names: LocalNames, context: AnalysisContext, outermost: Scope, reads: RefTerm[]) {
    this.names = names;
    this.context = context;
    this.reads = reads;
    this.strict = context.options.strict === true;
    this.scopes = [outermost];
  }

  private fault(loc: Expr['loc'], message: string, hint?: string): void {
    this.faults++;
    this.context.report('rego_compile_error', loc, message, hint === undefined ? undefined : { hint });
  }

  private get scope(): Scope {
    return this.scopes[this.scopes.length - 1] as Scope;
  }

  private lookUp(name: string): Local | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Declares a variable in the current scope and gives its new name; undefined, with a fault, when it cannot be declared here. */
  private introduce(name: string, occurrence: Occurrence, loc: Expr['loc']): string | undefined {
    const earlier = this.scope.get(name);
    if (earlier !== undefined) {
      const shown = isWildcard(name) ? '_' : name;
      switch (earlier.occurrence) {
        case 'seen':
          this.fault(loc, `var ${shown} referenced above`, 'declare the variable before its first use');
          break;
        case 'assigned':
          this.fault(loc, `var ${shown} assigned above`, 'use another name, or `==` to compare');
          break;
        case 'declared':
          this.fault(loc, `var ${shown} declared above`);
          break;
        case 'argument':
          this.fault(loc, `arg ${shown} redeclared`, 'use another name, or `==` to compare');
          break;
      }
      return undefined;
    }
    if (occurrence === 'declared') this.declares = true;
    const generated = this.names.rename(name);
    this.scope.set(name, { name: generated, occurrence, count: 1, plain: true });
    return generated;
  }

  private variable(term: VarTerm, plain: boolean): VarTerm {
    const found = this.lookUp(term.name);
    if (found === undefined) {
      this.scope.set(term.name, { name: term.name, occurrence: 'seen', count: 1, plain });
      return term;
    }
    found.count++;
    if (plain) found.plain = true;
    return found.name === term.name ? term : varTerm(found.name, term.loc);
  }

  /** `input` and `data`, whole: a local when one hides it. */
  private rootTerm(term: Term, root: 'input' | 'data'): Term {
    const found = this.lookUp(root);
    if (found !== undefined && found.occurrence !== 'seen') {
      found.count++;
      return varTerm(found.name, term.loc);
    }
    const ref = term.kind === 'ref' ? term : refTerm(term, [], term.loc);
    if (root === 'data') this.reads.push(ref);
    return ref;
  }

  readonly term = (term: Term): Term => {
    switch (term.kind) {
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
        return term;
      case 'var': {
        const root = rootDocument(term);
        return root === undefined ? this.variable(term, true) : this.rootTerm(term, root);
      }
      case 'ref': {
        const root = rootDocument(term);
        return root === undefined ? this.ref(term) : this.rootTerm(term, root);
      }
      case 'array':
      case 'set': {
        const items = mapShared(term.items, this.term);
        return items === term.items ? term : { ...term, items };
      }
      case 'object': {
        const entries = mapEntries(term.entries, this.term);
        return entries === term.entries ? term : { ...term, entries };
      }
      case 'call':
        return this.call(term);
      case 'arraycomprehension':
      case 'setcomprehension': {
        this.names.features |= HAS_CLOSURE;
        this.scopes.push(new Map());
        const body = this.body(term.body, variablesOf(term.term, 0));
        const inner = this.term(term.term);
        this.scopes.pop();
        return inner === term.term && body === term.body ? term : { ...term, term: inner, body };
      }
      case 'objectcomprehension': {
        this.names.features |= HAS_CLOSURE;
        const used = variablesOf(term.key, 0);
        collectTerm(term.value, 0, used);
        this.scopes.push(new Map());
        const body = this.body(term.body, used);
        const key = this.term(term.key);
        const value = this.term(term.value);
        this.scopes.pop();
        return { ...term, key, value, body };
      }
      case 'templatestring': {
        this.names.features |= HAS_TEMPLATE | HAS_CALL_TERM | HAS_CLOSURE;
        const parts = mapShared(term.parts, (part) => (part.kind === 'string' ? part : this.plain(part)));
        return parts === term.parts ? term : { ...term, parts: parts as readonly (StringTerm | Expr)[] };
      }
    }
  };

  private ref(term: RefTerm): RefTerm {
    let head: Term;
    if (term.head.kind === 'var') {
      head = this.variable(term.head, true);
      if (term.head.name === 'data') this.reads.push(term);
    } else {
      head = this.term(term.head);
      this.names.features |= HAS_CALL_TERM;
    }
    const operands = mapShared(term.operands, this.term);
    return head === term.head && operands === term.operands ? term : { kind: 'ref', head, operands, loc: term.loc };
  }

  /** An operator's head counts as an occurrence of a variable, as any other does. A call may have up to `extra` arguments more than the function takes. */
  private operator(operator: RefTerm, given: number, extra: 0 | 1): RefTerm {
    const head = operator.head;
    if (head.kind !== 'var') return operator;
    const variable = this.variable(head, false);
    const builtin = variable === head ? this.context.builtin(operator) : undefined;
    if (builtin === undefined) {
      this.names.features |= HAS_DOUBTFUL_CALL;
      if (head.name === 'data') this.reads.push(operator);
    } else if (given !== builtin.arity && given !== builtin.arity + extra) {
      this.names.features |= HAS_DOUBTFUL_CALL;
    }
    if (builtin?.deprecated === true || this.context.options.unsafeBuiltins !== undefined) {
      this.names.features |= HAS_DOUBTFUL_BUILTIN;
    }
    if (head.name === 'rego') this.names.features |= HAS_METADATA;
    return variable === head ? operator : { ...operator, head: variable };
  }

  private call(term: CallTerm): Term {
    this.names.features |= HAS_CALL_TERM;
    const head = term.operator.head;
    if (head.kind === 'var') {
      const found = this.lookUp(head.name);
      if (found !== undefined && found.name !== head.name) {
        this.fault(term.loc, `called function ${refText(term.operator)} shadowed`, 'rename the local variable');
      }
    }
    this.calls.push(term);
    const operator = this.operator(term.operator, term.args.length, 0);
    const args = mapShared(term.args, this.term);
    return operator === term.operator && args === term.args ? term : { ...term, operator, args };
  }

  private readonly modifier = (modifier: With): With => {
    // A document that a local hides is still the document as a target.
    const head = modifier.target.head;
    const root = head.kind === 'var' && (head.name === 'input' || head.name === 'data');
    let target = modifier.target;
    if (root) {
      if (head.name === 'data') this.reads.push(target);
      const operands = mapShared(target.operands, this.term);
      if (operands !== target.operands) target = { ...target, operands };
    } else {
      target = this.operator(target, 0, 0);
    }
    const value = this.isFunctionName(modifier.value) ? modifier.value : this.term(modifier.value);
    return target === modifier.target && value === modifier.value ? modifier : { ...modifier, target, value };
  };

  /** A value of `with` that names a built-in, and no variable, is that function. */
  private isFunctionName(term: Term): boolean {
    if (term.kind !== 'var' || this.context.options.builtins(term.name) === undefined) return false;
    return this.lookUp(term.name)?.plain !== true;
  }

  private modifiers(expr: Expr): readonly With[] {
    if (expr.with.length === 0) return expr.with;
    this.names.features |= HAS_WITH;
    return mapShared(expr.with, this.modifier);
  }

  /** An expression that declares nothing. */
  private plain(expr: Expr): Expr {
    switch (expr.kind) {
      case 'termexpr': {
        const term = this.term(expr.term);
        const modifiers = this.modifiers(expr);
        return term === expr.term && modifiers === expr.with ? expr : { ...expr, term, with: modifiers };
      }
      case 'callexpr': {
        if (isOperator(expr.operator, 'print')) this.names.features |= HAS_PRINT;
        this.calls.push(expr);
        const operator = this.operator(expr.operator, expr.args.length, 1);
        const args = mapShared(expr.args, this.term);
        const modifiers = this.modifiers(expr);
        return operator === expr.operator && args === expr.args && modifiers === expr.with
          ? expr
          : rebuildCall(expr, operator, args, modifiers);
      }
      case 'not': {
        this.names.features |= HAS_CLOSURE;
        if (!expr.explicitBody) {
          // Without braces there is no scope and nothing is declared; the expression is, to the user, where its `not` is.
          const bare = expr.body.map((inner) => this.plain({ ...inner, loc: expr.loc }));
          return { ...expr, body: bare, with: this.modifiers(expr) };
        }
        this.scopes.push(new Map());
        const body = this.body(expr.body, noNames);
        this.scopes.pop();
        return { ...expr, body, with: this.modifiers(expr) };
      }
      case 'and':
      case 'or': {
        this.names.features |= HAS_CLOSURE;
        this.scopes.push(new Map());
        const left = this.body(expr.left, noNames);
        this.scopes.pop();
        this.scopes.push(new Map());
        const right = this.body(expr.right, noNames);
        this.scopes.pop();
        return { ...expr, left, right, with: this.modifiers(expr) };
      }
      case 'some':
        return this.some(expr) ?? trueExpr(expr.loc);
      case 'every':
        return this.every(expr) ?? expr;
    }
  }

  private assignment(expr: CallExpr): Expr {
    if (expr.negated) {
      this.fault(expr.loc, 'cannot assign vars inside negated expression');
      return expr;
    }
    const target = expr.args[0];
    const source = expr.args[1];
    if (target === undefined || source === undefined || expr.args.length !== 2) return expr;
    const value = this.term(source);
    const modifiers = this.modifiers(expr);
    const pattern = this.pattern(target);
    const loc = expr.operator.loc;
    return rebuildCall(expr, refTerm(varTerm('eq', loc), noTerms, loc), [pattern, value], modifiers);
  }

  /** The left side of `:=`: every variable in it is declared. */
  private readonly pattern = (term: Term): Term => {
    const root = rootDocument(term);
    if (root !== undefined || term.kind === 'var') {
      const name = root ?? (term as VarTerm).name;
      const generated = this.introduce(name, 'assigned', term.loc);
      return generated === undefined ? term : varTerm(generated, term.loc);
    }
    switch (term.kind) {
      case 'array':
        return { ...term, items: mapShared(term.items, this.pattern) };
      case 'object':
        return {
          ...term,
          entries: mapShared(term.entries, (entry) => ({ key: entry.key, value: this.pattern(entry.value) })),
        };
      default:
        this.fault(
          term.loc,
          `cannot assign to ${kindText(term)}`,
          'assign to a variable, or to a pattern of variables',
        );
        return term;
    }
  };

  private some(expr: SomeExpr): Expr | undefined {
    for (const symbol of expr.symbols) {
      if (symbol.kind === 'var') {
        if (this.introduce(symbol.name, 'declared', expr.loc) === undefined) return undefined;
      } else if (rootDocument(symbol) !== undefined) {
        if (this.introduce(rootDocument(symbol) as string, 'declared', expr.loc) === undefined) return undefined;
      } else if (symbol.kind === 'call') {
        return this.someIn(expr, symbol);
      }
    }
    return undefined;
  }

  /** `some k, v in xs` is `v = xs[k]`. */
  private someIn(expr: SomeExpr, call: CallTerm): Expr | undefined {
    const [first, second, third] = call.args;
    const container = third ?? second;
    const value = third === undefined ? first : second;
    if (container === undefined || value === undefined || first === undefined) return undefined;
    const key = third === undefined ? this.names.freshVar(call.loc) : first;
    const element =
      container.kind === 'ref'
        ? { ...container, operands: [...container.operands, key] }
        : refTerm(container, [key], container.loc);
    const inContainer = variablesOf(container, 0);
    const bound = new Set<string>();
    collectTerm(key, 0, bound);
    collectPattern(value, bound);
    for (const name of bound.size > 1 ? [...bound].sort() : bound) {
      if (inContainer.has(name)) continue;
      if (isGenerated(name)) {
        // OPA declares the key it has made as well: messages count that name.
        this.names.fresh();
        continue;
      }
      if (this.introduce(name, 'declared', expr.loc) === undefined) return undefined;
    }
    const loc = expr.loc;
    return this.plain({
      kind: 'callexpr',
      negated: false,
      operator: refTerm(varTerm('eq', loc), noTerms, loc),
      args: [value, element],
      infix: undefined,
      with: expr.with,
      generated: undefined,
      loc,
    });
  }

  private every(expr: EveryExpr): Expr | undefined {
    this.names.features |= HAS_CLOSURE;
    const domain = this.term(expr.domain);
    this.scopes.push(new Map());
    const key = expr.key === undefined ? this.names.freshVar(expr.loc) : this.everyVar(expr, expr.key);
    const value = key === undefined ? undefined : this.everyVar(expr, expr.value);
    if (key === undefined || value === undefined) {
      this.scopes.pop();
      return undefined;
    }
    const body = this.body(expr.body, noNames);
    const modifiers = this.modifiers(expr);
    this.scopes.pop();
    return { ...expr, key, value, domain, body, with: modifiers };
  }

  private everyVar(expr: EveryExpr, term: Term): Term | undefined {
    const name = term.kind === 'var' ? term.name : rootDocument(term);
    if (name === undefined || isWildcard(name)) return term;
    const generated = this.introduce(name, 'declared', expr.loc);
    return generated === undefined ? undefined : varTerm(generated, term.loc);
  }

  /** Rewrites a body in the current scope. `used` are names that count as used because something around the body uses them. */
  body(body: Body, used: ReadonlySet<string>): Body {
    /** The new body, from the first expression that became another one. */
    let out: Expr[] | undefined;
    /** For each source expression, what it became; undefined when it is no place to find a variable's assignment in. */
    const places: (Expr | undefined)[] | undefined = this.strict ? [] : undefined;
    for (let i = 0; i < body.length; i++) {
      const expr = body[i] as Expr;
      let rewritten: Expr | undefined;
      if (expr.kind === 'callexpr' && isAssign(expr.operator)) rewritten = this.assignment(expr);
      else if (expr.kind === 'some') rewritten = this.some(expr);
      else if (expr.kind === 'every') rewritten = this.every(expr);
      else rewritten = this.plain(expr);
      if (out === undefined && rewritten !== expr) out = body.slice(0, i);
      if (out !== undefined && rewritten !== undefined) out.push(rewritten);
      places?.push(expr.kind === 'some' || expr.kind === 'every' ? undefined : rewritten);
    }
    const first = body[0];
    if (out?.length === 0 && first !== undefined) out.push(trueExpr(first.loc));
    if (this.scopes.length === 1) this.checkCalledVariables();
    if (places !== undefined) this.checkUnusedAssigned(body, places, used);
    this.checkUnusedDeclared(body, used);
    return out === undefined ? body : trimmed(out);
  }

  private checkUnusedAssigned(body: Body, places: readonly (Expr | undefined)[], used: ReadonlySet<string>): void {
    if (this.faults > 0) return;
    /** By name, the first expression it stands in. */
    let first: Map<string, number> | undefined;
    for (const [name, local] of this.scope) {
      if (local.occurrence !== 'assigned' || local.count > 1 || isWildcard(name) || used.has(name)) continue;
      first ??= firstPlaces(places);
      const place = body[first.get(local.name) ?? 0];
      if (place !== undefined) {
        this.fault(place.loc, `assigned var ${name} unused`, 'remove the assignment, or assign to `_`');
      }
    }
  }

  private checkUnusedDeclared(body: Body, used: ReadonlySet<string>): void {
    if (this.faults > 0 || !this.declares) return;
    /** By name, the first expression that declares it. */
    let first: Map<string, Expr> | undefined;
    for (const [name, local] of this.scope) {
      if (local.occurrence !== 'declared' || local.count > 1 || used.has(name) || isGenerated(name)) continue;
      if (first === undefined) {
        first = new Map();
        for (const expr of body)
          for (const declared of declaredBy(expr)) if (!first.has(declared)) first.set(declared, expr);
      }
      const place = first.get(name) ?? body[0];
      if (place !== undefined) {
        this.fault(place.loc, `declared var ${isWildcard(name) ? '_' : name} unused`, 'remove the declaration');
      }
    }
  }

  /** Reports calls whose function's name is a variable of the outermost body too. Where the call is an expression, it calls that variable. */
  private checkCalledVariables(): void {
    if (this.faults > 0) return;
    const [outermost] = this.scopes;
    for (const call of this.calls) {
      const { head, operands } = call.operator;
      if (head.kind !== 'var' || operands.length > 0) continue;
      const local = outermost?.get(head.name);
      if (local?.plain !== true || local.occurrence !== 'seen') continue;
      if (this.context.builtin(call.operator) === undefined) continue;
      if (call.kind === 'call') {
        this.fault(call.loc, `called function ${refText(call.operator)} shadowed`, 'rename the variable');
      } else {
        this.names.features |= HAS_DOUBTFUL_CALL;
        this.names.addCalledVariable(head.name);
      }
    }
  }

  /** The outermost scope's variables that have another name now. */
  get renamed(): ReadonlyMap<string, Local> {
    return this.scopes[0] as Scope;
  }
}

function firstPlaces(places: readonly (Expr | undefined)[]): Map<string, number> {
  const first = new Map<string, number>();
  places.forEach((expr, index) => {
    if (expr === undefined) return;
    const names = new Set<string>();
    collectExpr(expr, 0, names);
    for (const name of names) if (!first.has(name)) first.set(name, index);
  });
  return first;
}
