// What is done to the documents of an answer, each body or event: lists filtered, the policy asked again, masks. Reading and writing them
// is answer.ts.
import { filterList, isList } from '../decision/filter-list.ts';
import { readMasks, type Mask } from '../decision/masks.ts';
import { decideOnResponse, type UpstreamAnswer } from '../decision/on-response.ts';
import { ResponseWithheld } from '../errors.ts';
import type { Exchange, McpMessage } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { maskDocument, NotMaskable } from '../mask/mask.ts';
import { maskMessage } from '../mask/mask-message.ts';
import { noMessage } from '../mcp/message.ts';
import { isObject, type Json } from '../request/strict-json.ts';

/** The edited document; undefined when it must not pass. Throws GateError to put an error in its place. */
export type EditDocument = (document: Json) => Promise<Json | undefined>;

/** What an answer has to go through; `document` is undefined when documents pass as they are. */
export interface AnswerEdit {
  readonly document: EditDocument | undefined;
  readonly masks: readonly Mask[];
  /** Whether the policy wants to see the answer, and so has to be able to. */
  readonly isJudged: boolean;
}

/** The edit for an exchange's answer; `head` says what is known of it before its body. */
export function editOf(gate: Gate, exchange: Exchange, head: () => Omit<UpstreamAnswer, 'body'>): AnswerEdit {
  const { decision, connection, resumed } = exchange;
  if (exchange.isDryRun) return { document: undefined, masks: [], isJudged: false };
  const isMcp = connection?.kind === 'mcp';
  const isStreamOfGet = isMcp && exchange.request.method === 'GET';
  const own = decision?.maskResponse ?? [];
  const masks = resumed?.call === undefined ? own : [...own, ...readMasks(resumed.call.masks, 'response')];
  const isJudged = decision?.asksAboutResponse === true;
  const call = answered(exchange);
  const needsEdit = masks.length > 0 || isJudged || isStreamOfGet || isList(call?.method);
  if (!needsEdit) return { document: undefined, masks, isJudged };

  const key = gate.maskKey;
  const document = async (json: Json): Promise<Json | undefined> => {
    const isAnswer = !isMcp || (isObject(json) && json.method === undefined);
    // Answers on the stream of a GET belong to an earlier call, which the client has to show by its Last-Event-ID.
    if (isStreamOfGet && isAnswer && call === undefined) return undefined;
    const more = isJudged && isAnswer ? await decideOnResponse(gate, exchange, { ...head(), body: json }) : [];
    if (isAnswer && call?.method === 'tools/list' && isObject(json) && json.result !== undefined)
      await gate.pins?.check(connection!, json.result);
    if (isAnswer && isList(call?.method) && isObject(json) && json.result !== undefined)
      await filterList(exchange, call.method, json.result);
    const all = more.length === 0 ? masks : [...masks, ...more];
    if (all.length === 0) return json;
    return isMcp ? maskMessage(json, call, all, key) : maskDocument(json, all, key);
  };
  return { document: withheldWhenNotMaskable(document), masks, isJudged };
}

/** The call whose answer this is: the request's, or the one whose stream is resumed. */
function answered({ message, resumed }: Exchange): McpMessage | undefined {
  if (message?.kind === 'request') return message;
  if (resumed?.call === undefined || message === undefined) return undefined;
  return { ...noMessage({}, message.sessionId), ...resumed.call, protocolVersion: message.protocolVersion };
}

function withheldWhenNotMaskable(edit: EditDocument): EditDocument {
  return async (json) => {
    try {
      return await edit(json);
    } catch (error) {
      throw error instanceof NotMaskable ? new ResponseWithheld(error.message) : error;
    }
  };
}
