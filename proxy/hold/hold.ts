// The line's step for a call that the policy wants approved: it is held until approvers have decided, as its protocol allows, and then
// judged anew. Nothing is kept here by which a call could run later: it runs in the request of a client that is there, or not at all.
import { APPROVAL_PLACE } from '../config/approvals.ts';
import { decide } from '../decision/decide.ts';
import type { Approval } from '../decision/approval.ts';
import {
  ApprovalDeclined,
  ApprovalDenied,
  ApprovalExpired,
  ApprovalPending,
  ApprovalRequired,
  ApprovalSuperseded,
  ApprovalUsed,
  GateError,
  InvalidToken,
  StoreUnavailable,
} from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { canOpenUrls, type UrlElicitation } from '../mcp/elicitation.ts';
import { isModern } from '../mcp/version.ts';
import { isObject, type Json, type JsonObject } from '../request/strict-json.ts';
import { type Approvals, requestKey } from './approvals.ts';
import { callDigest } from './digest.ts';
import { denialReason, type HeldCall, type JudgedCall, stateOf, type Verdict } from './held-call.ts';
import { HeldStream } from './held-stream.ts';
import { type NewWait, newWaitId } from './holds.ts';
import { readState, writeState } from './request-state.ts';
import type { Watch } from './waits.ts';

/** A call that may go on. */
export interface Release {
  /** Uses the approval up; to be called right before the call is made. Throws when another was faster, or the client has gone. */
  claim(): Promise<void>;
}

/** MCP 2026-07-28: the requests that may be answered with `input_required`. */
const MULTI_ROUND: ReadonlySet<string | null> = new Set(['tools/call', 'prompts/get', 'resources/read']);
const RETRY_MS = 500;

/** Whether there is anything for `hold` to do: a call to be held, or one that was and is back. */
export function mayBeHeld({ decision, requestState }: Exchange): boolean {
  return decision?.action === 'approve' || requestState !== undefined;
}

/**
 * Holds an exchange whose decision is to ask approvers. Returns what to claim, or undefined when the call needs no approval (any more).
 * Throws ApprovalPending when the client has to come again, a denial otherwise.
 */
export async function hold(gate: Gate, exchange: Exchange): Promise<Release | undefined> {
  const { approvals } = gate;
  if (exchange.hasDeclined === true && approvals !== undefined) await decline(approvals, exchange);
  while (exchange.decision?.action === 'approve' && !exchange.isDryRun) {
    const terms = exchange.decision.approval ?? approvals?.config.terms;
    if (approvals === undefined || terms === undefined || !canWait(exchange))
      throw new ApprovalRequired(exchange.decision.reason);
    const entered = await enter(gate, approvals, exchange, terms);
    const release = await new Hold(gate, approvals, exchange, entered).settle();
    if (release !== 'anew') return release;
  }
  if (exchange.requestState !== undefined && approvals !== undefined) await withdraw(approvals, exchange);
  return undefined;
}

/** Takes a call off the approvers' list that its own person does not want any more, and throws ApprovalDeclined. */
async function decline(approvals: Approvals, exchange: Exchange): Promise<void> {
  const digest = callDigest(exchange, approvals.digestKey);
  const leg = readState(approvals.stateKey, exchange.requestState!, exchange, digest);
  // With other arguments it is another call.
  if (leg === undefined) return;
  await approvals.holds.takeLeg(leg.id, leg.leg);
  await approvals.holds.supersede(leg.id);
  throw new ApprovalDeclined(leg.id);
}

/** The policy has changed its mind while the client came back: nobody has to approve that call any more. */
async function withdraw(approvals: Approvals, exchange: Exchange): Promise<void> {
  try {
    const digest = callDigest(exchange, approvals.digestKey);
    const leg = readState(approvals.stateKey, exchange.requestState!, exchange, digest);
    if (leg !== undefined) await approvals.holds.supersede(leg.id);
  } catch (error) {
    // The decision stands without it; the approvers see the call until it expires.
    if (!(error instanceof GateError)) throw error;
  }
}

