// What to write instead, for slips that people coming from other languages make.
// OPA's own texts, with the hints OPA gives, are made where the fault is found.
import type { Fault } from './state.ts';

interface Slip {
  /** In OPA's message. */
  readonly message: RegExp;
  /** In the source from the line's start to the fault, when that matters. */
  readonly before?: RegExp;
  /** In the source from the fault on. */
  readonly after?: RegExp;
  readonly hint: string;
}

const SLIPS: readonly Slip[] = [
  {
    message: /^unexpected and token/,
    after: /^&/,
    hint: 'write each condition on a line of its own: all of a body must hold',
  },
  {
    message: /^unexpected or token/,
    after: /^\|/,
    hint: 'write a rule once for each alternative: one of them must hold',
  },
  { message: /^illegal ! character/, hint: 'negate with `not`: `not x`' },
  {
    message: /^illegal token/,
    after: /^['\u2018\u2019\u201c\u201d]/,
    hint: 'strings are written in double quotes, raw strings in back-quotes',
  },
  { message: /^illegal token/, after: /^\?/, hint: 'there is no conditional operator: write two rules, or `else`' },
  { message: /^illegal (?:token|\$)/, after: /^\$/, hint: 'template strings begin with $" or $`' },
  { message: /^illegal utf-8 character/, hint: 'save the file as UTF-8' },
  { message: /^illegal null character/, hint: 'the file holds a NUL byte: is it UTF-16 or binary?' },
  {
    message: /^illegal escape sequence|^illegal string literal/,
    hint: String.raw`escapes are \" \\ \/ \b \f \n \r \t \uXXXX; raw strings in back-quotes have none`,
  },
  { message: /^non-terminated string/, hint: 'a string ends on its line: use back-quotes for several lines' },
  {
    message: /^expected fraction|^illegal number format|without leading zero/,
    hint: 'numbers are decimal, as in JSON',
  },
  { message: /^unexpected unify token|^unexpected eq token/, before: /=\s*$/, hint: 'compare with `==`' },
  { message: /^found empty body/, hint: 'a body needs an expression: `true` always holds' },
  {
    message: /^`if` keyword is required/,
    hint: 'write `if` before the body: `p if { … }`; Rego v0 is read with `--v0-compatible`',
  },
  {
    message: /^`contains` keyword is required/,
    hint: 'write `p contains x if { … }`; Rego v0 is read with `--v0-compatible`',
  },
  { message: /^package expected/, hint: 'begin the file with `package NAME`' },
  { message: /^empty module/, hint: 'begin the file with `package NAME`' },
  { message: /^unexpected import path, must begin/, hint: 'import from `data` or `input`: `import data.NAME`' },
  { message: /^unexpected eof token/, before: /\{[^}]*$/, hint: 'close the body or object with `}`' },
  { message: /cannot be used for rule name$/, hint: 'a rule begins with its name: `NAME := value` or `NAME if { … }`' },
  {
    message: /illegal negation of 'some'/,
    hint: 'negate the whole: put `some` into a rule of its own and write `not` before its name',
  },
  { message: /illegal negation of 'every'/, hint: 'write a rule with the `every` and negate that rule' },
  { message: /^else keyword cannot/, hint: 'write a function, or a rule for each case' },
  { message: /^max parsing recursion depth exceeded/, hint: 'nest less deeply: 500 levels are allowed' },
];

/** A hint for a fault, if it is a known slip. */
export function hintFor(fault: Fault, source: string): string | undefined {
  const { message, loc } = fault;
  // The end of a file counts as the end of its last line with text.
  const end = source.slice(loc.offset).trim() === '' ? source.trimEnd().length : loc.offset;
  const lineStart = source.lastIndexOf('\n', end - 1) + 1;
  const before = source.slice(Math.max(lineStart, end - 200), end);
  const after = source.slice(loc.offset, loc.offset + 20);
  return SLIPS.find(
    (slip) => slip.message.test(message) && (slip.before?.test(before) ?? true) && (slip.after?.test(after) ?? true),
  )?.hint;
}
