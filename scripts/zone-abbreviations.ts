// Writes engine/builtins/host/zone-abbreviations.ts from the system's time zone database (compiled TZif files):
// `node scripts/zone-abbreviations.ts [FOLDER]`, by default /usr/share/zoneinfo. Only needed when zones are added or renamed.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';

interface Period {
  readonly from: number;
  readonly offset: number;
  readonly abbreviation: string;
}

/** The periods of a zone, oldest first (RFC 9636, the second data block with 64-bit times). */
function readPeriods(file: string): Period[] {
  const bytes = readFileSync(file);
  const counts = (at: number): number[] => [0, 1, 2, 3, 4, 5].map((i) => bytes.readUInt32BE(at + 20 + 4 * i));
  const [utc1 = 0, std1 = 0, leap1 = 0, times1 = 0, types1 = 0, chars1 = 0] = counts(0);
  const second = 44 + times1 * 5 + types1 * 6 + chars1 + leap1 * 8 + std1 + utc1;
  const [, , , times = 0, types = 0] = counts(second);
  const start = second + 44;
  const typesAt = start + times * 9;
  const charsAt = typesAt + types * 6;
  const period = (from: number, type: number): Period => {
    const at = typesAt + type * 6;
    const text = charsAt + bytes.readUInt8(at + 5);
    return { from, offset: bytes.readInt32BE(at), abbreviation: bytes.toString('ascii', text, bytes.indexOf(0, text)) };
  };
  const periods = [period(-Infinity, 0)];
  for (let i = 0; i < times; i++) {
    periods.push(period(Number(bytes.readBigInt64BE(start + i * 8)), bytes.readUInt8(start + times * 8 + i)));
  }
  return periods;
}

/** `EWT-14400<-769395600 EDT-14400`: abbreviations by offset, with the second until which an older one was in use. */
function describe(periods: readonly Period[]): string {
  const offsets = [...new Set(periods.map((period) => period.offset))];
  return offsets
    .flatMap((offset) => {
      const ofOffset = periods.filter((period) => period.offset === offset);
      const changes = ofOffset.filter((period, i) => i === 0 || ofOffset[i - 1]!.abbreviation !== period.abbreviation);
      if (changes.length === 1 && /^[+-]/.test(changes[0]!.abbreviation)) return [];
      return changes.map(({ abbreviation }, i) => {
        const until = changes[i + 1]?.from;
        return `${abbreviation}@${offset}${until === undefined ? '' : `<${until}`}`;
      });
    })
    .join(' ');
}

function zoneNames(folder: string, prefix = ''): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(path).isDirectory())
      return ['posix', 'right'].includes(name) ? [] : zoneNames(path, `${prefix}${name}/`);
    const isZone = readFileSync(path).subarray(0, 4).toString() === 'TZif';
    return isZone && !['Factory', 'localtime', 'posixrules'].includes(name) ? [prefix + name] : [];
  });
}

const folder = process.argv[2] ?? '/usr/share/zoneinfo';
const groups = new Map<string, string[]>();
for (const name of zoneNames(folder).sort()) {
  const key = describe(readPeriods(`${folder}/${name}`));
  groups.set(key, [...(groups.get(key) ?? []), name]);
}
const lines = [...groups].map(([key, names]) => `${names.join(' ')}|${key}`).sort();
const target = new URL('../engine/builtins/host/zone-abbreviations.ts', import.meta.url);
writeFileSync(
  target,
  `// Names of the IANA time zones and their abbreviations by offset, which Intl does not tell. Written by scripts/zone-abbreviations.ts.
// Left to others: the offsets themselves, which Intl knows (time-zone.ts). The data is in the public domain.

/** A line per group of zones: names, \`|\`, then \`ABBREVIATION@OFFSET\`, older ones with \`<SECOND\` until which they were in use. Offsets that are not there have a numeric abbreviation. */
export const ZONE_ABBREVIATIONS = \`
${lines.join('\n')}
\`;
`,
);
