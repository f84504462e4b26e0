// Shows findings: with the source line and a hint for people, as one line each in OPA's words, or in OPA's JSON form.
// Order and number are the business of `sort.ts`.
import type { Loc } from '../ast/nodes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** The text of a file by its name in locations; undefined when it's not at hand. */
export type SourceOf = (file: string) => string | undefined;

/** How to show findings to people. */
export interface RenderOptions {
  readonly sourceOf?: SourceOf;
  /** ANSI colours. */
  readonly color?: boolean;
}

const RED = '31';
const YELLOW = '33';
const BLUE = '34';
const BOLD = '1';

function paint(text: string, code: string, color: boolean | undefined): string {
  return color === true ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/**
 * Findings for people: message, place, the line with the spot marked, hint, related places.
 *
 * ```
 * error[rego_parse_error]: unexpected eof token
 *   --> p.rego:3:6
 *    |
 *  3 | p if {
 *    |      ^
 *    = hint: close the body with }
 * ```
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  return diagnostics.map((d) => renderDiagnostic(d, options)).join('\n');
}

function renderDiagnostic(diagnostic: Diagnostic, { sourceOf, color }: RenderOptions): string {
  const { code, severity, message, loc, hint, details, related } = diagnostic;
  const [first = '', ...more] = message.split('\n');
  const lines = [
    `${paint(`${severity}[${code}]`, severity === 'error' ? RED : YELLOW, color)}: ${paint(first, BOLD, color)}`,
  ];
  lines.push(...more.map((line) => `  ${line}`));
  const source = sourceOf?.(loc.file);
  const frame = source === undefined ? undefined : codeFrame(source, loc);
  const width = String(loc.row).length;
  const gutter = (text: string): string => paint(`${text.padStart(width + 1)} |`, BLUE, color);
  lines.push(`${paint(`${' '.repeat(width)} -->`, BLUE, color)} ${place(loc)}`);
  if (frame !== undefined) {
    lines.push(gutter(''));
    lines.push(`${gutter(String(frame.row))} ${frame.line}`);
    lines.push(`${gutter('')} ${paint(frame.marker, severity === 'error' ? RED : YELLOW, color)}`);
  }
  const note = (text: string): string => `${' '.repeat(width + 1)} ${paint('=', BLUE, color)} ${text}`;
  // The details of a parse error are its line, which the frame has shown.
  if (code !== 'rego_parse_error' || frame === undefined) lines.push(...(details ?? []).map((d) => note(d)));
  if (hint !== undefined) lines.push(note(`hint: ${hint}`));
  for (const { message: text, loc: at } of related ?? []) lines.push(note(`${text} (${place(at)})`));
  return `${lines.join('\n')}\n`;
}

function place({ file, row, col }: Loc): string {
  return file === '' ? `${row}:${col}` : `${file}:${row}:${col}`;
}

/** Longest part of a source line that is shown. */
const MAX_LINE = 160;

/** The line a location begins on and a marker under it; tabs count as one space. A place at the end of a file gets the last line with text. */
function codeFrame(
  source: string,
  loc: Loc,
): { readonly row: number; readonly line: string; readonly marker: string } | undefined {
  let at = Math.min(loc.offset, source.length);
  const end = Math.max(at, Math.min(loc.end, source.length));
  const atEnd = source.slice(at).trim() === '';
  if (atEnd) at = Math.max(0, source.trimEnd().length - 1);
  const begin = source.lastIndexOf('\n', at - 1) + 1;
  const stop = source.indexOf('\n', at);
  const whole = source.slice(begin, stop < 0 ? source.length : stop).replace(/\r$/, '');
  if (whole.trim() === '') return undefined;
  let row = 1;
  for (let i = source.indexOf('\n'); i >= 0 && i < begin; i = source.indexOf('\n', i + 1)) row++;
  // A long line is shown around the place.
  const from = at - begin > MAX_LINE / 2 ? at - begin - MAX_LINE / 2 : 0;
  const cut = (text: string): string => text.replace(/[\t\u0000-\u001f\u007f]/g, ' ');
  const line = cut(whole.slice(from, from + MAX_LINE));
  const before = cut(whole.slice(from, at - begin));
  const length = atEnd ? 1 : [...source.slice(at, Math.min(end, stop < 0 ? source.length : stop))].length;
  const room = [...line].length - [...before].length;
  const marker = ' '.repeat([...before].length + (atEnd ? 1 : 0)) + '^'.repeat(Math.max(1, Math.min(length, room)));
  return { row, line, marker };
}

/** One finding in OPA's words: `f.rego:3: rego_type_error: undefined function f`, detail lines below. */
export function toOpaText({ loc, code, message, details }: Diagnostic): string {
  const where = loc.file === '' ? `${loc.row}:${loc.col}` : `${loc.file}:${loc.row}`;
  const place = loc.row === 0 && loc.file === '' ? '' : `${where}: `;
  return [`${place}${code}: ${message}`, ...(details ?? []).map((line) => `\t${line}`)].join('\n');
}

/** All findings in OPA's words: `1 error occurred: …`; `during` is what OPA adds for its loader, ` during loading`. */
export function toOpaErrorText(diagnostics: readonly Diagnostic[], during = ''): string {
  if (diagnostics.length === 0) return 'no error(s)';
  const texts = diagnostics.map(toOpaText);
  if (texts.length === 1) return `1 error occurred${during}: ${texts.join('')}`;
  return `${texts.length} errors occurred${during}:\n${texts.join('\n')}`;
}
