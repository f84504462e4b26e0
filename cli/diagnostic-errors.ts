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
function detailsOf({ code, data, details, loc }: Diagnostic): unknown {
  if (data !== undefined || code !== 'rego_parse_error' || details === undefined) return data;
  const [line, marker] = details;
  if (line === undefined || marker === undefined) return undefined;
  // Texts for people leave out the tabs that a line begins with.
  const tabs = Math.max(0, loc.col - 1 - marker.indexOf('^'));
  return { line: '\t'.repeat(tabs) + line, idx: marker.indexOf('^') + tabs };
}
