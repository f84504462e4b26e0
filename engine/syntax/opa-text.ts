// What OPA keeps of a rule's head and of a term's text where our tree says it otherwise. OPA's JSON form and its
// formatter both show these.
import type { Loc, Rule, Term } from '../ast/nodes.ts';
import { isGround } from './rules.ts';

/** The name OPA gives a rule's head beside its reference; empty when it gives none. */
export function headName(rule: Rule): string {
  const { ref, args, key, value } = rule.head;
  if (ref.head.kind !== 'var') return '';
  if (ref.operands.length === 0) return ref.head.name;
  if (rule.isDefault || ref.operands.length !== 1 || key !== undefined) return '';
  if (rule.usesIf === true) return value === undefined ? '' : ref.head.name;
  return args === undefined ? ref.head.name : '';
}

/** The key OPA gives a rule's head: the key of a partial set, or the last part of a reference of two. */
export function headKey(rule: Rule): Term | undefined {
  const { ref, args, key } = rule.head;
  const [operand] = ref.operands;
  if (key !== undefined) return key;
  if (rule.isDefault || operand === undefined || ref.operands.length !== 1 || args !== undefined) return undefined;
  return rule.usesIf !== true || !isGround(operand) || operand.kind === 'ref' ? operand : undefined;
}

/**
 * The place of a term with OPA's text: that of a number ends after its sign or leading dot, that of a reference into a
 * literal begins with the literal's last character.
 */
export function opaLoc(term: Term, source: string): Loc {
  const { loc } = term;
  if (term.kind === 'number') {
    const first = source[loc.offset];
    return first === '-' || first === '.' ? { ...loc, end: loc.offset + 1 } : loc;
  }
  if (term.kind !== 'ref' || term.operands.length === 0) return loc;
  const { head } = term;
  const literal = head.kind !== 'var' && head.kind !== 'call' && head.loc.offset === loc.offset;
  return literal ? { ...loc, offset: head.loc.end - 1 } : loc;
}
