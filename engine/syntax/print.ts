// Prints trees as Rego source that parses back to the same tree, locations apart. Comments are not part of the tree.
// Layout as people like it is `format.ts`'s business; metadata blocks are printed by `print-metadata.ts`.
import type {
  Body,
  CallTerm,
  Expr,
  Head,
  Import,
  Module,
  Node,
  Package,
  RefTerm,
  RegoVersion,
  Rule,
  StringTerm,
  TemplateString,
  Term,
  With,
} from '../ast/nodes.ts';
import { printMetadata } from './print-metadata.ts';

const NAME = /^[A-Za-z_][A-Za-z_0-9]*$/;

/** How tightly an infix operator binds; `in` is loosest, `:=` and `=` stand outside of terms. */
const LEVELS: Readonly<Record<string, number>> = {
  ':=': -1,
  '=': -1,
  in: 0,
  '==': 1,
  '!=': 1,
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '|': 2,
  '&': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
};

/** Any node as source. Bodies of rules are written with `if` unless the version is v0. */
export function printNode(node: Node, version: RegoVersion = 'v1'): string {
  switch (node.kind) {
    case 'module':
      return printModule(node);
    case 'package':
      return printPackage(node);
    case 'import':
      return printImport(node);
    case 'rule':
      return printRule(node, version);
    case 'head':
      return printHead(node, version, true);
    case 'comment':
      return `#${node.text}`;
    case 'annotations':
      return printMetadata(node);
    case 'with':
      return printWith(node);
    case 'termexpr':
    case 'callexpr':
    case 'some':
    case 'every':
    case 'not':
    case 'and':
    case 'or':
      return printExpr(node);
    default:
      return printTerm(node);
  }
}

/** A module as source: metadata blocks and everything else but comments. */
export function printModule(module: Module): string {
  const blocks = [...module.annotations];
  // A block describes the next statement, so blocks keep their places among the statements.
  const before = (offset: number): string => {
    const count = blocks.findIndex((block) => block.loc.offset > offset);
    const due = blocks.splice(0, count < 0 ? blocks.length : count);
    return due.map((block) => `${printMetadata(block)}\n\n`).join('');
  };
  const head = `${before(module.package.loc.offset)}${printPackage(module.package)}\n`;
  const imports = module.imports.map((node) => `${printImport(node)}\n`).join('');
  const rules = module.rules.map((rule) => `\n${before(rule.loc.offset)}${printRule(rule, module.version)}\n`);
  return head + (imports === '' ? '' : `\n${imports}`) + rules.join('');
}

function printPackage({ path }: Package): string {
  return `package ${printPath(path.operands)}`;
}

/** A path that begins with a string, written as a name. */
function printPath(operands: readonly Term[]): string {
  const [first, ...rest] = operands;
  const root = first?.kind === 'string' ? first.value : 'data';
  return root + rest.map(printOperand).join('');
}

function printImport({ path, alias }: Import): string {
  return `import ${printTerm(path)}${alias === undefined ? '' : ` as ${alias}`}`;
}

/** A rule with its `else` chain. */
export function printRule(rule: Rule, version: RegoVersion = 'v1'): string {
  const head = `${rule.isDefault ? 'default ' : ''}${printHead(rule.head, version, rule.usesIf ?? version === 'v1')}`;
  let text = head + printRuleBody(rule, version);
  for (let next = rule.else; next !== undefined; next = next.else) {
    const { value, assign } = next.head;
    text += ` else${value === undefined ? '' : ` ${assign ? ':=' : '='} ${printTop(value)}`}${printRuleBody(next, version)}`;
  }
  return text;
}

function printRuleBody(rule: Rule, version: RegoVersion): string {
  if (rule.bodyImplied) return '';
  const keyword = version === 'v1' || rule.usesIf === true ? ' if' : '';
  return `${keyword} ${printBraces(rule.body)}`;
}

function printHead(head: Head, version: RegoVersion, usesIf: boolean): string {
  const { ref, args, key, value, assign } = head;
  let text = printTerm(ref);
  if (args !== undefined) text += `(${args.map(printItem).join(', ')})`;
  if (key !== undefined) {
    const bracket = version === 'v0' && !usesIf && ref.operands.length === 0;
    text += bracket ? `[${printTop(key)}]` : ` contains ${printTop(key)}`;
  }
  if (value !== undefined) text += ` ${assign ? ':=' : '='} ${printTop(value)}`;
  return text;
}

