// Which tests a change can concern: those of the files that have changed and of all that read them, directly or not. What is compiled for
// them are their files and all that these read. Where there is any doubt, two files are taken to concern each other.
import { createHash } from 'node:crypto';
import type { Module, Node } from '../engine/ast/nodes.ts';
import { walk } from '../engine/ast/walk.ts';
import type { Source } from '../engine/compile.ts';

type Path = readonly string[];

/** What is known of a file without reading it again. */
export interface KnownFile {
  readonly file: string;
  /** Of its text and version. */
  readonly digest: string;
  /** Its package's path below `data`. */
  readonly package: Path;
  /** The beginnings of the references below `data` in it, as far as they are constant. */
  readonly reads: readonly Path[];
}

/** A part of a suite that can be compiled and tested by itself. */
export interface Part {
  /** The files whose tests may give something else than before. */
  readonly concerned: ReadonlySet<string>;
  /** These and all that they read. */
  readonly sources: readonly Source[];
}

/** What decides on what a file means. */
export function fileDigest({ text, version }: Source): string {
  return createHash('sha256')
    .update(`${version ?? ''}:`)
    .update(text)
    .digest('base64');
}

export function knownFile(source: Source, module: Module): KnownFile {
  const reads = new Map<string, Path>();
  const look = (node: Node): boolean => {
    const isRef = node.kind === 'ref' && node.head.kind === 'var' && node.head.name === 'data';
    const isWhole = node.kind === 'var' && node.name === 'data';
    if (isRef || isWhole) {
      const path = isRef ? constantBeginning(node.operands) : [];
      reads.set(JSON.stringify(path), path);
    }
    if (isRef) walk(node.operands, look);
    return !isRef && node.kind !== 'package';
  };
  walk(module, look);
  return {
    file: source.file,
    digest: fileDigest(source),
    package: constantBeginning(module.package.path.operands),
    reads: [...reads.values()],
  };
}

/**
 * The part that has to be compiled anew since the suite was as `known` says; undefined when that is most of it, or when a file that has
 * changed cannot be read. `read` gives a file's module.
 */
export function changedPart(
  known: readonly KnownFile[],
  sources: readonly Source[],
  read: (source: Source) => Module | undefined,
): Part | undefined {
  const before = new Map(known.map((each) => [each.file, each]));
  const files: KnownFile[] = [];
  const concerned = new Set<string>();
  /** Packages whose documents may be others now, and which have not been looked at yet. */
  const open: Path[] = [];
  for (const source of sources) {
    const old = before.get(source.file);
    before.delete(source.file);
    if (old !== undefined && old.digest === fileDigest(source)) {
      files.push(old);
      continue;
    }
    const module = concerned.size < sources.length * MOST ? read(source) : undefined;
    if (module === undefined) return undefined;
    const file = knownFile(source, module);
    files.push(file);
    concerned.add(file.file);
    open.push(file.package);
    if (old !== undefined) open.push(old.package);
  }
  // What is left are files that are no longer there.
  for (const { package: path } of before.values()) open.push(path);
  for (let path = open.pop(); path !== undefined; path = open.pop())
    for (const file of files) {
      if (concerned.has(file.file) || !touches(file, path)) continue;
      concerned.add(file.file);
      open.push(file.package);
    }
  const needed = new Set(files.filter(({ file }) => concerned.has(file)));
  // A set also iterates what is added meanwhile.
  for (const file of needed) {
    for (const other of files) if (touches(file, other.package)) needed.add(other);
    if (needed.size > sources.length * MOST) return undefined;
  }
  const names = new Set([...needed].map(({ file }) => file));
  return { concerned, sources: sources.filter(({ file }) => names.has(file)) };
}

/** With more of its files than this a suite is compiled as a whole. */
const MOST = 0.5;

/** Whether a file reads something in a package, or stands in it, around it or within it. */
function touches(file: KnownFile, path: Path): boolean {
  return meet(file.package, path) || file.reads.some((read) => meet(read, path));
}

/** Whether one of two paths leads through the other's end. */
function meet(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function constantBeginning(operands: readonly Node[]): string[] {
  const path: string[] = [];
  for (const operand of operands) {
    if (operand.kind !== 'string') break;
    path.push(operand.value);
  }
  return path;
}
