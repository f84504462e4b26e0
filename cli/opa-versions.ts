// The capabilities of OPA's releases, for policies that an older OPA has to run. Left to others: reading a capabilities file (engine).
import { builtinToJson } from '../engine/builtins/capabilities.ts';
import { type BuiltinDecl, builtins } from '../engine/builtins/table.ts';
import { declarations, others, releases } from './opa-versions.gen.ts';

/** The indices of the first and the last release that has something, and what it is. */
export type Span<T> = readonly [first: number, last: number, has: T];

/** OPA's releases, oldest first: `v0.17.0`, … */
export const opaVersions: readonly string[] = releases.split(' ');

/** The capabilities file of one of OPA's releases; undefined if there is no such release. */
export function opaCapabilities(version: string): Readonly<Record<string, unknown>> | undefined {
  const release = opaVersions.indexOf(version);
  if (release < 0) return undefined;
  const own = new Map(builtins.map((builtin) => [builtin.name, builtin]));
  const list = ofRelease(declarations, release).map((entry) =>
    typeof entry === 'string' ? builtinToJson(undocumented(own.get(entry)!)) : (entry as { readonly name: string }),
  );
  return {
    builtins: list.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...ofRelease(others, release)[0],
  };
}

function ofRelease<T>(spans: readonly Span<T>[], release: number): T[] {
  return spans.filter(([first, last]) => first <= release && release <= last).map(([, , has]) => has);
}

/** Without categories and the names of arguments, which the files of releases lack. */
export function undocumented({ categories: _, args, result, ...builtin }: BuiltinDecl): BuiltinDecl {
  return { ...builtin, args: args.map(({ type }) => ({ type })), result: result && { type: result.type } };
}
