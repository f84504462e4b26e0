// The decision's masks of what is written down: the log's events and the records. Their `$` is the document that is written, with `input`,
// `result` and, in records, `response`.
import type { Mask } from '../decision/masks.ts';
import { dropMirrors } from '../request/headers.ts';
import { isObject, type Json, type JsonObject } from '../request/strict-json.ts';
import { maskDocument, NotMaskable } from './mask.ts';

/** Masks a document in place, and returns it. Throws NotMaskable: then it must not be written. */
export function maskForLog(document: JsonObject, masks: readonly Mask[], key: Buffer): JsonObject {
  if (masks.length === 0) return document;
  // Of another make, it would be passed over by every path.
  if (!isObject(document)) throw new NotMaskable('what is written is no document');
  const { input } = document;
  if (isObject(input) && isObject(input.request) && isObject(input.request.headers)) dropMirrors(input.request.headers);
  const twin = twinArguments(document);
  // One object in both places: what a path erases in one of them is gone from the other too.
  if (twin !== undefined) twin.params.arguments = twin.mcp.arguments!;
  maskDocument(document, masks, key);
  if (twin !== undefined) settle(twin);
  return document;
}

interface Twin {
  readonly mcp: JsonObject;
  readonly params: JsonObject;
  readonly original: Json;
}

/** An MCP call's arguments stand in the input twice: as `mcp.arguments`, and in the message that is the body. */
function twinArguments({ input }: JsonObject): Twin | undefined {
  if (!isObject(input) || !isObject(input.mcp) || !isObject(input.request)) return undefined;
  const { body } = input.request;
  if (!isObject(body) || !isObject(body.params) || body.params.arguments === undefined) return undefined;
  if (input.mcp.arguments === undefined) return undefined;
  return { mcp: input.mcp, params: body.params, original: input.mcp.arguments };
}

/** When one of the two was replaced or removed as a whole, the other goes the same way. */
function settle({ mcp, params, original }: Twin): void {
  const changed = [mcp, params].find((holder) => holder.arguments !== original);
  if (changed === undefined) return;
  for (const holder of [mcp, params]) {
    if (changed.arguments === undefined) delete holder.arguments;
    else holder.arguments = changed.arguments;
  }
}
