// `# METADATA` blocks: found among the comments, read, checked, and attached to the packages and rules they describe.
// What the fields mean (schemas, entry points) is for later phases.
import { termKey } from '../ast/compare.ts';
import type { Annotations, Import, Loc, Module, Package, RefTerm, Rule, Term } from '../ast/nodes.ts';
import { readAnnotationFields } from './annotation-fields.ts';
import type { LexedComment, TokenTable } from './lexer.ts';
import { isGround } from './rules.ts';
import type { Fault } from './state.ts';

/** A block as read: its scope may still be open. */
interface Block {
  readonly scope: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly loc: Loc;
}

/** The metadata blocks of a file, not yet attached. */
export function parseAnnotations(
  tokens: TokenTable,
  file: string,
): { blocks: readonly Block[]; faults: readonly Fault[] } {
  const blocks: Block[] = [];
  const faults: Fault[] = [];
  for (const comments of findBlocks(tokens)) {
    const [first, ...rest] = comments;
    const last = comments.at(-1);
    if (first === undefined || last === undefined) continue;
    const locOf = ({ row, col, offset, end }: LexedComment): Loc => ({ file, row, col, offset, end });
    const lines = rest.map((c) => ({ text: tokens.source.slice(c.offset + 1, c.end), row: c.row }));
    const result = readAnnotationFields(lines);
    if ('message' in result) {
      const at = result.comment === undefined ? first : (rest[Math.min(result.comment, rest.length - 1)] ?? first);
      faults.push({ message: result.message, loc: locOf(at), framed: true });
    } else {
      blocks.push({ ...result, loc: { ...locOf(first), end: last.end } });
    }
  }
  return { blocks, faults };
}

/** Runs of comments in the first column, on lines one after the other, that begin with METADATA. */
function findBlocks(tokens: TokenTable): readonly (readonly LexedComment[])[] {
  const blocks: LexedComment[][] = [];
  let open: LexedComment[] | undefined;
  for (const comment of tokens.comments) {
    const begins =
      comment.col === 1 &&
      tokens.source
        .slice(comment.offset + 1, comment.end)
        .trim()
        .startsWith('METADATA');
    if (begins) {
      open = [comment];
      blocks.push(open);
    } else if (open !== undefined && comment.col === 1 && comment.row === (open.at(-1)?.row ?? 0) + 1) {
      open.push(comment);
    } else {
      open = undefined;
    }
  }
  return blocks;
}

type Statement = Package | Import | Rule;

const SCOPES: readonly Annotations['scope'][] = ['rule', 'document', 'package', 'subpackages'];

function isScope(scope: string): scope is Annotations['scope'] {
  return (SCOPES as readonly string[]).includes(scope);
}

/** The module with its blocks attached to the statements that follow them. */
export function attachAnnotations(
  module: Module,
  blocks: readonly Block[],
): { module: Module; faults: readonly Fault[] } {
  if (blocks.length === 0) return { module, faults: [] };
  const statements: Statement[] = [module.package, ...module.imports, ...module.rules];
  statements.sort((a, b) => a.loc.offset - b.loc.offset);
  const faults: Fault[] = [];
  const attached: Annotations[] = [];
  /** Blocks of rules by the rule's reference, those still open. */
  const open = new Map<string, Annotations[]>();
  let next = 0;
  for (const block of blocks) {
    while ((statements[next]?.loc.row ?? Infinity) <= block.loc.row) next++;
    const statement = statements[next];
    const scope = block.scope === '' ? defaultScope(statement, block) : block.scope;
    const fault = scopeFault(scope, statement) ?? entrypointFault(scope, block);
    if (fault !== undefined) faults.push({ message: fault, loc: block.loc });
    if (!isScope(scope)) continue;
    const annotations: Annotations = { kind: 'annotations', scope, fields: block.fields, loc: block.loc };
    attached.push(annotations);
    if (statement?.kind !== 'rule') continue;
    const target = termKey(targetOf(statement));
    open.set(target, [...(open.get(target) ?? []), annotations]);
  }
  const rules = module.rules.map((rule) => {
    const candidates = open.get(termKey(targetOf(rule)));
    if (candidates === undefined) return rule;
    const own = candidates.filter(
      ({ scope, loc }) => scope === 'document' || (scope === 'rule' && rule.loc.row > loc.row),
    );
    // A rule's own block describes no later rule of the same name.
    const used = own.findLast(({ scope }) => scope === 'rule');
    if (used !== undefined) candidates.splice(candidates.indexOf(used), 1);
    return own.length === 0 ? rule : { ...rule, annotations: own };
  });
  return { module: { ...module, rules, annotations: attached }, faults };
}

function defaultScope(statement: Statement | undefined, block: Block): string {
  switch (statement?.kind) {
    case 'rule':
      return block.fields['entrypoint'] === true ? 'document' : 'rule';
    case 'package':
    case 'import':
      return statement.kind;
    default:
      return '';
  }
}

function scopeFault(scope: string, statement: Statement | undefined): string | undefined {
  if (!isScope(scope)) {
    return `invalid annotation scope '${scope}'. Use one of 'rule', 'document', 'package', or 'subpackages'`;
  }
  const want = scope === 'rule' || scope === 'document' ? 'rule' : 'package';
  if (statement?.kind === want) return undefined;
  const have = statement === undefined ? '' : ` (have ${statement.kind})`;
  return `annotation scope '${scope}' must be applied to ${want}${have}`;
}

function entrypointFault(scope: string, block: Block): string | undefined {
  if (block.fields['entrypoint'] !== true || scope === 'document' || scope === 'package') return undefined;
  return `annotation entrypoint applied to non-document or package scope '${scope}'`;
}

/** The rule's reference up to its first variable. */
export function targetOf(rule: Rule): RefTerm {
  const { ref } = rule.head;
  const open = ref.operands.findIndex((operand: Term) => !isGround(operand));
  return open < 0 ? ref : { ...ref, operands: ref.operands.slice(0, open) };
}
