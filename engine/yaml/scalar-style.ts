// Which styles can hold a scalar in block context, by libyaml's rules, and the escapes of double quotes.
// Left to others: writing it (emit.ts).

export type Style = 'plain' | 'single' | 'double' | 'literal';

/** Line breaks of YAML 1.1. */
export const BREAK = /[\n\r\x85\u2028\u2029]/;

const PRINTABLE = /^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/;

/** Characters that only double quotes can hold; everything beyond the basic plane is among them. */
function isSpecial(character: string): boolean {
  return !PRINTABLE.test(character);
}

/** Whether double quotes escape the character. */
export function needsEscape(character: string): boolean {
  return isSpecial(character) || BREAK.test(character) || character === '"' || character === '\\';
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** The escape of a character in double quotes. */
export function escape(character: string): string {
  const named = ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** The wanted style, or the next one that can hold the text. */
export function chooseStyle(text: string, wanted: Style, simpleKey: boolean): Style {
  const allowed = analyse(text);
  let style = wanted;
  if (simpleKey && BREAK.test(text)) style = 'double';
  if (style === 'plain' && (!allowed.plain || (text === '' && simpleKey))) style = 'single';
  if (style === 'single' && !allowed.single) style = 'double';
  if (style === 'literal' && (!allowed.block || simpleKey)) style = 'double';
  return style;
}

function analyse(text: string): { plain: boolean; single: boolean; block: boolean } {
  if (text === '') return { plain: true, single: true, block: false };
  const characters = [...text];
  const special = characters.some(isSpecial);
  const spaceBeforeBreak = / [\n\r\x85\u2028\u2029]/.test(text);
  if (special || spaceBeforeBreak) return { plain: false, single: false, block: false };
  const spaceAfterBreak = /[\n\r\x85\u2028\u2029] /.test(text);
  const bare = !/^ | $/.test(text) && !BREAK.test(text) && !hasIndicator(text);
  return { plain: bare, single: !spaceAfterBreak, block: !text.endsWith(' ') };
}

/** Whether a plain text would be taken for something else in block context. */
function hasIndicator(text: string): boolean {
  return (
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](?:[ \t]|$)/.test(text) ||
    /.:(?:[ \t]|$)/su.test(text) ||
    /[ \t\n\r\x85\u2028\u2029]#/.test(text)
  );
}
