// Every way a request can fail, one class each: stable code, HTTP status, JSON-RPC code, and the sentence the caller may see.
// `detail` is for the log and never leaves the process in an answer. How an error is written out is reply.ts.

import type { UrlElicitation } from './mcp/elicitation.ts';

/** What the gate answers instead of the upstream. `message` is public. */
export abstract class GateError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** The gate's own codes stay outside -32768..-32000, which JSON-RPC reserves; the standards' codes are used where one fits. */
  abstract readonly rpcCode: number;
  /** What happened inside; logged, never shown. */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.name = new.target.name;
    this.detail = detail;
  }

  /** What the answer says besides the code, for programs. */
  get data(): Readonly<Record<string, string>> {
    return {};
  }

  /** Whether this is a judgement on the call and not on the request's form: MCP clients get it as an ordinary answer. */
  get isDenial(): boolean {
    return false;
  }
}

/** Judgements: the request was understood and is not let through. */
export abstract class Denial extends GateError {
  override get isDenial(): boolean {
    return true;
  }
}

/** The policy denies; its reason is for the caller. */
export class PolicyDenied extends Denial {
  readonly code = 'policy_denied';
  readonly status = 403;
  readonly rpcCode = -31001;
  /** The policy's own words; public by the decision's contract. */
  readonly reason: string | undefined;
  constructor(reason: string | undefined) {
    super(reason === undefined ? 'Denied by policy.' : `Denied by policy: ${reason}`);
    this.reason = reason;
  }
}

/** The policy wants an approval, and nobody can be asked: there is no store, or no approver. */
export class ApprovalRequired extends Denial {
  readonly code = 'approval_required';
  readonly status = 403;
  readonly rpcCode = -31002;
  constructor(reason: string | undefined) {
    super(
      `Denied: the call needs an approval, which this gate cannot ask for${reason === undefined ? '.' : `: ${reason}`}`,
    );
  }
}

/** Of a call that was held: the answer carries the approval's id. */
abstract class HeldDenial extends Denial {
  readonly approval: string;
  constructor(approval: string, message: string) {
    super(message);
    this.approval = approval;
  }

  override get data(): Readonly<Record<string, string>> {
    return { approval: this.approval };
  }
}

/** An approver has denied the call. */
export class ApprovalDenied extends HeldDenial {
  readonly code = 'approval_denied';
  readonly status = 403;
  readonly rpcCode = -31006;
  constructor(approval: string, reason: string | null) {
    super(approval, `Denied by an approver${reason === null ? '' : `: ${reason}`} (approval ${approval}).`);
  }
}

/** Nobody has decided in time. */
export class ApprovalExpired extends HeldDenial {
  readonly code = 'approval_expired';
  readonly status = 403;
  readonly rpcCode = -31007;
  constructor(approval: string) {
    super(approval, `Denied: the time for an approval is over (approval ${approval}). The same call asks anew.`);
  }
}

/** An approval is for one execution; this one has had it. */
export class ApprovalUsed extends HeldDenial {
  readonly code = 'approval_used';
  readonly status = 403;
  readonly rpcCode = -31008;
  constructor(approval: string) {
    super(approval, `Denied: the approval ${approval} has been used for the same call. Another call asks anew.`);
  }
}

/** The call was held again under other terms, here or on another gate. */
export class ApprovalSuperseded extends HeldDenial {
  readonly code = 'approval_superseded';
  readonly status = 403;
  readonly rpcCode = -31009;
  constructor(approval: string) {
    super(
      approval,
      `Denied: the approval ${approval} no longer counts, the policy is another. The same call asks anew.`,
    );
  }
}

/** The person at the client does not want the call any more. */
export class ApprovalDeclined extends HeldDenial {
  readonly code = 'approval_declined';
  readonly status = 403;
  readonly rpcCode = -31018;
  constructor(approval: string) {
    super(approval, `Denied: the page about the approval ${approval} was declined. The same call asks anew.`);
  }
}

