// One HTTP exchange with an authorization server: JSON back, under limits of time and size, without redirects. What the JSON means is the
// callers' business.
import { Agent, request, type Dispatcher } from 'undici';

const TIMEOUT_MS = 5_000;
const ANSWER_LIMIT_BYTES = 512 * 1024;

export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface FetchOptions {
  /** Certificates to trust in place of the usual ones, PEM. */
  readonly ca?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form to POST; a GET without it. */
  readonly form?: URLSearchParams;
}

const agents = new Map<string | undefined, Agent>();

/** Fetches a JSON object. Throws an Error whose message holds nothing of what was sent. */
export async function fetchJson(url: string, { ca, headers = {}, form }: FetchOptions = {}): Promise<JsonAnswer> {
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      body: form === undefined ? null : form.toString(),
      dispatcher: agentOf(ca),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Error(`no answer (${codeOf(error)})`);
  }
  const bytes = await collect(answer);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error(`status ${answer.statusCode}, and no JSON`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Error(`status ${answer.statusCode}, and no JSON object`);
  return { status: answer.statusCode, body: body as Record<string, unknown>, headers: answer.headers };
}

function agentOf(ca: string | undefined): Agent {
  let agent = agents.get(ca);
  if (agent === undefined) {
    agent = new Agent({
      connect: { timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) },
      keepAliveTimeout: 4_000,
      connections: 16,
    });
    agents.set(ca, agent);
  }
  return agent;
}

async function collect({ body }: Dispatcher.ResponseData): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += (chunk as Uint8Array).length;
      if (size > ANSWER_LIMIT_BYTES) break;
      chunks.push(chunk as Uint8Array);
    }
  } catch (error) {
    throw new Error(`no whole answer (${codeOf(error)})`);
  }
  if (size > ANSWER_LIMIT_BYTES) throw new Error('the answer is too large');
  return Buffer.concat(chunks);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
