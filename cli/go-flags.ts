// Arguments as Go's flags are written, in the form that the argument parser takes: `--flag=true`, `-f=json`.
import type { Command, Option } from 'commander';
import { FlagError } from './flags.ts';

/** The words that Go reads as a truth value. */
const TRUTH = new Map<string, boolean>([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
]);

/**
 * The arguments for the parser: `-f=json` becomes `-f json`, `--flag=true` and `--flag` where only `--no-flag` says anything vanish or stay.
 * Throws FlagError for a truth value that is none.
 */
export function fromGoFlags(args: readonly string[], command: Command | undefined): string[] {
  if (command === undefined) return [...args];
  const plain: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') return [...plain, ...args.slice(i)];
    const [, name, value] = /^(--[a-z0-9-]+|-[a-zA-Z])(?:=(.*))?$/s.exec(arg) ?? [];
    const option = name === undefined ? undefined : optionOf(command, name);
    if (option === undefined) plain.push(arg);
    else if (!option.isBoolean() && !option.negate) {
      if (value !== undefined) plain.push(name!, value);
      else {
        plain.push(arg);
        // What follows is its value, whatever it looks like.
        if (option.required && i + 1 < args.length) plain.push(args[++i]!);
      }
    } else {
      const isOn = value === undefined || truth(value, option);
      // Of `--no-flag` the positive form says nothing.
      if (option.negate && !name!.startsWith('--no-')) plain.push(...(isOn ? [] : [option.long!]));
      else if (isOn) plain.push(name!);
    }
  }
  return plain;
}

function optionOf({ options }: Command, name: string): Option | undefined {
  return (
    options.find(({ long, short }) => long === name || short === name) ??
    options.find(({ long }) => long === name.replace(/^--/, '--no-'))
  );
}

function truth(value: string, { short, long }: Option): boolean {
  const found = TRUTH.get(value);
  if (found !== undefined) return found;
  const flag = [short, long].filter((name) => name !== undefined).join(', ');
  throw new FlagError(
    `invalid argument "${value}" for "${flag}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
  );
}
