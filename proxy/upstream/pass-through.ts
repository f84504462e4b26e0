// The way of connections whose bodies are opaque (`inspection: headers`): downloads, uploads, WebSockets. http-proxy-middleware carries the bytes; what
// it is given to send, and what it may send back, is made here from allow-lists, for by itself it forwards every header and its errors name the
// upstream. Who calls, and whether he may, has been decided before.
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { createProxyMiddleware, type RequestHandler } from 'http-proxy-middleware';
import type { ConnectionConfig } from '../config/connections.ts';
import { endingOf, GateError, UpstreamAnswerRefused, UpstreamTimeout, UpstreamUnavailable } from '../errors.ts';
import type { Exchange, Upgrade } from '../exchange.ts';
import { placeAtGate, redirectAtGate } from '../answer/location.ts';
import { opaqueAnswerHeaders, opaqueRequestHeaders, webSocketAnswerHeaders } from '../request/headers.ts';
import { upstreamPath } from './forward.ts';
import { renewCredential } from './inject-credential.ts';

/** An answer's head, its body unread. */
export interface OpaqueAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: IncomingMessage;
  /** What of the body goes to the client: in one piece when it is all here. */
  take(): string | Uint8Array | IncomingMessage;
}

/** Who waits for what became of a request. */
interface Waiting {
  readonly exchange: Exchange;
  /** Of a WebSocket there is no answer: it is open. */
  readonly resolve: (answer: IncomingMessage | undefined) => void;
  readonly reject: (error: GateError) => void;
  isLate: boolean;
  isAnswered: boolean;
}

