// Lets an allowed request go on and throws for every other effect.
import type { Decision } from './decision.ts';
import { ApprovalRequired, PolicyDenied } from './errors.ts';

/** Throws PolicyDenied or ApprovalRequired unless the decision allows. */
export function enforce({ effect, reason }: Decision): void {
  switch (effect) {
    case 'allow':
      return;
    case 'deny':
      throw new PolicyDenied(reason);
    case 'approve':
      throw new ApprovalRequired(reason);
  }
}
