// Terms and expressions on the page, laid out as `opa fmt` does.
// Rules, imports and whole modules are the business of `rules.ts` and `module.ts`.
import type {
  Body,
  CallTerm,
  Expr,
  Loc,
  ObjectEntry,
  RefTerm,
  StringTerm,
  TemplateString,
  Term,
  VarTerm,
  With,
} from '../../ast/nodes.ts';
import { walk } from '../../ast/walk.ts';
import { builtinByName } from '../../builtins/table.ts';
import { quoteGo } from '../../value/rego-text.ts';
import { losing, rewriteAsWas, swallowing, termText, textOf } from './context.ts';
import type { FormatContext } from './context.ts';
import { MisplacedComment } from './layout.ts';
import { BRACES, PARENTHESES, SQUARE, closingRow, countBreaks, groupByRow } from './places.ts';

/** A term. Where a comment has no place in it, it is written as it was. */
export function writeTerm(f: FormatContext, term: Term): void {
  if (!f.layout.hasComments) {
    writeTermParens(f, term, false);
    return;
  }
  const mark = f.layout.mark();
  try {
    writeTermParens(f, term, false);
  } catch (error) {
    if (error instanceof MisplacedComment) rewriteAsWas(f, term.loc, termText(f, term), mark);
    throw error;
  }
}

function writeTermParens(f: FormatContext, term: Term, parens: boolean): void {
  losing(f, () => {
    f.layout.insertComments(term.loc);
    if (!f.layout.inline) f.layout.startLine();
    writeBareTerm(f, term, parens);
    if (!f.layout.inline) f.layout.startLine();
  });
}

function writeBareTerm(f: FormatContext, term: Term, parens: boolean): void {
  const { layout } = f;
  switch (term.kind) {
    case 'null':
    case 'boolean':
      layout.write(term.kind === 'null' ? 'null' : String(term.value));
      break;
    case 'number':
      layout.write(numberText(f, term));
      break;
    case 'string':
      layout.write(stringText(f, term));
      break;
    case 'var':
      layout.write(varText(f, term));
      break;
    case 'ref':
      writeRef(f, term);
      break;
    case 'array':
      layout.write('[');
      finallyWriting(f, ']', () =>
        writeList(f, term.items, term.loc, termText(f, term), SQUARE, (item) => writeItem(f, item)),
      );
      break;
    case 'set':
      writeSet(f, term, termText(f, term));
      break;
    case 'object':
      layout.write('{');
      finallyWriting(f, '}', () => writeEntries(f, term.entries, term.loc, termText(f, term)));
      break;
    case 'arraycomprehension':
      layout.write('[');
      finallyWriting(f, ']', () => writeComprehension(f, term.term, term.body, term.loc, termText(f, term), SQUARE));
      break;
    case 'setcomprehension':
      layout.write('{');
      finallyWriting(f, '}', () => writeComprehension(f, term.term, term.body, term.loc, termText(f, term), BRACES));
      break;
    case 'objectcomprehension':
      writeObjectComprehension(f, term);
      break;
    case 'templatestring':
      writeTemplate(f, term);
      break;
    case 'call':
      writeCall(f, term, parens);
  }
}

function finallyWriting(f: FormatContext, text: string, write: () => void): void {
  try {
    write();
  } finally {
    f.layout.write(text);
  }
}

/** A number as written, without a space after its sign. The zero of `-x` has no text of its own. */
function numberText(f: FormatContext, term: Extract<Term, { kind: 'number' }>): string {
  const text = textOf(f, term).replace(/[\s()]/g, '');
  return /^-?[\d.]/.test(text) && /\d$/.test(text) ? text : term.text;
}

function stringText(f: FormatContext, term: StringTerm): string {
  const text = termText(f, term);
  if (text.startsWith('`')) return text;
  const quote = text.at(-1);
  // The text may begin before the string, with the `else :=` of its rule.
  if (quote === '"' || quote === '`') {
    const start = text.indexOf(quote);
    if (start >= 0) return text.slice(start);
  }
  return quoteGo(term.value);
}

function varText(f: FormatContext, { name }: VarTerm): string {
  return f.wildcards.get(name) ?? (name.startsWith('$') ? '_' : name);
}

