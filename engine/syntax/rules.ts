// Rules: heads, bodies, `else` chains, `default`, and statements that turn out to be rules without a body.
// Which forms a version allows is checked in `versions.ts`.
import { compareTerms } from '../ast/compare.ts';
import { rewrite } from '../ast/walk.ts';
import type { Annotations, Body, CallTerm, Expr, Head, Loc, Node, RefTerm, Rule, Term, With } from '../ast/nodes.ts';
import { parseBody, parseLiteral } from './bodies.ts';
import { printTerm } from './print.ts';
import type { ParserState } from './state.ts';
import { parseInfix, parseRuleName } from './terms.ts';
import { T } from './tokens.ts';

/** What of a rule's writing the tree does not keep, and the version checks and OPA's JSON form need. */
export interface RuleFacts {
  readonly usesIf: boolean;
  readonly usesContains: boolean;
  /** OPA counts the body as generated. */
  readonly generatedBody: boolean;
  /** OPA counts the value as generated. */
  readonly generatedValue: boolean;
}

interface HeadParts {
  ref: RefTerm;
  args?: readonly Term[];
  key?: Term;
  value?: Term;
  assign: boolean;
  usesContains: boolean;
  loc: Loc;
}

/** The rules that a statement defines; undefined, perhaps with faults, when it is something else. */
export function parseRules(p: ParserState, facts: Map<Rule, RuleFacts>): Rule[] | undefined {
  const start = p.loc();
  p.keywordAsRefHead();
  const isDefault = p.tok === T.default;
  if (isDefault) {
    p.scan();
    p.keywordAsRefHead();
  }
  if (p.tok !== T.ident) return undefined;
  const parts = parseHead(p, isDefault);
  if (parts === undefined) return undefined;
  if (isDefault) return parseDefault(p, start, parts, facts);
  return parseBodies(p, start, parts, facts);
}

function makeHead(parts: HeadParts): Head {
  const { ref, args, key, value, assign, loc } = parts;
  return { kind: 'head', ref, args, key, value, assign, loc };
}

const NO_WITHS: readonly With[] = [];
const NO_ANNOTATIONS: readonly Annotations[] = [];

function trueBody(loc: Loc): Body {
  return [
    {
      kind: 'termexpr',
      negated: false,
      term: { kind: 'boolean', value: true, loc },
      with: NO_WITHS,
      generated: true,
      loc,
    },
  ];
}

function parseDefault(p: ParserState, loc: Loc, parts: HeadParts, facts: Map<Rule, RuleFacts>): Rule[] | undefined {
  if (!checkDefault(p, loc, parts)) return undefined;
  const head = makeHead(parts);
  const body = trueBody(loc);
  const rule: Rule = {
    kind: 'rule',
    isDefault: true,
    head,
    body,
    bodyImplied: true,
    usesIf: undefined,
    else: undefined,
    annotations: NO_ANNOTATIONS,
    loc,
  };
  facts.set(rule, { usesIf: false, usesContains: parts.usesContains, generatedBody: false, generatedValue: false });
  return [rule];
}

const TYPE_NAMES: ReadonlyMap<Node['kind'], string> = new Map<Node['kind'], string>([
  ['ref', 'ref'],
  ['var', 'var'],
  ['call', 'call'],
]);

function checkDefault(p: ParserState, loc: Loc, parts: HeadParts): boolean {
  const { value, args } = parts;
  // OPA gives `default p` the value true, and a reference of two parts none.
  if (value === undefined && (parts.usesContains || (parts.ref.operands.length === 1 && args === undefined))) {
    p.error(loc, 'illegal default rule (must have a value)');
    return false;
  }
  let valid = true;
  const checkValue = (term: Term): void => {
    const name = TYPE_NAMES.get(term.kind);
    if (name !== undefined) {
      p.error(loc, `illegal default rule (value cannot contain ${name})`);
      valid = false;
    } else if (term.kind === 'array' || term.kind === 'set') {
      term.items.forEach(checkValue);
    } else if (term.kind === 'object') {
      for (const entry of term.entries) {
        checkValue(entry.key);
        checkValue(entry.value);
      }
    } else if (term.kind === 'templatestring') {
      for (const part of term.parts) if (part.kind === 'termexpr') checkValue(part.term);
    }
  };
  if (value !== undefined) checkValue(value);
  if (!valid) return false;
  const seen = new Set<string>();
  for (const arg of args ?? []) {
    if (arg.kind !== 'var') {
      p.error(loc, `illegal default rule (arguments cannot contain ${arg.kind})`);
      valid = false;
    } else if (seen.has(arg.name)) {
      p.error(loc, `illegal default rule (arguments cannot be repeated ${arg.name})`);
      valid = false;
    } else {
      seen.add(arg.name);
    }
  }
  return valid;
}

