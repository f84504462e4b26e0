// What Rego v1 demands of rules (and of v0 files with `import rego.v1`): `if`, `contains`, a value or a body.
// Finding the rules is the parser's business.
import type { Rule } from '../ast/nodes.ts';
import type { RuleFacts } from './rules.ts';
import type { Fault } from './state.ts';
import { V1_KEYWORDS, WORDS, isBaseKeyword } from './tokens.ts';

/** The faults of a rule and its `else` chain under Rego v1, in OPA's order. */
export function checkV1(rule: Rule, facts: ReadonlyMap<Rule, RuleFacts>): Fault[] {
  const faults: Fault[] = [];
  for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
    const fact = facts.get(r);
    if (fact === undefined) continue;
    const type = (r.head.args?.length ?? 0) > 0 ? 'function' : 'rule';
    const add = (message: string): void => {
      faults.push({ message, loc: (r as Rule).loc });
    };
    const name =
      r === rule && r.head.ref.operands.length === 0 && r.head.ref.head.kind === 'var' ? r.head.ref.head.name : '';
    if (isKeywordOfV1(name)) add(`${name} keyword cannot be used for rule name`);
    if (fact.generatedBody && fact.generatedValue) add(`${type} must have value assignment and/or body declaration`);
    if (!fact.generatedBody && !fact.usesIf && !r.isDefault) add(`\`if\` keyword is required before ${type} body`);
    if (r.head.key !== undefined && !fact.usesContains) add('`contains` keyword is required for partial set rules');
  }
  return faults;
}

/** Whether v1 has the word for itself. */
export function isKeywordOfV1(name: string): boolean {
  const token = WORDS.get(name);
  return token !== undefined && (isBaseKeyword(token) || V1_KEYWORDS.includes(name));
}