/** Callers cannot fill the approvers' list without end. */
export class TooManyHolds extends Denial {
  readonly code = 'too_many_holds';
  readonly status = 429;
  readonly rpcCode = -31010;
  constructor() {
    super('Denied: too many calls of this caller wait for approval.');
  }
}

/** No judgement yet: the call waits for approvers, and its caller has to come back for it. */
export class ApprovalPending extends GateError {
  readonly code = 'approval_pending';
  readonly status = 202;
  readonly rpcCode = -31011;
  readonly approval: string;
  readonly expiresAt: Date;
  /** MCP 2026-07-28: what the client sends with its next attempt. */
  readonly requestState: string | undefined;
  /** Where HTTP clients can ask for news. */
  readonly statusUrl: string | undefined;
  /** The page that the client is to take its person to. */
  readonly elicitation: UrlElicitation | undefined;
  constructor(
    approval: string,
    expiresAt: Date,
    next: { readonly requestState?: string; readonly statusUrl?: string; readonly elicitation?: UrlElicitation },
  ) {
    super(
      `The call waits for an approval (${approval}), until ${expiresAt.toISOString()} at the latest. Once it is approved, repeat the call with the same arguments.`,
    );
    this.approval = approval;
    this.expiresAt = expiresAt;
    this.requestState = next.requestState;
    this.statusUrl = next.statusUrl;
    this.elicitation = next.elicitation;
  }

  override get data(): Readonly<Record<string, string>> {
    return {
      approval: this.approval,
      expires_at: this.expiresAt.toISOString(),
      ...(this.statusUrl !== undefined && { status_url: this.statusUrl }),
    };
  }
}

/** A requestState that this gate did not give this caller for this connection, or that has been used. */
export class RequestStateRefused extends GateError {
  readonly code = 'request_state_refused';
  readonly status = 400;
  readonly rpcCode = -31012;
  constructor(detail: string) {
    super('The requestState is not valid here. The call without it asks anew.', detail);
  }
}

/** A verdict by somebody who is in none of the approvers' groups. */
export class NotAnApprover extends GateError {
  readonly code = 'not_an_approver';
  readonly status = 403;
  readonly rpcCode = -31013;
  constructor() {
    super('This call is for others to approve.');
  }
}

/** A verdict by the caller himself, or by the client he used. */
export class ApproverIsRequester extends GateError {
  readonly code = 'approver_is_requester';
  readonly status = 403;
  readonly rpcCode = -31014;
  constructor() {
    super('Nobody decides on his own call.');
  }
}

/** Decided, used or too late: nothing can be said of the call any more. */
export class ApprovalClosed extends GateError {
  readonly code = 'approval_closed';
  readonly status = 409;
  readonly rpcCode = -31015;
}

/** The tool is not what it was when it was seen first, and nobody has accepted that yet. */
export class ToolChanged extends Denial {
  readonly code = 'tool_changed';
  readonly status = 403;
  readonly rpcCode = -31016;
  constructor() {
    super('Denied: the tool has changed since it was first seen, and waits for somebody to accept that.');
  }
}

/** The policy gave no decision, failed, or gave something that is not a decision. */
export class DecisionFailed extends Denial {
  readonly code = 'decision_failed';
  readonly status = 403;
  readonly rpcCode = -31003;
  constructor(detail: string) {
    super('Denied: the policy gave no valid decision.', detail);
  }
}

/** No policy has been loaded yet; without one nothing passes. */
export class PolicyUnavailable extends GateError {
  readonly code = 'policy_unavailable';
  readonly status = 503;
  readonly rpcCode = -31017;
  constructor() {
    super('There is no policy to decide by at the moment.');
  }
}

/** A mask for the request meets something it cannot read, so that what must not go on might. */
export class RequestNotMaskable extends Denial {
  readonly code = 'request_not_maskable';
  readonly status = 403;
  readonly rpcCode = -31004;
  constructor(detail: string) {
    super('Denied: the policy masks this request, and the request cannot be masked.', detail);
  }
}

