// How many columns of a terminal a text takes: letters of East Asia and emoji take two, marks upon letters none.
// Unicode's property for it (UAX #11) is none that regular expressions know: the ranges are those of its wide blocks.

const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const MARK = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;

/** Columns of a line. */
export function textWidth(line: string): number {
  // Most lines need no looking at.
  if (/^[\x20-\x7e]*$/.test(line)) return line.length;
  let width = 0;
  for (const character of line) width += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
