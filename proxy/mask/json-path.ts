// The part of JSONPath (RFC 9535) that masks use: names, indices, wildcards and descendants. No filters, no scripts:
// what is not understood is a fault when it is read. Editing documents along paths is here too.
import { isObject, type Json } from '../request/strict-json.ts';

type Segment =
  | { readonly kind: 'name'; readonly name: string; readonly descends: boolean }
  | { readonly kind: 'index'; readonly index: number; readonly descends: boolean }
  | { readonly kind: 'wildcard'; readonly descends: boolean };

/** A path that has been read. */
export type JsonPath = readonly Segment[];

export class JsonPathError extends Error {
  constructor(path: string, offset: number) {
    super(`the path ${JSON.stringify(path)} is not understood at offset ${offset}`);
    this.name = 'JsonPathError';
  }
}

const TOKENS =
  /(\.\.?)(?:(\*)|([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|(?=\[))|\[(?:(\*)|(-?\d{1,9})|'((?:[^'\\]|\\['\\])*)'|"((?:[^"\\]|\\["\\])*)")\]/y;
const LENGTH_LIMIT = 500;

/** Reads `$.a['b'][0][*]..c`. Throws JsonPathError. */
export function parseJsonPath(path: string): JsonPath {
  if (!path.startsWith('$') || path.length > LENGTH_LIMIT) throw new JsonPathError(path.slice(0, LENGTH_LIMIT), 0);
  const segments: Segment[] = [];
  let at = 1;
  let descends = false;
  while (at < path.length) {
    TOKENS.lastIndex = at;
    const match = TOKENS.exec(path);
    if (match === null) throw new JsonPathError(path, at);
    const [token, dots, star, word, bracketStar, index, single, double] = match;
    if (dots !== undefined && descends) throw new JsonPathError(path, at);
    if (dots === '.' && star === undefined && word === undefined) throw new JsonPathError(path, at);
    at += token.length;
    if (dots === '..') descends = true;
    const name = word ?? (single ?? double)?.replace(/\\(.)/g, '$1');
    if (star !== undefined || bracketStar !== undefined) segments.push({ kind: 'wildcard', descends });
    else if (index !== undefined) segments.push({ kind: 'index', index: Number(index), descends });
    else if (name !== undefined) segments.push({ kind: 'name', name, descends });
    else continue;
    descends = false;
  }
  if (descends) throw new JsonPathError(path, at);
  return segments;
}

/** What happens to a value that a path leads to: `undefined` back removes it. */
export type Edit = (value: Json) => Json | undefined;

/** The document with every value at the path edited, in place where it is a collection, and how many there were. */
export function editAt(document: Json, path: JsonPath, edit: Edit): { document: Json | undefined; count: number } {
  let count = 0;
  const counted: Edit = (value) => {
    count++;
    return edit(value);
  };
  return { document: descend(document, path, 0, counted), count };
}

function descend(value: Json, path: JsonPath, at: number, edit: Edit): Json | undefined {
  const segment = path[at];
  if (segment === undefined) return edit(value);
  if (segment.descends) {
    // Depth first: what lies below is edited before it may be removed as a whole.
    editChildren(
      value,
      () => true,
      (child) => descend(child, path, at, edit),
    );
  }
  editChildren(
    value,
    (key, length) => selects(segment, key, length),
    (child) => descend(child, path, at + 1, edit),
  );
  return value;
}

function selects(segment: Segment, key: string | number, length: number): boolean {
  switch (segment.kind) {
    case 'wildcard':
      return true;
    case 'name':
      return key === segment.name;
    case 'index':
      return key === (segment.index < 0 ? length + segment.index : segment.index);
  }
}

function editChildren(value: Json, wanted: (key: string | number, length: number) => boolean, edit: Edit): void {
  if (Array.isArray(value)) {
    const { length } = value;
    // From the end, so that removing one leaves the places of the others.
    for (let i = length - 1; i >= 0; i--) {
      if (!wanted(i, length)) continue;
      const edited = edit(value[i]!);
      if (edited === undefined) value.splice(i, 1);
      else value[i] = edited;
    }
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      if (!wanted(key, 0)) continue;
      const edited = edit(value[key]!);
      if (edited === undefined) delete value[key];
      else value[key] = edited;
    }
  }
}
