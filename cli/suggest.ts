// What somebody may have meant by a name that is none.

/** Names that begin with what was written, or differ from it in at most two characters. */
export function suggestionsFor(written: string, names: readonly string[]): string[] {
  const wanted = written.toLowerCase();
  return names.filter((name) => name.startsWith(wanted) || distance(name, wanted) <= 2).sort();
}

/** How many characters have to be put in, taken out or replaced (Levenshtein). */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, before[j]! + 1, row[j - 1]! + 1));
    }
    before = row;
  }
  return before[b.length]!;
}
