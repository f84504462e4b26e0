// Gzipped tar, in memory only: reading is bounded and refuses whatever no bundle needs; writing gives the same bytes for the same files.
// What the files mean is bundle.ts's business.
import { gunzipSync, gzipSync } from 'node:zlib';
import { BundleError } from './bundle-error.ts';

/** A file of an archive. `name` is rooted and has `/` between its parts: `/authz/policy.rego`. */
export interface ArchiveFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What an archive may cost. Sizes in bytes. */
export interface ArchiveLimits {
  readonly maxCompressedBytes: number;
  /** Of the unpacked tar, headers included: a small gzip can hold a thousand times its size. */
  readonly maxUnpackedBytes: number;
  readonly maxFiles: number;
  /** UTF-8 bytes of one name. */
  readonly maxNameBytes: number;
}

/** Bounds for archives from elsewhere, where the caller has none of his own. */
export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  maxCompressedBytes: 64 * 1024 * 1024,
  maxUnpackedBytes: 512 * 1024 * 1024,
  maxFiles: 10_000,
  maxNameBytes: 1024,
};

const BLOCK = 512;

/**
 * The files of a gzipped tar, in its order; directories are left out. Nothing is written anywhere. Throws BundleError
 * (`archive_invalid`, `archive_too_large`, `archive_unsafe`).
 */
export function readArchive(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}): ArchiveFile[] {
  const bounds = { ...DEFAULT_ARCHIVE_LIMITS, ...limits };
  if (bytes.length > bounds.maxCompressedBytes)
    tooLarge(`the archive has ${bytes.length} bytes, the limit is ${bounds.maxCompressedBytes}`);
  return readTar(unpack(bytes, bounds.maxUnpackedBytes), bounds);
}

