// JSON pointers (RFC 6901) into an event of the decision log. Edits copy what lies on the way and nothing else: the event shares its
// parts with the request, which is still to be sent.
import { isRawNumber, type Json } from '../request/strict-json.ts';

/** The keys of a pointer that begins with `/`. */
export function pointerKeys(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Anything JSON.stringify writes as an object; null prototypes and usual ones alike. */
type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** The document without what the pointer leads to; the same document when there is nothing, or null, there. */
export function removeAt(document: unknown, keys: readonly string[], at = 0): unknown {
  const key = keys[at]!;
  const child = childOf(document, key);
  if (child === undefined || child === null) return document;
  if (at < keys.length - 1) {
    const edited = removeAt(child, keys, at + 1);
    return edited === child ? document : withChild(document, key, edited);
  }
  if (Array.isArray(document)) return document.toSpliced(Number(key), 1);
  const copy = copyOf(document as Mapping);
  delete copy[key];
  return copy;
}

/** The document with a value at the pointer's place; the same document when the place's parent is not there. */
export function upsertAt(document: unknown, keys: readonly string[], value: Json, at = 0): unknown {
  const key = keys[at]!;
  const child = childOf(document, key);
  if (at < keys.length - 1) {
    if (child === undefined) return document;
    const edited = upsertAt(child, keys, value, at + 1);
    return edited === child ? document : withChild(document, key, edited);
  }
  if (Array.isArray(document) ? child === undefined : !isMapping(document)) return document;
  return withChild(document, key, value);
}

function withChild(parent: unknown, key: string, child: unknown): unknown {
  if (Array.isArray(parent)) return parent.with(Number(key), child);
  const copy = copyOf(parent as Mapping);
  copy[key] = child;
  return copy;
}

function copyOf(mapping: Mapping): Record<string, unknown> {
  // Without a prototype `__proto__` is a key like any other.
  return Object.assign(Object.create(null) as Record<string, unknown>, mapping);
}

function childOf(node: unknown, key: string): unknown {
  if (Array.isArray(node)) return /^(?:0|[1-9]\d*)$/.test(key) ? node[Number(key)] : undefined;
  return isMapping(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}
