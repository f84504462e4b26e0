// Built-ins of the family `regex` that modules may leave to the host: `regex.find_n` and `regex.split` only modules of OPA do.
// Left to others: the engine itself (go-regexp.ts) and the intersection of globs (glob-intersection.ts).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { quoteGo } from '../../value/rego-text.ts';
import type { Value } from '../../value/value.ts';
import { globsIntersect } from './glob-intersection.ts';
import { cachedRegexp, GoRegexp, groupText, quoteMeta } from './go-regexp.ts';
import { integerOperand, stringOperand } from './operands.ts';

/** A limit on the number of matches as the loops take it. */
function limitOperand(value: Value): number {
  return Number(integerOperand(value, 3));
}

/** The template's text with regular expressions between delimiters, as one anchored pattern. */
function templatePattern(template: string, open: string, close: string): string {
  let pattern = '^';
  let level = 0;
  let last = 0;
  let start = 0;
  const unbalanced = (): never => {
    throw new BuiltinError(`unbalanced braces in ${quoteGo(template)}`);
  };
  const parts: string[] = [];
  for (let i = 0; i < template.length; i++) {
    if (template[i] === open) {
      if (++level === 1) start = i;
    } else if (template[i] === close) {
      if (--level < 0) unbalanced();
      if (level > 0) continue;
      const inner = template.slice(start + 1, i);
      parts.push(inner);
      pattern += `${quoteMeta(template.slice(last, start))}(${inner})`;
      last = i + 1;
    }
  }
  if (level !== 0) unbalanced();
  // Each part must be a pattern of its own: `<a)(b>` is none.
  for (const part of parts) GoRegexp.compile(`^${part}$`);
  return `${pattern}${quoteMeta(template.slice(last))}$`;
}

function templateMatch(template: Value, text: Value, open: Value, close: Value): boolean {
  const source = stringOperand(template, 1);
  const subject = stringOperand(text, 2);
  const start = stringOperand(open, 3);
  const end = stringOperand(close, 4);
  // The reference counts bytes, and reports the length of the start for both.
  const length = Buffer.byteLength(start);
  for (const [name, delimiter] of [
    ['start', start],
    ['end', end],
  ] as const) {
    if (Buffer.byteLength(delimiter) === 1) continue;
    throw new BuiltinError(`${name} delimiter has to be exactly one character long but is ${length} long`);
  }
  return cachedRegexp(templatePattern(source, start, end)).test(subject);
}

/** `regex.*`. All run in time linear in the text per match. */
export const REGEX_BUILTINS: HostBuiltins = {
  'regex.find_n': (_, pattern, text, limit) => {
    const source = stringOperand(pattern!, 1);
    const subject = stringOperand(text!, 2);
    const count = limitOperand(limit!);
    return cachedRegexp(source)
      .findAll(subject, count, false)
      .map((found) => groupText(subject, found, 0));
  },
  'regex.replace': (_, text, pattern, template) => {
    const subject = stringOperand(text!, 1);
    const source = stringOperand(pattern!, 2);
    const replacement = stringOperand(template!, 3);
    return cachedRegexp(source).replaceAll(subject, replacement);
  },
  'regex.split': (_, pattern, text) => {
    const source = stringOperand(pattern!, 1);
    const subject = stringOperand(text!, 2);
    return cachedRegexp(source).split(subject);
  },
  'regex.template_match': (_, template, text, open, close) => templateMatch(template!, text!, open!, close!),
  'regex.globs_match': (_, left, right) => globsIntersect(stringOperand(left!, 1), stringOperand(right!, 2)),
};