/** A body in braces, an expression a line. */
function printBraces(body: Body): string {
  // `{ a | b }` would be a comprehension.
  const lines = body.map((expr, i) => (i === 0 && startsUnion(expr) ? printUnionExpr(expr) : printExpr(expr)));
  return `{\n${joinLines(lines.map((line) => `\t${line}`))}\n}`;
}

/** Expressions on lines of their own. A minus at the beginning of a line would continue the line before. */
function joinLines(lines: readonly string[]): string {
  return lines.map((line, i) => (lines[i + 1]?.trimStart().startsWith('-') === true ? `${line};` : line)).join('\n');
}

function startsUnion(expr: Expr): expr is Extract<Expr, { kind: 'callexpr' }> {
  return (
    expr.kind === 'callexpr' &&
    !expr.negated &&
    expr.infix !== undefined &&
    (LEVELS[expr.infix] ?? -1) >= 0 &&
    hasUnion(exprCall(expr))
  );
}

function exprCall({ operator, args, infix, loc }: Extract<Expr, { kind: 'callexpr' }>): CallTerm {
  return { kind: 'call', operator, args, ...(infix !== undefined && { infix }), loc };
}

function printUnionExpr(expr: Extract<Expr, { kind: 'callexpr' }>): string {
  return `(${printCall(exprCall(expr))})${printWiths(expr.with)}`;
}

/** Expressions on one line, as comprehensions have them. */
export function printBody(body: Body): string {
  return body.map(printExpr).join('; ');
}

/** An expression with its `with` modifiers. */
export function printExpr(expr: Expr): string {
  const not = 'negated' in expr && expr.negated ? 'not ' : '';
  return not + printBareExpr(expr) + printWiths(expr.with);
}

function printBareExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'termexpr':
      return printTop(expr.term);
    case 'callexpr': {
      const [left, right] = expr.args;
      const { infix } = expr;
      if ((infix === ':=' || infix === '=') && left !== undefined && right !== undefined && expr.args.length === 2) {
        return `${printItem(left)} ${infix} ${printTop(right)}`;
      }
      return printTop(exprCall(expr));
    }
    case 'some':
      return `some ${expr.symbols.map((s) => printTop(s)).join(', ')}`;
    case 'every': {
      const key = expr.key === undefined ? '' : `${printTerm(expr.key)}, `;
      return `every ${key}${printTerm(expr.value)} in ${printAt(expr.domain, 1)} ${printBraces(expr.body)}`;
    }
    case 'not': {
      const [only] = expr.body;
      if (expr.explicitBody === true || only === undefined || expr.body.length > 1)
        return `not ${printBraces(expr.body)}`;
      return needsGroup(only) || only.kind === 'not' ? `not (${printExpr(only)})` : `not ${printExpr(only)}`;
    }
    case 'and':
    case 'or': {
      const left = printSide(expr.left, expr.explicitLeft, expr.kind, false);
      return `${left} ${expr.kind} ${printSide(expr.right, expr.explicitRight, expr.kind, true)}`;
    }
  }
}

function needsGroup(expr: Expr): boolean {
  return expr.with.length > 0 || expr.kind === 'and' || expr.kind === 'or';
}

/** A side of `and` or `or`: in braces as written, in parentheses where it would be read otherwise. */
function printSide(body: Body, explicit: boolean | undefined, operator: 'and' | 'or', right: boolean): string {
  const [only] = body;
  if (explicit === true || only === undefined || body.length > 1) return printBraces(body);
  const text = printExpr(only);
  const chain = only.kind === 'and' || only.kind === 'or';
  const looser =
    chain && (right ? only.kind === operator || only.kind === 'or' : operator === 'and' && only.kind === 'or');
  return only.with.length > 0 || looser || text.startsWith('{') ? `(${text})` : text;
}

function printWiths(withs: readonly With[]): string {
  return withs.map((w) => ` ${printWith(w)}`).join('');
}

