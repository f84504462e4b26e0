// Keeps a list of findings short. Its order is the passes' business, showing them is the business of `render.ts`.
import type { Diagnostic } from './diagnostic.ts';

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
