// Revocations in a file of JSON, replaced as a whole and durable before anybody is told so. For one process; replicas need the store.
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Revocation, RevocationStore } from './revocations.ts';

/** A store in memory: for gates that are configured to keep nothing. */
export function memoryRevocations(): RevocationStore {
  return { list: async () => [], add: async () => {}, remove: async () => false };
}

/** A store in a file, which may be absent at first. */
export function fileRevocations(file: string): RevocationStore {
  let last: Promise<unknown> = Promise.resolve();
  /** One change after the other. */
  const change = <T>(edit: (list: readonly Revocation[]) => [readonly Revocation[], T]): Promise<T> => {
    const done = last.then(async () => {
      const [list, result] = edit(await read(file));
      await replace(file, list);
      return result;
    });
    last = done.catch(() => {});
    return done;
  };
  return {
    list: () => read(file),
    add: (revocation) => change((list) => [[...list.filter(isInForce), revocation], undefined]),
    remove: (id) => change((list) => [list.filter((each) => each.id !== id), list.some((each) => each.id === id)]),
  };
}

function isInForce({ expires_at: end }: Revocation): boolean {
  return end === null || Date.parse(end) > Date.now();
}

async function read(file: string): Promise<readonly Revocation[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const { revocations } = JSON.parse(text) as { revocations?: unknown };
  if (!Array.isArray(revocations) || !revocations.every(isRevocation))
    throw new Error(`${file}: is no list of revocations`);
  return revocations;
}

function isRevocation(value: unknown): value is Revocation {
  if (typeof value !== 'object' || value === null) return false;
  const { id, kind, issuer, value: named, issued_before: before, expires_at: end } = value as Record<string, unknown>;
  const isTime = (time: unknown): boolean =>
    time === null || (typeof time === 'string' && !Number.isNaN(Date.parse(time)));
  return (
    [id, issuer, named].every((each) => typeof each === 'string') &&
    (kind === 'token' || kind === 'subject' || kind === 'client') &&
    isTime(before) &&
    isTime(end)
  );
}

/** A crash leaves the old file or the new one, never a half. */
async function replace(file: string, revocations: readonly Revocation[]): Promise<void> {
  const next = `${file}.next`;
  const handle = await open(next, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ revocations }, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
  const directory = await open(dirname(file), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
