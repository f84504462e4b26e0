// Whether the process lives. It says nothing more, because it asks for no token.
import type { Route } from '../route.ts';

export const healthRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    access: 'open',
    handle: async () => ({ status: 200, json: { status: 'ok' } }),
  },
];
