// The built-in `sprintf`, and the texts of `print` and of template strings.
// Left to others: Go's formatting itself (go-format.ts).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { kindName } from '../../value/compare.ts';
import { numberText, toDouble } from '../../value/number.ts';
import { printTerm } from '../../value/rego-text.ts';
import { RegoNumber, RegoSet } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { sprintf } from './go-format.ts';
import type { GoValue } from './go-value.ts';
import { arrayOperand, isArray, operandTypeError, stringOperand } from './operands.ts';

/** The Go value OPA formats for a Rego value: numbers as int64, big.Int or float64, everything but strings as the term's text. */
function toGo(value: Value): GoValue {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value !== 'number' && !(value instanceof RegoNumber)) return { kind: 'string', value: printTerm(value) };
  const text = numberText(value);
  if (/^-?\d+$/.test(text)) {
    const integer = BigInt(text);
    if (BigInt.asIntN(64, integer) === integer) return { kind: 'int', type: 'int64', value: integer };
    return { kind: 'big', value: integer };
  }
  // The reference goes by the text the number was written with: `1.0` is a float, `1e3` is formatted as the text it is.
  const double = text.includes('.') ? toDouble(value) : Infinity;
  return Number.isFinite(double) ? { kind: 'float64', value: double } : { kind: 'string', value: text };
}

/** A value as `print` and template strings show it: a string as it is, anything else as the term's text. */
function displayText(value: Value): string {
  return typeof value === 'string' ? value : printTerm(value);
}

/** Each operand is a set of the values the expression has, so that an undefined one still shows; several values give several lines. */
function printLines(operands: readonly Value[]): string[] {
  let lines: string[][] = [[]];
  for (const operand of operands) {
    const texts = operandTexts(operand);
    lines = lines.flatMap((line) => texts.map((text) => [...line, text]));
  }
  return lines.map((line) => line.join(' '));
}

function operandTexts(operand: Value): string[] {
  if (operand instanceof RegoSet) return operand.items.length === 0 ? ['<undefined>'] : operand.items.map(displayText);
  if (isArray(operand) || kindName(operand) === 'object') {
    throw new BuiltinError(`illegal argument type: ${kindName(operand)}`, 'eval_builtin_error', true);
  }
  return [displayText(operand)];
}

/** `sprintf`, `internal.print`, `internal.template_string`. */
export const SPRINTF_BUILTINS: HostBuiltins = {
  sprintf: (_, format, args) => {
    const text = stringOperand(format!, 1);
    if (!isArray(args!)) throw operandTypeError(2, args!, 'array');
    return sprintf(text, args.map(toGo));
  },
  'internal.print': (context, operands) => {
    for (const line of printLines(arrayOperand(operands!, 1))) context.print(line);
    return true;
  },
  'internal.template_string': (_, parts) => {
    const texts = arrayOperand(parts!, 1).map((part) => {
      const values = operandTexts(part);
      if (values.length > 1)
        throw new BuiltinError('template-strings must not produce multiple outputs', 'eval_builtin_error', true);
      return values[0]!;
    });
    return texts.join('');
  },
};
