// Small constructors and questions about terms that several passes share.
// Walking is in variables.ts and rewriting.ts; printing for messages in message-text.ts.
import type {
  Body,
  CallExpr,
  Expr,
  Loc,
  ObjectEntry,
  RefTerm,
  StringTerm,
  Term,
  TermExpr,
  VarTerm,
  With,
} from '../ast/nodes.ts';

const noWith: readonly With[] = [];
const noTerms: readonly Term[] = [];

export function varTerm(name: string, loc: Loc): VarTerm {
  return { kind: 'var', name, loc };
}

export function stringTerm(value: string, loc: Loc): StringTerm {
  return { kind: 'string', value, loc };
}

export function refTerm(head: Term, operands: readonly Term[], loc: Loc): RefTerm {
  return { kind: 'ref', head, operands, loc };
}

/** A built-in's name as an operator: `internal.print` is the var `internal` and the string `print`. */
export function builtinOperator(name: string, loc: Loc): RefTerm {
  const parts = name.split('.');
  const operands = parts.length === 1 ? noTerms : parts.slice(1).map((part) => stringTerm(part, loc));
  return refTerm(varTerm(parts[0] ?? name, loc), operands, loc);
}

/** `left = right`, made by a pass. */
export function generatedEquality(left: Term, right: Term, loc: Loc, modifiers: readonly With[] = noWith): CallExpr {
  return {
    kind: 'callexpr',
    negated: false,
    operator: refTerm(varTerm('eq', loc), noTerms, loc),
    args: [left, right],
    infix: undefined,
    with: modifiers,
    generated: true,
    loc,
  };
}

/** A call expression like another with other parts; written out because it is made for nearly every expression. */
export function rebuildCall(
  expr: CallExpr,
  operator: RefTerm,
  args: readonly Term[],
  modifiers: readonly With[],
): CallExpr {
  return {
    kind: 'callexpr',
    negated: expr.negated,
    operator,
    args,
    infix: expr.infix,
    with: modifiers,
    generated: expr.generated,
    loc: expr.loc,
  };
}

export function termExpr(term: Term, loc: Loc): TermExpr {
  return { kind: 'termexpr', negated: false, term, with: noWith, loc };
}

/** The expression `true`, which stands for an empty body. */
export function trueExpr(loc: Loc): TermExpr {
  return {
    kind: 'termexpr',
    negated: false,
    term: { kind: 'boolean', value: true, loc },
    with: noWith,
    generated: true,
    loc,
  };
}

function isTrueExpr(expr: Expr): boolean {
  return (
    expr.kind === 'termexpr' &&
    !expr.negated &&
    expr.with.length === 0 &&
    expr.term.kind === 'boolean' &&
    expr.term.value
  );
}

/** Appends to a body; a body of nothing but `true` is replaced. */
export function appendToBody(body: Body, extra: readonly Expr[]): Body {
  if (extra.length === 0) return body;
  const only = body.length === 1 ? body[0] : undefined;
  if (only !== undefined && isTrueExpr(only)) return extra;
  return [...body, ...extra];
}

export function isScalar(term: Term): boolean {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return true;
    default:
      return false;
  }
}

/** Whether the operator is the built-in of this one-word name. */
export function isOperator(ref: RefTerm, name: string): boolean {
  return ref.operands.length === 0 && ref.head.kind === 'var' && ref.head.name === name;
}

/** Whether the term is the whole `input` or `data` document. */
export function rootDocument(term: Term): 'input' | 'data' | undefined {
  const head = term.kind === 'ref' && term.operands.length === 0 ? term.head : term;
  if (head.kind !== 'var') return undefined;
  return head.name === 'input' || head.name === 'data' ? head.name : undefined;
}

/** Whether every operand is constant; the head is not asked. */
export function hasGroundOperands(ref: RefTerm): boolean {
  for (const operand of ref.operands) if (!isGround(operand)) return false;
  return true;
}

/** Whether the term has no variables, references with variables, calls or comprehensions in it. */
export function isGround(term: Term): boolean {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return true;
    case 'var':
    case 'call':
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
    case 'templatestring':
      return false;
    case 'ref':
      return hasGroundOperands(term);
    case 'array':
    case 'set':
      return term.items.every(isGround);
    case 'object':
      return term.entries.every((entry) => isGround(entry.key) && isGround(entry.value));
  }
}

/** Whether the term holds a reference or a comprehension, so that it cannot stand in a head. */
export function requiresEvaluation(term: Term): boolean {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return false;
    case 'ref':
    case 'call':
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
    case 'templatestring':
      return true;
    case 'array':
    case 'set':
      return term.items.some(requiresEvaluation);
    case 'object':
      return term.entries.some((entry) => requiresEvaluation(entry.key) || requiresEvaluation(entry.value));
  }
}

/** Whether two terms are the same but for their places; good for ground terms and variables. */
export function sameTerm(a: Term, b: Term): boolean {
  switch (a.kind) {
    case 'null':
      return b.kind === 'null';
    case 'boolean':
      return b.kind === 'boolean' && a.value === b.value;
    case 'number':
      return b.kind === 'number' && (a.text === b.text || Number(a.text) === Number(b.text));
    case 'string':
      return b.kind === 'string' && a.value === b.value;
    case 'var':
      return b.kind === 'var' && a.name === b.name;
    case 'ref':
      return b.kind === 'ref' && sameTerm(a.head, b.head) && sameTerms(a.operands, b.operands);
    case 'array':
      return b.kind === 'array' && sameTerms(a.items, b.items);
    case 'set':
      return b.kind === 'set' && sameTerms(a.items, b.items);
    case 'object':
      return (
        b.kind === 'object' &&
        a.entries.length === b.entries.length &&
        a.entries.every((entry) => {
          const other = entryOf(b.entries, entry.key);
          return other !== undefined && sameTerm(entry.value, other);
        })
      );
    default:
      return a === b;
  }
}

function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((item, i) => sameTerm(item, b[i] as Term));
}

/** The value under a key of an object term. */
export function entryOf(entries: readonly ObjectEntry[], key: Term): Term | undefined {
  for (const entry of entries) if (sameTerm(entry.key, key)) return entry.value;
  return undefined;
}
