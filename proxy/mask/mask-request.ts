// The decision's masks on the request: for MCP the arguments (`tools/call`, `prompts/get`) or else the parameters, for HTTP the body.
import { RequestNotMaskable } from '../errors.ts';
import { dropMirrors } from '../request/headers.ts';
import type { Exchange } from '../exchange.ts';
import { maskDocument, NotMaskable } from './mask.ts';
import { isObject, type Json, type JsonObject } from '../request/strict-json.ts';

/** Masks the body that goes upstream, and the input that goes to the log with it. Throws RequestNotMaskable. */
export function maskRequest(exchange: Exchange, key: Buffer): void {
  const { decision, message, body, input } = exchange;
  if (decision === undefined || decision.maskRequest.length === 0 || body === undefined) return;
  exchange.printed = undefined;
  dropMirrors((input!.request as JsonObject).headers as JsonObject);
  const mask = (document: Json): Json => {
    try {
      return maskDocument(document, decision.maskRequest, key);
    } catch (error) {
      if (error instanceof NotMaskable) throw new RequestNotMaskable(error.message);
      throw error;
    }
  };
  if (message === undefined) {
    exchange.body = mask(body);
    (input!.request as JsonObject).body = exchange.body;
    return;
  }
  if (!isObject(body)) return;
  if (message.kind === 'response') throw new RequestNotMaskable("a client's answer to its server");
  const { params } = body;
  if (!isObject(params)) return;
  if (message.tool !== null || message.prompt !== null) {
    if (params.arguments === undefined) return;
    params.arguments = mask(params.arguments);
    (input!.mcp as JsonObject).arguments = params.arguments;
  } else {
    body.params = mask(params);
  }
}
