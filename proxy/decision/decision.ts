// What a policy may answer: the decision's contract (docs/decision.md), checked to the last key. Whatever does not fit is no decision.
import { JsonPathError, parseJsonPath, type JsonPath } from '../mask/json-path.ts';
import { isObject, type Json, parseStrict } from '../request/strict-json.ts';

/** One place to mask. */
export interface Mask {
  readonly path: JsonPath;
  /** As written, for the log. */
  readonly text: string;
  readonly op: 'redact' | 'remove' | 'replace';
  /** For `replace`. */
  readonly value: Json;
}

export interface Decision {
  readonly action: 'allow' | 'deny' | 'approve';
  /** For the caller's eyes. */
  readonly reason: string | undefined;
  readonly maskRequest: readonly Mask[];
  readonly maskResponse: readonly Mask[];
}

export class MalformedDecision extends Error {
  override readonly name = 'MalformedDecision';
}

const KEYS = ['action', 'reason', 'mask'];
const ACTIONS: ReadonlySet<unknown> = new Set(['allow', 'deny', 'approve']);
const REASON_LIMIT = 1000;
const MASKS_LIMIT = 100;

/** The decision in a policy's result, as JSON text. Throws MalformedDecision. */
export function readDecision(result: Uint8Array | undefined): { decision: Decision; json: Json } {
  if (result === undefined) throw new MalformedDecision('the decision is undefined');
  let json: Json;
  try {
    json = parseStrict(result);
  } catch (error) {
    throw new MalformedDecision(
      `the decision is not readable: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isObject(json)) throw new MalformedDecision('the decision is not an object');
  const { action, reason, mask } = json;
  for (const key of Object.keys(json))
    if (!KEYS.includes(key)) throw new MalformedDecision(`the decision has an unknown key ${JSON.stringify(key)}`);
  if (!ACTIONS.has(action)) throw new MalformedDecision('"action" is not "allow", "deny" or "approve"');
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > REASON_LIMIT)) {
    throw new MalformedDecision(`"reason" is not a string of at most ${REASON_LIMIT} characters`);
  }
  if (mask !== undefined && !isObject(mask)) throw new MalformedDecision('"mask" is not an object');
  for (const key of Object.keys(mask ?? {})) {
    if (key !== 'request' && key !== 'response')
      throw new MalformedDecision(`"mask" has an unknown key ${JSON.stringify(key)}`);
  }
  const decision: Decision = {
    action: action as Decision['action'],
    reason,
    maskRequest: readMasks(mask?.request, 'request'),
    maskResponse: readMasks(mask?.response, 'response'),
  };
  return { decision, json };
}

function readMasks(value: Json | undefined, where: string): readonly Mask[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MASKS_LIMIT)
    throw new MalformedDecision(`"mask.${where}" is not a list of at most ${MASKS_LIMIT} masks`);
  return value.map((each) => readMask(each, where));
}

function readMask(value: Json, where: string): Mask {
  const written = typeof value === 'string' ? { path: value } : value;
  const fields = isObject(written) || typeof value === 'string' ? (written as Record<string, Json>) : {};
  const { path, op = 'redact', value: replacement = null } = fields;
  const known = Object.keys(fields).every((key) => key === 'path' || key === 'op' || key === 'value');
  if (typeof path !== 'string' || !known || (op !== 'redact' && op !== 'remove' && op !== 'replace')) {
    throw new MalformedDecision(`"mask.${where}" has an entry that is no mask`);
  }
  if ((op === 'replace') !== 'value' in fields)
    throw new MalformedDecision(`"mask.${where}": "value" belongs to "replace"`);
  try {
    return { path: parseJsonPath(path), text: path, op, value: replacement };
  } catch (error) {
    if (error instanceof JsonPathError) throw new MalformedDecision(`"mask.${where}": ${error.message}`);
    throw error;
  }
}
