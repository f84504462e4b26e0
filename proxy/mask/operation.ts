// What a mask does to a value it has found. Whatever has no better form is redacted whole: a mask never does less than it says.
import { createHmac } from 'node:crypto';
import type { MaskOperation } from '../decision/masks.ts';
import { isObject, type Json, parseStrict } from '../request/strict-json.ts';

/** What stands in the place of a redacted value. */
export const REDACTED = '[redacted]';
/** Shorter texts would give too much of themselves away by their last four characters. */
const LAST4_LEAST = 8;
const HASH_DIGITS = 24;

/** The masked value; undefined removes it. `key` makes hashes useless to who would guess the values. */
export function mask(value: Json, operation: MaskOperation, key: Buffer): Json | undefined {
  switch (operation.kind) {
    case 'redact':
      return REDACTED;
    case 'remove':
      return undefined;
    case 'hash':
      return maskText(typeof value === 'string' ? value : JSON.stringify(value), operation, key);
    case 'last4': {
      const text = textOf(value);
      return text === undefined ? REDACTED : maskText(text, operation, key);
    }
    case 'value':
      return copy(operation.value);
    case 'regex':
      return replaceIn(value, operation, key);
  }
}

/** The same for a piece of text; a removed piece is empty. */
export function maskText(text: string, operation: MaskOperation, key: Buffer): string {
  switch (operation.kind) {
    case 'redact':
      return REDACTED;
    case 'remove':
      return '';
    case 'hash':
      return `sha256:${createHmac('sha256', key).update(text).digest('hex').slice(0, HASH_DIGITS)}`;
    case 'last4':
      return text.length < LAST4_LEAST ? REDACTED : `****${text.slice(-4)}`;
    case 'value':
      return typeof operation.value === 'string' ? operation.value : JSON.stringify(operation.value);
    case 'regex':
      return operation.pattern.matcher(text).replaceAll(operation.replacement);
  }
}

/** Every text at and below the value; a number is the text it is written as. */
function replaceIn(value: Json, operation: MaskOperation, key: Buffer): Json {
  const text = textOf(value);
  if (text !== undefined) {
    const replaced = maskText(text, operation, key);
    return replaced === text ? value : replaced;
  }
  if (Array.isArray(value)) {
    value.forEach((each, i) => (value[i] = replaceIn(each, operation, key)));
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) value[name] = replaceIn(value[name]!, operation, key);
  }
  return value;
}

/** A text or a number as text; undefined for everything else. */
function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  const isNumber =
    typeof value === 'number' ||
    (typeof value === 'object' && value !== null && !Array.isArray(value) && !isObject(value));
  return isNumber ? JSON.stringify(value) : undefined;
}

/** Edits are in place: a value that two masks share must not be. */
function copy(value: Json): Json {
  return typeof value === 'object' && value !== null ? parseStrict(JSON.stringify(value)) : value;
}
