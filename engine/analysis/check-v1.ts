// What Rego v1 forbids of a module that stands alone, in OPA's order: for the formatter, which writes v1 of nothing else.
// Missing `if` and `contains` are no faults here: the formatter adds them.
import type { Module } from '../ast/nodes.ts';
import { walk } from '../ast/walk.ts';
import { builtinByName } from '../builtins/table.ts';
import type { Diagnostic, DiagnosticCode } from '../diagnostics/diagnostic.ts';
import { isKeywordOfV1 } from '../syntax/versions.ts';
import { operatorName } from './core.ts';
import { importText } from './message-text.ts';
import { importedName } from './resolve-references.ts';
import { rootDocument } from './terms.ts';

/** The faults of a parsed module under Rego v1; empty when it has none. */
export function checkRegoV1(module: Module): readonly Diagnostic[] {
  const [imports, rules, variables, calls, names] = [[], [], [], [], []] as Diagnostic[][] as [
    Diagnostic[],
    Diagnostic[],
    Diagnostic[],
    Diagnostic[],
    Diagnostic[],
  ];
  const fault = (code: DiagnosticCode, message: string, { loc }: Pick<Module, 'loc'>): Diagnostic => ({
    code,
    severity: 'error',
    message,
    loc,
  });
  const seen = new Map<string, string>();
  for (const item of module.imports) {
    const name = importedName(item);
    if (name === undefined) continue;
    const earlier = seen.get(name);
    if (earlier === undefined) seen.set(name, importText(item));
    else imports.push(fault('rego_compile_error', `import must not shadow ${earlier}`, item));
  }
  for (const rule of module.rules) {
    const { head, operands } = rule.head.ref;
    const name = head.kind === 'var' ? head.name : '';
    if (name === 'input' || name === 'data')
      rules.push(fault('rego_compile_error', `rules must not shadow ${name} (use a different rule name)`, rule));
    for (const arg of rule.head.args ?? []) {
      const root = rootDocument(arg);
      if (root !== undefined)
        rules.push(fault('rego_compile_error', `args must not shadow ${root} (use a different variable name)`, arg));
    }
    if (operands.length === 0 && isKeywordOfV1(name))
      names.push(fault('rego_parse_error', `${name} keyword cannot be used for rule name`, rule));
  }
  walk(module.rules, (node) => {
    if (node.kind !== 'call' && node.kind !== 'callexpr') return;
    const name = operatorName(node.operator);
    const root = name === 'assign' && node.args[0] !== undefined ? rootDocument(node.args[0]) : undefined;
    if (root !== undefined)
      variables.push(
        fault('rego_compile_error', `variables must not shadow ${root} (use a different variable name)`, node),
      );
    if (builtinByName(name)?.deprecated === true)
      calls.push(fault('rego_type_error', `deprecated built-in function calls in expression: ${name}`, node));
  });
  return [...imports, ...rules, ...variables, ...calls, ...names];
}
