// How the demo shows decisions in a terminal: one coloured line for each event of the log, as it comes.
import { closeSync, openSync, readSync } from 'node:fs';

/** An event of the decision log, as far as the demo shows it. */
export interface ShownEvent {
  readonly decision_id: string;
  readonly timestamp: string;
  readonly input: {
    readonly identity: { readonly subject: string } | null;
    readonly request: { readonly method: string | null; readonly path: string | null };
    readonly mcp?: {
      readonly method: string | null;
      readonly tool: string | null;
      readonly arguments?: unknown;
    } | null;
  };
  readonly result?: {
    readonly action: string;
    readonly reason?: string;
    readonly mask?: { readonly response?: readonly (string | { readonly path: string })[] };
  };
  readonly error?: { readonly code: string };
  readonly erased?: readonly string[];
  readonly masked?: readonly string[];
  readonly metrics: { readonly timer_server_handler_ns: number };
}

const isPlain = process.env.NO_COLOR !== undefined || !process.stdout.isTTY;

function paint(code: number): (text: string) => string {
  return (text) => (isPlain ? text : `\u001b[${code}m${text}\u001b[0m`);
}

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
const yellow = paint(33);
export const cyan = paint(36);

/** A line for an event: when, what came of it, who, what, why, how long it took. */
export function showEvent(event: ShownEvent): string {
  const { input, result, error, metrics } = event;
  const what = input.mcp?.tool ?? input.mcp?.method ?? `${input.request.method} ${input.request.path}`;
  const masks = (result?.mask?.response ?? []).map((mask) => (typeof mask === 'string' ? mask : mask.path));
  const notes = [
    ...(result?.reason === undefined ? [] : [result.reason]),
    ...(error === undefined || error.code === 'policy_denied' ? [] : [error.code]),
    ...(event.masked === undefined ? [] : [`masked ${event.masked.join(' ')}`]),
    ...(masks.length === 0 || error !== undefined ? [] : [`answer masked ${masks.join(' ')}`]),
  ];
  return [
    dim(event.timestamp.slice(11, 23)),
    outcome(event),
    (input.identity?.subject ?? '-').padEnd(6),
    cyan(what.padEnd(13)),
    notes.join('; '),
    dim(`${(metrics.timer_server_handler_ns / 1e6).toFixed(1)} ms ${event.decision_id.slice(0, 8)}`),
  ].join(' ');
}

function outcome({ result, error }: ShownEvent): string {
  if (error === undefined) return green('allow  ');
  if (error.code === 'policy_denied') return red('deny   ');
  if (result?.action === 'approve') return yellow('hold   ');
  return red('refused');
}

/** Calls `show` with each event that is written to the file from now on; returns how to stop. */
export function followLog(file: string, show: (event: ShownEvent) => void): () => void {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(64 * 1024);
  let at = 0;
  let rest = '';
  const read = (): void => {
    for (;;) {
      const length = readSync(descriptor, chunk, 0, chunk.length, at);
      if (length === 0) return;
      at += length;
      const lines = (rest + chunk.toString('utf8', 0, length)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) show(JSON.parse(line) as ShownEvent);
    }
  };
  const timer = setInterval(read, 50);
  return () => {
    clearInterval(timer);
    read();
    closeSync(descriptor);
  };
}
