// JSON as Go's decoder reads it from a stream: what follows the first value, and the texts of its errors.
// Left to others: JSON without a stream (engine/value/json.ts).
import { BuiltinError } from '../../host/builtin.ts';
import { parseJson } from '../../value/json.ts';
import { ValueSyntaxError } from '../../value/scanner.ts';
import type { Value } from '../../value/value.ts';

/** The first JSON value of a text and what follows it. Throws BuiltinError, `EOF` or `invalid character …`. */
export function decodeJson(text: string): { readonly value: Value; readonly rest: string } {
  try {
    return { value: parseJson(text), rest: '' };
  } catch (error) {
    // Reading is recursive: the stack ends before Go's 10000 levels.
    if (error instanceof RangeError) throw new BuiltinError('exceeded max depth');
    if (!(error instanceof ValueSyntaxError)) throw error;
    if (!error.message.endsWith(' after top-level value')) throw streamError(error, text);
    return { value: parseJson(text.slice(0, error.offset)), rest: text.slice(error.offset) };
  }
}

function streamError(error: ValueSyntaxError, text: string): BuiltinError {
  if (error.message !== 'unexpected end of JSON input') return new BuiltinError(error.message);
  return new BuiltinError(text.trim() === '' ? 'EOF' : 'unexpected EOF');
}

/** The one JSON value of a text, as OPA reads it: a `null` may follow it. Throws BuiltinError. */
export function unmarshalJson(text: string): Value {
  const { value, rest } = decodeJson(text);
  const token = rest === '' ? null : firstToken(rest);
  if (token !== null) throw new BuiltinError(`error: invalid character '${token}' after top-level value`);
  return value;
}

/** The first token of a text as Go's %s prints it; null for `null`. */
function firstToken(text: string): string | null {
  if (/^[[{]/.test(text)) return text[0]!;
  const { value } = decodeJson(/^["\]},:]/.test(text) ? text : text.replace(/[\s,:\]}][^]*$/, ''));
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'boolean' ? `%!s(bool=${value})` : JSON.stringify(value);
}
