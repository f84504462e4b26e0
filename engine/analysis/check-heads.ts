// Pass: heads of rules that are references, where the capabilities are those of an OPA that did not have them.
import type { Module, Rule } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { refText } from './message-text.ts';

/** Heads that the capabilities do not have: `a.b.c := 1` needs `rule_head_ref_string_prefixes`, `a[x].b := 1` needs `rule_head_refs`; `rego_v1` brings both. */
export function checkHeads(modules: readonly Module[], context: AnalysisContext): void {
  const { features } = context.options;
  if (features === undefined || features.includes('rego_v1') || features.includes('rule_head_refs')) return;
  const hasPrefixes = features.includes('rule_head_ref_string_prefixes');
  for (const { rules } of modules)
    for (const rule of rules) {
      if (!hasPrefixes) checkName(rule, context);
      else checkPrefix(rule, context);
    }
}

/** `a.b := 1` was an entry of an object always. */
function checkName({ head, isDefault, loc }: Rule, context: AnalysisContext): void {
  const { length } = head.ref.operands;
  const isEntry = length === 1 && head.args === undefined && head.key === undefined && !isDefault;
  if (length === 0 || isEntry) return;
  context.report('rego_compile_error', loc, `rule heads with refs are not supported: ${refText(head.ref)}`);
}

/** All but the key of an entry have to be strings. */
function checkPrefix({ head, loc }: Rule, context: AnalysisContext): void {
  const { operands } = head.ref;
  const prefix = head.key === undefined ? operands.slice(0, -1) : operands;
  for (const operand of prefix) {
    if (operand.kind === 'string') continue;
    const text = `rule heads with general refs (containing variables) are not supported: ${refText(head.ref)}`;
    context.report('rego_type_error', loc, text);
  }
}
