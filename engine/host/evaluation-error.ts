// The one error class of evaluations, and how it is made from what a module or the engine throws.

/** What stopped an evaluation, for callers that branch: a conflict of rules, a built-in, a limit, a faulty input, … */
export type EvaluationErrorKind =
  'conflict' | 'builtin' | 'type' | 'limit' | 'input' | 'data' | 'entrypoint' | 'internal';

/** OPA's codes, and ours where OPA has none. */
export type EvaluationErrorCode =
  | 'eval_conflict_error'
  | 'eval_builtin_error'
  | 'eval_type_error'
  | 'eval_cancel_error'
  | 'eval_limit_error'
  | 'eval_input_error'
  | 'eval_data_error'
  | 'eval_entrypoint_error'
  | 'eval_internal_error';

/** Where in the policy an error arose. */
export interface EvaluationLocation {
  readonly file: string;
  readonly row: number;
}

const KINDS: Readonly<Record<EvaluationErrorCode, EvaluationErrorKind>> = {
  eval_conflict_error: 'conflict',
  eval_builtin_error: 'builtin',
  eval_type_error: 'type',
  eval_cancel_error: 'limit',
  eval_limit_error: 'limit',
  eval_input_error: 'input',
  eval_data_error: 'data',
  eval_entrypoint_error: 'entrypoint',
  eval_internal_error: 'internal',
};

/**
 * An evaluation that gave no decision. Whoever enforces has to deny; the policy can be used again.
 * `message` is as OPA prints errors, `FILE:ROW: CODE: text`; `text` is the text alone.
 */
export class EvaluationError extends Error {
  readonly code: EvaluationErrorCode;
  readonly text: string;
  readonly location: EvaluationLocation | undefined;

  constructor(code: EvaluationErrorCode, text: string, location?: EvaluationLocation, cause?: unknown) {
    const place = location === undefined ? '' : `${location.file}:${location.row}: `;
    super(`${place}${code}: ${text}`, cause === undefined ? undefined : { cause });
    this.name = 'EvaluationError';
    this.code = code;
    this.text = text;
    this.location = location;
  }

  get kind(): EvaluationErrorKind {
    return KINDS[this.code];
  }
}

/** `FILE:ROW: CODE: text`; modules built by OPA have `FILE:ROW:COLUMN: text`. */
const ABORT = /^(.*?):(\d+)(?::\d+)?: (?:([a-z_]+_error): )?([^]*)$/;

/** Texts of aborts that no policy statement raised. */
const ABORT_CODES: readonly (readonly [RegExp, EvaluationErrorCode])[] = [
  [/limit exceeded$|^out of memory$|too deep$|too long/, 'eval_limit_error'],
  [/^input is not valid/, 'eval_input_error'],
  [/entrypoint/, 'eval_entrypoint_error'],
];

/** The error for the text that a module gave to `opa_abort`. */
export function fromAbort(text: string): EvaluationError {
  const match = ABORT.exec(text);
  if (match === null) {
    const known = ABORT_CODES.find(([pattern]) => pattern.test(text));
    return new EvaluationError(known?.[1] ?? 'eval_internal_error', text);
  }
  const [, file, row, code, message] = match;
  const location = { file: file!, row: Number(row) };
  if (code !== undefined && code in KINDS) return new EvaluationError(code as EvaluationErrorCode, message!, location);
  const isConflict = /conflict/.test(message!);
  return new EvaluationError(isConflict ? 'eval_conflict_error' : 'eval_internal_error', message!, location);
}

/** The error for whatever an evaluation has thrown: aborts come typed already; the engine throws on deep calls and traps. */
export function fromThrown(thrown: unknown): EvaluationError {
  if (thrown instanceof EvaluationError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/call stack/i.test(message))
    return new EvaluationError('eval_limit_error', 'calls are nested too deeply', undefined, thrown);
  if (/memory/i.test(message) && thrown instanceof RangeError)
    return new EvaluationError('eval_limit_error', 'memory limit exceeded', undefined, thrown);
  return new EvaluationError('eval_internal_error', message, undefined, thrown);
}