function parseHead(p: ParserState, isDefault: boolean): HeadParts | undefined {
  const start = p.loc();
  const name = parseRuleName(p);
  if (name === undefined) {
    p.illegal('expected rule head name');
    return undefined;
  }
  const parts: HeadParts = {
    ref: { kind: 'ref', head: name, operands: [], loc: name.loc },
    assign: false,
    usesContains: false,
    loc: start,
  };
  switch (name.kind) {
    case 'var':
      break;
    case 'ref':
      parts.ref = name;
      break;
    case 'call':
      if (name.operator.head.kind !== 'var') {
        p.illegal(`rule head ref ${printTerm(name.operator)} invalid`);
        return undefined;
      }
      parts.ref = name.operator;
      // `f()` is no function: OPA counts arguments.
      if (name.args.length > 0) parts.args = name.args;
      break;
    default:
      return undefined;
  }
  parseHeadValue(p, parts, isDefault);
  parts.loc = p.span(start, start.offset, p.lastEnd);
  return parts;
}

function parseHeadValue(p: ParserState, parts: HeadParts, isDefault: boolean): void {
  const name = (): string => printTerm(parts.ref);
  switch (p.tok) {
    case T.contains:
      if (parts.args !== undefined) {
        p.illegal(
          `the contains keyword can only be used with multi-value rule definitions (e.g., ${name()} contains <VALUE> { ... })`,
        );
      }
      p.scan();
      parts.usesContains = true;
      parts.key = parseInfix(p);
      if (parts.key === undefined) p.illegal(`expected rule key term (e.g., ${name()} contains <VALUE> { ... })`);
      break;
    case T.unify:
      p.scan();
      parts.value = parseInfix(p);
      if (parts.value === undefined) p.illegal(`expected rule value term (e.g., ${name()}[<nil>] = <VALUE> { ... })`);
      break;
    case T.assign:
      p.scan();
      parts.assign = true;
      parts.value = parseInfix(p);
      if (parts.value !== undefined) break;
      if ((parts.args?.length ?? 0) > 0)
        p.illegal(`expected function value term (e.g., ${name()}(...) := <VALUE> { ... })`);
      else if (isDefault) p.illegal(`expected default rule value term (e.g., default ${name()} := <VALUE>)`);
      else p.illegal(`expected rule value term (e.g., ${name()} := <VALUE> { ... })`);
  }
}

/** Whether a term has no variables: references count by their operands. */
export function isGround(term: Term): boolean {
  switch (term.kind) {
    case 'var':
      return false;
    case 'ref':
      return term.operands.every(isGround);
    case 'array':
    case 'set':
      return term.items.every(isGround);
    case 'object':
      return term.entries.every(({ key, value }) => isGround(key) && isGround(value));
    case 'call':
      return isGround(term.operator) && term.args.every(isGround);
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
    case 'templatestring':
      return false;
    default:
      return true;
  }
}

