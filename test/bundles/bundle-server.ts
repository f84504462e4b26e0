// A bundle server for tests: answers as it is told, and notes what it was asked.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { writeArchive } from '../../bundles/archive.ts';
import { bytes } from './opa.ts';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface BundleServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** What every request is answered with. */
  answer: Answer;
  close(): Promise<void>;
}

const servers: BundleServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Started on a port of its own; closed after the test. */
export async function startServer(answer: Answer, tls?: ServerOptions): Promise<BundleServer> {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    server.answer(response, request);
  };
  const http: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: BundleServer = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/bundle.tar.gz`,
    requests,
    answer,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  servers.push(server);
  return server;
}

/** Serves the archive with its hash for an ETag, and 304 to whoever has it. */
export function serve(archive: Uint8Array, headers: Record<string, string> = {}): Answer {
  const etag = `"${createHash('sha256').update(archive).digest('hex').slice(0, 16)}"`;
  return (response, request) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag, ...headers }).end();
    else response.writeHead(200, { 'content-type': 'application/gzip', etag, ...headers }).end(archive);
  };
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(code, headers).end('no');
}

export function archiveOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return writeArchive(
    Object.entries(files).map(([name, content]) => ({
      name: `/${name}`,
      content: typeof content === 'string' ? bytes(content) : content,
    })),
  );
}