/** Notes that a client has cancelled a request, which may be a held one. */
export async function cancelHeld(approvals: Approvals, exchange: Exchange): Promise<void> {
  const { body, message } = exchange;
  if (message?.method !== 'notifications/cancelled') return;
  const id = isObject(body) && isObject(body.params) ? body.params.requestId : undefined;
  if (id !== undefined) await approvals.cancel(requestOf(exchange, id));
}

/** Somebody has to be there for the answer, and the call has to be known whole. */
function canWait({ message, connection }: Exchange): boolean {
  return connection!.kind === 'http' || message?.kind === 'request';
}

function requestOf({ connection, identity, message }: Exchange, id: Json): Omit<NewWait, 'holdId'> {
  return {
    connection: connection!.name,
    identity: identity!,
    sessionId: message?.sessionId ?? '',
    requestId: JSON.stringify(id),
  };
}

/** A call that is held for an exchange. */
interface Entered {
  readonly call: HeldCall;
  /** Whether it was not held before. */
  readonly isNew: boolean;
  /** Whether the client comes back for it, as it was told to. */
  readonly isNextLeg: boolean;
}

/** The held call that stands for this one: the one that the client comes back for, or that of the same call before, or a new one. */
async function enter(gate: Gate, approvals: Approvals, exchange: Exchange, terms: Approval): Promise<Entered> {
  const { identity, connection, message, request, target, decision } = exchange;
  const { holds, config } = approvals;
  const digest = callDigest(exchange, approvals.digestKey);
  let isNextLeg = false;
  if (exchange.requestState !== undefined) {
    const leg = readState(approvals.stateKey, exchange.requestState, exchange, digest);
    delete exchange.requestState;
    if (leg !== undefined) {
      const known = await holds.takeLeg(leg.id, leg.leg);
      isNextLeg = true;
      // What has ended is said; another attempt begins anew.
      if (!['pending', 'approved', 'denied'].includes(stateOf(known))) return { call: known, isNew: false, isNextLeg };
    }
  }
  const { call, isNew } = await holds.begin({
    identity: identity!,
    connection: connection!.name,
    method: message?.method ?? request.method!,
    target: message?.tool ?? message?.resource ?? message?.prompt ?? (message === undefined ? target!.path : ''),
    digest,
    revision: exchange.loaded!.revision,
    approvers: terms.approvers,
    required: terms.required,
    reason: terms.reason ?? decision!.reason,
    summary: gate.log.preview(exchange),
    decisionId: exchange.decisionId,
    expiresInMs: terms.expiresInMs,
    grantMs: config.grantMs,
    waiting: config.waiting,
  });
  if (isNew) announce(approvals, call);
  return { call, isNew, isNextLeg };
}

function announce({ webhook }: Approvals, call: HeldCall): void {
  webhook?.send(call.id, {
    type: 'approval.requested',
    timestamp: call.created_at.toISOString(),
    data: {
      id: call.id,
      requester: { issuer: call.issuer, subject: call.subject, client_id: call.client_id || null },
      connection: call.connection,
      method: call.method,
      target: call.target,
      reason: call.reason,
      approvers: call.approvers,
      required: call.required,
      expires_at: call.expires_at.toISOString(),
      decision_id: call.decision_id,
      input: JSON.parse(call.summary) as unknown,
    },
  });
}

/** One request's stay. */
class Hold {
  readonly #gate: Gate;
  readonly #approvals: Approvals;
  readonly #exchange: Exchange;
  readonly #entered: Entered;
  #call: JudgedCall;

  constructor(gate: Gate, approvals: Approvals, exchange: Exchange, entered: Entered) {
    this.#gate = gate;
    this.#approvals = approvals;
    this.#exchange = exchange;
    this.#entered = entered;
    this.#call = { ...entered.call, verdicts: [] };
  }

