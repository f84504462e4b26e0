// Lets an allowed request go on and throws for every other action.
import type { Decision } from './decision.ts';
import { ApprovalRequired, PolicyDenied } from '../errors.ts';

/** Throws PolicyDenied or ApprovalRequired unless the decision allows, or asks for an approval that has been given. */
export function enforce({ action, reason }: Decision, isApproved: boolean): void {
  switch (action) {
    case 'allow':
      return;
    case 'deny':
      throw new PolicyDenied(reason);
    case 'approve':
      if (isApproved) return;
      throw new ApprovalRequired(reason);
  }
}
