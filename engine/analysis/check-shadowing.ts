// Pass: rules, arguments and variables named `input` or `data`, and imports of one name twice, are faults in Rego v1 and in strict mode.
// Redeclared local variables are found where locals are renamed.
import type { Module, Rule } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { isV1 } from './context.ts';
import { importText } from './message-text.ts';
import { importedName } from './resolve-references.ts';
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
  checkRootAssignments(context);
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
}

/** Assigned variables that hide a document; they were found where references were resolved. */
export function checkRootAssignments(context: AnalysisContext): void {
  for (const { expr, root, strict } of context.rootAssignments) {
    if (!strict) continue;
    context.report('rego_compile_error', expr.loc, `variables must not shadow ${root} (use a different variable name)`);
  }
}

/** Two imports of one name in a module. */
export function checkDuplicateImports(modules: readonly Module[], context: AnalysisContext): void {
  for (const module of modules) {
    if (module.imports.length < 2 || !isStrict(module, context)) continue;
    const seen = new Map<string, string>();
    for (const item of module.imports) {
      const name = importedName(item);
      if (name === undefined) continue;
      const earlier = seen.get(name);
      if (earlier === undefined) seen.set(name, importText(item));
      else {
        context.report('rego_compile_error', item.loc, `import must not shadow ${earlier}`, {
          hint: 'give it another name with `as`',
        });
      }
    }
  }
}
