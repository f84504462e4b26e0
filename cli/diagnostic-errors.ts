// Findings in the form of OPA's JSON output, under `errors`.
import { capDiagnostics } from '../engine/diagnostics/cap.ts';
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import { reachesLimit } from './errors.ts';

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

/** The first `max` errors (0: all), and OPA's last one when there are more. */
export function limitedErrors(errors: readonly Diagnostic[], max: number, during = ''): object[] {
  const { shown, omitted } = capDiagnostics(errors, max > 0 ? max : errors.length);
  const list = diagnosticErrors(shown);
  if (reachesLimit(shown.length, omitted, max, during))
    list.push({ message: 'error limit reached', code: 'rego_compile_error' });
  return list;
}
