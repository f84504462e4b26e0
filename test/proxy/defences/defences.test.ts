// The tests that the table of defences names are there, and the document says the same. Whether they miss their defences is run.ts.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { securityTables } from './document.ts';
import { TABLE } from './table.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const all = TABLE.flatMap(({ defences }) => defences);

test.each(all.map((defence) => [defence.threat, defence] as const))('%s', (_, { test: [file, name] }) => {
  const source = read(`test/${file}`);
  // A full name is that of its groups and its own; the longest end of it that stands in the file is its own.
  const words = name.split(' ');
  const isThere = words.some((_word, i) => source.includes(words.slice(i).join(' ')) && words.length - i >= 2);
  expect([name, isThere || source.includes('test.each')]).toEqual([name, true]);
});

test('docs/security.md has the same tables', () =>
  expect(read('docs/security.md').split('<!-- tables -->')[1]!.trim()).toBe(securityTables().trim()));
