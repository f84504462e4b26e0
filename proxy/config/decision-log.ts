// The decisionLog section of the configuration. Writing the log is log/.
import type { ObjectReader } from './reader.ts';

export interface LogConfig {
  /** A file to append to; undefined for standard output. */
  readonly file: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** JSON pointers to erase from events. */
  readonly mask: readonly string[];
}

/** Reads `decisionLog`. */
export function readLog(log: ObjectReader): LogConfig {
  const destination = log.optionalText('file');
  const file = destination === undefined ? undefined : log.file('file');
  const isStdout = log.isTrue('stdout');
  if ((file === undefined) !== isStdout) log.fault('', 'needs either file or stdout');
  const labels: Record<string, string> = {};
  for (const label of log.has('labels')
    ? log.texts('labels', [], [(text) => /^[^=]+=.+$/.test(text), 'has to be NAME=VALUE'])
    : []) {
    const at = label.indexOf('=');
    labels[label.slice(0, at)] = label.slice(at + 1);
  }
  const mask = log.texts(
    'mask',
    [],
    [(pointer) => /^\/(?:input|result)(?:\/|$)/.test(pointer), 'has to be a JSON pointer below /input or /result'],
  );
  log.end();
  return { file, labels, mask };
}
