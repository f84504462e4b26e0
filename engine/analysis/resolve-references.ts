// Pass: a name of a rule of the package, or of an import, becomes the absolute reference it stands for.
// Whether the variables that remain are declared and bound is for later passes.
import type { Body, Expr, Import, Loc, Module, RefTerm, Rule, StringTerm, Term, VarTerm, With } from '../ast/nodes.ts';
import { type AnalysisContext, isV1 } from './context.ts';
import { isWildcard } from './core.ts';
import { importText } from './message-text.ts';
import { mapEntries, mapShared } from './rewriting.ts';
import { rootDocument, stringTerm } from './terms.ts';
import { collectTerm, type Names } from './variables.ts';

/** What a name stands for: the head var and the operands of a reference. */
interface GlobalName {
  readonly head: string;
  readonly operands: readonly Term[];
  used: boolean;
}

type Globals = Map<string, GlobalName>;

/** The names that the rules of each package define, by the package's text. */
export type Exports = ReadonlyMap<string, ReadonlySet<string>>;

function packageKey(path: RefTerm): string {
  let key = '';
  for (const operand of path.operands) if (operand.kind === 'string') key += `\0${operand.value}`;
  return key;
}

export function exportsOf(modules: readonly Module[]): Exports {
  const exports = new Map<string, Set<string>>();
  for (const module of modules) {
    const key = packageKey(module.package.path);
    let names = exports.get(key);
    if (names === undefined) {
      names = new Set();
      exports.set(key, names);
    }
    for (const rule of module.rules) {
      const head = rule.head.ref.head;
      if (head.kind === 'var') names.add(head.name);
    }
  }
  return exports;
}

/** The name an import defines in its module; undefined for `future` and `rego` imports, which define none. */
export function importName(item: Import): string | undefined {
  const head = item.path.head;
  if (head.kind === 'var' && (head.name === 'future' || head.name === 'rego')) return undefined;
  return importedName(item);
}

/** The name an import has: its alias, or the last part of its path. */
export function importedName(item: Import): string | undefined {
  const head = item.path.head;
  if (item.alias !== undefined) return item.alias;
  const last = item.path.operands.at(-1);
  if (last === undefined) return head.kind === 'var' ? head.name : undefined;
  return last.kind === 'string' ? last.value : undefined;
}

function globalsOf(path: RefTerm, exports: Exports, imports: readonly Import[], loc: Loc): Globals {
  const globals: Globals = new Map();
  for (const name of exports.get(packageKey(path)) ?? []) {
    globals.set(name, { head: 'data', operands: [...path.operands, stringTerm(name, loc)], used: false });
  }
  for (const item of imports) {
    const name = importName(item);
    if (name === undefined || item.path.head.kind !== 'var') continue;
    globals.set(name, { head: item.path.head.name, operands: item.path.operands, used: false });
  }
  return globals;
}

/** Adds the variables that the expressions of a body declare: left of `:=`, and after `some`. Comprehensions are scopes of their own. */
function collectDeclared(body: Body, out: Names): void {
  for (const expr of body) {
    switch (expr.kind) {
      case 'callexpr': {
        const target = expr.args[0];
        if (target !== undefined && expr.args.length === 2 && isAssign(expr.operator)) collectTerm(target, 0, out);
        break;
      }
      case 'some':
        for (const symbol of expr.symbols) {
          if (symbol.kind === 'var') out.add(symbol.name);
          else if (symbol.kind === 'call') {
            const patterns = symbol.args.length === 3 ? symbol.args.slice(0, 2) : symbol.args.slice(0, 1);
            for (const pattern of patterns) collectTerm(pattern, 0, out);
          }
        }
        break;
      case 'every':
      case 'not':
        collectDeclared(expr.body, out);
        break;
      case 'and':
      case 'or':
        collectDeclared(expr.left, out);
        collectDeclared(expr.right, out);
        break;
      case 'termexpr':
        break;
    }
  }
}

export function isAssign(operator: RefTerm): boolean {
  return operator.operands.length === 0 && operator.head.kind === 'var' && operator.head.name === 'assign';
}

/** Variables declared directly by one expression, as OPA looks for the place of an unused one. */
export function declaredBy(expr: Expr): Set<string> {
  const out = new Set<string>();
  collectDeclared([expr], out);
  return out;
}

/** Declared variables that hide a global name; most bodies declare none. */
class HidingNames implements Names {
  private readonly globals: Globals;
  names: Set<string> | undefined;

  constructor(globals: Globals) {
    this.globals = globals;
  }

  add(name: string): void {
    if (this.globals.has(name)) (this.names ??= new Set()).add(name);
  }
}

