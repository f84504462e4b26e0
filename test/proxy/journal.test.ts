// The decision log's files: what is acknowledged is there, whatever happens to the file, the disk or the process.
import { afterEach, expect, test } from '@jest/globals';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogFileConfig } from '../../proxy/config/decision-log.ts';
import { Journal } from '../../proxy/log/journal.ts';
import { listSegments } from '../../proxy/log/segments.ts';

const open: Journal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((journal) => journal.close()));
});

function config(settings: Partial<LogFileConfig> = {}): LogFileConfig {
  return {
    file: join(mkdtempSync(join(tmpdir(), 'regate-journal-')), 'log', 'decisions.jsonl'),
    durability: 'process',
    rotation: { bytes: 1e9, hours: 24 },
    retention: { files: undefined, days: undefined },
    ...settings,
  };
}

function journal(settings: LogFileConfig, reports: string[] = []): Journal {
  const opened = new Journal(settings, (text) => reports.push(text));
  open.push(opened);
  return opened;
}

const lines = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test.each(['process', 'disk'] as const)(
  'lines are in the file once acknowledged, many by one write (%s)',
  async (durability) => {
    const settings = config({ durability });
    const log = journal(settings);
    await log.append('first');
    expect(lines(settings.file)).toEqual(['first']);
    await Promise.all(Array.from({ length: 100 }, (_, i) => log.append(String(i))));
    expect(lines(settings.file).slice(1)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    expect(log.counts).toMatchObject({ lines: 101, failures: 0 });
    expect(log.counts.commits).toBeLessThanOrEqual(3);
  },
);

test('closing writes what is waiting; afterwards nothing is taken', async () => {
  const settings = config({ durability: 'disk' });
  const log = journal(settings);
  const waiting = [log.append('a'), log.append('b')];
  await log.close();
  await Promise.all(waiting);
  expect(lines(settings.file)).toEqual(['a', 'b']);
  await expect(log.append('c')).rejects.toThrow('closed');
});

test('half a line at the end is cut off when the file is opened', () => {
  for (const torn of ['half', 'x'.repeat(200_000)]) {
    const settings = config();
    journal(settings);
    writeFileSync(settings.file, `whole\n${torn}`);
    const reports: string[] = [];
    journal(settings, reports);
    expect(readFileSync(settings.file, 'utf8')).toBe('whole\n');
    expect(reports[0]).toContain(`${torn.length} bytes were cut off`);
  }
});

test('rotates by size, numbers the files, and begins where it stopped', async () => {
  const settings = config({ rotation: { bytes: 100, hours: 24 } });
  const log = journal(settings);
  for (let i = 0; i < 10; i++) await log.append(`${i}`.padEnd(59, '.'));
  expect(listSegments(settings.file)).toEqual([1, 2, 3, 4]);
  const all = [...[1, 2, 3, 4].map((n) => `${settings.file}.0000000${n}`), settings.file].flatMap(lines);
  expect(all.map((line) => line[0])).toEqual([...'0123456789']);
  await log.close();
  expect(journal(settings).segment).toBe(5);
});

test('retention deletes the oldest files, but none that has not been shipped', async () => {
  const settings = config({ rotation: { bytes: 10, hours: 24 }, retention: { files: 2, days: undefined } });
  const log = journal(settings);
  for (let i = 0; i < 6; i++) await log.append('0123456789');
  expect(listSegments(settings.file)).toEqual([4, 5]);
  log.unshipped = () => 4;
  for (let i = 0; i < 3; i++) await log.append('0123456789');
  expect(listSegments(settings.file)).toEqual([4, 5, 6, 7, 8]);
});

test('retention by age', async () => {
  const settings = config({ rotation: { bytes: 10, hours: 24 }, retention: { files: undefined, days: 2 } });
  const log = journal(settings);
  for (let i = 0; i < 4; i++) await log.append('0123456789');
  const old = Date.now() / 1000 - 3 * 24 * 3600;
  utimesSync(`${settings.file}.00000001`, old, old);
  await log.append('0123456789');
  expect(listSegments(settings.file)).toEqual([2, 3, 4]);
});

test('a file that was moved away or deleted is opened anew', async () => {
  const settings = config();
  const reports: string[] = [];
  const log = journal(settings, reports);
  await log.append('a');
  renameSync(settings.file, `${settings.file}.moved`);
  await wait(1_100);
  await log.append('b');
  expect(lines(settings.file)).toEqual(['b']);
  unlinkSync(settings.file);
  await wait(1_100);
  await log.append('c');
  expect(lines(settings.file)).toEqual(['c']);
  expect(lines(`${settings.file}.moved`)).toEqual(['a']);
  expect(reports).toHaveLength(2);
});

test('a full disk fails the append and nothing else', async () => {
  if (!existsSync('/dev/full')) return console.warn('skipped: this system has no /dev/full');
  const log = journal({ ...config(), file: '/dev/full' });
  await expect(log.append('a')).rejects.toThrow('ENOSPC');
  await expect(log.append('b')).rejects.toThrow('ENOSPC');
  expect(log.counts.failures).toBe(2);
});

test('a directory that cannot be had is a fault at once', () => {
  const { file } = config();
  const base = join(file, '..', '..');
  writeFileSync(join(base, 'taken'), '');
  expect(() => journal({ ...config(), file: join(base, 'taken', 'decisions.jsonl') })).toThrow(/EEXIST|ENOTDIR/);
});

test('other files beside the log are left alone', async () => {
  const settings = config({ rotation: { bytes: 10, hours: 24 }, retention: { files: 1, days: undefined } });
  const log = journal(settings);
  for (const name of ['.0000001x', '.1', '.gz', 'x.00000001']) appendFileSync(`${settings.file}${name}`, 'kept');
  for (let i = 0; i < 4; i++) await log.append('0123456789');
  expect(
    readdirSync(join(settings.file, '..'))
      .filter((name) => name.startsWith('decisions'))
      .sort(),
  ).toEqual([
    'decisions.jsonl',
    'decisions.jsonl.00000003',
    'decisions.jsonl.0000001x',
    'decisions.jsonl.1',
    'decisions.jsonl.gz',
    'decisions.jsonlx.00000001',
  ]);
});
