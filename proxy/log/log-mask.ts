// Masks of the decision log in OPA's form: JSON pointers below the event's input and result, of the configuration and of the policy's
// own `data.system.log.mask`; and what `data.system.log.drop` says. A mask that is not understood is a failure: the event is not
// written then. A drop that is not understood drops nothing.
import { LOG_DROP_ENTRYPOINT, LOG_MASK_ENTRYPOINT, type LoadedPolicy } from '../decision/policy.ts';
import { isObject, type Json, parseStrict } from '../request/strict-json.ts';
import { pointerKeys, removeAt, upsertAt } from './pointers.ts';

export interface LogMask {
  readonly op: 'remove' | 'upsert';
  /** RFC 6901, below `/input` or `/result`. */
  readonly path: string;
  readonly keys: readonly string[];
  readonly value?: Json;
}

const POINTER = /^\/(?:input|result)(?:\/|$)/;

/** A mask that removes what the pointer leads to. */
export function removal(path: string): LogMask {
  return { op: 'remove', path, keys: pointerKeys(path) };
}

/** What the policy wants masked in an event, given as JSON. Throws when its rule fails or gives something else than masks. */
export function policyMasks(loaded: LoadedPolicy, event: Uint8Array): readonly LogMask[] {
  const result = loaded.policy.evaluateJson(LOG_MASK_ENTRYPOINT, event);
  if (result === undefined) return [];
  const masks = parseStrict(result);
  if (!Array.isArray(masks)) throw new Error('data.system.log.mask is not a set or list');
  return masks.map(readMask);
}

/** Whether the policy wants the event dropped. Throws when its rule fails. */
export function policyDrops(loaded: LoadedPolicy, event: Uint8Array): boolean {
  const result = loaded.policy.evaluateJson(LOG_DROP_ENTRYPOINT, event);
  return result !== undefined && Buffer.from(result).toString('latin1') === 'true';
}

function readMask(mask: Json): LogMask {
  const fields = typeof mask === 'string' ? { op: 'remove', path: mask } : mask;
  const { op, path, value } = (typeof mask === 'string' || isObject(mask) ? fields : {}) as Record<
    string,
    Json | undefined
  >;
  if (
    (op !== 'remove' && op !== 'upsert') ||
    typeof path !== 'string' ||
    !POINTER.test(path) ||
    (op === 'upsert' && value === undefined)
  ) {
    throw new Error('data.system.log.mask has an entry that is no mask');
  }
  return op === 'remove' ? removal(path) : { op, path, keys: pointerKeys(path), value };
}

/** The event with a mask applied; the same event when there was nothing to mask. An upsert adds nothing below what is not there. */
export function applyLogMask(event: object, { op, keys, value }: LogMask): object {
  return (op === 'remove' ? removeAt(event, keys) : upsertAt(event, keys, value!)) as object;
}
