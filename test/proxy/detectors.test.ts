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
  test.each(DETECTOR_NAMES)('%s', (name) => {
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(150_000 / unit.length));
      // What takes quadratic time does not end within a test's time limit.
      expect(find(name, text.repeat(2))).not.toBe('');
    }
  });
});
