// Pass: rules, arguments and variables named `input` or `data`, and imports of one name twice, are faults in Rego v1 and in strict mode.
// Redeclared local variables are found where locals are renamed.
import type { Body, Expr, Module, Rule, Term } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { isV1 } from './context.ts';
import { importText } from './message-text.ts';
import { importName, isAssign } from './resolve-references.ts';
import { rootDocument } from './terms.ts';

function isStrict(module: Module, context: AnalysisContext): boolean {
  return context.options.strict === true || isV1(module);
}

/** Rules, arguments and assigned variables that hide a document. */
export function checkRootDocumentOverrides(modules: readonly Module[], context: AnalysisContext): void {
  for (const module of modules) {
    if (!isStrict(module, context)) continue;
    for (const rule of module.rules) checkRule(rule, context);
  }
}

function checkRule(rule: Rule, context: AnalysisContext): void {
  const head = rule.head.ref.head;
  if (head.kind === 'var' && (head.name === 'input' || head.name === 'data')) {
    context.report('rego_compile_error', rule.loc, `rules must not shadow ${head.name} (use a different rule name)`);
  }
  for (const arg of rule.head.args ?? []) {
    const root = rootDocument(arg);
    if (root !== undefined) {
      context.report('rego_compile_error', arg.loc, `args must not shadow ${root} (use a different variable name)`);
    }
  }
  for (let branch: Rule | undefined = rule; branch !== undefined; branch = branch.else) {
    const { key, value, args } = branch.head;
    for (const arg of args ?? []) checkTerm(arg, context);
    for (const operand of branch.head.ref.operands) checkTerm(operand, context);
    if (key !== undefined) checkTerm(key, context);
    if (value !== undefined) checkTerm(value, context);
    checkQueryShadowing(branch.body, context);
  }
}

/** Assigned variables in a body that hide a document. */
export function checkQueryShadowing(body: Body, context: AnalysisContext): void {
  for (const expr of body) checkExpr(expr, context);
}

function checkExpr(expr: Expr, context: AnalysisContext): void {
  for (const modifier of expr.with) checkTerm(modifier.value, context);
  switch (expr.kind) {
    case 'termexpr':
      checkTerm(expr.term, context);
      return;
    case 'callexpr': {
      const target = expr.args[0];
      if (target !== undefined && isAssign(expr.operator)) {
        const root = rootDocument(target);
        if (root !== undefined) {
          context.report(
            'rego_compile_error',
            expr.loc,
            `variables must not shadow ${root} (use a different variable name)`,
          );
        }
      }
      for (const arg of expr.args) checkTerm(arg, context);
      return;
    }
    case 'some':
      for (const symbol of expr.symbols) checkTerm(symbol, context);
      return;
    case 'every':
      checkTerm(expr.domain, context);
      checkQueryShadowing(expr.body, context);
      return;
    case 'not':
      checkQueryShadowing(expr.body, context);
      return;
    case 'and':
    case 'or':
      checkQueryShadowing(expr.left, context);
      checkQueryShadowing(expr.right, context);
      return;
  }
}

/** Only comprehensions hold expressions. */
function checkTerm(term: Term, context: AnalysisContext): void {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return;
    case 'ref':
      checkTerm(term.head, context);
      for (const operand of term.operands) checkTerm(operand, context);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) checkTerm(item, context);
      return;
    case 'object':
      for (const entry of term.entries) {
        checkTerm(entry.key, context);
        checkTerm(entry.value, context);
      }
      return;
    case 'call':
      for (const arg of term.args) checkTerm(arg, context);
      return;
    case 'arraycomprehension':
    case 'setcomprehension':
      checkTerm(term.term, context);
      checkQueryShadowing(term.body, context);
      return;
    case 'objectcomprehension':
      checkTerm(term.key, context);
      checkTerm(term.value, context);
      checkQueryShadowing(term.body, context);
      return;
    case 'templatestring':
      for (const part of term.parts) if (part.kind !== 'string') checkExpr(part, context);
      return;
  }
}

/** Two imports of one name in a module. */
export function checkDuplicateImports(modules: readonly Module[], context: AnalysisContext): void {
  for (const module of modules) {
    if (!isStrict(module, context)) continue;
    const seen = new Map<string, string>();
    for (const item of module.imports) {
      const name = importName(item);
      if (name === undefined) continue;
      const earlier = seen.get(name);
      if (earlier === undefined) seen.set(name, importText(item));
      else
        context.report('rego_compile_error', item.loc, `import must not shadow ${earlier}`, {
          hint: 'give it another name with `as`',
        });
    }
  }
}
