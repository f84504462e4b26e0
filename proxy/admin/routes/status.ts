// What this gate is and does at the moment, and who the caller is to it.
import type { Route } from '../route.ts';

export const statusRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/status',
    access: 'admin',
    handle: async ({ gate }) => ({
      status: 200,
      json: {
        policy: { revision: gate.policy.current?.revision ?? null, ...gate.policy.source.status() },
        connections: gate.config.connections.map(({ name, kind, path }) => ({ name, kind, path })),
        open_exchanges: gate.openExchanges.size,
        revocations: gate.revocations.list().length,
        issuers: gate.config.issuers.map(({ issuer }) => issuer),
      },
    }),
  },
  {
    method: 'GET',
    path: '/v1/whoami',
    access: 'authenticated',
    handle: async (_request, { claims: _claims, ...identity }) => ({ status: 200, json: identity }),
  },
];
