// The gate's listeners: administration on its own (admin/), and for traffic Express in front of the line, the well-known documents, limits of the sockets. Nothing here decides.
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express from 'express';
import { listenAdmin } from './admin/listen.ts';
import { drain } from './operate/lifecycle.ts';
import type { Gate } from './gate.ts';
import { serve } from './line.ts';
import { protectedResource, WELL_KNOWN } from './identity/protected-resource.ts';
import { allowOrigin, answerPreflight, isPreflight } from './request/cross-origin.ts';
import { isOver } from './request/client-socket.ts';
import { hostOf } from './request/route.ts';
import { refuseConnect, refuseUnreadable } from './request/unreadable.ts';
import { sendJson } from './answer/reply.ts';
import { openServer, renewCertificates } from './server.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 60_000;
/** Connections that may wait to be accepted: agents come in crowds. */
const BACKLOG = 4096;

export interface Listener {
  readonly server: Server;
  readonly port: number;
  /** Where administration listens; undefined when it does not. */
  readonly adminPort: number | undefined;
  /**
   * Stops gently: says that it is not ready, still serves for `drain.delayMs`, takes no more connections, gives what is under way
   * `drain.timeoutMs`, and closes. Administration answers to the end.
   */
  drain(): Promise<void>;
  /** Stops listening, cuts what is open and closes the gate. */
  close(): Promise<void>;
}

/** Listens where the configuration says. Rejects when the port is taken. */
export async function listen(gate: Gate): Promise<Listener> {
  const { limits, listen: address, admin: adminConfig } = gate.config;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // No body parser ahead of the line: it reads bodies itself, after it knows who sends them.
  app.use((request, response) => {
    const isAllowed = allowOrigin(request, response, gate.config.allowedOrigins);
    if (isAllowed && isPreflight(request)) {
      answerPreflight(request, response, ['GET']);
      return;
    }
    const found = request.method === 'GET' ? protectedResource(gate.config, request.url, hostOf(request)) : undefined;
    if (found === undefined)
      sendJson(response, 404, { error: 'not_found', message: 'There is nothing at this address.' });
    else sendJson(response, 200, found);
  });
  const isOpaque = (): boolean => gate.config.connections.some(({ inspection }) => inspection === 'headers');
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (isOver(request.socket)) return;
    // The line knows no Express, and the requests that go through it do not pay for one.
    if (request.headers.host !== undefined && request.url!.startsWith(WELL_KNOWN)) app(request, response);
    else void serve(gate, request, response);
  };
  const server = openServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Other upgrades are no reason not to answer in HTTP.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' && isOpaque(),
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      insecureHTTPParser: false,
      // The line says so, and logs it.
      requireHostHeader: false,
    },
    address.tls,
    onRequest,
  );
  // A body is asked for when it is known who sends it.
  server.on('checkContinue', onRequest).on('checkExpectation', onRequest);
  gate.onApply(() => renewCertificates(server, gate.config.listen.tls));
  // The server looks at it again and again. Bodies have their own limit, answers may stream for hours, and uploads that pass unread, at a
  // connection that may have come while the gate runs, have no end but the socket's idle one.
  Object.defineProperty(server, 'requestTimeout', {
    get: () => (isOpaque() ? 0 : HEADERS_TIMEOUT_MS + gate.config.limits.bodyTimeoutMs),
  });
  // The server forgets them once they are no HTTP any more.
  const upgraded = new Set<Socket>();
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    response.assignSocket(socket);
    // An answer, instead of a WebSocket, is the last thing said.
    response.on('finish', () => socket.end());
    socket.on('error', () => {});
    void serve(gate, request, response, { socket, head });
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => refuseConnect(gate, request, socket));
  server.on('clientError', (error, socket) => refuseUnreadable(gate, error, socket as Socket));
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => reject(named('listen', error));
    server.once('error', failed).listen({ port: address.port, host: address.host, backlog: BACKLOG }, resolve);
  });
  let admin: Server | undefined;
  try {
    admin = adminConfig === undefined ? undefined : await listenAdmin(gate, adminConfig);
  } catch (error) {
    server.close();
    throw named('admin', error as Error);
  }
  const close = async (): Promise<void> => {
    for (const socket of upgraded) socket.destroy();
    await Promise.all([server, ...(admin === undefined ? [] : [admin])].map(stop));
    await gate.close();
  };
  return {
    server,
    port: (server.address() as AddressInfo).port,
    adminPort: admin === undefined ? undefined : (admin.address() as AddressInfo).port,
    async drain() {
      await drain(gate, server);
      await close();
    },
    close,
  };
}

/** The error, saying which of the two listeners cannot be opened. */
function named(setting: string, error: Error): Error {
  error.message = `${setting}: ${error.message}`;
  return error;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // It may be closed already: that calls back too.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
