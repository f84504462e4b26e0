// Faults that end a command: a message for standard error and the exit code.
import type { Source } from '../engine/compile.ts';
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import { capDiagnostics } from '../engine/diagnostics/cap.ts';
import { toOpaErrorText } from '../engine/diagnostics/render.ts';

/** A fault that ends the command: its message goes to standard error. */
export class CliError extends Error {
  readonly exitCode: number;
  /** Findings behind the message, for `--format json`. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, exitCode = 1, diagnostics: readonly Diagnostic[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.diagnostics = diagnostics;
  }
}

/** Files or bundles that cannot be loaded. */
export class LoadError extends CliError {
  /** One text per file. */
  readonly faults: readonly string[];
  /** Rego files that could be loaded all the same. */
  readonly sources: readonly Source[];

  constructor(
    faults: readonly string[],
    during: ' during loading' | '' = ' during loading',
    sources: readonly Source[] = [],
  ) {
    super(
      faults.length === 1
        ? `1 error occurred${during}: ${faults[0]}`
        : `${faults.length} errors occurred${during}:\n${faults.join('\n')}`,
    );
    this.faults = faults;
    this.sources = sources;
  }
}

/** Schemas that cannot be loaded. */
export class SchemaLoadError extends LoadError {}

/** Bundles that cannot be loaded: said without a count. */
export class BundleLoadError extends LoadError {
  constructor(faults: readonly string[]) {
    super(faults);
    this.message = faults.join('\n');
  }
}

/** Bundles that own a document in common. */
export class BundleRootsError extends BundleLoadError {}

/** OPA stops looking when it has as many errors as it may show; parse errors it does not count. */
export function reachesLimit(shown: number, omitted: number, max: number, during: string): boolean {
  return omitted > 0 || (during === '' && max > 0 && shown === max);
}

/** The first `max` errors (0: all) as OPA prints them, with its last line when there are more. */
export function limitedErrorText(errors: readonly Diagnostic[], max: number, during = ''): string {
  const { shown, omitted } = capDiagnostics(errors, max > 0 ? max : errors.length);
  const text = toOpaErrorText(shown, during);
  if (!reachesLimit(shown.length, omitted, max, during)) return text;
  const counted = text.replace(
    /^\d+ errors? occurred( during loading)?:\s/,
    `${shown.length + 1} errors occurred$1:\n`,
  );
  return `${counted}\nrego_compile_error: error limit reached`;
}

/** As many errors of the compiler OPA shows, unless it is told otherwise. */
const DEFAULT_MAX = 10;

/** How many errors are shown where no flag says it; 0: all. */
export function maxErrorsOf(errors: readonly Diagnostic[]): number {
  return errors.every(({ code }) => code === 'rego_parse_error') ? 0 : DEFAULT_MAX;
}

/** Throws a CliError when there are errors among the findings; `during` is what OPA's texts say of its loader. */
export function throwOnErrors(diagnostics: readonly Diagnostic[], exitCode = 1, during = ''): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CliError(limitedErrorText(errors, maxErrorsOf(errors), during), exitCode, errors);
}
