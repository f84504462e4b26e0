// Loads what `-d` and `-b` name together: the sources and data of both.
import type { Source } from '../engine/compile.ts';
import type { RegoObject } from '../engine/value/value.ts';
import { BundleRootsError, LoadError } from './errors.ts';
import { type LoadedBundle, loadPaths } from './load-paths.ts';

export interface LoadedSources {
  readonly sources: readonly Source[];
  readonly data: RegoObject;
  readonly bundles: readonly LoadedBundle[];
}

/** Files and directories of `data`, bundles of `bundle`. Throws LoadError. */
export async function loadSourcesAndBundles(
  data: readonly string[],
  bundle: readonly string[],
  ignore: readonly string[],
): Promise<LoadedSources> {
  const plain = await loadPaths(data, { ignore });
  if (bundle.length === 0) return plain;
  const bundled = await loadPaths(bundle, { ignore, bundle: true }).catch((error: unknown) => {
    if (!(error instanceof LoadError) || error instanceof BundleRootsError) throw error;
    throw new LoadError(error.faults.map((fault) => `loading error: ${fault}`));
  });
  const { mergeDocuments } = await import('./merge-documents.ts');
  const merged = mergeDocuments(plain.data, bundled.data);
  if (merged === undefined) throw new LoadError(['merge error']);
  return {
    sources: [...plain.sources, ...bundled.sources],
    data: merged,
    bundles: [...plain.bundles, ...bundled.bundles],
  };
}
