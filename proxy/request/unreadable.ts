// What comes on a client's connection and is no request in HTTP: it is answered and logged as any other that is refused.
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type GateError, HeadersTimeout, HeadersTooLarge, MalformedRequest, MethodNotAllowed } from '../errors.ts';
import type { Gate } from '../gate.ts';
import { refuseUnread } from '../line.ts';
import { exchangeOn } from './client-socket.ts';

/** For a server's `clientError`. */
export function refuseUnreadable(gate: Gate, error: NodeJS.ErrnoException, socket: Socket): void {
  const fault = faultOf(error);
  const open = exchangeOn(socket);
  if (fault === undefined || !socket.writable) {
    socket.destroy();
  } else if (open === undefined) {
    answer(gate, new IncomingMessage(socket), socket, fault);
  } else if (!open.request.complete) {
    open.cut(fault);
  } else {
    // The answer to what came before is still to be given, and is the last.
    open.response.once('close', () => socket.destroySoon());
    const request = new IncomingMessage(socket);
    void refuseUnread(gate, request, new ServerResponse(request), fault);
  }
}

/** For a server's `connect`: the gate is no proxy of that kind. */
export function refuseConnect(gate: Gate, request: IncomingMessage, socket: Socket): void {
  socket.on('error', () => {});
  answer(gate, request, socket, new MethodNotAllowed());
}

function answer(gate: Gate, request: IncomingMessage, socket: Socket, error: GateError): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
  } catch {
    // An answer that is no exchange's is on its way.
    socket.destroySoon();
  }
  response.on('finish', () => socket.destroySoon());
  void refuseUnread(gate, request, response, error);
}

/** Undefined when the connection itself has failed. */
function faultOf({ code = '' }: NodeJS.ErrnoException): GateError | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HeadersTimeout();
  // The client has gone in the middle of it, which what is under way hears from the socket.
  if (code === 'HPE_INVALID_EOF_STATE') return undefined;
  return code.startsWith('HPE_') ? new MalformedRequest('This is not HTTP/1.1.', code) : undefined;
}
