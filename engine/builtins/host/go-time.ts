// Points in time as Go's time package has them, their civil fields, and their text by a layout.
// Left to others: reading a text by a layout (go-time-parse.ts), zones (time-zone.ts).
import { splitLayout } from './go-time-layout.ts';
import type { LayoutElement } from './go-time-layout.ts';

/** A point in time with the zone it is shown in. */
export interface GoTime {
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** Abbreviation of the zone; empty when it has none. */
  readonly zone: string;
}

/** Date and clock. Months count from 1. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** In English, as Go prints them; January is the first. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** In English, as Go prints them; Sunday is the first. */
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

const DAY = 86_400;

/** Days since the epoch of a date in the proleptic Gregorian calendar; month and day may be out of range and carry over. */
export function daysFromDate(year: number, month: number, day: number): number {
  const carry = Math.floor((month - 1) / 12);
  const monthOfYear = month - 1 - carry * 12;
  // Years start in March here, so that the leap day is the last day of a year.
  const y = year + carry - (monthOfYear < 2 ? 1 : 0);
  const m = (monthOfYear + 10) % 12;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + Math.floor((153 * m + 2) / 5) + day - 1 - 719_468;
}

/** Seconds since the epoch of civil fields in UTC; fields out of range carry over. */
export function secondsFromCivil({ year, month, day, hour, minute, second }: Civil): number {
  return daysFromDate(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
}

function dateFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const m = Math.floor((5 * dayOfYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * m + 2) / 5) + 1 };
}

/** The date and clock that the time's zone shows. */
export function civilOf(time: GoTime): Civil {
  const local = time.seconds + time.offset;
  const days = Math.floor(local / DAY);
  const rest = local - days * DAY;
  return {
    ...dateFromDays(days),
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}

/** The name of the day of the week in the time's zone. */
export function weekdayOf(time: GoTime): string {
  const days = Math.floor((time.seconds + time.offset) / DAY);
  return WEEKDAYS[(((days + 4) % 7) + 7) % 7]!;
}

/** Whether the year has a February 29. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The number of days of a month. */
export function daysInMonth(year: number, month: number): number {
  return daysFromDate(year, month + 1, 1) - daysFromDate(year, month, 1);
}

/** The time written by a layout of Go's (`Mon Jan _2 15:04:05 2006`). */
export function formatTime(time: GoTime, layout: string): string {
  const civil = civilOf(time);
  let text = '';
  for (const { literal, element } of splitLayout(layout)) {
    text += literal;
    if (element !== undefined) text += formatElement(time, civil, element);
  }
  return text;
}

function pad(number: number, width: number, fill = '0'): string {
  const sign = number < 0 ? '-' : '';
  return sign + String(Math.abs(number)).padStart(width, fill);
}

function formatElement(time: GoTime, civil: Civil, element: LayoutElement): string {
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  const yearDay = daysFromDate(civil.year, civil.month, civil.day) - daysFromDate(civil.year, 1, 1) + 1;
  switch (element.kind) {
    case 'longYear':
      return pad(civil.year, 4);
    case 'year':
      return pad(Math.max(civil.year, 0) % 100, 2);
    case 'longMonth':
      return MONTHS[civil.month - 1]!;
    case 'month':
      return MONTHS[civil.month - 1]!.slice(0, 3);
    case 'numMonth':
      return pad(civil.month, element.width);
    case 'longWeekday':
      return weekdayOf(time);
    case 'weekday':
      return weekdayOf(time).slice(0, 3);
    case 'day':
      return pad(civil.day, element.width, element.fill);
    case 'yearDay':
      return pad(yearDay, 3, element.fill);
    case 'hour':
      return pad(civil.hour, 2);
    case 'hour12':
      return pad(hour12, element.width);
    case 'minute':
      return pad(civil.minute, element.width);
    case 'second':
      return pad(civil.second, element.width);
    case 'pm': {
      const text = civil.hour >= 12 ? 'PM' : 'AM';
      return element.lower ? text.toLowerCase() : text;
    }
    case 'offset':
      return element.zulu && time.offset === 0 ? 'Z' : formatOffset(time.offset, element);
    case 'zone':
      return time.zone === '' ? formatOffset(time.offset, { colon: false, parts: 2 }) : time.zone;
    case 'fraction':
      return formatFraction(time.nanos, element);
  }
}

function formatOffset(offset: number, { colon, parts }: { colon: boolean; parts: number }): string {
  const minutes = Math.trunc(offset / 60);
  const sign = minutes < 0 ? '-' : '+';
  const fields = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60, Math.abs(offset) % 60];
  return (
    sign +
    fields
      .slice(0, parts)
      .map((field) => pad(field, 2))
      .join(colon ? ':' : '')
  );
}

function formatFraction(nanos: number, element: { digits: number; trim: boolean; separator: string }): string {
  const digits = pad(nanos, 9).slice(0, element.digits).padEnd(Math.min(element.digits, 9), '0');
  if (!element.trim) return element.separator + digits;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : element.separator + trimmed;
}
