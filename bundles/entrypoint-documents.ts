// What the modules of wasm bundles decide, as documents for queries over data: builds leave the rules of entry points out of the Rego.
// `with` does not reach into a module: the documents are those of the input and data at hand.
import type { LoadOptions } from '../engine/host/load.ts';
import { load } from '../engine/host/load.ts';
import { getKey, makeObject } from '../engine/value/construct.ts';
import { dumpJson, parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { type Bundle, rooted } from './bundle.ts';

/** The data with the value of every entry point at its path; `input` is JSON text. Throws EvaluationError or PolicyLoadError. */
export async function withEntrypointDocuments(
  bundles: readonly Bundle[],
  data: RegoObject,
  input: Uint8Array | undefined,
  options: LoadOptions,
): Promise<RegoObject> {
  let result = data;
  for (const { manifest, wasm } of bundles) {
    for (const file of wasm) {
      const entrypoints = manifest.wasm.filter(({ module }) => rooted(module) === file.path);
      if (entrypoints.length === 0) continue;
      const policy = await load(file.content, options);
      policy.setData(new TextEncoder().encode(dumpJson(data)));
      for (const { entrypoint } of entrypoints) {
        const text = policy.evaluateJson(entrypoint, input);
        if (text !== undefined) result = put(result, entrypoint.split('/'), parseJson(new TextDecoder().decode(text)));
      }
    }
  }
  return result;
}

/** Objects become one; of two other values the new one counts. */
function put(target: Value | undefined, path: readonly string[], value: Value): RegoObject {
  const object = target instanceof RegoObject ? target : makeObject([]);
  const [key, ...rest] = path;
  if (key === undefined) {
    if (!(value instanceof RegoObject)) return object;
    return value.entries.reduce(
      (all, [name, item]) => makeObject([...all.entries, [name, overlay(getKey(all, name), item)]]),
      object,
    );
  }
  const before = getKey(object, key);
  return makeObject([...object.entries, [key, rest.length === 0 ? overlay(before, value) : put(before, rest, value)]]);
}

function overlay(before: Value | undefined, value: Value): Value {
  return before instanceof RegoObject && value instanceof RegoObject ? put(before, [], value) : value;
}
