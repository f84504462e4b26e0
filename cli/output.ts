// Writing to the terminal: JSON as OPA prints it, and tables.
import { type JsonLayout, dumpJson } from '../engine/value/json.ts';
import type { Value } from '../engine/value/value.ts';
import { textWidth } from './text-width.ts';

const PRETTY: JsonLayout = { indent: '  ', escapeHtml: true };

/** A value as OPA prints JSON: two spaces, `<`, `>` and `&` escaped. */
export function prettyJson(value: Value): string {
  return dumpJson(value, PRETTY);
}

/** Writes to standard output, with a line break at the end. */
export function write(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** A table with box-drawing borders; cells may have several lines. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cell.split('\n')));
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => Math.max(...row[i]!.map(textWidth)))));
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const lines = (row: readonly (readonly string[])[], center: boolean): string[] => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = row.map((cell, i) => {
        const text = cell[line] ?? '';
        const space = widths[i]! - textWidth(text);
        const left = center ? Math.floor(space / 2) : 0;
        return ` ${' '.repeat(left)}${text}${' '.repeat(space - left)} `;
      });
      return `│${parts.join('│')}│`;
    });
  };
  return [
    rule('┌', '┬', '┐'),
    ...lines(cells[0]!, true),
    rule('├', '┼', '┤'),
    ...cells.slice(1).flatMap((row) => lines(row, false)),
    rule('└', '┴', '┘'),
  ].join('\n');
}

/** A table of rows alone. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const [first, ...rest] = rows;
  if (first === undefined) return '';
  const lines = table(first, rest).split('\n');
  return [lines[0]!, ...lines.slice(1).filter((line) => !line.startsWith('├'))].join('\n');
}
