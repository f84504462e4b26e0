// Tokens of YAML 1.1 as libyaml tells them apart, and the errors of reading YAML in the words of Go's packages.
// Left to others: finding tokens (scanner.ts), what they mean together (parser.ts).

/** A place in the text; all count from 0. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export type TokenKind =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** One token. `value` is the text of a scalar, anchor or alias, the suffix of a tag, the prefix of a %TAG directive, `1.1` of a %YAML directive. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: Mark;
  readonly value: string;
  /** Handle of a tag or %TAG directive. */
  readonly handle: string;
  /** Whether a scalar has no quotes and no block indicator. */
  readonly plain: boolean;
}

/** Text that is no YAML, or YAML that has no JSON form; the message is what Go's packages say. */
export class YamlError extends Error {}

/** The error at a mark, with the line in the manner of go-yaml: lines count from 0 for the parser and from 1 for the scanner, and 0 is left out. */
export function errorAt(
  problem: string,
  problemMark: Mark,
  contextMark: Mark | undefined,
  byScanner: boolean,
): YamlError {
  let line = 0;
  if (problemMark.line !== 0) line = problemMark.line + (byScanner ? 1 : 0);
  else if (contextMark !== undefined && contextMark.line !== 0) line = contextMark.line;
  return new YamlError(`yaml: ${line === 0 ? '' : `line ${line}: `}${problem}`);
}
