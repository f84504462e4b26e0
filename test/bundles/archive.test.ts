// Archives: what is written is read again, by others too; what is damaged or dangerous is refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type ArchiveFile, readArchive, writeArchive } from '../../bundles/archive.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { addFiles, bytes, describeWithOpa, folderWith, opa } from './opa.ts';

const files: ArchiveFile[] = [
  { name: '/policy.rego', content: bytes('package a\n') },
  { name: '/data.json', content: bytes('{}') },
  { name: `/${'long/'.repeat(30)}file.rego`, content: bytes('package b\n') },
  { name: `/${'x'.repeat(180)}.rego`, content: bytes('package c\n') },
  { name: '/ä/data.json', content: bytes('{"ö":1}') },
  { name: '/exact.rego', content: bytes('package e\n'.padEnd(512, '#')) },
  { name: '/empty.txt', content: new Uint8Array(0) },
];

const byName = (list: readonly ArchiveFile[]): Record<string, string> =>
  Object.fromEntries(list.map(({ name, content }) => [name, Buffer.from(content).toString()]));

/** The error code of reading. */
function fault(archive: Uint8Array, limits: Parameters<typeof readArchive>[1] = {}): string | undefined {
  try {
    readArchive(archive, limits);
    return undefined;
  } catch (error) {
    if (error instanceof BundleError) return error.code;
    throw error;
  }
}

/** An archive of ours whose first header is changed; the checksum is made good again. */
function tampered(change: (header: Buffer) => void, content = bytes('x')): Uint8Array {
  const tar = gunzipSync(writeArchive([{ name: '/a', content }]));
  change(tar);
  tar.write('        ', 148, 'latin1');
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return gzipSync(tar);
}

const named = (name: string): Uint8Array =>
  tampered((header) => {
    header.fill(0, 0, 100);
    header.write(name, 0);
  });

describe('writing', () => {
  test('what is written is read again, sorted by name', () => {
    const read = readArchive(writeArchive(files));
    expect(byName(read)).toEqual(byName(files));
    const names = read.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  test('equal files give equal bytes, in any order, at any time', () => {
    const once = writeArchive(files);
    expect(Buffer.compare(writeArchive(files.toReversed()), once)).toBe(0);
    // No time, no operating system.
    expect([...once.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  });

  test('unsafe names and doubles are refused', () => {
    for (const name of ['/../a', '/a//b', '/a/./b', '', '/', '/a/', '/a\\b', '/a\0b', '/C:/a'])
      expect(() => writeArchive([{ name, content: bytes('') }])).toThrow(BundleError);
    expect(() => writeArchive([files[0]!, { name: 'policy.rego', content: bytes('') }])).toThrow(/two files named/);
  });
});

describe('reading', () => {
  test('names are rooted, however they are written', () => {
    for (const name of ['a.rego', './a.rego', '/a.rego']) expect(readArchive(named(name))[0]!.name).toBe('/a.rego');
  });

  test('names that leave the root, or are no plain paths', () => {
    for (const name of ['../a', '/../a', 'a/../../b', './../a', '//a', 'a//b', 'a/./b', '..', 'a\\b', 'C:/a', 'a\nb'])
      expect([name, fault(named(name))]).toEqual([name, 'archive_unsafe']);
  });

  test('links, devices and other kinds of entries', () => {
    for (const type of ['1', '2', '3', '4', '6', '7', 'S', 'V'])
      expect([type, fault(tampered((header) => header.write(type, 156)))]).toEqual([type, 'archive_unsafe']);
  });

  test('directories are left out', () => {
    const directory = tampered((header) => header.write('5', 156), new Uint8Array(0));
    expect(readArchive(directory)).toEqual([]);
  });

  test('two files of one name', () => {
    const tar = gunzipSync(writeArchive([files[0]!]));
    const twice = Buffer.concat([tar.subarray(0, 1024), tar]);
    expect(fault(gzipSync(twice))).toBe('archive_unsafe');
  });

  test('truncated at any byte, and a wrong checksum', () => {
    const tar = gunzipSync(writeArchive([files[0]!]));
    for (const length of [0, 100, 511, 512, 600, 1023, 1024, 1300])
      expect([length, fault(gzipSync(tar.subarray(0, length)))]).toEqual([length, 'archive_invalid']);
    const whole = writeArchive([files[0]!]);
    for (const length of [0, 5, 10, whole.length - 9, whole.length - 1])
      expect([length, fault(whole.subarray(0, length))]).toEqual([length, 'archive_invalid']);
    tar[3]! ^= 1;
    expect(fault(gzipSync(tar))).toBe('archive_invalid');
    expect(fault(bytes('no archive at all'))).toBe('archive_invalid');
  });

  test('sizes that lie', () => {
    expect(fault(tampered((header) => header.write('77777777777', 124)))).toBe('archive_invalid');
    expect(fault(tampered((header) => header.writeUInt8(0x80, 124)))).toBe('archive_invalid');
    expect(fault(tampered((header) => header.write('-0000000001', 124)))).toBe('archive_invalid');
  });

  test('limits on bytes, unpacked bytes, files and names', () => {
    const archive = writeArchive(files);
    expect(fault(archive, { maxCompressedBytes: archive.length - 1 })).toBe('archive_too_large');
    expect(fault(archive, { maxUnpackedBytes: 4096 })).toBe('archive_too_large');
    expect(fault(archive, { maxFiles: files.length - 1 })).toBe('archive_too_large');
    expect(fault(archive, { maxNameBytes: 150 })).toBe('archive_too_large');
    expect(fault(archive, { maxFiles: files.length })).toBeUndefined();
    const bomb = writeArchive([{ name: '/data.json', content: new Uint8Array(20_000_000) }]);
    expect(fault(bomb, { maxUnpackedBytes: 1_000_000 })).toBe('archive_too_large');
  });
});

describeWithOpa('archives, with OPA', () => {
  test('OPA reads ours', () => {
    const folder = folderWith({});
    addFiles(folder, { 'b.tar.gz': writeArchive(files) });
    const { namespaces } = JSON.parse(opa(folder, 'inspect', '-f', 'json', 'b.tar.gz')) as { namespaces: object };
    for (const name of ['data.a', 'data.b', 'data.c', 'data.ä']) expect(namespaces).toHaveProperty([name]);
    expect(opa(folder, 'eval', '-b', 'b.tar.gz', '-f', 'raw', 'data["ä"]')).toBe('{"ö":1}\n');
  });

  test('we read those of OPA', () => {
    const name = `${'deep/'.repeat(35)}p.rego`;
    const folder = folderWith({
      [`src/${name}`]: 'package p\n',
      'src/ü/q.rego': 'package q\n',
      'src/data.json': '{"n": 1e400}',
    });
    opa(folder, 'build', '-b', 'src', '-o', 'b.tar.gz');
    const read = byName(readArchive(readFileSync(join(folder, 'b.tar.gz'))));
    expect(Object.keys(read).sort()).toEqual(['/.manifest', '/data.json', `/src/${name}`, '/src/ü/q.rego'].sort());
    expect(read['/data.json']).toContain('1e400');
  });
});
