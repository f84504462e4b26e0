// What formatting must keep of a module: its rules, whatever they look like.
// Laying them out is the business of the other files of this folder.
import { termKey } from '../../ast/compare.ts';
import type { Body, Expr, Module, Node, Rule, StringTerm, TemplateString } from '../../ast/nodes.ts';
import { rewrite } from '../../ast/walk.ts';

/** Text that is the same for modules with the same package and rules. Wildcards are all alike. */
export function meaningOf(module: Module): string {
  return [termKey(module.package.path), ...module.rules.map(ruleKey)].join('\n');
}

function ruleKey(rule: Rule): string {
  const { ref, args, key, value } = rule.head;
  return JSON.stringify([
    rule.isDefault,
    termKey(anonymous(ref)),
    args?.map((arg) => termKey(anonymous(arg))),
    key && termKey(anonymous(key)),
    // What is not written is true.
    key === undefined ? (value === undefined ? 'true' : termKey(anonymous(value))) : undefined,
    bodyKey(rule.body),
    rule.else && ruleKey(rule.else),
  ]);
}

function bodyKey(body: Body): string[] {
  return body.map((expr) => termKey(anonymous(expr)));
}

/** The node with all wildcards named alike, also those that formatting has given a name, and constants in template strings as text. */
function anonymous<N extends Node>(node: N): N {
  return rewrite(node, (n) => {
    if (n.kind === 'var' && /^[$_]\d+$/.test(n.name)) return { ...n, name: '_' };
    return n.kind === 'templatestring' ? { ...n, parts: foldConstants(n.parts) } : n;
  });
}

function foldConstants(parts: TemplateString['parts']): TemplateString['parts'] {
  const folded: (StringTerm | Expr)[] = [];
  for (const part of parts) {
    const text = constantText(part);
    const last = folded.at(-1);
    if (text === undefined) folded.push(part);
    else if (last?.kind === 'string') folded[folded.length - 1] = { ...last, value: last.value + text };
    else folded.push({ kind: 'string', value: text, loc: part.loc });
  }
  return folded;
}

/** What a constant part shows; undefined for other expressions. */
function constantText(part: StringTerm | Expr): string | undefined {
  if (part.kind === 'string') return part.value;
  if (part.kind !== 'termexpr' || part.with.length > 0) return undefined;
  const { term } = part;
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
    case 'string':
      return String(term.value);
    case 'number':
      return term.text;
    default:
      return undefined;
  }
}