function printWith({ target, value }: With): string {
  return `with ${printTerm(target)} as ${printTop(value)}`;
}

/** A term where infix operators need no parentheses. */
function printTop(term: Term): string {
  return term.kind === 'call' ? printCall(term) : printTerm(term);
}

/** A term inside a list or on the left of `:=`, where `k, v in xs` needs parentheses and a union could be taken for a comprehension. */
function printItem(term: Term): string {
  return isMemberWithKey(term) || hasUnion(term) ? `(${printTop(term)})` : printTop(term);
}

function isMemberWithKey(term: Term): boolean {
  return term.kind === 'call' && term.infix === 'in' && term.args.length === 3;
}

function hasUnion(term: Term): boolean {
  return term.kind === 'call' && term.infix !== undefined && (term.infix === '|' || term.args.some(hasUnion));
}

/** A term as an operand that must bind at least as tightly as `level`. */
function printAt(term: Term, level: number): string {
  if (term.kind !== 'call' || term.infix === undefined || !isInfix(term)) return printTerm(term);
  return (LEVELS[term.infix] ?? 0) < level ? `(${printCall(term)})` : printCall(term);
}

function isInfix({ infix, args }: CallTerm): boolean {
  return infix !== undefined && (args.length === 2 || (infix === 'in' && args.length === 3));
}

function printCall(call: CallTerm): string {
  const { operator, args, infix } = call;
  if (infix === undefined || !isInfix(call)) return `${printTerm(operator)}(${args.map(printItem).join(', ')})`;
  const level = LEVELS[infix] ?? 0;
  if (level <= 0) {
    const parts = args.map((arg) => printAt(arg, 1));
    return `${parts.slice(0, -1).join(', ')} ${infix} ${parts.at(-1) ?? ''}`;
  }
  const [left, right] = args;
  return left === undefined || right === undefined
    ? ''
    : `${printAt(left, level)} ${infix} ${printAt(right, level + 1)}`;
}

/** A term as Rego source; infix operators are in parentheses. */
export function printTerm(term: Term): string {
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number':
      return term.text;
    case 'string':
      return printString(term);
    case 'var':
      return term.name.startsWith('$') ? '_' : term.name;
    case 'ref':
      return printRef(term);
    case 'array':
      return `[${term.items.map(printItem).join(', ')}]`;
    case 'set':
      return term.items.length === 0 ? 'set()' : `{${term.items.map(printItem).join(', ')}}`;
    case 'object':
      return `{${term.entries.map(({ key, value }) => `${printItem(key)}: ${printItem(value)}`).join(', ')}}`;
    case 'arraycomprehension':
      return `[${printTerm(term.term)} | ${printBody(term.body)}]`;
    case 'setcomprehension':
      return `{${printTerm(term.term)} | ${printBody(term.body)}}`;
    case 'objectcomprehension':
      return `{${printTerm(term.key)}: ${printTerm(term.value)} | ${printBody(term.body)}}`;
    case 'call':
      return isInfix(term) ? `(${printCall(term)})` : printCall(term);
    case 'templatestring':
      return printTemplate(term);
  }
}

function printRef({ head, operands }: RefTerm): string {
  return printTerm(head) + operands.map(printOperand).join('');
}

function printOperand(operand: Term): string {
  return operand.kind === 'string' && NAME.test(operand.value) ? `.${operand.value}` : `[${printTop(operand)}]`;
}

/** Characters that can't stand in a source file unescaped. */
const UNSAFE = /[\u0000\ufeff]/;

function printString({ value, raw }: StringTerm): string {
  if (raw === true && !value.includes('`') && !UNSAFE.test(value)) return `\`${value}\``;
  return `"${escapeText(value)}"`;
}

function escapeText(value: string): string {
  return JSON.stringify(value).slice(1, -1).replaceAll('\ufeff', '\\ufeff');
}

function printTemplate({ parts, multiLine }: TemplateString): string {
  const quote = multiLine ? '`' : '"';
  const text = parts.map((part) => {
    if (part.kind !== 'string') return `{${printExpr(part)}}`;
    return (multiLine ? part.value : escapeText(part.value)).replaceAll('{', '\\{');
  });
  return `$${quote}${text.join('')}${quote}`;
}
