// Traces of an evaluation in OPA's form. A module tells the places it comes to, in order (engine/analysis/trace-bodies.ts); what
// succeeded, failed and was tried again in between follows from them: no rule can be under way twice at the same time.
import type { Loc } from '../engine/ast/nodes.ts';
import { dumpJson } from '../engine/value/json.ts';
import type { Value } from '../engine/value/value.ts';
import type { TracedBody, TracedPlace } from '../engine/analysis/trace-bodies.ts';

export type TraceOp = 'Enter' | 'Exit' | 'Eval' | 'Fail' | 'Redo' | 'Note';

/** A step of an evaluation. */
export interface TraceEvent {
  readonly op: TraceOp;
  readonly text: string;
  readonly loc: Loc;
  readonly depth: number;
  /** Number of the search it belongs to, and of the one that asked for it; the query's is 0. */
  readonly query: number;
  readonly parent: number;
  /** Enters, leaves or resumes a search, rather than evaluating one of its expressions. */
  readonly isSearch: boolean;
  /** The first solution was enough. */
  readonly isEarly?: boolean;
  /** When the place was reached; only for `Eval`. */
  readonly atNs?: bigint;
}

/** A place as the module told it. */
export interface ReachedPlace {
  readonly place: number;
  readonly note: string | undefined;
  readonly atNs: bigint;
}

/** A place that is reached now, with the message of a note. */
export function reachedPlace(place: number, [note]: readonly Value[]): ReachedPlace {
  const text = note === undefined ? undefined : typeof note === 'string' ? note : dumpJson(note);
  return { place, note: text, atNs: process.hrtime.bigint() };
}

interface Frame {
  readonly body: number;
  readonly query: number;
  readonly parent: number;
  readonly depth: number;
  readonly exprs: (TracedPlace['expr'] | undefined)[];
  readonly hasHeld: boolean[];
  current: number;
  isAtEnd: boolean;
  /** The search for what the current expression negates. */
  negated: { readonly text: string; readonly loc: Loc; readonly query: number } | undefined;
}

/** The steps of an evaluation that reached these places. */
export function traceEvents(
  reached: readonly ReachedPlace[],
  bodies: readonly TracedBody[],
  places: readonly TracedPlace[],
): readonly TraceEvent[] {
  const recorder = new Recorder(bodies);
  for (const each of reached) recorder.reach(places[each.place]!, each);
  recorder.finish();
  return recorder.events;
}

class Recorder {
  readonly events: TraceEvent[] = [];
  readonly #bodies: readonly TracedBody[];
  readonly #stack: Frame[] = [];
  #queries = 0;

  constructor(bodies: readonly TracedBody[]) {
    this.#bodies = bodies;
  }

  reach(place: TracedPlace, { note, atNs }: ReachedPlace): void {
    const frame = this.#frameOf(place.body, place.position);
    if (place.position <= frame.current) this.#backtrack(frame, place.position);
    else if (frame.current >= 0) this.#hold(frame);
    frame.current = place.position;
    if (place.expr === undefined) {
      frame.isAtEnd = true;
      this.#search('Exit', frame, this.#bodies[frame.body]!.isEarly);
      return;
    }
    frame.exprs[place.position] = place.expr;
    frame.hasHeld[place.position] = false;
    this.#step('Eval', frame, place.expr, atNs);
    if (place.expr.isNote && note !== undefined) this.#step('Note', frame, { ...place.expr, text: note });
    if (place.expr.negated !== undefined) this.#enterNegated(frame, place.expr.negated, place.expr.loc);
  }

  finish(): void {
    while (this.#stack.length > 0) this.#close(this.#stack.pop()!);
  }

  /** The search of the body that is under way, all above it closed, or a new one. */
  #frameOf(body: number, position: number): Frame {
    const at = this.#stack.findLastIndex((frame) => frame.body === body);
    if (at >= 0) {
      while (this.#stack.length > at + 1) this.#close(this.#stack.pop()!);
      const frame = this.#stack[at]!;
      // The first expression is evaluated once a search: this is another one.
      if (position > 0) return frame;
      this.#close(this.#stack.pop()!);
    }
    // The other definitions of a document or function come one after the other, not one within the other.
    const { kind, text } = this.#bodies[body]!;
    const isSibling = (frame: Frame): boolean => {
      const other = this.#bodies[frame.body]!;
      return kind === 'rule' && other.kind === 'rule' && other.text === text;
    };
    const sibling = this.#stack.findLastIndex(isSibling);
    while (sibling >= 0 && this.#stack.length > sibling) this.#close(this.#stack.pop()!);
    const above = this.#stack.at(-1);
    const negated = above?.negated;
    const frame: Frame = {
      body,
      query: this.#queries++,
      parent: negated?.query ?? above?.query ?? 0,
      depth: above === undefined ? 0 : above.depth + (negated === undefined ? 1 : 2),
      exprs: [],
      hasHeld: [],
      current: -1,
      isAtEnd: false,
      negated: undefined,
    };
    this.#stack.push(frame);
    this.#search('Enter', frame);
    return frame;
  }

  /** The current expression has held: the one after it is reached. */
  #hold(frame: Frame): void {
    this.#leaveNegated(frame, false);
    frame.hasHeld[frame.current] = true;
  }

  /** What lies from `position` on has no more solutions; the expression before it is asked for another one. */
  #backtrack(frame: Frame, position: number): void {
    if (frame.isAtEnd) this.#search('Redo', frame);
    frame.isAtEnd = false;
    for (let i = frame.current; i >= position; i--) {
      const expr = frame.exprs[i];
      if (expr !== undefined && frame.hasHeld[i] !== true) {
        this.#leaveNegated(frame, true);
        this.#step('Fail', frame, expr);
      }
      const before = frame.exprs[i - 1];
      if (before !== undefined) this.#step('Redo', frame, before);
    }
  }

