// Where things end and which share a line: layout decisions that OPA takes from rows and from the text of a place.
// Writing is the business of the other files of this folder.
import type { Loc } from '../../ast/nodes.ts';

/** The row of a bracket that is not there: before everything. */
const NOWHERE = { row: -1 };

interface Brackets {
  readonly open: string;
  readonly close: string;
}

export const PARENTHESES: Brackets = { open: '(', close: ')' };
export const SQUARE: Brackets = { open: '[', close: ']' };
export const BRACES: Brackets = { open: '{', close: '}' };

/** The index after the bracket that closes the first one in `text` from `from` on, and how many line breaks precede it. */
function skipPair(text: string, { open, close }: Brackets, from: number): { index: number; rows: number } | undefined {
  let index = text.indexOf(open, from);
  if (index < 0) return undefined;
  let depth = 1;
  let rows = 0;
  while (depth > 0) {
    index++;
    if (index >= text.length) return { index: text.length, rows };
    const c = text[index];
    if (c === open) depth++;
    else if (c === close) depth--;
    else if (c === '\n') rows++;
  }
  return { index, rows };
}

/**
 * The row of the bracket that closes the first one in the text of a place, which may skip a pair of others before.
 * Brackets in strings count too, and line breaks before the first bracket do not.
 */
export function closingRow(text: string, loc: Loc, brackets: Brackets, skip?: Brackets): { readonly row: number } {
  let from = 0;
  let rows = 0;
  if (skip !== undefined) {
    const skipped = skipPair(text, skip, 0);
    from = skipped?.index ?? text.length;
    rows = skipped?.rows ?? 0;
  }
  const found = skipPair(text, brackets, from);
  if (found === undefined || found.index >= text.length) return NOWHERE;
  return { row: loc.row + rows + found.rows };
}

/** How many line breaks a text has. */
export function countBreaks(text: string): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

/** Elements in order of place, in groups: an element that begins on a later row than the one before begins a new group. */
export function groupByRow<T>(elements: readonly T[], locOf: (element: T) => Loc, last: Loc): T[][] {
  const sorted = elements.toSorted((a, b) => locOf(a).row - locOf(b).row || locOf(a).col - locOf(b).col);
  const groups: T[][] = [[]];
  let { row } = last;
  sorted.forEach((element, i) => {
    const loc = locOf(element);
    if (i > 0 && loc.row > row) groups.push([]);
    ({ row } = loc);
    groups.at(-1)?.push(element);
  });
  return groups;
}
