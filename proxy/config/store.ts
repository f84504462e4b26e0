// The store section of the configuration: where holds, grants and what gates share is kept. Opening it is store/.
import type { ObjectReader } from './reader.ts';

export type StoreConfig =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly connections: number };

/** Reads `store`. */
export function readStore(store: ObjectReader): StoreConfig {
  const kind = store.oneOf('kind', ['embedded', 'postgres'], 'embedded');
  const config: StoreConfig =
    kind === 'embedded'
      ? { kind, directory: store.file('directory') }
      : { kind, url: store.secret('url'), connections: store.integer('connections', 10, 1, 100) };
  if (config.kind === 'postgres' && config.url !== '' && !/^postgres(?:ql)?:\/\//.test(config.url))
    store.fault('url', 'has to be a URL, postgres://…');
  store.end();
  return config;
}
