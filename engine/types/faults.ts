// The findings of type checking: OPA's messages, their extra lines, and the same facts as OPA's JSON output has them.
// Left to others: finding them.
import type { Loc, RefTerm, Term } from '../ast/nodes.ts';
import { isWildcard } from '../analysis/core.ts';
import { refText, termText } from '../analysis/message-text.ts';
import type { Rename } from '../analysis/message-text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isUnknown } from './type-algebra.ts';
import { namedTypeToJson, typeToJson } from './type-json.ts';
import { argsText, typeText } from './type.ts';
import type { FunctionType, MaybeType } from './type.ts';

/** The names in text: `_` for what has no name. The JSON details keep the numbered names of wildcards. */
function inText(rename: Rename): Rename {
  return (name) => {
    const written = rename(name);
    return isWildcard(written) ? '_' : written;
  };
}

/** A finding, and whether a part of a type that wasn't known may have caused it. */
export interface Fault {
  readonly diagnostic: Diagnostic;
  readonly unknown: boolean;
}

function fault(message: string, loc: Loc, unknown = false, rest: Partial<Diagnostic> = {}): Fault {
  return { diagnostic: { code: 'rego_type_error', severity: 'error', message, loc, ...rest }, unknown };
}

/** A finding without details. */
export function plainFault(message: string, loc: Loc): Fault {
  return fault(message, loc);
}

/** `match error`: the two sides can't be equal. */
export function matchFault(loc: Loc, left: MaybeType, right: MaybeType): Fault {
  return fault('match error', loc, isUnknown(left) || isUnknown(right), {
    details: [`left  : ${typeText(left)}`, `right : ${typeText(right)}`],
    data: { a: typeToJson(left), b: typeToJson(right) },
    hint: 'the two sides can never be equal; compare values of the same type',
  });
}

/** The arguments a call may have: those of the function, then its result. */
export function wantedArgs(type: FunctionType): Pick<FunctionType, 'args' | 'names' | 'variadic'> {
  if (type.result === undefined) return type;
  return {
    args: [...type.args, type.result],
    names: [...(type.names ?? type.args.map(() => undefined)), type.resultName],
    variadic: type.variadic,
  };
}

/** `count: invalid argument(s)`, `data.p.f: arity mismatch`: a call that doesn't fit the function; `wrong` is the argument at fault. */
export function argumentFault(
  loc: Loc,
  operator: RefTerm,
  what: 'invalid argument(s)' | 'arity mismatch',
  have: readonly MaybeType[],
  want: Pick<FunctionType, 'args' | 'names' | 'variadic'>,
  unknown: boolean,
  wrong?: number,
): Fault {
  const wantJson: Record<string, unknown> = {};
  if (want.args.length > 0) {
    wantJson['args'] = want.args.map((type, i) => namedTypeToJson(type, want.names?.[i]));
  }
  if (want.variadic !== undefined) wantJson['variadic'] = typeToJson(want.variadic);
  return fault(`${refText(operator)}: ${what}`, loc, unknown, {
    details: [`have: ${argsText(have)}`, `want: ${argsText(want.args, want.variadic, want.names)}`],
    data: { have: have.map(typeToJson), want: wantJson },
    ...(wrong !== undefined && { hint: argumentHint(have, want, wrong) }),
  });
}

function argumentHint(
  have: readonly MaybeType[],
  want: Pick<FunctionType, 'args' | 'names' | 'variadic'>,
  wrong: number,
): string {
  const name = want.names?.[wrong];
  const wanted = wrong < want.args.length ? want.args[wrong] : want.variadic;
  return `argument ${wrong + 1}${name === undefined ? '' : ` (${name})`} is ${typeText(have[wrong])}; ${typeText(wanted)} is expected`;
}

/** `undefined ref`: what is referred to has no elements. `position`: the operand before the one that fails; 0 is the head. */
export function notACollectionFault(ref: RefTerm, position: number, have: MaybeType, rename: Rename): Fault {
  const text = refText(ref, inText(rename));
  const carets = '^'.repeat(byteLength(prefixText(ref, position, rename)));
  const rest = {
    details: [text, carets, `have: ${typeText(have)}`],
    data: { have: typeToJson(have), ref: refJson(ref, rename), pos: position },
  };
  if (have?.kind === 'function') {
    const last = ref.operands.at(-1);
    // A generated variable stands for what the user wrote in brackets: the function's name is what comes before.
    const shown =
      last !== undefined && last.kind === 'var' && rename(last.name).startsWith('__local')
        ? refText({ ...ref, operands: ref.operands.slice(0, -1) }, inText(rename))
        : text;
    return fault(`function ${shown} used as reference, not called`, ref.head.loc, false, rest);
  }
  return fault(`undefined ref: ${text}`, ref.head.loc, false, rest);
}

/**
 * `undefined ref`: the operand at `position` (the head is 0) can't be a key there. `have` is its type, undefined for a
 * constant; `oneOf` are the keys there are, where they are known.
 */
export function invalidKeyFault(
  ref: RefTerm,
  position: number,
  have: MaybeType,
  want: MaybeType,
  oneOf: readonly { readonly text: string; readonly json: unknown }[],
  rename: Rename,
): Fault {
  const text = refText(ref, inText(rename));
  const pad = ' '.repeat(byteLength(prefixText(ref, position - 1, rename)) + 1);
  const operand = ref.operands[position - 1];
  const haveLine =
    have === undefined
      ? `${pad}have: ${operand === undefined ? '' : termText(operand, inText(rename))}`
      : `${pad}have (type): ${typeText(have)}`;
  const wantLine =
    oneOf.length > 0
      ? `${pad}want (one of): [${oneOf.map((key) => key.text).join(' ')}]`
      : `${pad}want (type): ${typeText(want)}`;
  const data: Record<string, unknown> = { ref: refJson(ref, rename), pos: position, want: typeToJson(want) };
  if (have !== undefined) data['have'] = typeToJson(have);
  data['oneOf'] = oneOf.length === 0 ? null : oneOf.map((key) => key.json);
  return fault(`undefined ref: ${text}`, ref.head.loc, false, {
    details: [text, `${pad}^`, haveLine, wantLine],
    data,
    ...(oneOf.length > 0 ? { hint: `the keys there are ${oneOf.map((key) => key.text).join(', ')}` } : {}),
  });
}

/** The reference up to and with the operand at `position`; the head is 0. */
function prefixText(ref: RefTerm, position: number, rename: Rename): string {
  return refText({ ...ref, operands: ref.operands.slice(0, Math.max(position, 0)) }, inText(rename));
}

/** OPA counts columns under a reference in bytes. */
function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair is four bytes, so two for each half.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}

function refJson(ref: RefTerm, rename: Rename): unknown[] {
  return [ref.head, ...ref.operands].map((term) => termJson(term, rename));
}

function termJson(term: Term, rename: Rename): unknown {
  switch (term.kind) {
    case 'null':
      return { type: 'null', value: null };
    case 'boolean':
    case 'string':
      return { type: term.kind, value: term.value };
    case 'number':
      return { type: 'number', value: Number(term.text) };
    case 'var':
      return { type: 'var', value: rename(term.name) };
    case 'ref':
      return { type: 'ref', value: refJson(term, rename) };
    case 'array':
    case 'set':
      return { type: term.kind, value: term.items.map((item) => termJson(item, rename)) };
    case 'object':
      return {
        type: 'object',
        value: term.entries.map((entry) => [termJson(entry.key, rename), termJson(entry.value, rename)]),
      };
    default:
      return { type: term.kind, value: termText(term, inText(rename)) };
  }
}
