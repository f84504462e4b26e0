// Detectors of ways to reach somebody: e-mail addresses (RFC 5321, and letters beyond ASCII), telephone numbers (E.164, North American),
// IP addresses (RFC 791, RFC 4291).
import { isIPv4, isIPv6 } from 'node:net';
import type { Span } from './detect.ts';
import { isAlphanumeric, isDigit, isWordAt, runs } from './runs.ts';

const LOCAL_LIMIT = 64;
const DOMAIN_LIMIT = 255;
const LOCAL_CHARACTERS = new Set(Array.from("!#$%&'*+/=?^_`{|}~.-", (character) => character.charCodeAt(0)));
/** The longest IPv6 address, with an IPv4 one at its end. */
const IP_LIMIT = 45;

/** From each `@` outwards. */
export function* findEmails(text: string): Generator<Span> {
  let done = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const least = Math.max(done, at - LOCAL_LIMIT);
    let start = at;
    while (start > least && isLocal(text.charCodeAt(start - 1))) start--;
    while (start < at && text[start] === '.') start++;
    const most = Math.min(text.length, at + 1 + DOMAIN_LIMIT);
    let end = at + 1;
    while (end < most && isDomain(text.charCodeAt(end))) end++;
    while (end > at + 1 && !isDomainEnd(text.charCodeAt(end - 1))) end--;
    const domain = text.slice(at + 1, end);
    if (start === at || !domain.includes('.') || domain.includes('..') || !isDomainEnd(domain.charCodeAt(0))) continue;
    if (/\.\d*$/.test(domain)) continue;
    yield { start, end };
    done = end;
  }
}

function isLocal(code: number): boolean {
  return isAlphanumeric(code) || code > 0x7f || LOCAL_CHARACTERS.has(code);
}

function isDomain(code: number): boolean {
  return isDomainEnd(code) || code === 0x2d || code === 0x2e;
}

function isDomainEnd(code: number): boolean {
  // Beyond ASCII: letters, but no general punctuation and no ideographic full stop.
  return (
    isAlphanumeric(code) || (code > 0xbf && !(code >= 0x2000 && code <= 0x206f) && !(code >= 0x3000 && code <= 0x3003))
  );
}

const E164 = /\+\(?[1-9](?:[ .()/-]{0,2}\d){6,14}/g;
const NORTH_AMERICAN = /(?:1[ .-]?)?(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}/g;

/** `+44 20 7946 0958`, `(555) 234-5678`, `555-234-5678`. Bare digits could be anything. */
export function* findPhones(text: string): Generator<Span> {
  for (const pattern of [E164, NORTH_AMERICAN]) {
    for (const { index, 0: found } of text.matchAll(pattern)) {
      const end = index + found.length;
      if (isWordAt(text, index - 1) || isWordAt(text, end)) continue;
      yield { start: index, end };
    }
  }
}

/** Addresses of both kinds; not the parts of longer dotted numbers, and no times of day. */
export function* findIpAddresses(text: string): Generator<Span> {
  const isMember = (code: number): boolean =>
    isDigit(code) || code === 0x2e || code === 0x3a || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
  for (const { start, end } of runs(text, isMember)) {
    if (end - start < 2) continue;
    yield* addressIn(text, start, end);
  }
}

function* addressIn(text: string, start: number, end: number): Generator<Span> {
  let last = end;
  while (last > start && text[last - 1] === '.') last--;
  const isWhole = !isWordAt(text, start - 1) && !isWordAt(text, end);
  if (isWhole && last - start <= IP_LIMIT && isIPv6(text.slice(start, last))) {
    yield { start, end: last };
    return;
  }
  // `10.0.0.1:8080`, `host:10.0.0.1`, `::1:` and the like.
  for (const part of runs(text.slice(start, last), (code) => code !== 0x3a)) {
    const from = start + part.start;
    const to = start + part.end;
    if (to - from > IP_LIMIT || isWordAt(text, from - 1) || isWordAt(text, to)) continue;
    const trimmed = text.slice(from, to).replace(/^\.+|\.+$/g, '');
    if (isIPv4(trimmed)) {
      const at = text.indexOf(trimmed, from);
      yield { start: at, end: at + trimmed.length };
    }
  }
  const six = text.slice(start, last).replace(/:$/, '');
  if (isWhole && last - start <= IP_LIMIT + 1 && six.length < last - start && isIPv6(six))
    yield { start, end: start + six.length };
}
