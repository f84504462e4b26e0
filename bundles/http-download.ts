// One download of a bundle: a GET with its redirects, bounded in time and bytes. Credentials go to the configured origin alone.
// When to ask is http-feed.ts.
import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { Agent, type Dispatcher, request } from 'undici';
import type { Payload } from './activation-protocol.ts';
import { BundleError } from './bundle-error.ts';
import type { HttpSource } from './source-config.ts';

/** What a server answered. */
export interface Download {
  /** Undefined: nothing has changed. */
  readonly payload: Payload | undefined;
  readonly etag: string | undefined;
  /** Whether the server says that it holds requests until there is something new; undefined: what it said before holds. */
  readonly isLongPoll: boolean | undefined;
}

const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** The media type by which OPA's bundle servers say that they take long polls. */
const LONG_POLL_TYPE = 'application/vnd.openpolicyagent.bundles';

/** Downloads from one source; the credential is read anew for each request. */
export class HttpDownloader {
  readonly #source: HttpSource;
  readonly #url: URL;
  readonly #maxBytes: number;
  readonly #modes: string;
  /** With our certificate. */
  readonly #agent: Agent;
  /** For where redirects lead. */
  readonly #bareAgent: Agent;

  constructor(source: HttpSource, options: { readonly maxBytes: number; readonly modes: string }) {
    this.#source = source;
    this.#url = new URL(source.url);
    this.#maxBytes = options.maxBytes;
    this.#modes = options.modes;
    const { credential, ca } = source;
    const trust = ca === undefined ? {} : { ca };
    const own = credential?.kind === 'certificate' ? { cert: credential.cert, key: credential.key } : {};
    this.#bareAgent = new Agent({ connect: trust, headersTimeout: 0, bodyTimeout: 0 });
    this.#agent = new Agent({ connect: { ...trust, ...own }, headersTimeout: 0, bodyTimeout: 0 });
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#bareAgent.destroy()]);
  }

  /** Asks for what is newer than `etag`, in a long poll if it has a time. Rejects with BundleError. */
  async get(etag: string | undefined, longPollMs: number | undefined, signal: AbortSignal): Promise<Download> {
    const timeoutMs = (this.#source.timeoutMs ?? TIMEOUT_MS) + (longPollMs ?? 0);
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      return await this.#follow(etag, longPollMs, AbortSignal.any([signal, limit]));
    } catch (error) {
      if (error instanceof BundleError) throw error;
      const reason = limit.aborted ? `no whole answer within ${timeoutMs} ms` : reasonOf(error);
      throw unavailable(`${place(this.#url)}: ${reason}`, { cause: error });
    }
  }

  async #follow(etag: string | undefined, longPollMs: number | undefined, signal: AbortSignal): Promise<Download> {
    const wait = longPollMs === undefined ? '' : `;wait=${Math.ceil(longPollMs / 1000)}`;
    const headers: Record<string, string> = {
      // An answer that was compressed on the way would be no archive, or one of another size.
      'accept-encoding': 'identity',
      prefer: `modes=${this.#modes}${wait}`,
      'user-agent': 'regate',
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    };
    const authorization = await this.#authorization();
    let url = this.#url;
    for (let redirects = 0; ; redirects++) {
      const isHome = url.origin === this.#url.origin;
      const response = await request(url, {
        method: 'GET',
        headers: isHome ? { ...headers, ...authorization } : headers,
        dispatcher: isHome ? this.#agent : this.#bareAgent,
        signal,
      });
      if (!REDIRECTS.has(response.statusCode)) return await this.#read(response, etag);
      await response.body.dump({ limit: 65_536, signal });
      if (redirects === MAX_REDIRECTS) throw unavailable(`${place(this.#url)}: more than ${MAX_REDIRECTS} redirects`);
      url = target(url, header(response, 'location'));
    }
  }

  async #authorization(): Promise<Record<string, string>> {
    const { credential } = this.#source;
    if (credential?.kind === 'bearer') return { authorization: `Bearer ${credential.token}` };
    if (credential?.kind !== 'bearerFile') return {};
    const token = (await readFile(credential.file, 'utf8')).trim();
    if (!/^[\x21-\x7e]+$/.test(token)) throw unavailable(`${credential.file}: holds no token`);
    return { authorization: `Bearer ${token}` };
  }

  async #read(response: Dispatcher.ResponseData, etag: string | undefined): Promise<Download> {
    const { statusCode, body } = response;
    const isLongPoll = header(response, 'content-type')?.split(';')[0]!.trim() === LONG_POLL_TYPE;
    const newTag = header(response, 'etag');
    if (statusCode === 304 && etag !== undefined) {
      await body.dump();
      return { payload: undefined, etag: newTag, isLongPoll: undefined };
    }
    if (statusCode !== 200) {
      await body.dump({ limit: 65_536 });
      const text = `server replied with ${STATUS_CODES[statusCode] ?? statusCode}`;
      throw unavailable(text, { httpStatus: statusCode, retryAfterMs: retryAfter(header(response, 'retry-after')) });
    }
    const encoding = header(response, 'content-encoding') ?? 'identity';
    const length = Number(header(response, 'content-length') ?? 0);
    if (encoding !== 'identity' || length > this.#maxBytes) {
      // It ends in an error that nobody waits for.
      body.on('error', () => {}).destroy();
      if (encoding !== 'identity') throw unavailable(`${place(this.#url)}: the answer is encoded as ${encoding}`);
      this.#tooLarge();
    }
    const bytes = await this.#collect(body);
    return { payload: { kind: 'archive', bytes, deltas: [] }, etag: newTag, isLongPoll };
  }

  /** Into shared memory, piece by piece: a copy of the whole would hold up the thread. */
  async #collect(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
    let buffer = new SharedArrayBuffer(0, { maxByteLength: this.#maxBytes });
    let length = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (length + chunk.length > this.#maxBytes) this.#tooLarge();
      if (length + chunk.length > buffer.byteLength)
        buffer.grow(Math.min(this.#maxBytes, Math.max(65_536, 2 * (length + chunk.length))));
      new Uint8Array(buffer).set(chunk, length);
      length += chunk.length;
    }
    return new Uint8Array(buffer, 0, length);
  }

  #tooLarge(): never {
    throw new BundleError('archive_too_large', `the archive has more than ${this.#maxBytes} bytes`);
  }
}

/** Where a redirect leads: never from https to http, never to another place with a user in it. */
function target(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href))
    throw unavailable(`${place(from)}: a redirect to nowhere`);
  const url = new URL(location, from);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && from.protocol === 'http:');
  if (!isAllowed || url.username !== '' || url.password !== '')
    throw unavailable(`${place(from)}: a redirect to ${url.protocol}//${url.host}, which is not followed`);
  return url;
}

/** Without the query, which may be a secret. */
function place({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function header({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}

function unavailable(
  message: string,
  more: { readonly cause?: unknown; readonly httpStatus?: number; readonly retryAfterMs?: number | undefined } = {},
): BundleError {
  return new BundleError('source_unavailable', message, more);
}
