// Which words and forms the parser takes, by version and capabilities.
// Reading capabilities and refusing unsuitable ones is the business of ../builtins/capabilities.ts.
import type { RegoVersion } from '../ast/nodes.ts';
import { type Capabilities, currentCapabilities, importableKeywords } from '../builtins/capabilities.ts';
import type { Features } from './state.ts';

/** What of the language the parser needs to know. */
export type LanguageCapabilities = Pick<Capabilities, 'futureKeywords' | 'features'>;

const current = new Set(importableKeywords(currentCapabilities));

/** The features of a version under capabilities; by default all there are. */
export function featuresOf(version: RegoVersion, capabilities?: LanguageCapabilities): Features {
  if (capabilities === undefined) {
    const isV1 = version === 'v1';
    return { version, futureKeywords: current, templateStrings: isV1, keywordsInRefs: true, regoV1Import: true };
  }
  const { features } = capabilities;
  return {
    version,
    futureKeywords: new Set(importableKeywords(capabilities)),
    templateStrings: features.includes('template_strings'),
    keywordsInRefs: features.includes('keywords_in_refs'),
    regoV1Import: features.includes('rego_v1_import') || features.includes('rego_v1'),
  };
}