function parseBodies(p: ParserState, start: Loc, parts: HeadParts, facts: Map<Rule, RuleFacts>): Rule[] | undefined {
  const usesIf = p.tok === T.if;
  const { usesContains } = parts;
  const generatedValue = parts.value === undefined && parts.key === undefined;
  const [operand] = parts.ref.operands;
  const two =
    parts.ref.operands.length === 1 && (parts.args?.length ?? 0) === 0 && operand !== undefined && !usesContains;
  // OPA counts these rules as having a key.
  let keyed = parts.key !== undefined;
  if (two && usesIf) keyed = !isGround(operand) || operand.kind === 'ref';
  if (two && !usesIf) {
    if (parts.ref.head.kind !== 'var') return undefined;
    keyed = true;
    if (parts.value === undefined) {
      parts.key = operand;
      parts.ref = { ...parts.ref, operands: [] };
    }
  }
  const multiValue = parts.key !== undefined;
  const body = parseRuleBody(p, usesIf);
  if (body === 'none') {
    if (!usesContains) return undefined;
    const rule: Rule = {
      kind: 'rule',
      isDefault: false,
      head: makeHead(parts),
      body: trueBody(start),
      bodyImplied: true,
      annotations: NO_ANNOTATIONS,
      loc: parts.loc,
    };
    facts.set(rule, { usesIf, usesContains, generatedBody: true, generatedValue: false });
    return [rule];
  }
  if (body === undefined) return undefined;

  const head = makeHead(parts);
  const ruleFacts: RuleFacts = {
    usesIf,
    usesContains,
    generatedBody: false,
    generatedValue: generatedValue && !multiValue,
  };
  let otherwise: Rule | undefined;
  if (p.tok === T.else && !p.keywordAsRefHead()) {
    if (parts.ref.operands.length > 0 && !parts.ref.operands.every(isGround)) {
      p.error(p.loc(), 'else keyword cannot be used on rules with variables in head');
      return undefined;
    }
    if (keyed) {
      p.error(p.loc(), 'else keyword cannot be used on multi-value rules');
      return undefined;
    }
    otherwise = parseElse(p, head, facts);
    if (otherwise === undefined) return undefined;
  }
  const rule: Rule = {
    kind: 'rule',
    isDefault: false,
    head,
    body,
    bodyImplied: false,
    usesIf,
    else: otherwise,
    annotations: NO_ANNOTATIONS,
    loc: p.span(start, start.offset, p.lastEnd),
  };
  facts.set(rule, ruleFacts);
  return parseChain(p, rule, ruleFacts, facts);
}

/** The body after a head; `none` when none begins here. */
function parseRuleBody(p: ParserState, usesIf: boolean): Body | undefined | 'none' {
  if (usesIf) {
    p.scan();
    const isBrace = p.tok === T.lbrace;
    if (isBrace && p.bracesHoldBody()) return parseBraces(p);
    const saved = p.save();
    const expr = isBrace ? p.lookAhead(parseLiteral) : parseLiteral(p);
    // A set literal is always true, so braces around one term are a body.
    if (expr !== undefined && !(expr.kind === 'termexpr' && expr.term.kind === 'set')) return [expr];
    p.restore(saved);
    // What is wrong in a body without braces has been reported where it is.
    if (p.tok !== T.lbrace) return parseBracelessAgain(p);
  } else if (p.tok !== T.lbrace) {
    return 'none';
  }
  return parseBraces(p);
}

/**
 * OPA skips the token it could not read and looks for a body up to a closing brace; its complaint about that is the one to
 * give. Where it finds a body after all, it lets the skipped token pass; we don't.
 */
function parseBracelessAgain(p: ParserState): undefined {
  const saved = p.save();
  p.scan();
  if (parseBody(p, T.rbrace) === undefined) return undefined;
  p.restore(saved);
  parseLiteral(p);
  return undefined;
}

function parseBraces(p: ParserState): Body | undefined {
  p.scan();
  const body = parseBody(p, T.rbrace);
  if (body !== undefined) p.scan();
  return body;
}

