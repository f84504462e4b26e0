// Reads a decision's masks: a JSON path, or a path with what to do there. Paths and patterns that are not understood are refused here,
// before anything is masked. Doing it is proxy/mask/.
import { RE2JS } from 're2js';
import { DETECTOR_NAMES, type DetectorName } from '../mask/detect/detect.ts';
import { JsonPathError, parseJsonPath, type JsonPath } from '../mask/json-path.ts';
import { isObject, type Json, type JsonObject } from '../request/strict-json.ts';
import { MalformedDecision } from './malformed-decision.ts';

/** What is done to a value. */
export type MaskOperation =
  | { readonly kind: 'redact' | 'remove' | 'hash' | 'last4' }
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'regex'; readonly pattern: RE2JS; readonly replacement: string }
  | { readonly kind: 'detect'; readonly detectors: readonly DetectorName[]; readonly found: MaskOperation };

/** One place to mask. */
export interface Mask {
  readonly path: JsonPath;
  /** As written, for the log. */
  readonly text: string;
  readonly operation: MaskOperation;
}

const MASKS_LIMIT = 100;
const PATTERN_LIMIT = 500;
const CACHE_SIZE = 1000;
const PLAIN = ['redact', 'remove', 'hash', 'last4'] as const;
const REDACT: MaskOperation = { kind: 'redact' };

/** Policies say the same masks over and over: what has been read once is kept. */
const paths = new Map<string, JsonPath>();
const patterns = new Map<string, RE2JS>();

/** Reads a list of masks; `where` is its name, for faults. Throws MalformedDecision. */
export function readMasks(value: Json | undefined, where: string): readonly Mask[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MASKS_LIMIT)
    throw new MalformedDecision(`"mask.${where}" is not a list of at most ${MASKS_LIMIT} masks`);
  return value.map((each) => readMask(each, where));
}

function readMask(value: Json, where: string): Mask {
  if (typeof value === 'string') return { path: readPath(value, where), text: value, operation: REDACT };
  if (!isObject(value) || !hasOnly(value, ['path', 'detect', 'with'])) throw noMask(where);
  const { path, detect } = value;
  const operation = readOperation(value.with, where);
  if (detect === undefined) {
    if (typeof path !== 'string') throw noMask(where);
    return { path: readPath(path, where), text: path, operation };
  }
  // Patterns without a place are looked for everywhere.
  if (path !== undefined && typeof path !== 'string') throw noMask(where);
  const detectors = readDetectors(detect, where);
  return {
    path: readPath(path ?? '$', where),
    text: `${path ?? '$'} (${detectors.join(', ')})`,
    operation: { kind: 'detect', detectors, found: operation },
  };
}

function noMask(where: string): MalformedDecision {
  return new MalformedDecision(`"mask.${where}" has an entry that is no mask`);
}

/** Names of detectors, in the order of their table; `"all"` for every one. */
function readDetectors(value: Json, where: string): readonly DetectorName[] {
  if (value === 'all') return DETECTOR_NAMES;
  const names: readonly Json[] = Array.isArray(value) ? value : [];
  const isKnown = names.length > 0 && names.every((name) => DETECTOR_NAMES.some((known) => known === name));
  if (!isKnown)
    throw new MalformedDecision(
      `"mask.${where}": "detect" is neither "all" nor a list of ${DETECTOR_NAMES.join(', ')}`,
    );
  return DETECTOR_NAMES.filter((known) => names.includes(known));
}

function readOperation(value: Json | undefined, where: string): MaskOperation {
  if (value === undefined) return REDACT;
  const kind = PLAIN.find((name) => name === value);
  if (kind !== undefined) return { kind };
  if (isObject(value) && 'value' in value && hasOnly(value, ['value'])) return { kind: 'value', value: value.value! };
  if (isObject(value) && typeof value.regex === 'string' && hasOnly(value, ['regex', 'replace'])) {
    const { regex, replace = '' } = value;
    if (typeof replace === 'string' && replace.length <= PATTERN_LIMIT)
      return { kind: 'regex', pattern: readPattern(regex, where), replacement: replace };
  }
  throw new MalformedDecision(
    `"mask.${where}": "with" is none of ${PLAIN.join(', ')}, {"value": …}, {"regex": …, "replace": …}`,
  );
}

function readPath(text: string, where: string): JsonPath {
  return remember(paths, text, () => {
    try {
      return parseJsonPath(text);
    } catch (error) {
      if (error instanceof JsonPathError) throw new MalformedDecision(`"mask.${where}": ${error.message}`);
      throw error;
    }
  });
}

/** RE2's language: linear in the text, whatever the pattern. */
function readPattern(text: string, where: string): RE2JS {
  return remember(patterns, text, () => {
    if (text === '' || text.length > PATTERN_LIMIT)
      throw new MalformedDecision(`"mask.${where}": a pattern has 1 to ${PATTERN_LIMIT} characters`);
    try {
      return RE2JS.compile(text);
    } catch {
      throw new MalformedDecision(`"mask.${where}": the pattern ${JSON.stringify(text)} is not understood`);
    }
  });
}

/** Patterns may be made of input: the oldest goes when there are too many. */
function remember<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const found = cache.get(key);
  if (found !== undefined) return found;
  const made = make();
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value!);
  cache.set(key, made);
  return made;
}

function hasOnly(object: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(object).every((key) => keys.includes(key));
}
