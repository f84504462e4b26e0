// Rules on the page: heads, bodies, `else` chains, laid out as `opa fmt` does.
// Terms and expressions are the business of `terms.ts`.
import type { Head, Rule, Term } from '../../ast/nodes.ts';
import { sortedEntries, sortedItems } from '../../ast/compare.ts';
import { quoteGo } from '../../value/rego-text.ts';
import { printTerm } from '../print.ts';
import { headKey } from '../opa-text.ts';
import { losing, rewriteAsWas, swallowing, textOf, writeAsWas } from './context.ts';
import type { FormatContext } from './context.ts';
import { BRACES, PARENTHESES, SQUARE, closingRow, countBreaks } from './places.ts';
import { writeBody, writeExpr, writeArguments, writeRef, writeTerm } from './terms.ts';

/** What the target version asks of rules. */
export interface RuleStyle {
  /** `if` before bodies. */
  readonly ifs: boolean;
  /** `contains` for partial sets. */
  readonly contains: boolean;
  /** Rego v1: `:=` always, values spelled out. */
  readonly v1: boolean;
  /** A head of the module has more than two parts: all are printed as references. */
  readonly refHeads: boolean;
}

/** Rules with blank lines between them; one-liners that stood together stay together. */
export function writeRules(f: FormatContext, style: RuleStyle, rules: readonly Rule[]): void {
  rules.forEach((rule, i) => {
    swallowing(() => f.layout.insertComments(rule.loc));
    swallowing(() => writeRule(f, style, rule));
    const next = rules[i + 1];
    const together =
      next !== undefined && isGroupable(style, rule) && isGroupable(style, next) && next.loc.row === rule.loc.row + 1;
    if (!together) f.layout.blankLine();
    else if (f.layout.inline) f.layout.endLine();
  });
}

function isGroupable(style: RuleStyle, rule: Rule): boolean {
  return rule.body.length <= 1 && !rule.isDefault && style.ifs && (style.contains || !isPartialSet(rule));
}

function isPartialSet(rule: Rule): boolean {
  return rule.head.key !== undefined;
}

/** A rule as its writing needs it: an `else` has a head of its own form. */
interface Shown {
  readonly rule: Rule;
  readonly isElse: boolean;
  readonly key: Term | undefined;
  /** OPA's implied value stands exactly where the head stands. */
  readonly valueAtHead: boolean;
}

function isTrueBody(rule: Rule): boolean {
  const [expr] = rule.body;
  return (
    rule.body.length === 1 &&
    expr?.kind === 'termexpr' &&
    !expr.negated &&
    expr.with.length === 0 &&
    expr.term.kind === 'boolean' &&
    expr.term.value
  );
}

/** Whether a rule without its body would be another rule: `p[x] if true` a partial set. OPA drops it all the same. */
function needsBody(rule: Rule, isElse: boolean): boolean {
  const { key, value } = rule.head;
  return !isElse && key === undefined && value === undefined && headKey(rule) !== undefined;
}

function shown(f: FormatContext, rule: Rule, isElse: boolean): Shown {
  const { value, ref } = rule.head;
  const chained = f.source[rule.loc.offset] === '{';
  const implied = value === undefined && (rule.usesIf === true ? ref.operands.length === 1 : rule.bodyImplied);
  return { rule, isElse, key: isElse ? undefined : headKey(rule), valueAtHead: chained || implied };
}

function writeRule(f: FormatContext, style: RuleStyle, rule: Rule, isElse = false): void {
  const { layout } = f;
  if (!isElse) layout.startLine();
  if (rule.isDefault) layout.write('default ');
  // `p := 1` has the body `true`, which stays unwritten.
  const constant = isTrueBody(rule) && rule.else === undefined && !(f.careful && needsBody(rule, isElse));
  f.commentOnFinalRow = constant;
  const mark = layout.mark();
  const misplaced = swallowing(() => writeHead(f, style, shown(f, rule, isElse), constant));
  // OPA goes on with what it has written so far.
  if (misplaced && f.careful) rewriteAsWas(f, rule.head.loc, textOf(f, rule.head), mark);
  if (constant) {
    layout.endLine();
    return;
  }
  f.commentOnFinalRow = true;
  if (style.ifs && (style.contains || !isPartialSet(rule))) {
    layout.write(' if');
    if (writeOneLiner(f, style, rule)) return;
  }
  if (misplaced && layout.hasComments) {
    layout.write(' { ');
  } else {
    layout.write(' {');
    layout.endLine();
  }
  layout.up();
  swallowing(() => writeBody(f, rule.body));
  losing(f, () => layout.insertComments(bodyEnd(f, rule, isElse)));
  layout.down();
  layout.startLine();
  layout.write('}');
  if (rule.else !== undefined) writeElse(f, style, rule, rule.else);
}

