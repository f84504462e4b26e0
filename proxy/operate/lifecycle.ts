// Whether the gate may be sent requests, and how it stops being sent them. Opening the sockets is listen.ts.
import type { Server } from 'node:http';
import type { Gate } from '../gate.ts';

/** Where a gate is between start and stop. */
export class Lifecycle {
  #isDraining = false;

  get isDraining(): boolean {
    return this.#isDraining;
  }

  startDraining(): void {
    this.#isDraining = true;
  }
}

export interface Readiness {
  readonly isReady: boolean;
  /** By name, whether each condition holds. */
  readonly checks: Readonly<Record<string, boolean>>;
}

/** Whether requests should be sent here. It does not wait for anything. */
export function readinessOf(gate: Gate): Readiness {
  const { policy, issuers, store, log, lifecycle } = gate;
  const checks = {
    serving: !lifecycle.isDraining,
    policy: policy.current !== undefined,
    // Once is enough: keys are remembered, and an issuer that is away must not take all gates out of service.
    issuers: issuers.every((issuer) => issuer.hasBeenReached),
    store: store === undefined || store.isAvailable,
    log: log.state.isWritable,
  };
  // Otherwise nobody would ask for the keys before the first caller comes, who never comes.
  for (const issuer of issuers) if (!issuer.hasBeenReached) issuer.reach();
  // What needs the store is denied while it is away; taking all gates out of service would deny the rest too.
  const { store: _, ...needed } = checks;
  return { isReady: Object.values(needed).every(Boolean), checks };
}

/** Lets a server that is to stop finish what is under way, within the configuration's times. */
export async function drain({ lifecycle, config, report, approvals }: Gate, server: Server): Promise<void> {
  const { delayMs, timeoutMs } = config.operations.drain;
  lifecycle.startDraining();
  report(`draining: not ready, still serving for ${delayMs} ms, then at most ${timeoutMs} ms for what is under way`);
  // Balancers need a moment to see that the gate is not ready; refusing meanwhile would lose requests.
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Held calls could go on for days; their clients come back to another gate.
  approvals?.waits.endAll();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      report('drained for as long as it may take: what is still under way is cut', 'warn');
      server.closeAllConnections();
      resolve();
    }, timeoutMs);
  });
  await Promise.race([closed, expired]);
  clearTimeout(timer);
}
