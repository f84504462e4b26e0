// Ids of events in legacy MCP streams, by which a client resumes one with GET and Last-Event-ID. What is resumed are the answers to an earlier call,
// which have to be masked and filtered as that call's decision said: the id carries it, sealed, to whichever replica is asked.
import { MalformedRequest } from '../errors.ts';
import type { Identity, McpMessage } from '../exchange.ts';
import { type Json, parseStrict } from '../request/strict-json.ts';
import { seal, unseal } from './seal.ts';

/** What must be known of a call to pass its answers on. */
export interface CallContext {
  readonly method: McpMessage['method'];
  readonly tool: McpMessage['tool'];
  /** `mask.response` of its decision, as the policy wrote it. */
  readonly masks: Json;
}

export interface ResumedEvent {
  /** The upstream's id. */
  readonly id: string;
  /** Undefined for events of a stream that carries no answers. */
  readonly call: CallContext | undefined;
}

/** Longer ones do not fit into a header: such a stream cannot be resumed. */
const LENGTH_LIMIT = 8_192;

/** The client's id for the upstream's; undefined when there is none that would fit. */
export function sealEventId(
  secret: Buffer,
  id: string,
  call: CallContext | undefined,
  connection: string,
  identity: Identity,
): string | undefined {
  const text = JSON.stringify(call === undefined ? [id] : [id, call.method, call.tool, call.masks]);
  const sealed = seal(secret, 'event', text, connection, identity);
  return sealed.length > LENGTH_LIMIT ? undefined : sealed;
}

/** What a Last-Event-ID stands for. Throws MalformedRequest for one that was not given to this caller here. */
export function resumeAt(secret: Buffer, sealed: string, connection: string, identity: Identity): ResumedEvent {
  const text = unseal(secret, 'event', sealed, connection, identity);
  if (text === undefined) throw new MalformedRequest('Last-Event-ID is none of your streams.');
  const [id, method, tool, masks] = JSON.parse(text) as [string, string?, (string | null)?, Json?];
  return { id, call: method === undefined ? undefined : { method, tool: tool ?? null, masks: parseMasks(masks) } };
}

/** Masks are read as a policy's are: by the strict reader, whose objects have no prototype. */
function parseMasks(masks: Json | undefined): Json {
  return parseStrict(JSON.stringify(masks ?? []));
}
