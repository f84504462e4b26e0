// Detectors of numbers that stand for money or a person: payment cards (ISO/IEC 7812, Luhn), IBANs (ISO 13616, remainder 97), social security
// numbers of the United States.
import type { Span } from './detect.ts';
import { isAlphanumeric, isDigit, isWordAt, runs } from './runs.ts';

const CARD_LEAST = 13;
const CARD_MOST = 19;
/** First digits of the schemes in use; a time stamp in milliseconds begins with 1. */
const CARD_PREFIX = /^(?:4|5|6|3[0-9]|2[2-7]|81)/;

/** Digits in groups, apart by one space or dash, in which a card's number begins and ends with a group. */
export function* findCards(text: string): Generator<Span> {
  let groups: Span[] = [];
  for (const group of runs(text, isDigit)) {
    const before = groups.at(-1);
    if (before !== undefined && !(group.start - before.end === 1 && isSeparator(text.charCodeAt(before.end)))) {
      yield* cardsIn(text, groups);
      groups = [];
    }
    groups.push(group);
  }
  yield* cardsIn(text, groups);
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0xa0 || code === 0x202f;
}

function* cardsIn(text: string, groups: readonly Span[]): Generator<Span> {
  for (let first = 0; first < groups.length; first++) {
    let digits = '';
    let found = -1;
    for (let last = first; last < groups.length; last++) {
      const { start, end } = groups[last]!;
      if (digits.length + end - start > CARD_MOST) break;
      digits += text.slice(start, end);
      if (digits.length >= CARD_LEAST && CARD_PREFIX.test(digits) && passesLuhn(digits)) found = last;
    }
    if (found === -1) continue;
    yield { start: groups[first]!.start, end: groups[found]!.end };
    first = found;
  }
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const weighted = i % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}

/** Lengths by country, of the registry of ISO 13616. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'NO15 BE16 DK18 FI18 FK18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 MN20 CH21 HR21 LI21 LV21 BG22 BH22 CR22 ' +
    'DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 ' +
    'LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HN28 HU28 LB28 NI28 PL28 BR29 EG29 ' +
    'PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** A country, two check digits and the account, in groups or not, in either case. */
export function* findIbans(text: string): Generator<Span> {
  let done = 0;
  for (const { index } of text.matchAll(/[A-Za-z]{2}\d\d/g)) {
    if (index < done || isWordAt(text, index - 1)) continue;
    const length = IBAN_LENGTHS[text.slice(index, index + 2).toUpperCase()];
    if (length === undefined) continue;
    const end = endOf(text, index, length);
    if (end === undefined || isWordAt(text, end)) continue;
    if (
      !passesMod97(
        text
          .slice(index, end)
          .replace(/[^A-Za-z0-9]/g, '')
          .toUpperCase(),
      )
    )
      continue;
    yield { start: index, end };
    done = end;
  }
}

/** The end of so many letters and digits, with a separator between any two of them at the most. */
function endOf(text: string, start: number, length: number): number | undefined {
  let at = start;
  for (let count = 0; count < length; count++) {
    if (count > 0 && isSeparator(text.charCodeAt(at))) at++;
    if (!isAlphanumeric(text.charCodeAt(at))) return undefined;
    at++;
  }
  return at;
}

/** ISO/IEC 7064, MOD 97-10. */
function passesMod97(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

const SOCIAL_SECURITY = /(?!000|666|9)\d{3}([ -])(?!00)\d\d\1(?!0000)\d{4}/g;

/** `123-45-6789`, with numbers that are given out. Without its dashes it is nine digits like any others. */
export function* findSocialSecurityNumbers(text: string): Generator<Span> {
  for (const { index, 0: found } of text.matchAll(SOCIAL_SECURITY)) {
    const end = index + found.length;
    const isPart = isWordAt(text, index - 1) || isWordAt(text, end) || /^-\d/.test(text.slice(end, end + 2));
    if (!isPart && !/\d-$/.test(text.slice(Math.max(0, index - 2), index))) yield { start: index, end };
  }
}
