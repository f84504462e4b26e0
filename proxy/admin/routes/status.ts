// What this gate is and does at the moment, and who the caller is to it.
import type { Gate } from '../../gate.ts';
import { readinessOf } from '../../operate/lifecycle.ts';
import type { Route } from '../route.ts';

/** OPA's status event of the bundles. */
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
        dry_run: gate.config.operations.dryRun,
        readiness: readinessOf(gate).checks,
        decision_log: logStatus(gate),
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

/** How much has been logged, and what of it is still to be shipped. */
function logStatus({ log }: Gate): Readonly<Record<string, unknown>> {
  const { journal, shipper, backlogBytes, dropped, isWritable } = log.state;
  return {
    writable: isWritable,
    events: journal?.lines ?? null,
    dropped,
    shipping:
      shipper === undefined
        ? null
        : {
            shipped: shipper.events,
            failures: shipper.failures,
            refused: shipper.setAside,
            backlog_bytes: backlogBytes,
          },
  };
}
