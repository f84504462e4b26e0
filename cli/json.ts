// JSON as Go's encoder prints it, for output compared with OPA's.

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON text with `<`, `>` and `&` escaped, indented by two unless `indent` says otherwise. */
export function goJson(value: unknown, indent = 2): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replace(/[<>&\u2028\u2029]/g, (c) => ESCAPES[c]!);
}
