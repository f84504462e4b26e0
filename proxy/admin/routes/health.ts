// Whether the process lives, and whether requests should be sent to it. They ask for no token, and say no more than that.
import { readinessOf } from '../../operate/lifecycle.ts';
import type { Route } from '../route.ts';

/** Liveness, readiness and metrics. */
export const healthRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    access: 'open',
    handle: async () => ({ status: 200, json: { status: 'ok' } }),
  },
  {
    method: 'GET',
    path: '/ready',
    access: 'open',
    handle: async ({ gate }) => {
      const { isReady, checks } = readinessOf(gate);
      return { status: isReady ? 200 : 503, json: { status: isReady ? 'ready' : 'not_ready', checks } };
    },
  },
];
