// The files of a bundle that a command's argument names: an archive or a directory.
// What they mean is the business of bundles/.
import { readFileSync, statSync } from 'node:fs';
import { type ArchiveFile, readArchive } from '../bundles/archive.ts';
import { readDirectory } from '../bundles/bundle.ts';
import { CliError } from './errors.ts';

/** All files, each name rooted in the bundle. Throws CliError when there is nothing at the path, BundleError for a bad archive. */
export function readBundleFiles(path: string): { readonly files: ArchiveFile[]; readonly isDirectory: boolean } {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch {
    throw new CliError(`error: error reading "${path}": stat ${path}: no such file or directory`);
  }
  return { files: isDirectory ? readDirectory(path) : readArchive(readFileSync(path)), isDirectory };
}
