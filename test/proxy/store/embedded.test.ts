// The embedded store alone: its folder, its lock, kill -9.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from '@jest/globals';
import { openEmbedded } from '../../../proxy/store/embedded.ts';
import { copyEmbedded, stopServers } from './stores.ts';

const WRITER = join(import.meta.dirname, 'embedded-writer.ts');
afterAll(stopServers);

test('a folder is for its user alone and for one process at a time', async () => {
  const directory = await copyEmbedded();
  const store = await openEmbedded(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  await expect(openEmbedded(directory)).rejects.toThrow('another process uses this data folder');
  const other = await run(directory);
  expect(other.error).toContain('another process uses this data folder');
  expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await store.close();
  const next = await openEmbedded(directory);
  await next.close();
  rmSync(directory, { recursive: true });
}, 60_000);

test('what was committed survives kill -9, and nothing keeps the folder locked', async () => {
  const directory = await copyEmbedded();
  let least = 0;
  for (let round = 0; round < 3; round++) {
    const { acknowledged } = await run(directory, 20 + Math.floor(Math.random() * 40));
    expect(acknowledged).toBeGreaterThan(least);
    const store = await openEmbedded(directory);
    const rows = await store.query<{ readonly n: number }>('SELECT n FROM written ORDER BY n');
    await store.close();
    // All that was acknowledged, at most one more, no gap.
    expect(rows.map(({ n }) => n)).toEqual(rows.map((_, i) => i + 1));
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged);
    least = rows.length;
  }
  rmSync(directory, { recursive: true });
}, 120_000);

test('a first start that was cut short is begun anew', async () => {
  const directory = await copyEmbedded();
  rmSync(join(directory, 'postgres'), { recursive: true });
  mkdirSync(join(directory, 'postgres.new'));
  writeFileSync(join(directory, 'postgres.new', 'PG_VERSION'), '18\n');
  const store = await openEmbedded(directory);
  expect(await store.query('SELECT count(*) AS n FROM regate.shared_secret')).toEqual([{ n: 0 }]);
  await store.close();
  rmSync(directory, { recursive: true });
}, 120_000);

test('the data folder of a newer PostgreSQL is refused', async () => {
  const directory = await copyEmbedded();
  writeFileSync(join(directory, 'postgres', 'PG_VERSION'), '19\n');
  await expect(openEmbedded(directory)).rejects.toThrow('the data folder is of PostgreSQL 19, this version reads 18');
  writeFileSync(join(directory, 'postgres', 'PG_VERSION'), '18\n');
  await (await openEmbedded(directory)).close();
  rmSync(directory, { recursive: true });
}, 60_000);

/** Runs a process that writes one row after the other, and kills it after so many. */
async function run(directory: string, rows = Infinity): Promise<{ acknowledged: number; error: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER, directory]);
  let acknowledged = 0;
  let error = '';
  child.stderr.on('data', (chunk) => (error += String(chunk)));
  const ended = new Promise((resolve) => child.on('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (--rows <= 0) child.kill('SIGKILL');
  }
  await ended;
  return { acknowledged, error };
}
