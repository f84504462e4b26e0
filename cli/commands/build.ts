// `regate build`: policies and data into a bundle, with a WebAssembly module or a plan when asked for.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { annotatedEntrypoints } from '../../engine/analysis/entrypoints.ts';
import type { CoreModule } from '../../engine/analysis/core.ts';
import type { Module, RegoVersion } from '../../engine/ast/nodes.ts';
import { compileModules, type Compiled, type CompileOptions } from '../../engine/compile.ts';
import { builtinToJson } from '../../engine/builtins/capabilities.ts';
import { builtinByName } from '../../engine/builtins/table.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { toOpaErrorText } from '../../engine/diagnostics/render.ts';
import { lowerPlan } from '../../engine/plan/opa-plan.ts';
import { formatSource } from '../../engine/syntax/format.ts';
import { fromJs, parseJson } from '../../engine/value/json.ts';
import { RegoObject, type Value } from '../../engine/value/value.ts';
import { type ArchiveFile, writeArchive } from '../../bundles/archive.ts';
import { SIGNATURES_FILE } from '../../bundles/bundle.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { mergeJson } from '../../bundles/canonical-json.ts';
import { type Manifest, printManifest, type WasmEntry } from '../../bundles/manifest.ts';
import { signaturesText, signedFiles, signFiles, type SignOptions } from '../../bundles/sign.ts';
import { verifyFiles, type VerifyOptions } from '../../bundles/verify.ts';
import {
  algorithmOption,
  readSigningKey,
  readVerification,
  type SigningFlags,
  signingOptions,
  type VerificationFlags,
  verificationOptions,
} from '../bundle-keys.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { BundleRootsError, CliError, limitedErrorText, LoadError } from '../errors.ts';
import { collect, compilerOptions, FlagError, integer, oneOf, WITHOUT_EFFECT } from '../flags.ts';
import { type Loaded, loadPaths } from '../load-paths.ts';
import { parseSources } from '../parse-sources.ts';
import { dependentsOf, withoutEntrypoints } from '../strip-entrypoints.ts';

const TARGETS = ['rego', 'wasm', 'plan'] as const;
const MODULE = '/policy.wasm';

interface BuildFlags extends CompilerFlags, SigningFlags, VerificationFlags {
  readonly bundle?: boolean;
  readonly target: (typeof TARGETS)[number];
  readonly entrypoint: readonly string[];
  readonly optimize: number;
  readonly output: string;
  readonly revision?: string;
  readonly metadata?: string;
  readonly wasmIncludePrint?: boolean;
  readonly pruneUnused?: boolean;
}

/** Adds `build` to the program. */
export function buildCommand(program: Command): void {
  const command = program
    .command('build')
    .description('Build a bundle: Rego, WebAssembly or plan')
    .argument('[paths...]', 'Rego and data files, directories of them, bundles with -b')
    .option('-b, --bundle', 'load paths as bundles: directories or .tar.gz files')
    .option('-t, --target <target>', TARGETS.join(', '), oneOf('-t, --target', TARGETS), 'rego')
    .option(
      '-e, --entrypoint <path>',
      'a document to decide, as pkg/rule (repeatable); annotations add theirs',
      collect,
      [],
    )
    .option('-o, --output <file>', 'the archive', 'bundle.tar.gz')
    .option('-r, --revision <text>', "the bundle's revision")
    .option('--metadata <json>', "an object for the manifest's metadata")
    .option('--wasm-include-print', 'keep print calls in the module')
    .option('--prune-unused', 'do not decide in the module what depends on entry points');
  verificationOptions(signingOptions(algorithmOption(command)));
  compilerOptions(command)
    .optionsGroup(WITHOUT_EFFECT)
    .option('-O, --optimize <level>', 'code is always optimised', integer('-O, --optimize'), 0)
    .option('--partial-namespace <name>', 'nothing is evaluated ahead')
    .option('--follow-symlinks', 'they always are')
    .option('--format <format>', 'of plans: json', oneOf('--format', ['json']))
    .option('--debug')
    .addHelpText(
      'after',
      '\nExamples:\n  regate build policies\n  regate build -t wasm -e authz/allow -o authz.tar.gz --revision 7 policies\n',
    )
    .action((paths: readonly string[], flags: BuildFlags) => build(paths, flags));
}