function writeSet(f: FormatContext, term: Extract<Term, { kind: 'set' }>, text: string): void {
  if (term.items.length === 0) {
    f.layout.write('set()');
    f.layout.insertComments(closingRow(text, term.loc, PARENTHESES));
    return;
  }
  f.layout.write('{');
  finallyWriting(f, '}', () => writeList(f, term.items, term.loc, text, BRACES, (item) => writeItem(f, item)));
}

/** Whether a term is a union, which looks like a comprehension inside a collection. */
function isUnion(term: Term): term is CallTerm {
  return term.kind === 'call' && isNamed(term.operator, 'or');
}

function isNamed(operator: RefTerm, name: string): boolean {
  return operator.operands.length === 0 && operator.head.kind === 'var' && operator.head.name === name;
}

function beginsWithParenthesis(f: FormatContext, term: Term): boolean {
  return f.source[term.loc.offset] === '(';
}

/** An element of a collection, or an argument. A union keeps its parentheses: without them it may look like a comprehension. */
function writeItem(f: FormatContext, term: Term): void {
  if (!isUnion(term) || !beginsWithParenthesis(f, term)) {
    writeTerm(f, term);
    return;
  }
  f.layout.write('(');
  finallyWriting(f, ')', () => writeTerm(f, term));
}

function writeEntries(f: FormatContext, entries: readonly ObjectEntry[], loc: Loc, text: string): void {
  const write = ({ key, value }: ObjectEntry): void => {
    if (isUnion(key)) f.layout.write('(');
    writeTerm(f, key);
    if (isUnion(key)) f.layout.write(')');
    f.layout.write(': ');
    writeItem(f, value);
  };
  writeElements(f, entries, loc, text, BRACES, ({ key }) => key, write);
}

function writeList(
  f: FormatContext,
  items: readonly Term[],
  loc: Loc,
  text: string,
  brackets: typeof SQUARE,
  write: (item: Term) => void,
): void {
  writeElements(f, items, loc, text, brackets, (item) => item, write);
}

/**
 * Elements separated by commas. Those that were on one row share one; when there are several rows, or the first element was
 * not on the row of the bracket, each row gets a line. `loc` and `text` are the place that holds the brackets.
 */
function writeElements<T extends Term | ObjectEntry>(
  f: FormatContext,
  elements: readonly T[],
  loc: Loc,
  text: string,
  brackets: typeof SQUARE,
  firstTerm: (element: T) => Term,
  write: (element: T) => void,
): void {
  const { layout } = f;
  const placeless = elements.some((element) => 'kind' in element && hasNoPlace(element));
  const lines = placeless ? [[...elements]] : groupByRow(elements, (e) => firstTerm(e).loc, loc);
  const close = closingRow(text, loc, brackets);
  let multiline = lines.length > 1;
  if (!multiline) {
    if (layout.hasCommentBetween(loc.row, close.row)) throw new MisplacedComment();
    const [first] = lines[0] ?? [];
    if (first !== undefined) {
      const cut = text.indexOf(termText(f, firstTerm(first)));
      multiline = cut > 0 && text.slice(0, cut).indexOf('\n') > 0;
    }
  }
  losing(f, () => {
    if (multiline) layout.startMultiline();
    lines.forEach((line, i) => {
      if (i > 0) {
        layout.write(',');
        layout.endLine();
        layout.startLine();
      }
      line.forEach((element, j) => {
        if (j > 0) layout.write(', ');
        write(element);
      });
    });
    if (!multiline) return;
    layout.write(',');
    layout.endLine();
    layout.insertComments(close);
    layout.down();
    layout.startLine();
  });
}

/** Whether rows say nothing of an element: a part of it was not written (the zero of `-x`), or a variable is a generated one. */
function hasNoPlace(element: Term | Expr): boolean {
  let found = false;
  walk(element, (node) => {
    if (node.kind === 'call' && node.infix === '-') found ||= node.operator.loc.offset === node.args[0]?.loc.offset;
    if (node.kind === 'var') found ||= node.name.startsWith('__local');
    return !found;
  });
  return found;
}

function writeComprehension(
  f: FormatContext,
  term: Term,
  body: Body,
  loc: Loc,
  text: string,
  brackets: typeof SQUARE,
  place: Loc = term.loc,
): void {
  if (place.row - loc.row >= 1) {
    f.layout.endLine();
    f.layout.startLine();
  }
  const parens = term.kind === 'call' && (isUnion(term) || f.source[place.offset] === '(');
  losing(f, () => writeTermParens(f, { ...term, loc: place }, parens));
  f.layout.write(' |');
  writeInnerBody(f, body, place, closingRow(text, loc, brackets));
}

