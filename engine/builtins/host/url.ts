// Built-ins of the families `urlquery` and `uri`.
// Left to others: the grammar of URLs (go-url.ts).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { compareStrings } from '../../value/compare.ts';
import { makeObject, objectOf } from '../../value/construct.ts';
import { jsonKey } from '../../value/json.ts';
import { RegoSet } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { fromBytes, GoUrlError, parseGoUrl, quoteBytes, toBytes } from './go-url.ts';
import { isArray, objectOperand, operandError, stringOperand } from './operands.ts';

/** Percent-encoded for a query (a space as `+`), bytes in capitals. */
function encode(text: string): string {
  return toBytes(text).replace(/[^A-Za-z0-9\-_.~]/g, (byte) => {
    return byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function decode(text: string): string {
  const bytes = toBytes(text);
  const wrong = /%(?![0-9a-fA-F]{2})/.exec(bytes);
  if (wrong !== null) {
    throw new BuiltinError(`invalid URL escape ${quoteBytes(bytes.slice(wrong.index, wrong.index + 3))}`);
  }
  const decoded = bytes.replaceAll('+', ' ').replace(/%(..)/g, (_, digits: string) => {
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
  return fromBytes(decoded);
}

function encodeObject(value: Value): string {
  const wrong = operandError(1, 'values must be string, array[string], or set[string]');
  const pairs = new Map<string, readonly string[]>();
  for (const [key, item] of objectOperand(value, 1).entries) {
    const items = item instanceof RegoSet ? item.items : isArray(item) ? item : [item];
    if (!items.every((text) => typeof text === 'string')) throw wrong;
    pairs.set(jsonKey(key), items);
  }
  return [...pairs]
    .sort((a, b) => compareStrings(a[0], b[0]))
    .flatMap(([key, items]) => items.map((item) => `${encode(key)}=${encode(item)}`))
    .join('&');
}

/** As in Go. */
const MAX_PARAMETERS = 10_000;

function decodeObject(query: string): Value {
  const values = new Map<string, string[]>();
  if (query.split('&').length > MAX_PARAMETERS) throw new BuiltinError('number of URL query parameters exceeded limit');
  if (query.includes(';')) throw new BuiltinError('invalid semicolon separator in query');
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return makeObject(values);
}

function parseUri(text: string): Value {
  try {
    const url = parseGoUrl(text);
    const port = /:([0-9]*)$/.exec(url.host);
    const host = port === null ? url.host : url.host.slice(0, port.index);
    const parts = {
      scheme: url.scheme,
      hostname: host.replace(/^\[(.*)\]$/s, '$1'),
      port: port?.[1] ?? '',
      path: url.path,
      raw_path: url.rawPath || url.path,
      raw_query: url.rawQuery,
      fragment: url.fragment,
    };
    const present = Object.entries(parts).filter(([, part]) => part !== '');
    return objectOf(Object.fromEntries(present.map(([name, part]) => [name, fromBytes(part)])));
  } catch (error) {
    if (error instanceof GoUrlError) throw new BuiltinError(error.message);
    throw error;
  }
}

function isUri(text: Value): boolean {
  if (typeof text !== 'string' || text === '') return false;
  try {
    parseGoUrl(text);
    return true;
  } catch (error) {
    if (error instanceof GoUrlError) return false;
    throw error;
  }
}

/** `urlquery.*` and `uri.*`. */
export const URL_BUILTINS: HostBuiltins = {
  'urlquery.encode': (_, text) => encode(stringOperand(text!, 1)),
  'urlquery.decode': (_, text) => decode(stringOperand(text!, 1)),
  'urlquery.encode_object': (_, value) => encodeObject(value!),
  'urlquery.decode_object': (_, text) => decodeObject(stringOperand(text!, 1)),
  'uri.parse': (_, text) => parseUri(stringOperand(text!, 1)),
  'uri.is_valid': (_, text) => isUri(text!),
};
