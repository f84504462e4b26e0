// A listener's server: HTTP, or HTTPS where the listener has a certificate, which may be renewed while it runs.
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { ListenerTls } from './config/listen.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A server that does not listen yet. */
export function openServer(options: ServerOptions, tls: ListenerTls | undefined, serve: RequestListener): Server {
  if (tls === undefined) return createServer(options, serve);
  const hasClients = tls.clientCa !== undefined;
  return createTlsServer(
    {
      ...options,
      ...contextOf(tls),
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      requestCert: hasClients,
      rejectUnauthorized: hasClients,
    },
    serve,
  );
}

/** Gives new connections the certificates in force. */
export function renewCertificates(server: Server, tls: ListenerTls | undefined): void {
  if (server instanceof TlsServer && tls !== undefined) server.setSecureContext(contextOf(tls));
}

function contextOf({ certificate, key, clientCa }: ListenerTls): SecureContextOptions {
  return { cert: certificate, key, ...(clientCa !== undefined && { ca: clientCa }) };
}
