// Character classes of regular expressions: `[…]`, `\d` and the like, `\p{…}`, `[[:alpha:]]`. Each adds its ranges to the list of ranges.ts.
// Leaves single characters and escapes to parse.ts.
import { addRange, cleanRanges, negateRanges, rangeCount } from './ranges';
import { foldRanges } from './unicode';

/** Adds what `first` on holds: folded and negated as wanted, clean. */
export function endGroup(first: u32, isFolded: bool, isNegated: bool): void {
  if (isFolded) foldRanges(first);
  if (!isFolded && !isNegated) return;
  cleanRanges(first);
  if (isNegated) negateRanges(first);
}

/** Adds the class of `\d`, `\s` or `\w`, or of its capital, which means the opposite; false for another letter. */
export function addPerl(letter: u32, isFolded: bool): bool {
  const first = rangeCount;
  const lower = letter | 0x20;
  if (lower == 0x64) {
    addDigits();
  } else if (lower == 0x73) {
    addRange(0x09, 0x0a);
    addRange(0x0c, 0x0d);
    addRange(0x20, 0x20);
  } else if (lower == 0x77) {
    addWord();
  } else {
    return false;
  }
  endGroup(first, isFolded, letter != lower);
  return true;
}

function addDigits(): void {
  addRange(0x30, 0x39);
}

function addLetters(): void {
  addRange(0x41, 0x5a);
  addRange(0x61, 0x7a);
}

function addWord(): void {
  addDigits();
  addLetters();
  addRange(0x5f, 0x5f);
}

/** Adds the class of a name like `alpha` in `[:alpha:]`; false when there is none. */
export function addPosix(name: usize, length: u32, isNegated: bool, isFolded: bool): bool {
  const first = rangeCount;
  if (is(name, length, 'alnum')) {
    addDigits();
    addLetters();
  } else if (is(name, length, 'alpha')) addLetters();
  else if (is(name, length, 'ascii')) addRange(0, 0x7f);
  else if (is(name, length, 'blank')) {
    addRange(0x09, 0x09);
    addRange(0x20, 0x20);
  } else if (is(name, length, 'cntrl')) {
    addRange(0, 0x1f);
    addRange(0x7f, 0x7f);
  } else if (is(name, length, 'digit')) addDigits();
  else if (is(name, length, 'graph')) addRange(0x21, 0x7e);
  else if (is(name, length, 'lower')) addRange(0x61, 0x7a);
  else if (is(name, length, 'print')) addRange(0x20, 0x7e);
  else if (is(name, length, 'punct')) {
    addRange(0x21, 0x2f);
    addRange(0x3a, 0x40);
    addRange(0x5b, 0x60);
    addRange(0x7b, 0x7e);
  } else if (is(name, length, 'space')) {
    addRange(0x09, 0x0d);
    addRange(0x20, 0x20);
  } else if (is(name, length, 'upper')) addRange(0x41, 0x5a);
  else if (is(name, length, 'word')) addWord();
  else if (is(name, length, 'xdigit')) {
    addDigits();
    addRange(0x41, 0x46);
    addRange(0x61, 0x66);
  } else return false;
  endGroup(first, isFolded, isNegated);
  return true;
}

function is(name: usize, length: u32, text: string): bool {
  if (length != text.length) return false;
  for (let i: u32 = 0; i < length; i++) if (load<u8>(name + i) != <u8>text.charCodeAt(i)) return false;
  return true;
}
