// What a route of the admin listener is: the shape that the files in routes/ fill in. Matching and serving are router.ts and serve.ts.
import type { IncomingMessage } from 'node:http';
import type { Identity } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import type { Json } from '../request/strict-json.ts';

/** A request as a handler gets it. */
export interface AdminRequest {
  readonly gate: Gate;
  /** The path's `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as JSON; undefined when there is none. */
  readonly body: Json | undefined;
  readonly raw: IncomingMessage;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** An answer: JSON, or bytes of a type, whole or as they come. */
export type AdminAnswer =
  | { readonly status: number; readonly json: unknown }
  | {
      readonly status: number;
      readonly contentType: string;
      readonly body: string | Uint8Array | AsyncIterable<Uint8Array | string>;
    };

interface Address {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/v1/things/:id`; a segment with a colon matches any text. */
  readonly path: string;
}

/**
 * A route. `open` needs no token, and must show nothing that is anyone's; `authenticated` needs a verified token, and its handler
 * says who may; `admin` needs what the configuration's `admin` section asks for.
 *
 * @example
 * const routes: readonly Route[] = [
 *   { method: 'GET', path: '/v1/things/:id', access: 'admin', handle: async ({ params }) => ({ status: 200, json: params }) },
 * ];
 */
export type Route =
  | (Address & { readonly access: 'open'; readonly handle: (request: AdminRequest) => Promise<AdminAnswer> })
  | (Address & {
      readonly access: 'authenticated' | 'admin';
      readonly handle: (request: AdminRequest, identity: Identity) => Promise<AdminAnswer>;
    });
