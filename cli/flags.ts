// Values of flags, read and refused as OPA does.
import { type Command, Option } from 'commander';

/** A flag with a wrong value, or arguments that do not fit: reported with the command's usage. */
export class FlagError extends Error {}

/** For options that may be repeated. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** For options that may be repeated, or list values with commas. */
export const collectList = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value.split(','),
];

/** A parser of one of several words. `flag` is as in messages: `-f, --format`. */
export function oneOf<T extends string>(flag: string, choices: readonly T[]): (value: string) => T {
  return (value) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      throw new FlagError(`invalid argument "${value}" for "${flag}" flag: must be one of {${choices.join(',')}}`);
    return found;
  };
}

/** A parser of whole numbers. */
export function integer(flag: string): (value: string) => number {
  return (value) => {
    if (!/^[+-]?\d+$/.test(value))
      throw new FlagError(
        `invalid argument "${value}" for "${flag}" flag: strconv.ParseInt: parsing "${value}": invalid syntax`,
      );
    return Number(value);
  };
}

/** A parser of numbers. */
export function float(flag: string): (value: string) => number {
  return (value) => {
    if (value.trim() === '' || Number.isNaN(Number(value)))
      throw new FlagError(
        `invalid argument "${value}" for "${flag}" flag: strconv.ParseFloat: parsing "${value}": invalid syntax`,
      );
    return Number(value);
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

function durationFault(value: string): string {
  if (/^[+-]?[\d.]+$/.test(value)) return 'missing unit in duration';
  for (const [, unit] of value.matchAll(/[\d.]+([^\d.]+)/g))
    if (!(unit! in UNITS) && /^[+-]?\d/.test(value)) return `unknown unit ${JSON.stringify(unit)} in duration`;
  return 'invalid duration';
}

/** A parser of Go's durations (`1m30s`) to nanoseconds. */
export function duration(flag: string): (value: string) => number {
  return (value) => {
    const invalid = (text: string): never => {
      throw new FlagError(`invalid argument "${value}" for "${flag}" flag: time: ${text} "${value}"`);
    };
    if (value === '0') return 0;
    if (!/^[+-]?((\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(value))
      return invalid(durationFault(value));
    let total = 0;
    for (const [, count, unit] of value.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g))
      total += Number(count) * UNITS[unit!]!;
    return value.startsWith('-') ? -total : total;
  };
}

/** Nanoseconds as Go prints a duration: `1.5ms`, `1m0.25s`. */
export function formatDuration(ns: number): string {
  const short = (value: number, digits: number): string => {
    const text = value.toFixed(digits);
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  };
  if (ns === 0) return '0s';
  if (ns < 1e3) return `${ns}ns`;
  if (ns < 1e6) return `${short(ns / 1e3, 3)}µs`;
  if (ns < 1e9) return `${short(ns / 1e6, 6)}ms`;
  if (ns < 60e9) return `${short(ns / 1e9, 9)}s`;
  const hours = Math.floor(ns / 3600e9);
  const minutes = Math.floor((ns % 3600e9) / 60e9);
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${short((ns % 60e9) / 1e9, 9)}s`;
}

/** Heading, in the help, of flags that command lines written for OPA may have and that change nothing here. */
export const WITHOUT_EFFECT = 'Accepted as by OPA, without effect:';

/** Options that compiling commands share. */
export function compilerOptions(command: Command): Command {
  return command
    .option('--ignore <strings>', "names to leave out below directories (e.g. '.*' for hidden files)", collectList, [])
    .option('-m, --max-errors <int>', 'the number of errors to show', integer('-m, --max-errors'), 10)
    .option('-s, --schema <path>', 'a JSON schema of the input, or a directory of schemas')
    .option('--capabilities <file>', 'a capabilities file that limits the built-ins')
    .option('--builtins <module>', "a JavaScript module with built-ins of one's own")
    .option('--v0-compatible', 'read Rego v0')
    .addOption(new Option('--v1-compatible', 'read Rego v1').helpGroup(WITHOUT_EFFECT));
}
