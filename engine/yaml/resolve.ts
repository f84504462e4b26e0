// What a YAML 1.1 scalar means by its text and tag: null, boolean, integer, float, text.
// Left to others: collections, aliases and merges (decode.ts).
import { YamlError } from './token.ts';

/** A float, which is told from an integer: they are different keys, and floats lose digits beyond a double's. */
export interface YamlFloat {
  readonly float: number;
}

export type YamlScalar = null | boolean | bigint | YamlFloat | string;

export type ScalarTag = 'null' | 'bool' | 'int' | 'float' | 'str' | 'timestamp';

const PREFIX = 'tag:yaml.org,2002:';

/** The tags by which a scalar is read; any other leaves it a text. */
const READABLE = new Set(['', ...['str', 'bool', 'int', 'float', 'null', 'timestamp'].map((name) => PREFIX + name)]);

function words(tag: ScalarTag, value: YamlScalar, list: string): [string, { tag: ScalarTag; value: YamlScalar }][] {
  return list.split(' ').map((word) => [word, { tag, value }]);
}

const WORDS = new Map([
  ...words('bool', true, 'y Y yes Yes YES true True TRUE on On ON'),
  ...words('bool', false, 'n N no No NO false False FALSE off Off OFF'),
  ...words('null', null, '~ null Null NULL'),
  ...words('null', null, ''),
  ...words('float', { float: NaN }, '.nan .NaN .NAN'),
  ...words('float', { float: Infinity }, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words('float', { float: -Infinity }, '-.inf -.Inf -.INF'),
]);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const POINT_FLOAT = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

/** Whether the text is a date, or a date and time, that exists. Such texts stay texts, but are quoted when they are written. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const number = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  const inDate = month >= 1 && month <= 12 && day >= 1 && day <= days;
  const hour = number(4) + number(9);
  const inClock = hour < 24 && number(5) + number(10) < 60 && number(6) + number(11) < 60;
  return inDate && inClock && number(7) <= 24 && number(8) <= 60;
}

/** An integer as Go reads one with any base: `0x`, `0o`, `0b`, and a leading zero for octal; 64 bits, unsigned if positive. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const integer = sign === '-' ? -magnitude : magnitude;
  // Without a sign it may also be an unsigned number.
  const limit = sign === '' ? 1n << 64n : 1n << 63n;
  return integer < limit && integer >= -(1n << 63n) ? integer : undefined;
}

function parseFloat64(text: string): YamlFloat | undefined {
  const float = Number(text);
  return Number.isFinite(float) ? { float } : undefined;
}

/** The type of an untagged plain scalar and its value. */
export function resolvePlain(text: string): { tag: ScalarTag; value: YamlScalar } {
  if (text !== '' && !/^[-+0-9yYnNtTfFoO~.]/.test(text)) return { tag: 'str', value: text };
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) {
    const float = POINT_FLOAT.test(text) ? parseFloat64(text) : undefined;
    if (float !== undefined) return { tag: 'float', value: float };
  } else if (/^[-+0-9]/.test(text)) {
    if (isTimestamp(text)) return { tag: 'timestamp', value: text };
    const plain = text.replaceAll('_', '');
    const integer = parseInteger(plain);
    if (integer !== undefined) return { tag: 'int', value: integer };
    const float = FLOAT.test(plain) ? parseFloat64(plain) : undefined;
    if (float !== undefined) return { tag: 'float', value: float };
  }
  return { tag: 'str', value: text };
}

/** The value of a scalar. Throws YamlError when text and tag do not go together. */
export function resolveScalar(text: string, tag: string, implicit: boolean): YamlScalar {
  if (tag === '' && !implicit) return text;
  if (tag === `${PREFIX}binary`) return decodeBinary(text);
  if (!READABLE.has(tag) || tag === `${PREFIX}str`) return text;
  const found = resolvePlain(text);
  const wanted = tag.slice(PREFIX.length);
  if (tag === '' || wanted === found.tag) return found.value;
  if (wanted === 'float' && found.tag === 'int') return { float: Number(found.value) };
  throw new YamlError(`yaml: cannot decode !!${found.tag} \`${text}\` as a !!${wanted}`);
}

/** Standard base64 with padding; line breaks are passed over. */
function decodeBinary(text: string): string {
  const body = text.replace(/[\r\n]/g, '');
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data');
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(atob(body), (byte) => byte.charCodeAt(0)),
  );
}
