// What every phase reports: one shape, OPA's codes, a place and, where one helps, a hint.
// Rendering (code frames, JSON) lives beside it; the catalogue of texts with the pass that finds the fault.
import type { Loc } from '../ast/nodes.ts';

/** OPA's error codes, and ours where OPA has none. */
export type DiagnosticCode =
  | 'rego_parse_error'
  | 'rego_compile_error'
  | 'rego_type_error'
  | 'rego_unsafe_var_error'
  | 'rego_recursion_error'
  | 'rego_capability_error';

export interface RelatedLocation {
  readonly message: string;
  readonly loc: Loc;
}

/** One finding. `message` is OPA's text where OPA has one; `hint` says what to write instead. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly loc: Loc;
  readonly hint?: string;
  /** Extra lines OPA prints under the message (`have: …`, `want: …`). */
  readonly details?: readonly string[];
  /** The same facts as OPA's JSON output has them under `details`. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly related?: readonly RelatedLocation[];
}