class Resolver {
  private readonly globals: Globals;
  private readonly context: AnalysisContext;
  private readonly strict: boolean;
  private readonly scopes: ReadonlySet<string>[] = [];

  constructor(globals: Globals, context: AnalysisContext, strict: boolean) {
    this.globals = globals;
    this.context = context;
    this.strict = strict;
  }

  /** Runs `f` with the variables that `body` declares (and `more`) hiding global names. */
  within<T>(body: Body, f: () => T, more?: (out: Names) => void): T {
    const declared = new HidingNames(this.globals);
    collectDeclared(body, declared);
    more?.(declared);
    if (declared.names === undefined) return f();
    this.scopes.push(declared.names);
    const result = f();
    this.scopes.pop();
    return result;
  }

  private global(name: string): GlobalName | undefined {
    const found = this.globals.get(name);
    if (found === undefined) return undefined;
    for (const scope of this.scopes) if (scope.has(name)) return undefined;
    found.used = true;
    return found;
  }

  readonly term = (term: Term): Term => {
    switch (term.kind) {
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
        return term;
      case 'var':
        return this.variable(term);
      case 'ref':
        return this.ref(term);
      case 'array':
      case 'set': {
        const items = mapShared(term.items, this.term);
        return items === term.items ? term : { ...term, items };
      }
      case 'object': {
        const entries = mapEntries(term.entries, this.term);
        return entries === term.entries ? term : { ...term, entries };
      }
      case 'call': {
        const operator = this.ref(term.operator);
        const args = mapShared(term.args, this.term);
        return operator === term.operator && args === term.args ? term : { ...term, operator, args };
      }
      case 'arraycomprehension':
      case 'setcomprehension':
        return this.within(term.body, () => {
          const inner = this.term(term.term);
          const body = this.body(term.body);
          return inner === term.term && body === term.body ? term : { ...term, term: inner, body };
        });
      case 'objectcomprehension':
        return this.within(term.body, () => {
          const key = this.term(term.key);
          const value = this.term(term.value);
          const body = this.body(term.body);
          return key === term.key && value === term.value && body === term.body ? term : { ...term, key, value, body };
        });
      case 'templatestring': {
        const parts = mapShared(term.parts, (part) => (part.kind === 'string' ? part : this.expr(part)));
        return parts === term.parts ? term : { ...term, parts: parts as readonly (StringTerm | Expr)[] };
      }
    }
  };

  private variable(term: VarTerm): Term {
    if (isWildcard(term.name)) return term;
    const found = this.global(term.name);
    if (found === undefined) return term;
    return {
      kind: 'ref',
      head: { kind: 'var', name: found.head, loc: term.loc },
      operands: found.operands,
      loc: term.loc,
    };
  }

  ref(term: RefTerm): RefTerm {
    const operands = mapShared(term.operands, this.term);
    const head = term.head;
    if (head.kind === 'var') {
      const found = this.global(head.name);
      if (found !== undefined) {
        return {
          kind: 'ref',
          head: { kind: 'var', name: found.head, loc: head.loc },
          operands: operands.length === 0 ? found.operands : [...found.operands, ...operands],
          loc: term.loc,
        };
      }
      return operands === term.operands ? term : { ...term, operands };
    }
    const resolved = this.term(head);
    return resolved === head && operands === term.operands ? term : { ...term, head: resolved, operands };
  }

  private modifier = (modifier: With): With => {
    const target = this.ref(modifier.target);
    const value = this.term(modifier.value);
    return target === modifier.target && value === modifier.value ? modifier : { ...modifier, target, value };
  };

  readonly expr = (expr: Expr): Expr => {
    const modifiers = expr.with.length === 0 ? expr.with : mapShared(expr.with, this.modifier);
    const sameWith = modifiers === expr.with;
    switch (expr.kind) {
      case 'termexpr': {
        const term = this.term(expr.term);
        return sameWith && term === expr.term ? expr : { ...expr, term, with: modifiers };
      }
      case 'callexpr': {
        const operator = this.ref(expr.operator);
        const first = expr.args[0];
        if (first !== undefined && isAssign(operator)) {
          const root = rootDocument(first);
          if (root !== undefined) this.context.rootAssignments.push({ expr, root, strict: this.strict });
        }
        const args = mapShared(expr.args, this.term);
        return sameWith && operator === expr.operator && args === expr.args
          ? expr
          : { ...expr, operator, args, with: modifiers };
      }
      case 'some': {
        const symbols = expr.symbols[0]?.kind === 'call' ? mapShared(expr.symbols, this.term) : expr.symbols;
        return sameWith && symbols === expr.symbols ? expr : { ...expr, symbols, with: modifiers };
      }
      case 'every': {
        const { domain, body } = this.within(
          [],
          () => ({ domain: this.term(expr.domain), body: this.body(expr.body) }),
          (out) => {
            if (expr.key !== undefined) collectTerm(expr.key, 0, out);
            collectTerm(expr.value, 0, out);
          },
        );
        return sameWith && domain === expr.domain && body === expr.body
          ? expr
          : { ...expr, domain, body, with: modifiers };
      }
      case 'not': {
        const body = this.within(expr.body, () => this.body(expr.body));
        return sameWith && body === expr.body ? expr : { ...expr, body, with: modifiers };
      }
      case 'and':
      case 'or': {
        const left = this.within(expr.left, () => this.body(expr.left));
        const right = this.within(expr.right, () => this.body(expr.right));
        return sameWith && left === expr.left && right === expr.right
          ? expr
          : { ...expr, left, right, with: modifiers };
      }
    }
  };