/** The middleware of one connection. */
export class PassThrough {
  readonly #connection: ConnectionConfig;
  readonly #agent: HttpAgent;
  readonly #proxy: RequestHandler;
  readonly #waiting = new WeakMap<IncomingMessage, Waiting>();

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    const { upstream, tls, timeouts } = connection;
    const options = { keepAlive: true, timeout: timeouts.idleMs };
    this.#agent =
      upstream.protocol === 'https:'
        ? new HttpsAgent({
            ...options,
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...tls.certificate,
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          })
        : new HttpAgent(options);
    this.#proxy = createProxyMiddleware({
      target: upstream.origin,
      agent: this.#agent,
      // The answer is the line's to send, after the log.
      selfHandleResponse: true,
      on: {
        // Without a handler of ours its own would answer, with the upstream's address.
        error: (error, request) => this.#failed(request, error),
        proxyReq: (onward, request) => {
          this.#watch(onward, request);
          // Nobody has asked for it, and without a listener Node says nothing of it at all.
          onward.once('upgrade', (_answer, upstream) => {
            upstream.destroy();
            this.#failed(request, new UpstreamAnswerRefused('it has changed the protocol unasked: 101'));
          });
        },
        proxyReqWs: (onward, request) => {
          this.#watch(onward, request);
          onward.prependOnceListener('upgrade', (answer, upstream) => {
            answer.headers = webSocketAnswerHeaders(answer.headers);
            closeTogether(this.#waiting.get(request)!.exchange.upgrade!.socket, upstream);
            this.#waiting.get(request)?.resolve(undefined);
          });
          // Not switched: the answer would go to the client as it is.
          onward.prependOnceListener('response', ({ statusCode }) =>
            this.#failed(request, new UpstreamAnswerRefused(`no WebSocket: ${statusCode}`)),
          );
        },
        proxyRes: (answer, request) => this.#waiting.get(request)?.resolve(answer),
      },
    });
  }

  /** Sends the request on; the answer's head. Throws UpstreamUnavailable, UpstreamTimeout, UpstreamAnswerRefused or ClientGone. */
  async send(exchange: Exchange): Promise<OpaqueAnswer> {
    const { request, response } = exchange;
    const body = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
      this.#begin(exchange, resolve, reject);
      void this.#proxy(request, response, () => {});
      // What comes of it later concerns nobody. Left in the map it would be kept until a full collection.
    }).finally(() => this.#waiting.delete(request));
    if (body === undefined) throw new UpstreamUnavailable('no answer');
    const { statusCode = 0, headers } = body;
    const connection = this.#connection;
    const redirect = redirectAtGate(statusCode, headers.location, exchange, connection);
    try {
      if (redirect === undefined) refuse(statusCode);
    } catch (error) {
      body.destroy();
      // The body has been passed on and is gone: the next request will have the new one.
      if (statusCode === 401) await renewCredential(exchange).catch(() => false);
      throw error;
    }
    const kept = opaqueAnswerHeaders(headers, connection.forwardResponseHeaders);
    for (const name of ['location', 'content-location']) {
      const place = headers[name] === undefined ? undefined : placeAtGate(String(headers[name]), exchange, connection);
      if (place !== undefined) kept[name] = place;
    }
    if (redirect === undefined) return { statusCode, headers: kept, body, take: () => takeWhole(body) ?? body };
    // The text beside a redirect is for those who do not follow it, and names the upstream's addresses.
    for (const name of Object.keys(kept)) if (name.startsWith('content-')) delete kept[name];
    return { statusCode, headers: kept, body, take: () => (body.resume(), '') };
  }

  /**
   * Opens a WebSocket between the caller and the upstream. The middleware ends the caller's socket on a failure at once, which is why
   * `onFailed` has to answer before it returns.
   */
  async upgrade(exchange: Exchange, { socket, head }: Upgrade, onFailed: (error: GateError) => void): Promise<void> {
    await new Promise<IncomingMessage | undefined>((resolve) => {
      this.#begin(exchange, resolve, (error) => {
        onFailed(error);
        resolve(undefined);
      });
      exchange.signal.addEventListener('abort', () => socket.destroy(), { once: true });
      this.#proxy.upgrade(exchange.request, socket, head);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #begin(exchange: Exchange, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
    const { request } = exchange;
    this.#waiting.set(request, { exchange, resolve, reject, isLate: false, isAnswered: false });
    // An `Upgrade` that the server has not taken for a WebSocket is a header like any other, and not on the list.
    const isUpgrade = exchange.upgrade !== undefined;
    request.url = upstreamPath(exchange, this.#connection);
    // All that the middleware knows of the caller's headers.
    request.headers = { ...opaqueRequestHeaders(request.headers, this.#connection.forwardHeaders, isUpgrade) };
    if (!exchange.isDryRun) Object.assign(request.headers, exchange.decision?.headers);
    Object.assign(request.headers, exchange.credential);
    request.headers.host = this.#connection.upstream.host;
  }

  #watch(onward: ClientRequest, request: IncomingMessage): void {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return;
    rejectStrangers(onward, request.headers);
    const { upstreamMs, idleMs } = this.#connection.timeouts;
    const late = (): void => {
      waiting.isLate = true;
      onward.destroy();
    };
    // An upload takes its time, as long as it goes on; the upstream's begins when it has everything.
    let timer: NodeJS.Timeout | undefined;
    onward.setTimeout(idleMs, late);
    onward.once('finish', () => {
      if (!waiting.isAnswered) timer = setTimeout(late, upstreamMs);
    });
    const answered = (): void => {
      waiting.isAnswered = true;
      clearTimeout(timer);
    };
    onward.once('response', answered).once('upgrade', answered).once('close', answered);
    const { signal } = waiting.exchange;
    const cut = (): void => {
      onward.destroy();
      // The middleware reports no error once the caller's socket is gone.
      this.#failed(request, endingOf(signal));
    };
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  }

  #failed(request: IncomingMessage, error: Error): void {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return;
    const { exchange, isLate, reject } = waiting;
    if (exchange.signal.aborted) reject(endingOf(exchange.signal));
    else if (error instanceof GateError) reject(error);
    else
      reject(isLate ? new UpstreamTimeout(error.message) : new UpstreamUnavailable(`${error.name}: ${error.message}`));
  }
}

/** WebSockets know no half-closed connections: when one side has said its last, the other is told what is left, and that was it. */
function closeTogether(client: Socket, upstream: Socket): void {
  client.once('end', () => upstream.destroySoon()).once('close', () => upstream.destroy());
  upstream.once('end', () => client.destroySoon()).once('close', () => client.destroySoon());
}

/** A body of known length, when all of it is here already: it can go out in one piece. Undefined otherwise; then it is still to be read. */
function takeWhole(body: IncomingMessage): Buffer | undefined {
  const isHere = body.readableLength > 0 && body.readableLength === Number(body.headers['content-length']);
  return isHere ? ((body.read() as Buffer | null) ?? undefined) : undefined;
}

/** The same as for answers that are read: the credential's refusals and redirects are the upstream's with the gate. */
function refuse(status: number): void {
  if (status === 401 || status === 407) throw new UpstreamAnswerRefused(`the credential is refused with ${status}`);
  if (status >= 300 && status < 400 && status !== 304) throw new UpstreamAnswerRefused(`a redirect, ${status}`);
}

/** Nothing goes that is not on the list, whatever a later version of the middleware may add. */
function rejectStrangers(onward: ClientRequest, wanted: OutgoingHttpHeaders): void {
  const own = ['host', 'connection', 'transfer-encoding', 'content-length', 'upgrade'];
  for (const name of onward.getHeaderNames()) if (!(name in wanted) && !own.includes(name)) onward.removeHeader(name);
}
