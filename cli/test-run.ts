// Evaluates test rules one by one: an error or a trap in one does not touch the others.
import type { Loc } from '../engine/ast/nodes.ts';
import { EvaluationError, loadSync } from '../engine/host/load.ts';

export interface TestCase {
  /** `data.pkg`. */
  readonly package: string;
  readonly name: string;
  readonly entrypoint: string;
  readonly loc: Loc;
  readonly skip: boolean;
  /** A rule with a dynamic part in its reference: one sub-result a key. */
  readonly isTable: boolean;
}

export interface TestResult {
  readonly test: TestCase;
  readonly outcome: 'pass' | 'fail' | 'error' | 'skip';
  readonly durationNs: number;
  /** Lines of `print`. */
  readonly output: string;
  readonly error?: EvaluationError;
  readonly subResults?: Readonly<Record<string, boolean>>;
}

/** Runs the tests against a module that has their rules as entry points. */
export function runTests(wasm: Uint8Array, tests: readonly TestCase[], data: Uint8Array): TestResult[] {
  let output = '';
  const policy = loadSync(wasm, { print: (line) => (output += `${line}\n`) });
  policy.setData(data);
  return tests.map((test) => {
    if (test.skip) return { test, outcome: 'skip', durationNs: 0, output: '' };
    output = '';
    const start = process.hrtime.bigint();
    try {
      const value = policy.evaluate(test.entrypoint);
      const durationNs = Number(process.hrtime.bigint() - start);
      const subResults =
        test.isTable && typeof value === 'object' && value !== null ? (value as Record<string, boolean>) : undefined;
      const passed =
        subResults === undefined
          ? value !== undefined && value !== false
          : Object.values(subResults).every((each) => each !== false);
      return {
        test,
        outcome: passed ? 'pass' : 'fail',
        durationNs,
        output,
        ...(subResults === undefined ? {} : { subResults }),
      };
    } catch (error) {
      const durationNs = Number(process.hrtime.bigint() - start);
      if (!(error instanceof EvaluationError)) throw error;
      return { test, outcome: 'error', durationNs, output, error };
    }
  });
}