async function build(paths: readonly string[], flags: BuildFlags): Promise<void> {
  if (paths.length === 0) throw new FlagError('expected at least one path');
  const { signing, verification } = await readKeys(flags);
  const setup = await compilerSetup(flags);
  let loaded: Loaded;
  try {
    loaded = await loadPaths(paths, {
      ignore: flags.ignore,
      bundle: flags.bundle ?? false,
      verify: async (path, files) => void (await verifyFiles(files, { ...verification, directory: path })),
    });
  } catch (error) {
    if (error instanceof BundleRootsError) throw new CliError(`error: bundle merge failed: ${error.message}`);
    if (error instanceof LoadError) throw new CliError(`error: load error: ${error.message}`);
    if (error instanceof BundleError) throw new CliError(`error: bundle merge failed: ${error.message}`);
    throw error;
  }
  const modules = parseAll(loaded, setup.options);
  const options = { ...setup.options, enablePrint: flags.wasmIncludePrint ?? false };
  const checked = compileModules(modules, options);
  refuse(checked.diagnostics, flags);
  const chosen = entrypointsOf(checked, flags.entrypoint);
  const files: ArchiveFile[] = [
    { name: '/data.json', content: encode(`${escapeHtml(mergeJson(loaded.documents))}\n`) },
  ];
  if (flags.optimize > 0 && chosen.length === 0)
    throw new CliError('error: bundle optimizations require at least one entrypoint');
  if (flags.optimize > 0) refuseForOptimization(checked, chosen);
  let wasm: readonly WasmEntry[] = [];
  let texts = new Map(loaded.sources.map(({ file, text }) => [file, typeof text === 'string' ? encode(text) : text]));
  if (flags.target !== 'rego') {
    if (chosen.length === 0) throw new CliError(`error: ${flags.target} compilation requires at least one entrypoint`);
    for (const path of chosen)
      if (!isDocument(checked, path))
        throw new CliError(`error: entrypoint "${path}" does not refer to a rule or policy decision`);
    // `with` does not reach into a module: what depends on an entry point is decided with it.
    const more = flags.pruneUnused === true ? [] : dependentsOf(checked.analyzed!, chosen);
    const entrypoints = [...chosen, ...more];
    const compiled = compileModules(modules, { ...options, entrypoints });
    refuse(compiled.diagnostics, flags);
    if (flags.target === 'wasm') {
      files.push({ name: MODULE, content: Buffer.from(compiled.wasm!) });
      wasm = entrypoints.map((entrypoint) => resolver(checked.analyzed!.modules, entrypoint));
      texts = withoutEntrypoints(texts, checked.analyzed!.modules, modules, entrypoints);
    } else files.push({ name: '/plan.json', content: encode(planText(compiled, options)) });
  }
  const given: RegoVersion = flags.v0Compatible === true ? 'v0' : 'v1';
  for (const [file, content] of texts) {
    const version = loaded.sources.find((source) => source.file === file)?.version ?? given;
    // As OPA writes it; what has no format without a loss stays as it is.
    const { text } = formatSource(content, { file, version });
    files.push({ name: archiveName(file), content: text === undefined ? Buffer.from(content) : encode(text) });
  }
  files.push({ name: '/.manifest', content: encode(`${printManifest(manifestOf(loaded, flags, wasm))}\n`) });
  if (signing !== undefined) files.push(await signature(files, { ...signing, keyId: flags.verificationKeyId }));
  writeOut(flags.output, files);
}

/** The keys that the flags name. Throws CliError. */
async function readKeys(flags: BuildFlags): Promise<{ signing: SignOptions | undefined; verification: VerifyOptions }> {
  try {
    const [signing, verification] = [readSigningKey(flags), readVerification(flags)];
    if (flags.bundle !== true && (signing !== undefined || verification.keys.length > 0))
      throw new CliError('error: enable bundle mode (ie. --bundle) to verify or sign bundle files or directories');
    return { signing, verification };
  } catch (error) {
    if (error instanceof BundleError) throw new CliError(`error: ${error.message}`);
    throw error;
  }
}

/** `.signatures.json` over the files, with the name of the plugin as OPA's build writes it. */
async function signature(files: readonly ArchiveFile[], options: SignOptions): Promise<ArchiveFile> {
  const token = await signFiles(signedFiles(files), options);
  return { name: SIGNATURES_FILE, content: Buffer.from(signaturesText(token, '_default')) };
}

