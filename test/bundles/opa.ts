// The reference binary for these tests, and folders to work in.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';

/** `describe`, or a line that says why not. */
export function describeWithOpa(name: string, body: () => void): void {
  sayWithoutOpa(name);
  (OPA !== undefined ? describe : describe.skip)(name, body);
}

/** The standard output of OPA. Throws when it fails; the error has `stderr`. */
export function opa(cwd: string, ...args: readonly string[]): string {
  return execFileSync(OPA!, args, { cwd, stdio: 'pipe', encoding: 'utf8' });
}

/** What OPA says when it fails (on standard output or error, by command), and undefined when it does not. */
export function opaFault(cwd: string, ...args: readonly string[]): string | undefined {
  try {
    opa(cwd, ...args);
    return undefined;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

const folders: string[] = [];

/** A fresh folder with these files, gone after the tests of the file. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'regate-bundles-'));
  folders.push(folder);
  addFiles(folder, files);
  return folder;
}

export function addFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
