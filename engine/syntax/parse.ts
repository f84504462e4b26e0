// The front end's entry points: source text to a module, a query or a term, with diagnostics instead of exceptions.
// Grammar lives in `statements.ts` and below; metadata blocks in `annotations.ts`.
import type { Body, Import, Module, RegoVersion, Term } from '../ast/nodes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { featuresOf, type LanguageCapabilities } from './features.ts';
import { hintFor } from './hints.ts';
import { decodeSource } from './source.ts';
import { parseModuleText, parseQueryText } from './statements.ts';
import type { Fault } from './state.ts';

/** How a source is to be read. */
export interface ParseOptions {
  /** The name in locations. */
  readonly file: string;
  /** Rego v1 unless said otherwise. */
  readonly version?: RegoVersion;
  /** A v0 file has to obey v1 too, as one that imports `rego.v1`. */
  readonly bothVersions?: boolean;
  /** What of the language may be used; default: all. */
  readonly capabilities?: LanguageCapabilities;
  /** `false` leaves metadata blocks unread: they are comments then. */
  readonly annotations?: boolean;
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
  const { file, version = 'v1', annotations = true } = options;
  const features = featuresOf(version, options.capabilities);
  const { module, faults } = parseModuleText(text, file, features, annotations, options.bothVersions ?? false);
  return { ...(module && { module }), diagnostics: faults.map((fault) => toDiagnostic(fault, text)) };
}

/** Parses a query: expressions joined by `;` or line breaks, as `opa eval` takes them. Imports may stand before them. */
export function parseQuery(source: string | Uint8Array, options: ParseOptions): ParsedQuery {
  const text = decodeSource(source);
  const { body, imports, faults } = parseQueryText(
    text,
    options.file,
    featuresOf(options.version ?? 'v1', options.capabilities),
  );
  return { ...(body && { body }), imports, diagnostics: faults.map((fault) => toDiagnostic(fault, text)) };
}

/** Parses one term: a value in Rego's notation, a reference, a comprehension. */
export function parseTerm(source: string | Uint8Array, options: ParseOptions = { file: '' }): ParsedTerm {
  const { body, diagnostics } = parseQuery(source, options);
  if (body === undefined) return { diagnostics };
  const [expr] = body;
  const refuse = (message: string): ParsedTerm => ({
    diagnostics: [toDiagnostic({ message, loc: { file: options.file, row: 1, col: 1, offset: 0, end: 0 } }, '')],
  });
  if (body.length !== 1 || expr === undefined) return refuse('expected exactly one term');
  if (expr.kind === 'termexpr' && !expr.negated && expr.with.length === 0) return { term: expr.term, diagnostics };
  if (expr.kind !== 'callexpr' || expr.negated || expr.infix === '=' || expr.infix === ':=' || expr.with.length > 0) {
    return refuse('expected term');
  }
  const { operator, args, infix, loc } = expr;
  return { term: { kind: 'call', operator, args, ...(infix && { infix }), loc }, diagnostics };
}

function toDiagnostic(fault: Fault, source: string): Diagnostic {
  const { message, loc, framed } = fault;
  const hint = hintFor(fault, source);
  return {
    code: 'rego_parse_error',
    severity: 'error',
    message,
    loc,
    ...(hint !== undefined && { hint }),
    ...(framed === true && opaFrame(source, loc.offset)),
  };
}

/**
 * The line and the caret that OPA prints under a parse error: of the last character before the place that is no space. As data
 * the line keeps the tabs that it begins with.
 */
function opaFrame(source: string, offset: number): Pick<Diagnostic, 'details' | 'data'> {
  let at = Math.min(offset, source.length - 1);
  // Go looks at bytes: a space beyond ASCII is none.
  while (at > 0 && /[\t-\r ]/.test(source[at] ?? '')) at--;
  const begin = Math.max(source.lastIndexOf('\n', at), source.lastIndexOf('\r', at)) + 1;
  const stop = source.slice(begin, begin + MAX_FRAME).search(/[\r\n]/);
  const line = source.slice(begin, stop < 0 ? begin + MAX_FRAME : begin + stop);
  const text = line.replace(/^\t+/, '');
  const indent = Math.max(0, [...source.slice(begin, at)].length - (line.length - text.length));
  // As data it is a place among bytes; what people see stands under the character.
  const idx = new TextEncoder().encode(source.slice(begin, at)).length;
  return {
    details: [text.toWellFormed(), `${' '.repeat(Math.min(indent, MAX_FRAME))}^`],
    data: { line: line.toWellFormed(), idx },
  };
}

/** Longest line shown with a fault. */
const MAX_FRAME = 500;
