// A whole module on the page: package, imports in groups, rules, and the comments that are left.
// Rules are the business of `rules.ts`.
import { compareTerms } from '../../ast/compare.ts';
import type { Comment, Import, Module, Package, RefTerm, Rule } from '../../ast/nodes.ts';
import { swallowing } from './context.ts';
import type { FormatContext } from './context.ts';
import { commentText } from './layout.ts';
import { writeRules } from './rules.ts';
import type { RuleStyle } from './rules.ts';
import { stringOperandText } from './terms.ts';

type Statement = Import | Rule;

/** Writes a module; `imports` are those to show. */
export function writeModule(f: FormatContext, style: RuleStyle, module: Module, imports: readonly Import[]): void {
  writePackage(f, module.package);
  const statements: readonly Statement[] = [...imports, ...module.rules].toSorted(
    (a, b) => a.loc.row - b.loc.row || a.loc.col - b.loc.col,
  );
  let at = 0;
  const take = <S extends Statement>(kind: S['kind']): S[] => {
    const taken: S[] = [];
    while (statements[at]?.kind === kind) taken.push(statements[at++] as S);
    return taken;
  };
  while (at < statements.length) {
    writeImports(f, take<Import>('import'));
    writeRules(f, style, take<Rule>('rule'));
  }
  const rest = f.layout.remaining;
  for (const comment of rest) f.layout.writeLine(commentText(comment));
  if (rest.length > 0) f.layout.write('\n');
}

function writePackage(f: FormatContext, { path, loc }: Package): void {
  const { layout } = f;
  layout.insertComments(loc);
  layout.startLine();
  const [first, ...rest] = path.operands;
  layout.write(`package ${first?.kind === 'string' ? first.value : ''}`);
  for (const operand of rest) if (operand.kind === 'string') layout.write(stringOperandText(f, operand));
  layout.blankLine();
}

/** Imports that stood together, sorted; a comment on the line of one stays with it. */
function writeImports(f: FormatContext, imports: readonly Import[]): void {
  if (imports.length === 0) return;
  const { layout } = f;
  const byRow = new Map<number, Import>();
  for (const item of imports) if (!byRow.has(item.loc.row)) byRow.set(item.loc.row, item);
  const comments = new Map<Import, Comment>();
  layout.takeComments((comment) => {
    const item = byRow.get(comment.loc.row);
    if (item === undefined) return false;
    comments.set(item, comment);
    return true;
  });
  for (const group of groupImports(imports)) {
    const [first] = group;
    if (first !== undefined) swallowing(() => layout.insertComments(first.loc));
    for (const item of group.toSorted(compareImports)) {
      layout.startLine();
      layout.write(importText(f, item));
      const comment = comments.get(item);
      if (comment !== undefined) layout.write(` ${commentText(comment)}`);
      layout.endLine();
    }
    layout.blankLine();
  }
}

function groupImports(imports: readonly Import[]): Import[][] {
  const groups: Import[][] = [];
  let row = -Infinity;
  for (const item of imports) {
    if (item.loc.row - row > 1) groups.push([]);
    ({ row } = item.loc);
    groups.at(-1)?.push(item);
  }
  return groups;
}

function compareImports(a: Import, b: Import): number {
  const alias = (item: Import): string => item.alias ?? '';
  return compareTerms(a.path, b.path) || (alias(a) === alias(b) ? 0 : alias(a) < alias(b) ? -1 : 1);
}

function importText(f: FormatContext, { path, alias }: Import): string {
  return `import ${pathText(f, path)}${alias === undefined ? '' : ` as ${alias}`}`;
}

function pathText(f: FormatContext, path: RefTerm): string {
  const head = path.head.kind === 'var' ? path.head.name : '';
  // What is a keyword only by this import is a name in it, however it is written.
  const [first, keyword] = path.operands;
  if (head === 'future' && first?.kind === 'string' && keyword?.kind === 'string' && keyword.value !== 'not')
    return `${head}.${first.value}.${keyword.value}`;
  return head + path.operands.map((o) => (o.kind === 'string' ? stringOperandText(f, o) : '')).join('');
}
