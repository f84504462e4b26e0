// What a client's connection has under way: for bytes on it that are no request, and for requests that come after its last answer.
import type { Socket } from 'node:net';
import type { Exchange } from '../exchange.ts';

const newest = Symbol('newest');
const isLast = Symbol('last');

interface ClientSocket extends Socket {
  [newest]?: Exchange | undefined;
  [isLast]?: boolean;
}

/** Notes that an exchange has begun on its connection. */
export function noteBegun(exchange: Exchange): void {
  const socket: ClientSocket = exchange.request.socket;
  socket[newest] = exchange;
}

/** Notes that an exchange has ended. */
export function noteEnded({ request }: Pick<Exchange, 'request'>): void {
  const socket: ClientSocket = request.socket;
  if (socket[newest]?.request === request) socket[newest] = undefined;
}

/** The exchange that has begun last on a connection, while it is under way. */
export function exchangeOn(socket: ClientSocket): Exchange | undefined {
  return socket[newest];
}

/** Lets an answer, whose head has not been sent, be the connection's last. */
export function closeAfter({ request, response }: Pick<Exchange, 'request' | 'response'>): void {
  response.setHeader('connection', 'close');
  const socket: ClientSocket = request.socket;
  socket[isLast] = true;
}

/** Whether the last answer has been given: what comes now would be done without anybody's hearing of it. */
export function isOver(socket: ClientSocket): boolean {
  return socket[isLast] === true;
}