/** More bodies after the first (`p { … } { … }`): each is a rule of its own with the same head. */
function parseChain(
  p: ParserState,
  first: Rule,
  ruleFacts: RuleFacts,
  facts: Map<Rule, RuleFacts>,
): Rule[] | undefined {
  const rules = [first];
  while (p.tok === T.lbrace) {
    if (first.else !== undefined) {
      p.error(p.loc(), 'expected else keyword');
      return undefined;
    }
    const start = p.loc();
    const body = parseBraces(p);
    if (body === undefined) return undefined;
    const loc = p.span(start, start.offset, p.lastEnd);
    // OPA places the copy of the head at its body, but for the reference, and copies objects and sets in the order of their keys.
    const copy = inKeyOrder(relocate({ ...first.head, ...renewWildcards(p, first.head) }, loc));
    const head = { ...copy, ref: first.head.ref };
    const rule: Rule = {
      kind: 'rule',
      isDefault: false,
      head,
      body,
      bodyImplied: false,
      annotations: NO_ANNOTATIONS,
      loc,
    };
    facts.set(rule, ruleFacts);
    rules.push(rule);
  }
  return rules;
}

/** A copy of the head's arguments in which wildcards are fresh. */
function renewWildcards(p: ParserState, head: Head): Pick<Head, 'args'> {
  if (head.args === undefined) return {};
  return {
    args: head.args.map((arg) =>
      arg.kind === 'var' && arg.name.startsWith('$') ? { ...arg, name: p.wildcard() } : arg,
    ),
  };
}

/** The node with the entries of all its objects, and the elements of all its sets, sorted. */
function inKeyOrder<N extends Node>(node: N): N {
  return rewrite(node, (n): Node => {
    if (n.kind === 'set') return { ...n, items: n.items.toSorted(compareTerms) };
    if (n.kind !== 'object') return n;
    return { ...n, entries: n.entries.toSorted((a, b) => compareTerms(a.key, b.key)) };
  });
}

/** The node with every location in it replaced. */
function relocate<N extends Node>(node: N, loc: Loc): N {
  return rewrite(node, (n): Node => ({ ...n, loc }));
}

function parseElse(p: ParserState, head: Head, facts: Map<Rule, RuleFacts>): Rule | undefined {
  if (!p.enter()) return undefined;
  const rule = parseElseInside(p, head, facts);
  p.leave();
  return rule;
}

function parseElseInside(p: ParserState, head: Head, facts: Map<Rule, RuleFacts>): Rule | undefined {
  const start = p.loc();
  const args = renewWildcards(p, head);
  let { assign } = head;
  let value: Term | undefined;
  let headLoc = start;
  p.scan();
  switch (p.tok) {
    case T.lbrace:
    case T.if:
      break;
    case T.assign:
    case T.unify:
      assign = p.tok === T.assign;
      p.scan();
      value = parseInfix(p);
      if (value === undefined) return undefined;
      headLoc = p.span(start, start.offset, p.lastEnd);
      break;
    default:
      p.illegal('expected else value term or rule body');
      return undefined;
  }
  const usesIf = p.tok === T.if;
  const { ref } = head;
  const elseHead: Head = { kind: 'head', ref, args: args.args, key: undefined, value, assign, loc: headLoc };
  const generatedValue = value === undefined;
  // OPA places all of a body without braces at its `else`.
  let braceless = false;
  const finish = (body: Body, bodyImplied: boolean, otherwise?: Rule): Rule => {
    const loc = p.span(start, start.offset, p.lastEnd);
    const rule: Rule = {
      kind: 'rule',
      isDefault: false,
      head: elseHead,
      body: braceless ? body.map((expr) => relocate(expr, loc)) : body,
      bodyImplied,
      usesIf,
      else: otherwise,
      annotations: NO_ANNOTATIONS,
      loc,
    };
    facts.set(rule, {
      usesIf,
      usesContains: false,
      generatedBody: bodyImplied,
      generatedValue,
    });
    return rule;
  };
  if (!usesIf && p.tok !== T.lbrace) return finish(trueBody(p.span(start, start.offset, p.lastEnd)), true);
  if (usesIf) p.scan();
  braceless = p.tok !== T.lbrace;
  const body = parseElseBody(p);
  if (body === undefined) return undefined;
  if (p.tok !== T.else) return finish(body, false);
  const otherwise = parseElse(p, head, facts);
  return otherwise && finish(body, false, otherwise);
}

function parseElseBody(p: ParserState): Body | undefined {
  if (p.tok === T.lbrace) return parseBraces(p);
  if (p.tok === T.eof) {
    p.illegal('rule body expected');
    return undefined;
  }
  const expr = parseLiteral(p);
  return expr && [expr];
}