  async settle(): Promise<Release | 'anew' | undefined> {
    const { holds, waits } = this.#approvals;
    const { message, signal, decisionId, response } = this.#exchange;
    const request = requestOf(this.#exchange, message?.id ?? decisionId);
    const { id: holdId } = this.#call;
    const waitId = newWaitId();
    // Watched before it is read: what happens in between is not missed.
    const watch = waits.watch(holdId, waitId, requestKey(request), signal);
    response.once('close', () => {
      watch.end();
      holds.endWait(waitId).catch(() => undefined);
    });
    this.#call = (await holds.wait(waitId, { ...request, holdId })) ?? this.#end('expired');
    await this.#waitForDecision(watch);
    const outcome = await this.#judgeAnew();
    if (outcome !== 'released') return outcome;
    return {
      claim: async () => {
        watch.requirePresent();
        await holds.claim(this.#call, waitId, decisionId);
        watch.end();
        // Whoever went in this moment has used the approval up; the call is still not made.
        watch.requirePresent();
      },
    };
  }

  /** Returns once the call is approved. Throws for every other end. */
  async #waitForDecision(watch: Watch): Promise<void> {
    const deadlineMs = performance.now() + this.#patienceMs();
    for (;;) {
      const state = stateOf(this.#call);
      if (state === 'denied') throw new ApprovalDenied(this.#call.id, denialReason(this.#call));
      if (state === 'approved') return;
      if (state !== 'pending') this.#end(state);
      let away: StoreUnavailable | undefined;
      do {
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0 || this.#approvals.waits.isEnding) throw away ?? this.#pending();
        this.#showProgress();
        // Its end by the database's clock is looked up there, a little later.
        const untilExpiryMs = Math.max(this.#call.expires_at.getTime() - Date.now() + 50, 50);
        await watch.next(Math.min(leftMs, away === undefined ? untilExpiryMs : RETRY_MS));
        away = await this.#look();
        // What was approved while the store was away is in it when it comes back.
      } while (away !== undefined);
    }
  }

  /** Reads how the call stands; the error when the store is away. */
  async #look(): Promise<StoreUnavailable | undefined> {
    try {
      this.#call = (await this.#approvals.holds.find(this.#call.id)) ?? this.#end('expired');
      return undefined;
    } catch (error) {
      if (error instanceof StoreUnavailable) return error;
      throw error;
    }
  }

  #end(state: 'used' | 'expired' | 'superseded'): never {
    const { id } = this.#call;
    switch (state) {
      case 'used':
        throw new ApprovalUsed(id);
      case 'expired':
        throw new ApprovalExpired(id);
      case 'superseded':
        throw new ApprovalSuperseded(id);
    }
  }

  /** How long this client lets itself be held. Whoever can be sent to a page is sent there at once, and waits when he comes back. */
  #patienceMs(): number {
    const { connection, message } = this.#exchange;
    const { legMs, silentMs } = this.#approvals.config;
    if (this.#entered.isNew && this.#elicitation() !== undefined) return 0;
    if (connection!.kind === 'http') return connection!.whenHeld === 'hold' ? Infinity : 0;
    if (isModern(message!.protocolVersion)) return MULTI_ROUND.has(message!.method) ? legMs : silentMs;
    return this.#progressToken() === undefined ? silentMs : Infinity;
  }

  #progressToken(): string | number | undefined {
    const { body, request, message } = this.#exchange;
    if (message === undefined || isModern(message.protocolVersion)) return undefined;
    if (!String(request.headers.accept ?? '').includes('text/event-stream')) return undefined;
    const meta = isObject(body) && isObject(body.params) ? body.params._meta : undefined;
    const token = isObject(meta) ? meta.progressToken : undefined;
    return typeof token === 'string' || typeof token === 'number' ? token : undefined;
  }

  #showProgress(): void {
    const token = this.#progressToken();
    if (token === undefined || this.#exchange.heldStream !== undefined) return;
    this.#exchange.heldStream = new HeldStream(this.#exchange.response, token);
    this.#exchange.heldStream.showProgress(`Waiting for approval ${this.#call.id}`, this.#approvals.config.progressMs);
  }

  #pending(): ApprovalPending {
    const { connection, message, identity } = this.#exchange;
    const { id, expires_at } = this.#call;
    if (connection!.kind === 'http')
      return new ApprovalPending(id, expires_at, { statusUrl: statusUrl(connection!.resource, id) });
    const elicitation = this.#elicitation();
    const asked = elicitation === undefined ? {} : { elicitation };
    if (!isModern(message!.protocolVersion) || !MULTI_ROUND.has(message!.method))
      return new ApprovalPending(id, expires_at, asked);
    const requestState = writeState(this.#approvals.stateKey, this.#call, identity!);
    return new ApprovalPending(id, expires_at, { requestState, ...asked });
  }

  /** The page to send this client's person to; undefined when there is none, he has been there, or progress is all he needs. */
  #elicitation(): UrlElicitation | undefined {
    const { elicitation } = this.#approvals.config;
    const { message, decision } = this.#exchange;
    if (elicitation === undefined || !canOpenUrls(this.#exchange)) return undefined;
    const isAsked = isModern(message!.protocolVersion)
      ? MULTI_ROUND.has(message!.method) && !this.#entered.isNextLeg
      : elicitation.isAlways || this.#progressToken() === undefined;
    if (!isAsked) return undefined;
    const { id, target } = this.#call;
    // Not the approval's own reason, which is for approvers.
    const reason = decision!.reason;
    return {
      mode: 'url',
      url: elicitation.url.replaceAll(APPROVAL_PLACE, id),
      message: `The call of ${target === '' ? message!.method! : target} waits for an approval${reason === undefined ? '' : `: ${reason}`}. This page is about it.`,
    };
  }

  /**
   * Asks the policy again, since time has passed: the approval counts for the policy it was asked for under. `anew`: it has to be asked for
   * once more. Throws InvalidToken, IssuerUnavailable, TokenRevoked, ToolChanged or DecisionFailed.
   */
  async #judgeAnew(): Promise<'released' | 'anew' | undefined> {
    const exchange = this.#exchange;
    const { identity, tokenIssuedAt, issuersWord } = exchange;
    const { exp } = identity!.claims;
    if (typeof exp === 'number' && exp * 1000 <= Date.now()) throw new InvalidToken('expired while the call was held');
    await issuersWord?.ask();
    this.#gate.authenticator.rejectRevoked(identity!, tokenIssuedAt);
    // The tool, too, may have become another.
    if (exchange.message?.tool != null)
      await this.#gate.pins?.refuseChanged(exchange.connection!, exchange.message.tool);
    const loaded = this.#gate.policy.current;
    const counts = loaded?.revision === this.#call.revision;
    if (loaded !== undefined) exchange.loaded = loaded;
    decide(exchange, loaded, { approval: counts ? approvalInput(this.#call) : null, at: new Date() });
    const { action, approval } = exchange.decision!;
    // The line enforces it.
    if (action === 'deny') return undefined;
    const terms = approval ?? this.#approvals.config.terms;
    if (counts && (action === 'allow' || (terms !== undefined && isEnough(terms, this.#call.verdicts))))
      return 'released';
    await this.#approvals.holds.supersede(this.#call.id);
    return action === 'allow' ? undefined : 'anew';
  }
}

/** `input.approval` of a call that is released. */
function approvalInput(call: JudgedCall): JsonObject {
  return {
    id: call.id,
    required: call.required,
    requested_at: call.created_at.toISOString(),
    granted_at: call.decided_at!.toISOString(),
    approvers: call.verdicts
      .filter(({ verdict }) => verdict === 'approve')
      .map(({ issuer, subject, groups, reason, at }) => ({
        issuer,
        subject,
        groups: [...groups],
        reason,
        at,
      })),
  };
}

/** Whether those who have approved are enough under these terms. */
function isEnough({ approvers, required }: Approval, verdicts: readonly Verdict[]): boolean {
  const count = verdicts.filter(
    ({ verdict, groups }) => verdict === 'approve' && groups.some((group) => approvers.includes(group)),
  ).length;
  return count >= required;
}

/** Where an HTTP caller asks how his call stands. No connection can have such a path of its own. */
export function statusUrl(resource: string, id: string): string {
  return `${resource.replace(/\/$/, '')}/.regate/approvals/${id}`;
}
