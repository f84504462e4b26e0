// Pinned tools: what they were, what they have become, and that this is all right.
import { InvalidAdminRequest, NotFound } from '../../errors.ts';
import { acceptPending, type Pin, readPins } from '../../pinning/pin-table.ts';
import { isObject } from '../../request/strict-json.ts';
import type { Store } from '../../store/store.ts';
import type { AdminRequest, Route } from '../route.ts';

/** Pinned tools, and accepting what they have become. */
export const toolRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/tools',
    access: 'admin',
    handle: async (request) => {
      const pins = await readPins(storeOf(request), request.query.get('connection') ?? undefined);
      return { status: 200, json: { tools: pins.map(shown) } };
    },
  },
  {
    method: 'POST',
    path: '/v1/tools/accept',
    access: 'admin',
    handle: async (request, admin) => {
      const { body } = request;
      const { connection, name, digest } = isObject(body) ? body : {};
      if (typeof connection !== 'string' || typeof name !== 'string' || typeof digest !== 'string')
        throw new InvalidAdminRequest(
          'The body has to have connection, name and digest, the digest that was looked at.',
        );
      const by = `${admin.subject} of ${admin.issuer}`;
      const pin = await acceptPending(storeOf(request), { connection, name, digest, by });
      if (pin === undefined) throw new NotFound();
      return { status: 200, json: { tool: shown(pin) } };
    },
  },
];

function storeOf({ gate }: AdminRequest): Store {
  if (gate.store === undefined) throw new InvalidAdminRequest('This gate has no store, and pins no tools.');
  return gate.store;
}

function shown(pin: Pin): object {
  return {
    connection: pin.connection,
    name: pin.name,
    state: pin.pending_digest === null ? 'pinned' : 'changed',
    digest: pin.digest,
    definition: JSON.parse(pin.definition) as unknown,
    seen_at: pin.seen_at,
    accepted_at: pin.accepted_at,
    accepted_by: pin.accepted_by,
    ...(pin.pending_digest === null
      ? {}
      : {
          pending: {
            digest: pin.pending_digest,
            definition: JSON.parse(pin.pending_definition!) as unknown,
            since: pin.pending_at,
          },
        }),
  };
}
