// The files of a decision log on disk: the one being written, under the configured name, and those rotated away beside it, with a number
// after the name. Who writes, deletes or ships them is journal.ts and shipper.ts.
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A place in the log: bytes into a segment, always the beginning of a line. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

const DIGITS = 8;

/** Where a rotated segment lies. */
export function segmentPath(file: string, segment: number): string {
  return `${file}.${String(segment).padStart(DIGITS, '0')}`;
}

/** The numbers of the rotated segments, ascending. Throws what reading the directory throws. */
export function listSegments(file: string): readonly number[] {
  const prefix = `${basename(file)}.`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d{8,15}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** Bytes of a segment, 0 when it is not there. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Where the position of what has been shipped is kept. */
function positionPath(file: string): string {
  return `${file}.position`;
}

/** The position noted last; undefined when there is none, or none that can be read: then everything is shipped again. */
export function readPosition(file: string): Position | undefined {
  try {
    const { segment, offset } = JSON.parse(readFileSync(positionPath(file), 'utf8')) as Partial<Position>;
    return Number.isSafeInteger(segment) && Number.isSafeInteger(offset) && segment! > 0 && offset! >= 0
      ? { segment: segment!, offset: offset! }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Notes a position so that a crash leaves the old one or the new one, never half of one. */
export async function writePosition(file: string, position: Position): Promise<void> {
  const path = positionPath(file);
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(position)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

/** Makes renames and new files in a directory survive a loss of power. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The segment's file, whether it is the one being written or a rotated one. */
export function pathOf(file: string, segment: number, active: number): string {
  return segment === active ? file : join(dirname(file), basename(segmentPath(file, segment)));
}
