// What a policy may answer: the decision's contract (docs/decision.md, docs/schemas/decision.v1.json), checked to the last key.
// Whatever does not fit is no decision. Masks are read in masks.ts, approvals in approval.ts.
import { isObject, type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';
import { readApproval, type Approval } from './approval.ts';
import { MalformedDecision } from './malformed-decision.ts';
import { readMasks, type Mask } from './masks.ts';
import { mayPolicySet } from '../request/headers.ts';

export interface Decision {
  readonly action: 'allow' | 'deny' | 'approve';
  /** For the caller's eyes. */
  readonly reason: string | undefined;
  readonly maskRequest: readonly Mask[];
  readonly maskResponse: readonly Mask[];
  /** Masks of what is logged and recorded, besides the two above. */
  readonly maskLog: readonly Mask[];
  /** Who may approve; only with the action `approve`, and even then it may be left to the gate's defaults. */
  readonly approval: Approval | undefined;
  /** Headers the policy gives the upstream's request, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Words for logs and records. */
  readonly tags: readonly string[];
  /** Whether the policy wants to be asked again once the upstream has answered. */
  readonly asksAboutResponse: boolean;
}

const KEYS = ['action', 'reason', 'mask', 'approval', 'headers', 'tags', 'response_phase'];
const MASKS = ['request', 'response', 'log'];
const ACTIONS: ReadonlySet<unknown> = new Set(['allow', 'deny', 'approve']);
const REASON_LIMIT = 1000;
const HEADERS_LIMIT = 20;
const TAGS_LIMIT = 20;
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?$/;
const TAG = /^[^\p{Cc}]{1,100}$/u;

/** The decision in a policy's result, as JSON text. Throws MalformedDecision. */
export function readDecision(result: Uint8Array | undefined): { decision: Decision; json: Json } {
  if (result === undefined) throw new MalformedDecision('the decision is undefined');
  let json: Json;
  try {
    json = parseStrict(result);
  } catch (error) {
    throw new MalformedDecision(
      `the decision is not readable: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isObject(json)) throw new MalformedDecision('the decision is not an object');
  rejectUnknown(json, KEYS, 'the decision');
  const { action, reason, mask, response_phase: responsePhase = false } = json;
  if (!ACTIONS.has(action)) throw new MalformedDecision('"action" is not "allow", "deny" or "approve"');
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > REASON_LIMIT)) {
    throw new MalformedDecision(`"reason" is not a string of at most ${REASON_LIMIT} characters`);
  }
  if (mask !== undefined && !isObject(mask)) throw new MalformedDecision('"mask" is not an object');
  rejectUnknown(mask ?? {}, MASKS, '"mask"');
  if (json.approval !== undefined && action !== 'approve')
    throw new MalformedDecision('"approval" belongs to the action "approve"');
  if (typeof responsePhase !== 'boolean') throw new MalformedDecision('"response_phase" is not a boolean');
  const decision: Decision = {
    action: action as Decision['action'],
    reason,
    maskRequest: readMasks(mask?.request, 'request'),
    maskResponse: readMasks(mask?.response, 'response'),
    maskLog: readMasks(mask?.log, 'log'),
    approval: json.approval === undefined ? undefined : readApproval(json.approval),
    headers: readHeaders(json.headers),
    tags: readTags(json.tags),
    asksAboutResponse: responsePhase,
  };
  return { decision, json };
}

/** A misspelt mask would be a silent one. */
function rejectUnknown(object: JsonObject, known: readonly string[], what: string): void {
  for (const key of Object.keys(object))
    if (!known.includes(key)) throw new MalformedDecision(`${what} has an unknown key ${JSON.stringify(key)}`);
}

function readHeaders(value: Json | undefined): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isObject(value) || Object.keys(value).length > HEADERS_LIMIT)
    throw new MalformedDecision(`"headers" is not an object of at most ${HEADERS_LIMIT} headers`);
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (!mayPolicySet(name)) throw new MalformedDecision('"headers" has a name that a policy may not set');
    if (typeof text !== 'string' || !HEADER_VALUE.test(text))
      throw new MalformedDecision('"headers" has a value that is no text of visible ASCII');
    headers[name] = text;
  }
  return headers;
}

function readTags(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  const isTag = (tag: Json): tag is string => typeof tag === 'string' && TAG.test(tag);
  if (!Array.isArray(value) || value.length > TAGS_LIMIT || !value.every(isTag))
    throw new MalformedDecision(`"tags" is not a list of at most ${TAGS_LIMIT} short texts`);
  return value;
}
