// Lets an allowed request go on and throws for every other action.
import type { Decision } from './decision.ts';
import { ApprovalRequired, PolicyDenied, RequestNotMaskable, ResponseWithheld } from '../errors.ts';

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

/** For bodies that nobody reads: a decision that wants them masked or judged cannot be kept. Throws RequestNotMaskable or ResponseWithheld. */
export function rejectBodyMasks({ maskRequest, maskResponse, asksAboutResponse }: Decision): void {
  if (maskRequest.length > 0) throw new RequestNotMaskable('the connection does not inspect bodies');
  if (maskResponse.length > 0 || asksAboutResponse)
    throw new ResponseWithheld('the connection does not inspect bodies');
}
