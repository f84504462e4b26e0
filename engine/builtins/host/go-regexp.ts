// Go's regexp package on re2js: RE2's language, matched in time linear in the text; Go's error texts, loops and templates.
// Left to others: the built-ins (regex.ts).
import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { BuiltinError } from '../../host/builtin.ts';

/** Offsets (UTF-16) of a match and its groups, two each; -1 where a group took no part. */
export type MatchIndex = readonly number[];

/** Milliseconds that the search for all matches may take; one match alone takes time linear in the text. */
const MAX_SEARCH_MS = 5000;

const GO_NAME = /^[\p{L}\p{Nd}_]+/u;

/** Marks the copies of a repeated group name, followed by their number; no group of a pattern may be called that. */
const COPY = '__regate_copy_';
const COPIES = new RegExp(`${COPY}\\d+`, 'g');

/** Quoted text, escapes and classes, which hold no groups; then the opening of a named group. */
const GROUP_NAMES = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<([\p{L}\p{Nd}_]+)>/gu;

/** The pattern with every repeated group name made unique. */
function uniqueNames(pattern: string): string {
  const seen = new Set<string>();
  return pattern.replace(GROUP_NAMES, (whole, name?: string) => {
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return whole;
    }
    seen.add(`${name}${seen.size}`);
    return `${whole.slice(0, -1)}${COPY}${seen.size}>`;
  });
}

/** A compiled regular expression with the semantics of Go's package. */
export class GoRegexp {
  readonly #regexp: RE2JS;
  readonly #groupCount: number;
  /** Groups of each name, in order: Go lets names repeat. */
  readonly #names = new Map<string, number[]>();

  private constructor(regexp: RE2JS) {
    this.#regexp = regexp;
    this.#groupCount = regexp.groupCount();
    const named = Object.entries(regexp.namedGroups()).sort((a, b) => a[1] - b[1]);
    for (const [unique, group] of named) {
      const name = unique.split(COPY)[0]!;
      this.#names.set(name, [...(this.#names.get(name) ?? []), group]);
    }
  }

  /** Compiles a pattern; throws BuiltinError with Go's text (`error parsing regexp: …`). */
  static compile(pattern: string): GoRegexp {
    try {
      try {
        return new GoRegexp(RE2JS.compile(pattern));
      } catch (error) {
        if (!(error instanceof RE2JSSyntaxException) || !error.error.startsWith('duplicate')) throw error;
        return new GoRegexp(RE2JS.compile(uniqueNames(pattern)));
      }
    } catch (error) {
      if (error instanceof RE2JSSyntaxException) {
        const input = (error.input ?? '').replace(COPIES, '');
        throw new BuiltinError(`error parsing regexp: ${error.error}: \`${input}\``);
      }
      if (error instanceof RE2JSException) throw new BuiltinError(`error parsing regexp: ${error.message}`);
      throw error;
    }
  }

  /** Whether any part of the text matches. */
  test(text: string): boolean {
    return this.#regexp.test(text);
  }

  /**
   * The first `limit` matches without overlap (all when negative), leftmost first. An empty match right after a match does
   * not count. Some patterns look through all the rest of the text for every match; throws BuiltinError, stopping the
   * evaluation, when that takes more than five seconds.
   */
  findAll(text: string, limit = -1, withGroups = true): MatchIndex[] {
    const matches: MatchIndex[] = [];
    const matcher = this.#regexp.matcher(text);
    const deadline = performance.now() + MAX_SEARCH_MS;
    let position = 0;
    let previousEnd = -1;
    while (position <= text.length && matches.length !== limit && matcher.find(position)) {
      if (matches.length % 64 === 63 && performance.now() > deadline) {
        throw new BuiltinError('too many matches to find in time', 'eval_builtin_error', true);
      }
      const start = matcher.start();
      const end = matcher.end();
      const accepted = end !== position || start !== previousEnd;
      if (end > position) position = end;
      else position += (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
      previousEnd = end;
      if (!accepted) continue;
      const match = [start, end];
      for (let group = 1; withGroups && group <= this.#groupCount; group++) {
        match.push(matcher.start(group), matcher.end(group));
      }
      matches.push(match);
    }
    return matches;
  }

  /** The text with every match replaced by `template`, in which `$1`, `$name` and `${name}` stand for groups and `$$` for a dollar. */
  replaceAll(text: string, template: string): string {
    const parts = this.#parseTemplate(template);
    let result = '';
    let last = 0;
    for (const match of this.findAll(text, -1, parts.length > 1)) {
      result += text.slice(last, match[0]);
      for (const part of parts) result += typeof part === 'string' ? part : firstGroup(text, match, part);
      last = match[1]!;
    }
    return result + text.slice(last);
  }

  /** The pieces of text between matches, as Go's Split with no limit. */
  split(text: string): string[] {
    if (text === '') return this.#regexp.pattern() === '' ? [] : [''];
    const pieces: string[] = [];
    let begin = 0;
    let end = 0;
    for (const match of this.findAll(text, -1, false)) {
      end = match[0]!;
      if (match[1] !== 0) pieces.push(text.slice(begin, end));
      begin = match[1]!;
    }
    if (end !== text.length) pieces.push(text.slice(begin));
    return pieces;
  }

  /** Literal text and groups (the numbers a name may stand for) of a replacement template. */
  #parseTemplate(template: string): (string | readonly number[])[] {
    const parts: (string | readonly number[])[] = [''];
    const literal = (text: string): void => {
      if (typeof parts.at(-1) === 'string') parts[parts.length - 1] += text;
      else parts.push(text);
    };
    let rest = template;
    for (;;) {
      const dollar = rest.indexOf('$');
      if (dollar < 0) {
        literal(rest);
        return parts;
      }
      literal(rest.slice(0, dollar));
      rest = rest.slice(dollar + 1);
      const brace = rest.startsWith('{');
      const name = GO_NAME.exec(brace ? rest.slice(1) : rest)?.[0];
      if (rest.startsWith('$')) {
        literal('$');
        rest = rest.slice(1);
      } else if (name === undefined || (brace && rest[name.length + 1] !== '}')) {
        literal('$');
      } else {
        parts.push(this.#groups(name));
        rest = rest.slice(name.length + (brace ? 2 : 0));
      }
    }
  }

  #groups(name: string): readonly number[] {
    if (/^(?:0|[1-9]\d{0,8})$/.test(name)) return Number(name) <= this.#groupCount ? [Number(name)] : [];
    return this.#names.get(name) ?? [];
  }
}

/** The text of the first of the groups that took part in the match. */
function firstGroup(text: string, match: MatchIndex, groups: readonly number[]): string {
  const group = groups.find((candidate) => (match[2 * candidate] ?? -1) >= 0);
  return group === undefined ? '' : groupText(text, match, group);
}

/** The text of a group; empty when it took no part in the match. */
export function groupText(text: string, match: MatchIndex, group: number): string {
  const start = match[2 * group] ?? -1;
  return start < 0 ? '' : text.slice(start, match[2 * group + 1]);
}

/** The pattern that matches exactly `text`. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

const CACHE_SIZE = 256;
const cache = new Map<string, GoRegexp>();

/** The compiled pattern, from a cache of the 256 last used ones. */
export function cachedRegexp(pattern: string): GoRegexp {
  const known = cache.get(pattern);
  const regexp = known ?? GoRegexp.compile(pattern);
  if (known !== undefined) cache.delete(pattern);
  cache.set(pattern, regexp);
  if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value!);
  return regexp;
}