/** A statement that is no rule with a body: the rule it defines, or why it defines none. */
export function ruleFromBody(
  body: Body,
  isBuiltin: (name: string) => boolean,
  facts: Map<Rule, RuleFacts>,
): Rule | string {
  const [expr] = body;
  if (body.length !== 1 || expr === undefined) return 'multiple expressions cannot be used for rule head';
  if (expr.with.length > 0) return 'expressions using with keyword cannot be used for rule head';
  switch (expr.kind) {
    case 'some':
      return expr.with.length === 0 ? "'some' declarations cannot be used for rule head" : '';
    case 'termexpr':
      return expr.negated ? 'negated expressions cannot be used for rule head' : ruleFromTerm(expr.term, facts);
    case 'callexpr':
      if (expr.negated) return 'negated expressions cannot be used for rule head';
      return ruleFromCall(expr, isBuiltin, facts);
    default:
      return 'expression cannot be used for rule head';
  }
}

function bareRule(head: Head, loc: Loc, bodyLoc: Loc, facts: Map<Rule, RuleFacts>, generatedValue = false): Rule {
  const rule: Rule = {
    kind: 'rule',
    isDefault: false,
    head,
    body: trueBody(bodyLoc),
    bodyImplied: true,
    annotations: NO_ANNOTATIONS,
    loc,
  };
  facts.set(rule, { usesIf: false, usesContains: false, generatedBody: true, generatedValue });
  return rule;
}

function ruleFromTerm(term: Term, facts: Map<Rule, RuleFacts>): Rule | string {
  if (term.kind !== 'ref') return `${term.kind} cannot be used for rule name`;
  const { loc } = term;
  const [operand] = term.operands;
  if (operand === undefined) return 'refs cannot be used for rule head';
  if (term.head.kind !== 'var') return `invalid rule head: ${printTerm(term)}`;
  if (term.operands.length > 1) {
    return bareRule({ kind: 'head', ref: term, assign: false, loc }, loc, loc, facts, true);
  }
  const ref: RefTerm = { ...term, operands: [], loc: term.head.loc };
  return bareRule({ kind: 'head', ref, key: operand, assign: false, loc }, loc, loc, facts);
}

function ruleFromCall(
  expr: Extract<Expr, { kind: 'callexpr' }>,
  isBuiltin: (name: string) => boolean,
  facts: Map<Rule, RuleFacts>,
): Rule | string {
  const { operator, args, infix, loc } = expr;
  const [left, right] = args;
  if ((infix === '=' || infix === ':=') && left !== undefined && right !== undefined) {
    return ruleFromEquation(left, right, infix === ':=', loc, facts);
  }
  if (isBuiltin(printTerm(operator))) return 'rule name conflicts with built-in function';
  if (args.length === 0) return 'rule argument list must take at least one argument';
  if (operator.head.kind !== 'var') return `invalid rule head: ${printTerm(operator)}`;
  return bareRule(
    { kind: 'head', ref: operator, args, assign: false, loc: operator.loc },
    operator.loc,
    operator.loc,
    facts,
  );
}

function ruleFromEquation(
  left: Term,
  value: Term,
  assign: boolean,
  loc: Loc,
  facts: Map<Rule, RuleFacts>,
): Rule | string {
  const rule = (ref: RefTerm, args?: readonly Term[]): Rule =>
    bareRule({ kind: 'head', ref, ...(args && { args }), value, assign, loc }, loc, value.loc, facts);
  switch (left.kind) {
    case 'call':
      if (left.operator.head.kind !== 'var') return invalidCallHead(left);
      return rule(left.operator, left.args.length > 0 ? left.args : undefined);
    case 'ref':
      return left.head.kind === 'var' ? rule(left) : `invalid rule head: ${printTerm(left)}`;
    case 'var':
      return rule({ kind: 'ref', head: left, operands: [], loc: left.loc });
    default:
      return `${left.kind} cannot be used for rule name`;
  }
}

function invalidCallHead(call: CallTerm): string {
  return `${call.kind} cannot be used for rule name`;
}
