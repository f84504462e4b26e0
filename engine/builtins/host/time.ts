// Built-ins of the family `time`.
// Left to others: calendars, layouts and zones (go-time.ts, go-time-layout.ts, go-time-parse.ts, time-zone.ts).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { fromBigInt, toBigInt } from '../../value/number.ts';
import type { Value } from '../../value/value.ts';
import { parseDuration } from './go-duration.ts';
import { NAMED_LAYOUTS, resolveLayout } from './go-time-layout.ts';
import { parseTime } from './go-time-parse.ts';
import { civilOf, daysInMonth, formatTime, secondsFromCivil, weekdayOf } from './go-time.ts';
import type { GoTime } from './go-time.ts';
import { integerOperand, isArray, numberOperand, operandError, stringOperand } from './operands.ts';
import { instantOf, loadZone, timeIn } from './time-zone.ts';
import type { TimeZone } from './time-zone.ts';
import { kindName } from '../../value/compare.ts';

const BILLION = 1_000_000_000n;

/** Seconds beyond this are far outside of what 64 bits of nanoseconds hold, and still within what Intl takes. */
const FAR_SECONDS = 1e12;

/** A time, its zone and, in `[ns, zone, layout]`, the layout. */
interface TimeOperand {
  readonly time: GoTime;
  readonly zone: TimeZone;
  readonly layout: string;
}

/** `ns`, `[ns]`, `[ns, zone]` or `[ns, zone, layout]`. What is wrong in it is reported as operand 1, wherever it is. */
function timeOperand(value: Value): TimeOperand {
  const list = isArray(value) ? value : [value];
  if (list.length === 0 || (!isArray(value) && kindName(value) !== 'number')) {
    throw operandError(1, `must be either number (ns) or [number (ns), string (tz)] but got ${kindName(value)}`);
  }
  const number = numberOperand(list[0]!, 1);
  const zone = loadZone(list.length > 1 ? stringOperand(list[1]!, 1) : '');
  const layout = list.length > 2 ? stringOperand(list[2]!, 1) : '';
  const nanos = toBigInt(number, 20);
  if (nanos === undefined || BigInt.asIntN(64, nanos) !== nanos) throw new BuiltinError('timestamp too big');
  const seconds = nanos / BILLION - (nanos % BILLION < 0n ? 1n : 0n);
  return { time: timeIn(zone, Number(seconds), Number(nanos - seconds * BILLION)), zone, layout };
}

/** Nanoseconds as a number value, if 64 bits hold them. */
function nanosValue(nanos: bigint): Value {
  if (BigInt.asIntN(64, nanos) !== nanos) throw new BuiltinError('time outside of valid range');
  return fromBigInt(nanos);
}

function addDate(value: Value, years: Value, months: Value, days: Value): Value {
  const { time, zone } = timeOperand(value);
  const civil = civilOf(time);
  const local = secondsFromCivil({
    ...civil,
    year: civil.year + Number(integerOperand(years, 2)),
    month: civil.month + Number(integerOperand(months, 3)),
    day: civil.day + Number(integerOperand(days, 4)),
  });
  if (!(Math.abs(local) < FAR_SECONDS)) throw new BuiltinError('time outside of valid range');
  return nanosValue(BigInt(instantOf(zone, local)) * BILLION + BigInt(time.nanos));
}

/** Years, months, days, hours, minutes and seconds between two times, as the first one's zone shows them. */
function diff(a: Value, b: Value): Value {
  const first = timeOperand(a);
  const second = timeOperand(b);
  const { zone } = first;
  let start = first.time;
  let end = timeIn(zone, second.time.seconds, second.time.nanos);
  if (start.seconds > end.seconds || (start.seconds === end.seconds && start.nanos > end.nanos))
    [start, end] = [end, start];
  const from = civilOf(start);
  const to = civilOf(end);
  let year = to.year - from.year;
  let month = to.month - from.month;
  let day = to.day - from.day;
  let hour = to.hour - from.hour;
  let minute = to.minute - from.minute;
  let second_ = to.second - from.second;
  if (second_ < 0) {
    second_ += 60;
    minute--;
  }
  if (minute < 0) {
    minute += 60;
    hour--;
  }
  if (hour < 0) {
    hour += 24;
    day--;
  }
  if (day < 0) {
    day += daysInMonth(from.year, from.month);
    month--;
  }
  if (month < 0) {
    month += 12;
    year--;
  }
  return [year, month, day, hour, minute, second_];
}

/** `time.*`. */
export const TIME_BUILTINS: HostBuiltins = {
  'time.now_ns': (context) => fromBigInt(context.nowNs),
  'time.parse_ns': (_, layout, text) => {
    const format = stringOperand(layout!, 1);
    const value = stringOperand(text!, 2);
    return nanosValue(parseTime(resolveLayout(format), value));
  },
  'time.parse_rfc3339_ns': (_, text) => nanosValue(parseTime(NAMED_LAYOUTS['RFC3339']!, stringOperand(text!, 1))),
  'time.parse_duration_ns': (_, text) => fromBigInt(parseDuration(stringOperand(text!, 1))),
  'time.format': (_, value) => {
    const { time, layout } = timeOperand(value!);
    return formatTime(time, layout === '' ? NAMED_LAYOUTS['RFC3339Nano']! : resolveLayout(layout));
  },
  'time.date': (_, value) => {
    const { year, month, day } = civilOf(timeOperand(value!).time);
    return [year, month, day];
  },
  'time.clock': (_, value) => {
    const { hour, minute, second } = civilOf(timeOperand(value!).time);
    return [hour, minute, second];
  },
  'time.weekday': (_, value) => weekdayOf(timeOperand(value!).time),
  'time.add_date': (_, value, years, months, days) => addDate(value!, years!, months!, days!),
  'time.diff': (_, a, b) => diff(a!, b!),
};