function writeObjectComprehension(f: FormatContext, term: Extract<Term, { kind: 'objectcomprehension' }>): void {
  const { key, value, body, loc } = term;
  f.layout.write('{');
  finallyWriting(f, '}', () => {
    if (key.loc.row - loc.row > 1) {
      f.layout.endLine();
      f.layout.startLine();
    }
    if (isUnion(key)) f.layout.write('(');
    losing(f, () => writeTerm(f, key));
    if (isUnion(key)) f.layout.write(')');
    f.layout.write(': ');
    // The value counts as being where the key is, so that it stays on its line; OPA then takes the key's text for its own.
    const isBracketed = value.kind === 'object' || value.kind === 'array' || value.kind === 'set';
    const { row, col } = key.loc;
    const place = isBracketed && !f.careful ? key.loc : { ...value.loc, row, col };
    writeComprehension(f, value, body, loc, termText(f, term), BRACES, place);
  });
}

/** A body after `|` or `{`: on the line when it was there, else a line for each expression. */
export function writeInnerBody(f: FormatContext, body: Body, after: Loc, close: { readonly row: number }): void {
  const { layout } = f;
  const severalRows = !body.some(hasNoPlace) && groupByRow(body, (expr) => expr.loc, after).length > 1;
  const [first] = body;
  if (first !== undefined && (first.loc.row > after.row || severalRows)) {
    layout.endLine();
    layout.up();
    try {
      writeBody(f, body);
      losing(f, () => layout.insertComments(close));
    } finally {
      layout.down();
      layout.startLine();
    }
    return;
  }
  layout.write(' ');
  body.forEach((expr, i) => {
    if (i > 0) layout.write('; ');
    writeExpr(f, expr);
  });
  losing(f, () => layout.insertComments(close));
}

/** A body with a line for each expression; blank lines between them stay. */
export function writeBody(f: FormatContext, body: Body): void {
  const { layout } = f;
  const [first] = body;
  if (first !== undefined) layout.insertComments(first.loc);
  body.forEach((expr, i) => {
    const previous = body[i - 1];
    if (previous !== undefined && expr.loc.row > previous.loc.row + countBreaks(textOf(f, previous)) + 1)
      layout.blankLine();
    layout.startLine();
    // In front, a union would make the body a comprehension.
    const parens = f.careful && i === 0 && isUnionExpr(expr);
    if (parens) layout.write('(');
    swallowing(() => writeExpr(f, expr));
    if (parens) layout.write(')');
    layout.endLine();
  });
}

function isUnionExpr(expr: Expr): boolean {
  return expr.kind === 'callexpr' && !expr.negated && expr.with.length === 0 && isNamed(expr.operator, 'or');
}

/** An expression with its modifiers. */
export function writeExpr(f: FormatContext, expr: Expr): void {
  const { layout } = f;
  layout.insertComments(expr.loc);
  if (!layout.inline) layout.startLine();
  const mark = layout.mark();
  const { trailing } = layout;
  try {
    writeBareExpr(f, expr);
  } catch (error) {
    // OPA goes on with what it has written so far.
    if (!f.careful || !(error instanceof MisplacedComment)) throw error;
    layout.trailing = trailing;
    rewriteAsWas(
      f,
      expr.loc,
      f.source.slice(expr.loc.offset, expr.with[0]?.loc.offset ?? expr.loc.end).trimEnd(),
      mark,
    );
  }
  writeWiths(f, expr);
}

function writeBareExpr(f: FormatContext, expr: Expr): void {
  if ('negated' in expr && expr.negated) f.layout.write('not ');
  switch (expr.kind) {
    case 'termexpr':
      writeTerm(f, expr.term);
      break;
    case 'callexpr':
      writeCallExpr(f, expr);
      break;
    default:
      losing(f, () => writeKeywordExpr(f, expr));
  }
}

function writeKeywordExpr(f: FormatContext, expr: Exclude<Expr, { kind: 'termexpr' | 'callexpr' }>): void {
  switch (expr.kind) {
    case 'some':
      writeSome(f, expr);
      break;
    case 'every':
      writeEvery(f, expr);
      break;
    case 'not':
      writeNot(f, expr);
      break;
    case 'and':
    case 'or':
      writeLogical(f, expr);
  }
}

