// Tests run from what earlier runs have kept: the whole suite where nothing has changed; where a part has, that part compiled anew and the
// rest as it was. Which part that is, is test-parts.ts's; files and keys are test-cache.ts's.
import type { Module } from '../engine/ast/nodes.ts';
import type { CompileOptions, Source } from '../engine/compile.ts';
import { runtimeDocument } from './runtime-document.ts';
import { type KeptTests, programKey, type TestCache } from './test-cache.ts';
import { discoverTests, type TestCase } from './test-cases.ts';
import { changedPart, type Part } from './test-parts.ts';
import { runTests, type RunTestsOptions, type TestResult } from './test-run.ts';
import type { TestThread } from './test-thread.ts';

/** A run of tests of which something may have been kept. */
export interface KeptRun {
  readonly cache: TestCache;
  readonly build: string;
  /** All flags: they are part of what a program is kept under. */
  readonly flags: unknown;
  /** What the suite and the program are kept under. */
  readonly suite: string;
  readonly key: string;
  readonly sources: readonly Source[];
  readonly data: Uint8Array;
  readonly options: CompileOptions;
  readonly matches: (path: string) => boolean;
  readonly limits: RunTestsOptions;
}

/** The results of all tests, in the order of a suite that is compiled as a whole; undefined where that has to be done. `thread` is used up. */
export async function testKept(run: KeptRun, thread: TestThread): Promise<readonly TestResult[] | undefined> {
  const whole = run.cache.read(run.key);
  if (whole !== undefined) return testModule(run, whole.tests, whole.wasm, { thread });
  const base = run.cache.readSuite(run.suite);
  if (base === undefined) return undefined;
  const { parseSources } = await import('./parse-sources.ts');
  const modules = new Map<Source, Module>();
  const read = (source: Source): Module | undefined => {
    const module = modules.get(source) ?? parseSources([source], run.options).modules[0];
    if (module !== undefined) modules.set(source, module);
    return module;
  };
  const part = changedPart(base.files, run.sources, read);
  if (part === undefined) return undefined;
  const changed = await compiledPart(run, part, read);
  if (changed === undefined) return undefined;
  const files = new Set(run.sources.map(({ file }) => file));
  const rest = base.tests.filter(({ file }) => files.has(file) && !part.concerned.has(file));
  if (rest.length + changed.tests.length === 0) return undefined;
  const results = await testModule(run, rest, base.wasm, { thread, keepThread: true });
  // A test that did not end has taken its thread with it.
  const isUsedUp = results.some(({ outcome }) => outcome === 'error');
  results.push(...(await testModule(run, changed.tests, changed.wasm, isUsedUp ? {} : { thread })));
  return results.sort((a, b) => (a.test.file < b.test.file ? -1 : a.test.file > b.test.file ? 1 : 0));
}

async function testModule(
  { data, limits }: KeptRun,
  tests: readonly TestCase[],
  wasm: Uint8Array,
  threads: Pick<RunTestsOptions, 'thread' | 'keepThread'>,
): Promise<TestResult[]> {
  if (tests.length === 0) return [];
  const module = new WebAssembly.Module(Buffer.from(wasm));
  const start = { module, data, builtinsModule: undefined, runtime: runtimeDocument(), coverPlaces: 0 };
  const { results } = await runTests(tests, start, { ...limits, ...threads });
  return [...results];
}

/** The part's tests and module, kept or compiled; undefined when it has faults, which are reported for the whole. */
async function compiledPart(
  run: KeptRun,
  part: Part,
  read: (source: Source) => Module | undefined,
): Promise<Pick<KeptTests, 'tests' | 'wasm'> | undefined> {
  const { cache, build, flags, options, matches } = run;
  const key = programKey(build, [flags, [...part.concerned]], part.sources, run.data);
  const kept = cache.read(key);
  if (kept !== undefined) return kept;
  const parsed: Module[] = [];
  for (const source of part.sources) {
    const module = read(source);
    if (module === undefined) return undefined;
    parsed.push(module);
  }
  const discovered = discoverTests(
    parsed.sort((a, b) => (a.file < b.file ? -1 : 1)),
    matches,
  );
  const tests = discovered.tests.filter(({ file }) => part.concerned.has(file));
  const entrypoints = tests.filter(({ skip, isFunction }) => !skip && !isFunction).map(({ entrypoint }) => entrypoint);
  const { compileModules } = await import('../engine/compile.ts');
  const { wasm, diagnostics } = compileModules(discovered.modules, { ...options, entrypoints });
  if (wasm === undefined || diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  cache.write(key, { tests, files: [], wasm });
  return { tests, wasm };
}
