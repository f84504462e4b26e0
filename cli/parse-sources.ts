// Parses loaded Rego files under the options of a compilation: versions and capabilities.
import type { Module } from '../engine/ast/nodes.ts';
import { checkCapabilities } from '../engine/builtins/capabilities.ts';
import type { CompileOptions, Source } from '../engine/compile.ts';
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import { parseModule } from '../engine/syntax/parse.ts';

export interface ParsedSources {
  /** Those without faults. */
  readonly modules: readonly Module[];
  readonly faults: readonly Diagnostic[];
}

/** The modules of the sources; `bothVersions` demands Rego that is good in v0 and v1. */
export function parseSources(
  sources: readonly Source[],
  { version: common = 'v1', capabilities }: CompileOptions,
  bothVersions = false,
): ParsedSources {
  const faults: Diagnostic[] = [];
  const modules: Module[] = [];
  for (const { file, text, version = common } of sources) {
    const main = bothVersions ? 'v0' : version;
    if (capabilities !== undefined) {
      const refused = checkCapabilities(capabilities, main);
      if (refused.length > 0) return { modules: [], faults: refused };
    }
    const parsed = parseModule(text, { file, version: main, bothVersions, ...(capabilities && { capabilities }) });
    faults.push(...parsed.diagnostics);
    if (parsed.module !== undefined) modules.push(parsed.module);
  }
  return { modules, faults };
}
