// The built-in detectors by name, and replacing what they find. Each looks at a text in time linear in its length; what it finds is likely
// what its name says, by checksum where there is one.
import { findEmails, findIpAddresses, findPhones } from './contact.ts';
import { findCards, findIbans, findSocialSecurityNumbers } from './number.ts';
import { findJwts, findKeys, findPemBlocks } from './secret.ts';

/** Where something was found: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds in a text, from left to right. */
export type Detector = (text: string) => Iterable<Span>;

/** By the names that decisions call them. Where two find the same, the earlier one names it. */
const DETECTORS = {
  pem: findPemBlocks,
  jwt: findJwts,
  cloud_key: findKeys,
  iban: findIbans,
  card: findCards,
  us_ssn: findSocialSecurityNumbers,
  email: findEmails,
  phone: findPhones,
  ip: findIpAddresses,
} as const satisfies Readonly<Record<string, Detector>>;

export type DetectorName = keyof typeof DETECTORS;

/** All names, in order. */
export const DETECTOR_NAMES = Object.keys(DETECTORS) as readonly DetectorName[];

/** The text with all that is found replaced; what overlaps is one find, of all its length. */
export function replaceFound(
  text: string,
  detectors: readonly DetectorName[],
  replace: (found: string, name: DetectorName) => string,
): string {
  const found: { start: number; end: number; readonly name: DetectorName }[] = [];
  for (const name of detectors) for (const { start, end } of DETECTORS[name](text)) found.push({ start, end, name });
  if (found.length === 0) return text;
  // A stable sort: of two that begin together, the detector that was asked first.
  found.sort((a, b) => a.start - b.start);
  let out = '';
  let at = 0;
  for (let i = 0; i < found.length;) {
    const first = found[i]!;
    let { end } = first;
    for (i++; i < found.length && found[i]!.start < end; i++) end = Math.max(end, found[i]!.end);
    out += text.slice(at, first.start) + replace(text.slice(first.start, end), first.name);
    at = end;
  }
  return out + text.slice(at);
}
