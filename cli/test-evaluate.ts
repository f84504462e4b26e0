// Evaluates one test after the other in the thread it is called in: value, printed lines, tried cases, coverage.
// Time limits and the choice of the thread are test-run.ts's.
import type { HostBuiltins } from '../engine/host/builtin.ts';
import { EvaluationError } from '../engine/host/evaluation-error.ts';
import { load } from '../engine/host/load-async.ts';
import type { Policy } from '../engine/host/policy.ts';
import { dumpJson } from '../engine/value/json.ts';
import { printTerm } from '../engine/value/rego-text.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { type ReachedPlace, reachedPlace } from './trace.ts';

/** A case of a table test, or a group of them. */
export interface SubResult {
  readonly name: string;
  readonly fail: boolean;
  readonly subResults: readonly SubResult[];
}

/** Values at an expression of a test that was tried last: an index into the compilation's observed expressions. */
export interface Observed {
  readonly expression: number;
  /** By the position of the variable in the observed expression. */
  readonly values: readonly string[];
  readonly case: string;
}

/** What a test gave, in plain data that goes from thread to thread. */
export interface Evaluated {
  readonly outcome: 'pass' | 'fail' | 'error';
  readonly durationNs: number;
  /** Lines of `print`. */
  readonly output: string;
  readonly error?: {
    readonly code: string;
    readonly text: string;
    readonly file?: string;
    readonly row?: number;
    readonly col?: number;
  };
  readonly subResults?: readonly SubResult[];
  readonly observed?: readonly Observed[];
  /** Places that a traced module told. */
  readonly reached?: readonly ReachedPlace[];
  /** One byte per covered place, only with coverage. */
  readonly covered?: Uint8Array;
}

export interface EvaluatorOptions {
  readonly data: Uint8Array;
  readonly builtins: HostBuiltins;
  readonly runtime: Readonly<Record<string, unknown>>;
  /** Number of the plan's covered places. */
  readonly coverPlaces: number;
}

interface Node {
  fail: boolean;
  readonly children: Map<string, Node>;
}

/** A loaded module with tests. */
export class TestEvaluator {
  #policy!: Policy;
  readonly #coverPlaces: number;
  #output = '';
  #cases: (readonly Value[])[] = [];
  #observed = new Map<string, Observed>();
  #case = '';
  #reached: ReachedPlace[] = [];

  private constructor(coverPlaces: number) {
    this.#coverPlaces = coverPlaces;
  }

  /** Loads the module with the host's built-ins that it calls. Throws PolicyLoadError. */
  static async load(module: WebAssembly.Module, options: EvaluatorOptions): Promise<TestEvaluator> {
    const evaluator = new TestEvaluator(options.coverPlaces);
    evaluator.#policy = await load(module, {
      print: (line) => (evaluator.#output += `${line}\n`),
      runtime: options.runtime,
      env: process.env as Record<string, string>,
      builtins: {
        ...options.builtins,
        'internal.test_case': (_, keys) => {
          if (Array.isArray(keys)) evaluator.#cases.push(keys as readonly Value[]);
          evaluator.#case = Array.isArray(keys) ? (keys as readonly Value[]).map(keyName).join('\n') : '';
          return true;
        },
        'internal.trace': (_, place, notes) => {
          evaluator.#reached.push(reachedPlace(place as number, notes as readonly Value[]));
          return true;
        },
        'internal.test_values': (_, expression, values) => {
          evaluator.#observe(expression as number, values as readonly Value[]);
          return true;
        },
      },
    });
    evaluator.#policy.setData(options.data);
    return evaluator;
  }

  run(entrypoint: string, isTable: boolean): Evaluated {
    this.#output = '';
    this.#cases = [];
    this.#observed = new Map();
    this.#reached = [];
    this.#case = '';
    if (this.#coverPlaces > 0) this.#policy.clearCoverage(this.#coverPlaces);
    const start = process.hrtime.bigint();
    let value: Value | undefined;
    try {
      value = this.#policy.evaluateValue(entrypoint);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const { code, text, location } = error;
      return { ...this.#common(start), outcome: 'error', error: { code, text, ...location } };
    }
    const common = this.#common(start);
    if (!isTable) return { ...common, outcome: value === true ? 'pass' : 'fail' };
    const subResults = this.#subResults(value);
    return { ...common, outcome: subResults.some(({ fail }) => fail) ? 'fail' : 'pass', subResults };
  }

  #common(start: bigint): Pick<Evaluated, 'durationNs' | 'output' | 'covered' | 'observed' | 'reached'> {
    return {
      durationNs: Number(process.hrtime.bigint() - start),
      output: this.#output,
      ...(this.#coverPlaces > 0 ? { covered: this.#policy.coverage(this.#coverPlaces) } : {}),
      ...(this.#observed.size > 0 ? { observed: [...this.#observed.values()] } : {}),
      ...(this.#reached.length > 0 ? { reached: this.#reached } : {}),
    };
  }

  #observe(expression: number, values: readonly Value[]): void {
    this.#observed.set(this.#case, { expression, values: values.map(printTerm), case: this.#case });
  }

  /** The cases of the value, and those that were tried and are not in it. */
  #subResults(value: Value | undefined): readonly SubResult[] {
    const root: Node = { fail: false, children: new Map() };
    if (value instanceof RegoObject) addResults(root, value);
    for (const keys of this.#cases) addTried(root, keys);
    return finish(root);
  }
}

function keyName(key: Value): string {
  return typeof key === 'string' ? key : dumpJson(key);
}

function addResults(node: Node, value: RegoObject): void {
  for (const [key, item] of value.entries) {
    const child: Node = { fail: !(item === true || item instanceof RegoObject), children: new Map() };
    node.children.set(keyName(key), child);
    if (item instanceof RegoObject) addResults(child, item);
  }
}

/** A case without a result has failed. */
function addTried(root: Node, keys: readonly Value[]): void {
  let node = root;
  keys.forEach((key, i) => {
    const name = keyName(key);
    let child = node.children.get(name);
    if (child === undefined) {
      child = { fail: i === keys.length - 1, children: new Map() };
      node.children.set(name, child);
    }
    node = child;
  });
}

function finish(node: Node): readonly SubResult[] {
  return [...node.children]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, child]) => {
      const subResults = finish(child);
      return { name, fail: child.fail || subResults.some(({ fail }) => fail), subResults };
    });
}