/** A body of one expression that began on the last row of the head stays there. */
function writeOneLiner(f: FormatContext, style: RuleStyle, rule: Rule): boolean {
  const [expr] = rule.body;
  if (rule.body.length !== 1 || expr === undefined) return false;
  if (expr.loc.row !== rule.head.loc.row + countBreaks(textOf(f, rule.head))) return false;
  // OPA writes `if { {x} }` as `if {x}`, whose braces are the body's.
  if (f.careful && expr.kind === 'termexpr' && !expr.negated && expr.term.kind === 'set') return false;
  f.layout.write(' ');
  losing(f, () => writeExpr(f, expr));
  f.layout.endLine();
  if (rule.else !== undefined) writeElse(f, style, rule, rule.else);
  return true;
}

/** The row of the brace that closes the body. */
function bodyEnd(f: FormatContext, rule: Rule, isElse: boolean): { readonly row: number } {
  const text = textOf(f, rule);
  if (!isElse && rule.head.args !== undefined) return closingRow(text, rule.loc, BRACES, PARENTHESES);
  if (!isElse && headKey(rule) !== undefined) return closingRow(text, rule.loc, BRACES, SQUARE);
  return closingRow(text, rule.loc, BRACES);
}

function writeElse(f: FormatContext, style: RuleStyle, rule: Rule, otherwise: Rule): void {
  losing(f, () => {
    const { layout } = f;
    // An `else` that began its line keeps doing so.
    const lines = textOf(f, rule).split('\n');
    const row = otherwise.loc.row - rule.loc.row;
    const inline = row > 0 && row < lines.length && !(lines[row]?.trim().startsWith('else') ?? false);
    const next = layout.nextComment;
    const commentAbove = (next !== undefined && next.loc.row < otherwise.head.loc.row) || layout.trailing !== undefined;
    if (!commentAbove && inline) {
      layout.write(' ');
    } else {
      layout.blankLine();
      layout.startLine();
    }
    layout.insertComments(otherwise.head.loc);
    if (commentAbove && !inline) layout.startLine();
    writeRule(f, style, otherwise, true);
  });
}

function writeHead(
  f: FormatContext,
  style: RuleStyle,
  { rule, isElse, key, valueAtHead }: Shown,
  constant: boolean,
): void {
  const { layout } = f;
  const { head } = rule;
  if (isElse) {
    layout.insertComments(head.loc);
    if (!layout.inline) layout.startLine();
    layout.write('else');
  } else if (!writeHeadRef(f, style, head)) {
    return;
  }
  if (!isElse && head.args !== undefined) {
    layout.write('(');
    try {
      writeArguments(f, head.args, head.loc, textOf(f, head));
    } finally {
      layout.write(')');
    }
  }
  if (head.key !== undefined && !isElse) {
    if (style.contains) {
      layout.write(' contains ');
      writeTerm(f, head.key);
    } else {
      layout.write('[');
      writeTerm(f, head.key);
      layout.write(']');
    }
    return;
  }
  writeHeadValue(f, style, rule, isElse, key, valueAtHead, constant);
}

/** The name of a rule. False when the whole head had to be written as it was. */
function writeHeadRef(f: FormatContext, style: RuleStyle, head: Head): boolean {
  const { layout } = f;
  const { ref } = head;
  const [second] = ref.operands;
  if (style.refHeads || second === undefined || ref.operands.length > 1) {
    losing(f, () => writeRef(f, ref));
    return true;
  }
  const next = layout.nextComment;
  if (next !== undefined && next.loc.row === second.loc.row) {
    writeAsWas(f, head.loc, textOf(f, head));
    return false;
  }
  layout.write(`${plainText(ref.head)}[${plainText(second)}]`);
  return true;
}

/** A term without layout, as OPA writes it here: operators as calls. */
function plainText(term: Term): string {
  const list = (items: readonly Term[]): string => items.map(plainText).join(', ');
  switch (term.kind) {
    case 'string':
      return quoteGo(term.value);
    case 'call':
      return `${plainText(term.operator)}(${list(term.args)})`;
    case 'array':
      return `[${list(term.items)}]`;
    case 'set':
      return term.items.length === 0 ? 'set()' : `{${list(sortedItems(term))}}`;
    case 'object':
      return `{${sortedEntries(term)
        .map(({ key, value }) => `${plainText(key)}: ${plainText(value)}`)
        .join(', ')}}`;
    default:
      return printTerm(term);
  }
}

function writeHeadValue(
  f: FormatContext,
  style: RuleStyle,
  rule: Rule,
  isElse: boolean,
  key: Term | undefined,
  valueAtHead: boolean,
  constant: boolean,
): void {
  const { layout } = f;
  const { head } = rule;
  const isTrue = head.value === undefined || (head.value.kind === 'boolean' && head.value.value);
  if (isTrue && key === undefined && !constant && !rule.isDefault) return;
  // A reference alone would be a partial set.
  const refConstant = (style.v1 || f.careful) && constant && key === undefined && head.args === undefined;
  if (valueAtHead && !isElse && isTrue && !refConstant) return;
  layout.write(head.assign || style.v1 ? ' := ' : ' = ');
  if (head.value === undefined) {
    layout.write('true');
    return;
  }
  // OPA takes an `else` value to stand where the `else` stands.
  writeTerm(f, isElse ? { ...head.value, loc: head.loc } : head.value);
}