/** `with` modifiers: those on the row on which the expression ended follow on its line, others are indented. */
function writeWiths(f: FormatContext, expr: Expr): void {
  const [first] = expr.with;
  if (first === undefined) return;
  const { layout } = f;
  const before = f.source.slice(expr.loc.offset, first.loc.offset).replace(/[ \t\r\n]+$/, '');
  let row = expr.loc.row + countBreaks(before);
  let indented = false;
  try {
    expr.with.forEach((item, i) => {
      const inline = i === 0 && item.loc.row === row;
      const breaks = !inline && item.loc.row > row;
      if (breaks) {
        if (!indented) layout.up();
        indented = true;
        layout.endLine();
        layout.startLine();
      }
      if (inline || breaks) ({ row } = item.loc);
      writeWith(f, item, breaks);
    });
  } finally {
    if (indented) layout.down();
  }
}

function writeWith(f: FormatContext, { target, value, loc }: With, indented: boolean): void {
  losing(f, () => {
    f.layout.insertComments(loc);
    f.layout.write(indented ? 'with ' : ' with ');
    // A bare name is a reference without operands here.
    writeTerm(f, target.operands.length === 0 ? target.head : target);
    f.layout.write(' as ');
  });
  swallowing(() => writeTerm(f, value));
}

function writeSome(f: FormatContext, expr: Extract<Expr, { kind: 'some' }>): void {
  const { layout } = f;
  layout.insertComments(expr.loc);
  layout.write('some ');
  let { row } = expr.loc;
  expr.symbols.forEach((symbol, i) => {
    if (symbol.kind === 'call') {
      writeIn(f, symbol.args, false);
      return;
    }
    if (symbol.loc.row > row) {
      layout.endLine();
      layout.startLine();
      layout.write('\t');
      ({ row } = symbol.loc);
    } else if (i > 0) {
      layout.write(' ');
    }
    writeTerm(f, symbol);
    if (i < expr.symbols.length - 1) layout.write(',');
  });
}

function writeEvery(f: FormatContext, expr: Extract<Expr, { kind: 'every' }>): void {
  const { layout } = f;
  layout.insertComments(expr.loc);
  layout.write('every ');
  if (expr.key !== undefined) {
    writeTerm(f, expr.key);
    layout.write(', ');
  }
  writeTerm(f, expr.value);
  layout.write(' in ');
  writeTerm(f, expr.domain);
  layout.write(' {');
  swallowing(() => writeInnerBody(f, expr.body, expr.loc, closingRow(textOf(f, expr), expr.loc, BRACES)));
  if (expr.body.length === 1 && expr.body[0]?.loc.row === expr.loc.row) layout.write(' ');
  layout.write('}');
}

function writeNot(f: FormatContext, expr: Extract<Expr, { kind: 'not' }>): void {
  const { layout } = f;
  layout.insertComments(expr.loc);
  layout.write('not ');
  // OPA forgets the space after several expressions in the braces of a `not`.
  writeOperandBody(f, expr.body, expr.explicitBody, expr.loc, textOf(f, expr), expr.body.length === 1);
}

/** The body of `not`, or a side of `and` or `or`: in braces as written, in parentheses where it would be read otherwise. */
function writeOperandBody(
  f: FormatContext,
  body: Body,
  explicit: boolean | undefined,
  loc: Loc,
  text: string,
  spaced = true,
): void {
  const { layout } = f;
  const [only] = body;
  if (explicit !== true && body.length === 1 && only !== undefined) {
    const parens = leadsWithBrace(only) || only.kind === 'and' || only.kind === 'or' || only.with.length > 0;
    if (parens) layout.write('(');
    swallowing(() => writeExpr(f, only));
    if (parens) layout.write(')');
    return;
  }
  layout.write('{');
  swallowing(() => writeInnerBody(f, body, loc, closingRow(text, loc, BRACES)));
  if (body.at(-1)?.loc.row === loc.row && spaced) layout.write(' ');
  layout.write('}');
}

function leadsWithBrace(expr: Expr): boolean {
  if (expr.kind === 'termexpr') return termLeadsWithBrace(expr.term);
  if (expr.kind !== 'callexpr' || builtinByName(nameOf(expr.operator))?.infix === undefined) return false;
  const [left] = expr.args;
  return left !== undefined && termLeadsWithBrace(left);
}

function termLeadsWithBrace(term: Term): boolean {
  switch (term.kind) {
    case 'set':
      return term.items.length > 0;
    case 'object':
    case 'setcomprehension':
    case 'objectcomprehension':
      return true;
    case 'ref':
      return termLeadsWithBrace(term.head);
    default:
      return false;
  }
}

