// The upstream of the gateway's benchmark, in a process of its own: a JSON-RPC answer of about 1 KB, and streams of events.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const facts = {
  customers: Array.from({ length: 4 }, (_, i) => ({
    id: i,
    name: `Customer ${i}`,
    card_number: '4111 1111 1111 1111',
    address: { street: `Elm Street ${i}`, city: 'Bern' },
  })),
};
const result = { content: [{ type: 'text', text: JSON.stringify(facts) }], structuredContent: facts, isError: false };
const ANSWER = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
const EVENT = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } })}\n\n`;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method === 'GET' || request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(EVENT);
      // A stream for `?idle` stays open and says nothing more.
      if (request.method === 'POST') response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length }).end(ANSWER);
  });
});
server.keepAliveTimeout = 120_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send!({ port: (server.address() as AddressInfo).port }),
);
process.on('disconnect', () => process.exit());
