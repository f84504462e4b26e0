// Findings in the form of OPA's JSON output, under `errors`.
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';

/** An object per finding: message, code, location, and details where there are some. */
export function diagnosticErrors(diagnostics: readonly Diagnostic[]): object[] {
  return diagnostics.map((diagnostic) => {
    const { message, code, loc } = diagnostic;
    const details = detailsOf(diagnostic);
    return {
      message,
      code,
      location: { file: loc.file, row: loc.row, col: loc.col },
      ...(details === undefined ? {} : { details }),
    };
  });
}

/** A parse error's details are its line and the place in it, which `details` holds as two lines of text. */
function detailsOf({ code, data, details }: Diagnostic): unknown {
  if (data !== undefined || code !== 'rego_parse_error' || details === undefined) return data;
  const [line, marker] = details;
  return line === undefined || marker === undefined ? undefined : { line, idx: marker.indexOf('^') };
}
