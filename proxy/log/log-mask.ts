// Masks of the decision log in OPA's form: JSON pointers below the event's input and result, of the configuration and of the policy's
// own `data.system.log.mask`. A mask that is not understood is a failure: the event is not written then.
import { LOG_MASK_ENTRYPOINT, type LoadedPolicy } from '../decision/policy.ts';
import { isObject, type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';

export interface LogMask {
  readonly op: 'remove' | 'upsert';
  /** RFC 6901, below `/input` or `/result`. */
  readonly path: string;
  readonly value?: Json;
}

const POINTER = /^\/(?:input|result)(?:\/|$)/;

/** What the policy wants masked in an event. Throws when its rule fails or gives something else than masks. */
export function policyMasks(loaded: LoadedPolicy | undefined, event: JsonObject): readonly LogMask[] {
  if (loaded?.masksLog !== true) return [];
  const result = loaded.policy.evaluateJson(LOG_MASK_ENTRYPOINT, Buffer.from(JSON.stringify(event)));
  if (result === undefined) return [];
  const masks = parseStrict(result);
  if (!Array.isArray(masks)) throw new Error('data.system.log.mask is not a set or list');
  return masks.map(readMask);
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
  return op === 'remove' ? { op, path } : { op, path, value };
}

/** Applies a mask to an event, in place; whether there was something to mask. An upsert adds nothing below what is not there. */
export function applyLogMask(event: JsonObject, { op, path, value }: LogMask): boolean {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let node: Json | undefined = event;
  for (const key of keys.slice(0, -1)) node = child(node, key);
  const last = keys.at(-1)!;
  if (op === 'remove') {
    if (child(node, last) == null) return false;
    if (Array.isArray(node)) node.splice(Number(last), 1);
    else delete (node as JsonObject)[last];
    return true;
  }
  if (Array.isArray(node) ? child(node, last) === undefined : !isObject(node)) return false;
  (node as JsonObject)[last] = value!;
  return true;
}

function child(node: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(node)) return /^(?:0|[1-9]\d*)$/.test(key) ? node[Number(key)] : undefined;
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}