/** As Go writes JSON; outside of strings these do not occur. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

function encode(text: string): Buffer {
  return Buffer.from(text);
}

function parseAll(loaded: Loaded, options: CompileOptions): readonly Module[] {
  const { modules, faults } = parseSources(loaded.sources, options);
  if (faults.some(({ severity }) => severity === 'error'))
    throw new CliError(`error: load error: ${toOpaErrorText(faults, ' during loading')}`);
  return modules;
}

function refuse(diagnostics: readonly Diagnostic[], { maxErrors = 10 }: BuildFlags): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CliError(`error: ${limitedErrorText(errors, maxErrors)}`);
}

/** Those given, then those of annotations. */
function entrypointsOf(checked: Compiled, given: readonly string[]): readonly string[] {
  const annotated = annotatedEntrypoints(checked.analyzed!.modules).map(({ path }) => path);
  const paths = given.map((path) => path.replace(/^\/+|\/+$/g, ''));
  return [...new Set([...paths, ...annotated])];
}

/** What OPA's optimiser refuses of entry points, which are paths with slashes. Throws CliError. */
function refuseForOptimization(checked: Compiled, entrypoints: readonly string[]): void {
  for (const path of entrypoints) {
    const ref = `data.${path.replaceAll('/', '.')}`;
    if (!path.includes('/'))
      throw new CliError(
        `error: invalid entrypoint ${ref}: to create optimized support module, the entrypoint ref must have at least two components in addition to the 'data' root`,
      );
    if (!isDocument(checked, path)) throw new CliError(`error: undefined entrypoint ${ref}`);
  }
}

/** Whether a rule or package stands at the path. */
function isDocument({ analyzed }: Compiled, path: string): boolean {
  const parts = path.split('/');
  return analyzed!.modules.some(
    (module) =>
      parts.every((part, i) => module.path[i] === part) ||
      module.rules.some((rule) => parts.every((part, i) => rule.path[i] === part || i >= rule.path.length)),
  );
}

function resolver(modules: readonly CoreModule[], entrypoint: string): WasmEntry {
  const annotations = modules
    .flatMap(({ rules }) => rules)
    .filter(({ path }) => path.join('/') === entrypoint)
    .flatMap((rule) => rule.annotations)
    .filter((each, i, all) => all.indexOf(each) === i)
    .map(({ scope, fields }) => fromJs({ ...fields, scope }));
  return { entrypoint, module: MODULE, ...(annotations.length === 0 ? {} : { annotations }) };
}

function planText({ plan }: Compiled, options: CompileOptions): string {
  const declaration = (name: string): ReturnType<typeof lowerPlan> => {
    const builtin = options.builtins?.get(name) ?? builtinByName(name);
    return (builtin === undefined ? null : builtinToJson(builtin)['decl']) as ReturnType<typeof lowerPlan>;
  };
  return JSON.stringify(lowerPlan(plan!, declaration));
}

function manifestOf(loaded: Loaded, flags: BuildFlags, wasm: readonly WasmEntry[]): Manifest {
  const manifests = loaded.bundles.map(({ bundle }) => bundle.manifest);
  const roots = manifests.length === 0 ? [''] : [...new Set(manifests.flatMap((manifest) => manifest.roots))];
  // Several bundles become one, which is none of them; one keeps what it says of itself.
  const only = manifests.length === 1 ? manifests[0] : undefined;
  const metadata = metadataOf(flags.metadata) ?? only?.metadata;
  const given: RegoVersion = flags.v0Compatible === true ? 'v0' : 'v1';
  const version = only?.regoVersion ?? given;
  const others = loaded.sources.flatMap(({ file, version: own = given }): [string, RegoVersion][] =>
    own === version ? [] : [[archiveName(file), own]],
  );
  return {
    revision: flags.revision ?? only?.revision ?? '',
    roots,
    wasm,
    regoVersion: version,
    fileRegoVersions: others,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function metadataOf(text: string | undefined): RegoObject | undefined {
  if (text === undefined) return undefined;
  let value: Value;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new CliError(`error: --metadata: ${(error as Error).message}`);
  }
  if (!(value instanceof RegoObject)) throw new CliError('error: --metadata: an object is expected');
  return value;
}

/** A file's path in the archive: what leads out of the working directory is dropped. */
function archiveName(file: string): string {
  const parts: string[] = [];
  for (const part of file.split(/[\\/]/)) if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  return `/${parts.join('/')}`;
}

function writeOut(output: string, files: readonly ArchiveFile[]): void {
  try {
    writeFileSync(output, writeArchive(files));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'no such file or directory',
      EISDIR: 'is a directory',
      EACCES: 'permission denied',
    };
    const reason = reasons[code ?? ''];
    throw new CliError(`error: ${reason === undefined ? message : `open ${output}: ${reason}`}`);
  }
}
