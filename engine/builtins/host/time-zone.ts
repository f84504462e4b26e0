// IANA time zones by name: the offset and the abbreviation at an instant.
// Offsets come from Intl, abbreviations from zone-abbreviations.ts; calendars and texts are left to go-time.ts.
import { BuiltinError } from '../../host/builtin.ts';
import { secondsFromCivil } from './go-time.ts';
import type { GoTime } from './go-time.ts';
import { ZONE_ABBREVIATIONS } from './zone-abbreviations.ts';

/** A zone. */
export interface TimeZone {
  readonly name: string;
  /** Seconds east of UTC at an instant (seconds since the epoch). */
  offsetAt(seconds: number): number;
  /** The abbreviation in use at an instant, `CEST` or `+03`. */
  abbreviationAt(seconds: number): string;
}

const UTC: TimeZone = { name: 'UTC', offsetAt: () => 0, abbreviationAt: () => 'UTC' };

interface Abbreviation {
  readonly text: string;
  readonly offset: number;
  /** The second until which it was in use. */
  readonly until: number;
}

let abbreviations: Map<string, readonly Abbreviation[]> | undefined;

/** Read once, when a zone is first asked for. */
function abbreviationsOf(name: string): readonly Abbreviation[] | undefined {
  if (abbreviations === undefined) {
    abbreviations = new Map();
    for (const line of ZONE_ABBREVIATIONS.trim().split('\n')) {
      const [names = '', list = ''] = line.split('|');
      const parsed = [...list.matchAll(/(\S+)@(-?\d+)(?:<(-?\d+))?/g)].map((match) => ({
        text: match[1]!,
        offset: Number(match[2]),
        until: match[3] === undefined ? Infinity : Number(match[3]),
      }));
      for (const zone of names.split(' ')) abbreviations.set(zone, parsed);
    }
  }
  return abbreviations.get(name);
}

class IntlZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #abbreviations: readonly Abbreviation[];

  constructor(name: string) {
    this.name = name;
    this.#abbreviations = abbreviationsOf(name) ?? [];
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  offsetAt(seconds: number): number {
    const parts: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(seconds * 1000)) parts[type] = value;
    const number = (type: string): number => Number(parts[type]);
    const year = parts['era'] === 'BC' ? 1 - number('year') : number('year');
    const local = secondsFromCivil({
      year,
      month: number('month'),
      day: number('day'),
      hour: number('hour'),
      minute: number('minute'),
      second: number('second'),
    });
    return local - seconds;
  }

  abbreviationAt(seconds: number): string {
    const offset = this.offsetAt(seconds);
    const named = this.#abbreviations.find((item) => item.offset === offset && seconds < item.until);
    return named?.text ?? numericAbbreviation(offset);
  }
}

/** `+03`, `-0330`: the abbreviation of zones that have no letters for it. */
function numericAbbreviation(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const pad = (number: number): string => String(number).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : pad(minutes % 60);
  return (offset < 0 ? '-' : '+') + pad(Math.floor(minutes / 60)) + rest;
}

const zones = new Map<string, TimeZone>();
const MAX_ZONES = 1000;

/** The zone of that name; `""` and `UTC` are UTC, and so is `Local`, as decisions must not hang on where they are made. Throws BuiltinError with Go's text. */
export function loadZone(name: string): TimeZone {
  if (name === '' || name === 'UTC' || name === 'Local') return UTC;
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (/^[/\\]|\.\./.test(name)) throw new BuiltinError('time: invalid location name');
  const zone = openZone(name);
  if (zone === undefined) throw new BuiltinError(`unknown time zone ${name}`);
  if (zones.size < MAX_ZONES) zones.set(name, zone);
  return zone;
}

/** Names are taken as they are written, where Intl takes any case and names of its own. */
function openZone(name: string): TimeZone | undefined {
  if (abbreviationsOf(name) === undefined && !Intl.supportedValuesOf('timeZone').includes(name)) return undefined;
  try {
    return new IntlZone(name);
  } catch {
    return undefined;
  }
}

/** The instant as the zone shows it. */
export function timeIn(zone: TimeZone, seconds: number, nanos: number): GoTime {
  return { seconds, nanos, offset: zone.offsetAt(seconds), zone: zone.abbreviationAt(seconds) };
}

/** The instant at which the zone's clocks show `local` (civil time as if it were UTC); in a gap or overlap, the one that Go chooses. */
export function instantOf(zone: TimeZone, local: number): number {
  const guess = zone.offsetAt(local);
  return guess === 0 ? local : local - zone.offsetAt(local - guess);
}
