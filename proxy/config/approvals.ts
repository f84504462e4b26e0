// The approvals section of the configuration: how long calls are held, and who is told. Holding them is hold/.
import { isSafeUrl } from '../oauth/server-metadata.ts';
import type { Approval } from '../decision/approval.ts';
import type { ObjectReader } from './reader.ts';

export interface ApprovalsConfig {
  /** For decisions that say `approve` and not by whom; undefined: then they deny. */
  readonly terms: Approval | undefined;
  /** How long an approved call may be made by a caller who was not waiting for it. */
  readonly grantMs: number;
  /** MCP 2026-07-28: how long one leg waits before the client is asked to come again. Its timeout is 60 s a leg. */
  readonly legMs: number;
  /** Older clients that cannot be shown progress: how long they are held. Their timeout is 60 s. */
  readonly silentMs: number;
  /** Between two notifications of progress. */
  readonly progressMs: number;
  /** How often the store is asked, should its notifications fail. */
  readonly pollMs: number;
  /** The most calls of one caller that may wait. */
  readonly waiting: number;
  /** How long decided approvals are kept. */
  readonly keepDays: number;
  /** Scopes that an approver's token needs besides the group. */
  readonly requiredScopes: readonly string[];
  readonly webhook: WebhookConfig | undefined;
  /** The page that callers are sent to, where their clients can show them one; undefined: none is. */
  readonly elicitation: ElicitationConfig | undefined;
}

export interface ElicitationConfig {
  /** With `{approval}` where the approval's id goes. */
  readonly url: string;
  /** Whether clients that could be shown progress are sent there too. */
  readonly isAlways: boolean;
}

export interface WebhookConfig {
  readonly url: string;
  /** Signs what is sent. */
  readonly secret: string;
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** Where a page's URL has the approval's id. */
export const APPROVAL_PLACE = '{approval}';

const DEFAULT_EXPIRY_MS = 15 * 60_000;

/** Reads `approvals`; all of it has defaults. */
export function readApprovals(approvals: ObjectReader): ApprovalsConfig {
  const config: ApprovalsConfig = {
    terms: approvals.has('approvers')
      ? {
          approvers: approvals.texts('approvers'),
          required: approvals.integer('required', 1, 1, 10),
          expiresInMs: approvals.integer('expiresInMs', DEFAULT_EXPIRY_MS, 1_000, 7 * 86_400_000),
          reason: undefined,
        }
      : undefined,
    grantMs: approvals.integer('grantMs', 5 * 60_000, 100, 86_400_000),
    legMs: approvals.integer('legMs', 30_000, 100, 50_000),
    silentMs: approvals.integer('silentMs', 50_000, 100, 55_000),
    progressMs: approvals.integer('progressMs', 10_000, 100, 50_000),
    pollMs: approvals.integer('pollMs', 2_000, 50, 60_000),
    waiting: approvals.integer('waiting', 100, 1, 100_000),
    keepDays: approvals.integer('keepDays', 90, 1, 3_650),
    requiredScopes: approvals.texts('requiredScopes', []),
    webhook: approvals.has('webhook') ? readWebhook(approvals.object('webhook')) : undefined,
    elicitation: approvals.has('elicitation') ? readElicitation(approvals.object('elicitation')) : undefined,
  };
  approvals.end();
  return config;
}

function readWebhook(webhook: ObjectReader): WebhookConfig {
  const config: WebhookConfig = {
    url: webhook.url('url', isSafeUrl, 'has to be an https URL, or http on this machine'),
    secret: webhook.secret('secret'),
    attempts: webhook.integer('attempts', 5, 1, 20),
    timeoutMs: webhook.integer('timeoutMs', 5_000, 100, 60_000),
  };
  webhook.end();
  return config;
}

function readElicitation(elicitation: ObjectReader): ElicitationConfig {
  const url = elicitation.text('url');
  // Not a URL yet: braces have no place in one.
  const page = url.replaceAll(APPROVAL_PLACE, 'apr');
  if (url !== '' && !(page !== url && URL.canParse(page) && isSafeUrl(page)))
    elicitation.fault('url', `has to be an https URL, or http on this machine, with ${APPROVAL_PLACE} in it`);
  const config: ElicitationConfig = { url, isAlways: elicitation.isTrue('always') };
  elicitation.end();
  return config;
}
