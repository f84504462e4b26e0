// Runs of characters, which detectors start from: maximal, found in one pass, so that no detector reads a text again and again.
import type { Span } from './detect.ts';

/** The longest stretches of characters that `isMember`. */
export function* runs(text: string, isMember: (code: number) => boolean): Generator<Span> {
  for (let i = 0; i < text.length; i++) {
    if (!isMember(text.charCodeAt(i))) continue;
    const start = i;
    while (i < text.length && isMember(text.charCodeAt(i))) i++;
    yield { start, end: i };
  }
}

/** A digit of ASCII. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A letter of ASCII. */
export function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** A letter or digit of ASCII. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** Whether a letter or digit stands at a place; false outside the text. */
export function isWordAt(text: string, at: number): boolean {
  return isAlphanumeric(text.charCodeAt(at));
}