/** A mask for the answer meets something it cannot read: the answer stays here. */
export class ResponseWithheld extends Denial {
  readonly code = 'response_withheld';
  readonly status = 502;
  readonly rpcCode = -31005;
  constructor(detail: string) {
    super('The answer is withheld: the policy masks it, and it cannot be masked.', detail);
  }
}

/** No connection is configured for the path and host. */
export class UnknownConnection extends GateError {
  readonly code = 'unknown_connection';
  readonly status = 404;
  readonly rpcCode = -31101;
  constructor() {
    super('There is nothing at this address.');
  }
}

/** An HTTP method that the connection's protocol does not use. */
export class MethodNotAllowed extends GateError {
  readonly code = 'method_not_allowed';
  readonly status = 405;
  readonly rpcCode = -31102;
  constructor() {
    super('This method is not allowed here.');
  }
}

/** A browser's origin that is not configured (MCP's defence against DNS rebinding). */
export class ForbiddenOrigin extends GateError {
  readonly code = 'forbidden_origin';
  readonly status = 403;
  readonly rpcCode = -31103;
  constructor() {
    super('Requests from this origin are not allowed.');
  }
}

/** A path, query or header that two readers could understand differently. */
export class MalformedRequest extends GateError {
  readonly code = 'malformed_request';
  readonly status = 400;
  readonly rpcCode = -31104;
}

/** The request's head is larger than `limits.headerBytes`. */
export class HeadersTooLarge extends GateError {
  readonly code = 'headers_too_large';
  readonly status = 431;
  readonly rpcCode = -31106;
  constructor() {
    super('The headers are too large.');
  }
}

/** The request did not come in time. */
export class HeadersTimeout extends GateError {
  readonly code = 'headers_timeout';
  readonly status = 408;
  readonly rpcCode = -31107;
  constructor() {
    super('The request did not arrive in time.');
  }
}

/** RFC 9110 section 10.1.1: anything but `100-continue`. */
export class ExpectationFailed extends GateError {
  readonly code = 'expectation_failed';
  readonly status = 417;
  readonly rpcCode = -31108;
  constructor() {
    super('What the request expects is not known here.');
  }
}

/** No `Authorization` header (RFC 6750, section 3). */
export class MissingToken extends GateError {
  readonly code = 'missing_token';
  readonly status = 401;
  readonly rpcCode = -31201;
  constructor() {
    super('An access token is needed.');
  }
}

/** A token that is not accepted; why stands in the log only. */
export class InvalidToken extends GateError {
  readonly code = 'invalid_token';
  readonly status = 401;
  readonly rpcCode = -31202;
  constructor(detail: string) {
    super('The access token is not valid here.', detail);
  }
}

/** A token that the deny list refuses, or the streams of one. */
export class TokenRevoked extends GateError {
  readonly code = 'token_revoked';
  readonly status = 401;
  readonly rpcCode = -31208;
  constructor(revocation: string) {
    super('The access token has been revoked.', `revocation ${revocation}`);
  }
}

/** Whether somebody has been revoked cannot be known. */
export class RevocationsUnavailable extends GateError {
  readonly code = 'revocations_unavailable';
  readonly status = 503;
  readonly rpcCode = -31211;
  constructor() {
    super('The access token cannot be checked at the moment.', 'the list of revocations is too old');
  }
}

/** RFC 9449 section 7.1: no proof of possession, or not one for this request and token. */
export class InvalidDpopProof extends GateError {
  readonly code = 'invalid_dpop_proof';
  readonly status = 401;
  readonly rpcCode = -31209;
  constructor(detail: string) {
    super('The proof of possession is not valid here.', detail);
  }
}

/** RFC 9449 section 9. */
export class DpopNonceNeeded extends GateError {
  readonly code = 'use_dpop_nonce';
  readonly status = 401;
  readonly rpcCode = -31210;
  readonly nonce: string;
  constructor(nonce: string) {
    super('The proof of possession needs the nonce given with this answer.');
    this.nonce = nonce;
  }
}

