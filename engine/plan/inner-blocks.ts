// The blocks inside of a statement, for walks over plans.
import type { Block, Stmt } from './ir.ts';

const NONE: readonly never[] = [];

/** The blocks that a statement holds itself, in the order in which they run. */
export function innerBlocks(stmt: Stmt): readonly Block[] {
  switch (stmt.kind) {
    case 'block':
      return stmt.blocks;
    case 'scan':
    case 'not':
    case 'with':
    case 'without':
      return [stmt.block];
    case 'switch':
      return [...stmt.cases.map(({ block }) => block), ...(stmt.otherwise === undefined ? [] : [stmt.otherwise])];
    default:
      return NONE;
  }
}
