// What of a tool a model and its user rely on: its name, its texts and its schemas. A digest tells whether any of it has changed.
import { createHash } from 'node:crypto';
import { isObject, type Json } from '../request/strict-json.ts';

/** Members that do not say what a tool is or does. */
const ASIDE: ReadonlySet<string> = new Set(['_meta', 'icons']);
const NONE: ReadonlySet<string> = new Set();

export interface ToolDefinition {
  readonly name: string;
  /** SHA-256 in hexadecimal, of the definition. */
  readonly digest: string;
  /** JSON with sorted keys. */
  readonly definition: string;
}

/** The definition of an item of `tools/list`; undefined for what is no tool. */
export function readTool(item: Json): ToolDefinition | undefined {
  if (!isObject(item) || typeof item.name !== 'string') return undefined;
  const definition = JSON.stringify(sorted(item, ASIDE));
  return { name: item.name, digest: createHash('sha256').update(definition).digest('hex'), definition };
}

function sorted(value: Json, aside: ReadonlySet<string> = NONE): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) =>
    aside.has(key) ? [] : [[key, sorted(item)] as const],
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
