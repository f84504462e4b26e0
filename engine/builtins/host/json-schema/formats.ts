// The `format` keyword: which strings have which format, by the leniencies of Go's parsers that OPA uses.
// Every expression here is linear; user-supplied ones go through RE2.
import { isIP } from 'node:net';
import { BuiltinError } from '../../../host/builtin.ts';
import { GoRegexp } from '../go-regexp.ts';
import { fromBytes, GoUrlError, parseGoUrl } from '../go-url.ts';
import type { GoUrl } from '../go-url.ts';
import { isMailAddress } from './mail-address.ts';

/** Whether the string has the format; a format that is not known is let pass. */
export function hasFormat(format: string, text: string): boolean {
  const check = FORMATS.get(format);
  return check === undefined || check(text);
}

const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date', isDate],
  ['time', isTime],
  ['date-time', (text) => isDateTime(text) || isDate(text) || isTime(text)],
  ['hostname', isHostname],
  ['email', isMailAddress],
  ['idn-email', isMailAddress],
  // Go's ParseIP reads both; the separator decides, so `::1.2.3.4` is also an "ipv4".
  ['ipv4', (text) => text.includes('.') && isAddress(text)],
  ['ipv6', (text) => text.includes(':') && isAddress(text)],
  ['uri', isUri],
  ['uri-reference', isUriReference],
  ['iri', isUri],
  ['iri-reference', isUriReference],
  ['uri-template', isUriTemplate],
  ['uuid', (text) => /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/i.test(text)],
  ['regex', isRegex],
  ['json-pointer', isJsonPointer],
  ['relative-json-pointer', isRelativeJsonPointer],
]);

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** HH:MM:SS with an optional fraction (after a dot or a comma) and an optional offset; hours of one digit, `+24:00` and `+23:60` pass, as Go's parser has it. */
function isTime(text: string): boolean {
  const match = /^(\d{1,2}):(\d{2}):(\d{2})(?:[.,]\d+)?(?:Z|[+-](\d{2}):(\d{2}))?$/.exec(text);
  if (match === null) return false;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [offsetHour, offsetMinute] = [Number(match[4] ?? 0), Number(match[5] ?? 0)];
  return hour < 24 && minute < 60 && second < 60 && offsetHour <= 24 && offsetMinute <= 60;
}

function isDateTime(text: string): boolean {
  return text[10] === 'T' && isDate(text.slice(0, 10)) && /(?:Z|[+-]\d{2}:\d{2})$/.test(text) && isTime(text.slice(11));
}

function isHostname(text: string): boolean {
  return (
    text.length < 256 &&
    text.split('.').every((label) => /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])$/.test(label))
  );
}

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

function tryUrl(text: string): GoUrl | undefined {
  try {
    return parseGoUrl(text);
  } catch (error) {
    if (error instanceof GoUrlError) return undefined;
    throw error;
  }
}

function isUri(text: string): boolean {
  const url = tryUrl(text);
  return url !== undefined && url.scheme !== '' && !text.includes('\\');
}

function isUriReference(text: string): boolean {
  return tryUrl(text) !== undefined && !text.includes('\\');
}

/** Braces in the path come in pairs and are not nested to the left: `{` opens, the next `}` closes. */
function isUriTemplate(text: string): boolean {
  const url = tryUrl(text);
  if (url === undefined || text.includes('\\')) return false;
  let isOpen = false;
  for (const character of fromBytes(url.path)) {
    if (character === '{') isOpen = true;
    else if (character === '}') isOpen = false;
  }
  return !isOpen;
}

function isRegex(text: string): boolean {
  if (text === '') return true;
  try {
    GoRegexp.compile(text);
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) return false;
    throw error;
  }
}

function isJsonPointer(text: string): boolean {
  return text === '' || (text.startsWith('/') && !/~(?![01])/.test(text));
}

function isRelativeJsonPointer(text: string): boolean {
  const match = /^(?:0|[1-9]\d*)/.exec(text);
  if (match === null) return false;
  const rest = text.slice(match[0].length);
  return rest === '#' || isJsonPointer(rest);
}
