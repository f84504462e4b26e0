// Runs something again whenever files below the given paths change.
import { statSync, watch } from 'node:fs';
import { CliError } from './errors.ts';

/** Editors write a file in several steps: changes this close together are one. */
const QUIET_MS = 100;

/** Runs now and after each change, until the process is interrupted; faults of a run are printed and the next change awaited. */
export async function watchPaths(paths: readonly string[], run: () => Promise<void>): Promise<never> {
  let isRunning = false;
  let isDue = false;
  const attempt = async (): Promise<void> => {
    if (isRunning) {
      isDue = true;
      return;
    }
    isRunning = true;
    do {
      isDue = false;
      try {
        await run();
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        console.error(error.message);
      }
      console.log('*'.repeat(80));
      console.log('Watching for changes ...');
    } while (isDue);
    isRunning = false;
  };
  let timer: NodeJS.Timeout | undefined;
  for (const path of paths) {
    try {
      const recursive = statSync(path).isDirectory();
      watch(path, { recursive }, () => {
        clearTimeout(timer);
        timer = setTimeout(() => void attempt(), QUIET_MS);
      });
    } catch (error) {
      throw new CliError(`watch ${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await attempt();
  return new Promise(() => {});
}