function writeLogical(f: FormatContext, expr: Extract<Expr, { kind: 'and' | 'or' }>): void {
  const { layout } = f;
  writeSide(f, expr.left, expr.explicitLeft, expr.kind, false);
  const right = expr.right[0]?.loc.row ?? expr.loc.row;
  const left = expr.left.at(-1);
  const end = left === undefined ? right : left.loc.row + countBreaks(textOf(f, left));
  layout.write(` ${expr.kind}`);
  if (expr.explicitRight !== true && right > end) {
    layout.endLine();
    layout.startLine();
    layout.write('\t');
  } else {
    layout.write(' ');
  }
  writeSide(f, expr.right, expr.explicitRight, expr.kind, true);
}

function writeSide(
  f: FormatContext,
  body: Body,
  explicit: boolean | undefined,
  operator: 'and' | 'or',
  right: boolean,
): void {
  const [only] = body;
  const chain =
    only !== undefined && body.length === 1 && explicit !== true && (only.kind === 'and' || only.kind === 'or');
  if (
    chain &&
    only.with.length === 0 &&
    (right ? operator === 'or' && only.kind === 'and' : only.kind === operator || operator === 'or')
  ) {
    swallowing(() => writeExpr(f, only));
    return;
  }
  const loc = only?.loc ?? { file: '', row: 0, col: 0, offset: 0, end: 0 };
  const brace = explicit === true ? f.source.lastIndexOf('{', loc.offset) : loc.offset;
  const rows = countBreaks(f.source.slice(brace, loc.offset));
  const place = { ...loc, row: loc.row - rows, offset: brace };
  writeOperandBody(f, body, explicit, place, f.source.slice(brace, closingIndex(f.source, brace)));
}

/** The index after the brace that closes the one at `open`. */
function closingIndex(source: string, open: number): number {
  let depth = 0;
  for (let i = open; i < source.length; i++) {
    if (source[i] === '{') depth++;
    else if (source[i] === '}' && --depth === 0) return i + 1;
  }
  return source.length;
}

/** The name of a built-in: `count`, `io.jwt.decode`. */
function nameOf(operator: RefTerm): string {
  const parts = operator.operands.map((o) => (o.kind === 'string' ? o.value : '?'));
  return [operator.head.kind === 'var' ? operator.head.name : '?', ...parts].join('.');
}

function writeCallExpr(f: FormatContext, expr: Extract<Expr, { kind: 'callexpr' }>): void {
  const { operator, args } = expr;
  const builtin = builtinByName(nameOf(operator));
  const [left, right] = args;
  if (builtin?.infix === 'in' && args.length === builtin.args.length) {
    losing(f, () => writeIn(f, args, false));
    return;
  }
  if (
    builtin?.infix === undefined ||
    args.length !== builtin.args.length ||
    left === undefined ||
    right === undefined
  ) {
    losing(f, () => writePlainCall(f, operator, args));
    return;
  }
  losing(f, () => writeOperandTerm(f, left, builtin.infix));
  f.layout.write(` ${builtin.infix} `);
  writeOperandTerm(f, right, builtin.infix);
}

/**
 * A side of an operator. OPA leaves out parentheses around `in`, which binds loosest, and around unions, which could make a
 * body a comprehension.
 */
function writeOperandTerm(f: FormatContext, term: Term, infix: string | undefined): void {
  const loose = term.kind === 'call' && term.infix === 'in' && infix !== ':=' && infix !== '=';
  const parens = f.careful && (loose || isUnion(term));
  if (parens) f.layout.write('(');
  writeTerm(f, term);
  if (parens) f.layout.write(')');
}

/** Arguments between the parentheses, which the caller writes; `loc` and `text` are the place that holds them. */
export function writeArguments(f: FormatContext, args: readonly Term[], loc: Loc, text: string): void {
  writeList(f, args, loc, text, PARENTHESES, (item) => writeItem(f, item));
}

function writePlainCall(f: FormatContext, operator: RefTerm, args: readonly Term[]): void {
  writeRef(f, operator);
  f.layout.write('(');
  finallyWriting(f, ')', () => writeArguments(f, args, operator.loc, textOf(f, operator)));
}

