// The thread that does HTTP exchanges while the evaluation waits for them.
// Left to others: whether a request may be made, redirects, retries (http.ts).
import http from 'node:http';
import https from 'node:https';
import { parentPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import type { ExchangeFailure, ExchangeRequest, ExchangeResult } from './exchange.ts';

interface Job {
  readonly request: ExchangeRequest;
  readonly signal: Int32Array;
  readonly port: MessagePort;
}

const plainAgent = new http.Agent({ keepAlive: true });
const tlsAgent = new https.Agent({ keepAlive: true });

interface SystemError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly errors?: readonly SystemError[];
}

function failureOf(error: SystemError, stage: ExchangeFailure['stage']): ExchangeFailure {
  // Of several addresses tried, the first one tells.
  const { code, message, address, port } = error.errors?.[0] ?? error;
  return { stage, reason: 'error', code: code ?? error.code, message, address, port };
}

function open(request: ExchangeRequest): http.ClientRequest {
  const { isTls, host, port, path, method, headers, tls } = request;
  const options: http.RequestOptions = { host, port, path, method, headers: [...headers], setHost: false };
  if (!isTls) return http.request({ ...options, agent: plainAgent });
  const tlsOptions: https.RequestOptions = { ...options, agent: tlsAgent };
  if (tls) {
    tlsOptions.agent = false;
    tlsOptions.rejectUnauthorized = !tls.isInsecure;
    if (tls.ca) tlsOptions.ca = [...tls.ca];
    if (tls.cert) tlsOptions.cert = [...tls.cert];
    if (tls.key) tlsOptions.key = [...tls.key];
    if (tls.serverName !== undefined) tlsOptions.servername = tls.serverName;
  }
  return https.request(tlsOptions);
}

function exchange(request: ExchangeRequest, report: (result: ExchangeResult) => void): void {
  let isDone = false;
  let stage: ExchangeFailure['stage'] = 'request';
  let outgoing: http.ClientRequest;
  const deadline = Date.now() + request.timeoutMs;
  const finish = (result: ExchangeResult): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    report(result);
    if (result.failure) outgoing.destroy();
  };
  const fail = (failure: Omit<ExchangeFailure, 'stage'>): void => finish({ failure: { ...failure, stage } });
  const timer = setTimeout(() => fail({ reason: 'timeout' }), request.timeoutMs);

  const receive = (incoming: http.IncomingMessage): void => {
    stage = 'body';
    const isPacked = request.unpacksGzip && incoming.headers['content-encoding']?.toLowerCase() === 'gzip';
    const source = isPacked ? incoming.pipe(createGunzip()) : incoming;
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (error: SystemError): void => finish({ failure: failureOf(error, stage) });
    source.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > request.maxBytes) fail({ reason: 'size' });
      else if (!isDone) chunks.push(chunk);
    });
    source.on('end', () =>
      finish({
        response: {
          status: incoming.statusCode ?? 0,
          reason: incoming.statusMessage ?? '',
          headers: incoming.rawHeaders,
          body: Buffer.concat(chunks),
          wasUnpacked: isPacked,
        },
      }),
    );
    source.on('error', refuse);
    incoming.on('error', refuse);
    incoming.on('aborted', () => fail({ reason: 'error', code: 'ECONNRESET', message: 'aborted' }));
  };

  const start = (mayRetry: boolean): void => {
    outgoing = open(request);
    outgoing.on('response', receive);
    outgoing.on('upgrade', (_incoming, socket) => {
      socket.destroy();
      fail({ reason: 'error', message: 'protocol upgrade' });
    });
    outgoing.on('connect', (_incoming, socket) => {
      socket.destroy();
      fail({ reason: 'error', message: 'tunnel' });
    });
    outgoing.on('error', (error: SystemError) => {
      // A kept connection may have been closed by the other side just before.
      if (mayRetry && !isDone && outgoing.reusedSocket && error.code === 'ECONNRESET' && Date.now() < deadline)
        start(false);
      else finish({ failure: failureOf(error, stage) });
    });
    outgoing.end(request.body);
  };
  start(true);
}

parentPort?.on('message', ({ request, signal, port }: Job) => {
  const report = (result: ExchangeResult): void => {
    port.postMessage(result);
    port.close();
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
  try {
    exchange(request, report);
  } catch (error) {
    report({ failure: failureOf(error as SystemError, 'request') });
  }
});
