// The admin listener: a server of its own, so that nothing of administration can be reached where traffic comes in.
import type { Server } from 'node:http';
import type { AdminConfig } from '../config/admin.ts';
import type { Gate } from '../gate.ts';
import { openServer, renewCertificates } from '../server.ts';
import { ROUTES } from './routes.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { serveAdmin } from './serve.ts';

/** Listens where `admin` says. Rejects when the port is taken. */
export async function listenAdmin(gate: Gate, config: AdminConfig): Promise<Server> {
  const routes = [...ROUTES, ...metricsRoutes(gate.config.operations.openMetrics)];
  const server = openServer({ maxHeaderSize: gate.config.limits.headerBytes }, config.tls, (request, response) => {
    // What can change while the gate runs is read anew: it cannot be absent, for the listener stays.
    void serveAdmin(gate, gate.config.admin ?? config, routes, request, response);
  });
  gate.onApply(() => renewCertificates(server, gate.config.admin?.tls));
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.port, config.host, resolve);
  });
  return server;
}
