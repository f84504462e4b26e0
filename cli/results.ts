// Result sets of queries: from what a module gives to OPA's output formats.
import { isCaptured, type CapturedExpression } from '../engine/capture.ts';
import { getKey, makeObject } from '../engine/value/construct.ts';
import { dumpJson, parseJson } from '../engine/value/json.ts';
import { strayByte } from '../engine/value/stray-bytes.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { CliError } from './errors.ts';
import { prettyJson, table } from './output.ts';

export type ResultFormat = 'json' | 'values' | 'bindings' | 'pretty' | 'source' | 'raw' | 'discard';

/** One row of a result set. */
export interface QueryResult {
  readonly expressions: readonly { readonly value: Value; readonly expression: CapturedExpression }[];
  readonly bindings: RegoObject;
}

/** The rows of a result set as a module writes it, with the values of the query's expressions. */
export function toResults(text: string, expressions: readonly CapturedExpression[]): QueryResult[] {
  // Bytes of strings that belong to no character are printed as the module has written them, escaped.
  const kept = text.replace(/\\(?:ufffd|[^])/g, (escape) => (escape === '\\ufffd' ? strayByte(0xff) : escape));
  const results = parseJson(kept, { keepNumbers: true });
  if (!Array.isArray(results)) throw new CliError('the module gave no result set');
  return results.map((bindings: Value) => {
    if (!(bindings instanceof RegoObject)) throw new CliError('the module gave no bindings');
    return {
      expressions: expressions.map((expression) => {
        const value = expression.variable === undefined ? true : getKey(bindings, expression.variable);
        return { expression, value: value === undefined ? true : value };
      }),
      bindings: makeObject(bindings.entries.filter(([name]) => !isCaptured(String(name)))),
    };
  });
}

/** Results as text in one of OPA's formats; undefined when there is nothing to print. */
export function formatResults(results: readonly QueryResult[], format: ResultFormat): string | undefined {
  switch (format) {
    case 'json':
      return jsonResults(results);
    case 'values':
      return results.map((result) => prettyJson(result.expressions.map(({ value }) => value))).join('\n') || undefined;
    case 'bindings':
      return results.map((result) => prettyJson(result.bindings)).join('\n') || undefined;
    case 'raw':
      if (results.length === 0) return undefined;
      return results
        .map((result) =>
          result.expressions
            .map(({ value }) => (typeof value === 'string' ? value : dumpJson(value, { escapeHtml: true })))
            .join(' '),
        )
        .join('\n');
    case 'discard':
      return results.length === 0 ? '{}' : '{\n  "result": "discarded"\n}';
    default:
      return prettyResults(results);
  }
}

function cell(value: Value): string {
  return dumpJson(value, { escapeHtml: true });
}

/** Keys of a result stand in OPA's order, not sorted: written by hand around the values. */
function jsonResults(results: readonly QueryResult[]): string {
  if (results.length === 0) return '{}';
  const indent = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`);
  const one = ({ expressions, bindings }: QueryResult): string => {
    const list = expressions.map(
      ({ value, expression }) =>
        `        {\n          "value": ${indent(prettyJson(value), '          ')},\n          "text": ${prettyJson(expression.text)},\n          "location": {\n            "row": ${expression.loc.row},\n            "col": ${expression.loc.col}\n          }\n        }`,
    );
    const bound = bindings.entries.length === 0 ? '' : `,\n      "bindings": ${indent(prettyJson(bindings), '      ')}`;
    return `    {\n      "expressions": [\n${list.join(',\n')}\n      ]${bound}\n    }`;
  };
  return `{\n  "result": [\n${results.map(one).join(',\n')}\n  ]\n}`;
}

function prettyResults(results: readonly QueryResult[]): string {
  const [first] = results;
  if (first === undefined) return 'undefined';
  if (results.length === 1 && first.bindings.entries.length === 0) {
    const values = first.expressions.map(({ value }) => value);
    if (values.every((value) => value === true)) return 'true';
    if (values.length === 1) return prettyJson(values[0]!);
  }
  const names = first.bindings.entries.map(([name]) => String(name));
  const shown = first.expressions
    .map((_, i) => i)
    .filter((i) => names.length === 0 || results.some((r) => r.expressions[i]!.value !== true));
  const headings = [...names, ...shown.map((i) => first.expressions[i]!.expression.text)];
  const rows = results.map((result) => [
    ...names.map((name) => cell(getKey(result.bindings, name) ?? null)),
    ...shown.map((i) => cell(result.expressions[i]!.value)),
  ]);
  return table(headings, rows);
}
