// `regate test --bench`: how long each test that passes takes.
import { loadSync } from '../engine/host/load.ts';
import { measure } from './measure.ts';
import { goJson } from './json.ts';
import { loadBuiltins } from './compile-options.ts';
import { write } from './output.ts';
import type { TestResult } from './test-run.ts';
import type { TestWorkerData } from './test-thread.ts';

/** Measures the tests that passed and reports in OPA's forms; the exit code. */
export async function benchTests(
  results: readonly TestResult[],
  start: TestWorkerData,
  format: string,
): Promise<number> {
  const custom = start.builtinsModule === undefined ? undefined : await loadBuiltins(start.builtinsModule);
  const policy = loadSync(start.module, {
    runtime: start.runtime,
    builtins: { ...custom?.implementations, 'internal.test_case': () => true, 'internal.test_values': () => true },
  });
  policy.setData(start.data);
  const passed = results.filter(({ outcome }) => outcome === 'pass');
  const rows = passed.map(({ test }) => ({ test, ...measure(() => void policy.evaluateValue(test.entrypoint)) }));
  if (format === 'json') {
    write(
      goJson(
        rows.map(({ test, runs, totalNs }) => ({
          location: { file: test.file, row: test.row, col: test.col },
          package: test.package,
          name: test.name,
          duration: totalNs,
          benchmark_result: { N: runs, T: totalNs, Bytes: 0, MemAllocs: 0, MemBytes: 0, Extra: {} },
        })),
      ),
    );
  } else {
    for (const { test, runs, totalNs } of rows) {
      const path = `${test.package}.${test.name}`;
      const name = format === 'gobench' ? benchmarkName(path) : path;
      write(`${name}\t${String(runs).padStart(8)}\t${String(Math.round(totalNs / runs)).padStart(10)} ns/op`);
    }
    if (rows.length > 0) write(`${'-'.repeat(80)}\nPASS: ${rows.length}/${results.length}`);
  }
  return passed.length === results.length ? 0 : 2;
}

/** `data.pkg.test_a` as Go's tools expect names: `BenchmarkDataPkgTestA`. */
function benchmarkName(path: string): string {
  const words = path.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  return `Benchmark${words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')}`;
}