function unpack(bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      tooLarge(`the archive unpacks to more than ${maxOutputLength} bytes`);
    throw new BundleError('archive_invalid', `the archive is not valid gzip: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function readTar(tar: Uint8Array, limits: ArchiveLimits): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  const names = new Set<string>();
  /** What an extended header says of the entry that follows it. */
  let next: { path?: string; size?: number } = {};
  let offset = 0;
  for (;;) {
    // Go writes two blocks of zeros at the end, some writers one; none at all is a truncated archive.
    if (offset + BLOCK > tar.length) invalid('the archive is truncated');
    const header = tar.subarray(offset, offset + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    checkSum(header, offset);
    const type = String.fromCharCode(header[156]!);
    const size =
      type === 'x' || type === 'g' || type === 'L' ? number(header, 124, 12) : (next.size ?? number(header, 124, 12));
    const start = offset + BLOCK;
    if (size > tar.length - start) invalid('the archive is truncated');
    const content = tar.subarray(start, start + size);
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x') {
      next = { ...next, ...paxRecords(content) };
      continue;
    }
    if (type === 'L') {
      next = { ...next, path: text(content) };
      continue;
    }
    // Global headers hold comments (git archive); a path that holds for every entry would be nonsense.
    if (type === 'g') continue;
    const raw = next.path ?? headerName(header);
    next = {};
    if (type === '5') {
      // The directory itself may be named `./`.
      if (!/^\.?\/?$/.test(raw)) safeName(raw.replace(/\/$/, ''), limits);
      continue;
    }
    if (type !== '0' && type !== '\0')
      unsafe(`${quote(raw)} is ${KINDS[type] ?? `an entry of type ${quote(type)}`}; a bundle has plain files only`);
    const name = safeName(raw, limits);
    if (names.has(name)) unsafe(`the archive has two files named ${quote(name)}`);
    names.add(name);
    if (names.size > limits.maxFiles) tooLarge(`the archive has more than ${limits.maxFiles} files`);
    files.push({ name, content });
  }
}

const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
};

/** `/`-rooted, with no part that climbs, repeats or hides. Throws BundleError for any other name. */
export function safeName(raw: string, limits: Pick<ArchiveLimits, 'maxNameBytes'> = DEFAULT_ARCHIVE_LIMITS): string {
  if (Buffer.byteLength(raw) > limits.maxNameBytes)
    tooLarge(`a name of the archive is longer than ${limits.maxNameBytes} bytes`);
  const relative = raw.replace(/^\.?\//, '');
  const parts = relative.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    unsafe(`${quote(raw)} is not a plain path below the root`);
  // Control characters, and what makes a path absolute or split differently on another system.
  if (/[\u0000-\u001f\u007f\\\ufffd]/.test(relative) || /^[A-Za-z]:/.test(relative))
    unsafe(`${quote(raw)} is not a portable file name`);
  return `/${relative}`;
}

function headerName(header: Uint8Array): string {
  const name = field(header, 0, 100);
  // The prefix belongs to POSIX's format alone; GNU keeps times there.
  const isPosix = field(header, 257, 6) === 'ustar' && header[262] === 0;
  const prefix = isPosix ? field(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function checkSum(header: Uint8Array, offset: number): void {
  const expected = number(header, 148, 8);
  if (sumOf(header) !== expected) invalid(`the tar header at byte ${offset} has a wrong checksum`);
}

function sumOf(header: Uint8Array): number {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i]!;
  return sum;
}

function number(header: Uint8Array, start: number, length: number): number {
  const digits = field(header, start, length).trim();
  // Base-256 sizes start at 8 GiB, beyond any limit.
  if (!/^[0-7]{0,12}$/.test(digits)) invalid('a tar header has an unreadable number');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function field(header: Uint8Array, start: number, length: number): string {
  return text(header.subarray(start, start + length));
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** `path` and `size` of a PAX header: records `LENGTH KEY=VALUE\n`, the length counting itself. */
function paxRecords(content: Uint8Array): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const digits = space < 0 ? '' : new TextDecoder().decode(content.subarray(at, Math.min(space, at + 10)));
    const length = /^[1-9]\d*$/.test(digits) ? Number(digits) : 0;
    if (length <= space - at || at + length > content.length || content[at + length - 1] !== 10)
      invalid('a PAX header of the archive is malformed');
    const record = new TextDecoder().decode(content.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === 'path') found.path = value;
    if (key === 'size') {
      if (!/^\d{1,15}$/.test(value)) invalid('a PAX header of the archive is malformed');
      found.size = Number(value);
    }
    if (key.startsWith('GNU.sparse')) unsafe('the archive has a sparse file');
    at += length;
  }
  return found;
}

/**
 * A gzipped tar of the files: sorted by name, mode 0600, no owner, no times, so that equal files give equal bytes
 * (of one version of zlib). Names are checked as in reading. Throws BundleError.
 */
export function writeArchive(files: readonly ArchiveFile[]): Uint8Array {
  const names = new Set<string>();
  const blocks: Uint8Array[] = [];
  const sorted = files.map(({ name, content }) => ({ name: safeName(name), content }));
  sorted.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  for (const { name, content } of sorted) {
    if (names.has(name)) unsafe(`two files named ${quote(name)}`);
    names.add(name);
    writeEntry(blocks, name, content);
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  const packed = gzipSync(Buffer.concat(blocks), { level: 9 });
  // Byte 9 names the operating system; 255 is "unknown" everywhere.
  packed[9] = 255;
  return new Uint8Array(packed);
}

function writeEntry(blocks: Uint8Array[], name: string, content: Uint8Array): void {
  const split = splitName(name);
  if (split === undefined) {
    const record = paxRecord('path', name);
    blocks.push(header('/PaxHeaders.0/long', '', record.length, 'x'), record, padding(record.length));
  }
  const [prefix, base] = split ?? ['', asciiTail(name)];
  blocks.push(header(base, prefix, content.length, '0'), content, padding(content.length));
}

/** `[prefix, name]` as POSIX's header holds them, undefined when they do not fit. */
function splitName(name: string): readonly [string, string] | undefined {
  if (/[^\x20-\x7e]/.test(name)) return undefined;
  if (name.length <= 100) return ['', name];
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
    if (name.length - at - 1 > 100) return undefined;
    if (at <= 155) return [name.slice(0, at), name.slice(at + 1)];
  }
  return undefined;
}

/** For readers without PAX. */
function asciiTail(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '_').slice(-100);
}

function paxRecord(key: string, value: string): Uint8Array {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length++;
  return new TextEncoder().encode(`${length} ${key}=${value}\n`);
}

function header(name: string, prefix: string, size: number, type: string): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (at: number, value: string): void => void new TextEncoder().encodeInto(value, bytes.subarray(at));
  const octal = (at: number, value: number, digits: number): void => put(at, value.toString(8).padStart(digits, '0'));
  put(0, name);
  octal(100, 0o600, 7);
  octal(108, 0, 7);
  octal(116, 0, 7);
  octal(124, size, 11);
  octal(136, 0, 11);
  put(156, type);
  put(257, 'ustar\u000000');
  octal(329, 0, 7);
  octal(337, 0, 7);
  put(345, prefix);
  octal(148, sumOf(bytes), 6);
  put(154, '\0 ');
  return bytes;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

function quote(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

function invalid(message: string): never {
  throw new BundleError('archive_invalid', message);
}

function tooLarge(message: string): never {
  throw new BundleError('archive_too_large', message);
}

function unsafe(message: string): never {
  throw new BundleError('archive_unsafe', message);
}
