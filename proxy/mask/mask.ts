// Applies masks to JSON: whole documents, and the documents inside an MCP tool's result. What cannot be read is not
// passed over but reported, and the caller withholds it.
import type { Mask } from '../decision/masks.ts';
import { editAt } from './json-path.ts';
import { mask } from './operation.ts';
import { isObject, type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';

/** Something under a mask that is not JSON, and so cannot be masked. */
export class NotMaskable extends Error {
  override readonly name = 'NotMaskable';
}

/** A document with masks applied; the document given is changed. Throws NotMaskable when all of it is to be removed. */
export function maskDocument(document: Json, masks: readonly Mask[], key: Buffer): Json {
  let masked: Json = document;
  for (const { path, operation } of masks) {
    const edited = editAt(masked, path, (value) => mask(value, operation, key));
    if (edited.document === undefined) throw new NotMaskable('a mask removes the whole document');
    masked = edited.document;
  }
  return masked;
}

/**
 * The result of a tool call with masks applied to each document it holds: `structuredContent`, and every text, which has
 * to be JSON. The same facts usually stand in both. Throws NotMaskable for text that is no JSON, images and the like.
 */
export function maskToolResult(result: Json, masks: readonly Mask[], key: Buffer): Json {
  if (!isObject(result)) throw new NotMaskable('the result is not an object');
  const { content, structuredContent } = result;
  if (structuredContent !== undefined) result.structuredContent = maskDocument(structuredContent, masks, key);
  if (content !== undefined) {
    if (!Array.isArray(content)) throw new NotMaskable('the content is not a list');
    for (const block of content) maskBlock(block, masks, key);
  }
  for (const key of Object.keys(result)) {
    if (!['content', 'structuredContent', 'isError', '_meta', 'resultType'].includes(key))
      throw new NotMaskable('the result has unknown members');
  }
  // Metadata is the upstream's to fill with whatever it likes.
  delete result._meta;
  return result;
}

function maskBlock(block: Json, masks: readonly Mask[], key: Buffer): void {
  if (!isObject(block)) throw new NotMaskable('a content block is not an object');
  delete block._meta;
  if (block.type === 'text') maskText(block, masks, key);
  else if (block.type === 'resource' && isObject(block.resource) && block.resource.blob === undefined) {
    delete block.resource._meta;
    maskText(block.resource, masks, key);
  } else throw new NotMaskable('a content block is neither text nor a text resource');
}

function maskText(holder: JsonObject, masks: readonly Mask[], key: Buffer): void {
  const { text } = holder;
  if (typeof text !== 'string') throw new NotMaskable('a text block has no text');
  holder.text = JSON.stringify(maskDocument(parseContainer(text), masks, key));
}

/** JSON of an object or a list: a mask that meets a bare text would miss what it is looking for. */
function parseContainer(text: string): Json {
  let json: Json;
  try {
    json = parseStrict(text);
  } catch {
    throw new NotMaskable('a text is not JSON');
  }
  if (!isObject(json) && !Array.isArray(json)) throw new NotMaskable('a text holds no JSON object or list');
  return json;
}
