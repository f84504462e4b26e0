// Calls of `glob.match` that say enough of a text for a rule index: patterns whose parts between delimiters are either written out or `*`.
// These are the patterns that OPA's rule index looks at, too.
import { operatorName } from '../analysis/core.ts';
import type { CallExpr, Expr, Term } from '../ast/nodes.ts';

/** `glob.match(pattern, delimiters, subject)`, which holds for texts of certain parts. */
export interface GlobTest {
  readonly call: CallExpr;
  readonly subject: Term;
  /** The delimiter, where there is just one. */
  readonly delimiter: string | undefined;
  /** What each part has to be; undefined where it may be anything. */
  readonly parts: readonly (string | undefined)[];
}

/** What the expression tests; undefined when it is something else or says no more than the built-in itself would. */
export function globTest(expr: Expr): GlobTest | undefined {
  if (expr.kind !== 'callexpr' || expr.negated || expr.with.length > 0 || expr.args.length !== 3) return undefined;
  const { head, operands } = expr.operator;
  if (head.kind !== 'var' || head.name !== 'glob' || operands.length !== 1) return undefined;
  if (operatorName(expr.operator) !== 'glob.match') return undefined;
  const [pattern, separators, subject] = expr.args as [Term, Term, Term];
  const delimiters = delimitersOf(separators);
  if (pattern.kind !== 'string' || delimiters === undefined) return undefined;
  const parts: (string | undefined)[] = [];
  for (const part of splitAt(pattern.value, delimiters)) {
    if (part !== '*' && SPECIAL.test(part)) return undefined;
    parts.push(part === '*' ? undefined : part);
  }
  return { call: expr, subject, delimiter: delimiters.length === 1 ? delimiters : undefined, parts };
}

/** What makes a part of a pattern stand for more than itself. */
const SPECIAL = /[*?[{\\\0]/;

/** Delimiters as one text, each a character; an empty list stands for the full stop. */
function delimitersOf(term: Term): string | undefined {
  if (term.kind !== 'array') return undefined;
  let delimiters = '';
  for (const item of term.items) {
    if (item.kind !== 'string' || item.value.length !== 1 || item.value > '\x7f' || item.value === '\\')
      return undefined;
    delimiters += item.value;
  }
  return delimiters === '' ? '.' : delimiters;
}

function splitAt(text: string, delimiters: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (!delimiters.includes(text[i]!)) continue;
    parts.push(text.slice(start, i));
    start = i + 1;
  }
  parts.push(text.slice(start));
  return parts;
}
