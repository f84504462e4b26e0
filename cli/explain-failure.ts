// Shows the expression a test failed at, with the values of what stands in it, as `opa test --var-values` does.
import type { ObservedExpression } from '../engine/analysis/observe-tests.ts';
import type { Observed } from './test-evaluate.ts';

/** Longer lines of values are cut. */
const MAX_VALUE = 64;

/** Lines: the place, the expression's text, and the values below it. `sourceOf` gives a file's text. */
export function explainFailure(
  { expression, values }: Observed,
  expressions: readonly ObservedExpression[],
  sourceOf: (file: string) => string | undefined,
): readonly string[] {
  const found = expressions[expression];
  const source = found === undefined ? undefined : sourceOf(found.loc.file);
  if (found === undefined || source === undefined) return [];
  const { loc } = found;
  const lineStart = source.lastIndexOf('\n', loc.offset - 1) + 1;
  // What stands before the expression on its line keeps its width.
  const before = source.slice(lineStart, loc.offset).replace(/[^\t]/g, ' ');
  const text = source.slice(loc.offset, loc.end).trimEnd().split('\n');
  const byColumn = new Map<number, { readonly text: string; readonly value: string }[]>();
  found.places.forEach((place, i) => {
    const column = place.offset - loc.offset;
    const sameLine = !source.slice(loc.offset, place.offset).includes('\n');
    const group = byColumn.get(column) ?? [];
    if (sameLine) byColumn.set(column, group);
    group.push({ text: source.slice(place.offset, place.end), value: values[i] ?? '' });
  });
  return [
    `${loc.file}:${loc.row}:`,
    ...[before + text[0]!, ...text.slice(1), ...valueLines(byColumn).map((line) => before + line)].map(
      (line) => `  ${line}`,
    ),
  ];
}

/** Bars below the columns, then the values from right to left. */
function valueLines(
  byColumn: ReadonlyMap<number, readonly { readonly text: string; readonly value: string }[]>,
): string[] {
  const columns = [...byColumn.keys()].sort((a, b) => a - b);
  if (columns.length === 0) return [];
  const bars = (count: number): string => {
    let line = '';
    for (const column of columns.slice(0, count)) line = `${line.padEnd(column)}|`;
    return line;
  };
  const lines = [bars(columns.length)];
  for (let i = columns.length - 1; i >= 0; i--) {
    const column = columns[i]!;
    const group = [...byColumn.get(column)!].sort((a, b) => b.text.length - a.text.length);
    for (const { text, value } of group) {
      const label = group.length === 1 ? cut(value) : `${text}: ${cut(value)}`;
      lines.push(bars(i).padEnd(column) + label);
    }
  }
  return lines;
}

function cut(value: string): string {
  return value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE - 3)}...` : value;
}