function writeCall(f: FormatContext, call: CallTerm, parens: boolean): void {
  const { operator, args } = call;
  const builtin = builtinByName(nameOf(operator));
  const [left, right] = args;
  if (
    builtin?.infix === undefined ||
    args.length !== builtin.args.length ||
    left === undefined ||
    right === undefined
  ) {
    writePlainCall(f, operator, args);
  } else if (builtin.infix === 'in') {
    writeIn(f, args, true, parens);
  } else {
    if (parens) f.layout.write('(');
    writeTermParens(f, left, true);
    f.layout.write(` ${builtin.infix} `);
    writeTermParens(f, right, true);
    if (parens) f.layout.write(')');
  }
}

/**
 * `x in xs`, `k, v in xs`; the latter in parentheses inside of a term. `operand`: it is a side of another operator, where OPA
 * leaves out parentheses that are needed.
 */
function writeIn(f: FormatContext, operands: readonly Term[], parens: boolean, operand = false): void {
  const around = operands.length === 3 ? parens : operand && f.careful;
  if (around) f.layout.write('(');
  try {
    operands.forEach((operand, i) => {
      if (i > 0) f.layout.write(i === operands.length - 1 ? ' in ' : ', ');
      writeTermParens(f, operand, true);
    });
  } finally {
    if (around) f.layout.write(')');
  }
}

/** A reference: `.name` where it may be so, else brackets. */
export function writeRef(f: FormatContext, ref: RefTerm): void {
  const { head, operands } = ref;
  writeTermParens(f, head, head.kind === 'call' && beginsWithParenthesis(f, head));
  for (const operand of operands) writeOperand(f, operand);
}

function writeOperand(f: FormatContext, operand: Term): void {
  const { layout } = f;
  if (operand.kind === 'string') {
    layout.write(stringOperandText(f, operand));
  } else if (operand.kind === 'var') {
    layout.write(`[${varText(f, operand)}]`);
  } else {
    layout.write('[');
    // What was written as it was may end with a comment.
    if (swallowing(() => writeTerm(f, operand))) layout.write('\n');
    layout.write(']');
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A string in a reference: a keyword in quotes stays so. */
export function stringOperandText(f: FormatContext, { value, loc }: StringTerm): string {
  const quoted = f.keywords.has(value) && f.source[loc.offset] === '"';
  return NAME.test(value) && !quoted ? `.${value}` : `[${quoteGo(value)}]`;
}

function writeTemplate(f: FormatContext, term: TemplateString): void {
  const { layout } = f;
  const quote = term.multiLine ? '`' : '"';
  layout.write(`$${quote}`);
  term.parts.forEach((part, i) => {
    if (part.kind === 'string') layout.write(templateText(part.value, term.multiLine));
    else if (isConstant(f, part)) layout.write(constantText(part.term));
    else writeTemplateExpr(f, part, term.parts[i + 1]);
  });
  layout.write(quote);
}

/** OPA writes a scalar in a template string as part of the text, unless a comment stands before it. */
function isConstant(f: FormatContext, expr: Expr): expr is Extract<Expr, { kind: 'termexpr' }> {
  if (expr.kind !== 'termexpr' || expr.with.length > 0) return false;
  const scalar = ['null', 'boolean', 'number', 'string'].includes(expr.term.kind);
  const brace = f.source.lastIndexOf('{', expr.loc.offset);
  return scalar && !f.source.slice(brace, expr.loc.offset).includes('#');
}

function constantText(term: Term): string {
  switch (term.kind) {
    case 'string':
      return templateText(term.value, false);
    case 'number':
      return term.text;
    case 'boolean':
      return String(term.value);
    default:
      return 'null';
  }
}

function templateText(value: string, raw: boolean): string {
  return (raw ? value : quoteGo(value).slice(1, -1)).replaceAll('{', '\\{');
}

function writeTemplateExpr(f: FormatContext, expr: Expr, next: StringTerm | Expr | undefined): void {
  const { layout } = f;
  layout.write('{');
  layout.up();
  if (layout.trailing !== undefined) {
    layout.endLine();
    layout.startLine();
  } else {
    const before = layout.takeBefore(expr.loc);
    if (before.length > 0) {
      layout.write(' ');
      layout.inline = true;
      layout.writeComments(before);
    }
  }
  writeExpr(f, expr);
  const after = next === undefined ? [] : layout.takeBefore(next.loc);
  if (after.length > 0) {
    layout.endLine();
    layout.writeComments(after);
    layout.startLine();
  }
  layout.write('}');
  layout.down();
}
