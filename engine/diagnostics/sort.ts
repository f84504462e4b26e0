// Puts findings in the order people read them and keeps the list short.
// Showing them is the business of `render.ts`.
import type { Diagnostic } from './diagnostic.ts';

/** Findings by file, row and column; those of one place stay in the order they were found. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      (a.loc.file < b.loc.file ? -1 : a.loc.file > b.loc.file ? 1 : 0) ||
      a.loc.row - b.loc.row ||
      a.loc.col - b.loc.col,
  );
}

/** The first `max` findings, and how many were left out. Errors come before warnings when there are too many. */
export function capDiagnostics(
  diagnostics: readonly Diagnostic[],
  max: number,
): { readonly shown: readonly Diagnostic[]; readonly omitted: number } {
  if (diagnostics.length <= max) return { shown: diagnostics, omitted: 0 };
  const errors = diagnostics.filter((d) => d.severity === 'error');
  const warnings = diagnostics.filter((d) => d.severity === 'warning');
  const shown = new Set([...errors, ...warnings].slice(0, max));
  return { shown: diagnostics.filter((d) => shown.has(d)), omitted: diagnostics.length - shown.size };
}
