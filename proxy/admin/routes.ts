// All routes of the admin listener, a file in routes/ for each group.
import type { Route } from './route.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { healthRoutes } from './routes/health.ts';
import { policyRoutes } from './routes/policy.ts';
import { recordRoutes } from './routes/records.ts';
import { revocationRoutes } from './routes/revocations.ts';
import { toolRoutes } from './routes/tools.ts';
import { statusRoutes } from './routes/status.ts';

/** All routes of the admin listener; the first that fits answers. */
export const ROUTES: readonly Route[] = [
  ...approvalRoutes,
  ...healthRoutes,
  ...recordRoutes,
  ...revocationRoutes,
  ...policyRoutes,
  ...statusRoutes,
  ...toolRoutes,
];