/** A good token without a scope that the connection needs (RFC 6750, section 3.1). */
export class InsufficientScope extends GateError {
  readonly code = 'insufficient_scope';
  readonly status = 403;
  readonly rpcCode = -31203;
  /** All scopes that are needed, RFC 6750 section 3.1. */
  readonly scopes: readonly string[];
  constructor(scopes: readonly string[]) {
    super('The access token lacks a scope that is needed here.');
    this.scopes = scopes;
  }
}

/** The caller is known, and is no administrator. */
export class AdminForbidden extends GateError {
  readonly code = 'admin_forbidden';
  readonly status = 403;
  readonly rpcCode = -31205;
  constructor() {
    super('This is for administrators.');
  }
}

/** A request to the admin listener that says something that cannot be done. The message says what. */
export class InvalidAdminRequest extends GateError {
  readonly code = 'invalid_request';
  readonly status = 400;
  readonly rpcCode = -31206;
}

/** What an admin request names is not there. */
export class NotFound extends GateError {
  readonly code = 'not_found';
  readonly status = 404;
  readonly rpcCode = -31207;
  constructor() {
    super('There is no such thing.');
  }
}

/** The issuer's keys or word cannot be had: whether the token is good is not known. */
export class IssuerUnavailable extends GateError {
  readonly code = 'issuer_unavailable';
  readonly status = 503;
  readonly rpcCode = -31204;
  constructor(detail: string) {
    super('The access token cannot be checked at the moment.', detail);
  }
}

/** The caller, or all callers of a connection, have used it more often than they may. */
export class RateLimited extends GateError {
  readonly code: string = 'rate_limited';
  readonly status = 429;
  readonly rpcCode: number = -31701;
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('Too many requests; try again later.');
    this.retryAfterMs = retryAfterMs;
  }
}

/** Too much has come from this address without a good token. */
export class AddressLimited extends RateLimited {
  override readonly code = 'address_limited';
  override readonly rpcCode = -31702;
}

/** More bytes than `limits.bodyBytes`. */
export class BodyTooLarge extends GateError {
  readonly code = 'body_too_large';
  readonly status = 413;
  readonly rpcCode = -31301;
  constructor() {
    super('The body is larger than allowed.');
  }
}

/** The body is not there after `limits.bodyTimeoutMs`. */
export class BodyTimeout extends GateError {
  readonly code = 'body_timeout';
  readonly status = 408;
  readonly rpcCode = -31302;
  constructor() {
    super('The body did not arrive in time.');
  }
}

/** A content type or encoding that the gate does not read, and so cannot judge. */
export class UnsupportedBody extends GateError {
  readonly code = 'unsupported_body';
  readonly status = 415;
  readonly rpcCode = -31303;
}

/** A body that is no JSON, or that two parsers could read as two different things. */
export class MalformedJson extends GateError {
  readonly code = 'malformed_json';
  readonly status = 400;
  readonly rpcCode = -32700;
  constructor(fault: string) {
    super(`The body is not acceptable JSON: ${fault}.`);
  }
}

/** JSON that is no single, unambiguous JSON-RPC message. */
export class InvalidMessage extends GateError {
  readonly code = 'invalid_message';
  readonly status = 400;
  readonly rpcCode = -32600;
}

/** MCP 2026-07-28: headers that say something else than the body. */
export class HeaderMismatch extends GateError {
  readonly code = 'header_mismatch';
  readonly status = 400;
  readonly rpcCode = -32020;
  constructor(header: string) {
    super(`The header ${header} does not match the body.`);
  }
}

/** MCP 2026-07-28: a revision that the gate does not know, and could misjudge. */
export class UnsupportedVersion extends GateError {
  readonly code = 'unsupported_version';
  readonly status = 400;
  readonly rpcCode = -32022;
  readonly requested: string;
  constructor(requested: string) {
    super('This protocol version is not supported.');
    this.requested = requested;
  }
}

