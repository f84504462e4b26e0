// The front end's entry points: source text to a module, a query or a term, with diagnostics instead of exceptions.
// Grammar lives in `statements.ts` and below; metadata blocks in `annotations.ts`.
import type { Body, Import, Module, RegoVersion, Term } from '../ast/nodes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { decodeSource } from './source.ts';
import { parseModuleText, parseQueryText } from './statements.ts';
import type { Fault } from './state.ts';

/** How a source is to be read. */
export interface ParseOptions {
  /** The name in locations. */
  readonly file: string;
  /** Rego v1 unless said otherwise. */
  readonly version?: RegoVersion;
}

/** A module or, when it has faults, only diagnostics. */
export interface ParsedModule {
  readonly module?: Module;
  readonly diagnostics: readonly Diagnostic[];
}

/** A query's body or, when it has faults, only diagnostics. */
export interface ParsedQuery {
  readonly body?: Body;
  readonly imports: readonly Import[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A term or, when it has faults, only diagnostics. */
export interface ParsedTerm {
  readonly term?: Term;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a Rego module. `source` may be bytes; what is not UTF-8 is a fault.
 *
 * ```ts
 * const { module, diagnostics } = parseModule('package a\np := 1', { file: 'a.rego' });
 * ```
 */
export function parseModule(source: string | Uint8Array, options: ParseOptions): ParsedModule {
  const text = decodeSource(source);
  const { module, faults } = parseModuleText(text, options.file, options.version ?? 'v1');
  return { ...(module && { module }), diagnostics: faults.map(toDiagnostic) };
}

/** Parses a query: expressions joined by `;` or line breaks, as `opa eval` takes them. Imports may stand before them. */
export function parseQuery(source: string | Uint8Array, options: ParseOptions): ParsedQuery {
  const text = decodeSource(source);
  const { body, imports, faults } = parseQueryText(text, options.file, options.version ?? 'v1');
  return { ...(body && { body }), imports, diagnostics: faults.map(toDiagnostic) };
}

/** Parses one term: a value in Rego's notation, a reference, a comprehension. */
export function parseTerm(source: string | Uint8Array, options: ParseOptions = { file: '' }): ParsedTerm {
  const { body, diagnostics } = parseQuery(source, options);
  if (body === undefined) return { diagnostics };
  const [expr] = body;
  const refuse = (message: string): ParsedTerm => ({
    diagnostics: [toDiagnostic({ message, loc: { file: options.file, row: 1, col: 1, offset: 0, end: 0 } })],
  });
  if (body.length !== 1 || expr === undefined) return refuse('expected exactly one term');
  if (expr.kind === 'termexpr' && !expr.negated && expr.with.length === 0) return { term: expr.term, diagnostics };
  if (expr.kind !== 'callexpr' || expr.negated || expr.infix === '=' || expr.infix === ':=' || expr.with.length > 0) {
    return refuse('expected term');
  }
  const { operator, args, infix, loc } = expr;
  return { term: { kind: 'call', operator, args, ...(infix && { infix }), loc }, diagnostics };
}

function toDiagnostic({ message, loc }: Fault): Diagnostic {
  return { code: 'rego_parse_error', severity: 'error', message, loc };
}
