// Findings in the form of OPA's JSON output, under `errors`.
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';

/** An object per finding: message, code, location, and details where there are some. */
export function diagnosticErrors(diagnostics: readonly Diagnostic[]): object[] {
  return diagnostics.map((diagnostic) => {
    const { message, code, loc, data: details } = diagnostic;
    return {
      message,
      code,
      ...(loc.row === 0 && loc.file === '' ? {} : { location: { file: loc.file, row: loc.row, col: loc.col } }),
      ...(details === undefined ? {} : { details }),
    };
  });
}
