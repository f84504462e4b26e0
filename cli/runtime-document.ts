// What `opa.runtime()` gives on the command line: the environment and the version.
import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The version of this package. */
export function packageVersion(): string {
  if (version === undefined) {
    const file = new URL('../package.json', import.meta.url);
    version = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return version;
}

/** The document of `opa.runtime()`. */
export function runtimeDocument(): Readonly<Record<string, unknown>> {
  return { commit: '', env: { ...process.env }, version: packageVersion() };
}
