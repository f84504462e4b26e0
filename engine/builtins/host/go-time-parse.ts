// Reading a time by a layout as Go's time.Parse does, with its error texts.
// Left to others: the layouts (go-time-layout.ts). Texts are byte strings here, as Go cuts them by bytes.
import { BuiltinError } from '../../host/builtin.ts';
import { splitLayout } from './go-time-layout.ts';
import type { LayoutElement } from './go-time-layout.ts';
import { daysFromDate, daysInMonth, isLeap, MONTHS, secondsFromCivil, WEEKDAYS } from './go-time.ts';
import { toBytes } from './go-url.ts';

/** What a text says about a point in time. */
interface Fields {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  half: 'am' | 'pm' | undefined;
  /** Seconds east of UTC. */
  offset: number;
  /** Whether it is in UTC whatever the offset: after a `Z` or `UTC`. */
  utc: boolean;
}

/** A field that does not fit; `range` names what is out of range. */
class Mismatch extends Error {
  readonly range: string | undefined;
  constructor(range?: string) {
    super(range);
    this.range = range;
  }
}

/** Quotes as Go's time package does: bytes outside ASCII as `\xNN`. */
export function quoteBytes(bytes: string): string {
  const escaped = bytes.replace(/["\\]|[^\x20-\x7f]/g, (byte) => {
    return byte === '"' || byte === '\\' ? `\\${byte}` : `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

/**
 * Nanoseconds since the epoch of `text`, read by `layout`. Zone abbreviations other than UTC count as UTC. Throws
 * BuiltinError with Go's text (`parsing time … as …: cannot parse …`).
 */
export function parseTime(layout: string, text: string): bigint {
  return new TimeReader(toBytes(layout), toBytes(text)).read();
}

class TimeReader {
  readonly layout: string;
  readonly text: string;
  rest: string;
  readonly fields: Fields = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    half: undefined,
    offset: 0,
    utc: false,
  };

  constructor(layout: string, text: string) {
    this.layout = layout;
    this.text = text;
    this.rest = text;
  }

  fail(message: string): never {
    throw new BuiltinError(`parsing time ${quoteBytes(this.text)}${message}`);
  }

  cannotParse(rest: string, element: string): never {
    this.fail(` as ${quoteBytes(this.layout)}: cannot parse ${quoteBytes(rest)} as ${quoteBytes(element)}`);
  }

  read(): bigint {
    const chunks = splitLayout(this.layout);
    chunks.forEach(({ literal, element }, i) => {
      if (!this.skip(literal)) this.cannotParse(this.rest, literal);
      if (element === undefined) {
        if (this.rest !== '') this.fail(`: extra text: ${quoteBytes(this.rest)}`);
        return;
      }
      const held = this.rest;
      try {
        this.element(element, chunks[i + 1]);
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error;
        if (error.range !== undefined) this.fail(`: ${error.range} out of range`);
        this.cannotParse(held, element.text);
      }
    });
    return this.finish();
  }

  /** Takes literal text; a space stands for any number of spaces. */
  skip(literal: string): boolean {
    let prefix = literal;
    while (prefix !== '') {
      if (prefix[0] === ' ') {
        if (this.rest !== '' && this.rest[0] !== ' ') return false;
        prefix = prefix.replace(/^ +/, '');
        this.rest = this.rest.replace(/^ +/, '');
        continue;
      }
      if (this.rest === '' || this.rest[0] !== prefix[0]) return false;
      prefix = prefix.slice(1);
      this.rest = this.rest.slice(1);
    }
    return true;
  }

  element(element: LayoutElement, next: { literal: string; element: LayoutElement | undefined } | undefined): void {
    const { fields } = this;
    switch (element.kind) {
      case 'year': {
        const year = this.signed(this.take(2));
        fields.year = year + (year >= 69 ? 1900 : 2000);
        break;
      }
      case 'longYear':
        if (!/^\d/.test(this.rest)) throw new Mismatch();
        fields.year = this.signed(this.take(4));
        break;
      case 'month':
        fields.month = this.name(MONTHS, 3) + 1;
        break;
      case 'longMonth':
        fields.month = this.name(MONTHS) + 1;
        break;
      case 'weekday':
        this.name(WEEKDAYS, 3);
        break;
      case 'longWeekday':
        this.name(WEEKDAYS);
        break;
      case 'numMonth':
        fields.month = this.number(element.width === 2, 1, 12, 'month');
        break;
      case 'day':
        if (element.fill === ' ') this.rest = this.rest.replace(/^ /, '');
        fields.day = this.number(element.text === '02', 0, 99, 'day');
        break;
      case 'yearDay': {
        if (element.fill === ' ') this.rest = this.rest.replace(/^ {1,2}/, '');
        const digits = /^\d{1,3}/.exec(this.rest)?.[0] ?? '';
        if (digits === '' || (element.fill === '0' && digits.length !== 3)) throw new Mismatch();
        fields.yearDay = Number(this.take(digits.length));
        break;
      }
      case 'hour':
        fields.hour = this.number(false, 0, 23, 'hour');
        break;
      case 'hour12':
        fields.hour = this.number(element.width === 2, 0, 12, 'hour');
        break;
      case 'minute':
        fields.minute = this.number(element.width === 2, 0, 59, 'minute');
        break;
      case 'second':
        fields.second = this.number(element.width === 2, 0, 59, 'second');
        // A fraction may follow though the layout has none.
        if (next?.element?.kind !== 'fraction') this.fraction(/^[.,]\d+/.exec(this.rest)?.[0] ?? '');
        break;
      case 'pm': {
        const half = this.take(2);
        const [am, pm] = element.lower ? ['am', 'pm'] : ['AM', 'PM'];
        if (half !== am && half !== pm) throw new Mismatch();
        fields.half = half === pm ? 'pm' : (fields.half ?? 'am');
        break;
      }
      case 'offset':
        if (element.zulu && this.rest.startsWith('Z')) {
          this.rest = this.rest.slice(1);
          fields.utc = true;
        } else {
          fields.offset = this.offset(element.colon, element.parts);
        }
        break;
      case 'zone':
        if (this.rest.startsWith('UTC')) {
          this.rest = this.rest.slice(3);
          fields.utc = true;
        } else {
          this.rest = this.rest.slice(zoneLength(this.rest));
        }
        break;
      case 'fraction': {
        if (element.trim) {
          this.fraction(/^[.,]\d+/.exec(this.rest)?.[0] ?? '');
          break;
        }
        if (this.rest.length < element.digits + 1) throw new Mismatch();
        this.fraction(this.rest.slice(0, element.digits + 1));
        break;
      }
    }
  }

  take(length: number): string {
    if (this.rest.length < length) throw new Mismatch();
    const taken = this.rest.slice(0, length);
    this.rest = this.rest.slice(length);
    return taken;
  }

  /** Digits that may have a sign; none are 0, as in Go. */
  signed(digits: string): number {
    const match = /^([+-]?)(\d*)$/.exec(digits);
    if (match === null) throw new Mismatch();
    return Number(match[2]) * (match[1] === '-' ? -1 : 1);
  }

  /** One or two digits; two when `fixed`. */
  number(fixed: boolean, low: number, high: number, what: string): number {
    const digits = /^\d{1,2}/.exec(this.rest)?.[0] ?? '';
    if (digits === '' || (fixed && digits.length === 1)) throw new Mismatch();
    const number = Number(this.take(digits.length));
    if (number < low || number > high) throw new Mismatch(what);
    return number;
  }

  /** The index of the name that the rest starts with, in any case. */
  name(names: readonly string[], length?: number): number {
    const index = names.findIndex((name) => {
      const wanted = name.slice(0, length).toLowerCase();
      return this.rest.slice(0, wanted.length).toLowerCase() === wanted;
    });
    if (index < 0) throw new Mismatch();
    this.rest = this.rest.slice(length ?? names[index]!.length);
    return index;
  }

  /** A separator and digits, of which nine count. */
  fraction(text: string): void {
    if (text === '') return;
    if (text[0] !== '.' && text[0] !== ',') throw new Mismatch();
    const digits = text.slice(1, 10);
    const nanos = this.signed(digits);
    if (nanos < 0) throw new Mismatch('fractional second');
    this.fields.nanos = nanos * 10 ** (9 - digits.length);
    this.rest = this.rest.slice(text.length);
  }

  offset(colon: boolean, parts: number): number {
    const length = 1 + parts * 2 + (colon ? parts - 1 : 0);
    const text = this.take(length);
    const fields = colon ? text.slice(1).split(':') : (text.slice(1).match(/../gs) ?? []);
    if (fields.length !== parts || fields.some((field) => field.length !== 2)) throw new Mismatch();
    // What follows a field that is no number is not looked at.
    const wrong = fields.findIndex((field) => !/^\d\d$/.test(field));
    const [hours = 0, minutes = 0, seconds = 0] = fields.slice(0, wrong < 0 ? parts : wrong).map(Number);
    // Bounds as loose as Go's, which reports the last one, and that before a field that is no number.
    if (seconds > 60) throw new Mismatch('time zone offset second');
    if (minutes > 60) throw new Mismatch('time zone offset minute');
    if (hours > 24) throw new Mismatch('time zone offset hour');
    if (wrong >= 0) throw new Mismatch();
    const offset = hours * 3600 + minutes * 60 + seconds;
    if (text[0] === '-') return -offset;
    if (text[0] !== '+') throw new Mismatch();
    return offset;
  }

  finish(): bigint {
    const { fields } = this;
    if (fields.half === 'pm' && fields.hour < 12) fields.hour += 12;
    else if (fields.half === 'am' && fields.hour === 12) fields.hour = 0;
    if (fields.yearDay !== undefined) this.applyYearDay(fields.yearDay);
    const month = fields.month ?? 1;
    const day = fields.day ?? 1;
    if (day < 1 || day > daysInMonth(fields.year, month)) this.fail(': day out of range');
    const seconds = secondsFromCivil({ ...fields, month, day }) - (fields.utc ? 0 : fields.offset);
    return BigInt(seconds) * 1_000_000_000n + BigInt(fields.nanos);
  }

  applyYearDay(yearDay: number): void {
    const { fields } = this;
    if (yearDay < 1 || yearDay > (isLeap(fields.year) ? 366 : 365)) this.fail(': day-of-year out of range');
    let month = 1;
    const start = daysFromDate(fields.year, 1, 1);
    while (daysFromDate(fields.year, month + 1, 1) - start < yearDay) month++;
    const day = yearDay - (daysFromDate(fields.year, month, 1) - start);
    if (fields.month !== undefined && fields.month !== month) this.fail(': day-of-year does not match month');
    if (fields.day !== undefined && fields.day !== day) this.fail(': day-of-year does not match day');
    fields.month = month;
    fields.day = day;
  }
}

/** The length of a zone's abbreviation at the start of the text. */
function zoneLength(text: string): number {
  if (text.length < 3) throw new Mismatch();
  if (/^(?:ChST|MeST)/.test(text)) return 4;
  if (text.startsWith('GMT')) return 3 + signedOffsetLength(text.slice(3));
  if (/^[+-]/.test(text)) {
    const length = signedOffsetLength(text);
    if (length === 0) throw new Mismatch();
    return length;
  }
  const upper = /^[A-Z]{0,6}/.exec(text)![0];
  if (upper.length === 5 && upper[4] === 'T') return 5;
  if (upper.length === 4 && (upper[3] === 'T' || upper === 'WITA')) return 4;
  if (upper.length === 3) return 3;
  throw new Mismatch();
}

/** The length of `+3` or `-11` at the start; 0 when there is none. */
function signedOffsetLength(text: string): number {
  const match = /^[+-](\d+)/.exec(text);
  return match === null || Number(match[1]) > 23 ? 0 : match[0].length;
}
