// Keeps a running gate at its configuration file: on a signal, and when the file or one of those it names changes. A file that cannot be
// used changes nothing.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { Gate } from '../gate.ts';
import type { Config } from './config.ts';
import type { ConfigChange } from './live.ts';
import { ConfigError } from './reader.ts';

/** Editors and Kubernetes change files in several steps: what is this close together is one change. */
const QUIET_MS = 100;

/** Reloads one gate's configuration from its file. */
export class ConfigReloader {
  readonly #gate: Gate;
  readonly #read: () => Config;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #digest: string;

  /** `read` reads the file; it throws ConfigError. */
  constructor(gate: Gate, read: () => Config) {
    this.#gate = gate;
    this.#read = read;
    this.#digest = digest(gate.config.sources);
  }

  /** Reads the file again and takes over what can be taken over; undefined when it cannot be used. Reports either. */
  reload(): ConfigChange | undefined {
    this.#digest = digest(this.#gate.config.sources);
    try {
      const change = this.#gate.apply(this.#read());
      const { changed, waiting } = change;
      const now = changed.length === 0 ? 'nothing has changed' : `changed: ${changed.join(', ')}`;
      const later = waiting.length === 0 ? '' : `; at the next start: ${waiting.join(', ')}`;
      this.#gate.report(`configuration reloaded, ${now}${later}`);
      this.#digest = digest(change.config.sources);
      this.#watcher?.add(foldersOf(change.config.sources));
      return change;
    } catch (error) {
      const text = error instanceof ConfigError ? error.message : String(error);
      this.#gate.report(`configuration kept as it was: ${text}`, 'error');
      return undefined;
    }
  }

  /** Reloads whenever a file that the configuration was read from has other contents. Resolves when it looks. */
  async watch(): Promise<void> {
    // The folders, not the files: a ConfigMap's files are links that stay, to a folder that is swapped.
    const watcher = watch(foldersOf(this.#gate.config.sources), {
      depth: 0,
      followSymlinks: false,
      ignoreInitial: true,
    });
    this.#watcher = watcher;
    watcher.on('all', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        if (digest(this.#gate.config.sources) !== this.#digest) this.reload();
      }, QUIET_MS);
    });
    watcher.on('error', (error) => this.#gate.report(`configuration not watched: ${String(error)}`, 'error'));
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
  }
}

function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => dirname(file)))];
}

/** Of the files' contents; one that cannot be read counts as other contents. */
function digest(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      const bytes = readFileSync(file);
      hash.update(`${bytes.length}\0`).update(bytes);
    } catch {
      hash.update('-\0');
    }
  }
  return hash.digest('hex');
}
