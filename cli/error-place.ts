// Where exactly an evaluation's error arose: modules know the file and the row, the sources the column and the text there.
import { operatorName } from '../engine/analysis/core.ts';
import type { Loc, Module, Node } from '../engine/ast/nodes.ts';
import { walk } from '../engine/ast/walk.ts';
import { parseQuery } from '../engine/syntax/parse.ts';
import type { QueryFault } from './eval-run.ts';

export interface ErrorPlace {
  readonly col: number;
  /** The text of what failed. */
  readonly text: string;
}

/**
 * The call, the comprehension or the rule on the error's row that it is about; of several calls of one built-in on a row
 * the first. Undefined when there is none.
 */
export function errorPlace(
  error: Pick<QueryFault, 'text' | 'location'>,
  modules: readonly Module[],
  query: string,
): ErrorPlace | undefined {
  const { location } = error;
  if (location === undefined) return undefined;
  const isQuery = location.file === '';
  const module = modules.find(({ file }) => file === location.file);
  const tree: Node | readonly Node[] | undefined = isQuery ? parseQuery(query, { file: '' }).body : module?.rules;
  if (tree === undefined) return undefined;
  const source = isQuery ? query : module!.source;
  const name = /^([a-z_0-9.]+): /.exec(error.text)?.[1];
  let found: Loc | undefined;
  let rule: Loc | undefined;
  walk(tree, (node) => {
    const at = node.kind === 'objectcomprehension' ? node.key.loc : node.loc;
    if (at.row !== location.row) return;
    if (node.kind === 'rule') rule ??= at;
    const isCall = (node.kind === 'call' || node.kind === 'callexpr') && operatorName(node.operator) === name;
    const isKeys = node.kind === 'objectcomprehension' && error.text === 'object keys must be unique';
    if (isCall || isKeys) found ??= at;
  });
  if (name === undefined) found ??= rule;
  return found === undefined ? undefined : { col: found.col, text: source.slice(found.offset, found.end).trimEnd() };
}
