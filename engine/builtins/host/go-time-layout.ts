// The layouts of Go's time package: the reference time written the way a text is to be written or read.
// Left to others: writing (go-time.ts) and reading (go-time-parse.ts) by a layout.

/** One field of a layout; `text` is how the layout spells it. */
export type LayoutElement = { readonly text: string } & (
  | { readonly kind: 'longYear' | 'year' | 'longMonth' | 'month' | 'longWeekday' | 'weekday' | 'hour' | 'zone' }
  | { readonly kind: 'numMonth' | 'hour12' | 'minute' | 'second'; readonly width: number }
  | { readonly kind: 'day'; readonly width: number; readonly fill: string }
  | { readonly kind: 'yearDay'; readonly fill: string }
  | { readonly kind: 'pm'; readonly lower: boolean }
  /** `-07`, `-0700`, `-07:00:00` and with `Z` in place of the sign; `parts`: hours, minutes, seconds. */
  | { readonly kind: 'offset'; readonly zulu: boolean; readonly colon: boolean; readonly parts: number }
  | { readonly kind: 'fraction'; readonly digits: number; readonly trim: boolean; readonly separator: string }
);

/** Literal text and the field that follows it; only the last has none. */
export interface LayoutChunk {
  readonly literal: string;
  readonly element: LayoutElement | undefined;
}

/** The layouts that OPA knows by name. */
export const NAMED_LAYOUTS: Readonly<Record<string, string>> = {
  ANSIC: 'Mon Jan _2 15:04:05 2006',
  UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
  RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
};

/** The layout itself, or the one that OPA knows by that name. */
export function resolveLayout(layout: string): string {
  return Object.hasOwn(NAMED_LAYOUTS, layout) ? NAMED_LAYOUTS[layout]! : layout;
}

/** At every place the longest field wins; `Jan` and `Mon` are none when a lower-case letter follows; a fraction must not end before a digit. */
const FIELD = new RegExp(
  [
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST',
    '002|0[1-6]|15|1|2006|2',
    '_2006|_2|__2|3|4|5|PM|pm',
    '-070000|-07:00:00|-0700|-07:00|-07',
    'Z070000|Z07:00:00|Z0700|Z07:00|Z07',
    '[.,](?:0+|9+)(?!\\d)',
  ].join('|'),
  'g',
);

/** The literal parts and fields of a layout, in order. */
export function splitLayout(layout: string): LayoutChunk[] {
  const chunks: LayoutChunk[] = [];
  let last = 0;
  for (const match of layout.matchAll(FIELD)) {
    // `_2006` is a literal underscore and a year.
    const skip = match[0] === '_2006' ? 1 : 0;
    const text = match[0].slice(skip);
    chunks.push({ literal: layout.slice(last, match.index + skip), element: elementOf(text) });
    last = match.index + match[0].length;
  }
  chunks.push({ literal: layout.slice(last), element: undefined });
  return chunks;
}

const FIELDS: Readonly<Record<string, LayoutElement>> = Object.fromEntries(
  (
    [
      { text: 'January', kind: 'longMonth' },
      { text: 'Jan', kind: 'month' },
      { text: '1', kind: 'numMonth', width: 1 },
      { text: '01', kind: 'numMonth', width: 2 },
      { text: 'Monday', kind: 'longWeekday' },
      { text: 'Mon', kind: 'weekday' },
      { text: '2', kind: 'day', width: 1, fill: '0' },
      { text: '_2', kind: 'day', width: 2, fill: ' ' },
      { text: '02', kind: 'day', width: 2, fill: '0' },
      { text: '__2', kind: 'yearDay', fill: ' ' },
      { text: '002', kind: 'yearDay', fill: '0' },
      { text: '15', kind: 'hour' },
      { text: '3', kind: 'hour12', width: 1 },
      { text: '03', kind: 'hour12', width: 2 },
      { text: '4', kind: 'minute', width: 1 },
      { text: '04', kind: 'minute', width: 2 },
      { text: '5', kind: 'second', width: 1 },
      { text: '05', kind: 'second', width: 2 },
      { text: '2006', kind: 'longYear' },
      { text: '06', kind: 'year' },
      { text: 'PM', kind: 'pm', lower: false },
      { text: 'pm', kind: 'pm', lower: true },
      { text: 'MST', kind: 'zone' },
    ] satisfies LayoutElement[]
  ).map((element) => [element.text, element]),
);

function elementOf(text: string): LayoutElement {
  const known = FIELDS[text];
  if (known !== undefined) return known;
  const first = text[0]!;
  if (first === '.' || first === ',') {
    return { text, kind: 'fraction', digits: text.length - 1, trim: text[1] === '9', separator: first };
  }
  const digits = text.replace(/\D/g, '').length;
  return { text, kind: 'offset', zulu: first === 'Z', colon: text.includes(':'), parts: digits / 2 };
}