  body(body: Body): Body {
    return mapShared(body, this.expr);
  }
}

/** The variables of arguments that hide global names; undefined when an argument would hide a document, which is reported. */
function collectArgs(rule: Rule, context: AnalysisContext, out: Names): boolean {
  const visit = (term: Term): boolean => {
    const root = rootDocument(term);
    if (root !== undefined) {
      context.report('rego_compile_error', rule.loc, `args must not shadow ${root} (use a different variable name)`, {
        hint: `rename the argument ${root}`,
      });
      return false;
    }
    switch (term.kind) {
      case 'var':
        out.add(term.name);
        return true;
      case 'ref':
        return visit(term.head) && term.operands.every(visit);
      case 'array':
        return term.items.every(visit);
      case 'object':
        return term.entries.every((entry) => visit(entry.value));
      default:
        return true;
    }
  };
  return (rule.head.args ?? []).every(visit);
}

function resolveRule(rule: Rule, resolver: Resolver, context: AnalysisContext): Rule {
  let valid = true;
  const resolved = resolver.within(
    rule.body,
    () => (valid ? resolveParts(rule, resolver) : rule),
    rule.head.args === undefined
      ? undefined
      : (out) => {
          valid = collectArgs(rule, context, out);
        },
  );
  if (rule.else === undefined) return resolved;
  const otherwise = resolveRule(rule.else, resolver, context);
  return otherwise === resolved.else ? resolved : { ...resolved, else: otherwise };
}

/** The rule with the names in its own head and body resolved. */
function resolveParts(rule: Rule, resolver: Resolver): Rule {
  const { head } = rule;
  const operands = mapShared(head.ref.operands, resolver.term);
  const key = head.key === undefined ? undefined : resolver.term(head.key);
  const value = head.value === undefined ? undefined : resolver.term(head.value);
  const body = resolver.body(rule.body);
  const sameHead = operands === head.ref.operands && key === head.key && value === head.value;
  if (sameHead && body === rule.body) return rule;
  return {
    kind: 'rule',
    isDefault: rule.isDefault,
    head: sameHead ? head : { ...head, ref: { ...head.ref, operands }, key, value },
    body,
    bodyImplied: rule.bodyImplied,
    usesIf: rule.usesIf,
    else: rule.else,
    annotations: rule.annotations,
    loc: rule.loc,
  };
}

/** Resolves the names in every module. In strict mode, imports that no rule uses are faults. */
export function resolveReferences(modules: readonly Module[], context: AnalysisContext): readonly Module[] {
  const exports = exportsOf(modules);
  return mapShared(modules, (module) => {
    const globals = globalsOf(module.package.path, exports, module.imports, module.package.loc);
    const resolver = new Resolver(globals, context, context.options.strict === true || isV1(module));
    const rules = mapShared(module.rules, (rule) => resolveRule(rule, resolver, context));
    if (context.options.strict === true) {
      for (const item of module.imports) {
        const name = importName(item);
        if (name !== undefined && globals.get(name)?.used === false) {
          context.report('rego_compile_error', item.loc, `${importText(item)} unused`, { hint: 'remove the import' });
        }
      }
    }
    return rules === module.rules ? module : { ...module, rules };
  });
}

/** Resolves the names in a query, as if it stood in the package with the imports. */
export function resolveQuery(
  body: Body,
  path: RefTerm | undefined,
  imports: readonly Import[],
  exports: Exports,
  context: AnalysisContext,
): Body {
  const loc = body[0]?.loc;
  if (loc === undefined) return body;
  const globals =
    path === undefined
      ? globalsOf({ kind: 'ref', head: { kind: 'var', name: 'data', loc }, operands: [], loc }, new Map(), imports, loc)
      : globalsOf(path, exports, imports, loc);
  const resolver = new Resolver(globals, context, context.options.strict === true);
  return resolver.within(body, () => resolver.body(body));
}
