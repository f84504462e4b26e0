// Prometheus' metrics. They name connections, and say how much traffic there is: whether that needs a token is the configuration's.
import type { Gate } from '../../gate.ts';
import type { AdminAnswer, Route } from '../route.ts';

/** The route, as the configuration wants it. */
export function metricsRoutes(isOpen: boolean): readonly Route[] {
  const handle = async ({ gate }: { readonly gate: Gate }): Promise<AdminAnswer> => ({
    status: 200,
    contentType: gate.metrics.registry.contentType,
    body: await gate.metrics.text(gate),
  });
  return [{ method: 'GET', path: '/metrics', access: isOpen ? 'open' : 'admin', handle }];
}
