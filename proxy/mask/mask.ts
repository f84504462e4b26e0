// Applies masks to documents and to texts. What cannot be read under a mask is not passed over but reported, and the caller withholds it.
import type { Mask } from '../decision/masks.ts';
import { isObject, type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';
import { mask } from './operation.ts';
import { editAll, UnreadableText } from './walk.ts';

/** Something under a mask that cannot be masked. */
export class NotMaskable extends Error {
  override readonly name = 'NotMaskable';
}

/** A document with masks applied; the document given is changed. Throws NotMaskable when all of it is to be removed, or a text in it is unreadable. */
export function maskDocument(document: Json, masks: readonly Mask[], key: Buffer): Json {
  return edit(document, masks, key).document;
}

/** Whether masks look for patterns in texts alone, and so need no document. */
export function areTextMasks(masks: readonly Mask[]): boolean {
  return masks.every(({ path, operation }) => path.length === 0 && /^(?:detect|regex)$/.test(operation.kind));
}

/**
 * A text that is a document by itself: JSON of an object or a list, or, when all masks are for the whole, any text. A path that
 * met a bare text would miss what it is looking for. Throws NotMaskable.
 */
export function maskTextDocument(text: string, masks: readonly Mask[], key: Buffer): string {
  const json = readContainer(text);
  if (json !== undefined) {
    const { document, edits } = edit(json, masks, key);
    return edits === 0 ? text : JSON.stringify(document);
  }
  if (masks.some(({ path }) => path.length > 0)) throw new NotMaskable('a text is no JSON object or list');
  const masked = maskDocument(text, masks, key);
  return typeof masked === 'string' ? masked : JSON.stringify(masked);
}

/** What became of a document that may also stand in a text. */
export interface MaskedText {
  readonly before: string;
  /** Undefined when there was nothing to mask. */
  readonly masked: Json | undefined;
}

/** Like `maskDocument`, and remembers the document's text for `maskTextOf`. */
export function maskWithText(
  document: Json,
  masks: readonly Mask[],
  key: Buffer,
): { document: Json; text: MaskedText } {
  const before = JSON.stringify(document);
  const { document: masked, edits } = edit(document, masks, key);
  return { document: masked, text: { before, masked: edits === 0 ? undefined : masked } };
}

/** `text` of a holder, masked in place; `known` needs no second reading. Throws NotMaskable, also when there is none. */
export function maskTextOf(holder: JsonObject, masks: readonly Mask[], key: Buffer, known?: MaskedText): void {
  const { text } = holder;
  if (typeof text !== 'string') throw new NotMaskable('a text is missing');
  if (text !== known?.before) holder.text = maskTextDocument(text, masks, key);
  else if (known.masked !== undefined) holder.text = JSON.stringify(known.masked);
}

function edit(document: Json, masks: readonly Mask[], key: Buffer): { document: Json; edits: number } {
  let edits = 0;
  try {
    const edited = editAll(
      document,
      masks.map(({ path }) => path),
      (value, i) => {
        edits++;
        return mask(value, masks[i]!.operation, key);
      },
    );
    if (edited === undefined) throw new NotMaskable('a mask removes the whole document');
    return { document: edited, edits };
  } catch (error) {
    if (error instanceof UnreadableText) throw new NotMaskable(error.message);
    throw error;
  }
}

/** Undefined for what is no JSON of an object or list. JSON that is read in two ways is not maskable. */
function readContainer(text: string): Json | undefined {
  let json: Json;
  try {
    json = parseStrict(text);
  } catch {
    if (isLenientContainer(text)) throw new NotMaskable('a text is ambiguous JSON');
    return undefined;
  }
  return isObject(json) || Array.isArray(json) ? json : undefined;
}

/** JSON to somebody less strict. */
function isLenientContainer(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
