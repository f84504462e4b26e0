// Sends a recorded request again, with another's token: to the gate it was recorded at, or to a test system. What was masked in the record
// cannot be sent, and is not made up.
import { readFileSync } from 'node:fs';
import type { RecordedExchange } from '../proxy/record/find.ts';
import { CliError } from './errors.ts';

export interface ReplayFlags {
  readonly to?: string;
  readonly asTokenFile?: string;
  readonly connectionPath?: string;
}

export interface Replayed {
  readonly id: string;
  readonly outcome: 'printed' | 'sent' | 'skipped';
  readonly status?: number;
  readonly body?: string;
  readonly text: string;
}

const TIMEOUT_MS = 60_000;

/** Prints a request, or sends it. Throws CliError when the target cannot be reached. */
export async function replayExchange(exchange: RecordedExchange, flags: ReplayFlags): Promise<Replayed> {
  const { id, event } = exchange;
  const request = event.input.request as {
    readonly method?: string;
    readonly path?: string;
    readonly query?: Readonly<Record<string, readonly string[]>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  );
  const path = `${flags.connectionPath ?? request.path ?? '/'}${query.size === 0 ? '' : `?${query}`}`;
  const body = request.body == null ? undefined : JSON.stringify(request.body);
  const line = `${request.method} ${path}`;
  const missing = maskedIn(event);
  if (flags.to === undefined)
    return { id, outcome: 'printed', text: `${line}\n${body ?? ''}${missing === undefined ? '' : `\n(${missing})`}` };
  if (missing !== undefined) return { id, outcome: 'skipped', text: `${line}: skipped, ${missing}` };
  const headers: Record<string, string> = { ...request.headers };
  delete headers['mcp-session-id'];
  if (flags.asTokenFile !== undefined)
    headers.authorization = `Bearer ${readFileSync(flags.asTokenFile, 'utf8').trim()}`;
  let answer: Response;
  try {
    answer = await fetch(new URL(path, flags.to), {
      method: request.method ?? 'POST',
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown };
    throw new CliError(`error: ${flags.to} cannot be reached: ${String(cause ?? error)}`);
  }
  const text = await answer.text();
  return {
    id,
    outcome: 'sent',
    status: answer.status,
    body: text,
    text: `${line}: ${answer.status}\n${text.trimEnd()}`,
  };
}

/** Why a request cannot be sent as it was: something in it was masked or erased. */
function maskedIn(event: RecordedExchange['event']): string | undefined {
  const { masked = [], erased = [] } = event as {
    readonly masked?: readonly string[];
    readonly erased?: readonly string[];
  };
  const gone = [...masked, ...erased].filter((path) => !/session_id|mcp-session-id|^\/input\/identity/.test(path));
  return gone.length === 0 ? undefined : `masked in the record: ${gone.join(', ')}`;
}