  #close(frame: Frame): void {
    if (frame.isAtEnd && this.#bodies[frame.body]!.isComplete) return;
    this.#backtrack(frame, 0);
  }

  #enterNegated(frame: Frame, text: string, loc: Loc): void {
    const query = this.#queries++;
    frame.negated = { text, loc, query };
    const common = { text, loc, query, parent: frame.query };
    this.events.push({ ...common, op: 'Enter', depth: frame.depth + 1, isSearch: true });
    this.events.push({ ...common, op: 'Eval', depth: frame.depth + 2, isSearch: false });
  }

  #leaveNegated(frame: Frame, hasHeld: boolean): void {
    const { negated } = frame;
    if (negated === undefined) return;
    frame.negated = undefined;
    const { text, loc, query } = negated;
    const op = hasHeld ? 'Exit' : 'Fail';
    this.events.push({ op, text, loc, query, parent: frame.query, depth: frame.depth + 2, isSearch: hasHeld });
  }

  #search(op: 'Enter' | 'Exit' | 'Redo', frame: Frame, isEarly = false): void {
    const { text, loc } = this.#bodies[frame.body]!;
    const { query, parent } = frame;
    const depth = frame.depth + (op === 'Exit' ? 1 : 0);
    this.events.push({ op, text, loc, depth, query, parent, isSearch: true, ...(isEarly ? { isEarly } : {}) });
  }

  #step(op: TraceOp, frame: Frame, { text, loc }: NonNullable<TracedPlace['expr']>, atNs?: bigint): void {
    const { query, parent, depth } = frame;
    this.events.push({ op, text, loc, depth: depth + 1, query, parent, isSearch: false, ...(atNs && { atNs }) });
  }
}

export type ExplainMode = 'notes' | 'fails' | 'full' | 'debug';

/** The events that a mode shows: notes or failures with the searches that led to them, or all. */
export function filterEvents(events: readonly TraceEvent[], mode: ExplainMode): readonly TraceEvent[] {
  if (mode === 'full' || mode === 'debug') return events;
  const wanted: TraceOp = mode === 'notes' ? 'Note' : 'Fail';
  const out: TraceEvent[] = [];
  let searches = new Map<number, TraceEvent>();
  for (const event of events) {
    if (event.isSearch && (event.op === 'Enter' || event.op === 'Redo')) searches.set(event.query, event);
    if (event.op !== wanted) continue;
    const path: TraceEvent[] = [event];
    let at = searches.get(event.query);
    for (let last: TraceEvent | undefined; at !== undefined && at !== last; at = searches.get(at.parent)) {
      path.push(at);
      last = at;
      if (at.query === at.parent) break;
    }
    out.push(...path.reverse());
    searches = new Map();
  }
  return out;
}

/** The events as lines: where, a bar for each search around, what. */
export function printTrace(events: readonly TraceEvent[]): string {
  const where = events.map(({ loc }) => `${loc.file === '' ? 'query' : loc.file}:${loc.row}`);
  const width = Math.max(0, ...where.map((text) => text.length)) + 5;
  return events
    .map(({ op, text, depth, isEarly }, i) => {
      const shown = op === 'Note' ? JSON.stringify(text) : text;
      return `${where[i]!.padEnd(width)}${'| '.repeat(depth)}${op} ${shown}${isEarly === true ? ' early' : ''}\n`;
    })
    .join('');
}

/** The events for `--format json`, in OPA's fields; `Node` is the text. */
export function traceJson(events: readonly TraceEvent[]): readonly object[] {
  return events.map(({ op, text, loc, query, parent }) => ({
    Op: op,
    Node: op === 'Note' ? '' : text,
    Location: { file: loc.file, row: loc.row, col: loc.col },
    QueryID: query,
    ParentID: parent,
    Message: op === 'Note' ? text : '',
  }));
}
