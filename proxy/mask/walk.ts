// Edits a document at all places that paths lead to, in one walk: each value is visited once, however many paths and descents there are. Texts
// that hold JSON are walked into, and written anew when something in them has changed.
import { isObject, isRawNumber, type Json, parseStrict } from '../request/strict-json.ts';
import type { JsonPath, Selector } from './json-path.ts';
import { looksLikeJson } from './texts.ts';

/** What happens to a value at the end of a path, told by the path's place in the list; `undefined` removes it. */
export type Edit = (value: Json, path: number) => Json | undefined;

/** A text that has to be walked into and cannot be read. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
}

/** The paths that are under way at a value. */
interface States {
  /** For each, the segments that come next, as bits; the one after the last is the path's end. */
  readonly list: readonly (readonly [path: number, bits: number])[];
  /** Whether any ends at the value. */
  readonly hasEnds: boolean;
  /** Whether any goes on below it. */
  readonly goesOn: boolean;
}

/** Texts in texts in texts: each level doubles the escapes, so that nobody needs many. */
const TEXT_DEPTH_LIMIT = 8;

/** The document after the edits, in place where it is a collection; undefined when it is removed. Throws UnreadableText. */
export function editAll(document: Json, paths: readonly JsonPath[], edit: Edit): Json | undefined {
  const walk = new Walk(paths, edit);
  return walk.enter(document, walk.states(paths.map((_, i) => [i, 1])), 0);
}

class Walk {
  readonly #paths: readonly JsonPath[];
  readonly #edit: Edit;
  /** Edits done so far: whether a text has to be written anew. */
  #edits = 0;

  constructor(paths: readonly JsonPath[], edit: Edit) {
    this.#paths = paths;
    this.#edit = edit;
  }

  states(list: States['list']): States {
    return {
      list,
      hasEnds: list.some(([path, bits]) => (bits & this.#end(path)) !== 0),
      goesOn: list.some(([path, bits]) => (bits & (this.#end(path) - 1)) !== 0),
    };
  }

  #end(path: number): number {
    return 1 << this.#paths[path]!.length;
  }

  /** Walks below a value, then edits it itself where paths end: depth first, for it may be removed as a whole. */
  enter(value: Json, states: States, textDepth: number): Json | undefined {
    let edited: Json | undefined = states.goesOn ? this.#below(value, states, textDepth) : value;
    if (!states.hasEnds) return edited;
    for (const [path, bits] of states.list) {
      if (edited === undefined) break;
      if ((bits & this.#end(path)) === 0) continue;
      edited = this.#edit(edited, path);
      this.#edits++;
    }
    return edited;
  }

  #below(value: Json, states: States, textDepth: number): Json {
    if (typeof value === 'string') return looksLikeJson(value) ? this.#text(value, states, textDepth) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const { length } = value;
      // From the end, so that removing one leaves the places of the others.
      for (let i = length - 1; i >= 0; i--) {
        const next = this.#next(states, i, length);
        if (next === undefined) continue;
        const edited = this.enter(value[i]!, next, textDepth);
        if (edited === undefined) value.splice(i, 1);
        else value[i] = edited;
      }
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        const next = this.#next(states, key, 0);
        if (next === undefined) continue;
        const before = value[key]!;
        const edited = this.enter(before, next, textDepth);
        if (edited === undefined) delete value[key];
        else if (edited !== before) value[key] = edited;
      }
    } else if (!isRawNumber(value)) {
      // Passing over it would leave it as it is.
      throw new TypeError('an object that the strict reader has not made');
    }
    return value;
  }

  /** JSON in a text is below the text, as if it stood there itself. */
  #text(text: string, states: States, depth: number): string {
    if (depth === TEXT_DEPTH_LIMIT) throw new UnreadableText('texts within texts, too many of them');
    let json: Json;
    try {
      json = parseStrict(text);
    } catch {
      throw new UnreadableText('a text looks like JSON and is none');
    }
    const before = this.#edits;
    this.#below(json, states, depth + 1);
    return this.#edits === before ? text : JSON.stringify(json);
  }

  /** The states at a member or element; undefined when no path leads there. */
  #next(states: States, key: string | number, length: number): States | undefined {
    // Below a descent that selects nothing here, all is as it was: most places are such.
    let next: States['list'][number][] | undefined;
    const { list } = states;
    for (let i = 0; i < list.length; i++) {
      const state = list[i]!;
      const path = state[0];
      const segments = this.#paths[path]!;
      let onward = 0;
      for (let rest = state[1] & (this.#end(path) - 1); rest !== 0; rest &= rest - 1) {
        const at = 31 - Math.clz32(rest & -rest);
        const { selectors, descends } = segments[at]!;
        if (descends) onward |= 1 << at;
        for (const selector of selectors) if (selects(selector, key, length)) onward |= 1 << (at + 1);
      }
      if (onward === state[1]) next?.push(state);
      else {
        next ??= list.slice(0, i);
        if (onward !== 0) next.push([path, onward]);
      }
    }
    if (next === undefined) return states;
    return next.length === 0 ? undefined : this.states(next);
  }
}

function selects(selector: Selector, key: string | number, length: number): boolean {
  switch (selector.kind) {
    case 'wildcard':
      return true;
    case 'name':
      return key === selector.name;
    case 'index':
      return key === (selector.index < 0 ? length + selector.index : selector.index);
    case 'slice': {
      if (typeof key === 'string') return false;
      const bound = (at: number): number => Math.min(Math.max(at < 0 ? length + at : at, 0), length);
      const start = bound(selector.start ?? 0);
      return key >= start && key < bound(selector.end ?? length) && (key - start) % selector.step === 0;
    }
  }
}
