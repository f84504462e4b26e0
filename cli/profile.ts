// Profiles of an evaluation in OPA's form: how often each expression was evaluated and tried again, and the time it took.
import type { Loc } from '../engine/ast/nodes.ts';
import { formatDuration } from './flags.ts';
import { table } from './output.ts';
import type { TraceEvent } from './trace.ts';

export interface ProfiledExpression {
  readonly total_time_ns: number;
  readonly num_eval: number;
  readonly num_redo: number;
  readonly num_gen_expr: number;
  readonly location: { readonly file: string; readonly row: number; readonly col: number };
}

/** What `--profile-sort` may name. */
export const PROFILE_ORDERS = ['total_time_ns', 'num_eval', 'num_redo', 'num_gen_expr', 'file', 'line'] as const;
export type ProfileOrder = (typeof PROFILE_ORDERS)[number];

interface Counts {
  readonly loc: Loc;
  timeNs: bigint;
  evals: number;
  redos: number;
  readonly texts: Set<string>;
}

/**
 * The expressions by place; `endNs` is when the evaluation was over. An expression's time runs until the next one is reached,
 * as OPA counts it; telling the places is part of it.
 */
export function profileOf(events: readonly TraceEvent[], endNs: bigint): readonly ProfiledExpression[] {
  const found = new Map<string, Counts>();
  const at = ({ loc, text }: TraceEvent): Counts => {
    const key = `${loc.file}:${loc.row}`;
    let counts = found.get(key);
    if (counts === undefined) found.set(key, (counts = { loc, timeNs: 0n, evals: 0, redos: 0, texts: new Set() }));
    counts.texts.add(text);
    return counts;
  };
  let active: { readonly counts: Counts; readonly sinceNs: bigint } | undefined;
  const stop = (nowNs: bigint): void => {
    if (active !== undefined) active.counts.timeNs += nowNs - active.sinceNs;
  };
  for (const event of events) {
    if (event.isSearch) continue;
    if (event.op === 'Redo') at(event).redos++;
    if (event.op !== 'Eval') continue;
    const counts = at(event);
    counts.evals++;
    if (event.atNs === undefined) continue;
    stop(event.atNs);
    active = { counts, sinceNs: event.atNs };
  }
  stop(endNs);
  return [...found.values()].map(({ loc, timeNs, evals, redos, texts }) => ({
    total_time_ns: Number(timeNs),
    num_eval: evals,
    num_redo: redos,
    num_gen_expr: texts.size,
    location: { file: loc.file, row: loc.row, col: loc.col },
  }));
}

/** The first `limit` expressions in an order; numbers from high to low, places from the top. 0 is no limit. */
export function sortProfile(
  profile: readonly ProfiledExpression[],
  orders: readonly ProfileOrder[],
  limit: number,
): readonly ProfiledExpression[] {
  const compare = (a: ProfiledExpression, b: ProfiledExpression, order: ProfileOrder): number => {
    if (order === 'line') return a.location.row - b.location.row;
    if (order === 'file') return a.location.file < b.location.file ? -1 : a.location.file > b.location.file ? 1 : 0;
    return b[order] - a[order];
  };
  const all: readonly ProfileOrder[] = [...orders, ...PROFILE_ORDERS];
  const sorted = profile.toSorted((a, b) => {
    for (const order of all) {
      const difference = compare(a, b, order);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return limit > 0 ? sorted.slice(0, limit) : sorted;
}

/** The profile as a table; an expression of the query is named by its text. */
export function profileTable(profile: readonly ProfiledExpression[], query: string): string {
  return table(
    ['Time', 'Num Eval', 'Num Redo', 'Num Gen Expr', 'Location'],
    profile.map(({ total_time_ns, num_eval, num_redo, num_gen_expr, location }) => [
      formatDuration(total_time_ns),
      String(num_eval),
      String(num_redo),
      String(num_gen_expr),
      location.file === ''
        ? query.split('\n')[location.row - 1]!.slice(location.col - 1)
        : `${location.file}:${location.row}`,
    ]),
  );
}

/** Measured times as a table, for formats that people read. */
export function metricsTable(metrics: Readonly<Record<string, number>>): string {
  return table(
    ['Metric', 'Value'],
    Object.entries(metrics).map(([name, value]) => [name, String(value)]),
  );
}
