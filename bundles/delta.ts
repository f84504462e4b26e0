// A bundle changed by a delta bundle. The operations themselves are patch.ts.
import { type Bundle, checkBundle } from './bundle.ts';
import { BundleError } from './bundle-error.ts';
import type { Manifest } from './manifest.ts';
import { applyPatch } from './patch.ts';

/**
 * The base with the delta's operations applied to its data and the delta's revision. The base stays as it is. Throws BundleError
 * when an operation does not apply, or the delta's manifest has other roots or modules: both are the base's, as in OPA.
 */
export function applyDelta(base: Bundle, delta: Bundle): Bundle {
  if (delta.patch === undefined) throw new BundleError('patch_invalid', 'the bundle is no delta');
  if (identity(base.manifest) !== identity(delta.manifest))
    throw new BundleError(
      'patch_invalid',
      'the delta bundle has other roots or modules in its manifest than the bundle it changes',
    );
  const { regoVersion, fileRegoVersions } = base.manifest;
  const changed: Bundle = {
    ...base,
    manifest: { ...delta.manifest, fileRegoVersions, ...(regoVersion === undefined ? {} : { regoVersion }) },
    data: applyPatch(base.data, delta.patch),
  };
  checkBundle(changed);
  return changed;
}

function identity({ roots, wasm }: Manifest): string {
  const modules = wasm.map(({ entrypoint, module }) => `${entrypoint} ${module}`);
  return JSON.stringify([[...roots].sort(), modules.sort()]);
}
