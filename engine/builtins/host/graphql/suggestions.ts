// Names that a mistyped name may have meant, as OPA's GraphQL texts suggest them.
// Left to others: where suggestions are made (rules/).

/** How many edits lead from one text to the other: characters added, dropped or replaced. */
function distance(from: string, to: string): number {
  const a = [...from];
  const b = [...to];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  a.forEach((char, i) => {
    const next = [i + 1];
    b.forEach((other, j) => {
      next.push(Math.min(row[j]! + (char === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    });
    row = next;
  });
  return row.at(-1)!;
}

function lexicalDistance(typed: string, option: string): number {
  if (typed === option) return 0;
  const a = typed.toLowerCase();
  const b = option.toLowerCase();
  return a === b ? 1 : distance(a, b);
}

/** The options near to what was typed, the nearest first. */
export function suggestionList(typed: string, options: readonly string[]): string[] {
  const threshold = Math.floor(Buffer.byteLength(typed, 'utf8') * 0.4) + 1;
  return options
    .filter((option) => Math.abs(option.length - typed.length) <= threshold)
    .map((option) => ({ option, edits: lexicalDistance(typed, option) }))
    .filter(({ edits }) => edits <= threshold)
    .sort((a, b) => a.edits - b.edits)
    .map(({ option }) => option);
}

/** `A`, `A or B`, `A, B, or C`; five at the most. */
function orList(items: readonly string[]): string {
  const shown = items.slice(0, 5);
  if (shown.length <= 2) return shown.join(' or ');
  return `${shown.slice(0, -1).join(', ')}, or ${shown.at(-1)!}`;
}

/** As orList, each item in quotes. */
function quotedOrList(items: readonly string[]): string {
  return orList(items.map((item) => `"${item}"`));
}

/** The end of a message that suggests `names`, if there are any. */
export function suggest(prefix: string, names: readonly string[], isQuoted = true): string {
  if (names.length === 0) return '';
  return ` ${prefix} ${isQuoted ? quotedOrList(names) : orList(names)}?`;
}
