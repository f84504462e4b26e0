// `regate eval`: evaluates a query over modules, data and input, and prints result sets as OPA does.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { compile } from '../../engine/compile.ts';
import { isCaptured, type CapturedExpression } from '../../engine/capture.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { getKey, makeObject } from '../../engine/value/construct.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import { RegoObject, type Value } from '../../engine/value/value.ts';
import { CliError, throwOnErrors } from '../errors.ts';
import { loadPaths, readDocument } from '../load-paths.ts';
import { prettyJson, table, write } from '../output.ts';

interface EvalFlags {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly input?: string;
  readonly stdinInput?: boolean;
  readonly stdin?: boolean;
  readonly format: string;
  readonly package?: string;
  readonly import: readonly string[];
  readonly ignore: readonly string[];
  readonly fail?: boolean;
  readonly failDefined?: boolean;
  readonly strict?: boolean;
  readonly strictBuiltinErrors?: boolean;
  readonly v0Compatible?: boolean;
}

interface Result {
  readonly expressions: readonly { readonly value: Value; readonly expression: CapturedExpression }[];
  readonly bindings: RegoObject;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function evalCommand(program: Command): void {
  program
    .command('eval')
    .description('Evaluate a Rego query')
    .argument('[query]', 'the query; read from standard input with --stdin')
    .option('-d, --data <path>', 'a Rego, JSON or YAML file, or a directory of them (repeatable)', collect, [])
    .option('-b, --bundle <path>', "a bundle's directory (repeatable)", collect, [])
    .option('-i, --input <file>', 'the input document')
    .option('-I, --stdin-input', 'read the input document from standard input')
    .option('--stdin', 'read the query from standard input')
    .option('-f, --format <format>', 'json, pretty, values, bindings, raw or discard', 'json')
    .option('--package <path>', 'the package the query is asked in')
    .option('--import <path>', 'an import for the query (repeatable)', collect, [])
    .option('--ignore <pattern>', 'names to leave out below directories (repeatable)', collect, [])
    .option('--fail', 'exit with 1 when the query is undefined or fails')
    .option('--fail-defined', 'exit with 1 when the query is defined')
    .option('-S, --strict', "the compiler's strict mode")
    .option('--strict-builtin-errors', 'stop at the first error of a built-in')
    .option('--v0-compatible', 'read Rego v0')
    .addHelpText(
      'after',
      '\nExamples:\n  regate eval "1 + 2"\n  regate eval -d policy.rego -i input.json data.authz.allow\n',
    )
    .action((query: string | undefined, flags: EvalFlags) => runEval(query, flags));
}

async function runEval(query: string | undefined, flags: EvalFlags): Promise<void> {
  const text = flags.stdin === true ? readFileSync(0, 'utf8') : query;
  if (text === undefined) throw new CliError('specify query argument');
  const loaded = await loadPaths(flags.data, { ignore: flags.ignore });
  const bundles = await loadPaths(flags.bundle, { ignore: flags.ignore, bundle: true });
  const compiled = compile([...loaded.sources, ...bundles.sources], {
    queries: [
      {
        name: 'query',
        text,
        captureExpressions: true,
        imports: flags.import,
        ...(flags.package === undefined ? {} : { package: flags.package }),
      },
    ],
    version: flags.v0Compatible === true ? 'v0' : 'v1',
    strict: flags.strict ?? false,
    strictBuiltinErrors: flags.strictBuiltinErrors ?? false,
  });
  try {
    throwOnErrors(compiled.diagnostics, 2);
    const policy = loadSync(compiled.wasm!, { print: (line) => console.error(line) });
    const data = [...loaded.data.entries, ...bundles.data.entries];
    policy.setData(new TextEncoder().encode(dumpJson(makeObject(data))));
    const results = parseJson(policy.evaluateText('query', readInput(flags)));
    print(toResults(results, compiled.expressions!.get('query')!), flags);
  } catch (error) {
    if (flags.format !== 'json' || !(error instanceof CliError || error instanceof EvaluationError)) {
      if (error instanceof EvaluationError) throw new CliError(error.message, 2);
      throw error;
    }
    write(JSON.stringify({ errors: errorList(error) }, undefined, 2));
    process.exitCode = 2;
  }
}

function errorList(error: CliError | EvaluationError): unknown[] {
  if (error instanceof EvaluationError) {
    const location = error.location === undefined ? {} : { location: { ...error.location, col: 1 } };
    return [{ message: error.message, code: error.code, ...location }];
  }
  return error.diagnostics.map(({ message, code, loc }) => ({
    message,
    code,
    location: { file: loc.file, row: loc.row, col: loc.col },
  }));
}

function readInput(flags: EvalFlags): Uint8Array | undefined {
  if (flags.stdinInput === true) return new TextEncoder().encode(dumpJson(parseJson(readFileSync(0, 'utf8'))));
  if (flags.input === undefined) return undefined;
  try {
    return new TextEncoder().encode(dumpJson(readDocument(flags.input)));
  } catch (error) {
    throw new CliError(`${flags.input}: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

function toResults(results: Value, expressions: readonly CapturedExpression[]): Result[] {
  if (!Array.isArray(results)) throw new CliError('the module gave no result set');
  return results.map((bindings: Value) => {
    if (!(bindings instanceof RegoObject)) throw new CliError('the module gave no bindings');
    return {
      expressions: expressions.map((expression) => ({
        expression,
        value: expression.variable === undefined ? true : (getKey(bindings, expression.variable) ?? true),
      })),
      bindings: makeObject(bindings.entries.filter(([name]) => !isCaptured(String(name)))),
    };
  });
}

function print(results: readonly Result[], flags: EvalFlags): void {
  const lines = formatResults(results, flags.format);
  if (lines !== undefined) write(lines);
  if (flags.fail === true && results.length === 0) process.exitCode = 1;
  if (flags.failDefined === true && results.length > 0) process.exitCode = 1;
}

function formatResults(results: readonly Result[], format: string): string | undefined {
  switch (format) {
    case 'json':
      return jsonResults(results);
    case 'values':
      return results.map((result) => prettyJson(result.expressions.map(({ value }) => value))).join('\n') || undefined;
    case 'bindings':
      return results.map((result) => prettyJson(result.bindings)).join('\n') || undefined;
    case 'raw':
      return (
        results
          .map((result) =>
            result.expressions
              .map(({ value }) => (typeof value === 'string' ? value : dumpJson(value, { escapeHtml: true })))
              .join(' '),
          )
          .join('\n') || undefined
      );
    case 'pretty':
      return prettyResults(results);
    case 'discard':
      return 'result count: ' + results.length;
    default:
      throw new CliError(
        `invalid argument "${format}" for "-f, --format": must be one of {json,values,bindings,pretty,raw,discard}`,
      );
  }
}

/** Keys of a result stand in OPA's order, not sorted: written by hand around the values. */
function jsonResults(results: readonly Result[]): string {
  if (results.length === 0) return '{}';
  const indent = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);
  const one = ({ expressions, bindings }: Result): string => {
    const list = expressions.map(
      ({ value, expression }) =>
        `        {\n          "value": ${indent(prettyJson(value), '          ')},\n          "text": ${prettyJson(expression.text)},\n          "location": {\n            "row": ${expression.loc.row},\n            "col": ${expression.loc.col}\n          }\n        }`,
    );
    const bound = bindings.entries.length === 0 ? '' : `,\n      "bindings": ${indent(prettyJson(bindings), '      ')}`;
    return `    {\n      "expressions": [\n${list.join(',\n')}\n      ]${bound}\n    }`;
  };
  return `{\n  "result": [\n${results.map(one).join(',\n')}\n  ]\n}`;
}

function prettyResults(results: readonly Result[]): string {
  const [first] = results;
  if (first === undefined) return 'undefined';
  const only = first.expressions[0];
  if (results.length === 1 && first.expressions.length === 1 && first.bindings.entries.length === 0)
    return prettyJson(only!.value);
  const names = first.bindings.entries.map(([name]) => String(name));
  const shown = first.expressions
    .map((_, i) => i)
    .filter((i) => names.length === 0 || results.some((r) => r.expressions[i]!.value !== true));
  const headings = [...names, ...shown.map((i) => first.expressions[i]!.expression.text)];
  const rows = results.map((result) => [
    ...names.map((name) => dumpJson(getKey(result.bindings, name) ?? null)),
    ...shown.map((i) => dumpJson(result.expressions[i]!.value)),
  ]);
  return table(headings, rows);
}
