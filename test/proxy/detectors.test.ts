// What the built-in detectors find, case by case in detectors/cases.txt, and that no text makes them slow.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { DETECTOR_NAMES, type DetectorName, replaceFound } from '../../proxy/mask/detect/detect.ts';

const find = (name: string, text: string): string =>
  replaceFound(text, name === 'all' ? DETECTOR_NAMES : [name as DetectorName], (_, found) => `<${found}>`);

const cases = readFileSync(new URL('detectors/cases.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) =>
    /^(\w+) +(.*?) +=> (.*)$/
      .exec(line)!
      .slice(1, 4)
      .map((part) => part.replaceAll('\\n', '\n')),
  );

test.each(cases as [string, string, string][])('%s: %s', (name, text, left) => expect(find(name, text)).toBe(left));

describe('every detector takes linear time', () => {
  const units = [
    'a',
    '1',
    '1 ',
    '1-',
    '-',
    '.',
    '@',
    'a@',
    '@a.',
    'a.',
    '+1',
    '+1(',
    'eyJ',
    'eyJ.',
    'eyJaaaaaaaa.',
    ':',
    'a:',
    '1.',
    '4111 ',
    'DE89',
    'DE89 ',
    '-----BEGIN A-----',
    '-----BEGIN ',
    'AKIA',
    'AKIAIOSFODNN7',
    'ghp_',
    'sk-',
    'xoxb-',
    'secretkey=',
    'secretkey = ',
    '?sig=',
    'AccountKey=',
    '(555) ',
    '123-45-',
    'ya29.',
    'SG.aaaaaaaaaaaaaaaaaaaaaa.',
    '\u00e9',
    ' ',
    '[{"',
    '{"a":"',
  ];
  const samples: Readonly<Record<DetectorName, string>> = {
    pem: '-----BEGIN PRIVATE KEY-----\nMIIBVQ==\n-----END PRIVATE KEY-----',
    jwt: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
    cloud_key: 'AKIAIOSFODNN7EXAMPLE',
    iban: 'DE89370400440532013000',
    card: '4111111111111111',
    us_ssn: '123-45-6789',
    email: 'ada@example.org',
    phone: '+1 202 555 0123',
    ip: '192.0.2.17',
  };
  test.each(DETECTOR_NAMES)('%s', (name) => {
    const sample = samples[name];
    for (const unit of units) {
      // What takes quadratic time does not end within a test's time limit.
      const text = `${unit.repeat(Math.ceil(300_000 / unit.length))}\n\n${sample}`;
      let rest = 0;
      let last = '';
      const left = replaceFound(text, [name], (found) => {
        rest -= found.length;
        last = found;
        return '';
      });
      // It went to the end, where there is something to find, and left out nothing else.
      expect([unit, last.endsWith(sample), left.length - rest]).toEqual([unit, true, text.length]);
    }
  });
});
