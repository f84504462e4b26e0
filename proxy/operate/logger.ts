// What the gate tells its operators: structured lines on standard error, by pino. What was decided is in the decision log, not here.
import { pino } from 'pino';
import type { OperationsConfig } from '../config/operations.ts';

/** Says something; `level` is `info` unless given. */
export type Report = (text: string, level?: OperationsConfig['logLevel']) => void;

/** Whatever looks like one must not stand in a log, wherever it came from. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]*\.?[\w-]*/g, '[token]'],
  [/\b(Bearer|DPoP|Basic) +[A-Za-z0-9\-._~+/]+=*/gi, '$1 [token]'],
  [/(:\/\/)[^/\s:@]+:[^/\s@]+@/g, '$1[credentials]@'],
];

/** Lines of JSON with `time`, `level`, `msg`. */
export function openLogger(level: OperationsConfig['logLevel'], write?: (line: string) => void): Report {
  const options = {
    level,
    base: { app: 'regate' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Not buffered: the last line before a crash is the one that is wanted.
  const logger = pino(options, write === undefined ? pino.destination({ dest: 2, sync: true }) : { write });
  return (text, severity = 'info') => logger[severity](withoutSecrets(text));
}

/** A text with tokens and passwords taken out. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
