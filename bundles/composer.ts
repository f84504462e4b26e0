// Makes a policy of bundles for other threads to load: modules that are compiled, and tried on every entry point. What was compiled
// the last time is used again where nothing but data changed. What goes into a module is compose.ts.
import { createHash } from 'node:crypto';
import { EvaluationError } from '../engine/host/evaluation-error.ts';
import { PolicyLoadError } from '../engine/host/instantiate.ts';
import { load } from '../engine/host/load-async.ts';
import { dumpJson } from '../engine/value/json.ts';
import type { RegoObject } from '../engine/value/value.ts';
import type { ComposeReply } from './activation-protocol.ts';
import { BundleError } from './bundle-error.ts';
import {
  bundledModules,
  compileRego,
  composeData,
  type ComposeOptions,
  hasConflict,
  type NamedBundle,
  type RegoFile,
  regoFiles,
} from './compose.ts';
import type { EvaluationConfig } from './source-config.ts';

interface Module {
  readonly module: WebAssembly.Module;
  readonly entrypoints: readonly string[];
}

/** A module with what it was made of. */
interface KnownModule extends Module {
  readonly rulePaths: readonly (readonly string[])[];
}

/** Composes policies one after the other, and keeps the modules of the last. */
export class Composer {
  /** Modules by what they were made of; those of the last composition alone. */
  #known = new Map<string, KnownModule>();

  /** Throws BundleError for whatever keeps the bundles from being one policy that can be evaluated. */
  async compose(bundles: readonly NamedBundle[], evaluation: EvaluationConfig): Promise<ComposeReply> {
    const started = process.hrtime.bigint();
    const document = composeData(bundles);
    const next = new Map<string, KnownModule>();
    let isCompiled = false;
    const modules: Module[] = [];
    for (const { wasm, entrypoints } of bundledModules(bundles)) {
      const key = `wasm ${createHash('sha256').update(wasm).digest('hex')}`;
      const module = this.#known.get(key)?.module ?? (await compileModule(wasm));
      isCompiled ||= !this.#known.has(key);
      next.set(key, { module, entrypoints, rulePaths: [] });
      modules.push({ module, entrypoints });
    }
    const files = regoFiles(bundles);
    if (files.length > 0) {
      const options = composeOptions(evaluation, new Set(modules.flatMap(({ entrypoints }) => entrypoints)));
      const key = regoKey(files, options);
      const before = this.#known.get(key);
      const isSame = before !== undefined && !hasConflict(before.rulePaths, document);
      const made = isSame ? before : await compileFiles(files, document, options);
      isCompiled ||= !isSame;
      if (made !== undefined) {
        next.set(key, made);
        modules.push(made);
      }
    }
    requireEntrypoints(modules, evaluation);
    const compiled = process.hrtime.bigint();
    const data = new TextEncoder().encode(dumpJson(document));
    for (const each of modules) await tryModule(each, data, evaluation);
    this.#known = next;
    return {
      kind: 'compose',
      modules: modules.map(({ module, entrypoints }) => ({ module, entrypoints })),
      data,
      isCompiled,
      compileNs: Number(compiled - started),
      tryNs: Number(process.hrtime.bigint() - compiled),
    };
  }
}

function composeOptions(evaluation: EvaluationConfig, decided: ReadonlySet<string>): ComposeOptions {
  const { entrypoints, optionalEntrypoints = [], strictBuiltinErrors = true, regoVersion, timeLimitMs } = evaluation;
  const own = (paths: readonly string[]): readonly string[] => paths.filter((path) => !decided.has(path));
  return {
    ...(entrypoints && { entrypoints: own(entrypoints), optionalEntrypoints: own(optionalEntrypoints) }),
    compile: {
      strictBuiltinErrors,
      enablePrint: false,
      checksTime: timeLimitMs !== undefined,
      ...(regoVersion && { version: regoVersion }),
    },
  };
}

/** All that compiling depends on. */
function regoKey(files: readonly RegoFile[], options: ComposeOptions): string {
  const sizes = files.map(({ file, text, version }) => [file, text.length, version ?? '']);
  const hash = createHash('sha256').update(JSON.stringify([options, sizes]));
  for (const { text } of files) hash.update(text);
  return `rego ${hash.digest('hex')}`;
}

async function compileFiles(
  files: readonly RegoFile[],
  data: RegoObject,
  options: ComposeOptions,
): Promise<KnownModule | undefined> {
  const compiled = compileRego(files, data, options);
  return compiled && { ...compiled, module: await compileModule(compiled.wasm) };
}

async function compileModule(wasm: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(wasm);
  } catch (error) {
    const message = `the module is not valid WebAssembly: ${(error as Error).message}`;
    throw new BundleError('policy_invalid', message, { cause: error });
  }
}

function requireEntrypoints(modules: readonly Module[], { entrypoints = [] }: EvaluationConfig): void {
  const there = new Set(modules.flatMap((each) => each.entrypoints));
  const missing = entrypoints.filter((path) => !there.has(path));
  if (missing.length > 0)
    throw new BundleError('entrypoint_invalid', `there is no rule for the entry point ${missing.join(', ')}`);
  if (there.size === 0) throw new BundleError('entrypoint_invalid', 'there is nothing to decide in the bundles');
}

/** How much longer code may take that runs for the first time, while all else is starting too. */
const COLD = 10;

const EMPTY_INPUT = new TextEncoder().encode('{}');

/**
 * Loads the module and evaluates every entry point with an empty input. Errors of built-ins pass: they depend on the input, and
 * `http.send` is off here. Throws BundleError for any other failure.
 */
async function tryModule({ module, entrypoints }: Module, data: Uint8Array, config: EvaluationConfig): Promise<void> {
  let at = '';
  try {
    const { maxMemoryPages, env, runtime } = config;
    const timeLimitMs = config.timeLimitMs && config.timeLimitMs * COLD;
    const policy = await load(module, { maxMemoryPages, timeLimitMs, env, runtime });
    policy.setData(data);
    for (at of entrypoints) {
      try {
        policy.evaluateJson(at, EMPTY_INPUT);
      } catch (error) {
        if (!(error instanceof EvaluationError) || (error.kind !== 'builtin' && error.kind !== 'type')) throw error;
      }
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof PolicyLoadError) throw new BundleError('policy_invalid', message, { cause: error });
    const text = at === '' ? message : `${at} cannot be evaluated: ${message}`;
    throw new BundleError('entrypoint_invalid', text, { cause: error });
  }
}
