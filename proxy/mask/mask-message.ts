// Masks on MCP messages from the upstream: results, with the documents they hold as text and structure; errors; what the upstream says or asks
// on its own. What holds bytes under another name (images, blobs) cannot be looked into, and is not maskable.
import type { Mask } from '../decision/masks.ts';
import type { McpMessage } from '../exchange.ts';
import { isObject, type Json, type JsonObject } from '../request/strict-json.ts';
import { areTextMasks, maskDocument, type MaskedText, maskTextOf, maskWithText, NotMaskable } from './mask.ts';

/** What servers ask without saying anything. */
const EMPTY_REQUESTS: ReadonlySet<Json | undefined> = new Set(['ping', 'roots/list']);
const WITHHELD_TEXT = 'The error text is withheld by policy.';

/**
 * A JSON-RPC message of the upstream with masks applied, in place; undefined when it must not pass. `call` is what the
 * upstream answers. Throws NotMaskable.
 */
export function maskMessage(
  message: Json,
  call: McpMessage | undefined,
  masks: readonly Mask[],
  key: Buffer,
): Json | undefined {
  if (!isObject(message)) throw new NotMaskable('not one JSON-RPC message');
  if (message.method !== undefined) return maskOwnMessage(message, masks, key);
  if (message.error !== undefined) {
    message.error = maskError(message.error, masks, key);
    return message;
  }
  if (message.result === undefined) throw new NotMaskable('neither result nor error');
  message.result = maskResult(message.result, call, masks, key);
  // MCP 2026-07-28: what was edited for one identity, a shared cache must not hand to another.
  if (isObject(message.result) && message.result.cacheScope !== undefined) message.result.cacheScope = 'private';
  return message;
}

/** Error texts quote what went wrong, and what went wrong may be what is masked. */
function maskError(error: Json, masks: readonly Mask[], key: Buffer): Json {
  if (areTextMasks(masks)) return maskDocument(error, masks, key);
  return { code: isObject(error) ? (error.code ?? null) : null, message: WITHHELD_TEXT };
}

/** Notifications and requests of the server. Under a path, progress is all that passes, and of that the figures: texts could say anything. */
function maskOwnMessage(message: JsonObject, masks: readonly Mask[], key: Buffer): Json | undefined {
  if (areTextMasks(masks)) {
    rejectBytes(message.params ?? null);
    if (message.params !== undefined) message.params = maskDocument(message.params, masks, key);
    return message;
  }
  const { method, id } = message;
  if (id !== undefined) {
    // Without it the upstream would wait for ever, and the client with it.
    if (!EMPTY_REQUESTS.has(method)) throw new NotMaskable('a request of the server');
    return { jsonrpc: '2.0', id, method: method! };
  }
  if (method !== 'notifications/progress' || !isObject(message.params)) return undefined;
  const { progressToken, progress, total } = message.params;
  const params = Object.entries({ progressToken, progress, total }).filter(([, value]) => value !== undefined);
  return { jsonrpc: '2.0', method, params: Object.fromEntries(params) as JsonObject };
}

function maskResult(result: Json, call: McpMessage | undefined, masks: readonly Mask[], key: Buffer): Json {
  if (!isObject(result)) throw new NotMaskable('the result is not an object');
  rejectBytes(result);
  if (areTextMasks(masks)) {
    // The state of a request for input is the upstream's own, and signed as likely as not: it has to come back as it is.
    const { requestState, ...rest } = result;
    const masked = maskDocument(Object.assign(Object.create(null) as JsonObject, rest), masks, key);
    if (requestState !== undefined && isObject(masked)) masked.requestState = requestState;
    return masked;
  }
  if (result.resultType === 'input_required') throw new NotMaskable('a request for input');
  switch (call?.method) {
    case 'tools/call':
      maskToolResult(result, masks, key);
      return result;
    case 'resources/read':
      maskResources(result, masks, key);
      return result;
    default:
      return maskDocument(result, masks, key);
  }
}

/** `structuredContent` and each text are the documents. The same facts usually stand in both. */
function maskToolResult(result: JsonObject, masks: readonly Mask[], key: Buffer): void {
  rejectMembers(result, ['content', 'structuredContent', 'isError', '_meta', 'resultType', 'ttlMs', 'cacheScope']);
  // Metadata is the upstream's to fill with whatever it likes.
  delete result._meta;
  const { content, structuredContent } = result;
  let known: MaskedText | undefined;
  if (isObject(structuredContent)) {
    const { document, text } = maskWithText(structuredContent, masks, key);
    result.structuredContent = document;
    known = text;
  } else if (structuredContent !== undefined) {
    result.structuredContent = maskDocument(structuredContent, masks, key);
  }
  for (const block of listOf(content)) {
    delete block._meta;
    if (block.type === 'text') maskTextOf(block, masks, key, known);
    else if (block.type === 'resource' && isObject(block.resource)) maskResource(block.resource, masks, key);
    else throw new NotMaskable('a content block is neither text nor a text resource');
  }
}

/** Each text is a document. */
function maskResources(result: JsonObject, masks: readonly Mask[], key: Buffer): void {
  rejectMembers(result, ['contents', '_meta', 'resultType', 'ttlMs', 'cacheScope']);
  delete result._meta;
  for (const resource of listOf(result.contents)) maskResource(resource, masks, key);
}

function maskResource(resource: JsonObject, masks: readonly Mask[], key: Buffer): void {
  delete resource._meta;
  maskTextOf(resource, masks, key);
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new NotMaskable('the content is not a list of objects');
  return value;
}

function rejectMembers(result: JsonObject, known: readonly string[]): void {
  if (!Object.keys(result).every((key) => known.includes(key))) throw new NotMaskable('the result has unknown members');
}

/** Content that is no text: `data` of images and sound, `blob` of resources. */
function rejectBytes(value: Json): void {
  if (Array.isArray(value)) value.forEach(rejectBytes);
  else if (isObject(value)) {
    const isMedia = (value.type === 'image' || value.type === 'audio') && typeof value.data === 'string';
    if (isMedia || typeof value.blob === 'string') throw new NotMaskable('content that is no text');
    Object.values(value).forEach(rejectBytes);
  }
}
