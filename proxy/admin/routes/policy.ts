// The policy in force: asked for anew at once, or put back to a revision that was in force before.
import { BundleError } from '../../../bundles/bundle-error.ts';
import type { ActivePolicy } from '../../../bundles/active-policy.ts';
import { InvalidAdminRequest } from '../../errors.ts';
import { isObject, type Json } from '../../request/strict-json.ts';
import type { AdminRequest, Route } from '../route.ts';

/** The policy in force: its versions, asking its sources, going back. */
export const policyRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/policy/rollback',
    access: 'admin',
    handle: async (request) => {
      const { bundle, revision } = readRollback(request.body);
      const { digest, revisions } = await attempt(request, (source) => source.rollback(bundle, revision));
      return { status: 200, json: { policy: { revision: digest, bundles: revisions } } };
    },
  },
  {
    method: 'POST',
    path: '/v1/policy/refresh',
    access: 'admin',
    handle: async (request) => {
      await attempt(request, (source) => source.refresh());
      return { status: 200, json: request.gate.policy.source.status() };
    },
  },
];

/** What cannot be done is told with its reason: who asks may administer. */
async function attempt<T extends ActivePolicy | void>(
  { gate }: AdminRequest,
  work: (source: AdminRequest['gate']['policy']['source']) => Promise<T>,
): Promise<T> {
  try {
    return await work(gate.policy.source);
  } catch (error) {
    if (error instanceof BundleError || error instanceof TypeError) throw new InvalidAdminRequest(error.message);
    throw error;
  }
}

function readRollback(body: Json | undefined): { bundle: string; revision: string | undefined } {
  const { bundle, revision, ...rest } = isObject(body) ? body : {};
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  if (!isText(bundle) || !(revision === undefined || isText(revision)) || Object.keys(rest).length > 0)
    throw new InvalidAdminRequest(
      'The body has to be {"bundle": NAME}, with {"revision": …} for another than the one before.',
    );
  return { bundle: bundle as string, revision: revision as string | undefined };
}
