// Coverage reports: OPA's JSON, and lcov for tools that show covered lines.
import { walk } from '../engine/ast/walk.ts';
import type { Loc, Module } from '../engine/ast/nodes.ts';

interface Position {
  readonly row: number;
  readonly col: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface FileCoverage {
  readonly covered?: readonly Range[];
  readonly not_covered?: readonly Range[];
  readonly covered_lines?: number;
  readonly not_covered_lines?: number;
  readonly coverage?: number;
}

/** Coverage in the form of OPA's JSON. */
export interface CoverageReport {
  readonly files: Readonly<Record<string, FileCoverage>>;
  readonly covered_lines: number;
  readonly not_covered_lines: number;
  readonly coverage: number;
}

/** Rows that are not covered, as OPA lists them: `policy.rego:3-5`. */
export function linesNotCovered({ files }: CoverageReport): string[] {
  const lines: string[] = [];
  for (const [file, { not_covered: missed = [] }] of Object.entries(files)) {
    let [first, last] = [0, -1];
    const add = (): void => {
      if (last >= first) lines.push(first === last ? `${file}:${first}` : `${file}:${first}-${last}`);
    };
    for (const { start, end } of missed) {
      if (start.row > last + 1 || last < first) {
        add();
        first = start.row;
      }
      last = Math.max(last, end.row);
    }
    add();
  }
  return lines;
}

/** Coverage of the modules: `places` are those the module counts, `reached` has a byte for each. */
export function coverageReport(
  modules: readonly Module[],
  places: readonly Loc[],
  reached: Uint8Array,
): CoverageReport {
  const files: Record<string, FileCoverage> = {};
  let coveredTotal = 0;
  let missedTotal = 0;
  for (const module of [...modules].sort((a, b) => (a.file < b.file ? -1 : 1))) {
    const ranges = new Ranges(module.source);
    const covered = new Map<string, Range>();
    places.forEach((loc, i) => {
      if (reached[i] === 1 && loc.file === module.file) ranges.add(covered, loc);
    });
    const missed = new Map<string, Range>();
    const reachedRanges = [...covered.values()];
    for (const loc of countable(module)) {
      const range = ranges.range(loc);
      if (!reachedRanges.some((each) => contains(each, range))) missed.set(ranges.key(loc), range);
    }
    const coveredLines = linesOf(covered.values());
    const missedLines = linesOf(missed.values());
    coveredTotal += coveredLines.size;
    missedTotal += missedLines.size;
    files[module.file] = {
      ...(covered.size > 0 ? { covered: sorted(covered) } : {}),
      ...(missed.size > 0 ? { not_covered: sorted(missed) } : {}),
      ...(coveredLines.size > 0 ? { covered_lines: coveredLines.size } : {}),
      ...(missedLines.size > 0 ? { not_covered_lines: missedLines.size } : {}),
      ...(coveredLines.size > 0 ? { coverage: percent(coveredLines.size, missedLines.size) } : {}),
    };
  }
  return {
    files,
    covered_lines: coveredTotal,
    not_covered_lines: missedTotal,
    coverage: percent(coveredTotal, missedTotal),
  };
}

function percent(covered: number, missed: number): number {
  return covered + missed === 0 ? 0 : (100 * covered) / (covered + missed);
}

/** The heads of rules and all expressions, those within comprehensions and other bodies included. */
function countable(module: Module): readonly Loc[] {
  const found: Loc[] = [];
  walk(module, (node) => {
    switch (node.kind) {
      case 'head':
      case 'termexpr':
      case 'callexpr':
      case 'every':
      case 'not':
      case 'and':
      case 'or':
        found.push(node.loc);
    }
    return undefined;
  });
  return found;
}

/** Ranges of locations in one source: where they end is found in its text. */
class Ranges {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  key({ row, col, offset, end }: Loc): string {
    return `${row}:${col}:${end - offset}`;
  }

  add(ranges: Map<string, Range>, loc: Loc): void {
    ranges.set(this.key(loc), this.range(loc));
  }

  range({ row, col, offset, end }: Loc): Range {
    const lines = this.#source.slice(offset, end).trimEnd().split('\n');
    const width = codePoints(lines.at(-1)!);
    return { start: { row, col }, end: { row: row + lines.length - 1, col: (lines.length === 1 ? col : 1) + width } };
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** What lies within a reached expression does not count as missed. */
function contains(outer: Range, inner: Range): boolean {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

function isBefore(a: Position, b: Position): boolean {
  return a.row < b.row || (a.row === b.row && a.col < b.col);
}

function sorted(ranges: ReadonlyMap<string, Range>): Range[] {
  return [...ranges.values()].sort(
    (a, b) => a.start.row - b.start.row || a.start.col - b.start.col || a.end.row - b.end.row || a.end.col - b.end.col,
  );
}

function linesOf(ranges: Iterable<Range>): Set<number> {
  const lines = new Set<number>();
  for (const { start, end } of ranges) for (let row = start.row; row <= end.row; row++) lines.add(row);
  return lines;
}

/** The report in lcov's trace format: a record per file, a line per source line that counts. */
export function lcovReport({ files }: CoverageReport): string {
  const out: string[] = [];
  for (const [file, { covered, not_covered: missed }] of Object.entries(files)) {
    const hit = linesOf(covered ?? []);
    const all = new Set([...hit, ...linesOf(missed ?? [])]);
    out.push('TN:', `SF:${file}`);
    for (const line of [...all].sort((a, b) => a - b)) out.push(`DA:${line},${hit.has(line) ? 1 : 0}`);
    out.push(`LF:${all.size}`, `LH:${hit.size}`, 'end_of_record');
  }
  return out.join('\n');
}