/** A name that is not the gate's: a browser was led here under somebody else's. */
export class ForbiddenHost extends GateError {
  readonly code = 'forbidden_host';
  readonly status = 421;
  readonly rpcCode = -31105;
  constructor() {
    super('Requests for this host are not served here.');
  }
}

/** A session id that was not sealed here, or for somebody else. */
export class UnknownSession extends GateError {
  readonly code = 'unknown_session';
  readonly status = 404;
  readonly rpcCode = -31401;
  constructor() {
    super('There is no such session.');
  }
}

/** The server behind the gate cannot be reached, or breaks off before it has answered. */
export class UpstreamUnavailable extends GateError {
  readonly code = 'upstream_unavailable';
  readonly status = 502;
  readonly rpcCode = -31501;
  constructor(detail: string) {
    super('The server behind the gate cannot be reached.', detail);
  }
}

/** The gate gets no credential of its own for the upstream. */
export class CredentialUnavailable extends GateError {
  readonly code = 'credential_unavailable';
  readonly status = 502;
  readonly rpcCode = -31504;
  constructor(detail: string) {
    super('The gate has no credential for the server behind it at the moment.', detail);
  }
}

/** The caller's token is not exchanged for one of the upstream. */
export class CredentialRefused extends GateError {
  readonly code = 'credential_refused';
  readonly status = 403;
  readonly rpcCode = -31505;
  constructor(detail: string) {
    super('There is no credential for this caller at the server behind the gate.', detail);
  }
}

/** The server behind the gate has not answered in time. */
export class UpstreamTimeout extends GateError {
  readonly code = 'upstream_timeout';
  readonly status = 504;
  readonly rpcCode = -31502;
  constructor(detail: string) {
    super('The server behind the gate did not answer in time.', detail);
  }
}

/** An answer that the gate does not pass on: refused credential, redirect, encoding, type, size. */
export class UpstreamAnswerRefused extends GateError {
  readonly code = 'upstream_answer_refused';
  readonly status = 502;
  readonly rpcCode = -31503;
  constructor(detail: string) {
    super('The server behind the gate gave an answer that cannot be passed on.', detail);
  }
}

/** No decision may take effect without its line in the log. */
export class LogUnavailable extends GateError {
  readonly code = 'log_unavailable';
  readonly status = 503;
  readonly rpcCode = -31601;
  constructor(detail: string) {
    super('The request cannot be recorded, and so not be served.', detail);
  }
}

/** What has to be recorded cannot be kept: the queue is full, or cannot be written. */
export class RecordUnavailable extends GateError {
  readonly code = 'record_unavailable';
  readonly status = 503;
  readonly rpcCode = -31605;
  constructor(detail: string) {
    super('The exchange cannot be recorded, and so not take place.', detail);
  }
}

/** Holds, grants, deny lists or sessions cannot be read or written now. What needs them is denied, the rest goes on. */
export class StoreUnavailable extends GateError {
  readonly code = 'store_unavailable';
  readonly status = 503;
  readonly rpcCode = -31604;
  constructor(detail: string) {
    super('What this request needs is kept in a store that cannot be reached at the moment.', detail);
  }
}

/** A fault of the gate's own; it denies like any other. */
export class InternalError extends GateError {
  readonly code = 'internal_error';
  readonly status = 500;
  readonly rpcCode = -31602;
  constructor(detail: string) {
    super('Something went wrong inside the gate.', detail);
  }
}

/** The client went away: nobody is left to answer. */
export class ClientGone extends GateError {
  readonly code = 'client_gone';
  readonly status = 499;
  readonly rpcCode = -31603;
  constructor() {
    super('The client went away.');
  }
}

/** Why an exchange has ended whose signal has aborted: the error it was cut with, or its client went away. */
export function endingOf({ reason }: AbortSignal): GateError {
  return reason instanceof GateError ? reason : new ClientGone();
}
