// Opens the store that the configuration names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreConfig } from '../config/store.ts';
import type { Store } from './store.ts';
import type { Report } from '../operate/logger.ts';

/** Opens a store, migrated; each kind's code is loaded when it is asked for. Throws StoreRefused. */
export async function openStore(config: StoreConfig, report: Report): Promise<Store> {
  switch (config.kind) {
    case 'embedded':
      if (!existsSync(join(config.directory, 'postgres')))
        report(`a store is made in ${config.directory}, which takes some seconds`);
      return (await import('./embedded.ts')).openEmbedded(config.directory);
    case 'postgres':
      return (await import('./postgres.ts')).openPostgres({ ...config, report });
  }
}
