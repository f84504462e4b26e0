// What a mask does to a value it has found. Whatever has no better form is redacted whole: a mask never does less than it says.
import { createHmac } from 'node:crypto';
import type { MaskOperation } from '../decision/masks.ts';
import { type Json, parseStrict } from '../request/strict-json.ts';
import { replaceFound } from './detect/detect.ts';
import { editTexts, textOf } from './texts.ts';

/** What stands in the place of a redacted value. */
const REDACTED = '[redacted]';
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
      return hash(typeof value === 'string' ? value : JSON.stringify(value), key);
    case 'last4':
      return last4(textOf(value));
    case 'value':
      return copy(operation.value);
    case 'regex': {
      const { pattern, replacement } = operation;
      return editTexts(value, { text: (text) => pattern.matcher(text).replaceAll(replacement), names: false });
    }
    case 'detect': {
      const { detectors, found } = operation;
      const replace = (text: string, name: string): string => {
        if (found.kind === 'redact') return `[redacted ${name}]`;
        const masked = mask(text, found, key) ?? '';
        return typeof masked === 'string' ? masked : JSON.stringify(masked);
      };
      return editTexts(value, { text: (text) => replaceFound(text, detectors, replace), names: true });
    }
  }
}

function hash(text: string, key: Buffer): string {
  return `sha256:${createHmac('sha256', key).update(text).digest('hex').slice(0, HASH_DIGITS)}`;
}

function last4(text: string | undefined): string {
  return text === undefined || text.length < LAST4_LEAST ? REDACTED : `****${text.slice(-4)}`;
}

/** Edits are in place: a value that two masks share must not be. */
function copy(value: Json): Json {
  return typeof value === 'object' && value !== null ? parseStrict(JSON.stringify(value)) : value;
}
